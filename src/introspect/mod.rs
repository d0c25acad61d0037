//! Reads a live database: catalog rows → [`Catalog`], in one transaction that sees one state and changes nothing.
//!
//! Every query stands in the file of its kind, beside what reads its rows. All of them are sent at once, so that the
//! number of round trips does not depend on the size of the database, and so that a pooler in transaction mode can stand
//! between. Expressions are PostgreSQL's own deparse of them, under an empty `search_path`. What is not read is what
//! `pg_dump` does not write: PostgreSQL's own objects, those of extensions, indexes that are not valid.

mod access_method;
mod acl;
mod aggregate;
mod base_type;
mod cast;
mod collation;
mod column;
mod comment;
mod composite_type;
mod constraint;
mod conversion;
mod default_privileges;
mod domain;
mod elements;
mod enum_type;
mod event_trigger;
mod extension;
mod foreign;
mod foreign_key;
mod found;
mod index;
mod language;
mod materialized_view;
mod operator;
mod operator_class;
mod policy;
mod privileges_on;
mod publication;
mod query;
mod range_type;
mod routine;
mod row;
mod rule;
mod schema;
mod sequence;
mod settle;
mod statistics;
mod subscription;
mod table;
mod text_search;
mod transform;
mod trigger;
mod view;

use std::fmt;

use crate::catalog::Catalog;
use crate::database::error::DatabaseError;
use crate::database::{Connection, Reply};
use crate::sql::version::PgVersion;
use acl::Owners;
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
    PG_AM: "pg_am",
    PG_CAST: "pg_cast",
    PG_CLASS: "pg_class",
    PG_COLLATION: "pg_collation",
    PG_CONSTRAINT: "pg_constraint",
    PG_CONVERSION: "pg_conversion",
    PG_EVENT_TRIGGER: "pg_event_trigger",
    PG_EXTENSION: "pg_extension",
    PG_FOREIGN_DATA_WRAPPER: "pg_foreign_data_wrapper",
    PG_FOREIGN_SERVER: "pg_foreign_server",
    PG_LANGUAGE: "pg_language",
    PG_NAMESPACE: "pg_namespace",
    PG_OPCLASS: "pg_opclass",
    PG_OPERATOR: "pg_operator",
    PG_OPFAMILY: "pg_opfamily",
    PG_POLICY: "pg_policy",
    PG_PROC: "pg_proc",
    PG_PUBLICATION: "pg_publication",
    PG_REWRITE: "pg_rewrite",
    PG_STATISTIC_EXT: "pg_statistic_ext",
    PG_SUBSCRIPTION: "pg_subscription",
    PG_TRANSFORM: "pg_transform",
    PG_TRIGGER: "pg_trigger",
    PG_TS_CONFIG: "pg_ts_config",
    PG_TS_DICT: "pg_ts_dict",
    PG_TS_PARSER: "pg_ts_parser",
    PG_TS_TEMPLATE: "pg_ts_template",
    PG_TYPE: "pg_type",
    PG_USER_MAPPING: "pg_user_mapping",
}

/// What a query depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Viewpoint {
    /// The server's version.
    version: PgVersion,
    /// Whether the role sees what is hidden from all others.
    is_superuser: bool,
    /// Whether it can run a block of PL/pgSQL.
    can_validate: bool,
}

impl Viewpoint {
    /// Finds out what the role of a connection is and may.
    fn of(connection: &mut Connection) -> Result<Viewpoint, DatabaseError> {
        let query = "SELECT current_setting('is_superuser') = 'on', \
                     EXISTS (SELECT FROM pg_language WHERE lanname = 'plpgsql' AND has_language_privilege(oid, 'USAGE'))";
        let (mut is_superuser, mut can_validate) = (false, false);
        connection.stream::<DatabaseError>(query, |reply| {
            if let Reply::Row { row, .. } = reply {
                let is_on = |n| row.get(n) == Some("t");
                (is_superuser, can_validate) = (is_on(0), is_on(1));
            }
            Ok(())
        })?;
        Ok(Viewpoint { version: connection.version(), is_superuser, can_validate })
    }

    fn is_at_least(self, major: u32) -> bool {
        self.version.is_at_least(major)
    }
}

/// One query and what reads its rows.
pub(crate) struct Section {
    /// What its rows are, in the plural.
    name: &'static str,
    /// The query; `None` where this version has nothing of the sort.
    query: fn(Viewpoint) -> Option<String>,
    read: fn(&mut Row<'_>, &mut Found) -> Result<(), Unreadable>,
}

/// All queries, in the order in which they are read: what others refer to comes first.
const SECTIONS: &[&[Section]] = &[
    schema::SECTIONS,
    extension::SECTIONS,
    language::SECTIONS,
    access_method::SECTIONS,
    collation::SECTIONS,
    enum_type::SECTIONS,
    composite_type::SECTIONS,
    range_type::SECTIONS,
    base_type::SECTIONS,
    domain::SECTIONS,
    foreign::SECTIONS,
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
    aggregate::SECTIONS,
    operator::SECTIONS,
    operator_class::SECTIONS,
    cast::SECTIONS,
    conversion::SECTIONS,
    transform::SECTIONS,
    text_search::SECTIONS,
    trigger::SECTIONS,
    rule::SECTIONS,
    policy::SECTIONS,
    event_trigger::SECTIONS,
    publication::SECTIONS,
    subscription::SECTIONS,
    privileges_on::SECTIONS,
    default_privileges::SECTIONS,
    comment::SECTIONS,
    extension::NEEDED_SECTIONS,
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
    // What is sorted stays in memory. Processes that help would each learn all tables anew.
    "SET LOCAL work_mem = '64MB'",
    "SET LOCAL max_parallel_workers_per_gather = 0",
];

/// What a database holds.
#[derive(Debug)]
pub struct Introspected {
    /// The model.
    pub catalog: Catalog,
    /// What the model can't hold.
    pub problems: Vec<Problem>,
    /// What is left out because it serves nothing.
    pub notes: Vec<Problem>,
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
    let viewpoint = Viewpoint::of(connection)?;
    let sections: Vec<(&Section, String)> = SECTIONS
        .iter()
        .flat_map(|it| it.iter())
        .filter_map(|section| Some((section, (section.query)(viewpoint)?)))
        .collect();
    let queries = sections.iter().map(|(_, query)| query.as_str());
    let script: Vec<&str> = SETTINGS.iter().copied().chain(queries).chain(["COMMIT"]).collect();
    let mut found = Found::new(viewpoint.version);
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
    if options.privileges {
        acl::settle(&mut found, if options.owners { Owners::Named } else { Owners::LeftOut });
    }
    operator_class::fill_empty_classes(&mut found);
    operator_class::drop_plain_families(&mut found);
    if !options.owners {
        found.entries.iter_mut().for_each(|(_, entry)| entry.owner = None);
    }
    found.drop_plain_public();
    found.drop_empty_privileges();
    let (problems, notes) = (std::mem::take(&mut found.problems), std::mem::take(&mut found.notes));
    let version = found.version;
    Introspected { catalog: Catalog::from_entries(found.into_entries()), problems, notes, version }
}
