//! Finds and reads the `.schema` files of a source.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{FileError, shown};
use crate::source::{MAX_FILE_BYTES, Source, Sources};
use crate::syntax::sections;

/// What the name of a source file ends in.
pub const EXTENSION: &str = "schema";

/// How the lock of migrations begins.
const LOCK: &str = "// schemac lock ";

/// The deepest nesting of directories that is searched.
const MAX_DIRECTORIES: usize = 128;

/// Source files and where they were found.
#[derive(Debug, Default)]
pub struct Collected {
    /// The files, in order of their paths as shown.
    pub sources: Sources,
    /// Their paths, in the same order.
    pub files: Vec<PathBuf>,
    /// Every directory that was searched.
    pub directories: Vec<PathBuf>,
}

/// Reads files, and all `.schema` files in directories and the directories in those, hidden ones aside.
///
/// A file that is reached in two ways is read once. Symbolic links are followed; one that leads in a circle is an error.
///
/// # Errors
/// One for everything that could not be read, in order of the paths. A directory without any source is one too.
pub fn collect(inputs: &[PathBuf]) -> Result<Collected, Vec<FileError>> {
    let mut search = Search::default();
    inputs.iter().for_each(|input| search.input(input));
    let mut collected = Collected::default();
    for (shown, path) in search.unique_files() {
        match read(&path, &shown) {
            // A lock has a section for each schema, and is source too.
            Ok(source) if source.text.starts_with(LOCK) => {
                for section in sections(&source.path, &source.text) {
                    collected.sources.add(section);
                    collected.files.push(path.clone());
                }
            }
            Ok(source) => {
                collected.sources.add(source);
                collected.files.push(path);
            }
            Err(error) => search.errors.push(error),
        }
    }
    if search.errors.is_empty() {
        collected.directories = search.directories;
        Ok(collected)
    } else {
        search.errors.sort_by(|a, b| a.path().cmp(b.path()));
        Err(search.errors)
    }
}

/// Finds the `.schema` files in a directory and the directories in it, hidden ones aside; none where it does not exist.
///
/// # Errors
/// One for everything that can't be searched, links in a circle among it.
pub fn find(directory: &Path) -> Result<Vec<PathBuf>, Vec<FileError>> {
    let mut search = Search::default();
    if directory.is_dir() {
        search.directory(directory);
    }
    if search.errors.is_empty() {
        Ok(search.unique_files().into_iter().map(|(_, path)| path).collect())
    } else {
        Err(search.errors)
    }
}

/// Reads one file.
///
/// # Errors
/// When it can't be read, is too large or is not UTF-8.
pub fn read(path: &Path, shown: &str) -> Result<Source, FileError> {
    let too_large = |n_bytes| FileError::TooLarge { path: shown.into(), n_bytes };
    let failed = |error| FileError::reading(shown.into(), error);
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(FileError::NotAFile { path: shown.into() });
    }
    if metadata.len() <= MAX_FILE_BYTES as u64 {
        let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
        file.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() <= MAX_FILE_BYTES {
            return of_bytes(bytes, shown);
        }
    }
    Err(too_large(metadata.len().max(MAX_FILE_BYTES as u64)))
}

/// Makes a source of the bytes of a file.
///
/// # Errors
/// When they are too many or are not UTF-8.
pub fn of_bytes(bytes: Vec<u8>, shown: &str) -> Result<Source, FileError> {
    if MAX_FILE_BYTES < bytes.len() {
        return Err(FileError::TooLarge { path: shown.into(), n_bytes: bytes.len() as u64 });
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(shown, text)),
        Err(error) => Err(not_utf8(shown, error)),
    }
}

fn not_utf8(shown: &str, error: std::string::FromUtf8Error) -> FileError {
    let (at, bytes) = (error.utf8_error().valid_up_to(), error.as_bytes());
    let before = bytes.get(..at).unwrap_or_default();
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
    let in_line = String::from_utf8_lossy(before.get(line_start..).unwrap_or_default());
    FileError::NotUtf8 {
        path: shown.into(),
        line: memchr::memchr_iter(b'\n', before).count() as u32 + 1,
        column: in_line.chars().count() as u32 + 1,
        byte: bytes.get(at).copied().unwrap_or_default(),
        utf_16: bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]),
    }
}

/// The walk through directories.
#[derive(Default)]
struct Search {
    /// Files by the path that is shown, with their real paths.
    files: BTreeMap<String, (PathBuf, PathBuf)>,
    directories: Vec<PathBuf>,
    /// The real paths of the directories that the walk is in, and of those that it was in.
    open: Vec<PathBuf>,
    seen: BTreeSet<PathBuf>,
    errors: Vec<FileError>,
}

impl Search {
    fn input(&mut self, input: &Path) {
        let n_before = (self.files.len(), self.errors.len());
        match fs::metadata(input) {
            Err(error) => self.errors.push(FileError::reading(shown(input), error)),
            Ok(metadata) if metadata.is_dir() => {
                self.directory(input);
                let seen_before = fs::canonicalize(input).is_ok_and(|real| self.holds_files(&real));
                if n_before == (self.files.len(), self.errors.len()) && !seen_before {
                    self.errors.push(FileError::NoSource { path: shown(input) });
                }
            }
            Ok(_) => self.file(input),
        }
    }

    fn holds_files(&self, real: &Path) -> bool {
        self.files.values().any(|(_, file)| file.starts_with(real))
    }

    fn file(&mut self, path: &Path) {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        self.files.insert(shown(path), (path.to_owned(), real));
    }

    fn directory(&mut self, path: &Path) {
        let failed = |error| FileError::reading(shown(path), error);
        let real = match fs::canonicalize(path) {
            Ok(real) => real,
            Err(error) => return self.errors.push(failed(error)),
        };
        if self.open.contains(&real) {
            return self.errors.push(FileError::SymlinkLoop { path: shown(path) });
        }
        if self.open.len() == MAX_DIRECTORIES {
            return self.errors.push(FileError::TooDeep { path: shown(path), n: MAX_DIRECTORIES });
        }
        if !self.seen.insert(real.clone()) {
            return;
        }
        self.directories.push(path.to_owned());
        let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        match entries {
            Err(error) => self.errors.push(failed(error)),
            Ok(mut entries) => {
                entries.sort_by_key(fs::DirEntry::file_name);
                self.open.push(real);
                entries.iter().for_each(|entry| self.entry(&entry.path()));
                self.open.pop();
            }
        }
    }

    fn entry(&mut self, path: &Path) {
        let name = path.file_name().unwrap_or_default();
        if name.as_encoded_bytes().starts_with(b".") {
            return;
        }
        let is_source = path.extension().is_some_and(|extension| extension == EXTENSION);
        match fs::metadata(path) {
            Err(error) => {
                let error = FileError::reading(shown(path), error);
                // What is not a source may lead nowhere.
                if is_source || matches!(error, FileError::SymlinkLoop { .. }) {
                    self.errors.push(error);
                }
            }
            Ok(metadata) if is_source && metadata.is_file() => self.file(path),
            Ok(_) if is_source => self.errors.push(FileError::NotAFile { path: shown(path) }),
            Ok(metadata) if metadata.is_dir() => self.directory(path),
            Ok(_) => {}
        }
    }

    /// Returns the files by the path that is shown; of several paths to one file the first.
    fn unique_files(&mut self) -> Vec<(String, PathBuf)> {
        let mut seen = BTreeSet::new();
        let files = std::mem::take(&mut self.files).into_iter();
        files
            .filter(|(_, (_, real))| seen.insert(real.clone()))
            .map(|(shown, (path, _))| (shown, path))
            .collect()
    }
}
