//! What is applied, in which order, and what the history says of it.

use std::thread;

use super::project::{Done, Files, Project};
use crate::support::postgres;

const BASE: Files<'_> = (
    "20260101T000000_base",
    "CREATE TABLE a (id integer PRIMARY KEY, b text);\nINSERT INTO a VALUES (1, 'x');\n",
    "-- data loss: all rows of a\nDROP TABLE a;\n",
);
const INDEX: Files<'_> = (
    "20260102T000000_index",
    "-- schemac: no-transaction\nCREATE INDEX CONCURRENTLY i ON a (b);\n",
    "-- schemac: no-transaction\nDROP INDEX CONCURRENTLY i;\n",
);
const MORE: Files<'_> =
    ("20260103T000000_more", "ALTER TABLE a ADD c integer;\n", "ALTER TABLE a DROP c;\n");

#[test]
fn what_is_pending_is_applied_once() {
    let database = postgres::default().database();
    let project = Project::new(&[BASE, INDEX]);
    let url = &database.url();
    project.run("status", url).exits(0).says(&["0 applied, 2 pending"]);
    project.run("migrate", url).exits(0).says(&[
        "apply 20260101T000000_base: 2 statements",
        "apply 20260102T000000_index: 1 statement",
        "done: 2 migrations; the database has 2 migrations",
    ]);
    project.run("migrate", url).exits(0).says(&["nothing to do: the database has 2 migrations"]);
    project.write("migrations/20260103T000000_more/up.sql", MORE.1);
    project.run("status --exit-code", url).exits(1).says(&["2 applied, 1 pending"]);
    project.run("migrate", url).exits(0).says(&["done: 1 migration"]);
    let status = project.run("status --format json --exit-code", url).exits(0);
    assert!(
        status.out.contains("\"state\": \"applied\"") && !status.out.contains("pending"),
        "{}",
        status.out
    );
    let mut client = database.connect();
    let row = client
        .query_one(
            "SELECT (SELECT count(*) FROM a), count(*), count(*) FILTER (WHERE finished >= started AND duration >= '0' \
             AND error IS NULL AND begun IS NULL AND role = current_user AND schemac_version <> ''), \
             string_agg(done::text, ',' ORDER BY version) FROM schemac.migrations",
            &[],
        )
        .unwrap();
    assert_eq!((row.get(0), row.get(1), row.get(2)), (1_i64, 3_i64, 3_i64));
    assert_eq!(row.get::<_, String>(3), "2,1,1");
}

#[test]
fn a_dry_run_says_what_would_run_and_does_nothing() {
    let database = postgres::default().database();
    let project = Project::new(&[BASE, INDEX]);
    let url = &database.url();
    let done = project.run("migrate --dry-run", url).exits(0);
    assert!(
        done.out.contains("-- apply 20260101T000000_base: 2 statements\nCREATE TABLE a"),
        "{}",
        done.out
    );
    let done = project.run("migrate --dry-run --format json", url).exits(0);
    assert!(done.out.contains("\"migration\": \"20260102T000000_index\""), "{}", done.out);
    assert!(!database.dump().contains("schemac"), "nothing is made");
    project.run("migrate --to 20260101T000000", url).exits(0).says(&["done: 1 migration"]);
    project
        .run("migrate --to 20260101T000009", url)
        .exits(2)
        .says(&["there is no migration `20260101T000009`"]);
    project.run("status", url).exits(0).says(&["1 applied, 1 pending"]);
}

#[test]
fn where_nothing_is_to_be_done_one_query_is_sent() {
    let database = postgres::default().database();
    let project = Project::new(&[BASE]);
    project.run("migrate", &database.url()).exits(0);
    let proxy = super::proxy::Proxy::start(&database.url(), |_, _| super::proxy::Fate::Pass);
    project.run("migrate", &proxy.url(&database.name)).exits(0);
    // The other asks for the version.
    assert_eq!(proxy.n_statements(), 2, "{:#?}", proxy.log());
}

#[test]
fn eight_that_start_together_apply_once() {
    let database = postgres::default().database();
    let project = Project::new(&[BASE, INDEX, MORE]);
    let url = database.url();
    let runs: Vec<Done> = thread::scope(|scope| {
        let start = |_| scope.spawn(|| project.run("migrate", &url));
        let runs: Vec<_> = (0..8).map(start).collect();
        runs.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let mut n_ran = 0;
    for run in runs {
        let run = run.exits(0);
        n_ran += usize::from(run.err.contains("done: 3 migrations"));
        assert!(run.err.contains("the database has 3 migrations"), "{}", run.err);
    }
    assert_eq!(n_ran, 1);
    let rows: i64 = database.connect().query_one("SELECT count(*) FROM a", &[]).unwrap().get(0);
    assert_eq!(rows, 1);
}

#[test]
fn what_a_migration_sets_ends_with_it() {
    let database = postgres::default().database();
    database.run_sql("CREATE SCHEMA other").unwrap();
    let project = Project::new(&[
        (
            "20260101T000000_sets",
            "SET search_path = other;\nSET lock_timeout = '1h';\nCREATE TABLE t ();\nSET ROLE pg_monitor;",
            "",
        ),
        (
            "20260102T000000_reads",
            "CREATE TABLE t AS SELECT current_setting('lock_timeout') AS l, current_user AS u;",
            "",
        ),
        (
            "20260103T000000_resumes",
            "-- schemac: no-transaction\nSET search_path = other;\nCREATE INDEX CONCURRENTLY i ON u (a);",
            "",
        ),
    ]);
    let url = &database.url();
    project.run("migrate --lock-timeout 7s", url).exits(3).says(&["relation \"u\" does not exist"]);
    let mut client = database.connect();
    let row = client.query_one("SELECT l, u::text FROM public.t", &[]).unwrap();
    assert_eq!((row.get::<_, &str>(0), row.get::<_, &str>(1)), ("7s", "postgres"));
    // What was set holds again where a run goes on.
    client.batch_execute("CREATE TABLE other.u (a integer)").unwrap();
    project.run("migrate", url).exits(0);
    client.query_one("SELECT 'other.i'::regclass", &[]).unwrap();
}

#[test]
fn no_other_command_sees_the_history() {
    let database = postgres::default().database();
    let project = Project::new(&[BASE]);
    let url = &database.url();
    project.run("migrate", url).exits(0);
    project.run("pull", url).exits(0);
    let source = std::fs::read_to_string(project.path().join("schemas/public.schema")).unwrap();
    assert!(source.contains("table a"), "{source}");
    assert!(!project.path().join("schemas/schemac.schema").exists());
}
