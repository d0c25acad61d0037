//! `push`: a database becomes what the source says, and nothing of others is touched.

mod edits;
mod tricky;

use super::{Done, Place, run};
use crate::support::postgres;
use crate::support::postgres::database::Database;

const USERS: &str = "table users { id: bigint primary key; email: text; }\n";

/// Runs a command with a database.
fn with(place: &Place, database: &Database<'_>, args: &str) -> Done {
    let mut command = place.command(args);
    command.env("DATABASE_URL", database.url());
    run(command, args)
}

/// Returns the first value that a query gives.
fn value(database: &Database<'_>, query: &str) -> String {
    let row = database.connect().query_one(query, &[]).unwrap();
    row.get(0)
}

#[test]
fn a_database_becomes_what_the_source_says() {
    let database = postgres::default().database();
    let place = Place::with(&[("schemas/app.schema", USERS)]);
    let shown = with(&place, &database, "push --dry-run").exits(0).out;
    assert!(shown.contains("CREATE TABLE public.users"), "{shown}");
    with(&place, &database, "push").exits(0).says(&["create table public.users", "done: "]);
    with(&place, &database, "push").exits(0).says(&["there is nothing to do"]);
    let json = with(&place, &database, "push --format json").exits(0).out;
    assert!(json.contains("\"applied\": false"), "{json}");
    // Spelling is no change.
    place
        .write("schemas/app.schema", USERS.replace("email: text", "email: text check (email<>'')"));
    with(&place, &database, "push").exits(0);
    place.write(
        "schemas/app.schema",
        USERS.replace("email: text", "email: text check (email <> '')"),
    );
    with(&place, &database, "push").exits(0).says(&["there is nothing to do"]);
}

#[test]
fn data_is_lost_only_on_request() {
    let database = postgres::default().database();
    let place = Place::with(&[("schemas/app.schema", USERS)]);
    with(&place, &database, "push").exits(0);
    database.run_sql("INSERT INTO users VALUES (1, 'a')").unwrap();
    place.write("schemas/app.schema", "table users { id: bigint primary key; }\n");
    with(&place, &database, "push").exits(4).says(&["data would be lost", "column email"]);
    assert_eq!(value(&database, "SELECT email FROM users"), "a");
    with(&place, &database, "push --accept-data-loss").exits(0);
    with(&place, &database, "push").exits(0).says(&["there is nothing to do"]);
    place.write("schemas/app.schema", "table people { id: bigint primary key; }\n");
    with(&place, &database, "push").exits(4).says(&["the rows of table public.users"]);
    place.write(
        "schemas/app.schema",
        "#[renamed_from(users)]\ntable people { id: bigint primary key; }\n",
    );
    with(&place, &database, "push").exits(0);
    assert_eq!(value(&database, "SELECT id::text FROM people"), "1");
}

#[test]
fn what_postgresql_refuses_changes_nothing() {
    let database = postgres::default().database();
    let place = Place::with(&[("schemas/app.schema", "table t { a: integer; }\n")]);
    with(&place, &database, "push").exits(0);
    database.run_sql("INSERT INTO t VALUES (1)").unwrap();
    place.write(
        "schemas/app.schema",
        "table t { a: integer; b: integer; }\ntable u { a: integer; }\n",
    );
    with(&place, &database, "push").exits(1).says(&["schemas/app.schema:1:7", "SQLSTATE 23502"]);
    let there = "SELECT count(*)::text FROM pg_class WHERE relname = 'u'";
    assert_eq!(value(&database, there), "0");
}

/// What others made in the same database, as tools leave it there that know less.
const FOREIGN: &str = "
    CREATE TABLE log PARTITION OF events FOR VALUES FROM (0) TO (10);
    INSERT INTO log VALUES (1);
    CREATE EXTENSION pg_stat_statements;
    CREATE EXTENSION btree_gist;
    ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&);
    CREATE TABLE jobs (id integer PRIMARY KEY, user_id bigint REFERENCES users);
    INSERT INTO users VALUES (1, 'a'); INSERT INTO jobs VALUES (1, 1);
    CREATE DOMAIN short AS text CHECK (length(VALUE) < 9);
    ALTER TABLE users ADD COLUMN nick short;
    CREATE INDEX users_cover ON users (email) INCLUDE (id);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER touched BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
    COMMENT ON TABLE users IS 'by hand'; COMMENT ON COLUMN users.email IS 'by hand';
    ALTER TABLE posts ALTER CONSTRAINT posts_author_id_fkey DEFERRABLE INITIALLY DEFERRED;
    ALTER TABLE users ALTER COLUMN email TYPE text COLLATE \"C\";
    ALTER TABLE bookings SET UNLOGGED;
    ALTER TABLE users ENABLE ROW LEVEL SECURITY; ALTER TABLE users FORCE ROW LEVEL SECURITY;
    GRANT SELECT ON users TO pg_monitor;
    CREATE SCHEMA other; CREATE TABLE other.t (a integer);
    CREATE VIEW recent AS SELECT id FROM posts;";

#[test]
fn what_others_made_stays() {
    let database = postgres::default().database();
    let source = format!(
        "{USERS}table posts {{ id: bigint primary key; author_id: bigint references users; }}\n\
         table events {{ at: integer; partition by range (at); }}\n\
         table bookings {{ room: integer; during: int4range; }}\n"
    );
    let place = Place::with(&[("schemas/app.schema", &source)]);
    with(&place, &database, "push").exits(0);
    database.run_sql(FOREIGN).unwrap();
    let before = database.dump();
    let done = with(&place, &database, "push").exits(0);
    done.says(&["left alone", "there is nothing to do"]).says(&[
        "table public.log",
        "no_overlap on public.bookings",
        "table public.jobs",
        "column nick of table public.users",
        "index users_cover on public.users",
        "trigger touched on public.users",
        "the comment of table public.users",
        "foreign key posts_author_id_fkey on public.posts",
        "the collation of column email",
        "UNLOGGED of table public.bookings",
        "forced row level security of table public.users",
        "the privileges of table public.users",
    ]);
    // pg_dump writes a random word into each dump.
    let plain = |dump: &str| -> Vec<String> {
        dump.lines().filter(|it| !it.contains("restrict ")).map(str::to_owned).collect()
    };
    assert_eq!(plain(&database.dump()), plain(&before));
    // An edit arrives all the same.
    place.write("schemas/app.schema", source.replace("email: text", "email: text; age: integer?"));
    with(&place, &database, "push").exits(0).says(&["alter table public.users"]);
    assert_eq!(value(&database, "SELECT count(*)::text FROM log"), "1");
    // What was never declared goes on request only.
    with(&place, &database, "push --prune").exits(4);
    with(&place, &database, "push --prune --accept-data-loss").exits(2).says(&["give --yes"]);
    with(&place, &database, "push --prune --accept-data-loss --yes").exits(0);
    assert_eq!(value(&database, "SELECT count(*)::text FROM pg_class WHERE relname = 'jobs'"), "0");
    assert_eq!(value(&database, "SELECT count(*)::text FROM other.t"), "0");
}
