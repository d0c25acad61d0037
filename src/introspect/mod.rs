//! Reads a live database: catalog rows → [`Catalog`], in one transaction that sees one state and changes nothing.
//!
//! Every query stands in the file of its kind, beside what reads its rows. All of them are sent at once, so that the
//! number of round trips does not depend on the size of the database, and so that a pooler in transaction mode can stand
//! between. Expressions are PostgreSQL's own deparse of them, under an empty `search_path`. What is not read is what
//! `pg_dump` does not write: PostgreSQL's own objects, those of extensions, indexes that are not valid.

pub(crate) mod column;
mod elements;
mod found;
mod query;
mod row;

mod comment;
mod composite_type;
mod constraint;
mod domain;
mod enum_type;
mod extension;
mod foreign_key;
mod index;
mod materialized_view;
mod policy;
mod routine;
mod rule;
mod schema;
mod sequence;
mod settle;
mod statistics;
mod table;
mod trigger;
mod view;

use std::fmt;

use crate::catalog::Catalog;
use crate::database::error::DatabaseError;
use crate::database::{Connection, Reply};
use crate::sql::version::PgVersion;
use found::{Class, Found};
use row::Row;

pub use found::Problem;
pub use row::Unreadable;

macro_rules! classes {
    ($($name:ident: $catalog:literal),* $(,)?) => {
        $(pub(crate) const $name: Class = Class($catalog);)*

        /// The catalogs whose rows are objects.
        pub(crate) const CLASSES: &[Class] = &[$($name),*];
    };
}
classes! {
    PG_CLASS: "pg_class",
    PG_CONSTRAINT: "pg_constraint",
    PG_EXTENSION: "pg_extension",
    PG_NAMESPACE: "pg_namespace",
    PG_POLICY: "pg_policy",
    PG_PROC: "pg_proc",
    PG_REWRITE: "pg_rewrite",
    PG_STATISTIC_EXT: "pg_statistic_ext",
    PG_TRIGGER: "pg_trigger",
    PG_TYPE: "pg_type",
}

/// One query and what reads its rows.
pub(crate) struct Section {
    /// What its rows are, in the plural.
    name: &'static str,
    /// The query; `None` where this version has nothing of the sort.
    query: fn(PgVersion) -> Option<String>,
    read: fn(&mut Row<'_>, &mut Found) -> Result<(), Unreadable>,
}

/// All queries, in the order in which they are read: what others refer to comes first.
const SECTIONS: &[&[Section]] = &[
    schema::SECTIONS,
    extension::SECTIONS,
    enum_type::SECTIONS,
    composite_type::SECTIONS,
    domain::SECTIONS,
    table::SECTIONS,
    view::SECTIONS,
    materialized_view::SECTIONS,
    sequence::SECTIONS,
    column::SECTIONS,
    sequence::OWNER_SECTIONS,
    index::CLASS_SECTIONS,
    constraint::SECTIONS,
    foreign_key::SECTIONS,
    index::SECTIONS,
    statistics::SECTIONS,
    routine::SECTIONS,
    trigger::SECTIONS,
    rule::SECTIONS,
    policy::SECTIONS,
    comment::SECTIONS,
];

/// What a transaction is set to, so that each deparsed text is the same whatever the role or database is set to.
const SETTINGS: &[&str] = &[
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL search_path = ''",
    "SET LOCAL DateStyle = 'ISO, MDY'",
    "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL extra_float_digits = 3",
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL quote_all_identifiers = off",
    "SET LOCAL standard_conforming_strings = on",
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL jit = off",
];

/// What a database holds.
#[derive(Debug)]
pub struct Introspected {
    /// The model.
    pub catalog: Catalog,
    /// What the model can't hold.
    pub problems: Vec<Problem>,
    /// The server's version.
    pub version: PgVersion,
}

/// Why a database could not be read.
#[derive(Debug)]
pub enum IntrospectError {
    /// The server or the connection failed.
    Database(DatabaseError),
    /// A row is not what its query promises.
    Unreadable {
        /// What was read, in the plural: `indexes`.
        section: &'static str,
        /// The value.
        value: Unreadable,
    },
}

impl From<DatabaseError> for IntrospectError {
    fn from(error: DatabaseError) -> Self {
        IntrospectError::Database(error)
    }
}

impl fmt::Display for IntrospectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IntrospectError::Database(error) => error.fmt(f),
            IntrospectError::Unreadable { section, value } => {
                let shown = value.value.as_deref().unwrap_or("NULL");
                write!(
                    f,
                    "the catalogs of the server hold {shown} at value {} of the {section}",
                    value.column
                )
            }
        }
    }
}

impl std::error::Error for IntrospectError {}

/// What of a database is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Who owns each object.
    pub owners: bool,
    /// Who may do what.
    pub privileges: bool,
}

/// How far the reading is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// What is read, in the plural: `indexes`.
    pub section: &'static str,
    /// How many sections were read before.
    pub done: usize,
    /// How many there are.
    pub total: usize,
}

/// Reads a database.
///
/// PostgreSQL's deparsing functions look at the newest state, not at the transaction's: an object that is dropped
/// meanwhile makes them fail or return NULL. The whole is then read again, three times at most.
///
/// # Errors
/// When the server fails or refuses, or its catalogs hold what no version of PostgreSQL puts there.
pub fn introspect(
    connection: &mut Connection,
    options: Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Introspected, IntrospectError> {
    let mut left = 3;
    loop {
        left -= 1;
        match read(connection, options, progress) {
            Err(error) if 0 < left && is_of_a_change(&error) => connection.run("ROLLBACK")?,
            Err(error) => {
                // The error is what matters; a connection that is gone has nothing to roll back.
                let _ = connection.run("ROLLBACK");
                return Err(error);
            }
            Ok(found) => return Ok(found),
        }
    }
}

/// Tells whether an error is what comes of an object that another transaction drops meanwhile.
fn is_of_a_change(error: &IntrospectError) -> bool {
    match error {
        // XX000: `cache lookup failed`; 42P01, 42704, 42883, 3F000: the object is gone.
        IntrospectError::Database(error) => ["XX000", "42P01", "42704", "42883", "3F000"]
            .iter()
            .any(|it| error.sqlstate() == Some(*it)),
        IntrospectError::Unreadable { value, .. } => value.value.is_none(),
    }
}

fn read(
    connection: &mut Connection,
    options: Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Introspected, IntrospectError> {
    let version = connection.version();
    let sections: Vec<(&Section, String)> = SECTIONS
        .iter()
        .flat_map(|it| it.iter())
        .filter_map(|section| Some((section, (section.query)(version)?)))
        .collect();
    let queries = sections.iter().map(|(_, query)| query.as_str());
    let script: Vec<&str> = SETTINGS.iter().copied().chain(queries).chain(["COMMIT"]).collect();
    let mut found = Found::new(version);
    let total = sections.len();
    connection.stream::<IntrospectError>(&script.join(";\n"), |reply| {
        let statement = match reply {
            Reply::Row { statement, .. } | Reply::Done { statement } => statement,
        };
        let Some(done) = statement.checked_sub(SETTINGS.len()) else { return Ok(()) };
        let Some((section, _)) = sections.get(done) else { return Ok(()) };
        match reply {
            Reply::Done { .. } => {
                progress(Progress { section: section.name, done: done + 1, total })
            }
            Reply::Row { row, .. } => {
                let values: Vec<Option<&str>> = (0..row.len()).map(|n| row.get(n)).collect();
                let read = (section.read)(&mut Row::new(&values), &mut found);
                read.map_err(|value| IntrospectError::Unreadable { section: section.name, value })?;
            }
        }
        Ok(())
    })?;
    Ok(finish(found, options))
}

/// Puts together what came in pieces.
fn finish(mut found: Found, options: Options) -> Introspected {
    settle::settle(&mut found);
    if !options.owners {
        found.entries.iter_mut().for_each(|(_, entry)| entry.owner = None);
    }
    found.drop_plain_public();
    let (version, problems) = (found.version, std::mem::take(&mut found.problems));
    Introspected { catalog: Catalog::from_entries(found.into_entries()), problems, version }
}
