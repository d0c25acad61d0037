//! Trouble that is not in the text of a source: with a file, with the machine, with the flags.

use std::fmt;

use crate::migrate::error::{Kind as Blame, MigrateError};
use crate::project::FileError;

/// One trouble.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: Kind,
    /// A short name for programs.
    pub(super) name: &'static str,
    pub(super) message: String,
    pub(super) path: Option<String>,
    pub(super) help: Option<String>,
    /// The code of PostgreSQL's error, where there is one.
    pub(super) sqlstate: Option<String>,
}

/// Who is to blame: this decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The author's files.
    Input,
    /// The flags.
    Usage,
    /// The machine.
    Environment,
    /// Whoever owns the data: it would be lost.
    Lossy,
}

impl Kind {
    pub(super) fn exit_code(self) -> u8 {
        match self {
            Kind::Input => 1,
            Kind::Usage => 2,
            Kind::Environment => 3,
            Kind::Lossy => 4,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Input => "input",
            Kind::Usage => "usage",
            Kind::Environment => "environment",
            Kind::Lossy => "data-loss",
        }
    }
}

impl Failure {
    pub(super) fn environment(name: &'static str, message: impl Into<String>) -> Self {
        let (kind, message) = (Kind::Environment, message.into());
        Failure { kind, name, message, path: None, help: None, sqlstate: None }
    }

    pub(super) fn input(
        name: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let (message, help) = (message.into(), Some(help.into()));
        Failure { kind: Kind::Input, name, message, path: None, help, sqlstate: None }
    }

    pub(super) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        let (message, help) = (message.into(), Some(help.into()));
        Failure { kind: Kind::Usage, name: "usage", message, path: None, help, sqlstate: None }
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Failure {
            kind: if error.is_of_the_input() { Kind::Input } else { Kind::Environment },
            name: error.name(),
            message: error.to_string(),
            path: Some(error.path().to_owned()),
            help: Some(error.help().to_owned()),
            sqlstate: None,
        }
    }
}

impl From<MigrateError> for Failure {
    fn from(error: MigrateError) -> Self {
        let kind = match error.kind() {
            Blame::Input => Kind::Input,
            Blame::Usage => Kind::Usage,
            Blame::Environment => Kind::Environment,
            Blame::Lossy => Kind::Lossy,
        };
        let place = match (error.path(), error.line()) {
            (Some(path), Some(line)) => format!("{path}:{line}: "),
            (Some(path), None) => format!("{path}: "),
            (None, _) => String::new(),
        };
        let difference = error.diff().map(|it| format!("\n{it}")).unwrap_or_default();
        Failure {
            kind,
            name: error.name(),
            message: format!("{place}{}{difference}", error.message()),
            path: error.path().map(str::to_owned),
            help: error.way_out().map(str::to_owned),
            sqlstate: error.code().map(str::to_owned),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl miette::Diagnostic for Failure {
    fn help<'h>(&'h self) -> Option<Box<dyn fmt::Display + 'h>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }
}
