//! The migrations of a project and their lock: what the commands begin with that write them.

use std::path::PathBuf;

use super::failure::Failure;
use super::load::of_files;
use super::report::Report;
use crate::compile::{Compiled, compile};
use crate::migrate::directory::{self, Migration};
use crate::migrate::lock::{FILE_NAME, Lock, Locked};
use crate::project::config::Project;
use crate::project::{collect, shown};
use crate::source::Sources;
use crate::syntax::sections;

/// The migrations of a project.
pub(super) struct Chain {
    /// Where they lie.
    pub(super) directory: PathBuf,
    pub(super) migrations: Vec<Migration>,
    /// Where the lock lies.
    pub(super) lock_path: PathBuf,
    /// What the file says; `None` where there is none.
    pub(super) lock_text: Option<String>,
}

impl Chain {
    /// Reads the migrations of a project.
    pub(super) fn read(project: &Project) -> Result<Chain, Report> {
        let directory = project.root.join(&project.config.migrations);
        let migrations = directory::read(&directory).map_err(|errors| Report {
            failures: errors.into_iter().map(Into::into).collect(),
            ..Report::default()
        })?;
        let lock_path = directory.join(FILE_NAME);
        let lock_text = match lock_path.exists() {
            true => Some(collect::read(&lock_path, &shown(&lock_path)).map(|it| it.text)),
            false => None,
        };
        let lock_text = lock_text.transpose().map_err(|error| of_files(vec![error]))?;
        Ok(Chain { directory, migrations, lock_path, lock_text })
    }

    /// Returns what the lock says, which is nothing where there is none.
    pub(super) fn lock(&self) -> Result<Lock, Failure> {
        match &self.lock_text {
            Some(text) => Ok(Lock::parse(text, &shown(&self.lock_path))?),
            None => Ok(Lock::default()),
        }
    }

    /// Makes sure that the lock lists the migrations as they are.
    pub(super) fn agrees(&self, lock: &Lock) -> Result<(), Failure> {
        let found = self.locked();
        let fault = |path: String, message: String, help: &str| {
            let failure = Failure::input("lock-differs", message, help);
            Err(Failure { path: Some(path), ..failure })
        };
        let listed =
            |it: &Locked, list: &[Locked]| list.iter().any(|other| other.version == it.version);
        for (one, migration) in found.iter().zip(&self.migrations) {
            let path = migration.up.path.clone();
            match lock.migrations.iter().find(|it| it.version == one.version) {
                None => {
                    let message =
                        format!("the lock does not list the migration `{}`", migration.label());
                    return fault(
                        path,
                        message,
                        "run `schemac rehash`, which lists all that are there",
                    );
                }
                Some(it) if it != one => {
                    let message =
                        format!("`{}` was changed since it was written", migration.label());
                    return fault(
                        path,
                        message,
                        "take the change back, or run `schemac rehash` where it is meant",
                    );
                }
                Some(_) => {}
            }
        }
        match lock.migrations.iter().find(|it| !listed(it, &found)) {
            None => Ok(()),
            Some(it) => fault(
                shown(&self.lock_path),
                format!("the migration `{}_{}` of the lock is missing", it.version, it.name),
                "take it back from version control, or run `schemac rehash` where it is to go",
            ),
        }
    }

    /// Returns the lines of the lock for the migrations as they are.
    pub(super) fn locked(&self) -> Vec<Locked> {
        self.migrations.iter().map(locked).collect()
    }

    /// Compiles the source that a lock holds.
    pub(super) fn state(&self, lock: &Lock) -> Result<Compiled, Report> {
        let path = shown(&self.lock_path);
        // The whole file, so that places are right: its header is comments.
        let text = match &self.lock_text {
            Some(text) if Lock::parse(text, &path).is_ok() => text.clone(),
            _ => lock.body.clone(),
        };
        let sources: Sources = sections(&path, &text).into_iter().collect();
        let compiled = compile(&sources);
        match compiled.diagnostics.has_errors() {
            false => Ok(compiled),
            true => Err(Report { sources, diagnostics: compiled.diagnostics, ..Report::default() }),
        }
    }
}

/// Returns the line of the lock for a migration.
pub(super) fn locked(migration: &Migration) -> Locked {
    Locked {
        version: migration.version.clone(),
        name: migration.name.clone(),
        checksum: migration.up.checksum(),
    }
}

/// Returns what a migration begins at: the state of a lock, or `empty`.
pub(super) fn state_of(lock: &Lock) -> String {
    if lock.body.is_empty() { "empty".to_owned() } else { lock.state() }
}
