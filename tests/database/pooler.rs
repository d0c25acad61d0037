//! Through a pooler in transaction mode: PgBouncer, with one connection to the server for all.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use schemac::database::Connection;
use schemac::database::url::Url;
use tempfile::TempDir;

use super::{refusal, replies};
use crate::support::postgres::account;
use crate::support::postgres::{self, database::Database};

/// A running PgBouncer, ended with the value.
pub(crate) struct Pooler {
    directory: TempDir,
    process: Child,
}

impl Pooler {
    /// Starts one in front of a database.
    pub(crate) fn start(database: &Database<'_>) -> Pooler {
        let directory =
            tempfile::Builder::new().prefix("schemac-pooler-").tempdir_in("/tmp").unwrap();
        let place = directory.path().display();
        let server =
            database.url().split_once("host=").unwrap().1.split('&').next().unwrap().to_owned();
        let name = &database.name;
        let settings = format!(
            "[databases]\n{name} = host={server} port=5432 dbname={name} user=postgres\n\
             [pgbouncer]\nlisten_addr =\nunix_socket_dir = {place}\nlisten_port = 6432\nauth_type = any\n\
             pool_mode = transaction\ndefault_pool_size = 1\nlogfile = {place}/log\n"
        );
        let file = directory.path().join("settings.ini");
        fs::write(&file, settings).unwrap();
        account::give_all(directory.path()).unwrap();
        let mut command = account::command(program());
        command.arg(file).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn().unwrap();
        let mut pooler = Pooler { directory, process };
        pooler.wait();
        pooler
    }

    fn wait(&mut self) {
        let began = Instant::now();
        while !self.directory.path().join(".s.PGSQL.6432").exists() {
            let log = || fs::read_to_string(self.directory.path().join("log")).unwrap_or_default();
            assert!(
                self.process.try_wait().unwrap().is_none(),
                "PgBouncer does not start: {}",
                log()
            );
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "PgBouncer does not start: {}",
                log()
            );
            sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://app@/{database}?host={}&port=6432", self.directory.path().display())
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the program, which Debian does not put on everybody's `PATH`.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    places.push("/usr/sbin".into());
    let found = places.into_iter().map(|it| it.join("pgbouncer")).find(|it| it.is_file());
    found.expect("there is no pgbouncer: run `tests/setup`, which installs what the tests need")
}

#[test]
fn sessions_take_turns_on_one_connection() {
    let server = postgres::private();
    let database = server.database();
    let pooler = Pooler::start(&database);
    let url = Url::parse(&pooler.url(&database.name)).unwrap();
    let mut connections: Vec<Connection> =
        (0..3).map(|_| Connection::open(&url).unwrap()).collect();
    for n in 0..3 {
        for connection in &mut connections {
            let sql =
                format!("BEGIN; SET LOCAL search_path = ''; SELECT {n}; COMMIT; SHOW search_path");
            let found = replies(connection, &sql).unwrap();
            let expected =
                [format!("2: [Some(\"{n}\")]"), "4: [Some(\"\\\"$user\\\", public\")]".to_owned()];
            assert!(expected.iter().all(|it| found.contains(it)), "{found:?}");
        }
    }
    let error = connections[0].run("SELECT nothing").unwrap_err();
    assert_eq!(error.sqlstate(), Some("42703"));
    let place = pooler.directory.path().join(".s.PGSQL.6432").display().to_string();
    let said = refusal(&pooler.url("nope")).replace(&place, "SOCKET");
    let help = "help: if it is a pooler, let it have the database `nope` and the role `app`; look into its log";
    assert!(said.starts_with("database-error: `SOCKET` refuses the connection: "), "{said}");
    assert!(said.ends_with(help), "{said}");
}

#[test]
fn what_is_pulled_through_it_is_what_is_pulled_without() {
    let server = postgres::private();
    let database = server.database();
    let sql = "CREATE TABLE a (id integer PRIMARY KEY, b text DEFAULT 'x' || 'y'); CREATE VIEW v AS SELECT b FROM a";
    database.run_sql(sql).unwrap();
    let pooler = Pooler::start(&database);
    let out = TempDir::new().unwrap();
    let mut texts = Vec::new();
    for (name, url) in [("pooled", pooler.url(&database.name)), ("direct", database.url())] {
        let directory = out.path().join(name);
        let output = Command::new(env!("CARGO_BIN_EXE_schemac"))
            .args(["pull", "--database-url", &url, "--out"])
            .arg(&directory)
            .current_dir(out.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        texts.push(text(&directory));
    }
    assert!(texts[0].contains("table a") && texts[0] == texts[1], "{}\n{}", texts[0], texts[1]);
}

/// Returns the text of all files of a directory.
fn text(directory: &Path) -> String {
    let mut paths: Vec<_> = fs::read_dir(directory).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}
