//! Writes what is made: whole or not at all, and never over what schemac did not write.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::{FileError, shown};
use crate::emit::MARKER;

/// A file that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Where it goes.
    pub path: PathBuf,
    /// What it holds. One of its first lines has [`MARKER`].
    pub text: String,
}

/// What must be done to a file, so that the directory is as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub path: PathBuf,
    /// What it holds; `None` where there is none.
    pub old: Option<String>,
    /// What it should hold; `None` where it should go.
    pub new: Option<String>,
}

/// How many bytes of a file may stand before the end of its marker.
const HEAD_BYTES: u64 = 1024;

/// Compares the files that are to be with those that are. What is equal is left out.
///
/// In the directories given with an extension, files of ours that are no longer made are to go.
///
/// # Errors
/// One for each file that is in the way and was not written by schemac, or can't be read.
pub fn compare(
    outputs: Vec<Output>,
    swept: &[(PathBuf, &str)],
) -> Result<Vec<Change>, Vec<FileError>> {
    let (mut changes, mut errors) = (Vec::new(), Vec::new());
    for (directory, extension) in swept {
        let made = |path: &PathBuf| outputs.iter().any(|output| output.path == *path);
        for path in ours(directory, extension).into_iter().filter(|path| !made(path)) {
            match fs::read_to_string(&path) {
                Ok(old) => changes.push(Change { path, old: Some(old), new: None }),
                Err(error) => errors.push(FileError::reading(shown(&path), error)),
            }
        }
    }
    for output in outputs {
        match existing(&output.path) {
            Ok(old) if old.as_ref() == Some(&output.text) => {}
            Ok(old) => changes.push(Change { path: output.path, old, new: Some(output.text) }),
            Err(error) => errors.push(error),
        }
    }
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    if errors.is_empty() { Ok(changes) } else { Err(errors) }
}

/// Makes changes: all new contents are written beside their files before the first takes its place.
///
/// # Errors
/// When a directory is not writable. No file is half written then, and none is changed before all could be written.
pub fn apply(changes: &[Change]) -> Result<(), FileError> {
    let mut written = Written::default();
    for change in changes {
        if let Some(text) = &change.new {
            written.add(&change.path, text)?;
        }
    }
    written.take_place()?;
    for change in changes.iter().filter(|change| change.new.is_none()) {
        fs::remove_file(&change.path).map_err(|source| unwritable(&change.path, source))?;
    }
    Ok(())
}

/// Returns what a file of ours holds, if there is one.
fn existing(path: &Path) -> Result<Option<String>, FileError> {
    let failed = |error| FileError::reading(shown(path), error);
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        // A part of the path is a file: this shows when its directory is made.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(None),
        Err(error) => return Err(failed(error)),
        Ok(metadata) if !metadata.is_file() => {
            return Err(FileError::NotOurs { path: shown(path) });
        }
        Ok(_) => {}
    }
    if !is_ours(path).map_err(failed)? {
        return Err(FileError::NotOurs { path: shown(path) });
    }
    // Text that someone broke is not equal to what is made, and is made again.
    fs::read(path).map(|bytes| Some(String::from_utf8_lossy(&bytes).into_owned())).map_err(failed)
}

/// Tells whether one of a file's first lines says that schemac wrote it.
fn is_ours(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD_BYTES).read_to_end(&mut head)?;
    Ok(memchr::memmem::find(&head, MARKER.as_bytes()).is_some())
}

/// Returns the files of ours in a directory whose names end so.
fn ours(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let is_file = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|it| it.is_file());
    let mut paths: Vec<PathBuf> = entries
        .filter(is_file)
        .map(|entry| entry.path())
        .filter(|path| has_extension(path, extension))
        .collect();
    paths.retain(|path| is_ours(path).unwrap_or(false));
    paths.sort();
    paths
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|it| it == extension)
}

fn unwritable(path: &Path, source: io::Error) -> FileError {
    FileError::Unwritable { path: shown(path), source }
}

/// Files that are written under other names. What did not take its place is removed again.
#[derive(Default)]
struct Written {
    /// The file, where it goes, and the path for messages.
    files: Vec<(PathBuf, PathBuf)>,
}

impl Written {
    fn add(&mut self, path: &Path, text: &str) -> Result<(), FileError> {
        let failed = |error| unwritable(path, error);
        // A link stays one: the file that it leads to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let directory = target.parent().filter(|it| !it.as_os_str().is_empty());
        let directory = directory.unwrap_or(Path::new("."));
        fs::create_dir_all(directory).map_err(failed)?;
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let beside = directory.join(format!(".{name}.{}.tmp", std::process::id()));
        let mut file = File::create(&beside).map_err(failed)?;
        self.files.push((beside, target));
        file.write_all(text.as_bytes()).map_err(failed)?;
        let (_, target) = self.files.last().expect("one was just added");
        if let Ok(metadata) = fs::metadata(target) {
            file.set_permissions(metadata.permissions()).map_err(failed)?;
        }
        Ok(())
    }

    fn take_place(&mut self) -> Result<(), FileError> {
        while let Some((beside, target)) = self.files.last() {
            fs::rename(beside, target).map_err(|error| unwritable(target, error))?;
            self.files.pop();
        }
        Ok(())
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        for (beside, _) in &self.files {
            // Nothing more can be done about a file that stays.
            let _ = fs::remove_file(beside);
        }
    }
}
