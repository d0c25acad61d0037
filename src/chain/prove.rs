//! Applies a chain of migrations on a server, and compares what it leads to.
//!
//! What is compared is read back from the server, so that every default, check, view and body is in PostgreSQL's own words.
//! Owners aside, and the order of columns.

use super::without_order;
use crate::catalog::Catalog;
use crate::compare::{Change, compare};
use crate::database::Connection;
use crate::database::error::{DatabaseError, ServerError};
use crate::diagnostic::rule::rule;
use crate::introspect::{IntrospectError, Options, introspect};
use crate::migrate::directory::{Migration, Script};
use crate::migrate::error::MigrateError;
use crate::migrate::statements::{Segment, Statement, split};
use crate::sql::ident::quote_ident;

rule!(REFUSED, Error, "refused-by-postgresql");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&REFUSED];

/// Why a chain does not hold.
#[derive(Debug)]
pub enum Fault {
    /// A file can't be read.
    File(MigrateError),
    /// PostgreSQL refuses a statement.
    Refused(Box<Refusal>),
    /// What is there is not what should be.
    Differs {
        /// What was compared.
        what: String,
        /// The file that is to blame.
        path: Option<String>,
        /// What leads from what should be to what is.
        changes: Vec<Change>,
    },
    /// The server can't be worked with.
    Database(DatabaseError),
    /// What is there can't be read.
    Introspect(IntrospectError),
}

/// A statement that PostgreSQL refuses.
#[derive(Debug)]
pub struct Refusal {
    /// The file.
    pub path: String,
    /// The line that the statement begins at, from 1.
    pub line: usize,
    /// What schemac wrote above it: `create table public.t`.
    pub of: Option<String>,
    /// What PostgreSQL says.
    pub error: DatabaseError,
}

impl From<DatabaseError> for Fault {
    fn from(error: DatabaseError) -> Self {
        Fault::Database(error)
    }
}

impl From<IntrospectError> for Fault {
    fn from(error: IntrospectError) -> Self {
        Fault::Introspect(error)
    }
}

impl From<MigrateError> for Fault {
    fn from(error: MigrateError) -> Self {
        Fault::File(error)
    }
}

/// What is compared.
const OPTIONS: Options = Options { owners: false, privileges: true };

/// Whether roles that a server lacks are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roles {
    /// They are: the server is our own.
    Make,
    /// They are not.
    Leave,
}

/// Applies a file.
///
/// # Errors
/// The first statement that PostgreSQL refuses, or what is wrong with the file.
pub fn apply(connection: &mut Connection, script: &Script, roles: Roles) -> Result<(), Fault> {
    let parsed = split(script)?;
    for segment in &parsed.segments {
        match segment {
            Segment::Together(statements) => together(connection, script, statements, roles)?,
            Segment::Alone(statement) => {
                run(connection, script, std::slice::from_ref(statement), &statement.sql, 0, roles)?;
            }
        }
    }
    connection.run("RESET ALL")?;
    Ok(())
}

fn together(
    connection: &mut Connection,
    script: &Script,
    statements: &[Statement],
    roles: Roles,
) -> Result<(), Fault> {
    let mut sql = String::from("BEGIN;\n");
    for statement in statements {
        sql.push_str(&statement.sql);
        sql.push_str("\n;\n");
    }
    sql.push_str("COMMIT");
    run(connection, script, statements, &sql, 1, roles)
}

/// Runs statements; the first of them is the one of this number in the text. A role that is missing on a server of our
/// own is made, and all begins anew.
fn run(
    connection: &mut Connection,
    script: &Script,
    statements: &[Statement],
    sql: &str,
    first: usize,
    roles: Roles,
) -> Result<(), Fault> {
    let mut made = Vec::new();
    loop {
        let Err(error) = connection.run(sql) else { return Ok(()) };
        if first == 1 {
            connection.run("ROLLBACK")?;
        }
        let missing = error.said().filter(|_| roles == Roles::Make).and_then(missing_role);
        if let Some(role) = missing.filter(|it| !made.contains(it)) {
            connection.run(&format!("CREATE ROLE {}", quote_ident(&role)))?;
            made.push(role);
            continue;
        }
        let n = error.said().and_then(|it| it.statement).unwrap_or(0).saturating_sub(first);
        let Some(statement) = statements.get(n).or(statements.last()) else {
            return Err(error.into());
        };
        let (path, line) = (script.path.clone(), statement.line);
        let of = object_above(&script.text, line);
        return Err(Fault::Refused(Box::new(Refusal { path, line, of, error })));
    }
}

/// Returns the role that PostgreSQL says there is not (`undefined_object`).
fn missing_role(said: &ServerError) -> Option<String> {
    if said.sqlstate != "42704" {
        return None;
    }
    let name = said.message.strip_prefix("role \"")?.split("\" does not exist").next()?;
    Some(name.to_owned())
}

/// Returns what schemac says above a statement: the last line before it that names an object.
fn object_above(text: &str, line: usize) -> Option<String> {
    let above: Vec<&str> = text.lines().take(line.saturating_sub(1)).collect();
    let said = |line: &&&str| {
        let rest = line.strip_prefix("-- ").unwrap_or("");
        ["create ", "alter ", "drop "].iter().any(|word| rest.starts_with(word))
    };
    let line = above.iter().rev().find(said)?;
    line.strip_prefix("-- ").map(str::to_owned)
}

/// Reads what a database holds, for comparison.
///
/// # Errors
/// When it can't be read.
pub fn read(connection: &mut Connection) -> Result<Catalog, Fault> {
    let found = introspect(connection, OPTIONS, &mut |_| {})?;
    let mut catalog = without_order(&found.catalog);
    catalog.retain(|at| at.kind != crate::object::address::Kind::Role);
    Ok(catalog)
}

/// Compares what is with what should be.
///
/// # Errors
/// The difference.
pub fn equal(
    wanted: &Catalog,
    found: &Catalog,
    what: impl Into<String>,
    path: Option<&str>,
) -> Result<(), Fault> {
    let changes = compare(wanted, found, None);
    match changes.is_empty() {
        true => Ok(()),
        false => Err(Fault::Differs { what: what.into(), path: path.map(str::to_owned), changes }),
    }
}

/// Applies migrations on an empty database and returns what it then holds. Each from a number on is taken back again, last
/// first, which must bring back what was there before it.
///
/// # Errors
/// The first thing that does not hold.
pub fn chain(
    connection: &mut Connection,
    migrations: &[Migration],
    first_down: usize,
    roles: Roles,
    progress: &mut dyn FnMut(usize, &str),
) -> Result<Catalog, Fault> {
    let mut states = Vec::new();
    for (n, migration) in migrations.iter().enumerate() {
        progress(n, &migration.label());
        if first_down <= n {
            states.push(read(connection)?);
        }
        apply(connection, &migration.up, roles)?;
    }
    let end = read(connection)?;
    let tested = migrations.iter().zip(states_from(states, first_down)).enumerate().rev();
    for (n, (migration, before)) in tested {
        let (Some(before), Some(down)) = (before, &migration.down) else { break };
        progress(2 * migrations.len() - n, &migration.label());
        apply(connection, down, roles)?;
        let what =
            format!("the state before `{}`, and what its down.sql leads to", migration.label());
        equal(&before, &read(connection)?, what, Some(&down.path))?;
    }
    Ok(end)
}

/// Returns the states of all migrations; those before the first have none.
fn states_from(
    states: Vec<Catalog>,
    first: usize,
) -> impl DoubleEndedIterator<Item = Option<Catalog>> + ExactSizeIterator {
    let mut all: Vec<Option<Catalog>> = Vec::new();
    all.resize_with(first, || None);
    all.extend(states.into_iter().map(Some));
    all.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_of_a_statement_stands_above_it() {
        let text =
            "-- x\n\n-- create table public.t\n--   locks\nCREATE TABLE t ();\nALTER TABLE t;\n";
        assert_eq!(object_above(text, 5).as_deref(), Some("create table public.t"));
        assert_eq!(object_above(text, 6).as_deref(), Some("create table public.t"));
        assert_eq!(object_above(text, 2), None);
    }
}
