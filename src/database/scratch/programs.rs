//! PostgreSQL's server programs, where systems put them.

use std::cmp::Reverse;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sql::version::PgVersion;

/// Names directories to look into first, split as `PATH` is.
pub(super) const VARIABLE: &str = "SCHEMAC_PG_BIN";

/// An installation of a server.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    /// The directory of `postgres` and `initdb`.
    pub(super) directory: PathBuf,
    pub(super) version: String,
    pub(super) major: u32,
}

impl Programs {
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

/// Returns the best installation: of the wanted major version, else the newest of the first place that has one.
pub(super) fn find(places: Option<&[PathBuf]>, wanted: Option<u32>) -> Option<Programs> {
    let mut newest: Option<Programs> = None;
    for place in places.map_or_else(usual_places, |it| vec![it.to_vec()]) {
        let mut here: Vec<_> = place.iter().filter_map(|directory| programs(directory)).collect();
        here.sort_by_key(|it| Reverse(it.major));
        let fits = here.iter().find(|it| wanted.is_none_or(|wanted| it.major == wanted));
        if let Some(programs) = fits {
            return Some(programs.clone());
        }
        newest = newest.or_else(|| here.into_iter().next());
    }
    newest
}

/// Returns the places to look at, the first best: each a list of directories.
fn usual_places() -> Vec<Vec<PathBuf>> {
    let listed = |variable: &str| -> Vec<Vec<PathBuf>> {
        let value = env::var_os(variable).unwrap_or_default();
        let paths = env::split_paths(&value).filter(|path| !path.as_os_str().is_empty());
        paths.map(|path| vec![path]).collect()
    };
    let mut places = listed(VARIABLE);
    places.extend(listed("PATH"));
    let asked = Command::new("pg_config").arg("--bindir").output().ok();
    let asked = asked.and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    places.push(asked.lines().map(PathBuf::from).collect());
    places.push(
        [
            below("/usr/lib/postgresql", ""),
            below("/usr", "pgsql-"),
            below("/opt/homebrew/opt", "postgresql"),
            below("/usr/local/opt", "postgresql"),
        ]
        .concat(),
    );
    places
}

/// Returns `bin` of each directory of `root` whose name starts with `prefix`.
fn below(root: &str, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
    let mut found: Vec<_> = named.map(|entry| entry.path().join("bin")).collect();
    found.sort();
    found
}

/// Returns the server programs of a directory, where it has them.
fn programs(directory: &Path) -> Option<Programs> {
    // Distributions put links on `PATH`; the programs need what lies beside the real ones.
    let server = directory.join("postgres").canonicalize().ok()?;
    let directory = server.parent()?.to_owned();
    if !["initdb", "pg_ctl"].iter().all(|name| directory.join(name).is_file()) {
        return None;
    }
    let output = Command::new(&server).arg("--version").output().ok()?;
    let line = String::from_utf8(output.stdout).ok()?;
    // `postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)`
    let (_, version) = line.trim_end().split_once("(PostgreSQL) ")?;
    let major = version.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()?;
    (PgVersion::OLDEST <= major).then(|| Programs { directory, version: version.to_owned(), major })
}
