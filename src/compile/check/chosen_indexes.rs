//! Indexes that are named exist and serve: by a table, `cluster on` and `replica identity using index`, by an index of a
//! partition, `attached to` (`check_index_is_clusterable`, `ATExecReplicaIdentity`, `ATExecAttachPartitionIdx`).
#![expect(clippy::wildcard_enum_match_arm, reason = "of the many kinds, only some have an index")]

use rustc_hash::FxHashMap;

use super::columns::{Columns, columns_of};
use super::{Objects, report};
use crate::compile::read::Read;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::object::Object;
use crate::object::address::{Kind, Name, Qualified};
use crate::object::constraint::Demand;
use crate::object::constraint_flags::Timing;
use crate::object::index_element::IndexElement;
use crate::object::reader::Reader;
use crate::object::replica_identity::ReplicaIdentity;
use crate::object::table::Table;
use crate::source::Span;
use crate::sql::ident::quote_ident;
use crate::syntax::Rule;

rule!(UNKNOWN_INDEX, Error, "unknown-index");
rule!(UNFIT_INDEX, Error, "unfit-index");

/// The rules of this file.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&UNKNOWN_INDEX, &UNFIT_INDEX];

/// The indexes of each relation.
type Indexes<'r> = FxHashMap<Qualified, Vec<&'r Read>>;

/// Every index that a table names exists and serves.
pub(super) fn serve(objects: &Objects<'_>, cx: &mut Reader<'_>) {
    let tables = objects.reads.iter().filter_map(|read| match &read.entry.object {
        Object::Table(table) => Some((read, table)),
        _ => None,
    });
    let choosing: Vec<(&Read, &Table)> = tables
        .filter(|(_, it)| {
            it.cluster_on.is_some() || matches!(it.replica_identity, ReplicaIdentity::Index(_))
        })
        .map(|(read, table)| (read, &**table))
        .collect();
    let attached: Vec<(&Read, &Qualified)> = objects
        .reads
        .iter()
        .filter_map(|read| match &read.entry.object {
            Object::Index(it) => Some((read, it.attached_to.as_ref()?)),
            _ => None,
        })
        .collect();
    if choosing.is_empty() && attached.is_empty() {
        return;
    }
    let mut indexes = Indexes::default();
    for read in objects.reads.iter().filter(|read| is_index(&read.entry.object)) {
        indexes.entry(read.at.relation()).or_default().push(read);
    }
    for (read, above) in attached {
        attaches(read, above, &indexes, objects, cx);
    }
    for (read, table) in choosing {
        let own = indexes.get(&read.at.relation()).map_or(&[][..], Vec::as_slice);
        if let Some(name) = &table.cluster_on {
            let place = read.part(Rule::cluster_on, name);
            if let Some(index) = find(read, table, own, name, place, cx)
                && let Some((reason, help)) = not_clusterable(table, index)
            {
                unfit(read, index, place, reason, help, cx);
            }
        }
        if let ReplicaIdentity::Index(name) = &table.replica_identity {
            let place = read.part(Rule::replica_identity, name);
            if let Some(index) = find(read, table, own, name, place, cx) {
                let columns = columns_of(objects, &read.at.relation(), 0);
                if let Some((reason, help)) = no_identity(index, &columns, own) {
                    unfit(read, index, place, &reason, help, cx);
                }
            }
        }
    }
}

fn is_index(object: &Object) -> bool {
    match object {
        Object::Index(_) => true,
        Object::Constraint(it) => !matches!(it.demand, Demand::Check { .. }),
        _ => false,
    }
}

/// An index is attached to one of the table that its own is a partition of.
fn attaches(
    read: &Read,
    above: &Qualified,
    indexes: &Indexes<'_>,
    objects: &Objects<'_>,
    cx: &mut Reader<'_>,
) {
    let Some(Object::Table(table)) =
        objects.relation(&read.at.relation()).map(|it| &it.entry.object)
    else {
        return;
    };
    let place = read.part(Rule::attached_to, &above.name);
    let Some(of) = &table.partition_of else {
        let message = format!("`{}` is no partition", read.at.relation().name);
        let diagnostic = Diagnostic::new(&UNFIT_INDEX, message)
            .label(place, "its index has none to be attached to");
        report(read, diagnostic.help("delete `attached to`"), cx);
        return;
    };
    let Some(parent) = objects.relation(&of.parent) else { return };
    let of_parent = indexes.get(&of.parent).map_or(&[][..], Vec::as_slice);
    let named = |it: &&&Read| it.at.name == above.name && it.at.schema == above.schema;
    match of_parent.iter().find(named) {
        Some(index) if index.at.kind == Kind::Constraint => {
            let reason = "is behind a constraint, and takes only such of partitions";
            unfit(read, index, place, reason, "write the constraint of the partition", cx);
        }
        Some(_) => {}
        None => {
            let is_partition =
                matches!(&parent.entry.object, Object::Table(it) if it.partition_of.is_some());
            // A partition has indexes of its parent, whose names PostgreSQL chooses.
            if is_partition || parent.origin.incomplete {
                return;
            }
            let shown = |it: &Qualified| match it.schema == read.at.schema {
                true => quote_ident(&it.name).into_owned(),
                false => it.to_string(),
            };
            let message = format!("`{}` has no index `{}`", of.parent.name, shown(above));
            let diagnostic = Diagnostic::new(&UNKNOWN_INDEX, message).label(place, "named here");
            let own = of_parent.iter().filter(|it| it.at.kind == Kind::Index);
            let own = own.map(|it| Qualified::new(it.at.schema.clone(), it.at.name.clone()));
            let names: Vec<String> = own.map(|it| shown(&it)).collect();
            let help = did_you_mean(&shown(above), names.iter().map(String::as_str));
            report(read, diagnostic.help_if(help), cx);
        }
    }
}

fn find<'r>(
    read: &Read,
    table: &Table,
    own: &[&'r Read],
    name: &Name,
    place: Span,
    cx: &mut Reader<'_>,
) -> Option<&'r Read> {
    let found = own.iter().find(|index| index.at.name == *name).copied();
    // A partition has indexes of its parent, whose names PostgreSQL chooses.
    if found.is_none() && !read.origin.incomplete && table.partition_of.is_none() {
        let message = format!("`{}` has no index `{name}`", read.at.name);
        let diagnostic = Diagnostic::new(&UNKNOWN_INDEX, message).label(place, "named here");
        let help = did_you_mean(name, own.iter().map(|index| index.at.name.as_str()));
        report(read, diagnostic.help_if(help), cx);
    }
    found
}

fn unfit(read: &Read, index: &Read, place: Span, reason: &str, help: &str, cx: &mut Reader<'_>) {
    let diagnostic = Diagnostic::new(&UNFIT_INDEX, format!("`{}` {reason}", index.at.name))
        .label(place, "named here")
        .label(index.span(), "declared here");
    report(read, diagnostic.help(help), cx);
}

fn not_clusterable(table: &Table, index: &Read) -> Option<(&'static str, &'static str)> {
    let (method, partial) = match &index.entry.object {
        Object::Index(it) => (it.method.as_str(), it.predicate.is_some()),
        Object::Constraint(it) => match &it.demand {
            Demand::Exclusion(it) => (it.method.as_str(), it.predicate.is_some()),
            Demand::PrimaryKey(_) | Demand::Unique(_) | Demand::Check { .. } => ("btree", false),
        },
        _ => return None,
    };
    if table.partition_by.is_some() {
        return Some((
            "is an index of a partitioned table, which has no rows to cluster",
            "say it of the partitions",
        ));
    }
    if partial {
        return Some(("is partial, and not every row is in it", "name an index without `where`"));
    }
    matches!(method, "hash" | "gin" | "brin" | "spgist").then_some((
        "has a method that keeps no order to cluster by",
        "name an index of method `btree` or `gist`",
    ))
}

/// Says why an index can't identify rows.
fn no_identity(
    index: &Read,
    columns: &Columns<'_>,
    own: &[&Read],
) -> Option<(String, &'static str)> {
    let named: Vec<&Name> = match &index.entry.object {
        Object::Index(it) if !it.unique => {
            return Some(("is not unique".to_owned(), "name a unique index"));
        }
        Object::Index(it) if it.predicate.is_some() => {
            return Some(("is partial".to_owned(), "name an index without `where`"));
        }
        Object::Index(it) => {
            let named: Option<Vec<&Name>> = it.elements.iter().map(IndexElement::column).collect();
            match named {
                Some(named) => named,
                None => return Some(("has an expression".to_owned(), "name an index on columns")),
            }
        }
        Object::Constraint(it) => match &it.demand {
            _ if it.timing != Timing::Immediate => {
                let help = "take `deferrable` off the constraint, or name another index";
                return Some(("is checked late".to_owned(), help));
            }
            Demand::PrimaryKey(_) => return None,
            Demand::Unique(key) => key.columns.iter().collect(),
            Demand::Exclusion(_) | Demand::Check { .. } => {
                return Some(("is not unique".to_owned(), "name a unique index"));
            }
        },
        _ => return None,
    };
    let primary: Vec<&Name> = own
        .iter()
        .filter(|read| read.at.kind == Kind::Constraint)
        .filter_map(|read| match &read.entry.object {
            Object::Constraint(it) => match &it.demand {
                Demand::PrimaryKey(key) => Some(&key.columns),
                _ => None,
            },
            _ => None,
        })
        .flatten()
        .collect();
    let nullable = |name: &&&Name| {
        columns.find(name).is_some_and(|column| !column.not_null) && !primary.contains(*name)
    };
    let found = named.iter().find(nullable)?;
    let help = "take the `?` off the column's type, or name another index";
    Some((format!("has the column `{found}`, which can be NULL"), help))
}
