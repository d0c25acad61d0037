//! `generate` and `verify`: from an edit to a migration that is proven on a server.

use super::{Done, Place};

const USERS: &str = "table users { id: bigint primary key; email: text; }\n";

/// A project whose source has its first migration.
pub(super) fn project() -> Place {
    let place = Place::with(&[("schemas/app.schema", USERS)]);
    place.run("generate").exits(0).says(&["create table public.users", "_add_users: 1 change"]);
    place
}

/// Returns the directories of the migrations.
pub(super) fn migrations(place: &Place) -> Vec<String> {
    place.list("migrations").into_iter().filter(|it| it != "schema.lock").collect()
}

fn up(place: &Place, n: usize) -> String {
    place.read(&format!("migrations/{}/up.sql", migrations(place)[n]))
}

fn down(place: &Place, n: usize) -> String {
    place.read(&format!("migrations/{}/down.sql", migrations(place)[n]))
}

fn nothing(place: &Place) -> Done {
    place.run("generate").exits(0).says(&["nothing to generate"])
}

#[test]
fn an_edit_becomes_a_migration() {
    let place = project();
    let first = up(&place, 0);
    assert!(first.contains("\n-- schemac: from empty\n"), "{first}");
    nothing(&place);
    place.run("generate --check").exits(0);
    place.write(
        "schemas/app.schema",
        "table users { id: bigint primary key; email: text; #[renamed_from(mail)] age: integer?; }\n\
         view adults { as select id from users where age > 17; }\n",
    );
    place
        .run("generate --check")
        .exits(1)
        .says(&["a migration is missing", "alter table public.users"]);
    let shown = place.run("generate --dry-run").exits(0).out;
    assert!(shown.contains("ADD COLUMN age integer;"), "{shown}");
    assert_eq!(migrations(&place).len(), 1);
    place.run("generate grown").exits(0).says(&["_grown: 2 changes"]);
    assert!(down(&place, 1).contains("-- data loss: "), "{}", down(&place, 1));
    nothing(&place);
    place.run("verify").exits(0).says(&["2 migrations hold"]);
    let json = place.run("verify --format json").exits(0).out;
    assert!(json.contains("\"migrations\": 2"), "{json}");
}

#[test]
fn tables_in_use_are_not_locked_for_long() {
    let place = project();
    place.write("schemas/app.schema", USERS.replace("email: text;", "email: text; index (email);"));
    let offline = place.run("generate --dry-run --offline").exits(0).out;
    assert!(offline.contains("\nCREATE INDEX users_email_idx ON"), "{offline}");
    assert!(offline.contains("--   locks public.users: "), "{offline}");
    place.run("generate").exits(0);
    let online = up(&place, 1);
    assert!(online.contains("\n-- schemac: no-transaction\n"), "{online}");
    assert!(online.contains("CREATE INDEX CONCURRENTLY users_email_idx ON"), "{online}");
    assert!(down(&place, 1).contains("DROP INDEX CONCURRENTLY"), "{}", down(&place, 1));
    place.run("verify").exits(0);
}

#[test]
fn a_rename_is_said_or_proposed() {
    let place = project();
    let renamed = USERS.replace("email", "mail");
    place.write("schemas/app.schema", &renamed);
    place.run("generate --dry-run").exits(0).says(&["write `#[renamed_from(email)]` before it"]);
    place.write("schemas/app.schema", renamed.replace("mail:", "#[renamed_from(email)] mail:"));
    place.run("generate").exits(0);
    assert!(up(&place, 1).contains("RENAME COLUMN email TO mail;"), "{}", up(&place, 1));
    assert!(!up(&place, 1).contains("data loss"));
    nothing(&place);
}

#[test]
fn spelling_and_the_order_of_columns_change_no_database() {
    let text = "table t { a: integer; b: integer; check (a > 0); }\n";
    let place = Place::with(&[("schemas/app.schema", text)]);
    place.run("generate").exits(0);
    place.write("schemas/app.schema", text.replace("a > 0", "a>0"));
    place.run("generate").exits(0).says(&["only the spelling differs"]);
    place.write("schemas/app.schema", "table t { b: integer; a: integer; check (a>0); }\n");
    place.run("generate").exits(0).says(&["stand in another order"]);
    assert_eq!(migrations(&place).len(), 1);
    nothing(&place);
    place.run("verify").exits(0);
}

#[test]
fn several_schemas_share_a_lock() {
    let place = Place::with(&[
        ("schemas/app.schema", USERS),
        (
            "schemas/billing.schema",
            "in schema billing;\nschema billing;\nenum state { 'open'; 'paid'; }\n\
             table invoices { id: bigint primary key; user_id: bigint references public.users; state: state; \
             check (worth(id) > 0); }\n\
             function worth(id: bigint) returns integer language sql immutable as $$ select 1 $$;\n",
        ),
    ]);
    place.run("generate").exits(0);
    nothing(&place);
    place.run("verify").exits(0).says(&["1 migration holds"]);
    let lock = place.read("migrations/schema.lock");
    assert!(lock.contains("\nin schema billing;\n"), "{lock}");
    place.run("diff empty lock --exit-code").exits(1);
    place.run("diff lock schemas --format summary --exit-code").exits(0);
}

#[test]
fn what_postgresql_refuses_is_shown_in_the_source() {
    let place = project();
    let bad = "table bad { data: jsonb; check (jsonb_path_exists(data, '$.a ? (')); }\n";
    place.write("schemas/bad.schema", bad);
    let done = place.run("generate").exits(1);
    done.says(&["schemas/bad.schema:1:7", "refused-by-postgresql", "up.sql:"]);
    assert_eq!(migrations(&place).len(), 1);
}

#[test]
fn what_a_person_breaks_is_found() {
    let place = project();
    let name = &migrations(&place)[0];
    place.write(
        &format!("migrations/{name}/up.sql"),
        "CREATE TABLE users (id bigint PRIMARY KEY);\n",
    );
    place.run("generate").exits(1).says(&["was changed since", "schemac rehash"]);
    place.run("verify").exits(1).says(&["was changed since"]);
    let lock = place.read("migrations/schema.lock");
    place.write("migrations/schema.lock", lock.replace("email", "mail"));
    place.run("generate").exits(1).says(&["the lock was edited"]);
    place.run("generate 'a/b'").exits(2).says(&["is no name of a migration"]);
}

#[test]
fn sql_by_hand_has_a_place() {
    let place = project();
    place.run("generate seed --empty").exits(0).says(&["_seed"]);
    assert!(up(&place, 1).contains("-- Write SQL here"));
    place.run("verify").exits(0);
    nothing(&place);
}

#[test]
fn what_is_not_proven_is_said() {
    let place = Place::with(&[("schemas/app.schema", USERS)]);
    place.run("generate --scratch-url postgres://127.0.0.1:1/x").exits(3);
    assert!(!place.path("migrations").exists());
    place.run("generate --no-verify").exits(0).says(&["nothing is proven"]);
}

/// What keeps nobody waiting is proven as all else is, and `lint` finds nothing that blocks.
#[test]
fn tables_in_use_are_changed_online() {
    let text = "table users { id: bigint primary key; email: text; }\n\
                table orders { id: bigint primary key; user_id: bigint; total: numeric?; }\n";
    let place = Place::with(&[("schemas/app.schema", text)]);
    place.run("generate").exits(0);
    assert!(!up(&place, 0).contains("locks"), "nobody uses what is made: {}", up(&place, 0));
    let grown = "table users { id: bigint primary key; email: text unique; \
                 token: uuid default gen_random_uuid(); index (email, token); }\n\
                 table orders { id: bigint primary key; user_id: bigint references users; \
                 total: numeric check (total > 0); }\n";
    place.write("schemas/app.schema", grown);
    let offline = place.run("generate --offline --dry-run").exits(0).out;
    assert!(offline.contains("rewrites public.users") && !offline.contains("CONCURRENTLY"));
    place.run("generate").exits(0);
    let (up, down) = (up(&place, 1), down(&place, 1));
    for part in [
        "--   locks public.users: ACCESS EXCLUSIVE, blocks reads and writes\n",
        "CREATE INDEX CONCURRENTLY users_email_token_idx",
        "ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key",
        "VALIDATE CONSTRAINT orders_user_id_fkey",
        "-- schemac: repeatable\nDO $$",
    ] {
        assert!(up.contains(part), "`{part}` is not in\n{up}");
    }
    assert!(down.contains("DROP INDEX CONCURRENTLY"), "{down}");
    place.run("verify").exits(0).says(&["2 migrations hold"]);
    place.run("lint --format short").exits(0);
}
