//! What is to be done with each migration, and whether it can be.

use super::directory::{Migration, Script};
use super::error::{Kind, MigrateError};
use super::event::{Direction, Planned};
use super::history::{Known, Record, Subject};
use super::runner::{Job, Lossy};
use super::standing::{Standing, State, problem};
use super::statements::{Parsed, Statement, split};

/// What is to be done with a migration.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) subject: Subject,
    pub(super) parsed: Parsed,
    /// What an earlier run left.
    pub(super) record: Option<Record>,
    pub(super) act: Act,
}

/// What is done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Its statements run.
    Run,
    /// Nothing runs: it is written down as applied, and these versions are not any more.
    Mark(Vec<String>),
}

impl Work {
    pub(super) fn planned(&self) -> Planned {
        let n_done = match self.subject.known {
            Known::Open(done) => done,
            Known::Nothing | Known::Applied => 0,
        };
        let statements = self.parsed.statements().skip(n_done);
        let (statements, replaces) = match &self.act {
            Act::Run => (statements.map(|it| (it.line, it.sql.clone())).collect(), Vec::new()),
            Act::Mark(gone) => (Vec::new(), gone.clone()),
        };
        Planned {
            label: self.subject.label(),
            direction: self.subject.direction,
            statements,
            n_done,
            losses: self.parsed.losses.iter().map(|it| it.text.clone()).collect(),
            replaces,
        }
    }
}

/// Returns the first migration that does not fit together with what the database has.
pub(super) fn first_problem<'s>(standings: &'s [Standing], job: &Job) -> Option<&'s Standing> {
    let is_wrong = |it: &&Standing| {
        let is_fine = it.state == State::Ahead && job.options.allow_ahead;
        !is_fine && problem(it, &job.migrations, None).is_some()
    };
    standings.iter().find(is_wrong)
}

/// Returns what is to be applied, up to a version where there is one.
pub(super) fn up(
    standings: &[Standing],
    job: &Job,
    to: Option<&str>,
) -> Result<Vec<Work>, MigrateError> {
    if let Some(to) = to.filter(|to| job.migrations.iter().all(|it| it.version != *to)) {
        return Err(unknown(to));
    }
    let holds = |version: &str| {
        standings.iter().any(|it| it.version == version && it.state == State::Applied)
    };
    if let Some((_, error)) = job.refused.iter().find(|(version, _)| !holds(version)) {
        return Err(error.clone());
    }
    let mut works = Vec::new();
    for standing in standings.iter().filter(|it| to.is_none_or(|to| it.version.as_str() <= to)) {
        let file = job.migrations.iter().find(|it| it.version == standing.version);
        let Some(migration) = file else { continue };
        let is_wanted = match standing.state {
            State::Pending | State::Folded | State::Failed | State::Interrupted => true,
            State::Applied
            | State::Changed
            | State::Missing
            | State::Ahead
            | State::OutOfOrder
            | State::Undoing => false,
        };
        if !is_wanted {
            continue;
        }
        let parsed = split(&migration.up)?;
        let act = match standing.state {
            State::Folded => {
                let others = parsed.replaces.iter().filter(|it| **it != migration.version);
                Act::Mark(others.cloned().collect())
            }
            State::Pending
            | State::Failed
            | State::Interrupted
            | State::Applied
            | State::Changed
            | State::Missing
            | State::Ahead
            | State::OutOfOrder
            | State::Undoing => Act::Run,
        };
        let record = standing.record.clone();
        let known = known(record.as_ref());
        if let Some(record) = &record
            && act == Act::Run
        {
            same_beginning(record, record.script.as_deref(), &migration.up, &parsed)?;
        }
        let subject = subject(migration, &migration.up, Direction::Up, known);
        works.push(Work { subject, parsed, record, act });
    }
    Ok(works)
}

fn known(record: Option<&Record>) -> Known {
    match record {
        None => Known::Nothing,
        Some(record) if record.finished.is_some() => Known::Applied,
        Some(record) => Known::Open(record.done),
    }
}

fn subject(migration: &Migration, script: &Script, direction: Direction, known: Known) -> Subject {
    let (version, name) = (migration.version.clone(), migration.name.clone());
    Subject { version, name, script: script.clone(), direction, known }
}

/// Refuses a file that has other statements than those that hold already.
fn same_beginning(
    record: &Record,
    old: Option<&str>,
    script: &Script,
    parsed: &Parsed,
) -> Result<(), MigrateError> {
    let in_doubt = usize::from(record.begun.is_some() && record.error.is_none());
    let fixed = record.done + in_doubt;
    let old = Script { path: script.path.clone(), text: old.unwrap_or("").to_owned() };
    if fixed == 0 || old.text == script.text {
        return Ok(());
    }
    let was = split(&old).unwrap_or_default();
    let texts = |parsed: &Parsed| -> Vec<String> {
        parsed.statements().take(fixed).map(|it: &Statement| it.sql.clone()).collect()
    };
    if texts(&was) == texts(parsed) && texts(parsed).len() == fixed {
        return Ok(());
    }
    let message =
        format!("`{}` was changed, and its first {fixed} statements hold already", record.label());
    Err(MigrateError::input("changed-while-applied", message)
        .at(&script.path)
        .difference(super::difference::difference(&old.text, &script.text))
        .help("take those statements back as they were; what comes after them may be changed"))
}

/// Returns what is to be taken back: the last migrations, as long as they are wanted by their number, from 0, and what is known.
pub(super) fn back(
    records: &[Record],
    job: &Job,
    lossy: Lossy,
    wanted: impl Fn(usize, &Record) -> bool,
) -> Result<Vec<Work>, MigrateError> {
    let holds = records.iter().rev().filter(|it| !it.is_without_effect());
    let targets = holds.enumerate().take_while(|(n, it)| wanted(*n, it)).map(|(_, it)| it);
    let mut works = Vec::new();
    for record in targets {
        works.push(back_one(record, job)?);
    }
    let lost: Vec<String> = works.iter().flat_map(lost_by).collect();
    if lossy == Lossy::Refused && !lost.is_empty() {
        let message = format!("data would be lost for good:\n{}", lost.join("\n"));
        return Err(MigrateError::new(Kind::Lossy, "data-loss", message)
            .help("save what you need, then give `--accept-data-loss`"));
    }
    Ok(works)
}

fn lost_by(work: &Work) -> Vec<String> {
    let path = &work.subject.script.path;
    work.parsed.losses.iter().map(|it| format!("  {path}:{}: {}", it.line, it.text)).collect()
}

fn back_one(record: &Record, job: &Job) -> Result<Work, MigrateError> {
    let label = record.label();
    let Some(migration) = job.migrations.iter().find(|it| it.version == record.version) else {
        let message = format!("the database has `{label}`, and there are no files of it");
        return Err(MigrateError::input("missing-migration", message)
            .help("run it with the files that were applied: its `down.sql` is among them"));
    };
    let is_undone = record.direction == Direction::Down;
    if !is_undone && !record.is_applied() {
        let message =
            format!("`{label}` is applied in part: {} of its statements hold", record.done);
        return Err(MigrateError::new(Kind::Environment, "migration-unfinished", message)
            .at(&migration.up.path)
            .help("run `schemac migrate`, which goes on where it ended; then roll back"));
    }
    if !is_undone && record.checksum != migration.up.checksum() {
        let message =
            format!("`{label}` was changed after it was applied: its `down.sql` may not fit");
        return Err(MigrateError::input("changed-after-apply", message)
            .at(&migration.up.path)
            .help("run it with the files that were applied"));
    }
    let Some(down) = &migration.down else {
        let message = format!("`{label}` has no `down.sql`");
        return Err(MigrateError::input("missing-file", message)
            .at(&migration.up.path)
            .help("write one; what takes nothing back is an empty file"));
    };
    let parsed = split(down)?;
    if is_undone {
        same_beginning(record, record.undo.as_deref(), down, &parsed)?;
    }
    let subject = subject(migration, down, Direction::Down, known(Some(record)));
    let record = Some(record.clone()).filter(|_| is_undone);
    Ok(Work { subject, parsed, record, act: Act::Run })
}

/// Refuses to go back to what the database does not have.
pub(super) fn check_target(records: &[Record], version: &str) -> Result<(), MigrateError> {
    let has_it = records.iter().any(|it| it.version == version && it.is_applied());
    if version == "empty" || has_it {
        return Ok(());
    }
    let message = format!("the database does not have the migration `{version}`");
    Err(MigrateError::new(Kind::Usage, "unknown-version", message).help(
        "name the last migration that stays, or `empty`; `schemac status` shows what there is",
    ))
}

/// Returns what is to be written down as applied.
pub(super) fn mark(
    records: &[Record],
    job: &Job,
    version: &str,
) -> Result<Vec<Work>, MigrateError> {
    if job.migrations.iter().all(|it| it.version != version) {
        return Err(unknown(version));
    }
    let mut works = Vec::new();
    for migration in job.migrations.iter().filter(|it| it.version.as_str() <= version) {
        let record = records.iter().find(|it| it.version == migration.version);
        if record.is_some_and(|it| it.is_applied() && it.checksum == migration.up.checksum()) {
            continue;
        }
        if let Some(record) = record.filter(|it| it.direction == Direction::Down) {
            let message = format!("a rollback of `{}` was begun and is not done", record.label());
            return Err(MigrateError::new(Kind::Environment, "rollback-unfinished", message)
                .help("run `schemac rollback`, which goes on where it ended"));
        }
        // Nothing of it runs: it may have what only psql can run.
        let parsed = split(&migration.up).unwrap_or_default();
        let subject = subject(migration, &migration.up, Direction::Up, known(record));
        works.push(Work { subject, parsed, record: None, act: Act::Mark(Vec::new()) });
    }
    Ok(works)
}

fn unknown(version: &str) -> MigrateError {
    let message = format!("there is no migration `{version}`");
    MigrateError::new(Kind::Usage, "unknown-version", message)
        .help("`schemac status` shows which there are; a version is written as `20261122T103000`")
}
