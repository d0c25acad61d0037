//! Publications: `pg_publication` and what is in them.

use std::sync::Arc;

use super::elements::without_parentheses;
use super::found::Found;
use super::query::{is_users, owner};
use super::row::{Oid, Row, Unreadable};
use super::{PG_PUBLICATION, Section, Viewpoint};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::publication::{Publication, PublishedTable};
use crate::sql::definition::{Definition, Parameters};
use crate::sql::expr::Expr;

pub(super) const SECTIONS: &[Section] = &[
    Section { name: "publications", query, read },
    Section { name: "published tables", query: tables, read: read_table },
    Section { name: "published schemas", query: schemas, read: read_schema },
];

fn query(version: Viewpoint) -> Option<String> {
    let generated = if version.is_at_least(18) {
        "CASE WHEN p.pubgencols = 's' THEN 'stored' END"
    } else {
        "NULL"
    };
    Some(format!(
        "SELECT p.oid, p.pubname, {}, p.puballtables, concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, \
         CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, \
         CASE WHEN p.pubtruncate THEN 'truncate' END), p.pubviaroot, {generated} FROM pg_publication p WHERE {}",
        owner("p.pubowner"),
        is_users("pg_publication", "p.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, name): (Oid, Name) = (row.number()?, row.name()?);
    let ownership = row.ownership()?;
    let all_tables = row.flag();
    let publish = row.text()?;
    let mut with = Vec::new();
    let mut add = |name: &str, value: String| {
        with.push(Definition { name: name.into(), value: Some(value.into()) })
    };
    if publish != "insert, update, delete, truncate" {
        add("publish", format!("'{publish}'"));
    }
    if row.flag() {
        add("publish_via_partition_root", "true".to_owned());
    }
    if let Some(columns) = row.option() {
        add("publish_generated_columns", columns.to_owned());
    }
    let it =
        Publication { all_tables, tables: Vec::new(), schemas: Vec::new(), with: Parameters(with) };
    found.add_owned(PG_PUBLICATION, oid, Address::global(Kind::Publication, name), it, ownership);
    Ok(())
}

fn tables(version: Viewpoint) -> Option<String> {
    let parts = if version.is_at_least(15) {
        "CASE WHEN r.prattrs IS NOT NULL THEN r.prattrs END, pg_get_expr(r.prqual, r.prrelid)"
    } else {
        "NULL, NULL"
    };
    Some(format!(
        "SELECT r.prpubid, r.prrelid, {parts} FROM pg_publication_rel r JOIN pg_class c ON c.oid = r.prrelid \
         JOIN pg_namespace n ON n.oid = c.relnamespace ORDER BY r.prpubid, n.nspname, c.relname"
    ))
}

fn read_table(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, relation): (Oid, Oid) = (row.number()?, row.number()?);
    let columns: Vec<i16> = row.numbers()?;
    let condition = row.option().map(|it| Expr::new(without_parentheses(it)));
    let Some(table) = found.relation(relation) else { return Ok(()) };
    let columns = found.column_names(relation, &columns).ok_or_else(|| row.unreadable())?;
    // Each table is published for itself: that of its children is said of them.
    let published = PublishedTable { table, only: true, columns, condition };
    if let Some(Object::Publication(it)) =
        found.entry_mut(PG_PUBLICATION, oid).map(|it| &mut it.object)
    {
        Arc::make_mut(it).tables.push(published);
    }
    Ok(())
}

fn schemas(version: Viewpoint) -> Option<String> {
    version.is_at_least(15).then(|| {
        "SELECT p.pnpubid, n.nspname FROM pg_publication_namespace p JOIN pg_namespace n ON n.oid = p.pnnspid \
         ORDER BY p.pnpubid, n.nspname"
            .to_owned()
    })
}

fn read_schema(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, schema): (Oid, Name) = (row.number()?, row.name()?);
    if let Some(Object::Publication(it)) =
        found.entry_mut(PG_PUBLICATION, oid).map(|it| &mut it.object)
    {
        Arc::make_mut(it).schemas.push(schema);
    }
    Ok(())
}
