//! A foreign key whose columns no index begins with.

use super::cx::Cx;
use super::edit;
use super::relation::Relation;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};
use crate::object::address::Name;
use crate::object::constraint::Demand;
use crate::object::foreign_key::ForeignKey;
use crate::object::index::Index;
use crate::sql::expr::Expr;
use crate::sql::ident::fold;
use crate::sql::lex::{TokenKind, tokens};
use crate::sql::word::Word;
use crate::sql::writer::name_list;

rule!(MISSING_FOREIGN_KEY_INDEX, Warning, "missing-foreign-key-index");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&MISSING_FOREIGN_KEY_INDEX];

pub(super) fn check(cx: &Cx<'_>) {
    for relation in &cx.relations {
        for (at, key) in &relation.foreign_keys {
            if has_index(relation, key) {
                continue;
            }
            let Some(place) = cx.place(at) else { continue };
            let columns = name_list(&key.columns);
            let message = format!(
                "no index of `{}` begins with the columns of this foreign key",
                relation.at.name
            );
            let help = format!("add `index ({columns});`");
            let mut diagnostic = Diagnostic::new(&MISSING_FOREIGN_KEY_INDEX, message)
                .label(place.name, format!("a delete from `{}` reads all of it", key.table.name))
                .help(help.clone());
            let member = format!("index ({columns});");
            if let Some((at, text)) = edit::new_member(cx, relation, place, &member) {
                diagnostic = diagnostic.fix(Fix::likely(help).replace(at, text));
            }
            cx.report(place, diagnostic);
        }
    }
}

/// An index as far as it finds rows by the values of some columns.
struct Finder<'c> {
    /// The columns that it finds rows by: its first ones, up to an expression.
    columns: Vec<&'c Name>,
    /// Whether it has only these, and no two rows with the same values.
    is_unique: bool,
    predicate: Option<&'c Expr>,
}

/// Returns the indexes of a table that find rows by equal values.
fn finders<'c>(relation: &Relation<'c>) -> impl Iterator<Item = Finder<'c>> {
    let keys = relation.constraints.iter().filter_map(|(_, it)| match &it.demand {
        Demand::PrimaryKey(key) | Demand::Unique(key) => Some(Finder {
            columns: key.columns.iter().collect(),
            is_unique: !key.without_overlaps,
            predicate: None,
        }),
        Demand::Exclusion(it) => {
            let equal = it.elements.iter().map_while(|(element, operator)| {
                element.column().filter(|_| operator == "=")
            });
            let predicate = it.predicate.as_ref();
            Some(Finder { columns: equal.collect(), is_unique: false, predicate })
        }
        Demand::Check { .. } => None,
    });
    let methods = |index: &Index| !matches!(index.method.as_str(), "gin" | "brin");
    let indexes = relation.indexes.iter().map(|(_, index)| *index).filter(move |it| methods(it));
    keys.chain(indexes.map(|index| {
        let columns: Vec<&Name> = index.leading_columns().collect();
        let is_unique = index.unique && columns.len() == index.elements.len();
        Finder { columns, is_unique, predicate: index.predicate.as_ref() }
    }))
}

/// Tells whether an index begins with the columns of the key, in any order, or finds one row by some of them.
fn has_index(relation: &Relation<'_>, key: &ForeignKey) -> bool {
    let in_key = |column: &Name| key.columns.contains(column);
    finders(relation).any(|index| {
        let first: Vec<&Name> = index.columns.iter().copied().take(key.columns.len()).collect();
        let all = key.columns.iter().all(|column| first.contains(&column));
        let one = index.is_unique && index.columns.iter().all(|it| in_key(it));
        (all || one) && index.predicate.is_none_or(|it| only_leaves_out_null(it, &in_key))
    })
}

/// Tells whether the condition of an index is that some columns of the key are not NULL: a search for a value can use
/// such an index.
fn only_leaves_out_null(predicate: &Expr, in_key: &dyn Fn(&Name) -> bool) -> bool {
    let text = predicate.text();
    let mut tokens = tokens(text);
    tokens.retain(|token| token.kind != TokenKind::Eof);
    tokens.split(|token| token.word == Word::And).all(|part| match part {
        [column, is, not, null] => {
            let is_column = column.kind == TokenKind::Word;
            let words = [is.word, not.word, null.word] == [Word::Is, Word::Not, Word::Null];
            is_column && words && in_key(&fold(column.range.of(text)).as_ref().into())
        }
        _ => false,
    })
}
