//! The directory of migrations: `<version>_<name>/up.sql` and `down.sql`.

use std::fs;
use std::io;
use std::path::Path;

use super::checksum::sha256;
use super::error::{Kind, MigrateError};

/// A migration, as its files say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// When it was made, in UTC: `20261122T103000`. Migrations are applied in this order.
    pub version: String,
    /// What its author calls it.
    pub name: String,
    /// What applies it.
    pub up: Script,
    /// What takes it back; `None` where nobody wrote that.
    pub down: Option<Script>,
}

/// A file of SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The path of the file, as it is shown.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl Migration {
    /// Returns version and name, as the directory is called.
    pub fn label(&self) -> String {
        format!("{}_{}", self.version, self.name)
    }
}

impl Script {
    /// Returns the SHA-256 of the file, as hexadecimal digits.
    pub fn checksum(&self) -> String {
        sha256(self.text.as_bytes())
    }
}

/// Reads the migrations of a directory, in order. Where there is no directory, there are none.
///
/// Files beside the migrations, and what begins with a dot, are left alone.
///
/// # Errors
/// Everything that is wrong with them.
pub fn read(directory: &Path) -> Result<Vec<Migration>, Vec<MigrateError>> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(vec![unreadable(directory, &error)]),
    };
    let (mut names, mut errors) = (Vec::new(), Vec::new());
    for entry in entries {
        match entry {
            Ok(entry) if entry.path().is_dir() => {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
            Ok(_) => {}
            Err(error) => errors.push(unreadable(directory, &error)),
        }
    }
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    let mut migrations = Vec::new();
    for name in &names {
        match read_one(&directory.join(name), name) {
            Ok(migration) => migrations.push(migration),
            Err(more) => errors.extend(more),
        }
    }
    errors.extend(doubles(&migrations));
    if errors.is_empty() { Ok(migrations) } else { Err(errors) }
}

/// Returns the errors of migrations that follow another one of the same version.
pub(super) fn doubles(migrations: &[Migration]) -> Vec<MigrateError> {
    let pairs = migrations.iter().zip(migrations.iter().skip(1));
    let same = pairs.filter(|(one, other)| one.version == other.version);
    let error = |(one, other): (&Migration, &Migration)| {
        let (one, other) = (one.label(), other.label());
        let message = format!("two migrations have the same version: `{one}` and `{other}`");
        MigrateError::input("doubled-version", message)
            .help("give the one that is not applied anywhere a later version: rename its directory, then `schemac rehash`")
    };
    same.map(error).collect()
}

fn read_one(directory: &Path, entry: &str) -> Result<Migration, Vec<MigrateError>> {
    let Some((version, name)) = split_label(entry) else {
        return Err(vec![misnamed(entry).at(shown(directory))]);
    };
    let up = read_script(&directory.join("up.sql"));
    let down = read_script(&directory.join("down.sql"));
    match (up, down) {
        (Ok(Some(up)), Ok(down)) => {
            Ok(Migration { version: version.to_owned(), name: name.to_owned(), up, down })
        }
        (Ok(None), down) => {
            let message = format!("the migration `{entry}` has no `up.sql`");
            let missing = MigrateError::input("missing-file", message)
                .at(shown(directory))
                .help("take it back from version control, or remove the directory");
            Err([Some(missing), down.err()].into_iter().flatten().collect())
        }
        (up, down) => Err([up.err(), down.err()].into_iter().flatten().collect()),
    }
}

/// A directory is not called as a migration is.
pub(super) fn misnamed(label: &str) -> MigrateError {
    let message = format!("`{label}` is no name of a migration");
    MigrateError::input("migration-name", message).help(
        "call it `<version>_<name>`, such as `20261122T103000_add_users`; the version is a time in UTC",
    )
}

/// Reads a file that need not be there.
fn read_script(path: &Path) -> Result<Option<Script>, MigrateError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(path, &error)),
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(Script { path: shown(path), text })),
        Err(_) => Err(MigrateError::input("not-utf-8", "the file is not UTF-8")
            .at(shown(path))
            .help("save it as UTF-8")),
    }
}

/// Splits `20261122T103000_add_users` into version and name.
pub fn split_label(label: &str) -> Option<(&str, &str)> {
    let (version, name) = label.split_once('_')?;
    let fits = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    (is_version(version) && !name.is_empty() && name.chars().all(fits)).then_some((version, name))
}

/// Tells whether a text is a version: a time in UTC as `YYYYMMDDTHHMMSS`.
pub fn is_version(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else { return false };
    let number = |text: &str, at: usize, width: usize| -> Option<u32> {
        let digits = text.get(at..at + width)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let within =
        |text, at, least, most| number(text, at, 2).is_some_and(|it| (least..=most).contains(&it));
    (date.len(), time.len()) == (8, 6)
        && number(date, 0, 4).is_some()
        && within(date, 4, 1, 12)
        && within(date, 6, 1, 31)
        && within(time, 0, 0, 23)
        && within(time, 2, 0, 59)
        && within(time, 4, 0, 60)
}

fn unreadable(path: &Path, error: &io::Error) -> MigrateError {
    MigrateError::new(Kind::Environment, "unreadable", format!("this can't be read: {error}"))
        .at(shown(path))
        .help("check its permissions, and who runs schemac")
}

/// Returns a path as it is shown: with `/`, on every system.
fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

#[test]
fn a_version_is_a_time() {
    for good in ["20261122T103000", "00010101T000000", "20261231T235960"] {
        assert!(is_version(good), "{good}");
    }
    for bad in [
        "",
        "20261322T103000",
        "20261122103000",
        "20261122T1030",
        "2026112２T10300",
        "+0261122T103000",
    ] {
        assert!(!is_version(bad), "{bad}");
    }
    assert_eq!(split_label("20261122T103000_a_b"), Some(("20261122T103000", "a_b")));
    for bad in ["20261122T103000", "20261122T103000_", "20261122T103000_a b", "x_20261122T103000"] {
        assert_eq!(split_label(bad), None, "{bad}");
    }
}
