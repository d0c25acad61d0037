//! The diagram of tables, enums and foreign keys.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only those that the diagram shows are looked at"
)]

use std::collections::{BTreeMap, BTreeSet};

use super::{Column, Diagram, Edge, ForeignKey, Link, Node, Rows, Sort};
use crate::catalog::{Catalog, Entry};
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::constraint::Demand;
use crate::object::index_element::Key;
use crate::object::{Object, column, foreign_key};
use crate::sql::type_name::TypeName;

/// Makes the diagram. Partitions are folded into the table that they are a part of.
pub fn diagram(catalog: &Catalog) -> Diagram {
    let parents = parents(catalog);
    let mut nodes: Vec<Node> = Vec::new();
    let mut numbers: BTreeMap<Qualified, usize> = BTreeMap::new();
    let mut enums: BTreeMap<Qualified, usize> = BTreeMap::new();
    for (at, entry) in catalog.iter() {
        let name = at.relation();
        let rows = match &entry.object {
            Object::EnumType(it) => Rows::Labels(it.labels.clone()),
            _ if parents.contains_key(&name) => continue,
            Object::Table(it) => Rows::Columns(columns(catalog, &name, &it.columns)),
            Object::ForeignTable(it) => Rows::Columns(columns(catalog, &name, &it.columns)),
            _ => continue,
        };
        let known = if at.kind == Kind::EnumType { &mut enums } else { &mut numbers };
        known.insert(name, nodes.len());
        let comment = entry.comment.clone();
        nodes.push(Node { at: at.clone(), comment, rows, partitions: Vec::new() });
    }
    for (partition, _) in parents.iter() {
        if let Some(node) = numbers.get(whole(&parents, partition)).and_then(|n| nodes.get_mut(*n))
        {
            node.partitions.push(partition.clone());
        }
    }
    let number = |name: &Qualified| numbers.get(whole(&parents, name)).copied();
    let mut edges = foreign_keys(catalog, number);
    edges.extend(inherited(catalog, number));
    edges.extend(types(catalog, &nodes, &enums));
    edges.sort_by_key(|edge| edge.from);
    Diagram { sort: Sort::Er, nodes, edges }
}

/// Returns the parent of each partition.
fn parents(catalog: &Catalog) -> BTreeMap<Qualified, Qualified> {
    let parent = |entry: &Entry| match &entry.object {
        Object::Table(table) => Some(table.partition_of.as_ref()?.parent.clone()),
        Object::ForeignTable(table) => Some(table.partition_of.as_ref()?.parent.clone()),
        _ => None,
    };
    let tables = catalog.of(Kind::Table).chain(catalog.of(Kind::ForeignTable));
    tables.filter_map(|(at, entry)| Some((at.relation(), parent(entry)?))).collect()
}

/// Returns the table that a partition is in the end a part of; a table that is no partition is its own.
fn whole<'n>(parents: &'n BTreeMap<Qualified, Qualified>, name: &'n Qualified) -> &'n Qualified {
    let mut name = name;
    while let Some(parent) = parents.get(name) {
        name = parent;
    }
    name
}

fn columns(catalog: &Catalog, table: &Qualified, columns: &[column::Column]) -> Vec<Column> {
    let keys = unique_sets(catalog, table);
    let primary = primary_key(catalog, table);
    let foreign: BTreeSet<&Name> = catalog
        .of_relation(Kind::ForeignKey, table)
        .filter_map(|(_, entry)| match &entry.object {
            Object::ForeignKey(key) => Some(&key.columns),
            _ => None,
        })
        .flatten()
        .collect();
    let shown = columns.iter().map(|column| Column {
        name: column.name.clone(),
        ty: short(&column.ty, &table.schema),
        nullable: !column.not_null && !primary.contains(&column.name),
        primary: primary.contains(&column.name),
        unique: keys.iter().any(|key| key.len() == 1 && key.contains(&&column.name)),
        foreign: foreign.contains(&column.name),
        comment: column.comment.clone(),
    });
    shown.collect()
}

fn primary_key<'c>(catalog: &'c Catalog, table: &'c Qualified) -> &'c [Name] {
    let keys =
        catalog.of_relation(Kind::Constraint, table).filter_map(|(_, entry)| match &entry.object {
            Object::Constraint(it) => match &it.demand {
                Demand::PrimaryKey(key) => Some(key.columns.as_slice()),
                Demand::Unique(_) | Demand::Check { .. } | Demand::Exclusion(_) => None,
            },
            _ => None,
        });
    keys.last().unwrap_or_default()
}

/// Returns the sets of columns that no two rows have alike, the primary key aside when it has one column.
fn unique_sets<'c>(catalog: &'c Catalog, table: &'c Qualified) -> Vec<BTreeSet<&'c Name>> {
    let constraints =
        catalog.of_relation(Kind::Constraint, table).filter_map(|(_, entry)| match &entry.object {
            Object::Constraint(it) => match &it.demand {
                Demand::PrimaryKey(key) if key.columns.len() == 1 => None,
                _ => it.key().map(|key| key.columns.iter().collect::<BTreeSet<_>>()),
            },
            _ => None,
        });
    let indexes =
        catalog.of_relation(Kind::Index, table).filter_map(|(_, entry)| match &entry.object {
            Object::Index(it) if it.unique && it.predicate.is_none() => it
                .elements
                .iter()
                .map(|element| match &element.key {
                    Key::Column(name) => Some(name),
                    Key::Expr(_) => None,
                })
                .collect::<Option<BTreeSet<_>>>(),
            _ => None,
        });
    constraints.chain(indexes).collect()
}

fn foreign_keys(catalog: &Catalog, number: impl Fn(&Qualified) -> Option<usize>) -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::new();
    for (at, entry) in catalog.of(Kind::ForeignKey) {
        let Object::ForeignKey(key) = &entry.object else { continue };
        let (Some(from), Some(to)) = (number(&at.relation()), number(&key.table)) else { continue };
        let link = Link::ForeignKey(foreign_key(catalog, at, key));
        edges.push(Edge { from, to, link });
    }
    edges
}

fn foreign_key(catalog: &Catalog, at: &Address, key: &foreign_key::ForeignKey) -> ForeignKey {
    let table = at.relation();
    let primary = primary_key(catalog, &table);
    let is_primary = !primary.is_empty() && primary.iter().all(|it| key.columns.contains(it));
    let sets = unique_sets(catalog, &table);
    let is_unique = sets.iter().any(|set| set.iter().all(|it| key.columns.contains(it)));
    let columns = catalog.columns(&table).unwrap_or_default();
    let optional = |name: &Name| {
        !primary.contains(name) && columns.iter().any(|it| it.name == *name && !it.not_null)
    };
    let referenced = if key.referenced.is_empty() {
        primary_key(catalog, &key.table).to_vec()
    } else {
        key.referenced.clone()
    };
    ForeignKey {
        name: at.name.clone(),
        columns: key.columns.clone(),
        referenced,
        one: is_primary || is_unique,
        optional: key.columns.iter().any(optional),
    }
}

fn inherited(catalog: &Catalog, number: impl Fn(&Qualified) -> Option<usize>) -> Vec<Edge> {
    let tables = catalog.of(Kind::Table).chain(catalog.of(Kind::ForeignTable));
    let parents = tables.flat_map(|(at, entry)| {
        let parents = match &entry.object {
            Object::Table(table) => table.inherits.as_slice(),
            Object::ForeignTable(table) => table.inherits.as_slice(),
            _ => &[],
        };
        parents.iter().map(move |parent| (at.relation(), parent))
    });
    let edge = |(from, to): (Qualified, &Qualified)| {
        Some(Edge { from: number(&from)?, to: number(to)?, link: Link::Inherits })
    };
    parents.filter_map(edge).collect()
}

fn types(catalog: &Catalog, nodes: &[Node], enums: &BTreeMap<Qualified, usize>) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (from, node) in nodes.iter().enumerate() {
        let columns = catalog.columns(&node.at.relation()).unwrap_or_default();
        if node.at.kind == Kind::EnumType {
            continue;
        }
        for (column, it) in columns.iter().enumerate() {
            let ty = Qualified::new(it.ty.schema.clone(), it.ty.name.clone());
            if let Some(to) = enums.get(&ty) {
                edges.push(Edge { from, to: *to, link: Link::Type { column } });
            }
        }
    }
    edges
}

/// Returns a type in few letters, without schema where it is that of the table, or `public`.
fn short(ty: &TypeName, schema: &str) -> String {
    if ty.is_builtin() {
        let head = match ty.name.as_str() {
            "timestamp with time zone" => "timestamptz",
            "timestamp without time zone" => "timestamp",
            "time with time zone" => "timetz",
            "time without time zone" => "time",
            "character varying" => "varchar",
            "bit varying" => "varbit",
            "character" if !ty.modifier.is_empty() => "char",
            _ => return ty.to_string(),
        };
        let modifier =
            if ty.modifier.is_empty() { String::new() } else { format!("({})", ty.modifier) };
        return format!("{head}{modifier}{}", if ty.dimensions == 0 { "" } else { "[]" });
    }
    let is_near = ty.schema == schema || ty.schema == "public";
    let near = TypeName { schema: Name::default(), ..ty.clone() };
    if is_near { near.to_string() } else { ty.to_string() }
}
