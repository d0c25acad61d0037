//! What does the same as a statement, and keeps nobody from reading or writing a table for long.
//!
//! A long piece of work is taken out of the strong lock: an index is built `CONCURRENTLY`, a constraint is added
//! `NOT VALID` and validated later, rows get their value in batches. What has no such way stays as it is.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many statements and commands, only some have another way"
)]

mod backfill;
mod index;
mod key;

use super::cursor::Cursor;
use super::effect::proves_not_null;
use super::read::read;
use super::state::State;
use super::statement::{Alter, Command, ConstraintDef, Demand, Path, Sort, Statement};
use crate::object::address::{Name, Qualified};
use crate::sql::default_name::object_name;
use crate::sql::ident::quote_ident;

/// What does the same as a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Online {
    /// What stands in its place.
    pub now: Vec<Part>,
    /// What follows once all else is done.
    pub last: Vec<Part>,
}

/// A statement of another way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The statement, without its `;`, and the directives before it.
    pub sql: String,
    /// Whether it has to run in no transaction but its own.
    pub alone: bool,
}

impl Part {
    fn inside(sql: String) -> Part {
        Part { sql, alone: false }
    }

    fn alone(sql: String) -> Part {
        Part { sql, alone: true }
    }
}

/// Returns another way to do what a statement does to a relation that is in use; `None` where there is none, or none is
/// needed.
pub fn online(sql: &str, before: &State) -> Option<Online> {
    match read(sql) {
        Statement::CreateIndex(it) => index::create(sql, &it, before),
        Statement::Drop(it) => index::drop(sql, &it, before),
        Statement::Alter(it) if it.sort == Sort::Table => alter(sql, &it, before),
        _ => None,
    }
}

/// An `ALTER TABLE` of one command.
struct Altered<'a> {
    sql: &'a str,
    /// The table as it is written.
    table: &'a str,
    name: Qualified,
    state: &'a State,
}

fn alter(sql: &str, it: &Alter, state: &State) -> Option<Online> {
    let [(command, _)] = it.commands.as_slice() else { return None };
    let name = state.resolve(&it.relation);
    if state.is_new(&name) {
        return None;
    }
    let altered = Altered { sql, table: it.relation.at.of(sql), name, state };
    match command {
        Command::AddConstraint(constraint) => altered.add(constraint),
        Command::SetNotNull(column) => {
            let parts = altered.set_not_null(&column.name)?;
            Some(Online { now: parts, last: Vec::new() })
        }
        Command::AddColumn { column, .. } => backfill::add_column(&altered, column),
        _ => None,
    }
}

impl Altered<'_> {
    fn add(&self, constraint: &ConstraintDef) -> Option<Online> {
        let name = constraint.name.as_ref()?;
        if constraint.not_valid {
            return None;
        }
        match &constraint.demand {
            Demand::Check(_) => Some(self.validated_later(name)),
            // PostgreSQL 17 and older know no such foreign key of a partitioned table.
            Demand::ForeignKey { .. } if self.state.is_partitioned(&self.name) => None,
            Demand::ForeignKey { .. } => Some(self.validated_later(name)),
            Demand::PrimaryKey(columns) | Demand::Unique(columns) => {
                key::add(self, constraint, name, columns)
            }
            Demand::NotNull(_) | Demand::UsingIndex { .. } | Demand::Exclude => None,
        }
    }

    fn validated_later(&self, name: &Name) -> Online {
        let now = vec![Part::inside(format!("{} NOT VALID", self.sql.trim_end()))];
        Online { now, last: vec![self.validate(name)] }
    }

    fn validate(&self, name: &str) -> Part {
        let name = quote_ident(name);
        Part::alone(format!("ALTER TABLE {} VALIDATE CONSTRAINT {name}", self.table))
    }

    /// Proves by a check that a column has no NULL, sets NOT NULL, which reads nothing then, and drops the check.
    fn set_not_null(&self, column: &Name) -> Option<Vec<Part>> {
        let relation = self.state.relations.get(&self.name)?;
        let known = self.state.column(&self.name, column).is_some_and(|it| it.not_null);
        if known || proves_not_null(relation, column) {
            return None;
        }
        Some(self.prove_and_set(column))
    }

    fn prove_and_set(&self, column: &Name) -> Vec<Part> {
        let proof = object_name(&self.name.name, column, "is_not_null");
        let (table, quoted) = (self.table, quote_ident(column));
        let check = quote_ident(&proof);
        vec![
            Part::inside(format!(
                "ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({quoted} IS NOT NULL) NOT VALID"
            )),
            self.validate(&proof),
            Part::inside(format!("ALTER TABLE {table} ALTER COLUMN {quoted} SET NOT NULL")),
            Part::inside(format!("ALTER TABLE {table} DROP CONSTRAINT {check}")),
        ]
    }
}

/// Puts a word behind the first `INDEX` of a statement.
fn with_index_word(sql: &str, word: &str) -> Option<String> {
    let mut cursor = Cursor::new(sql);
    cursor.find("index").then_some(())?;
    let (before, after) = sql.split_at_checked(cursor.range().start as usize)?;
    Some(format!("{before}{word} {after}"))
}

/// Writes a name as SQL.
fn shown(schema: &str, name: &str) -> String {
    Qualified::new(schema, name).sql()
}

/// Returns a path as it is written.
fn written<'s>(path: &Path, sql: &'s str) -> &'s str {
    path.at.of(sql)
}
