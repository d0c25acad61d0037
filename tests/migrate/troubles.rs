//! Locks that others hold, indexes left invalid, statements that fail, poolers and full disks.

use std::sync::{Arc, Mutex};

use super::faults::{MIXED, run_until};
use super::project::{Done, Project};
use super::proxy::{Fate, Proxy};
use crate::support::postgres;

#[test]
fn another_session_holds_a_lock() {
    let database = postgres::default().database();
    let project = Project::new(&[(
        "20260101T000000_a",
        "CREATE TABLE before ();\nALTER TABLE a ADD b integer;\n",
        "",
    )]);
    let url = &database.url();
    database.run_sql("CREATE TABLE a ()").unwrap();
    let mut holder = database.connect();
    holder.batch_execute("BEGIN; LOCK TABLE a IN ACCESS SHARE MODE").unwrap();
    project.run("migrate --lock-timeout 50ms --retries 2", url).exits(3).says(&[
        "trying again in about 200 ms",
        "trying again in about 400 ms",
        "migrations/20260101T000000_a/up.sql:2: canceling statement due to lock timeout (SQLSTATE 55P03)",
        "raise `--lock-timeout` or `--retries`",
    ]);
    assert!(!database.dump().contains("TABLE public.before"), "nothing of it holds");
    let status = project.run("status", url).exits(1);
    assert!(
        status.out.contains("failed       20260101T000000_a  0 of its statements hold"),
        "{}",
        status.out
    );
    assert!(status.out.contains("statement 2: canceling statement"), "{}", status.out);
    // While it waits, others read the table between its attempts; when the lock is gone it gets through.
    let run = project.start("migrate --lock-timeout 50ms --retries 20", url);
    let mut reader = database.connect();
    for _ in 0..20 {
        reader.batch_execute("SET statement_timeout = '5s'; SELECT FROM a").unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    holder.batch_execute("ROLLBACK").unwrap();
    Done::of(run).exits(0).says(&["trying again"]);
}

#[test]
fn another_runner_holds_the_lock() {
    let database = postgres::default().database();
    let project = Project::new(&[MIXED[0]]);
    let url = &database.url();
    let mut holder = database.connect();
    holder
        .batch_execute("SET application_name = 'the other'; SELECT pg_advisory_lock(1935895905, 1)")
        .unwrap();
    project.run("migrate --lock-wait 300ms", url).exits(3).says(&[
        "waiting for another runner: process",
        "the other",
        "another runner has the lock for",
        "pg_terminate_backend",
    ]);
    let run = project.start("migrate --lock-wait 60s", url);
    std::thread::sleep(std::time::Duration::from_millis(300));
    drop(holder);
    Done::of(run).exits(0).says(&["waiting for another runner", "done: 1 migration"]);
}

#[test]
fn an_index_that_was_left_invalid_is_built_again() {
    let database = postgres::default().database();
    database.run_sql("CREATE TABLE a (b integer); INSERT INTO a VALUES (1), (1)").unwrap();
    let sql = "-- schemac: no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY i ON a (b);\n";
    let project = Project::new(&[("20260101T000000_a", sql, "")]);
    let url = &database.url();
    let is_valid = || -> bool {
        let sql = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass";
        database.connect().query_one(sql, &[]).unwrap().get(0)
    };
    project
        .run("migrate", url)
        .exits(3)
        .says(&["up.sql:2: could not create unique index \"i\"", "Key (b)=(1) is duplicated"]);
    assert!(!is_valid());
    project.run("migrate", url).exits(3).says(&["the index `i` was left invalid", "is duplicated"]);
    database.run_sql("DELETE FROM a WHERE ctid = '(0,1)'").unwrap();
    project
        .run("migrate", url)
        .exits(0)
        .says(&["the index `i` was left invalid; it is dropped and built again"]);
    assert!(is_valid());
    // Where the statement says IF NOT EXISTS, PostgreSQL would take the invalid one for done.
    database.run_sql("INSERT INTO a VALUES (2)").unwrap();
    let by_hand = "DROP INDEX i; UPDATE pg_index SET indisvalid = false WHERE false";
    database.run_sql(by_hand).unwrap();
    let mut client = database.connect();
    client.batch_execute("INSERT INTO a VALUES (2)").unwrap();
    client.batch_execute("CREATE UNIQUE INDEX CONCURRENTLY i ON a (b)").unwrap_err();
    client.batch_execute("DELETE FROM a WHERE ctid = (SELECT max(ctid) FROM a)").unwrap();
    let sql = sql.replace("CONCURRENTLY i", "CONCURRENTLY IF NOT EXISTS i");
    project.write("migrations/20260102T000000_b/up.sql", sql);
    assert!(!is_valid());
    project.run("migrate", url).exits(0).says(&["the index `i` was left invalid"]);
    assert!(is_valid());
}

#[test]
fn what_fails_midway_is_not_recorded_in_part() {
    let database = postgres::default().database();
    let sql = "CREATE TABLE a ();\nALTER TABLE a\n  ADD b nothing;\n";
    let project = Project::new(&[
        ("20260101T000000_a", sql, ""),
        ("20260102T000000_b", "CREATE TABLE b ();", ""),
    ]);
    let url = &database.url();
    project.run("migrate", url).exits(3).says(&[
        "migrations/20260101T000000_a/up.sql:3: type \"nothing\" does not exist (SQLSTATE 42704)",
    ]);
    assert!(!database.dump().contains("TABLE public.a"));
    let json = project.run("status --format json", url).exits(1).out;
    for text in ["\"state\": \"failed\"", "\"statement\": 2", "\"statements_done\": 0", "42704"] {
        assert!(json.contains(text), "{text}: {json}");
    }
    project.write("migrations/20260101T000000_a/up.sql", sql.replace("nothing", "integer"));
    project.run("migrate", url).exits(0).says(&["the database has 2 migrations"]);
    // What holds until the end of the transaction only.
    let deferred = "CREATE TABLE c (a integer UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO c VALUES (1), (1);\n";
    project.write("migrations/20260103T000000_c/up.sql", deferred);
    project
        .run("migrate", url)
        .exits(3)
        .says(&["PostgreSQL refuses the end of the transaction: duplicate key"]);
    assert!(!database.dump().contains("TABLE public.c"));
}

#[test]
fn what_nobody_can_find_out_is_asked() {
    let sql = "-- schemac: no-transaction\nDO $$ BEGIN INSERT INTO a VALUES (1); COMMIT; END $$;\nINSERT INTO a VALUES (2);\n";
    let project = Project::new(&[
        ("20260101T000000_a", "CREATE TABLE a (n integer)", ""),
        ("20260102T000000_b", sql, ""),
    ]);
    for (decision, rows) in [("done", 2_i64), ("again", 3)] {
        let database = postgres::default().database();
        let n = Arc::new(Mutex::new(None));
        let first = postgres::default().database();
        let counter = Proxy::start(&first.url(), {
            let n = Arc::clone(&n);
            move |at, sql| {
                if sql.starts_with("DO ") {
                    *n.lock().unwrap() = Some(at);
                }
                Fate::Pass
            }
        });
        project.run("migrate", &counter.url(&first.name)).exits(0);
        let at = n.lock().unwrap().unwrap();
        let (killed, _) = run_until(&project, &database, at, Fate::LoseReply);
        assert_eq!(killed.code, None);
        let url = &database.url();
        let texts = [
            "up.sql:2: statement 1 of `20260102T000000_b` was running",
            "migrate --decide done",
            "migrate --decide again",
        ];
        project.run("migrate", url).exits(3).says(&texts);
        project.run("migrate", url).exits(3).says(&texts);
        assert!(project.run("status", url).exits(1).out.contains("interrupted  20260102T000000_b"));
        project.run(&format!("migrate --decide {decision}"), url).exits(0);
        let found: i64 =
            database.connect().query_one("SELECT count(*) FROM a", &[]).unwrap().get(0);
        assert_eq!(found, rows, "{decision}");
    }
}

#[test]
fn a_pooler_in_transaction_mode_is_refused_and_keeps_no_lock() {
    let server = postgres::private();
    let database = server.database();
    let pooler = crate::database::pooler::Pooler::start(&database);
    let project = Project::new(&MIXED);
    let url = pooler.url(&database.name);
    for _ in 0..3 {
        project.run("migrate", &url).exits(3).says(&[
            "a pooler that gives each transaction to another session",
            "connect to PostgreSQL itself, or to a pool in session mode",
        ]);
    }
    assert!(!database.dump().contains("schemac"), "nothing is made");
    let n_locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'";
    assert_eq!(database.connect().query_one(n_locks, &[]).unwrap().get::<_, i64>(0), 0);
    project.run("migrate", &database.url()).exits(0);
    // Where nothing is to be done, no lock is needed.
    project.run("migrate", &url).exits(0).says(&["nothing to do"]);
}

/// A small disk in memory, unmounted with the value.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new(megabytes: u32) -> SmallDisk {
        let directory =
            tempfile::Builder::new().prefix("schemac-disk-").tempdir_in("/tmp").unwrap();
        let mut mount = std::process::Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m,mode=777"), "tmpfs"])
            .arg(directory.path());
        let output =
            mount.output().expect("there is no `mount`: this test fills a disk of its own");
        assert!(
            output.status.success(),
            "this test fills a small disk of its own, for which it must be root and may mount: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        postgres::account::give(directory.path()).unwrap();
        SmallDisk(directory)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // The server may hold it for a moment.
        let _ = std::process::Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn the_disk_is_full() {
    let disk = SmallDisk::new(24);
    let server = postgres::private();
    let place = disk.0.path().join("space");
    std::fs::create_dir(&place).unwrap();
    postgres::account::give(&place).unwrap();
    let database = server.database();
    let mut client = database.connect();
    client
        .batch_execute(&format!("CREATE TABLESPACE small LOCATION '{}'", place.display()))
        .unwrap();
    client
        .batch_execute(&format!("ALTER DATABASE {} SET default_tablespace = small", database.name))
        .unwrap();
    let filler = disk.0.path().join("filler");
    std::fs::write(&filler, vec![1; 20 << 20]).unwrap();
    let project = Project::new(&[
        ("20260101T000000_a", "CREATE TABLE a AS SELECT n FROM generate_series(1, 60000) n;\n", ""),
        (
            "20260102T000000_b",
            "-- schemac: no-transaction\nCREATE INDEX CONCURRENTLY i ON a (n);\nCREATE INDEX CONCURRENTLY j ON a (n);\n\
             CREATE INDEX CONCURRENTLY k ON a (n);\n",
            "",
        ),
        (
            "20260103T000000_c",
            "CREATE TABLE c ();\nCREATE TABLE d AS SELECT n FROM generate_series(1, 200000) n;\n",
            "",
        ),
    ]);
    let url = &database.url();
    project
        .run("migrate", url)
        .exits(3)
        .says(&["SQLSTATE 53100", "the disk of the server is full: make room"]);
    let invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
    assert_eq!(
        client.query_one(invalid, &[]).unwrap().get::<_, i64>(0),
        1,
        "an index is left invalid"
    );
    std::fs::write(&filler, vec![1; 14 << 20]).unwrap();
    // Now the index is built, and the table after it is too large.
    project.run("migrate", url).exits(3).says(&[
        "was left invalid; it is dropped and built again",
        "up.sql:2",
        "SQLSTATE 53100",
    ]);
    assert!(!database.dump().contains("TABLE public.c"), "nothing of the transaction holds");
    std::fs::remove_file(&filler).unwrap();
    project.run("migrate", url).exits(0).says(&["the database has 3 migrations"]);
    assert_eq!(client.query_one(invalid, &[]).unwrap().get::<_, i64>(0), 0);
    let rows: i64 = client.query_one("SELECT count(*) FROM d", &[]).unwrap().get(0);
    assert_eq!(rows, 200_000);
}
