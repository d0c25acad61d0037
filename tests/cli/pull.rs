//! `pull`, `diff` and `drift` with live databases.

use super::{Place, run};
use crate::support::postgres;
use crate::support::postgres::database::Database;

/// A database of two tables.
const SHOP: &str = "CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
    CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers,
        state text DEFAULT 'new' CHECK (state IN ('new', 'paid')));
    CREATE INDEX orders_customer_id_idx ON orders (customer_id);
    COMMENT ON TABLE orders IS 'What was bought.';";

fn database(script: &str) -> Database<'static> {
    let database = postgres::default().database();
    database.run_sql(script).unwrap();
    database
}

fn place(database: &Database<'_>) -> Place {
    let settings = format!("[database]\nurl = \"{}\"\n", database.url());
    Place::with(&[("schemac.toml", &settings)])
}

#[test]
fn a_pulled_database_is_source_that_makes_it_again() {
    let shop = database(SHOP);
    let place = place(&shop);
    let done = place.run("pull").exits(0);
    done.says(&["wrote schemas/public.schema", "all of them held"]);
    let source = std::fs::read_to_string(place.path("schemas/public.schema")).unwrap();
    assert_eq!(
        source,
        "table customers as Customer {\n  id: bigint primary key;\n  email: text unique;\n}\n\n\
         /// What was bought.\ntable orders as Order {\n  id: bigint primary key;\n  \
         customer_id: bigint references customers;\n  \
         state: text? default 'new'::text check (state = ANY (ARRAY['new'::text, 'paid'::text]));\n  \
         index (customer_id);\n}\n"
    );
    place.run("check --deny-warnings").exits(0);
    place.run("fmt --check").exits(0);
    let script = place.run("diff empty schemas").exits(0).out;
    let again = database(&script);
    let mut command = place.command("diff schemas");
    command.arg(again.url()).arg("--exit-code");
    assert_eq!(run(command, "").exits(0).out, "");
}

#[test]
fn a_second_pull_keeps_what_means_the_same() {
    let shop = database(SHOP);
    let place = place(&shop);
    let source = "// Who buys.\nmixin keyed { id: bigint primary key; }\n\
        table customers { include keyed; email: text unique; /* one each */ }\n\n\
        /// What was bought.\ntable orders {\n  include keyed;\n  customer_id: bigint references customers;\n  \
        state: text? default 'new' check (state in ('new', 'paid'));\n  index (customer_id);\n}\n";
    place.write("schemas/shop.schema", source);
    place.run("drift").exits(0).says(&["are equal"]);
    place.run("pull").exits(0).says(&["nothing to change"]);
    shop.run_sql(
        "ALTER TABLE orders ADD COLUMN paid_at timestamptz; CREATE TABLE notes (note text)",
    )
    .unwrap();
    let drift = place.run("drift").exits(1);
    assert_eq!(
        drift.out,
        "create table public.notes\nchange table public.orders\n    +  paid_at: timestamptz?;\n"
    );
    let dry = place.run("pull --dry-run").exits(0).out;
    assert!(dry.contains("+  paid_at: timestamptz?;") && dry.contains("+table notes"), "{dry}");
    place.run("pull").exits(0).says(&["changed schemas/shop.schema"]);
    let text = std::fs::read_to_string(place.path("schemas/shop.schema")).unwrap();
    let (kept, rest) = text.split_at(source.len() - "  index (customer_id);\n}\n".len());
    assert!(source.starts_with(kept), "{text}");
    assert_eq!(
        rest,
        "  paid_at: timestamptz?;\n  index (customer_id);\n}\n\ntable notes as Note {\n  note: text?;\n}\n"
    );
    place.run("drift").exits(0);
}

/// As `pg_dump` does, but not in silence.
#[test]
fn an_index_that_is_not_valid_is_left_out_and_named() {
    let shop = database(
        "CREATE SCHEMA \"Shop\"; CREATE TABLE \"Shop\".t (a integer); INSERT INTO \"Shop\".t VALUES (1), (1)",
    );
    let build = "CREATE UNIQUE INDEX CONCURRENTLY \"T_a\" ON \"Shop\".t (a)";
    let failed = shop.connect().batch_execute(build).unwrap_err();
    assert_eq!(failed.code().map(|it| it.code()), Some("23505"), "{failed}");
    let place = place(&shop);
    let done = place.run("pull").exits(0);
    done.says(&[
        "index \"Shop\".\"T_a\" on \"Shop\".t: it is not valid",
        "REINDEX INDEX CONCURRENTLY \"Shop\".\"T_a\"",
        "2 objects, all of them held",
    ]);
    let source = std::fs::read_to_string(place.path("schemas/Shop.schema")).unwrap();
    assert!(!source.contains("index"), "{source}");
}

/// What an author wrote of a member stays while the member means the same, and hints for Rust stay in any case.
#[test]
fn only_the_members_that_changed_are_written_anew() {
    let shop = database(
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE people (id bigint PRIMARY KEY, name text NOT NULL, \
         mood mood NOT NULL DEFAULT 'ok', age integer, code text NOT NULL, \
         created_at timestamptz NOT NULL DEFAULT now(), CHECK (age > 0)); \
         CREATE INDEX ON people (name); CREATE ROLE pull_reader; GRANT SELECT ON people TO pull_reader; \
         CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'select 1'; \
         GRANT EXECUTE ON FUNCTION one() TO pull_reader",
    );
    let place = place(&shop);
    let source = "\
mixin stamped {
  created_at: timestamptz default now();
}

// How they feel.
enum mood as Feeling {
  // Not for long.
  'sad' as Unhappy;
  'ok';
}

#[derive(Hash)]
table people as Human {
  id: bigint primary key; // never reused
  #[rust(type = crate::Name)]
  name: text;
  /* of the moment */
  mood: mood default 'ok';
  age: integer?;
  code: text;
  include stamped;
  // No unborn.
  check (age > 0);
  index (name); // for search
  grant select to pull_reader;
}

#[allow(unused-code, reason = \"called by hand\")]
function one() returns integer language sql as 'select 1';
grant execute on function one() to pull_reader;
";
    let source = source.replace("#[allow(unused-code, reason = \"called by hand\")]\n", "");
    place.write("schemas/shop.schema", &source);
    place.run("pull").exits(0).says(&["nothing to change"]);
    shop.run_sql(
        "ALTER TYPE mood ADD VALUE 'glad'; ALTER TABLE people ALTER name DROP NOT NULL, DROP COLUMN code, \
         ADD COLUMN email text; CREATE INDEX ON people (email); \
         COMMENT ON TABLE people IS 'All of them.'; COMMENT ON COLUMN people.age IS 'In years.'; \
         GRANT INSERT ON people TO pull_reader; \
         CREATE OR REPLACE FUNCTION one() RETURNS integer LANGUAGE sql AS 'select 1 + 0'; \
         REVOKE EXECUTE ON FUNCTION one() FROM pull_reader",
    )
    .unwrap();
    place.run("pull").exits(0).says(&["changed schemas/shop.schema"]);
    let text = std::fs::read_to_string(place.path("schemas/shop.schema")).unwrap();
    insta::assert_snapshot!("members_written_anew", text);
    place.run("drift").exits(0);
    place.run("pull").exits(0).says(&["nothing to change"]);
    shop.run_sql("DROP OWNED BY pull_reader; DROP ROLE pull_reader").unwrap();
}

/// What can't be mended where it stands is told, and nothing is lost of it.
#[test]
fn what_is_written_is_proven_to_be_what_the_database_holds() {
    let shop = database(
        "CREATE TABLE a (x integer); CREATE TABLE b (x integer); CREATE ROLE pull_many; \
         GRANT SELECT ON a, b TO pull_many",
    );
    let place = place(&shop);
    place.write(
        "schemas/ab.schema",
        "table a { x: integer?; }\ntable b { x: integer?; }\ngrant select on table a, b to pull_many;\n",
    );
    place.run("pull").exits(0).says(&["nothing to change"]);
    shop.run_sql("REVOKE SELECT ON b FROM pull_many").unwrap();
    place
        .run("pull")
        .exits(1)
        .says(&["table public.b: the source still says otherwise of it", "schemac drift"]);
    shop.run_sql("DROP OWNED BY pull_many; DROP ROLE pull_many").unwrap();
}

/// Owners and privileges that are not asked for, or are, do not make all else look changed.
#[test]
fn a_second_pull_reads_both_sides_alike() {
    let shop = database(&format!("{SHOP} GRANT SELECT ON orders TO pg_monitor"));
    for options in ["--owners", "--no-privileges", ""] {
        let place = place(&shop);
        place.run(&format!("pull {options}")).exits(0);
        place.run(&format!("pull {options}")).exits(0).says(&["nothing to change"]);
    }
}

/// What is not asked for stays in the source as it is.
#[test]
fn a_part_pulled_over_a_source_leaves_the_rest() {
    let shop = database(&format!("{SHOP} CREATE TABLE notes (note text)"));
    let place = place(&shop);
    place.run("pull").exits(0);
    let before = std::fs::read_to_string(place.path("schemas/public.schema")).unwrap();
    shop.run_sql(
        "ALTER TABLE notes ADD COLUMN more text; ALTER TABLE customers ADD COLUMN more text",
    )
    .unwrap();
    place.run("pull --include public.notes").exits(0);
    let after = std::fs::read_to_string(place.path("schemas/public.schema")).unwrap();
    assert_eq!(after, before.replace("note: text?;", "note: text?;\n  more: text?;"));
}

#[test]
fn differences_are_told_object_by_object() {
    let (old, new) = (database(SHOP), database(SHOP));
    new.run_sql(
        "DROP TABLE orders; ALTER TABLE customers ALTER email DROP NOT NULL; CREATE SCHEMA extra",
    )
    .unwrap();
    let place = Place::new();
    let diff = |more: &str| {
        let mut command = place.command("diff");
        command.args([old.url(), new.url()]).args(more.split_whitespace());
        run(command, "")
    };
    let done = diff("--format summary --exit-code").exits(1);
    let told = "create schema extra\nchange table public.customers\n    -  email: text;\n    +  email: text?;\n\
                drop table public.orders\n";
    assert_eq!(done.out, told);
    let json: serde_json::Value =
        serde_json::from_str(&diff("--format json").exits(0).out).unwrap();
    assert_eq!(json["changes"][0]["change"], "create");
    let sql = diff("--exit-code").exits(1).out;
    assert!(sql.contains("ALTER COLUMN email DROP NOT NULL;"), "{sql}");
}

#[test]
fn parts_are_taken_with_what_they_need() {
    let shop = database(&format!(
        "{SHOP} CREATE TABLE notes (note text); CREATE SCHEMA audit; CREATE TABLE audit.log (a int);"
    ));
    let place = place(&shop);
    place.run("pull --out a --include public.orders").exits(0);
    let text = std::fs::read_to_string(place.path("a/public.schema")).unwrap();
    assert!(
        text.contains("table orders")
            && text.contains("table customers")
            && !text.contains("notes"),
        "{text}"
    );
    place.run("pull --out b --exclude audit").exits(0);
    assert_eq!(place.list("b"), ["public.schema"]);
}
