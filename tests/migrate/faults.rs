//! What becomes of migrations when something is killed, full, slow or lost: nothing is recorded in part, and the next run ends where
//! one without a fault ends.

use std::process::Child;
use std::sync::{Arc, Mutex};

use super::project::{Done, Files, Project, dump};
use super::proxy::{Fate, Proxy};
use crate::support::postgres;
use crate::support::postgres::database::Database;

/// Migrations with all sorts of steps. The rows of `log` count how often each transaction ran.
pub(crate) const MIXED: [Files<'_>; 4] = [
    (
        "20260101T000000_base",
        "CREATE TABLE log (t text);\nCREATE TABLE a (id integer PRIMARY KEY, b text);\nINSERT INTO a SELECT n, n FROM \
         generate_series(1, 50) n;\nINSERT INTO log VALUES ('1');\n",
        "",
    ),
    (
        "20260102T000000_mixed",
        "ALTER TABLE a ADD c integer;\nINSERT INTO log VALUES ('2');\n-- schemac: no-transaction\nSET search_path = public;\n\
         CREATE INDEX CONCURRENTLY i ON a (b);\nINSERT INTO log VALUES ('3');\nCREATE UNIQUE INDEX CONCURRENTLY j ON a (b, id);\n\
         VACUUM a;\n-- schemac: transaction\nALTER TABLE a ADD CONSTRAINT k UNIQUE USING INDEX j;\nINSERT INTO log VALUES ('4');\n",
        "",
    ),
    (
        "20260103T000000_drops",
        "-- schemac: no-transaction\nDROP INDEX CONCURRENTLY i;\nREINDEX INDEX CONCURRENTLY k;\n-- schemac: repeatable\nDO $$ \
         BEGIN UPDATE a SET c = 1 WHERE c IS NULL; COMMIT; END $$;\n",
        "",
    ),
    ("20260104T000000_last", "CREATE TABLE b ();\nINSERT INTO log VALUES ('5');\n", ""),
];

/// What a database holds: its schema, how often each transaction ran, which migrations are recorded, what is invalid.
fn state(database: &Database<'_>) -> String {
    let mut client = database.connect();
    let row = client
        .query_one(
            "SELECT (SELECT string_agg(t, ',' ORDER BY t) FROM log), (SELECT count(*) FROM a WHERE c = 1)::text, \
             (SELECT string_agg(version || ':' || done || ':' || (finished IS NOT NULL) || ':' || coalesce(error, ''), ' ' \
             ORDER BY version) FROM schemac.migrations), \
             (SELECT count(*) FROM pg_index WHERE NOT indisvalid)::text",
            &[],
        )
        .unwrap();
    let values: Vec<String> = (0..4).map(|n| row.get::<_, String>(n)).collect();
    values.join("\n") + "\n" + &dump(database)
}

fn wanted() -> String {
    let database = postgres::default().database();
    Project::new(&MIXED).run("migrate", &database.url()).exits(0);
    let state = state(&database);
    assert!(state.starts_with("1,2,3,4,5\n50\n"), "{state}");
    state
}

/// Runs schemac through a line whose end after a statement also is the end of the process.
pub(crate) fn run_until(
    project: &Project,
    database: &Database<'_>,
    last: usize,
    fate: Fate,
) -> (Done, usize) {
    let child: Arc<Mutex<Option<Child>>> = Arc::default();
    let victim = Arc::clone(&child);
    let proxy = Proxy::start(&database.url(), move |n, _| {
        if n < last {
            return Fate::Pass;
        }
        // SIGKILL: nothing of the process runs any more.
        let mut victim = victim.lock().unwrap();
        victim.as_mut().unwrap().kill().unwrap();
        fate
    });
    let mut guard = child.lock().unwrap();
    *guard = Some(project.start("migrate --lock-wait 60s", &proxy.url(&database.name)));
    drop(guard);
    loop {
        let mut guard = child.lock().unwrap();
        if guard.as_mut().unwrap().try_wait().unwrap().is_some() {
            let done = Done::of(guard.take().unwrap());
            return (done, proxy.n_statements());
        }
        drop(guard);
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

#[test]
fn the_runner_is_killed_after_each_statement() {
    let wanted = wanted();
    let project = Project::new(&MIXED);
    let mut n = 1;
    loop {
        // Every other one is running still when the client goes.
        let fate = if n % 2 == 0 { Fate::Abandon } else { Fate::LoseReply };
        let database = postgres::default().database();
        let (killed, n_sent) = run_until(&project, &database, n, fate);
        if n_sent < n {
            assert_eq!(killed.code, Some(0), "{}", killed.err);
            assert!(40 < n, "{n} statements are too few: the line does not see them");
            return;
        }
        assert_eq!(killed.code, None, "it is killed at statement {n}: {}", killed.err);
        project.run("migrate --lock-wait 60s", &database.url()).exits(0);
        assert_eq!(state(&database), wanted, "killed at statement {n}");
        n += 1;
    }
}

#[test]
fn the_reply_to_each_commit_is_lost() {
    let wanted = wanted();
    let project = Project::new(&MIXED);
    let mut n = 1;
    loop {
        let database = postgres::default().database();
        let seen = Arc::new(Mutex::new(0));
        let count = Arc::clone(&seen);
        let proxy = Proxy::start(&database.url(), move |_, sql| {
            let mut count = count.lock().unwrap();
            *count += usize::from(sql == "COMMIT");
            if *count == n && sql == "COMMIT" { Fate::LoseReply } else { Fate::Pass }
        });
        let done = project.run("migrate", &proxy.url(&database.name)).exits(0);
        assert_eq!(state(&database), wanted, "lost at commit {n}");
        if *seen.lock().unwrap() < n {
            assert!(10 < n, "{n} are too few");
            return;
        }
        done.says(&[
            "the connection was lost, connecting again",
            "done: 4 migrations; the database has 4 migrations",
        ]);
        n += 1;
    }
}

#[test]
fn the_session_is_terminated() {
    let wanted = wanted();
    let project = Project::new(&MIXED);
    for n in (1..).step_by(4) {
        let database = postgres::default().database();
        let url = database.url();
        let proxy = Proxy::start(&database.url(), move |at, _| {
            if at == n {
                let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
                           AND pid <> pg_backend_pid()";
                postgres::database::connect(&url).batch_execute(end).unwrap();
            }
            Fate::Pass
        });
        let done = project.run("migrate --wait 30s", &proxy.url(&database.name)).exits(0);
        assert_eq!(state(&database), wanted, "terminated at statement {n}");
        if proxy.n_statements() < n {
            assert!(40 < n, "{n} are too few");
            return;
        }
        // The first statement is that of the connection.
        let is_said = ["lost", "57P01"].iter().any(|it| done.err.contains(it));
        assert!(is_said, "{n}: {}", done.err);
    }
}

#[test]
fn the_server_is_killed_and_started_again() {
    let wanted = wanted();
    let project = Project::new(&MIXED);
    for n in [4, 16, 24, 31, 38, 45, 55] {
        let server = Arc::new(postgres::private());
        let database = server.database();
        let victim = Arc::clone(&server);
        let proxy = Proxy::start(&database.url(), move |at, _| {
            if at == n {
                victim.crash();
                let victim = Arc::clone(&victim);
                std::thread::spawn(move || victim.start_again());
            }
            Fate::Pass
        });
        let done = project.run("migrate --wait 60s", &proxy.url(&database.name)).exits(0);
        assert!(n <= proxy.n_statements(), "{n}: {}", done.err);
        assert_eq!(state(&database), wanted, "killed at statement {n}: {}", done.err);
    }
}
