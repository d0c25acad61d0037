//! `schemac lint`.

use super::{Place, run};
use crate::support::postgres;

const FIRST: &str = "-- schemac: from empty
CREATE TABLE users (id bigint PRIMARY KEY, name text, nickname text);
CREATE INDEX users_name_idx ON users (name);
";

const SECOND: &str = "-- schemac: from empty
-- schemac: allow drops-column: no code has read it since 3.2
ALTER TABLE users DROP COLUMN nickname;
ALTER TABLE users
  ALTER COLUMN name SET NOT NULL;
CREATE INDEX CONCURRENTLY users_id_idx ON users (id);
";

fn place() -> Place {
    Place::with(&[
        ("schemac.toml", ""),
        ("migrations/20261122T103000_first/up.sql", FIRST),
        ("migrations/20261123T103000_second/up.sql", SECOND),
    ])
}

#[test]
fn hazards_stand_at_their_statements() {
    let place = place();
    place.run("lint").exits(1).is_as("lint");
    // What the first migration makes is its own until it ends.
    place.run("lint --since 20261122T103000 --format short").exits(1).is_as("lint_short");
    let json = place.run("lint --format json").exits(1).out;
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let rules: Vec<&str> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["not-null-without-check", "refused-in-transaction"]);
    place.run("lint --since 20261123T103000").exits(0).says(&["no migration is pending of 2"]);
    place.run("lint --since 20261122T103001").exits(2).says(&["did you mean `20261122T103000`?"]);
}

#[test]
fn levels_are_those_of_the_project() {
    let place = place();
    place.write("schemac.toml", "[lint]\nnot-null-without-check = \"allow\"\n");
    let second = SECOND.replace("CREATE", "-- schemac: no-transaction\nCREATE");
    place.write("migrations/20261123T103000_second/up.sql", second);
    place.run("lint").exits(0).says(&["2 pending migrations: nothing is endangered"]);
    place.write("schemac.toml", "[lint]\nnot-null-without-check = \"deny\"\n");
    place.run("lint").exits(1).says(&["error", "not-null-without-check"]);
}

#[test]
fn an_allow_that_allows_nothing_is_said() {
    let place = place();
    let wrong = "-- schemac: allow drops-colum: gone\n-- schemac: allow drops-table: gone\n\
                 ALTER TABLE users ADD COLUMN more text;";
    place.write("migrations/20261123T103000_second/up.sql", wrong);
    place
        .run("lint")
        .exits(0)
        .says(&["did you mean `drops-column`?", "`drops-table` is not raised by this statement"]);
}

#[test]
fn a_database_says_what_is_pending_and_how_big_it_is() {
    let place = place();
    let database = postgres::default().database();
    database
        .run_sql(
            "CREATE TABLE users (id bigint PRIMARY KEY, name text, nickname text);
             INSERT INTO users SELECT n, 'a', 'b' FROM generate_series(1, 20000) n; ANALYZE users;
             CREATE SCHEMA schemac;
             CREATE TABLE schemac.migrations (version text, direction text, finished timestamptz);
             INSERT INTO schemac.migrations VALUES ('20261122T103000', 'up', now())",
        )
        .unwrap();
    let lint = |arguments: &str| {
        let mut command = place.command(arguments);
        command.arg("--database-url").arg(database.url());
        run(command, "")
    };
    let done = lint("lint --format short").exits(1);
    assert!(done.out.contains("MB, 20 k rows)"), "{}", done.out);
    database
        .run_sql("INSERT INTO schemac.migrations VALUES ('20261123T103000', 'up', now())")
        .unwrap();
    lint("lint").exits(0).says(&["no migration is pending of 2 migrations"]);
    place.run("lint --database-url postgres://localhost:x/y").exits(2);
}

#[test]
fn migrations_that_can_not_be_read_are_said() {
    let place = Place::with(&[("schemac.toml", "")]);
    place.run("lint").exits(0).says(&["no migration is pending of 0 migrations"]);
    place.write("migrations/20261123T103000_second/down.sql", "");
    place.run("lint").exits(1).says(&["up.sql"]);
}
