//! Flags of the commands that connect to a database, and what can go wrong with one.

use std::env;

use super::failure::{Failure, Kind};
use super::report::Report;
use crate::database::Connection;
use crate::database::error::DatabaseError;
use crate::database::url::Url;
use crate::introspect::IntrospectError;
use crate::project::config::Project;

/// Where the database is.
#[derive(Debug, clap::Args)]
pub(super) struct DatabaseArgs {
    /// The database, as `postgres://user@host/name`; else `[database]` of schemac.toml says, or DATABASE_URL.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

impl DatabaseArgs {
    /// Returns the URL: of the flag, else of schemac.toml, which may name an environment variable.
    pub(super) fn url(&self, project: &Project) -> Result<Url, Failure> {
        if let Some(url) = &self.database_url {
            return Url::parse(url).map_err(Into::into);
        }
        let configured = &project.config.database.url;
        let Some(variable) = configured.strip_prefix("env:") else {
            return Url::parse(configured).map_err(Into::into);
        };
        match env::var(variable) {
            Ok(url) if !url.is_empty() => Url::parse(&url).map_err(Into::into),
            _ => {
                let help = format!("set {variable}, or give --database-url postgres://user@host/name");
                Err(Failure::usage("no database is named", help))
            }
        }
    }
}

/// Connects to the database of the flags or the project.
pub(super) fn open(args: &DatabaseArgs, project: &Project) -> Result<Connection, Failure> {
    Ok(Connection::open(&args.url(project)?)?)
}

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        let help = error.help().map(str::to_owned);
        let kind = if error.kind() == crate::database::error::Kind::Url { Kind::Usage } else { Kind::Environment };
        Failure { kind, name: error.name(), message: error.to_string(), path: None, help }
    }
}

/// Returns the report of a database that could not be read.
pub(super) fn of_introspection(error: IntrospectError) -> Report {
    let failure = match error {
        IntrospectError::Database(error) => error.into(),
        other @ IntrospectError::Unreadable { .. } => Failure {
            kind: Kind::Environment,
            name: "unreadable-catalog",
            message: other.to_string(),
            path: None,
            help: Some("run it again: an object may have been dropped meanwhile".to_owned()),
        },
    };
    failure.into()
}
