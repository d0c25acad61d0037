//! The statements of a change, in their order.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::belongings::{belongings, forget};
use super::born::settle;
use super::dependents::{needs, parent};
use super::fate::{Fate, Fates, is_type};
use crate::catalog::Entry;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::range_type::RangeType;
use crate::object::replica_identity::ReplicaIdentity;
use crate::object::steps::{Outline, Steps};
use crate::plan::graph::Node;
use crate::plan::{
    Action, Order, Plan, Step, Transaction, alter_target, completes, of_node, search,
};
use crate::sql::ident::quote_ident;

/// Writes the statements.
pub(super) fn write(fates: &Fates<'_>, old_order: &Order, new_order: &Order) -> Plan {
    let mut plan = Plan::default();
    let (last, first): (Vec<&Address>, Vec<&Address>) =
        dropped(fates, old_order).into_iter().partition(|at| fates.goes_last(at));
    let mut aside = Vec::new();
    let mut altered = Altered::default();
    for node in &new_order.nodes {
        altered.node(node, fates, new_order);
    }
    plan.steps.append(&mut altered.before);
    // What is part of a parent's key goes after that.
    let (parts, first): (Vec<&Address>, Vec<&Address>) =
        first.into_iter().partition(|at| is_part(at, fates));
    for at in first.into_iter().chain(parts) {
        plan.steps.extend(drop(at, fates));
    }
    for node in &new_order.nodes {
        let at = node.at();
        match fates.of(at) {
            Some(Fate::Create | Fate::Replace | Fate::Swap) => {
                if matches!(node, Node::Main(_)) {
                    let set_aside = in_the_way(at, fates, &last);
                    plan.steps.extend(set_aside.iter().flat_map(|it| move_aside(it, fates)));
                    aside.extend(set_aside);
                }
                plan.steps.extend(of_node(node, fates.new.catalog, fates.new.views, new_order));
                if completes(node, new_order) {
                    plan.steps.extend(born(at, fates));
                }
            }
            Some(Fate::Alter) => plan.steps.extend(altered.take(node)),
            Some(Fate::Drop) | None => {}
        }
    }
    let swapped = aside
        .iter()
        .filter(|at| fates.of(at) == Some(Fate::Swap))
        .rev()
        .cloned()
        .collect::<Vec<_>>();
    plan.steps.extend(swapped.iter().map(drop_aside));
    for at in last {
        match aside.contains(at) {
            true => plan.steps.push(drop_aside(at)),
            false => plan.steps.extend(drop(at, fates)),
        }
    }
    plan
}

/// Writes what takes back what default privileges did to an object that was just made.
fn born(at: &Address, fates: &Fates<'_>) -> Vec<Step> {
    let Some(entry) = fates.new.catalog.get(at) else { return Vec::new() };
    let statements_of = Steps { statements: settle(at, entry, fates), ..Steps::default() };
    statements(at, Action::Create, statements_of, Vec::new())
}

/// Tells whether a key of a partition is part of one of its parent's that goes.
fn is_part(at: &Address, fates: &Fates<'_>) -> bool {
    let entry = fates.old.catalog.get(at).filter(|_| at.kind == Kind::Constraint);
    entry.is_some_and(|it| is_above_gone(&needs(fates.old.catalog, at, it), at, fates))
}

/// Returns what is dropped by a statement of its own: what hangs on others comes first.
fn dropped<'o>(fates: &Fates<'_>, order: &'o Order) -> Vec<&'o Address> {
    let mains = order.nodes.iter().rev().filter_map(|node| match node {
        Node::Main(at) => Some(at),
        Node::Late(_) => None,
    });
    mains.filter(|at| fates.is_gone(at) && !goes_along(at, fates)).collect()
}

/// Tells whether an object is dropped with another.
fn goes_along(at: &Address, fates: &Fates<'_>) -> bool {
    let Some(entry) = fates.old.catalog.get(at) else { return true };
    if let Object::Sequence(it) = &entry.object {
        return it.owned_by.as_ref().is_some_and(|(table, column)| {
            fates.is_relation_gone(table) || is_column_gone(table, column, fates)
        });
    }
    if at.relation.is_none() {
        return false;
    }
    let relation = at.relation();
    let needed = needs(fates.old.catalog, at, entry);
    if is_above_gone(&needed, at, fates) {
        return at.kind == Kind::Index || fates.is_relation_gone(&relation);
    }
    let by_itself = needed
        .iter()
        .any(|it| it.relation() != relation && fates.is_gone(it) && it.kind != Kind::Schema);
    fates.is_relation_gone(&relation) && !by_itself
}

/// Tells whether the index or constraint of a parent goes, and takes that of its partition along.
fn is_above_gone(needed: &[Address], at: &Address, fates: &Fates<'_>) -> bool {
    if !matches!(at.kind, Kind::Index | Kind::Constraint) {
        return false;
    }
    let Some(parent) = parent(fates.old.catalog, &at.relation()) else { return false };
    let is_key = |it: &&Address| matches!(it.kind, Kind::Index | Kind::Constraint);
    needed.iter().filter(is_key).any(|it| it.relation() == parent && fates.is_gone(it))
}

fn is_column_gone(table: &Qualified, column: &Name, fates: &Fates<'_>) -> bool {
    let columns = fates.new.catalog.columns(table);
    columns.is_some_and(|columns| !columns.iter().any(|it| it.name == *column))
}

/// Writes what drops an object.
fn drop(at: &Address, fates: &Fates<'_>) -> Vec<Step> {
    let Some(entry) = fates.old.catalog.get(at) else { return Vec::new() };
    let mut steps = Steps { version: fates.version, ..Steps::default() };
    entry.object.drop_at(at, &alter_target(at, entry), &mut steps);
    steps.statements.extend(family_of_class(at, entry, fates));
    forget(at, entry, &mut steps);
    around_partitions(at, fates, &mut steps);
    let loss = match at.kind {
        Kind::Table => Some(format!("the rows of {at}")),
        Kind::Sequence => Some(format!("how far {at} has counted")),
        _ => None,
    };
    steps.losses.extend(loss.map(|it| (0, it)));
    statements(at, Action::Drop, steps, Vec::new())
}

/// A family that came with an operator class does not go with it, unless it is an object of its own.
fn family_of_class(at: &Address, entry: &Entry, fates: &Fates<'_>) -> Option<String> {
    let Object::OperatorClass(class) = &entry.object else { return None };
    let family = Address { kind: Kind::OperatorFamily, ..at.clone() };
    let is_own = [fates.old, fates.new].iter().any(|it| it.catalog.get(&family).is_some());
    let is_left = fates.of(at) == Some(Fate::Drop) && class.family.is_none() && !is_own;
    let target = alter_target(at, entry);
    is_left.then(|| target.replacen("OPERATOR CLASS", "DROP OPERATOR FAMILY", 1))
}

/// A key of a partition that is part of an index of its parent goes with that, and only so.
fn around_partitions(at: &Address, fates: &Fates<'_>, steps: &mut Steps<'_>) {
    let catalog = fates.old.catalog;
    let is_its = |(key, entry): (&Address, &Entry)| {
        parent(catalog, &key.relation()).is_some_and(|it| it == at.relation())
            && needs(catalog, key, entry).contains(at)
    };
    let is_partitioned = match catalog.relation(&at.relation()).map(|(_, it)| &it.object) {
        Some(Object::Table(it)) => it.partition_by.is_some(),
        _ => false,
    };
    if at.kind == Kind::Index && is_partitioned && catalog.of(Kind::Constraint).any(is_its) {
        steps.statements.iter_mut().for_each(|it| it.push_str(" CASCADE"));
    }
    if is_part(at, fates) {
        let drop = |it: &String| it.replacen(" DROP CONSTRAINT ", " DROP CONSTRAINT IF EXISTS ", 1);
        steps.statements = steps.statements.iter().map(drop).collect();
    }
}

fn statements(at: &Address, action: Action, written: Steps<'_>, search: Vec<Name>) -> Vec<Step> {
    let Steps { statements, mut losses, .. } = written;
    let step = |(n, sql)| Step {
        at: at.clone(),
        action,
        sql,
        search: search.clone(),
        loss: losses.remove(&n),
        transaction: Transaction::Inside,
        n_locks: 1,
    };
    statements.into_iter().enumerate().map(step).collect()
}

/// Returns the old types that have the name of what is made, while columns still have them.
fn in_the_way<'a>(at: &Address, fates: &Fates<'_>, last: &[&'a Address]) -> Vec<Address> {
    if fates.of(at) == Some(Fate::Swap) {
        return vec![at.clone()];
    }
    let shares_names = is_type(at.kind) || at.kind.is_relation();
    let same_name =
        |it: &&&'a Address| is_type(it.kind) && (&it.schema, &it.name) == (&at.schema, &at.name);
    last.iter().filter(|_| shares_names).filter(same_name).map(|it| (*it).clone()).collect()
}

/// Returns what a type is called while another of its name is there.
fn aside_name(name: &str) -> String {
    let mut name: String = name.chars().take(40).collect();
    name.push_str("__old");
    name
}

fn move_aside(at: &Address, fates: &Fates<'_>) -> Vec<Step> {
    let entry = fates.old.catalog.get(at);
    let target = entry.map(|entry| alter_target(at, entry)).unwrap_or_default();
    let mut out = vec![format!("ALTER {target} RENAME TO {}", quote_ident(&aside_name(&at.name)))];
    if let Some(Object::RangeType(range)) = entry.map(|entry| &entry.object) {
        out.extend(companions_aside(at, range));
    }
    statements(at, Action::Alter, Steps { statements: out, ..Steps::default() }, Vec::new())
}

/// Moves aside what comes with a range type and has a name of its own: its multirange type, and the functions that make
/// values of both.
fn companions_aside(at: &Address, range: &RangeType) -> Vec<String> {
    let (range_name, multirange, subtype) = (at.sql(), range.multirange(at), &range.subtype);
    let rename = |what: String, name: &Name| {
        format!("ALTER {what} RENAME TO {}", quote_ident(&aside_name(name)))
    };
    vec![
        rename(format!("FUNCTION {range_name}({subtype}, {subtype})"), &at.name),
        rename(format!("FUNCTION {range_name}({subtype}, {subtype}, text)"), &at.name),
        rename(format!("FUNCTION {multirange}()"), &multirange.name),
        rename(format!("TYPE {multirange}"), &multirange.name),
    ]
}

fn drop_aside(at: &Address) -> Step {
    let aside = Address { name: aside_name(&at.name).into(), ..at.clone() };
    let word = match at.kind {
        Kind::Domain => "DOMAIN",
        Kind::Collation => "COLLATION",
        _ => "TYPE",
    };
    let sql = format!("DROP {word} {}", aside.sql());
    Step {
        at: at.clone(),
        action: Action::Drop,
        sql,
        search: Vec::new(),
        loss: None,
        transaction: Transaction::Inside,
        n_locks: 1,
    }
}

/// What alterations write, in the order of the new catalog.
#[derive(Default)]
struct Altered {
    /// What lets go, before anything is dropped.
    before: Vec<Step>,
    main: Vec<(Node, Vec<Step>)>,
    taken: usize,
}

impl Altered {
    fn node(&mut self, node: &Node, fates: &Fates<'_>, order: &Order) {
        let at = node.at();
        if fates.of(at) != Some(Fate::Alter) {
            return;
        }
        let (Some(old), Some(new)) = (fates.old.catalog.get(at), fates.new.catalog.get(at)) else {
            return;
        };
        let search = search(fates.new.catalog, at);
        let written = match node {
            Node::Main(_) => {
                let mut steps = fates.steps(at);
                steps.later_defaults = order.later_defaults.get(at).cloned().unwrap_or_default();
                if at.kind == Kind::Routine && order.outlined.contains(at) {
                    steps.outline = Outline::Only;
                }
                old.object.unfinish(&new.object, at, &mut steps);
                old.object.alter(&new.object, at, &mut steps);
                belongings(at, old, new, &mut steps);
                let before = std::mem::take(&mut steps.before);
                let before = Steps { statements: before, ..Steps::default() };
                self.before.extend(statements(at, Action::Alter, before, Vec::new()));
                steps
            }
            Node::Late(_) => {
                let late = late(at, old, new, fates, order);
                Steps { statements: late, ..Steps::default() }
            }
        };
        self.main.push((node.clone(), statements(at, Action::Alter, written, search)));
    }

    /// Returns the statements of the next altered node, which must be this one.
    fn take(&mut self, node: &Node) -> Vec<Step> {
        let next = self.main.get_mut(self.taken).filter(|(it, _)| it == node);
        let Some((_, steps)) = next else { return Vec::new() };
        self.taken += 1;
        std::mem::take(steps)
    }
}

/// Returns what the new object says late and the old one did not, or what was lost with an index since.
fn late(at: &Address, old: &Entry, new: &Entry, fates: &Fates<'_>, order: &Order) -> Vec<String> {
    // These are made late, and altered where others are.
    if matches!(at.kind, Kind::BaseType | Kind::RangeType) {
        return Vec::new();
    }
    let later = order.later_defaults.get(at).cloned().unwrap_or_default();
    let released = fates.steps(at).altering.released;
    let mut after = Vec::new();
    let mut wanted = Steps { later_defaults: later.clone(), ..Steps::default() };
    new.object.finish(at, &mut after, &mut wanted);
    let later_defaults: BTreeSet<Name> = later.difference(&released).cloned().collect();
    let mut there = Steps { later_defaults, ..Steps::default() };
    let is_lost = after.iter().any(|it| fates.is_made(it));
    let mut object = if is_lost { without_index(&old.object) } else { old.object.clone() };
    match (&mut object, &new.object) {
        (Object::Table(old), Object::Table(new)) => {
            Arc::make_mut(old).attach_like(new);
        }
        (Object::ForeignTable(old), Object::ForeignTable(new)) => {
            Arc::make_mut(old).attach_like(new);
        }
        _ => {}
    }
    object.finish(at, &mut Vec::new(), &mut there);
    wanted.statements.into_iter().filter(|it| !there.statements.contains(it)).collect()
}

/// Returns a relation that says nothing of its indexes.
fn without_index(object: &Object) -> Object {
    match object {
        Object::Table(it) => {
            let mut table = it.as_ref().clone();
            table.cluster_on = None;
            table.replica_identity = ReplicaIdentity::Default;
            table.into()
        }
        Object::MaterializedView(it) => {
            let mut view = it.as_ref().clone();
            view.cluster_on = None;
            view.into()
        }
        other => other.clone(),
    }
}
