//! What whoever runs migrations may want to see, and to say.

use std::time::Duration;

/// Something that happens while migrations run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// This will be done, in order. Nothing is done yet.
    Plan(Vec<Planned>),
    /// Another runner has the lock.
    Waiting {
        /// Who that is.
        holder: String,
    },
    /// A migration begins.
    Begins {
        /// Version and name.
        label: String,
    },
    /// A statement begins.
    Statement {
        /// Version and name of its migration.
        label: String,
        /// Which statement, from 1.
        number: usize,
        /// Of how many.
        total: usize,
        /// The first line of its text.
        text: String,
    },
    /// Something stood in the way that may go: the same is tried again.
    Retry {
        /// Version and name of the migration.
        label: String,
        /// What PostgreSQL said.
        reason: String,
        /// In how long.
        wait: Duration,
    },
    /// A migration is done.
    Ended {
        /// Version and name.
        label: String,
        /// How long it took.
        took: Duration,
    },
    /// The connection is lost; another one is made.
    Reconnects {
        /// What is known about it.
        reason: String,
    },
    /// Anything else that somebody should know.
    Note(String),
}

/// A migration that will run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Version and name.
    pub label: String,
    /// Whether it is applied or taken back.
    pub direction: Direction,
    /// The statements that will run: their line in the file, and their text.
    pub statements: Vec<(usize, String)>,
    /// How many statements before them hold already, of a run that did not get further.
    pub n_done: usize,
    /// What is lost for good.
    pub losses: Vec<String>,
    /// The migrations that it stands for, where those are applied: then nothing runs.
    pub replaces: Vec<String>,
}

/// Which of the two files of a migration runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `up.sql`.
    Up,
    /// `down.sql`.
    Down,
}

impl Direction {
    /// Returns the word in the history.
    pub(super) fn word(self) -> &'static str {
        match self {
            Direction::Up => "up",
            Direction::Down => "down",
        }
    }
}

/// How migrations run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// How long a statement in a transaction waits for a lock, as PostgreSQL writes it.
    pub lock_timeout: String,
    /// How long a statement outside of a transaction waits for a lock. Such statements (`… CONCURRENTLY`) wait for old transactions to
    /// end, and block nobody meanwhile.
    pub concurrent_lock_timeout: String,
    /// How long a statement may take, as PostgreSQL writes it; `0` for as long as it likes.
    pub statement_timeout: String,
    /// How often a transaction is tried again that waited too long for a lock, or was the victim of a deadlock.
    pub retries: u32,
    /// How long another runner may have the lock.
    pub patience: Duration,
    /// A database that has later migrations than the files is left as it is, and no error.
    pub allow_ahead: bool,
    /// What a person knows about the statement that was running when a run ended, where nobody can find out.
    pub decision: Option<Decision>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            lock_timeout: "3s".to_owned(),
            concurrent_lock_timeout: "30min".to_owned(),
            statement_timeout: "0".to_owned(),
            retries: 10,
            patience: Duration::from_secs(600),
            allow_ahead: false,
            decision: None,
        }
    }
}

/// What a person knows about the statement at which a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It has done what it should.
    Done,
    /// It is to run again.
    Again,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The migrations that were applied or taken back, in order.
    pub ran: Vec<Ran>,
    /// How many migrations the database has now.
    pub n_applied: usize,
}

/// A migration that was applied or taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// Its version.
    pub version: String,
    /// What its author calls it.
    pub name: String,
    /// How long it took.
    pub took: Duration,
}
