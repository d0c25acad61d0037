//! The test harness itself: servers, databases and dumps are as `tests/support/postgres` says, and nothing is left.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use crate::support::{pg_dump, postgres};

/// Tells a child process of [`nothing_outlives_a_test_process`] how to end.
const ENDING: &str = "SCHEMAC_TEST_ENDING";

#[test]
fn each_database_is_new_and_empty() {
    let server = postgres::default();
    let (a, b) = (server.database(), server.database());
    assert_ne!(a.name, b.name);
    a.run_sql("CREATE TABLE t (a integer)").unwrap();
    b.run_sql("CREATE TABLE t (a integer)").unwrap();
}

#[test]
fn a_database_goes_with_its_value() {
    let server = postgres::default();
    let database = server.database();
    let name = database.name.clone();
    // An open connection does not keep it.
    let _open = database.connect();
    let observer = server.database();
    let exists = || {
        let mut client = observer.connect();
        let row = client
            .query_one("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", &[&name])
            .unwrap();
        row.get::<_, bool>(0)
    };
    assert!(exists());
    drop(database);
    assert!(!exists());
}

#[test]
fn many_threads_share_a_server() {
    let names: BTreeSet<_> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| postgres::default().database().name.clone())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(names.len(), 8);
}

#[test]
fn a_script_runs_whole_or_not_at_all() {
    let server = postgres::default();
    let database = server.database();
    let error = database.run_sql("CREATE TABLE t (a integer);\nCREATE TABLE t ();").unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.message.as_str()),
        ("42P07", "relation \"t\" already exists")
    );
    assert!(!database.dump().contains("CREATE TABLE"));

    let error = database.run_sql("SELECT 1;\nSELECT 'ä', nothing;").unwrap_err();
    assert_eq!(error.line, Some(2));
    assert_eq!(
        error.to_string(),
        "ERROR 42703: column \"nothing\" does not exist\nline 2: SELECT 'ä', nothing;"
    );
}

#[test]
fn psql_loads_a_script() {
    let server = postgres::default();
    let database = server.database();
    let script = std::env::temp_dir().join(format!("{}.sql", database.name));
    fs::write(&script, "CREATE TABLE t (a integer);\nCREATE INDEX ON t (a);\n").unwrap();
    let loaded = database.psql(&script);
    let again = database.psql(&script);
    fs::remove_file(&script).unwrap();
    loaded.unwrap();
    assert!(again.unwrap_err().contains("relation \"t\" already exists"));
    assert!(database.dump().contains("CREATE INDEX t_a_idx"));
}

#[test]
fn the_same_schema_is_the_same_on_every_major() {
    for major in BTreeSet::from([14, postgres::default().major(), 18]) {
        let server = postgres::major(major);
        assert_eq!(server.major(), major);
        let (left, right) = (server.database(), server.database());
        assert_eq!(left.major(), major);
        let (table, sequence) = ("CREATE TABLE t (a integer, b text);", "CREATE SEQUENCE q;");
        left.run_sql(&format!("{table}{sequence}")).unwrap();
        right.run_sql(&format!("{sequence}{table}")).unwrap();
        pg_dump::assert_same(&left.dump(), &right.dump());
        right.run_sql("ALTER TABLE t ADD COLUMN c date").unwrap();
        let differences =
            pg_dump::differences(&pg_dump::parse(&left.dump()), &pg_dump::parse(&right.dump()));
        assert_eq!(differences.len(), 1, "{differences:?}");
    }
}

#[test]
fn a_private_server_goes_with_its_value() {
    let server = postgres::private();
    let place = server.directory().unwrap().to_owned();
    server.database().run_sql("CREATE TABLE t (a integer)").unwrap();
    assert!(has_process(&place));
    drop(server);
    assert_vanishes("drop", &place);
}

/// A process that uses a server ends in each way there is; its server and its folder are gone soon after.
#[test]
fn nothing_outlives_a_test_process() {
    if let Ok(ending) = std::env::var(ENDING) {
        use_a_server_and_end(&ending);
    }
    let children: Vec<_> =
        ["exit", "panic", "abort", "kill"].map(|ending| (ending, start_child(ending))).into();
    for (ending, mut child) in children {
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let place = lines.find_map(|line| line.unwrap().strip_prefix("server ").map(PathBuf::from));
        let place = place.unwrap_or_else(|| panic!("{ending}: the child started no server"));
        assert!(place.join("data/postmaster.pid").exists() || ending != "kill");
        if ending == "kill" {
            child.kill().unwrap();
        }
        assert!(!child.wait().unwrap().success() || ending == "exit");
        assert_vanishes(ending, &place);
    }
}

fn start_child(ending: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "harness::nothing_outlives_a_test_process", "--nocapture"])
        .env(ENDING, ending)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What a child process does: it tells its server's folder and ends.
fn use_a_server_and_end(ending: &str) -> ! {
    let server = postgres::private();
    let database = server.database();
    let _open = database.connect();
    say(&format!("\nserver {}", server.directory().unwrap().display()));
    match ending {
        "exit" => std::process::exit(0),
        "panic" => panic!("as the test asks"),
        "abort" => std::process::abort(),
        // Waits to be killed; where the parent dies first, so does this.
        _ => {
            let _ = std::io::stdin().read_line(&mut String::new());
            std::process::exit(1)
        }
    }
}

#[expect(clippy::print_stdout, reason = "a child process speaks to its parent")]
fn say(line: &str) {
    println!("{line}");
}

fn assert_vanishes(ending: &str, place: &Path) {
    let began = Instant::now();
    while place.exists() || has_process(place) {
        assert!(began.elapsed() < Duration::from_secs(60), "{ending}: {} is left", place.display());
        sleep(Duration::from_millis(20));
    }
}

/// Whether a process names the folder in its command line, as its server and its watchdog do.
fn has_process(place: &Path) -> bool {
    let place = place.to_string_lossy();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|process| fs::read(process.path().join("cmdline")).ok())
        .any(|line| String::from_utf8_lossy(&line).contains(&*place))
}
