//! A table without a primary key.

use super::cx::Cx;
use super::edit;
use super::relation::Relation;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};
use crate::object::address::Name;
use crate::object::constraint_flags::Timing;
use crate::sql::writer::name_list;

rule!(MISSING_PRIMARY_KEY, Warning, "missing-primary-key");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&MISSING_PRIMARY_KEY];

pub(super) fn check(cx: &Cx<'_>) {
    for relation in &cx.relations {
        // A partition has the key of its parent; a child and a typed table may have been made for anything.
        let table = relation.table;
        let is_own = table.partition_of.is_none() && table.inherits.is_empty();
        if !is_own || table.of_type.is_some() || relation.primary_key().is_some() {
            continue;
        }
        let message = format!("the table `{}` has no primary key", relation.at.name);
        let mut diagnostic = Diagnostic::new(&MISSING_PRIMARY_KEY, message)
            .label(relation.origin.place.name, "nothing tells its rows apart")
            .help("say `primary key` of a column, or add `primary key (…);`");
        if let Some(fix) = promote(cx, relation).or_else(|| all_columns(cx, relation)) {
            diagnostic = diagnostic.fix(fix);
        }
        cx.report(&relation.origin.place, diagnostic);
    }
}

/// Makes the only key on columns that refuse NULL the primary one.
fn promote(cx: &Cx<'_>, relation: &Relation<'_>) -> Option<Fix> {
    let keys = relation.constraints.iter().filter(|(_, it)| it.timing == Timing::Immediate);
    let mut fit = keys.filter_map(|(at, it)| Some((*at, it.key()?))).filter(|(_, key)| {
        !key.nulls_not_distinct && key.columns.iter().all(|it| relation.refuses_null(it))
    });
    let (Some((at, _)), None) = (fit.next(), fit.next()) else { return None };
    let place = cx.place(at).filter(|it| it.inclusion.is_none())?;
    let word = edit::words(cx, place.whole, &["unique"])?;
    Some(Fix::likely("write `primary key` instead of `unique`").replace(word, "primary key"))
}

/// Makes a key of all columns where all belong to foreign keys: the table joins others.
fn all_columns(cx: &Cx<'_>, relation: &Relation<'_>) -> Option<Fix> {
    let columns: Vec<Name> = relation.table.columns.iter().map(|it| it.name.clone()).collect();
    let refers =
        |it: &Name| relation.foreign_keys.iter().any(|(_, key)| key.columns.contains(it));
    if columns.len() < 2 || !columns.iter().all(|it| refers(it) && relation.refuses_null(it)) {
        return None;
    }
    let member = format!("primary key ({});", name_list(&columns));
    let (at, text) = edit::new_member(cx, relation, &relation.origin.place, &member)?;
    Some(Fix::likely(format!("add `{member}`")).replace(at, text))
}
