//! Talking to PostgreSQL: connections that run statements and stream rows, and what can go wrong on the way.
//!
//! All goes by the simple protocol, in which any number of statements takes one round trip and nothing is prepared: so
//! it works through a pooler in transaction mode. Values are text, as PostgreSQL's own output functions write them.

#![expect(
    clippy::disallowed_methods,
    reason = "libpq's variables and files are read here, and servers started"
)]

pub mod error;
pub mod scratch;
pub mod url;

mod connect;
mod fault;
mod password_file;
mod session;
mod settings;
mod tls;

use tokio_postgres::SimpleQueryRow;

use crate::sql::version::{PgVersion, TooOld};
use error::{DatabaseError, Kind};
use session::Session;
use settings::Settings;
use url::Url;

/// A connection to a database.
///
/// What it does blocks the thread: it is not for asynchronous code.
pub struct Connection {
    session: Session,
    version: PgVersion,
}

/// What PostgreSQL answers to statements.
#[derive(Debug)]
pub enum Reply<'r> {
    /// A row of a statement's result.
    Row {
        /// Which of the statements, from 0.
        statement: usize,
        /// Its values.
        row: TextRow<'r>,
    },
    /// The end of a statement.
    Done {
        /// Which of the statements, from 0.
        statement: usize,
    },
}

/// The values of a row, as text.
#[derive(Clone, Copy)]
pub struct TextRow<'r>(&'r SimpleQueryRow);

impl Connection {
    /// Connects to a database.
    ///
    /// What the URL leaves open is taken from libpq's environment variables and password file.
    ///
    /// # Errors
    /// When there is no way to a database of a server that is new enough.
    pub fn open(url: &Url) -> Result<Connection, DatabaseError> {
        let mut session = Session::open(Settings::new(url, &|name| std::env::var(name).ok())?)?;
        let version = ask_version(&mut session)?;
        Ok(Connection { session, version })
    }

    /// Returns the server's version.
    pub fn version(&self) -> PgVersion {
        self.version
    }

    /// Runs statements in one round trip, and leaves out the rows that they return.
    ///
    /// # Errors
    /// The first statement that PostgreSQL refuses, or the loss of the connection.
    pub fn run(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.stream(sql, |_| Ok(()))
    }

    /// Runs statements in one round trip and gives each row as it arrives.
    ///
    /// PostgreSQL takes several statements for one transaction, unless they say otherwise.
    ///
    /// # Errors
    /// The first statement that PostgreSQL refuses, the loss of the connection, or what `each` returns: then the rest
    /// of the rows is passed over.
    pub fn stream<E: From<DatabaseError>>(
        &mut self,
        sql: &str,
        each: impl FnMut(Reply<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.session.stream(sql, each)
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("version", &self.version).finish_non_exhaustive()
    }
}

impl<'r> TextRow<'r> {
    /// Returns how many values it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Tells whether it has no values, as the rows of a table without columns.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the value of a column, from 0; `None` for NULL, and where there is no such column.
    pub fn get(&self, column: usize) -> Option<&'r str> {
        self.0.try_get(column).ok().flatten()
    }
}

impl std::fmt::Debug for TextRow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries((0..self.len()).map(|column| self.get(column))).finish()
    }
}

fn ask_version(session: &mut Session) -> Result<PgVersion, DatabaseError> {
    let mut num = None;
    session.stream("SHOW server_version_num", |reply| {
        if let Reply::Row { row, .. } = reply {
            num = row.get(0).and_then(|text| text.parse().ok());
        }
        Ok::<_, DatabaseError>(())
    })?;
    let missing = || DatabaseError::new(Kind::Protocol, "the server does not tell its version");
    PgVersion::from_num(num.ok_or_else(missing)?).map_err(|error: TooOld| {
        DatabaseError::new(Kind::TooOld, error.to_string())
            .with_help("upgrade the server, or name another one in the URL")
    })
}
