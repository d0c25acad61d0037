//! Changes files that their author wrote: whole or not at all, and only where they are still as they were read.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::PathBuf;

use super::output::{Written, unwritable};
use super::{FileError, shown};

/// A file of the author's that is to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// The file.
    pub path: PathBuf,
    /// What it held when it was read.
    pub old: String,
    /// What it should hold.
    pub new: String,
}

/// Changes files: all new contents are written beside their files before the first takes its place.
///
/// # Errors
/// One for each file that is read-only, was changed since it was read, or can't be written. None is changed then, unless
/// the system refuses one after it had taken others.
pub fn rewrite(files: &[Rewrite]) -> Result<(), Vec<FileError>> {
    all(files, is_writable)?;
    all(files, is_unchanged)?;
    let mut written = Written::default();
    let add = |file: &Rewrite| written.add(&file.path, &file.new);
    files.iter().try_for_each(add).map_err(|error| vec![error])?;
    // Writing took a while.
    all(files, is_unchanged)?;
    written.take_place().map_err(|error| vec![error])
}

fn all(
    files: &[Rewrite],
    check: impl Fn(&Rewrite) -> Result<(), FileError>,
) -> Result<(), Vec<FileError>> {
    let errors: Vec<FileError> = files.iter().filter_map(|file| check(file).err()).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// A file that is read-only could be replaced by another; its owner did not mean that.
fn is_writable(file: &Rewrite) -> Result<(), FileError> {
    let path = || shown(&file.path);
    let metadata = fs::metadata(&file.path);
    let metadata = metadata.map_err(|error| FileError::reading(path(), error))?;
    if metadata.permissions().readonly() {
        return Err(FileError::ReadOnly { path: path() });
    }
    match File::options().write(true).open(&file.path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            Err(FileError::ReadOnly { path: path() })
        }
        Err(error) => Err(unwritable(&file.path, error)),
    }
}

fn is_unchanged(file: &Rewrite) -> Result<(), FileError> {
    match fs::read(&file.path) {
        Ok(now) if now == file.old.as_bytes() => Ok(()),
        Ok(_) => Err(FileError::Changed { path: shown(&file.path) }),
        Err(error) => Err(FileError::reading(shown(&file.path), error)),
    }
}
