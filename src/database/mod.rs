//! Talking to PostgreSQL: connections that run statements and stream rows, and what can go wrong on the way.
//!
//! All goes by the simple protocol, in which any number of statements takes one round trip and nothing is prepared: so
//! it works through a pooler in transaction mode. Values are text, as PostgreSQL's own output functions write them.

#![expect(clippy::disallowed_methods, reason = "libpq's variables and files are read here")]

pub mod error;
mod fault;
mod settings;
pub mod url;

use std::pin::pin;

use futures_util::StreamExt as _;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, NoTls, SimpleQueryMessage, SimpleQueryRow};

use crate::sql::version::PgVersion;
use error::{DatabaseError, Kind};
use settings::{Endpoint, Settings};
use url::Url;

/// Rows that are taken from the stream before they are given on.
const CHUNK: usize = 256;

/// A connection to a database.
pub struct Connection {
    runtime: Runtime,
    client: Client,
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
        let settings = Settings::new(url, &|name| std::env::var(name).ok())?;
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            DatabaseError::new(Kind::Unreachable, format!("no connection can be made: {error}"))
        })?;
        let client = connect(&runtime, &settings)?;
        // The least of all that an error can name.
        let version = PgVersion::from_num(150_000).map_err(|error| too_old(&error))?;
        let mut connection = Connection { runtime, client, version };
        connection.version = connection.ask_version()?;
        Ok(connection)
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
        mut each: impl FnMut(Reply<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut statement = 0;
        let answer = self.runtime.block_on(self.client.simple_query_raw(sql));
        let answer = answer.map_err(|error| fault::of_statement(&error, sql, statement))?;
        let mut chunks = pin!(answer.ready_chunks(CHUNK));
        // Between the chunks nothing runs here, so that `each` may use another connection.
        while let Some(chunk) = self.runtime.block_on(chunks.next()) {
            for message in chunk {
                match message.map_err(|error| fault::of_statement(&error, sql, statement))? {
                    SimpleQueryMessage::Row(row) => {
                        each(Reply::Row { statement, row: TextRow(&row) })?;
                    }
                    SimpleQueryMessage::CommandComplete(_) => {
                        each(Reply::Done { statement })?;
                        statement += 1;
                    }
                    // The names of the columns; the enum may grow.
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn ask_version(&mut self) -> Result<PgVersion, DatabaseError> {
        let mut num = None;
        self.stream("SHOW server_version_num", |reply| {
            if let Reply::Row { row, .. } = reply {
                num = row.get(0).and_then(|text| text.parse().ok());
            }
            Ok::<_, DatabaseError>(())
        })?;
        let missing = || DatabaseError::new(Kind::Protocol, "the server does not tell its version");
        PgVersion::from_num(num.ok_or_else(missing)?).map_err(|error| too_old(&error))
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

fn too_old(error: &crate::sql::version::TooOld) -> DatabaseError {
    DatabaseError::new(Kind::TooOld, error.to_string())
        .with_help("upgrade the server, or name another one in the URL")
}

/// Connects to the first server of a list that answers.
fn connect(runtime: &Runtime, settings: &Settings) -> Result<Client, DatabaseError> {
    let mut last = None;
    for endpoint in &settings.endpoints {
        let mut config = settings.config.clone();
        match endpoint {
            Endpoint::Socket { directory, port } => config.host_path(directory).port(*port),
            Endpoint::Network { host, port } => config.host(host).port(*port),
        };
        if let Some(patience) = settings.patience {
            config.connect_timeout(patience);
        }
        match runtime.block_on(config.connect(NoTls)) {
            Ok((client, connection)) => {
                runtime.spawn(connection);
                return Ok(client);
            }
            Err(error) => last = Some(error),
        }
    }
    let error = last.map(|error| match error.as_db_error() {
        Some(said) => fault::of_server(said, None, None),
        None => DatabaseError::new(Kind::Unreachable, fault::with_source(&error)),
    });
    Err(error.unwrap_or_else(|| DatabaseError::new(Kind::Url, "the URL names no server")))
}
