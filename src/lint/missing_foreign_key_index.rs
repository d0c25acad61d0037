//! A foreign key whose columns no index begins with.

use super::cx::Cx;
use super::edit;
use super::relation::Relation;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};
use crate::object::address::Name;
use crate::object::foreign_key::ForeignKey;
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

/// Tells whether an index begins with the columns of the key, in any order.
fn has_index(relation: &Relation<'_>, key: &ForeignKey) -> bool {
    relation.index_columns().any(|columns| {
        let first: Vec<&Name> = columns.into_iter().take(key.columns.len()).collect();
        key.columns.iter().all(|column| first.contains(&column))
    })
}
