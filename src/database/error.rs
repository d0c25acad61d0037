//! What can go wrong with a database, said with the way out.
//!
//! No message has a password in it: [`Url`](super::url::Url) shows none, and PostgreSQL's own messages have none.

use std::fmt;

/// Trouble with a database or on the way to it.
///
/// A box of its own, so that results stay small.
#[derive(Debug)]
pub struct DatabaseError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: Kind,
    message: String,
    help: Option<String>,
    server: Option<ServerError>,
}

/// What sort of trouble it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The URL says nothing that can be connected to.
    Url,
    /// Nobody answers at the address, or not in time.
    Unreachable,
    /// The server is starting or stopping (57P03).
    NotReady,
    /// The server has no connection left (53300).
    TooManyConnections,
    /// The role or its password is not accepted (class 28).
    Login,
    /// There is no such database (3D000).
    NoDatabase,
    /// One side wants encryption that the other does not give, or a certificate does not hold.
    Encryption,
    /// The server is older than schemac works with.
    TooOld,
    /// The connection was lost half way.
    Lost,
    /// A statement took longer than it may or was stopped (57014), or waited too long for a lock (55P03).
    Canceled,
    /// The server takes no writes (25006).
    ReadOnly,
    /// The role lacks a privilege (42501).
    Privilege,
    /// Any other error that PostgreSQL reports.
    Rejected,
    /// What came is not what PostgreSQL sends.
    Protocol,
    /// There is no server to make a scratch database on.
    NoScratch,
}

/// What PostgreSQL says about an error (manual: Error and Notice Message Fields).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the manual has them")]
pub struct ServerError {
    pub sqlstate: String,
    pub message: String,
    pub detail: Option<String>,
    pub hint: Option<String>,
    pub context: Option<String>,
    /// In the text that was sent: characters, from 1.
    pub position: Option<u32>,
    /// The line of the text at that position.
    pub line: Option<String>,
    /// Which of the statements that were sent at once, from 0.
    pub statement: Option<usize>,
}

impl DatabaseError {
    /// Makes an error with a message of ours.
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        let message = message.into();
        DatabaseError(Box::new(Inner { kind, message, help: None, server: None }))
    }

    /// Sets what to do next.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Sets what to do next, where that is known.
    pub(super) fn with_help_if(mut self, help: Option<String>) -> Self {
        self.0.help = help;
        self
    }

    /// Adds what PostgreSQL said.
    pub(super) fn with_server(mut self, server: ServerError) -> Self {
        self.0.server = Some(server);
        self
    }

    /// Returns what sort of trouble it is.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Returns a short name of the error for programs.
    pub fn name(&self) -> &'static str {
        self.kind().name()
    }

    /// Returns what to do next, where that is known.
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// Returns what PostgreSQL said, where it said something.
    pub fn said(&self) -> Option<&ServerError> {
        self.0.server.as_ref()
    }

    /// Returns the code of the error, where PostgreSQL gave one (manual: PostgreSQL Error Codes).
    pub fn sqlstate(&self) -> Option<&str> {
        self.said().map(|server| server.sqlstate.as_str())
    }
}

impl Kind {
    /// Returns a short name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Url => "database-url",
            Kind::Unreachable => "server-unreachable",
            Kind::NotReady => "server-not-ready",
            Kind::TooManyConnections => "too-many-connections",
            Kind::Login => "login-refused",
            Kind::NoDatabase => "no-database",
            Kind::Encryption => "encryption",
            Kind::TooOld => "server-too-old",
            Kind::Lost => "connection-lost",
            Kind::Canceled => "statement-canceled",
            Kind::ReadOnly => "server-read-only",
            Kind::Privilege => "missing-privilege",
            Kind::Rejected => "database-error",
            Kind::Protocol => "protocol",
            Kind::NoScratch => "no-scratch-database",
        }
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for DatabaseError {}
