//! Constraints of tables but foreign keys, and which constraints stand at their column.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some can stand at a column"
)]

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::column::Column;
use crate::object::constraint::{Constraint, Demand, Exclusion, KeyIndex};
use crate::object::constraint_flags::{Timing, Validation, flags_sql};
use crate::sql::definition::Parameters;
use crate::sql::ident::quote_ident;
use crate::sql::lex::{TokenKind, tokens};
use crate::sql::writer::comma;

impl Print for Constraint {
    fn print(&self, at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
        out.comment_beside(self.index_comment.as_deref(), "index");
        let name = out.constraint_name(at);
        let body = match &self.demand {
            Demand::PrimaryKey(key) => format!("primary key {}", listed(key, out)),
            Demand::Unique(key) => format!("unique {}{}", nulls(key), listed(key, out)),
            Demand::Check { condition, no_inherit } => {
                let no_inherit = if *no_inherit { " no inherit" } else { "" };
                format!("check {}{no_inherit}", out.group(condition))
            }
            Demand::Exclusion(it) => exclusion(it, out),
        };
        let flags = flags(self.timing, self.validation);
        out.push(&format!("{name}{body}{flags}"));
    }
}

fn listed(key: &KeyIndex, out: &Printer<'_>) -> String {
    let overlaps = if key.without_overlaps { " without overlaps" } else { "" };
    format!(
        "({}{overlaps}){}",
        out.names(&key.columns),
        parameters(&key.include, &key.with, key.tablespace.as_ref(), out)
    )
}

fn nulls(key: &KeyIndex) -> &'static str {
    if key.nulls_not_distinct { "nulls not distinct " } else { "" }
}

fn exclusion(it: &Exclusion, out: &Printer<'_>) -> String {
    let elements = it.elements.iter().map(|(element, operator)| {
        format!("{} with {operator}", super::index::element(element, out))
    });
    let parameters = parameters(&it.include, &it.with, it.tablespace.as_ref(), out);
    let predicate =
        it.predicate.as_ref().map(|it| format!(" where {}", out.group(it))).unwrap_or_default();
    format!(
        "exclude using {} ({}){parameters}{predicate}",
        quote_ident(&it.method),
        comma(elements)
    )
}

fn parameters(
    include: &[Name],
    with: &Parameters,
    tablespace: Option<&Name>,
    out: &Printer<'_>,
) -> String {
    let mut text = String::new();
    if !include.is_empty() {
        text.push_str(&format!(" include ({})", out.names(include)));
    }
    text.push_str(&out.with(&with.0));
    if let Some(tablespace) = tablespace {
        text.push_str(&format!(" using index tablespace {}", quote_ident(tablespace)));
    }
    text
}

/// Returns when a constraint is checked and for which rows, with a blank before each.
pub(super) fn flags(timing: Timing, validation: Validation) -> String {
    flags_sql(timing, validation).to_lowercase()
}

/// The constraints of a relation that stand at a column of it.
pub(super) struct Inline<'c> {
    clauses: BTreeMap<&'c Name, Vec<String>>,
    addresses: FxHashSet<Address>,
}

impl<'c> Inline<'c> {
    /// Chooses them: those that are about one column, have no documentation, and can be said there.
    pub(super) fn of(relation: &Qualified, columns: &'c [Column], out: &Printer<'_>) -> Self {
        let mut inline = Inline { clauses: BTreeMap::new(), addresses: FxHashSet::default() };
        if out.is_alone() {
            return inline;
        }
        let catalog = out.catalog;
        let constraints = catalog.of_relation(Kind::Constraint, relation);
        let all = constraints.chain(catalog.of_relation(Kind::ForeignKey, relation));
        let mut all: Vec<(&Address, &Entry)> =
            all.filter(|(_, entry)| entry.comment.is_none() && !has_index_comment(entry)).collect();
        all.sort_by_key(|(_, entry)| rank(&entry.object));
        for (at, entry) in all {
            let found = column_of(&entry.object, columns)
                .and_then(|name| columns.iter().find(|it| it.name == name));
            let Some(column) = found.filter(|it| !it.inherited) else { continue };
            let Some(clause) = clause(&entry.object, out) else { continue };
            let name = out.constraint_name(at);
            inline.clauses.entry(&column.name).or_default().push(format!("{name}{clause}"));
            inline.addresses.insert(at.clone());
        }
        inline
    }

    pub(super) fn clauses(&self, column: &Name) -> impl Iterator<Item = &str> {
        self.clauses.get(column).into_iter().flatten().map(String::as_str)
    }

    pub(super) fn addresses(&self) -> &FxHashSet<Address> {
        &self.addresses
    }
}

fn has_index_comment(entry: &Entry) -> bool {
    matches!(&entry.object, Object::Constraint(it) if it.index_comment.is_some())
}

fn rank(object: &Object) -> u8 {
    match object {
        Object::Constraint(it) => it.rank(),
        _ => 4,
    }
}

/// Returns the column that a constraint is about, if it is about just one.
fn column_of(object: &Object, columns: &[Column]) -> Option<Name> {
    match object {
        Object::Constraint(it) => match &it.demand {
            Demand::PrimaryKey(key) | Demand::Unique(key) => match key.columns.as_slice() {
                [one] if !key.without_overlaps => Some(one.clone()),
                _ => None,
            },
            Demand::Check { condition, .. } => only_column(condition.text(), columns),
            Demand::Exclusion(_) => None,
        },
        Object::ForeignKey(it) => match it.columns.as_slice() {
            [one] if !it.period => Some(one.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the only column that a condition names.
fn only_column(text: &str, columns: &[Column]) -> Option<Name> {
    let names = tokens(text).into_iter().filter_map(|token| {
        let word = token.range.of(text);
        match token.kind {
            TokenKind::Word => Some(word.to_owned()),
            TokenKind::QuotedWord => Some(word.trim_matches('"').replace("\"\"", "\"")),
            _ => None,
        }
    });
    let mut found: Vec<&Name> = names
        .filter_map(|name| columns.iter().find(|it| it.name == name))
        .map(|it| &it.name)
        .collect();
    found.sort();
    found.dedup();
    match found.as_slice() {
        [one] => Some((*one).clone()),
        _ => None,
    }
}

/// Writes a constraint as it stands at its column; `None` where it can't.
fn clause(object: &Object, out: &Printer<'_>) -> Option<String> {
    let (body, timing, validation) = match object {
        Object::Constraint(it) => {
            let body = match &it.demand {
                Demand::PrimaryKey(key) => format!(
                    "primary key{}",
                    parameters(&key.include, &key.with, key.tablespace.as_ref(), out)
                ),
                Demand::Unique(key) => {
                    let nulls = if key.nulls_not_distinct { " nulls not distinct" } else { "" };
                    format!(
                        "unique{nulls}{}",
                        parameters(&key.include, &key.with, key.tablespace.as_ref(), out)
                    )
                }
                Demand::Check { condition, no_inherit } => {
                    let no_inherit = if *no_inherit { " no inherit" } else { "" };
                    format!("check {}{no_inherit}", out.group(condition))
                }
                Demand::Exclusion(_) => return None,
            };
            (body, it.timing, it.validation)
        }
        Object::ForeignKey(it) => {
            (super::foreign_key::references(it, out), it.timing, it.validation)
        }
        _ => return None,
    };
    // Flags belong to the clause before them, which must be no other's.
    Some(body + &flags(timing, validation))
}
