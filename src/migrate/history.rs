//! `schemac.migrations`: what the database knows about the migrations that it has.

use std::time::Duration;

use super::directory::{Script, is_version};
use super::error::{Kind, MigrateError};
use super::event::Direction;
use super::lock::is_checksum;
use super::machine::{Io, Row, Trouble};
use super::nature::literal;
use super::stop::{self, Stop};

/// The form of the table. It stands in the table's comment, and grows when an older schemac could not keep it.
const FORM: u32 = 1;

/// Makes the table.
///
/// `done` statements hold. `statement` is the one that runs, or failed; where it runs outside of a transaction, `begun` says what was
/// found before. `script` is the text that was applied, and `undo` that which takes it back, while it does.
const CREATE_TABLE: &str = "CREATE TABLE schemac.migrations (
    version text PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('up', 'down')),
    started timestamp with time zone NOT NULL,
    finished timestamp with time zone,
    duration interval,
    done integer NOT NULL,
    statement integer,
    begun text,
    error text,
    schemac_version text NOT NULL,
    role text NOT NULL,
    script text NOT NULL,
    undo text
)";

/// Reads the whole table, in the order of the fields of [`Record`].
const READ: &str = "SELECT version, name, checksum, direction, started::text, finished::text, \
    (extract(epoch FROM duration) * 1000)::bigint, done, statement, begun, error, schemac_version, role, \
    CASE WHEN finished IS NULL THEN script END, undo, \
    pg_catalog.obj_description('schemac.migrations'::pg_catalog.regclass, 'pg_class') \
    FROM schemac.migrations ORDER BY version";

/// What the database knows about a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// When it was made.
    pub version: String,
    /// What its author calls it.
    pub name: String,
    /// SHA-256 of the text that was applied.
    pub checksum: String,
    /// Which of its files ran last.
    pub direction: Direction,
    /// When that began, as PostgreSQL writes it.
    pub started: String,
    /// When it was done; `None` where it is not.
    pub finished: Option<String>,
    /// How long it took; `None` where it is not done, or was there already (`baseline`).
    pub took: Option<Duration>,
    /// How many of its statements hold.
    pub done: usize,
    /// Which statement ran last, from 1, where it is not done.
    pub statement: Option<usize>,
    /// What was there before a statement outside of a transaction began that is not known to have ended.
    pub begun: Option<String>,
    /// What PostgreSQL had against the statement.
    pub error: Option<String>,
    /// The schemac that ran it.
    pub schemac_version: String,
    /// The role that ran it.
    pub role: String,
    /// The text that was applied, where it is not done.
    pub script: Option<String>,
    /// The text that takes it back, where that is not done.
    pub undo: Option<String>,
}

impl Record {
    /// Returns version and name, as the directory of the migration is called.
    pub fn label(&self) -> String {
        format!("{}_{}", self.version, self.name)
    }

    /// Tells whether the migration holds.
    pub fn is_applied(&self) -> bool {
        self.finished.is_some() && self.direction == Direction::Up
    }

    /// Tells whether nothing of the migration holds or may hold.
    pub(super) fn is_without_effect(&self) -> bool {
        let may_hold = self.begun.is_some() && self.error.is_none();
        self.direction == Direction::Up && self.finished.is_none() && self.done == 0 && !may_hold
    }
}

/// Reads the history, with one query; `None` where there is none.
pub(super) async fn read(io: &Io) -> Result<Option<Vec<Record>>, Stop> {
    match io.sql(READ).await {
        Ok(rows) => {
            rows.iter().map(record).collect::<Result<_, _>>().map(Some).map_err(Stop::Failed)
        }
        // No such table, no such schema.
        Err(Trouble::Refused(refusal))
            if ["42P01", "3F000"].contains(&refusal.sqlstate.as_str()) =>
        {
            Ok(None)
        }
        // No such column, and what follows from a type that is another one.
        Err(Trouble::Refused(refusal))
            if refusal.sqlstate.starts_with("42") && refusal.sqlstate != "42501" =>
        {
            Err(Stop::Failed(foreign(&refusal.message)))
        }
        Err(trouble) => Err(stop::of(trouble, "the history can't be read")),
    }
}

/// Makes the table where it is not there. Only who holds the lock may do that.
pub(super) async fn create(io: &Io) -> Result<(), Stop> {
    let there = io.sql("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'schemac'").await;
    let there = there.map_err(|trouble| stop::of(trouble, "the catalogs can't be read"))?;
    let schema = if there.is_empty() {
        "CREATE SCHEMA schemac; COMMENT ON SCHEMA schemac IS 'Kept by schemac: which migrations this database has.'; "
    } else {
        ""
    };
    let comment = format!("COMMENT ON TABLE schemac.migrations IS 'schemac history {FORM}'");
    // Several statements in one message are one transaction.
    let made = io.sql(format!("{schema}{CREATE_TABLE}; {comment}")).await;
    made.map(drop).map_err(|trouble| match trouble {
        Trouble::Refused(refusal) if refusal.sqlstate == "42501" => {
            let message = format!("the table of the history can't be made: {} (SQLSTATE 42501)", refusal.message);
            let help = "let an administrator run `CREATE SCHEMA schemac AUTHORIZATION role` once, or grant the role CREATE on \
                        the database";
            let error = MigrateError::new(Kind::Environment, "missing-privilege", message);
            Stop::Failed(error.sqlstate("42501").help(help))
        }
        trouble @ (Trouble::Refused(_) | Trouble::Lost(_)) => {
            stop::of(trouble, "the table of the history can't be made")
        }
    })
}

fn record(row: &Row) -> Result<Record, MigrateError> {
    let text = |at: usize| row.get(at).cloned().flatten();
    let needed =
        |at: usize, what: &str| text(at).ok_or_else(|| changed(row, &format!("it has no {what}")));
    let number = |at: usize| text(at).and_then(|it| it.parse::<usize>().ok());
    let form = text(15).and_then(|it| it.strip_prefix("schemac history ")?.parse::<u32>().ok());
    match form {
        Some(FORM) => {}
        Some(form) if FORM < form => return Err(newer(form)),
        Some(_) | None => return Err(foreign("its comment is not schemac's")),
    }
    let record = Record {
        version: needed(0, "version")?,
        name: needed(1, "name")?,
        checksum: needed(2, "checksum")?,
        direction: match needed(3, "direction")?.as_str() {
            "up" => Direction::Up,
            "down" => Direction::Down,
            other => return Err(changed(row, &format!("its direction is `{other}`"))),
        },
        started: needed(4, "start")?,
        finished: text(5),
        took: text(6).and_then(|it| it.parse().ok()).map(Duration::from_millis),
        done: number(7)
            .ok_or_else(|| changed(row, "the number of its statements that hold is none"))?,
        statement: number(8),
        begun: text(9),
        error: text(10),
        schemac_version: text(11).unwrap_or_default(),
        role: text(12).unwrap_or_default(),
        script: text(13),
        undo: text(14),
    };
    if !is_version(&record.version) {
        return Err(changed(row, "its version is no time such as `20261122T103000`"));
    }
    if !is_checksum(&record.checksum) {
        return Err(changed(row, "its checksum is no SHA-256"));
    }
    if record.direction == Direction::Down && record.finished.is_some() {
        return Err(changed(row, "it is taken back, and such rows are removed"));
    }
    Ok(record)
}

/// Somebody changed a row.
fn changed(row: &Row, what: &str) -> MigrateError {
    let version = row.first().cloned().flatten().unwrap_or_default();
    let message = format!("the row `{version}` of schemac.migrations was changed by hand: {what}");
    MigrateError::new(Kind::Environment, "history-changed", message)
        .help("put the row right, or delete the rows of migrations and run `schemac baseline`, which compares first")
}

fn foreign(what: &str) -> MigrateError {
    let message = format!("the table schemac.migrations is not the one that schemac makes: {what}");
    MigrateError::new(Kind::Environment, "history-foreign", message).help(
        "give it another name if something else made it; if somebody changed it, put it right",
    )
}

fn newer(form: u32) -> MigrateError {
    let message =
        format!("the history is of a newer schemac: its form is {form}, and this one knows {FORM}");
    MigrateError::new(Kind::Environment, "history-newer", message)
        .help("install the version of schemac that migrated this database last")
}

/// A migration, as it goes into the history.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) version: String,
    pub(super) name: String,
    /// The file that runs.
    pub(super) script: Script,
    pub(super) direction: Direction,
    pub(super) known: Known,
}

/// What the history says about a migration before it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing.
    Nothing,
    /// It is applied.
    Applied,
    /// It runs, and so many statements hold.
    Open(usize),
}

/// How far a migration is.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
    pub(super) done: usize,
    pub(super) statement: Option<usize>,
    pub(super) begun: Option<&'static str>,
    pub(super) error: Option<String>,
}

impl Subject {
    pub(super) fn label(&self) -> String {
        format!("{}_{}", self.version, self.name)
    }

    /// Writes how far the migration is. The statement returns a row, or the history is not what it was when it was read.
    pub(super) fn save(&self, progress: &Progress) -> String {
        let text = |text: Option<&str>| text.map_or("NULL".to_owned(), literal);
        let Progress { done, statement, begun, error } = progress;
        let statement = statement.map_or("NULL".to_owned(), |it| it.to_string());
        let (begun, error) = (text(*begun), text(error.as_deref()));
        let (version, script) = (literal(&self.version), literal(&self.script.text));
        let tool = literal(env!("CARGO_PKG_VERSION"));
        let place = self.place();
        let state =
            format!("done = {done}, statement = {statement}, begun = {begun}, error = {error}");
        match (self.direction, self.known) {
            (Direction::Up, Known::Nothing) => format!(
                "INSERT INTO schemac.migrations (version, name, checksum, direction, started, done, statement, begun, error, \
                 schemac_version, role, script) VALUES ({version}, {}, {}, 'up', now(), {done}, {statement}, {begun}, {error}, \
                 {tool}, current_user, {script}) RETURNING 1",
                literal(&self.name),
                literal(&self.script.checksum()),
            ),
            (Direction::Up, Known::Applied | Known::Open(_)) => format!(
                "UPDATE schemac.migrations SET {state}, name = {}, checksum = {}, script = {script}, \
                 started = CASE WHEN done = 0 THEN now() ELSE started END, schemac_version = {tool}, role = current_user \
                 WHERE {place} RETURNING 1",
                literal(&self.name),
                literal(&self.script.checksum()),
            ),
            (Direction::Down, Known::Nothing | Known::Applied | Known::Open(_)) => format!(
                "UPDATE schemac.migrations SET {state}, direction = 'down', finished = NULL, duration = NULL, undo = {script}, \
                 started = CASE WHEN direction = 'up' THEN now() ELSE started END WHERE {place} RETURNING 1"
            ),
        }
    }

    /// Writes that the migration is done. A migration that is taken back has no row.
    pub(super) fn finish(&self, done: usize) -> String {
        let place = self.place();
        match self.direction {
            Direction::Down => format!("DELETE FROM schemac.migrations WHERE {place} RETURNING 1"),
            Direction::Up => {
                let saved = self.save(&Progress { done, ..Progress::default() });
                let version = literal(&self.version);
                format!(
                    "{saved}; UPDATE schemac.migrations SET finished = clock_timestamp(), duration = clock_timestamp() - started \
                     WHERE version = {version}"
                )
            }
        }
    }

    /// Writes that the migration was there already.
    pub(super) fn mark(&self, done: usize) -> String {
        let saved = self.save(&Progress { done, ..Progress::default() });
        let version = literal(&self.version);
        format!(
            "{saved}; UPDATE schemac.migrations SET finished = coalesce(finished, started) WHERE version = {version}"
        )
    }

    /// Returns the condition that finds the row, as it was read.
    fn place(&self) -> String {
        let version = literal(&self.version);
        let state = match self.known {
            Known::Nothing => "false".to_owned(),
            Known::Applied => "direction = 'up' AND finished IS NOT NULL".to_owned(),
            Known::Open(done) => {
                format!(
                    "direction = '{}' AND finished IS NULL AND done = {done}",
                    self.direction.word()
                )
            }
        };
        format!("version = {version} AND {state}")
    }
}
