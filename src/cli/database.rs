//! Flags of the commands that connect to a database, and what can go wrong with one.

use std::env;

use super::failure::{Failure, Kind};
use super::report::Report;
use super::screen::Screen;
use crate::database::Connection;
use crate::database::error::{DatabaseError, Kind as Trouble};
use crate::database::url::Url;
use crate::introspect::IntrospectError;
use crate::project::config::Project;

/// Where the database is.
#[derive(Debug, clap::Args)]
pub(super) struct DatabaseArgs {
    /// The database, as `postgres://role@host:5432/name`, with libpq's parameters behind a `?`. Without it, `url` under
    /// `[database]` in schemac.toml says, and without that the variable DATABASE_URL. What the URL leaves open is taken
    /// from PGHOST, PGUSER, PGPASSWORD, ~/.pgpass and their like.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

impl DatabaseArgs {
    /// Returns the URL: of the flag, else of schemac.toml, which may name an environment variable.
    pub(super) fn url(&self, project: &Project) -> Result<Url, Failure> {
        if let Some(url) = &self.database_url {
            return read(url, "--database-url");
        }
        let configured = &project.config.database.url;
        let Some(variable) = configured.strip_prefix("env:") else {
            return read(configured, "schemac.toml");
        };
        match env::var(variable) {
            Ok(url) if !url.trim().is_empty() => read(&url, variable),
            _ => {
                let help =
                    format!("set {variable}, or give `--database-url postgres://role@host/name`");
                Err(Failure::usage(format!("no database is named: {variable} is not set"), help))
            }
        }
    }
}

/// Reads a URL, and says where a wrong one stands.
pub(super) fn read(url: &str, place: &str) -> Result<Url, Failure> {
    Url::parse(url).map_err(|error| {
        let mut failure = Failure::from(error);
        failure.message = format!("{}, in {place}", failure.message);
        failure
    })
}

/// Connects to the database of the flags or the project.
pub(super) fn open(
    args: &DatabaseArgs,
    project: &Project,
    screen: &Screen,
) -> Result<Connection, Failure> {
    let url = args.url(project)?;
    let connection = Connection::open(&url)?;
    screen.detail(|| format!("connected to {url}, PostgreSQL {}", connection.version()));
    Ok(connection)
}

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        let kind = match error.kind() {
            Trouble::Url => Kind::Usage,
            Trouble::Unreachable
            | Trouble::NotReady
            | Trouble::TooManyConnections
            | Trouble::Login
            | Trouble::NoDatabase
            | Trouble::Encryption
            | Trouble::TooOld
            | Trouble::Lost
            | Trouble::Canceled
            | Trouble::ReadOnly
            | Trouble::Privilege
            | Trouble::Rejected
            | Trouble::Protocol
            | Trouble::NoScratch => Kind::Environment,
        };
        let (help, sqlstate) =
            (error.help().map(str::to_owned), error.sqlstate().map(str::to_owned));
        Failure { kind, name: error.name(), message: error.to_string(), path: None, help, sqlstate }
    }
}

/// Returns the report of a database that could not be read.
pub(super) fn of_introspection(error: IntrospectError) -> Report {
    let failure = match error {
        IntrospectError::Database(error) => error.into(),
        other @ IntrospectError::Unreadable { .. } => Failure {
            help: Some("run it again: an object may have been dropped meanwhile".to_owned()),
            ..Failure::environment("unreadable-catalog", other.to_string())
        },
    };
    failure.into()
}
