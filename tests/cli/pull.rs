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
    let kept = source.split("/// What").next().unwrap();
    assert!(text.starts_with(kept), "{text}");
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
    let done = diff("--exit-code").exits(1);
    let told = "create schema extra\nchange table public.customers\n    -  email: text;\n    +  email: text?;\n\
                drop table public.orders\n";
    assert_eq!(done.out, told);
    let json: serde_json::Value =
        serde_json::from_str(&diff("--format json").exits(0).out).unwrap();
    assert_eq!(json["changes"][0]["change"], "create");
    diff("--format sql").exits(2).says(&["there is no SQL between these sides yet"]);
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
