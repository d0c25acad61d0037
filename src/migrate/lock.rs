//! `schema.lock`: the chain of migrations, and the source that they lead to.
//!
//! A header of `//` lines names the migrations with what their `up.sql` was; below it stands canonical source. So the
//! whole file is source too, and two branches that both add a migration conflict in git at the last lines of the header.

use std::collections::BTreeMap;

use super::checksum::sha256;
use super::directory::{Migration, is_version};
use super::error::MigrateError;

/// The name of the file, in the directory of the migrations.
pub const FILE_NAME: &str = "schema.lock";

/// The form of the header. It grows when an older schemac could no longer read it.
const FORM: u32 = 1;

const FIRST: &str = "// schemac lock ";

/// What the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// The chain, in order.
    pub migrations: Vec<Locked>,
    /// The source that the chain leads to.
    pub body: String,
}

/// A migration of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// When it was made: `20261122T103000`.
    pub version: String,
    /// What its author calls it.
    pub name: String,
    /// SHA-256 of `up.sql`, as hexadecimal digits.
    pub checksum: String,
}

impl Lock {
    /// Reads the text of the file at a path.
    ///
    /// # Errors
    /// When it is no lock, was edited by hand, has the marks of a merge, or was written by a schemac that is newer.
    pub fn parse(text: &str, path: &str) -> Result<Lock, MigrateError> {
        if let Some(line) = conflict(text) {
            let message = "the lock has the marks of a merge that is not finished";
            return Err(MigrateError::input("lock-conflict", message)
                .at_line(path, line)
                .help("take either side, then run `schemac rehash`, which puts the migrations of both in order"));
        }
        let (header, body) = text.split_once("\n\n").unwrap_or((text.trim_end_matches('\n'), ""));
        let mut lines = header.lines().enumerate().map(|(n, line)| (n + 1, line));
        check_form(lines.next().map_or("", |(_, line)| line), path)?;
        let mut lock = Lock { migrations: Vec::new(), body: body.to_owned() };
        let mut state = None;
        for (line, text) in lines {
            if let Some(rest) = text.strip_prefix("// migration ") {
                let of_line = || edited(path, line, "this is no line of a migration");
                let locked = read_migration(rest).ok_or_else(of_line)?;
                lock.push(locked, path, line)?;
            } else if let Some(rest) = text.strip_prefix("// state sha256:") {
                state = Some((line, rest));
            } else {
                return Err(edited(path, line, "this line is not schemac's"));
            }
        }
        match state {
            Some((_, state)) if state == lock.state() => Ok(lock),
            Some((line, _)) => Err(edited(path, line, "what stands below is not what was written")),
            None => Err(edited(path, 1, "the line with the state is missing")),
        }
    }

    /// Adds a migration, which must come after all others.
    fn push(&mut self, locked: Locked, path: &str, line: usize) -> Result<(), MigrateError> {
        if self.migrations.last().is_some_and(|last| locked.version <= last.version) {
            return Err(edited(path, line, "the migrations are not in order"));
        }
        self.migrations.push(locked);
        Ok(())
    }

    /// Returns what is otherwise in the directory than the lock says, by version.
    pub fn differences(
        &self,
        migrations: &[Migration],
        path: &str,
    ) -> BTreeMap<String, MigrateError> {
        let mut out = BTreeMap::new();
        let rehash = "run `schemac rehash`, which writes the lock anew, then `schemac verify`";
        for migration in migrations {
            let (label, version) = (migration.label(), migration.version.clone());
            let error = match self.migrations.iter().find(|it| it.version == version) {
                None => {
                    MigrateError::input("not-in-lock", format!("the lock does not know `{label}`"))
                        .help(rehash)
                }
                Some(it) if it.checksum != migration.up.checksum() => {
                    let message = format!("`{label}` was edited after the lock was written");
                    MigrateError::input("not-in-lock", message)
                        .help(format!("if that is meant, {rehash}"))
                }
                Some(_) => continue,
            };
            out.insert(version, error.at(&migration.up.path));
        }
        for locked in &self.migrations {
            if migrations.iter().all(|it| it.version != locked.version) {
                let message = format!(
                    "there are no files of `{}_{}`, which the lock names",
                    locked.version, locked.name
                );
                let error = MigrateError::input("missing-migration", message).at(path);
                let help = format!(
                    "take the directory back from version control; if it is gone for good, {rehash}"
                );
                out.insert(locked.version.clone(), error.help(help));
            }
        }
        out
    }

    /// Returns the text of the file.
    pub fn text(&self) -> String {
        let mut text = format!("{FIRST}{FORM}. Written by schemac: review it, never edit it.\n");
        for Locked { version, name, checksum } in &self.migrations {
            text.push_str(&format!("// migration {version} {name} sha256:{checksum}\n"));
        }
        text.push_str(&format!("// state sha256:{}\n\n{}", self.state(), self.body));
        text
    }

    /// Returns the SHA-256 of the source that the chain leads to, as hexadecimal digits.
    pub fn state(&self) -> String {
        sha256(self.body.as_bytes())
    }
}

/// Returns the line of the first mark that git leaves where two branches meet.
fn conflict(text: &str) -> Option<usize> {
    let marks = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];
    let is_mark = |line: &str| {
        marks.iter().any(|mark| {
            line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })
    };
    Some(text.lines().position(is_mark)? + 1)
}

fn check_form(line: &str, path: &str) -> Result<(), MigrateError> {
    let form =
        line.strip_prefix(FIRST).and_then(|rest| rest.split('.').next()?.parse::<u32>().ok());
    match form {
        Some(FORM) => Ok(()),
        Some(form) if FORM < form => {
            let message = format!(
                "the lock is of a newer schemac: its form is {form}, and this one knows {FORM}"
            );
            Err(MigrateError::input("lock-newer", message)
                .at(path)
                .help("install the version of schemac that the project uses"))
        }
        Some(_) | None => Err(edited(path, 1, "this is no first line of a lock")),
    }
}

fn read_migration(rest: &str) -> Option<Locked> {
    let (version, rest) = rest.split_once(' ')?;
    let (name, checksum) = rest.rsplit_once(" sha256:")?;
    let is_whole = is_version(version) && !name.is_empty() && is_checksum(checksum);
    let [version, name, checksum] = [version, name, checksum].map(str::to_owned);
    is_whole.then_some(Locked { version, name, checksum })
}

/// Tells whether a text is a SHA-256 in hexadecimal digits.
pub(crate) fn is_checksum(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

fn edited(path: &str, line: usize, what: &str) -> MigrateError {
    MigrateError::input("lock-edited", format!("the lock was edited: {what}"))
        .at_line(path, line)
        .help("take it back from version control, or run `schemac rehash`, which writes it anew")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock() -> Lock {
        let locked = |version: &str, name: &str| Locked {
            version: version.to_owned(),
            name: name.to_owned(),
            checksum: sha256(name.as_bytes()),
        };
        Lock {
            migrations: vec![locked("20261122T103000", "init"), locked("20261122T103001", "more")],
            body: "table t {\n  a: integer;\n}\n".to_owned(),
        }
    }

    fn name(text: &str) -> (&'static str, Option<usize>) {
        let error = Lock::parse(text, "schema.lock").unwrap_err();
        (error.name(), error.line())
    }

    #[test]
    fn what_is_written_is_read() {
        for lock in [lock(), Lock::default()] {
            assert_eq!(Lock::parse(&lock.text(), "schema.lock").unwrap(), lock);
        }
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let text = lock().text();
        assert_eq!(name(&text.replace("integer", "bigint")), ("lock-edited", Some(4)));
        assert_eq!(name(&text.replace("lock 1.", "lock 2.")), ("lock-newer", None));
        assert_eq!(name(&text.replace("T103001", "T102959")), ("lock-edited", Some(3)));
        assert_eq!(name(&text.replace("sha256:", "sha256:x")), ("lock-edited", Some(2)));
        assert_eq!(name(&format!("// x\n{text}")), ("lock-edited", Some(1)));
        assert_eq!(
            name(&text.replace("// migration 20261122T103001", "// 7")),
            ("lock-edited", Some(3))
        );
        assert_eq!(name(""), ("lock-edited", Some(1)));
        let merged = text
            .replace("// migration 20261122T103001", "<<<<<<< HEAD\n// migration 20261122T103001");
        assert_eq!(name(&merged), ("lock-conflict", Some(3)));
    }
}
