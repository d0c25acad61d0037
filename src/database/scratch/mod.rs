//! Scratch databases: empty ones that schemac makes, uses and drops.
//!
//! In this order: on the server of `--scratch-url`; beside the target, where the role may create databases; on a server
//! that is started for it from installed programs. Whichever it is, nothing stays behind: [`abandon`] is for Ctrl-C, and
//! a private server ends even where the process is killed.

mod given;
mod left;
mod private;
mod programs;

use std::path::PathBuf;

use super::Connection;
use super::error::{DatabaseError, Kind};
use super::url::Url;
use crate::sql::version::PgVersion;
use given::Given;
use private::Private;

pub use left::abandon;

/// Where scratch databases may be made.
#[derive(Clone, Debug, Default)]
pub struct ScratchOptions {
    /// The server to use, and no other.
    pub scratch_url: Option<Url>,
    /// The database that the work is for: a scratch database is made beside it, or else on a server of its version.
    pub target: Option<Url>,
    /// The directories of PostgreSQL's programs; `None` for wherever systems put them.
    pub programs: Option<Vec<PathBuf>>,
}

/// A server to make scratch databases on, and the first of them.
#[derive(Debug)]
pub struct Scratch {
    // Dropped in this order: a database goes before its server.
    first: ScratchDatabase,
    server: Server,
}

/// An empty database, dropped with the value.
#[derive(Debug)]
pub struct ScratchDatabase {
    url: Url,
    /// Drops it; `None` where it goes with its server.
    dropping: Option<left::Pledge>,
}

#[derive(Debug)]
enum Server {
    Given(Given),
    Private(Private),
}

impl Scratch {
    /// Finds a server, or starts one, and makes an empty database there.
    ///
    /// # Errors
    /// When there is no way to one; all that was tried is said.
    pub fn open(options: &ScratchOptions) -> Result<Scratch, DatabaseError> {
        if let Some(url) = &options.scratch_url {
            return Scratch::beside(url, Connection::open(url)?);
        }
        let (mut tried, mut wanted) = (Vec::new(), None);
        if let Some(url) = &options.target {
            let made = Connection::open(url).and_then(|connection| {
                wanted = Some(connection.version().major());
                Scratch::beside(url, connection)
            });
            match made {
                Ok(scratch) => return Ok(scratch),
                Err(error) => tried.push(format!("beside `{url}`: {error}")),
            }
        }
        match Private::start(options.programs.as_deref(), wanted) {
            Ok(private) => Scratch::on(Server::Private(private)),
            Err(why) => {
                tried.push(why);
                let message = format!("there is no scratch database:\n{}", tried.join("\n"));
                Err(DatabaseError::new(Kind::NoScratch, message).with_help(
                    "give `--scratch-url` a server where the role may create databases, or install PostgreSQL's \
                     server programs (Debian: `apt-get install postgresql`)",
                ))
            }
        }
    }

    /// Makes an empty database on the server that a connection leads to.
    fn beside(url: &Url, connection: Connection) -> Result<Scratch, DatabaseError> {
        Scratch::on(Server::Given(Given::new(url, connection)?))
    }

    fn on(server: Server) -> Result<Scratch, DatabaseError> {
        let first = server.create()?;
        // A pooler may lead to one database only.
        Connection::open(&first.url)?;
        Ok(Scratch { first, server })
    }

    /// Connects to the first database.
    ///
    /// # Errors
    /// As [`Connection::open`].
    pub fn connect(&self) -> Result<Connection, DatabaseError> {
        self.first.connect()
    }

    /// Returns the URL of the first database.
    pub fn url(&self) -> &Url {
        &self.first.url
    }

    /// Makes another empty database.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn fresh(&self) -> Result<ScratchDatabase, DatabaseError> {
        self.server.create()
    }

    /// Returns the server's version.
    pub fn version(&self) -> PgVersion {
        match &self.server {
            Server::Given(given) => given.version(),
            Server::Private(private) => private.version(),
        }
    }

    /// Tells whether the server was started for it.
    pub fn is_private(&self) -> bool {
        matches!(self.server, Server::Private(_))
    }

    /// Returns the scratch databases on the server that other processes left behind more than a day ago.
    ///
    /// They are never dropped: whoever made them may want to look at them.
    pub fn leftovers(&self) -> &[String] {
        match &self.server {
            Server::Given(given) => given.leftovers(),
            Server::Private(_) => &[],
        }
    }
}

impl Server {
    fn create(&self) -> Result<ScratchDatabase, DatabaseError> {
        match self {
            Server::Given(given) => given.create(),
            Server::Private(private) => private.create(),
        }
    }
}

impl ScratchDatabase {
    /// Connects to it.
    ///
    /// # Errors
    /// As [`Connection::open`].
    pub fn connect(&self) -> Result<Connection, DatabaseError> {
        Connection::open(&self.url)
    }

    /// Returns its URL.
    pub fn url(&self) -> &Url {
        &self.url
    }
}

impl Drop for ScratchDatabase {
    fn drop(&mut self) {
        if let Some(pledge) = self.dropping.take() {
            pledge.keep();
        }
    }
}
