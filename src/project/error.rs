//! What can be wrong with a file, said with its path and the way out.

use std::io;

/// A file that could not be read or must not be written.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum FileError {
    #[error("there is no file or directory `{path}`")]
    NotFound { path: String },
    #[error("`{path}` can't be read: {source}")]
    Unreadable { path: String, source: io::Error },
    #[error("`{path}` is a symbolic link that leads back to a directory it lies in")]
    SymlinkLoop { path: String },
    #[error("`{path}` is not a file")]
    NotAFile { path: String },
    #[error("`{path}` is {n} directories deep")]
    TooDeep { path: String, n: usize },
    #[error("`{path}` has {} MiB; a source file may have {}", .n_bytes >> 20, crate::source::MAX_FILE_BYTES >> 20)]
    TooLarge { path: String, n_bytes: u64 },
    #[error("`{path}` is not UTF-8: byte 0x{byte:02x} at {line}:{column}")]
    NotUtf8 { path: String, line: u32, column: u32, byte: u8, utf_16: bool },
    #[error("there is no `.schema` file in `{path}`")]
    NoSource { path: String },
    #[error("no `.schema` file matches `{pattern}`")]
    NoMatch { pattern: String },
    #[error("`{path}` was not written by schemac and stays as it is")]
    NotOurs { path: String },
    #[error("`{path}` is there already")]
    Exists { path: String },
    #[error("`{path}` can't be written: {source}")]
    Unwritable { path: String, source: io::Error },
    #[error("`{path}` is read-only")]
    ReadOnly { path: String },
    #[error("`{path}` was changed by someone else meanwhile, and stays as it is")]
    Changed { path: String },
}

impl FileError {
    /// Makes the error of a failed attempt to read.
    pub(crate) fn reading(path: String, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::NotFound {
            FileError::NotFound { path }
        } else if source.raw_os_error() == Some(TOO_MANY_LINKS) {
            // The system gives up following: a link that leads to itself.
            FileError::SymlinkLoop { path }
        } else {
            FileError::Unreadable { path, source }
        }
    }

    /// Returns the path, or the pattern, that the error is about.
    pub fn path(&self) -> &str {
        match self {
            FileError::NotFound { path }
            | FileError::Unreadable { path, .. }
            | FileError::SymlinkLoop { path }
            | FileError::NotAFile { path }
            | FileError::TooDeep { path, .. }
            | FileError::TooLarge { path, .. }
            | FileError::NotUtf8 { path, .. }
            | FileError::NoSource { path }
            | FileError::NotOurs { path }
            | FileError::Exists { path }
            | FileError::Unwritable { path, .. }
            | FileError::ReadOnly { path }
            | FileError::Changed { path } => path,
            FileError::NoMatch { pattern } => pattern,
        }
    }

    /// Tells whether the author's files are at fault, and not the machine that they lie on.
    pub fn is_of_the_input(&self) -> bool {
        match self {
            FileError::NotFound { .. }
            | FileError::Unreadable { .. }
            | FileError::SymlinkLoop { .. }
            | FileError::Unwritable { .. }
            | FileError::ReadOnly { .. }
            | FileError::Changed { .. } => false,
            FileError::NotAFile { .. }
            | FileError::TooDeep { .. }
            | FileError::TooLarge { .. }
            | FileError::NotUtf8 { .. }
            | FileError::NoSource { .. }
            | FileError::NoMatch { .. }
            | FileError::NotOurs { .. }
            | FileError::Exists { .. } => true,
        }
    }

    /// Returns a short name of the error for programs.
    pub fn name(&self) -> &'static str {
        match self {
            FileError::NotFound { .. } => "not-found",
            FileError::Unreadable { .. } => "unreadable",
            FileError::SymlinkLoop { .. } => "symlink-loop",
            FileError::NotAFile { .. } => "not-a-file",
            FileError::TooDeep { .. } => "too-deep",
            FileError::TooLarge { .. } => "too-large",
            FileError::NotUtf8 { .. } => "not-utf-8",
            FileError::NoSource { .. } => "no-source",
            FileError::NoMatch { .. } => "no-match",
            FileError::NotOurs { .. } => "not-ours",
            FileError::Exists { .. } => "exists",
            FileError::Unwritable { .. } => "unwritable",
            FileError::ReadOnly { .. } => "read-only",
            FileError::Changed { .. } => "changed",
        }
    }

    /// Returns what to do next.
    pub fn help(&self) -> &'static str {
        match self {
            FileError::NotFound { .. } => {
                "check the path, or name the place of the source in schemac.toml: `schemas = \"…\"`"
            }
            FileError::Unreadable { .. } => "make it readable for the user that runs schemac",
            FileError::SymlinkLoop { .. } => "remove the link, or let it lead elsewhere",
            FileError::NotAFile { .. } => {
                "name a file, or rename it: what ends in `.schema` must be one"
            }
            FileError::TooDeep { .. } => "move the source up",
            FileError::TooLarge { .. } => "split it: declarations may stand in any file",
            FileError::NotUtf8 { utf_16: true, .. } => "it looks like UTF-16: save it as UTF-8",
            FileError::NotUtf8 { utf_16: false, .. } => "save it as UTF-8",
            FileError::NoSource { .. } => {
                "write a first file there, such as `users.schema`, or name the place of the source in schemac.toml: `schemas = \"…\"`"
            }
            FileError::NoMatch { .. } => {
                "mend the pattern in schemac.toml: `**` stands for any directories, `*` for part of a name"
            }
            FileError::NotOurs { .. } => "move or delete it, or write elsewhere with `--out DIR`",
            FileError::Exists { .. } => "move it away, or name another directory",
            FileError::Unwritable { .. } => {
                "make its directory writable, or write elsewhere with `--out DIR`"
            }
            FileError::ReadOnly { .. } => "make it writable; nothing was written",
            FileError::Changed { .. } => "run the command again; nothing was written",
        }
    }
}

/// `ELOOP`, whose [`io::ErrorKind`] is not stable.
#[cfg(target_os = "linux")]
const TOO_MANY_LINKS: i32 = 40;
/// `ELOOP`, whose [`io::ErrorKind`] is not stable.
#[cfg(not(target_os = "linux"))]
const TOO_MANY_LINKS: i32 = 62;
