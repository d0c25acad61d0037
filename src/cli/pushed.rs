//! `schemac.pushed`: what was pushed to a database last, so that what schemac made is told from what others made.

use crate::database::error::DatabaseError;
use crate::database::{Connection, Reply};
use crate::sql::ident::quote_literal;

/// What was pushed.
pub(super) struct Record {
    /// What tells whether the source is still the same.
    pub(super) source_hash: String,
    /// What tells whether the database is still the same.
    pub(super) database_hash: String,
    /// The source, as a lock has it.
    pub(super) source: String,
}

/// Makes the table. A role that may not make schemas can have one made for it.
const MAKE: &str = "DO $make$ BEGIN \
    IF pg_catalog.to_regnamespace('schemac') IS NULL THEN CREATE SCHEMA schemac; END IF; \
    IF pg_catalog.to_regclass('schemac.pushed') IS NULL THEN \
    CREATE TABLE schemac.pushed (one boolean PRIMARY KEY DEFAULT true CHECK (one), at timestamptz NOT NULL, \
    schemac_version text NOT NULL, role text NOT NULL, source_hash text NOT NULL, database_hash text NOT NULL, \
    source text NOT NULL); \
    COMMENT ON TABLE schemac.pushed IS 'Kept by schemac: what `schemac push` brought here last.'; END IF; END $make$";

/// Reads what was pushed last; `None` where nothing was.
pub(super) fn recorded(connection: &mut Connection) -> Result<Option<Record>, DatabaseError> {
    let mut there = false;
    connection.stream("SELECT pg_catalog.to_regclass('schemac.pushed') IS NOT NULL", |reply| {
        if let Reply::Row { row, .. } = reply {
            there = row.get(0) == Some("t");
        }
        Ok::<_, DatabaseError>(())
    })?;
    if !there {
        return Ok(None);
    }
    let mut found = None;
    connection.stream(
        "SELECT source_hash, database_hash, source FROM schemac.pushed",
        |reply| {
            if let Reply::Row { row, .. } = reply {
                let text = |n: usize| row.get(n).unwrap_or_default().to_owned();
                found =
                    Some(Record { source_hash: text(0), database_hash: text(1), source: text(2) });
            }
            Ok::<_, DatabaseError>(())
        },
    )?;
    Ok(found)
}

/// Writes down what was pushed.
pub(super) fn record(connection: &mut Connection, it: &Record) -> Result<(), DatabaseError> {
    connection.run(MAKE)?;
    connection.run(&format!(
        "INSERT INTO schemac.pushed (at, schemac_version, role, source_hash, database_hash, source) \
         VALUES (now(), {}, current_user, {}, {}, {}) ON CONFLICT (one) DO UPDATE SET at = excluded.at, \
         schemac_version = excluded.schemac_version, role = excluded.role, source_hash = excluded.source_hash, \
         database_hash = excluded.database_hash, source = excluded.source",
        quote_literal(env!("CARGO_PKG_VERSION")),
        quote_literal(&it.source_hash),
        quote_literal(&it.database_hash),
        quote_literal(&it.source)
    ))
}
