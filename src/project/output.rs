//! Writes what is made: whole or not at all, and never over what schemac did not write.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

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

pub(super) fn unwritable(path: &Path, source: io::Error) -> FileError {
    FileError::Unwritable { path: shown(path), source }
}

/// Every file that is written under another name and did not take its place.
///
/// Whoever makes, renames or removes one holds the lock, so that [`abandon`] finds all.
static BEGUN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn begun() -> MutexGuard<'static, Vec<PathBuf>> {
    BEGUN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what was begun; nothing is written any more. For the end of a process that is interrupted.
pub fn abandon() {
    let mut begun = begun();
    for beside in begun.drain(..) {
        // Nothing more can be done about a file that stays.
        let _ = fs::remove_file(beside);
    }
    std::mem::forget(begun);
}

/// Files that are written under other names. What did not take its place is removed again.
#[derive(Default)]
pub(super) struct Written {
    /// The file, and where it goes.
    files: Vec<(PathBuf, PathBuf)>,
}

impl Written {
    pub(super) fn add(&mut self, path: &Path, text: &str) -> Result<(), FileError> {
        let failed = |error| unwritable(path, error);
        // A link stays one: the file that it leads to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let directory = directory_of(&target);
        fs::create_dir_all(directory).map_err(failed)?;
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let (beside, mut file) = create_beside(directory, &name).map_err(failed)?;
        let permissions = fs::metadata(&target).map(|metadata| metadata.permissions());
        self.files.push((beside, target));
        file.write_all(text.as_bytes()).map_err(failed)?;
        if let Ok(permissions) = permissions {
            file.set_permissions(permissions).map_err(failed)?;
        }
        // Else a machine that loses power could keep the new name and not what it stands for.
        file.sync_all().map_err(failed)
    }

    pub(super) fn take_place(&mut self) -> Result<(), FileError> {
        let mut begun = begun();
        let mut directories = Vec::new();
        while let Some((beside, target)) = self.files.last() {
            fs::rename(beside, target).map_err(|error| unwritable(target, error))?;
            begun.retain(|it| it != beside);
            directories.push(directory_of(target).to_owned());
            self.files.pop();
        }
        directories.sort();
        directories.dedup();
        for directory in directories {
            // Not every system can; the files are whole in any case.
            let _ = File::open(directory).and_then(|it| it.sync_all());
        }
        Ok(())
    }
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a hidden file that nobody else has.
fn create_beside(directory: &Path, name: &str) -> io::Result<(PathBuf, File)> {
    let mut begun = begun();
    let process = std::process::id();
    let mut n = 0;
    loop {
        let beside = directory.join(format!(".{name}.{process}.{n}.tmp"));
        match File::create_new(&beside) {
            Ok(file) => {
                begun.push(beside.clone());
                return Ok((beside, file));
            }
            // Another process with this number, now or long ago.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && n < 100 => n += 1,
            Err(error) => return Err(error),
        }
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        let mut begun = begun();
        for (beside, _) in &self.files {
            // Nothing more can be done about a file that stays.
            let _ = fs::remove_file(beside);
            begun.retain(|it| it != beside);
        }
    }
}
