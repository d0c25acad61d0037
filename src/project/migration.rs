//! Writes migrations: both files and the lock, or nothing.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::output::{Change, apply, unwritable};
use super::{FileError, shown};

/// A migration that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMigration {
    /// Its version and name: what its directory is called.
    pub label: String,
    /// What applies it.
    pub up: String,
    /// What takes it back.
    pub down: String,
}

/// Writes a migration into the directory of all, then the lock.
///
/// The migration is written under a hidden name first, which no command reads.
///
/// # Errors
/// When there is a migration of this name, or one of the files can't be written. Nothing is left then.
pub fn write(
    directory: &Path,
    migration: &NewMigration,
    lock: &Path,
    lock_text: &str,
) -> Result<(), FileError> {
    let target = directory.join(&migration.label);
    if fs::symlink_metadata(&target).is_ok() {
        return Err(FileError::Exists { path: shown(&target) });
    }
    fs::create_dir_all(directory).map_err(|error| unwritable(directory, error))?;
    let hidden = directory.join(format!(".{}.{}.tmp", migration.label, std::process::id()));
    let placed = files(&hidden, migration).and_then(|()| fs::rename(&hidden, &target));
    if let Err(error) = placed {
        // Nothing more can be done about what stays.
        let _ = fs::remove_dir_all(&hidden);
        return Err(unwritable(&target, error));
    }
    write_lock(lock, lock_text).inspect_err(|_| {
        let _ = fs::remove_dir_all(&target);
    })
}

/// Writes the lock.
///
/// # Errors
/// When it can't be written.
pub fn write_lock(path: &Path, text: &str) -> Result<(), FileError> {
    apply(&[Change { path: path.to_owned(), old: None, new: Some(text.to_owned()) }])
}

/// Removes migrations that others stand for.
///
/// # Errors
/// When one can't be removed.
pub fn remove(directories: &[PathBuf]) -> Result<(), FileError> {
    directories
        .iter()
        .try_for_each(|it| fs::remove_dir_all(it).map_err(|error| unwritable(it, error)))
}

fn files(directory: &Path, migration: &NewMigration) -> io::Result<()> {
    fs::create_dir(directory)?;
    for (name, text) in [("up.sql", &migration.up), ("down.sql", &migration.down)] {
        let mut file = File::create_new(directory.join(name))?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
    }
    Ok(())
}
