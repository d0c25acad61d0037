//! Migrations in a program: embedded or read, and applied when it starts.
//!
//! ```ignore
//! let mut client = postgres::Client::connect(&url, postgres::NoTls)?;
//! schemac::migrate!("migrations").run(&mut client)?;
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::directory::{self, Migration, Script, split_label};
use super::error::MigrateError;
use super::event::{Event, Options, Outcome};
use super::lock::{FILE_NAME, Lock};
use super::machine::Machine;
use super::runner::{self, Goal, Job, Mode};

type Observer = Arc<dyn Fn(&Event) + Send + Sync>;

/// Migrations that a program applies to its database when it starts.
///
/// It does what `schemac migrate` does: any number of programs may start together.
#[derive(Clone)]
pub struct Migrator {
    migrations: Vec<Migration>,
    refused: BTreeMap<String, MigrateError>,
    /// What is wrong with the files themselves.
    wrong: Option<MigrateError>,
    goal: Goal,
    options: Options,
    observer: Option<Observer>,
}

/// A migration that is part of the program: its directory, `up.sql`, and `down.sql` where there is one.
pub type Embedded<'e> = (&'e str, &'e str, Option<&'e str>);

impl Migrator {
    /// Takes migrations that are part of the program: what `schemac::migrate!` does.
    pub fn embedded(files: &[Embedded<'_>], lock: Option<&str>) -> Migrator {
        let (mut migrations, mut wrong) = (Vec::new(), None);
        for (label, up, down) in files {
            let script = |file: &str, text: &str| Script {
                path: format!("{label}/{file}"),
                text: text.to_owned(),
            };
            let Some((version, name)) = split_label(label) else {
                wrong.get_or_insert_with(|| directory::misnamed(label));
                continue;
            };
            migrations.push(Migration {
                version: version.to_owned(),
                name: name.to_owned(),
                up: script("up.sql", up),
                down: down.map(|text| script("down.sql", text)),
            });
        }
        migrations.sort_by(|a, b| a.version.cmp(&b.version));
        Migrator::new(migrations, wrong, lock)
    }

    /// Reads the migrations of a directory.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn read(path: &Path) -> Result<Migrator, Vec<MigrateError>> {
        let migrations = directory::read(path)?;
        let lock = std::fs::read_to_string(path.join(FILE_NAME)).ok();
        Ok(Migrator::new(migrations, None, lock.as_deref()))
    }

    fn new(
        migrations: Vec<Migration>,
        wrong: Option<MigrateError>,
        lock: Option<&str>,
    ) -> Migrator {
        let mut wrong = wrong.or_else(|| directory::doubles(&migrations).into_iter().next());
        let mut refused = BTreeMap::new();
        match lock.map(|text| Lock::parse(text, FILE_NAME)) {
            Some(Ok(lock)) => refused = lock.differences(&migrations, FILE_NAME),
            Some(Err(error)) => wrong = wrong.or(Some(error)),
            None => {}
        }
        let (goal, options) = (Goal::Up(None), Options::default());
        Migrator { migrations, refused, wrong, goal, options, observer: None }
    }

    /// Sets how long a statement waits for a lock on a table: 3 seconds where nothing is said.
    #[must_use]
    pub fn lock_timeout(mut self, time: Duration) -> Self {
        self.options.lock_timeout = format!("{}ms", time.as_millis());
        self
    }

    /// Sets how often a transaction is tried again that waited too long for a lock: 10 times where nothing is said.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.options.retries = retries;
        self
    }

    /// Sets how long another program may have the lock of the runner: 10 minutes where nothing is said.
    #[must_use]
    pub fn lock_wait(mut self, time: Duration) -> Self {
        self.options.patience = time;
        self
    }

    /// Leaves a database alone that has later migrations than this program: for a program of before that starts again.
    #[must_use]
    pub fn allow_ahead(mut self) -> Self {
        self.options.allow_ahead = true;
        self
    }

    /// Applies up to this version, and not what comes after it.
    #[must_use]
    pub fn to(mut self, version: &str) -> Self {
        self.goal = Goal::Up(Some(version.to_owned()));
        self
    }

    /// Has what happens told, for a log.
    #[must_use]
    pub fn observe(mut self, observer: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Makes the machine that does it.
    pub(super) fn machine(&self) -> Result<Machine<Result<Outcome, MigrateError>>, MigrateError> {
        if let Some(wrong) = &self.wrong {
            return Err(wrong.clone());
        }
        let job = Job {
            migrations: self.migrations.clone(),
            refused: self.refused.clone(),
            goal: self.goal.clone(),
            options: self.options.clone(),
            mode: Mode::Run,
        };
        Ok(runner::run(job, RandomState::new().hash_one(std::process::id())))
    }

    pub(super) fn tell(&self, event: &Event) {
        if let Some(observer) = &self.observer {
            observer(event);
        }
    }
}

impl fmt::Debug for Migrator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels: Vec<String> = self.migrations.iter().map(Migration::label).collect();
        f.debug_struct("Migrator").field("migrations", &labels).finish_non_exhaustive()
    }
}
