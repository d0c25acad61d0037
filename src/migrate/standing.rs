//! What the files say beside what the database says.

use std::collections::BTreeMap;

use super::difference::difference;
use super::directory::Migration;
use super::error::{Kind, MigrateError};
use super::event::Direction;
use super::history::Record;
use super::statements::{Parsed, split};

/// How a migration stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// When it was made.
    pub version: String,
    /// What its author calls it.
    pub name: String,
    /// In one word.
    pub state: State,
    /// What the database knows about it.
    pub record: Option<Record>,
}

/// How a migration stands, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It holds, and its file is what was applied.
    Applied,
    /// It is to be applied.
    Pending,
    /// Its statements hold already, as those of the migrations that it stands for.
    Folded,
    /// It holds, and its file is not what was applied.
    Changed,
    /// It holds, and there is no file.
    Missing,
    /// It holds, there is no file, and it is later than all files.
    Ahead,
    /// It does not hold, and a later one does.
    OutOfOrder,
    /// A statement of it failed.
    Failed,
    /// A run of it was ended before it was done.
    Interrupted,
    /// It is being taken back, and that is not done.
    Undoing,
}

impl State {
    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            State::Applied => "applied",
            State::Pending => "pending",
            State::Folded => "folded",
            State::Changed => "changed",
            State::Missing => "missing",
            State::Ahead => "ahead",
            State::OutOfOrder => "out-of-order",
            State::Failed => "failed",
            State::Interrupted => "interrupted",
            State::Undoing => "undoing",
        }
    }
}

/// Puts files and history side by side, in the order of their versions.
///
/// # Errors
/// When a file that is not applied can't be cut into its statements.
pub fn standings(
    records: &[Record],
    migrations: &[Migration],
) -> Result<Vec<Standing>, MigrateError> {
    let by_version: BTreeMap<&str, &Record> =
        records.iter().map(|it| (it.version.as_str(), it)).collect();
    let files: BTreeMap<&str, &Migration> =
        migrations.iter().map(|it| (it.version.as_str(), it)).collect();
    let last_applied =
        records.iter().filter(|it| !it.is_without_effect()).map(|it| it.version.as_str()).max();
    let last_file = files.keys().next_back().copied();
    // Of migrations that were folded into another one.
    let mut gone: Vec<String> = Vec::new();
    let mut out = Vec::new();
    for (version, migration) in &files {
        let record = by_version.get(version).copied();
        let mut state = state_of(record, migration, last_applied);
        if matches!(state, State::Pending | State::OutOfOrder | State::Changed) {
            let replaces = replaced(migration)?;
            let holds = |it: &String| by_version.get(it.as_str()).is_some_and(|it| it.is_applied());
            match replaces.iter().filter(|it| holds(it)).count() {
                0 => {}
                n if n == replaces.len() => {
                    state = State::Folded;
                    gone.extend(replaces);
                }
                _ => return Err(half_folded(migration)),
            }
        }
        let record = record.cloned();
        let (version, name) = (migration.version.clone(), migration.name.clone());
        out.push(Standing { version, name, state, record });
    }
    for record in records {
        if files.contains_key(record.version.as_str()) || gone.contains(&record.version) {
            continue;
        }
        let state = match last_file {
            _ if record.is_without_effect() => State::Failed,
            Some(last) if record.version.as_str() < last => State::Missing,
            Some(_) | None => State::Ahead,
        };
        let (version, name) = (record.version.clone(), record.name.clone());
        out.push(Standing { version, name, state, record: Some(record.clone()) });
    }
    out.sort_by(|a, b| a.version.cmp(&b.version));
    Ok(out)
}

fn state_of(record: Option<&Record>, migration: &Migration, last_applied: Option<&str>) -> State {
    let is_late = last_applied.is_some_and(|last| migration.version.as_str() < last);
    match record {
        None if is_late => State::OutOfOrder,
        None => State::Pending,
        Some(record) if record.direction == Direction::Down => State::Undoing,
        Some(record) if record.is_applied() && record.checksum == migration.up.checksum() => {
            State::Applied
        }
        Some(record) if record.is_applied() => State::Changed,
        Some(record) if record.is_without_effect() && is_late => State::OutOfOrder,
        Some(record) if record.error.is_some() => State::Failed,
        Some(_) => State::Interrupted,
    }
}

/// Returns the versions that a file stands for. Most files stand for themselves, and are not read.
fn replaced(migration: &Migration) -> Result<Vec<String>, MigrateError> {
    if !migration.up.text.contains("-- schemac: replaces ") {
        return Ok(Vec::new());
    }
    split(&migration.up).map(|parsed: Parsed| parsed.replaces)
}

fn half_folded(migration: &Migration) -> MigrateError {
    let message = format!(
        "`{}` stands for migrations of which this database has only some",
        migration.label()
    );
    MigrateError::input("half-folded", message).at(&migration.up.path).help(
        "apply the rest of them with the files from before they were folded, then run this again",
    )
}

/// Returns why nothing may be applied to what does not fit together; `None` where it does. The text is what was applied,
/// where that is another one than the file's.
pub(super) fn problem(
    standing: &Standing,
    migrations: &[Migration],
    applied: Option<&str>,
) -> Option<MigrateError> {
    let label = format!("{}_{}", standing.version, standing.name);
    let file = migrations.iter().find(|it| it.version == standing.version);
    let at = |error: MigrateError| match file {
        Some(migration) => error.at(&migration.up.path),
        None => error,
    };
    match standing.state {
        State::Applied | State::Pending | State::Folded | State::Failed | State::Interrupted => {
            None
        }
        State::Changed => {
            let shown = applied.zip(file).map(|(old, file)| difference(old, &file.up.text));
            let message = format!("`{label}` was changed after it was applied");
            let error = MigrateError::input("changed-after-apply", message).help(format!(
                "take the file back from version control and write a new migration; or, where the database is right as it is, \
                 run `schemac baseline {}`, which compares before it takes the file",
                standing.version
            ));
            Some(at(shown.into_iter().fold(error, MigrateError::difference)))
        }
        State::Missing => {
            let message = format!("the database has `{label}`, and there are no files of it");
            Some(MigrateError::input("missing-migration", message).help(
                "take the directory back from version control; `schemac rehash` tells what belongs there",
            ))
        }
        State::Ahead => {
            let message = format!("the database is ahead of the files: it has `{label}`");
            Some(MigrateError::input("database-ahead", message).help(
                "run it with the newer files; to go back, roll back with those first. Where older programs may start on a newer \
                 database, give `--allow-ahead`",
            ))
        }
        State::OutOfOrder => {
            let message = format!("`{label}` is not applied, and a later migration is");
            Some(at(MigrateError::input("out-of-order", message).help(
                "run `schemac rehash`, which gives it a version after those that are applied, then `schemac verify`",
            )))
        }
        State::Undoing => {
            let message = format!("a rollback of `{label}` was begun and is not done");
            let error = MigrateError::new(Kind::Environment, "rollback-unfinished", message);
            Some(at(error.help(
                "run `schemac rollback`, which goes on where it ended, then `schemac migrate`",
            )))
        }
    }
}
