//! What can go wrong with migrations, said with the way out.

use std::fmt;

/// Why migrations can't be read, or can't be applied.
///
/// A box of its own, so that results stay small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrateError(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    kind: Kind,
    name: &'static str,
    message: String,
    help: Option<String>,
    path: Option<String>,
    line: Option<usize>,
    sqlstate: Option<String>,
    difference: Option<String>,
}

/// Who has to do something: this decides the exit code of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The author of the files, or whoever put these files and this database together.
    Input,
    /// Whoever runs the command.
    Usage,
    /// Whoever runs the database or the machine.
    Environment,
    /// Whoever owns the data: it would be lost.
    Lossy,
}

impl MigrateError {
    /// Makes an error, with a short name for programs.
    pub(crate) fn new(kind: Kind, name: &'static str, message: impl Into<String>) -> Self {
        MigrateError(Box::new(Inner {
            kind,
            name,
            message: message.into(),
            help: None,
            path: None,
            line: None,
            sqlstate: None,
            difference: None,
        }))
    }

    /// Makes an error of the files.
    pub(crate) fn input(name: &'static str, message: impl Into<String>) -> Self {
        MigrateError::new(Kind::Input, name, message)
    }

    /// Sets what to do next.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Sets the file that it is about.
    pub(crate) fn at(mut self, path: impl Into<String>) -> Self {
        self.0.path = Some(path.into());
        self
    }

    /// Sets the file and the line in it, from 1.
    pub(crate) fn at_line(mut self, path: impl Into<String>, line: usize) -> Self {
        self.0.line = Some(line);
        self.at(path)
    }

    /// Sets the code that PostgreSQL gave.
    pub fn sqlstate(mut self, code: impl Into<String>) -> Self {
        self.0.sqlstate = Some(code.into());
        self
    }

    /// Sets how two texts differ that should be the same.
    pub fn difference(mut self, difference: impl Into<String>) -> Self {
        self.0.difference = Some(difference.into());
        self
    }

    /// Returns who has to do something.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Returns a short name for programs.
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// Returns what is wrong, without its place and the way out.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns what to do next.
    pub fn way_out(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// Returns the file that it is about.
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// Returns the line of the file, from 1.
    pub fn line(&self) -> Option<usize> {
        self.0.line
    }

    /// Returns the code of PostgreSQL's error, where there is one.
    pub fn code(&self) -> Option<&str> {
        self.0.sqlstate.as_deref()
    }

    /// Returns how two texts differ that should be the same.
    pub fn diff(&self) -> Option<&str> {
        self.0.difference.as_deref()
    }
}

/// What is wrong, where, how texts differ and what to do: all that there is to say.
impl fmt::Display for MigrateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.path(), self.line()) {
            (Some(path), Some(line)) => write!(f, "{path}:{line}: ")?,
            (Some(path), None) => write!(f, "{path}: ")?,
            (None, _) => {}
        }
        f.write_str(self.message())?;
        if let Some(difference) = self.diff() {
            write!(f, "\n{difference}")?;
        }
        if let Some(help) = self.way_out() {
            write!(f, "\nhelp: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for MigrateError {}
