//! Makes files that are not there yet: all of them, or none.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::output::Output;
use super::{FileError, shown};

/// Makes sure that nothing is at any of these paths.
///
/// # Errors
/// One for each path where something is.
pub fn absent(paths: impl IntoIterator<Item = PathBuf>) -> Result<(), Vec<FileError>> {
    let mut paths: Vec<PathBuf> = paths.into_iter().filter(|path| is_there(path)).collect();
    paths.sort();
    paths.dedup();
    let errors: Vec<FileError> = paths.iter().map(|path| exists(path)).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Makes new files, and the directories that they need.
///
/// # Errors
/// When one of them is there already or can't be written. None of the others is left then.
pub fn create(outputs: &[Output]) -> Result<(), FileError> {
    let mut made = Made::default();
    for output in outputs {
        made.file(&output.path, &output.text)?;
    }
    made.paths.clear();
    Ok(())
}

/// Tells whether anything is there, be it a link that leads nowhere.
fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn exists(path: &Path) -> FileError {
    FileError::Exists { path: shown(path) }
}

/// What was made so far, in order. It is removed again unless all could be made.
#[derive(Default)]
struct Made {
    paths: Vec<PathBuf>,
}

impl Made {
    fn file(&mut self, path: &Path, text: &str) -> Result<(), FileError> {
        let failed = |source: io::Error| {
            if source.kind() == io::ErrorKind::AlreadyExists {
                exists(path)
            } else {
                FileError::Unwritable { path: shown(path), source }
            }
        };
        self.directory(path.parent().unwrap_or(Path::new(""))).map_err(failed)?;
        let mut file = File::create_new(path).map_err(failed)?;
        self.paths.push(path.to_owned());
        file.write_all(text.as_bytes()).map_err(failed)
    }

    fn directory(&mut self, path: &Path) -> io::Result<()> {
        if path.as_os_str().is_empty() || path.is_dir() {
            return Ok(());
        }
        self.directory(path.parent().unwrap_or(Path::new("")))?;
        match fs::create_dir(path) {
            // A file is in the way of the directory, or a path such as `new/..` is there by now.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && !path.is_dir() => {
                Err(io::ErrorKind::NotADirectory.into())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
            Ok(()) => {
                self.paths.push(path.to_owned());
                Ok(())
            }
        }
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for path in self.paths.iter().rev() {
            // Nothing more can be done about what stays; a directory that others use by now does.
            let _ = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
        }
    }
}
