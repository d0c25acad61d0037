//! Tables and partitions: `pg_class` with `relkind` `r` and `p`, `pg_inherits`, `pg_partitioned_table`.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some have what is looked for here"
)]

use super::column::parameters;
use super::elements;
use super::found::Found;
use super::query::{in_user_schema, of_no_extension, ownership};
use super::row::{Oid, Row, Unreadable};
use super::{PG_CLASS, Section, Viewpoint};
use crate::object::Object;
use crate::object::address::{Address, Kind, Qualified};
use crate::object::partition::{PartitionBy, PartitionOf, Strategy};
use crate::object::replica_identity::ReplicaIdentity;
use crate::object::table::{RowSecurity, Table};
use crate::sql::definition::{Definition, Parameters};

pub(super) const SECTIONS: &[Section] = &[
    Section { name: "tables", query, read },
    Section { name: "inheritance", query: inheritance, read: read_parent },
];

fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT c.oid, n.nspname, c.relname, {}, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, \
         c.relreplident, c.reloptions, tc.reloptions, ts.spcname, am.amname, tn.nspname, ty.typname, \
         CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         LEFT JOIN pg_class tc ON tc.oid = c.reltoastrelid LEFT JOIN pg_tablespace ts ON ts.oid = c.reltablespace \
         LEFT JOIN pg_am am ON am.oid = c.relam LEFT JOIN pg_type ty ON ty.oid = c.reloftype \
         LEFT JOIN pg_namespace tn ON tn.oid = ty.typnamespace \
         WHERE c.relkind IN ('r', 'p') AND {} AND {}",
        ownership("pg_class", "c.oid", "c.relowner", "c.relacl", "r"),
        in_user_schema("c.relnamespace"),
        of_no_extension("pg_class", "c.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let unlogged = row.text()? == "u";
    let row_security = RowSecurity { enabled: row.flag(), forced: row.flag() };
    let replica_identity = replica_identity(row.text()?);
    let mut with = parameters(&row.strings()?);
    with.extend(of_toast(parameters(&row.strings()?)));
    let table = Table {
        unlogged,
        row_security,
        replica_identity,
        with: Parameters(with),
        tablespace: row.optional_name(),
        method: row.optional_name().filter(|it| it != "heap"),
        of_type: row.optional_qualified(),
        partition_by: row.option().and_then(partition_by),
        ..Table::default()
    };
    found.add_owned(PG_CLASS, oid, Address::new(Kind::Table, at.schema, at.name), table, ownership);
    Ok(())
}

/// Reads `relreplident`; that of an index is read with the index.
pub(super) fn replica_identity(letter: &str) -> ReplicaIdentity {
    match letter {
        "f" => ReplicaIdentity::Full,
        "n" => ReplicaIdentity::Nothing,
        _ => ReplicaIdentity::Default,
    }
}

/// Returns the storage parameters of the table behind a table, as they are said of that.
pub(super) fn of_toast(parameters: Vec<Definition>) -> impl Iterator<Item = Definition> {
    parameters.into_iter().map(|it| Definition { name: format!("toast.{}", it.name).into(), ..it })
}

/// Reads `RANGE (a, lower(b) COLLATE "C")`, as `pg_get_partkeydef` writes it.
fn partition_by(text: &str) -> Option<PartitionBy> {
    let (word, list) = text.split_once(' ')?;
    let strategy = match word {
        "RANGE" => Strategy::Range,
        "LIST" => Strategy::List,
        _ => Strategy::Hash,
    };
    let list = elements::split(elements::without_parentheses(list), ',');
    Some(PartitionBy { strategy, elements: list.iter().map(|it| elements::read(it)).collect() })
}

/// Parents in the order of their columns; a partition has one parent and a bound.
fn inheritance(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT i.inhrelid, i.inhparent, c.relispartition, pg_get_expr(c.relpartbound, c.oid), pn.nspname, p.relname FROM pg_inherits i \
         JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace \
         WHERE c.relkind IN ('r', 'p', 'f') AND {} ORDER BY i.inhrelid, i.inhseqno",
        in_user_schema("c.relnamespace")
    ))
}

fn read_parent(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (child, _parent): (Oid, Oid) = (row.number()?, row.number()?);
    let is_partition = row.flag();
    let bound = row.option();
    let parent = row.qualified()?;
    let partition_of = match (is_partition, bound) {
        (true, Some(bound)) => {
            let bound = elements::bound(bound).ok_or_else(|| row.unreadable())?;
            Some(PartitionOf { parent: parent.clone(), bound, attached: false })
        }
        _ => None,
    };
    let Some(entry) = found.entry_mut(PG_CLASS, child) else { return Ok(()) };
    let (inherits, slot): (&mut Vec<Qualified>, &mut Option<PartitionOf>) = match &mut entry.object
    {
        Object::Table(it) => {
            let it = std::sync::Arc::make_mut(it);
            (&mut it.inherits, &mut it.partition_of)
        }
        Object::ForeignTable(it) => {
            let it = std::sync::Arc::make_mut(it);
            (&mut it.inherits, &mut it.partition_of)
        }
        _ => return Ok(()),
    };
    match partition_of {
        Some(of) => *slot = Some(of),
        None => inherits.push(parent),
    }
    Ok(())
}
