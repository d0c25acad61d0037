//! What gets another name: the statements, and the old catalog as it is after them.
//!
//! Renames of objects, columns, attributes and labels are said by the source. What belongs to a relation and differs in
//! nothing but its name is renamed unasked: nothing is lost by it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Rename, State};
use crate::catalog::{Catalog, Entry, Use};
use crate::compile::ResultColumn;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::renames::Renames;
use crate::plan::{Action, Step, Transaction, alter_target};
use crate::sql::ident::{quote_ident, quote_literal};

/// The old state after its renames.
pub(super) struct Renamed<'s> {
    pub(super) steps: Vec<Step>,
    pub(super) catalog: Cow<'s, Catalog>,
    pub(super) views: Cow<'s, BTreeMap<Address, Vec<ResultColumn>>>,
}

/// Renames what is said to be renamed, then what belongs to relations and has only another name.
pub(super) fn apply<'s>(old: State<'s>, new: State<'_>, said: &[Rename]) -> Renamed<'s> {
    let mut out = Renamed {
        steps: Vec::new(),
        catalog: Cow::Borrowed(old.catalog),
        views: Cow::Borrowed(old.views),
    };
    if !said.is_empty() {
        out.take(said);
    }
    let found = members(&out.catalog, new.catalog);
    if !found.is_empty() {
        out.take(&found);
    }
    out
}

impl Renamed<'_> {
    fn take(&mut self, said: &[Rename]) {
        let mut renames = Renames::default();
        let mut labels = Vec::new();
        for rename in said {
            match rename {
                Rename::Object { from, to } => {
                    if let Some(entry) = self.catalog.get(from) {
                        self.steps.extend(statements(from, to, entry));
                        renames.object(from, to);
                    }
                }
                Rename::Member { of, from, to } => {
                    // Members are renamed first, under the old name of what they belong to.
                    let Some(entry) = self.catalog.get(of) else { continue };
                    let step = member_statement(of, entry, from, to);
                    self.steps.insert(labels.len(), step);
                    match &entry.object {
                        Object::EnumType(_) => {}
                        _ => renames.column_of(&of.relation(), from, to),
                    }
                    labels.push((of.clone(), from.clone(), to.clone()));
                }
            }
        }
        self.catalog = Cow::Owned(rename_catalog(&self.catalog, &renames, &labels));
        let views = self.views.iter();
        let views = views.map(|(at, columns)| (renames.address(at), columns.clone()));
        self.views = Cow::Owned(views.collect());
    }
}

/// Returns the catalog under its new names.
fn rename_catalog(old: &Catalog, renames: &Renames, members: &[(Address, Name, Name)]) -> Catalog {
    let mut entries = Vec::with_capacity(old.len());
    for (at, entry) in old.iter() {
        let mut entry = entry.clone();
        entry.object.rename(at, renames);
        let has_members =
            |at: &Address| members.iter().any(|(of, ..)| of.relation() == at.relation());
        let is_named = |at: &Address| renames.address(at) != *at || has_members(at);
        let refers = is_named(at) || old.uses(at).iter().any(|it| is_named(&it.target));
        if refers {
            entry.object.texts_mut().into_iter().for_each(|it| renames.text(it));
        }
        if let Object::EnumType(it) = &mut entry.object {
            let labels = members.iter().filter(|(of, ..)| of == at);
            for (_, from, to) in labels {
                let it = std::sync::Arc::make_mut(it);
                it.labels.iter_mut().filter(|it| it.as_ref() == from.as_str()).for_each(|it| {
                    *it = to.as_str().into();
                });
            }
        }
        entries.push((renames.address(at), entry));
    }
    let mut out = Catalog::from_entries(entries);
    for (at, _) in old.iter() {
        let target = |it: &Use| Use { target: renames.address(&it.target), ..it.clone() };
        let uses: Vec<Use> = old.uses(at).iter().map(target).collect();
        out.set_uses(&renames.address(at), uses);
        if !old.search(at).is_empty() {
            out.set_search(&renames.address(at), old.search(at).to_vec());
        }
    }
    out
}

/// Finds what belongs to a relation and has only another name.
fn members(old: &Catalog, new: &Catalog) -> Vec<Rename> {
    let mut out = Vec::new();
    for kind in [Kind::Constraint, Kind::ForeignKey, Kind::Index, Kind::Trigger, Kind::Policy] {
        let mut fresh: BTreeMap<Qualified, Vec<(&Address, &Entry)>> = BTreeMap::new();
        for (at, entry) in new.of(kind).filter(|(at, _)| old.get(at).is_none()) {
            fresh.entry(at.relation()).or_default().push((at, entry));
        }
        if fresh.is_empty() {
            continue;
        }
        for (at, entry) in old.of(kind).filter(|(at, _)| new.get(at).is_none()) {
            let Some(candidates) = fresh.get_mut(&at.relation()) else { continue };
            let same = candidates.iter().position(|(_, it)| it.object == entry.object);
            if let Some((to, _)) = same.map(|n| candidates.swap_remove(n)) {
                out.push(Rename::Object { from: at.clone(), to: to.clone() });
            }
        }
    }
    out
}

/// Writes what gives an object another name or schema.
fn statements(from: &Address, to: &Address, entry: &Entry) -> Vec<Step> {
    let mut out = Vec::new();
    let mut at = from.clone();
    let step = |sql: String| Step {
        at: to.clone(),
        action: Action::Alter,
        sql,
        search: Vec::new(),
        loss: None,
        transaction: Transaction::Inside,
        n_locks: 1,
    };
    if from.schema != to.schema && from.relation.is_none() {
        let target = alter_target(&at, entry);
        out.push(step(format!("ALTER {target} SET SCHEMA {}", quote_ident(&to.schema))));
        at.schema = to.schema.clone();
    }
    // The relation itself is renamed before what belongs to it.
    let bare = |at: &Address| Name::from(crate::object::signature::split(&at.name).0);
    if bare(&at) == bare(to) {
        return out;
    }
    let (name, new) = (quote_ident(&at.name).into_owned(), quote_ident(&bare(to)).into_owned());
    let relation = at.relation();
    let sql = match at.kind {
        Kind::Constraint | Kind::ForeignKey => {
            format!("ALTER TABLE {relation} RENAME CONSTRAINT {name} TO {new}")
        }
        Kind::Index => {
            let index = Qualified::new(at.schema.clone(), at.name.clone());
            format!("ALTER INDEX {index} RENAME TO {new}")
        }
        _ => format!("ALTER {} RENAME TO {new}", alter_target(&at, entry)),
    };
    out.push(step(sql));
    out
}

/// Writes what gives a column, an attribute or a label another name.
fn member_statement(of: &Address, entry: &Entry, from: &Name, to: &Name) -> Step {
    let target = alter_target(of, entry);
    let (old, new) = (quote_ident(from), quote_ident(to));
    let sql = match &entry.object {
        Object::EnumType(_) => {
            format!("ALTER {target} RENAME VALUE {} TO {}", quote_literal(from), quote_literal(to))
        }
        Object::CompositeType(_) => format!("ALTER {target} RENAME ATTRIBUTE {old} TO {new}"),
        _ => format!("ALTER {target} RENAME COLUMN {old} TO {new}"),
    };
    Step {
        at: of.clone(),
        action: Action::Alter,
        sql,
        search: Vec::new(),
        loss: None,
        transaction: Transaction::Inside,
        n_locks: 1,
    }
}
