//! The project on disk: its `schemac.toml`, its source files, and the files that are made of them.
//!
//! This floor and those above it are the only ones that touch files and the environment. Reading and writing serve
//! build scripts too; `schemac.toml` is read for the command line only.

#![expect(clippy::disallowed_methods, reason = "this module is where files are read and written")]

pub mod analysis;
pub mod collect;
#[cfg(feature = "cli")]
pub mod config;
#[cfg(feature = "cli")]
pub mod create;
mod error;
#[cfg(feature = "cli")]
pub mod fix;
#[cfg(feature = "cli")]
mod keys;
#[cfg(feature = "cli")]
pub mod migration;
pub mod output;
#[cfg(feature = "cli")]
pub mod rewrite;
#[cfg(feature = "cli")]
pub mod stamp;

pub use error::FileError;

use std::path::{Component, Path};

use crate::diagnostic::rule::rule;

rule!(PASSWORD_IN_SETTINGS, Warning, "password-in-settings");
rule!(TOML_SYNTAX, Error, "toml-syntax");
rule!(UNKNOWN_KEY, Error, "unknown-key");
rule!(WRONG_VALUE, Error, "wrong-value");

/// The rules of `schemac.toml`.
pub(crate) static RULES: &[&crate::diagnostic::Rule] =
    &[&PASSWORD_IN_SETTINGS, &TOML_SYNTAX, &UNKNOWN_KEY, &WRONG_VALUE];

/// Returns a path as it is shown: relative to the current directory where it lies below it, `/` between its parts.
pub fn shown(path: &Path) -> String {
    let here = if path.is_absolute() { std::env::current_dir().ok() } else { None };
    let relative = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    let path = relative.unwrap_or(path);
    let mut out = String::new();
    for part in path.components().filter(|part| *part != Component::CurDir) {
        if !out.is_empty() && !out.ends_with('/') {
            out.push('/');
        }
        match part {
            Component::RootDir => out.push('/'),
            Component::Prefix(_)
            | Component::CurDir
            | Component::ParentDir
            | Component::Normal(_) => {
                out.push_str(&part.as_os_str().to_string_lossy());
            }
        }
    }
    if out.is_empty() { ".".into() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_short() {
        assert_eq!(shown(Path::new("./schemas//a.schema")), "schemas/a.schema");
        assert_eq!(shown(Path::new("../x/")), "../x");
        assert_eq!(shown(Path::new("")), ".");
        assert_eq!(shown(Path::new("/nowhere/a")), "/nowhere/a");
        assert_eq!(shown(&std::env::current_dir().expect("tests have one").join("a/b")), "a/b");
    }
}
