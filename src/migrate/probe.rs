//! Statements outside of a transaction: what is there before one begins, and what became of one that nobody saw end.

use super::machine::Io;
use super::nature::{Name, Probe, literal, quote};
use super::stop::{self, Stop};

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// What the statement makes, or takes away, is there.
    There,
    /// It is not.
    Absent,
    /// An index is there, and PostgreSQL does not use it: its build failed, or was ended.
    Invalid,
    /// An index is being built by somebody else.
    Busy,
    /// A partition is on the way out.
    Pending,
    /// There is nothing to look at.
    Unknown,
}

impl Found {
    /// Returns the word in the history.
    pub(super) fn word(self) -> &'static str {
        match self {
            Found::There => "there",
            Found::Absent => "absent",
            Found::Invalid => "invalid",
            Found::Busy => "busy",
            Found::Pending => "pending",
            Found::Unknown => "unknown",
        }
    }
}

/// What to do with a statement that was begun and whose end nobody saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It has done what it should.
    Skip,
    /// It is to run again.
    Again,
    /// Another statement brings it to its end.
    Instead(String),
    /// Nobody can find out.
    Ask,
}

/// Looks at what a statement makes or takes away.
pub(super) async fn look(io: &Io, probe: &Probe) -> Result<Found, Stop> {
    let query = match probe {
        Probe::Build { index, table } => format!(
            "SELECT CASE WHEN i.indexrelid IS NULL THEN 'there' WHEN EXISTS (SELECT 1 FROM \
             pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = c.oid) THEN 'busy' \
             WHEN i.indisvalid AND i.indisready THEN 'there' ELSE 'invalid' END \
             FROM pg_catalog.pg_class t JOIN pg_catalog.pg_class c ON c.relnamespace = t.relnamespace AND c.relname = {} \
             LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid WHERE t.oid = {}",
            literal(&index.name),
            regclass(table),
        ),
        Probe::Drop { index } => format!("SELECT 'there' WHERE {} IS NOT NULL", regclass(index)),
        Probe::Detach { parent, partition } => format!(
            "SELECT CASE WHEN inhdetachpending THEN 'pending' ELSE 'there' END FROM pg_catalog.pg_inherits \
             WHERE inhrelid = {} AND inhparent = {}",
            regclass(partition),
            regclass(parent),
        ),
        Probe::Row { query, .. } => format!("SELECT 'there' WHERE EXISTS ({query})"),
        Probe::Rebuild { .. } | Probe::Repeat | Probe::None | Probe::BuildNameless => {
            return Ok(Found::Unknown);
        }
    };
    let rows = io.sql(query).await.map_err(|it| stop::of(it, "the catalogs can't be read"))?;
    Ok(match rows.into_iter().flatten().flatten().next().as_deref() {
        Some("there") => Found::There,
        Some("busy") => Found::Busy,
        Some("pending") => Found::Pending,
        Some(_) => Found::Invalid,
        None => Found::Absent,
    })
}

/// Says what to do with a statement that was begun and whose end nobody saw: by what was there before, and what is there now.
pub(super) fn next(probe: &Probe, before: &str, now: Found) -> Next {
    let was = |found: Found| before == found.word();
    match (probe, now) {
        // Where it was there before, it can't tell whether the statement ran: PostgreSQL says so if it runs again.
        (Probe::Build { .. }, Found::There) if !was(Found::There) => Next::Skip,
        (Probe::Drop { .. }, Found::Absent) if was(Found::There) => Next::Skip,
        (Probe::Detach { .. }, Found::Absent) if !was(Found::Absent) => Next::Skip,
        (Probe::Detach { parent, partition }, Found::Pending) => Next::Instead(format!(
            "ALTER TABLE {} DETACH PARTITION {} FINALIZE",
            parent.sql(),
            partition.sql()
        )),
        (Probe::Row { expected: true, .. }, Found::There) if was(Found::Absent) => Next::Skip,
        (Probe::Row { expected: false, .. }, Found::Absent) if was(Found::There) => Next::Skip,
        (Probe::None, _) => Next::Ask,
        (
            Probe::Build { .. }
            | Probe::BuildNameless
            | Probe::Drop { .. }
            | Probe::Detach { .. }
            | Probe::Row { .. }
            | Probe::Rebuild { .. }
            | Probe::Repeat,
            _,
        ) => Next::Again,
    }
}

/// Returns the statements that remove what a build left behind, with the name of each index.
pub(super) async fn leftovers(io: &Io, probe: &Probe) -> Result<Vec<(String, String)>, Stop> {
    let query = match probe {
        Probe::Build { index, table } => format!(
            "SELECT n.nspname, c.relname FROM pg_catalog.pg_class t \
             JOIN pg_catalog.pg_class c ON c.relnamespace = t.relnamespace AND c.relname = {} \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid \
             WHERE t.oid = {} AND i.indrelid = t.oid AND NOT (i.indisvalid AND i.indisready)",
            literal(&index.name),
            regclass(table),
        ),
        // REINDEX builds `<name>_ccnew` beside the old one (manual: REINDEX, Rebuilding Indexes Concurrently).
        Probe::Rebuild { relation } => format!(
            "SELECT n.nspname, c.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid \
             AND c.relname ~ '_cc(new|old)[0-9]*$' AND i.indrelid IN (SELECT o.oid FROM pg_catalog.pg_class o \
             WHERE o.oid = {0} UNION SELECT x.indrelid FROM pg_catalog.pg_index x WHERE x.indexrelid = {0})",
            regclass(relation),
        ),
        Probe::Drop { .. }
        | Probe::Detach { .. }
        | Probe::Row { .. }
        | Probe::Repeat
        | Probe::None
        | Probe::BuildNameless => return Ok(Vec::new()),
    };
    let rows = io.sql(query).await.map_err(|it| stop::of(it, "the catalogs can't be read"))?;
    let drop_of = |row: Vec<Option<String>>| {
        let mut values = row.into_iter();
        let (schema, name) = (values.next()??, values.next()??);
        Some((format!("DROP INDEX CONCURRENTLY {}.{}", quote(&schema), quote(&name)), name))
    };
    Ok(rows.into_iter().filter_map(drop_of).collect())
}

fn regclass(name: &Name) -> String {
    format!("pg_catalog.to_regclass({})", literal(&name.sql()))
}
