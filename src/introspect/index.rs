//! Indexes: `pg_index`. Those behind keys and exclusion constraints are read with their constraints.

use rustc_hash::FxHashMap;

use super::column::parameters;
use super::elements;
use super::found::Found;
use super::query::{in_user_schema, of_no_extension};
use super::row::{Oid, Row, Unreadable};
use super::{PG_CLASS, Section, Viewpoint};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::index::Index;
use crate::object::index_element::{IndexElement, Key, OperatorClassUse};
use crate::object::replica_identity::ReplicaIdentity;
use crate::sql::definition::Parameters;
use crate::sql::expr::Expr;
use crate::sql::type_name::PG_CATALOG;
use crate::sql::writer::qualified;

pub(super) const CLASS_SECTIONS: &[Section] = &[
    Section { name: "operator classes", query: classes, read: read_class },
    Section { name: "collations in use", query: collations, read: read_collation },
];

pub(super) const SECTIONS: &[Section] = &[
    Section { name: "indexes", query, read },
    Section { name: "settings of index columns", query: settings, read: read_setting },
];

/// The operator classes and collations of the server, by number.
#[derive(Debug, Default)]
pub(crate) struct Classes {
    by_number: FxHashMap<Oid, Class>,
    /// The methods and types that have a default class of just that type.
    exact: rustc_hash::FxHashSet<(Oid, Oid)>,
    collations: FxHashMap<Oid, Qualified>,
}

#[derive(Debug)]
struct Class {
    name: Qualified,
    method: Oid,
    input: Oid,
    is_default: bool,
    /// Whether a type takes it over from the type that it is stored like, as `varchar` that of `text`.
    is_common: bool,
}

fn classes(_: Viewpoint) -> Option<String> {
    Some(
        "SELECT oc.oid, n.nspname, oc.opcname, oc.opcmethod, oc.opcintype, oc.opcdefault, \
         oc.opcintype IN ('text'::regtype, 'oid'::regtype, 'inet'::regtype, 'anyarray'::regtype, 'anyenum'::regtype, \
         'anyrange'::regtype, 'anymultirange'::regtype, 'record'::regtype) \
         FROM pg_opclass oc JOIN pg_namespace n ON n.oid = oc.opcnamespace"
            .to_owned(),
    )
}

fn read_class(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let number: Oid = row.number()?;
    let name = bare_where_builtin(row.qualified()?);
    let class = Class {
        name,
        method: row.number()?,
        input: row.number()?,
        is_default: row.flag(),
        is_common: row.flag(),
    };
    if class.is_default {
        found.classes.exact.insert((class.method, class.input));
    }
    found.classes.by_number.insert(number, class);
    Ok(())
}

fn collations(_: Viewpoint) -> Option<String> {
    Some(
        "SELECT c.oid, n.nspname, c.collname FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace \
         WHERE c.oid IN (SELECT unnest(indcollation::oid[]) FROM pg_index WHERE indexrelid >= 16384)"
            .to_owned(),
    )
}

fn read_collation(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let number = row.number()?;
    let name = bare_where_builtin(row.qualified()?);
    found.classes.collations.insert(number, name);
    Ok(())
}

/// PostgreSQL's own are written without a schema.
pub(super) fn bare_where_builtin(name: Qualified) -> Qualified {
    let schema = if name.schema == PG_CATALOG { Name::default() } else { name.schema };
    Qualified { schema, name: name.name }
}

/// What [`Parts`] takes; `i` is `pg_index`, `ic` the index in `pg_class`. Definitions are PostgreSQL's where a key is an
/// expression, or a column of the index has options besides the mark that newer minor releases put there.
pub(super) const PARTS: &str = "i.indrelid, am.amname, ic.relam, i.indnkeyatts, i.indkey, i.indclass, i.indcollation, i.indoption, \
     CASE WHEN i.indexprs IS NOT NULL OR i.indexrelid IN (SELECT ia.attrelid FROM pg_attribute ia \
     WHERE ia.attoptions[2] IS NOT NULL OR NOT starts_with(ia.attoptions[1], 'pg_attver=')) \
     THEN pg_get_indexdef(i.indexrelid) END, \
     CASE WHEN i.indpred IS NOT NULL THEN pg_get_expr(i.indpred, i.indrelid) END, ic.reloptions, its.spcname";

/// What [`PARTS`] joins to `pg_index i`.
pub(super) const JOINS: &str = "JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_am am ON am.oid = ic.relam \
     LEFT JOIN pg_tablespace its ON its.oid = ic.reltablespace";

/// What an index is made of, whether it stands alone or behind a constraint.
pub(super) struct Parts {
    pub(super) relation: Oid,
    pub(super) method: Name,
    pub(super) elements: Vec<IndexElement>,
    pub(super) include: Vec<Name>,
    pub(super) predicate: Option<Expr>,
    pub(super) with: Parameters,
    pub(super) tablespace: Option<Name>,
}

impl Parts {
    /// Takes what [`PARTS`] asks for; `None` where the relation is left out.
    pub(super) fn read(row: &mut Row<'_>, found: &Found) -> Result<Option<Parts>, Unreadable> {
        let relation: Oid = row.number()?;
        let (method, method_number): (Name, Oid) = (row.name()?, row.number()?);
        let n_keys: usize = row.number()?;
        let keys: Vec<i16> = row.numbers()?;
        let (classes, collations): (Vec<Oid>, Vec<Oid>) = (row.numbers()?, row.numbers()?);
        let options: Vec<i16> = row.numbers()?;
        let definition = row.option();
        let predicate = row.option().map(|it| Expr::new(elements::without_parentheses(it)));
        let with = Parameters(parameters(&row.strings()?));
        let tablespace = row.optional_name();
        if found.relation(relation).is_none() {
            return Ok(None);
        }
        let include = keys.get(n_keys..).unwrap_or_default();
        let include = found.column_names(relation, include).ok_or_else(|| row.unreadable())?;
        let elements = match definition {
            Some(text) => elements::of_index(text).ok_or_else(|| row.unreadable())?,
            None => {
                let element = |n: usize| {
                    let column = found.found_column(relation, *keys.get(n)?)?;
                    let class = found.classes.by_number.get(classes.get(n)?)?;
                    let option = *options.get(n)?;
                    let collation =
                        collations.get(n).filter(|it| **it != 0 && **it != column.collation_number);
                    Some(IndexElement {
                        key: Key::Column(column.column.name.clone()),
                        collation: collation
                            .and_then(|it| found.classes.collations.get(it).cloned()),
                        class: found.classes.shown(class, method_number, column.type_number),
                        descending: option & 1 != 0,
                        nulls_first: Some(option & 2 != 0)
                            .filter(|first| *first != (option & 1 != 0)),
                        statistics: None,
                    })
                };
                let read: Option<Vec<IndexElement>> = (0..n_keys).map(element).collect();
                read.ok_or_else(|| row.unreadable())?
            }
        };
        Ok(Some(Parts { relation, method, elements, include, predicate, with, tablespace }))
    }
}

impl Classes {
    /// Returns how a class is written; `None` where it is what PostgreSQL takes by default (`GetDefaultOpClass`).
    fn shown(&self, class: &Class, method: Oid, ty: Oid) -> Option<OperatorClassUse> {
        let by_default = class.is_default
            && (class.input == ty || class.is_common && !self.exact.contains(&(method, ty)));
        (!by_default).then(|| OperatorClassUse { name: class.name.clone(), parameters: Vec::new() })
    }
}

fn query(version: Viewpoint) -> Option<String> {
    let nulls = if version.is_at_least(15) { "i.indnullsnotdistinct" } else { "false" };
    Some(format!(
        "SELECT i.indexrelid, ic.relname, {PARTS}, i.indisunique, {nulls}, i.indisvalid, i.indisclustered, i.indisreplident, \
         inh.inhparent, i.indisready AND (i.indisvalid OR c.relkind = 'p') FROM pg_index i {JOINS} JOIN pg_class c ON c.oid = i.indrelid \
         LEFT JOIN pg_inherits inh ON inh.inhrelid = i.indexrelid \
         WHERE {} AND {} \
         AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))",
        in_user_schema("c.relnamespace"),
        of_no_extension("pg_class", "c.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, name): (Oid, Name) = (row.number()?, row.name()?);
    let Some(parts) = Parts::read(row, found)? else { return Ok(()) };
    let (unique, nulls_not_distinct, is_valid) = (row.flag(), row.flag(), row.flag());
    let (clustered, identity) = (row.flag(), row.flag());
    let parent: Option<Oid> = row.optional_number()?;
    let serves = row.flag();
    let Some(relation) = found.relation(parts.relation) else { return Ok(()) };
    if !serves {
        let index = qualified(&relation.schema, &name);
        found.note(
            format!("index {index} on {relation}"),
            "it is not valid, as after a CREATE INDEX CONCURRENTLY that failed, and is left out",
            format!("build it again: REINDEX INDEX CONCURRENTLY {index}; or drop it"),
        );
        return Ok(());
    }
    mark(found, parts.relation, &name, clustered, identity);
    let index = Index {
        unique,
        nulls_not_distinct,
        method: parts.method,
        elements: parts.elements,
        include: parts.include,
        with: parts.with,
        tablespace: parts.tablespace,
        predicate: parts.predicate,
        // That of a partitioned table is not valid while a partition lacks its own.
        only: !is_valid,
        attached_to: None,
    };
    found.index_parents.extend(parent.map(|parent| (oid, parent)));
    found.add(PG_CLASS, oid, Address::of(Kind::Index, &relation, name), index);
    Ok(())
}

/// Tells the table that CLUSTER or logical replication goes by this index.
pub(super) fn mark(found: &mut Found, relation: Oid, name: &Name, clustered: bool, identity: bool) {
    if !clustered && !identity {
        return;
    }
    let (cluster_on, replica_identity) =
        match found.entry_mut(PG_CLASS, relation).map(|it| &mut it.object) {
            Some(Object::Table(it)) => {
                let it = std::sync::Arc::make_mut(it);
                (&mut it.cluster_on, &mut it.replica_identity)
            }
            Some(Object::MaterializedView(it)) => {
                let it = std::sync::Arc::make_mut(it);
                (&mut it.cluster_on, &mut it.replica_identity)
            }
            _ => return,
        };
    if clustered {
        *cluster_on = Some(name.clone());
    }
    if identity && *replica_identity == ReplicaIdentity::Default {
        *replica_identity = ReplicaIdentity::Index(name.clone());
    }
}

/// Statistics targets of columns of indexes.
fn settings(_: Viewpoint) -> Option<String> {
    Some(
        "SELECT a.attrelid, a.attnum, a.attstattarget FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
         WHERE c.relkind IN ('i', 'I') AND a.attstattarget >= 0 AND c.oid >= 16384"
            .to_owned(),
    )
}

fn read_setting(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (index, number, target): (Oid, usize, Name) = (row.number()?, row.number()?, row.name()?);
    let Some(entry) = found.entry_mut(PG_CLASS, index) else { return Ok(()) };
    if let Object::Index(index) = &mut entry.object
        && let Some(element) =
            number.checked_sub(1).and_then(|n| std::sync::Arc::make_mut(index).elements.get_mut(n))
    {
        element.statistics = Some(target);
    }
    Ok(())
}
