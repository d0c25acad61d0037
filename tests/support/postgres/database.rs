//! A test's own database, and what a test does with it.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use postgres::error::ErrorPosition;
use postgres::{Client, NoTls};

use super::find::Program;
use super::{Place, Server, account};

/// A database, dropped with the value.
pub(crate) struct Database<'a> {
    /// Its name, which needs no quotes.
    pub(crate) name: String,
    server: &'a Server,
}

impl<'a> Database<'a> {
    /// Creates an empty database.
    ///
    /// # Panics
    /// Where the server refuses.
    pub(crate) fn create(server: &'a Server) -> Self {
        // PostgreSQL 15 and later can copy files instead of writing all pages to the log (manual: CREATE DATABASE).
        let strategy = if server.major >= 15 { " STRATEGY file_copy" } else { "" };
        let name = fresh_name();
        connect(&server.url("postgres"))
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0{strategy}"))
            .unwrap_or_else(|error| panic!("CREATE DATABASE {name}: {error}"));
        Database { name, server }
    }

    /// Returns its URL, as `libpq` and the `postgres` crate read it.
    pub(crate) fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// Returns the major version of its server.
    pub(crate) fn major(&self) -> u32 {
        self.server.major
    }

    /// Opens a connection.
    ///
    /// # Panics
    /// Where the server refuses.
    pub(crate) fn connect(&self) -> Client {
        connect(&self.url())
    }

    /// Runs a script in one transaction, as `psql -1 -v ON_ERROR_STOP=1 -f` does.
    ///
    /// # Errors
    /// The first error, with its place in the script. Nothing of the script holds then.
    pub(crate) fn run_sql(&self, script: &str) -> Result<(), ScriptError> {
        let mut client = self.connect();
        let run = |client: &mut Client| {
            let mut transaction = client.transaction()?;
            transaction.batch_execute(script)?;
            transaction.commit()
        };
        run(&mut client).map_err(|error| ScriptError::new(&error, script))
    }

    /// Runs a script in a transaction that is taken back.
    ///
    /// # Errors
    /// The first error, with its place in the script.
    pub(crate) fn try_sql(&self, script: &str) -> Result<(), ScriptError> {
        let mut client = self.connect();
        let mut transaction = client.transaction().unwrap_or_else(|error| panic!("BEGIN: {error}"));
        // The script's own transaction is within ours, and its end would be ours.
        let open = script.trim_end().strip_suffix("COMMIT;").unwrap_or(script);
        transaction.batch_execute(open).map_err(|error| ScriptError::new(&error, script))
    }

    /// Runs the script in a file in one transaction, with PostgreSQL's own `psql`.
    ///
    /// # Errors
    /// What `psql` says.
    pub(crate) fn psql(&self, script: &Path) -> Result<(), String> {
        let mut psql = self.client(self.server.psql());
        psql.args(["-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", &self.url(), "-f"]).arg(script);
        output(psql).map(drop)
    }

    /// Returns the schema, as `pg_dump -s` of the server's version or a newer one writes it.
    ///
    /// # Panics
    /// Where `pg_dump` fails.
    pub(crate) fn dump(&self) -> String {
        let mut pg_dump = self.client(self.server.pg_dump());
        pg_dump.args(["-s", "-d", &self.url()]);
        output(pg_dump).unwrap_or_else(|error| panic!("pg_dump -s of {}: {error}", self.name))
    }

    fn client(&self, program: &Program) -> Command {
        let mut command = Command::new(&program.path);
        match self.server.place {
            Place::Cluster(_) => account::without_pg_variables(&mut command),
            // `PGPASSWORD` and its like may belong to the URL that the user gave.
            Place::External(_) => &mut command,
        };
        command
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        // The test is over, perhaps by a panic: what fails here has nobody to tell.
        if let Ok(mut client) = Client::connect(&self.server.url("postgres"), NoTls) {
            let _ = client.batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        }
    }
}

/// A connection to a database of its own.
pub(crate) struct Session {
    // Closed before the database goes.
    client: Client,
    database: Database<'static>,
}

impl Session {
    /// Connects to a database and takes it over.
    pub(crate) fn new(database: Database<'static>) -> Self {
        Session { client: database.connect(), database }
    }

    /// Returns the URL of the database.
    pub(crate) fn url(&self) -> String {
        self.database.url()
    }
}

impl Deref for Session {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl DerefMut for Session {
    fn deref_mut(&mut self) -> &mut Client {
        &mut self.client
    }
}

/// A name that no other database has, also on a server that other machines use.
fn fresh_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    static START: LazyLock<u128> = LazyLock::new(|| {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros())
    });
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("t_{:x}_{}_{count}", *START, std::process::id())
}

pub(crate) fn connect(url: &str) -> Client {
    Client::connect(url, NoTls).unwrap_or_else(|error| panic!("no connection to {url}: {error}"))
}

/// Runs a program to its end and returns what it printed, else what it complained of.
fn output(mut command: Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Why a script failed.
pub(crate) struct ScriptError {
    /// The SQLSTATE, such as `42601`; empty where the connection broke.
    pub(crate) code: String,
    /// The server's words.
    pub(crate) message: String,
    /// The line of the script, counted from one.
    pub(crate) line: Option<usize>,
    text: String,
}

impl ScriptError {
    fn new(error: &postgres::Error, script: &str) -> Self {
        let Some(error) = error.as_db_error() else {
            let message = error.to_string();
            return ScriptError { code: String::new(), text: message.clone(), message, line: None };
        };
        let line = match error.position() {
            // Characters, counted from one.
            Some(ErrorPosition::Original(at)) => {
                Some(script.chars().take(*at as usize - 1).filter(|it| *it == '\n').count() + 1)
            }
            Some(ErrorPosition::Internal { .. }) | None => None,
        };
        let mut text = format!("{} {}: {}", error.severity(), error.code().code(), error.message());
        let parts =
            [("DETAIL", error.detail()), ("HINT", error.hint()), ("CONTEXT", error.where_())];
        for (name, part) in parts {
            text.extend(part.map(|part| format!("\n{name}: {part}")));
        }
        if let Some(line) = line {
            let shown = script.lines().nth(line - 1).unwrap_or_default();
            text.push_str(&format!("\nline {line}: {shown}"));
        }
        let code = error.code().code().to_owned();
        ScriptError { code, message: error.message().to_owned(), line, text }
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

// As `unwrap` shows it.
impl fmt::Debug for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
