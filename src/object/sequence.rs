//! Sequences: `CREATE SEQUENCE`, `pg_sequence`.

use super::address::{Address, Kind, Name, Qualified};
use super::column::MISPLACED_CLAUSE;
use super::contract::{Alter, ObjectKind};
use super::reader::{Path, Reader};
use super::sequence_options::{SequenceOptions, WRONG_SEQUENCE_OPTION};
use super::renames::Renames;
use super::steps::Steps;
use crate::diagnostic::Diagnostic;
use crate::sql::ident::quote_ident;
use crate::syntax::{Node, Rule};

/// A sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// Whether it is left out of the write-ahead log (PostgreSQL 15 and later).
    pub unlogged: bool,
    /// Its numbers.
    pub options: SequenceOptions,
    /// The table and column it is dropped with.
    pub owned_by: Option<(Qualified, Name)>,
}

impl ObjectKind for Sequence {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        let options = SequenceOptions::read(node, cx);
        if let Some(word) = node.child(Rule::sequence_logged) {
            let message = format!("`{}` stands behind the name of a sequence", word.text());
            let diagnostic = Diagnostic::new(&MISPLACED_CLAUSE, message).label(word.span(), "here");
            cx.report(diagnostic.help(match options.logged {
                Some(true) => "delete it: a sequence is logged where it is not an `unlogged sequence`",
                _ => "write `unlogged sequence` at its beginning",
            }));
        }
        let owned_by = node.child(Rule::sequence_owned).and_then(|it| owned_by(it.child(Rule::path)?, cx));
        let sequence = Sequence { unlogged: node.has(Rule::unlogged), options, owned_by };
        Some((Address::new(Kind::Sequence, at.schema, at.name), sequence))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let unlogged = if self.unlogged { "UNLOGGED " } else { "" };
        let clauses = self.options.clauses();
        let clauses = if clauses.is_empty() { clauses } else { format!(" {clauses}") };
        steps.push(format!("CREATE {unlogged}SEQUENCE {}{clauses}", at.sql()));
    }

    fn finish(&self, at: &Address, after: &mut Vec<Address>, steps: &mut Steps<'_>) {
        if let Some((table, column)) = &self.owned_by {
            after.push(Address::new(Kind::Table, table.schema.clone(), table.name.clone()));
            steps.push(format!("ALTER SEQUENCE {} OWNED BY {table}.{}", at.sql(), quote_ident(column)));
        }
    }

    fn rename(&mut self, _at: &Address, renames: &Renames) {
        if let Some((table, column)) = &mut self.owned_by {
            renames.column(table, column);
            renames.relation(table);
        }
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        if self.unlogged != new.unlogged {
            let logged = if new.unlogged { "UNLOGGED" } else { "LOGGED" };
            steps.push(format!("ALTER SEQUENCE {} SET {logged}", at.sql()));
        }
        self.options.alter(&new.options, &at.sql(), steps);
        Alter::InPlace
    }

    fn unfinish(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) {
        if self.owned_by.is_some() && self.owned_by != new.owned_by {
            steps.before.push(format!("ALTER SEQUENCE {} OWNED BY NONE", at.sql()));
        }
    }
}

/// Reads `table.column` or `schema.table.column`.
fn owned_by(path: Node<'_>, cx: &mut Reader<'_>) -> Option<(Qualified, Name)> {
    let mut parts: Vec<Name> = super::path::split_path(path.text()).into_iter().map(|part| part.name).collect();
    let column = parts.pop()?;
    let Some(name) = parts.pop() else {
        if column != "none" {
            let diagnostic = Diagnostic::new(&WRONG_SEQUENCE_OPTION, format!("`{column}` names no column"));
            cx.report(diagnostic.label(path.span(), "here").help("write `owned by TABLE.COLUMN`"));
        }
        return None;
    };
    let table = cx.relation_named(&Path { schema: parts.pop(), name }, path.span())?;
    if let Some(kind @ (Kind::View | Kind::MaterializedView | Kind::Sequence | Kind::CompositeType)) = cx.kind_of(&table) {
        let message = format!("a {} can't own a sequence", kind.word());
        let diagnostic = Diagnostic::new(&WRONG_SEQUENCE_OPTION, message).label(path.span(), "here");
        cx.report(diagnostic.help("name a column of a table"));
        return None;
    }
    cx.keep_column(&table, &column, path.span());
    Some((table, column))
}
