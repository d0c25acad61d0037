//! What the files of a project look like from outside: a change is noticed without reading them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::config::{self, Project};
use super::{FileError, collect};
use crate::diagnostic::Rule;

/// The files that a check depends on, each with its time and size.
#[derive(Debug, PartialEq, Eq)]
pub struct Stamp {
    files: BTreeMap<PathBuf, Option<(Option<SystemTime>, u64)>>,
    /// What could not be looked at.
    errors: Vec<String>,
}

impl Stamp {
    /// Looks at the settings, wherever they may be, and at the files and directories, or at those of the project where
    /// none are named.
    pub fn take(settings: Option<&Path>, paths: &[PathBuf], rules: &[&Rule]) -> Stamp {
        let mut stamp = Stamp { files: BTreeMap::new(), errors: Vec::new() };
        let settings_at = settings.map_or_else(config::places, |path| vec![path.to_owned()]);
        settings_at.into_iter().for_each(|path| stamp.file(path));
        if !paths.is_empty() {
            stamp.inputs(paths);
        } else if let Ok(project) = Project::open(settings, rules) {
            match project.inputs() {
                Ok(inputs) => stamp.inputs(&inputs),
                Err(errors) => stamp.errors(&errors),
            }
        }
        stamp
    }

    fn inputs(&mut self, inputs: &[PathBuf]) {
        for input in inputs {
            if !input.is_dir() {
                self.file(input.clone());
                continue;
            }
            match collect::find(input) {
                Ok(files) => files.into_iter().for_each(|file| self.file(file)),
                Err(errors) => self.errors(&errors),
            }
        }
    }

    fn file(&mut self, path: PathBuf) {
        let metadata = fs::metadata(&path).ok();
        self.files.insert(path, metadata.map(|it| (it.modified().ok(), it.len())));
    }

    fn errors(&mut self, errors: &[FileError]) {
        self.errors.extend(errors.iter().map(ToString::to_string));
    }
}
