//! What does not fit together is refused, with the way out, and nothing is lost.

use std::fs;

use super::project::{Files, Project};
use crate::support::postgres;
use crate::support::postgres::database::Database;

const A: Files<'_> = ("20260101T000000_a", "CREATE TABLE a ();\n", "DROP TABLE a;\n");
const B: Files<'_> = ("20260102T000000_b", "CREATE TABLE b ();\n", "DROP TABLE b;\n");
const C: Files<'_> = ("20260103T000000_c", "CREATE TABLE c ();\n", "DROP TABLE c;\n");

/// The tables of a database, beside the history.
fn tables(database: &Database<'_>) -> String {
    let sql = "SELECT coalesce(string_agg(relname, ',' ORDER BY relname), '') FROM pg_class \
               WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    database.connect().query_one(sql, &[]).unwrap().get(0)
}

#[test]
fn a_file_that_was_changed_after_it_was_applied() {
    let database = postgres::default().database();
    let project = Project::new(&[A, B]);
    let url = &database.url();
    project.run("migrate", url).exits(0);
    project.write("migrations/20260101T000000_a/up.sql", "CREATE TABLE a (id integer);\n");
    project.write("migrations/20260103T000000_c/up.sql", C.1);
    let texts = [
        "`20260101T000000_a` was changed after it was applied",
        "@ line 1 - CREATE TABLE a (); + CREATE TABLE a (id integer);",
        "write a new migration",
        "`schemac baseline 20260101T000000`",
    ];
    project.run("migrate", url).exits(1).says(&texts);
    let status = project.run("status", url).exits(1);
    assert!(status.out.contains("changed      20260101T000000_a"), "{}", status.out);
    project.run("rollback -n 2", url).exits(1).says(&["its `down.sql` may not fit"]);
    assert_eq!(tables(&database), "a,b");
}

#[test]
fn a_file_that_is_gone_and_a_version_that_comes_too_late() {
    let database = postgres::default().database();
    let project = Project::new(&[A, C]);
    let url = &database.url();
    project.run("migrate", url).exits(0);
    project.write("migrations/20260102T000000_b/up.sql", B.1);
    project.run("migrate", url).exits(1).says(&[
        "`20260102T000000_b` is not applied, and a later migration is",
        "`schemac rehash`",
    ]);
    let status = project.run("status", url).exits(1);
    assert!(status.out.contains("out-of-order 20260102T000000_b"), "{}", status.out);
    project.remove("20260102T000000_b");
    project.remove("20260101T000000_a");
    let texts =
        ["the database has `20260101T000000_a`, and there are no files of it", "version control"];
    project.run("migrate", url).exits(1).says(&texts);
    project.run("rollback -n 2", url).exits(1).says(&["run it with the files that were applied"]);
    assert_eq!(tables(&database), "a,c");
}

#[test]
fn a_database_that_is_ahead_of_the_files() {
    let database = postgres::default().database();
    let project = Project::new(&[A, B]);
    let url = &database.url();
    project.run("migrate", url).exits(0);
    project.remove("20260102T000000_b");
    let texts = ["the database is ahead of the files: it has `20260102T000000_b`", "--allow-ahead"];
    project.run("migrate", url).exits(1).says(&texts);
    project.run("migrate --allow-ahead", url).exits(0).says(&["nothing to do"]);
    project.run("rollback", url).exits(1).says(&["`down.sql` is among them"]);
    assert!(project.run("status", url).exits(1).out.contains("ahead        20260102T000000_b"));
}

#[test]
fn a_lock_that_can_not_be_trusted() {
    use schemac::migrate::lock::{Lock, Locked};
    use schemac::migrate::sha256;
    let database = postgres::default().database();
    let project = Project::new(&[A, B]);
    let url = &database.url();
    let locked = |files: Files<'_>| Locked {
        version: files.0[..15].to_owned(),
        name: files.0[16..].to_owned(),
        checksum: sha256(files.1.as_bytes()),
    };
    let lock = Lock { migrations: vec![locked(A), locked(B)], body: "table a {\n}\n".to_owned() };
    let text = lock.text();
    let put = |text: &str| project.write("migrations/schema.lock", text);
    put(&text.replace("// state", "<<<<<<< HEAD\n// state"));
    project.run("migrate", url).exits(1).says(&[
        "migrations/schema.lock:4",
        "merge that is not finished",
        "schemac rehash",
    ]);
    put(&text.replace("lock 1", "lock 9"));
    project.run("migrate", url).exits(1).says(&["the lock is of a newer schemac"]);
    put(&text.replace("table a", "table x"));
    project.run("status", url).exits(1).says(&["the lock was edited"]);
    put(&text);
    project.write("migrations/20260102T000000_b/up.sql", "CREATE TABLE x ();\n");
    project
        .run("migrate", url)
        .exits(1)
        .says(&["`20260102T000000_b` was edited after the lock was written", "rehash"]);
    project.write("migrations/20260102T000000_b/up.sql", B.1);
    project.write("migrations/20260103T000000_c/up.sql", C.1);
    project.run("migrate", url).exits(1).says(&["the lock does not know `20260103T000000_c`"]);
    project.remove("20260103T000000_c");
    project.remove("20260102T000000_b");
    project
        .run("migrate", url)
        .exits(1)
        .says(&["no files of `20260102T000000_b`, which the lock names"]);
    assert_eq!(tables(&database), "");
    project.write("migrations/20260102T000000_b/up.sql", B.1);
    project.run("migrate", url).exits(0);
}

#[test]
fn a_history_that_was_changed_by_hand() {
    let database = postgres::default().database();
    let project = Project::new(&[A, B]);
    let url = &database.url();
    project.run("migrate --to 20260101T000000", url).exits(0);
    let mut client = database.connect();
    for (change, said, back) in [
        ("UPDATE schemac.migrations SET checksum = 'x'", "its checksum is no SHA-256", ""),
        (
            "UPDATE schemac.migrations SET version = 'x'",
            "its version is no time",
            "UPDATE schemac.migrations SET version = '20260101T000000'",
        ),
        (
            "ALTER TABLE schemac.migrations RENAME begun TO b",
            "is not the one that schemac makes",
            "ALTER TABLE schemac.migrations RENAME b TO begun",
        ),
        (
            "COMMENT ON TABLE schemac.migrations IS 'schemac history 7'",
            "the history is of a newer schemac",
            "COMMENT ON TABLE schemac.migrations IS 'schemac history 1'",
        ),
        (
            "COMMENT ON TABLE schemac.migrations IS 'mine'",
            "its comment is not schemac's",
            "COMMENT ON TABLE schemac.migrations IS 'schemac history 1'",
        ),
    ] {
        let checksum: String =
            client.query_one("SELECT max(checksum) FROM schemac.migrations", &[]).unwrap().get(0);
        client.batch_execute(change).unwrap();
        project.run("migrate", url).exits(3).says(&[said]);
        project.run("status", url).exits(3).says(&[said]);
        client.batch_execute(back).unwrap();
        client.execute("UPDATE schemac.migrations SET checksum = $1", &[&checksum]).unwrap();
    }
    assert_eq!(tables(&database), "a");
    project.run("migrate", url).exits(0);
}

#[test]
fn files_that_can_not_be_read() {
    let database = postgres::default().database();
    let url = &database.url();
    let project = Project::new(&[A]);
    project.write("migrations/README.md", "beside them");
    project.write("migrations/.hidden/x", "");
    project.write("migrations/20260102_b/up.sql", B.1);
    project.write("migrations/20260103T000000_c/down.sql", "");
    project.write("migrations/20260104T000000_d/up.sql", b"\xff");
    project.write("migrations/20260105T000000_e/up.sql", "");
    project.write("migrations/20260105T000000_f/up.sql", "");
    project.run("migrate", url).exits(1).says(&[
        "migrations/20260102_b: `20260102_b` is no name of a migration",
        "`20260103T000000_c` has no `up.sql`",
        "migrations/20260104T000000_d/up.sql: the file is not UTF-8",
        "two migrations have the same version: `20260105T000000_e` and `20260105T000000_f`",
    ]);
    fs::remove_dir_all(project.path().join("migrations")).unwrap();
    project
        .run("migrate", url)
        .exits(1)
        .says(&["there is no directory of migrations at `migrations`"]);
    assert_eq!(tables(&database), "");
}

#[test]
fn statements_that_are_not_for_here_are_refused_before_anything_runs() {
    let database = postgres::default().database();
    let url = &database.url();
    for (sql, place, said) in [
        ("SELECT 1;\n\\i other.sql\n", ":2", "`\\i` is a command of psql's"),
        ("COPY a FROM stdin;\n1\n\\.\n", ":1", "the rows of `COPY … FROM STDIN`"),
        ("BEGIN;\nCREATE TABLE b ();\nCOMMIT;\n", ":1", "begins and ends the transactions itself"),
        ("\n\nCREATE INDEX CONCURRENTLY i ON a (x);\n", ":3", "`-- schemac: no-transaction`"),
        ("SELECT $x$;\n", ":1", "this dollar-quoted string has no end"),
        ("-- schemac: no-transactoin\n", ":1", "is no directive that this schemac knows"),
    ] {
        let project = Project::new(&[A, ("20260102T000000_b", sql, "")]);
        let place = format!("migrations/20260102T000000_b/up.sql{place}");
        project.run("migrate", url).exits(1).says(&[&place, said]);
        assert_eq!(tables(&database), "", "{sql}");
    }
    let whole = "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $f$ BEGIN RETURN ';\\d'; END $f$;\n\
                 CREATE TABLE \"a;b\" (t text DEFAULT E'\\';'); /* ; /* ; */ */ COMMENT ON TABLE \"a;b\" IS 'x;y';\n";
    Project::new(&[A, ("20260102T000000_b", whole, "")]).run("migrate", url).exits(0);
    assert_eq!(tables(&database), "a,a;b");
}

#[test]
fn roles_that_may_not() {
    let server = postgres::private();
    let database = server.database();
    let project = Project::new(&[A]);
    let name = &database.name;
    let sql = format!(
        "CREATE ROLE reader LOGIN; CREATE ROLE frozen LOGIN SUPERUSER; ALTER ROLE frozen SET default_transaction_read_only = on; \
         CREATE ROLE owner LOGIN; GRANT CREATE ON DATABASE {name} TO owner; CREATE ROLE hasty LOGIN SUPERUSER; \
         ALTER ROLE hasty SET statement_timeout = '2s'"
    );
    database.run_sql(&sql).unwrap();
    let url = |role: &str| database.url().replace("user=postgres", &format!("user={role}"));
    project.run("migrate", &url("reader")).exits(3).says(&[
        "the table of the history can't be made: permission denied for database",
        "CREATE SCHEMA schemac AUTHORIZATION",
    ]);
    project
        .run("migrate", &url("frozen"))
        .exits(3)
        .says(&["are read-only", "default_transaction_read_only"]);
    assert!(!database.dump().contains("schemac"), "nothing is made");
    // It may make the history, and not the table.
    let schema =
        if server.major() < 15 { "REVOKE CREATE ON SCHEMA public FROM public" } else { "SELECT" };
    database.run_sql(schema).unwrap();
    project.run("migrate", &url("owner")).exits(3).says(&[
        "migrations/20260101T000000_a/up.sql:1: permission denied for schema public (SQLSTATE 42501)",
    ]);
    assert!(project.run("status", &url("owner")).exits(1).out.contains("failed"));
    let slow = "SELECT pg_sleep(2.2);\nCREATE TABLE a ();\n";
    project.write("migrations/20260101T000000_a/up.sql", slow);
    project.run("migrate", &url("hasty")).exits(0);
    project.run("migrate", &url("reader")).exits(3).says(&["permission denied for schema schemac"]);
}

#[test]
fn a_server_that_is_not_there() {
    let project = Project::new(&[A]);
    let nowhere = "postgres:///x?host=/nowhere";
    project.run("migrate", nowhere).exits(3).says(&["no server listens at the socket"]);
    project.run("migrate --wait 300ms", nowhere).exits(3).says(&["waiting for the server"]);
    project.run("migrate --wait soon", nowhere).exits(2).says(&["one of the units ms, s, min"]);
}
