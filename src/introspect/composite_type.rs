//! Composite types: `pg_class` with `relkind` `c`, and the `pg_type` of it.

use super::found::{Found, FoundColumn};
use super::query::{in_user_schema, of_no_extension, ownership};
use super::row::{Oid, Row, Unreadable};
use super::{PG_CLASS, PG_TYPE, Section, Viewpoint};
use crate::object::address::{Address, Kind};
use crate::object::composite_type::{Attribute, CompositeType};

pub(super) const SECTIONS: &[Section] = &[Section { name: "composite types", query, read }];

fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT t.oid, c.oid, n.nspname, t.typname, {} FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace \
         JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' WHERE {} AND {}",
        ownership("pg_type", "t.oid", "t.typowner", "t.typacl", "T"),
        in_user_schema("t.typnamespace"),
        of_no_extension("pg_type", "t.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, relation, at): (Oid, Oid, _) = (row.number()?, row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let at = Address::new(Kind::CompositeType, at.schema, at.name);
    found.add_owned(PG_TYPE, oid, at, CompositeType::default(), ownership);
    found.alias(PG_CLASS, relation, (PG_TYPE, oid));
    Ok(())
}

/// Gives the type its attributes.
pub(super) fn give_columns(ty: &mut CompositeType, columns: &[FoundColumn]) {
    let attribute = |it: &FoundColumn| Attribute {
        name: it.column.name.clone(),
        ty: it.column.ty.clone(),
        collation: it.column.collation.clone(),
        comment: it.column.comment.clone(),
    };
    ty.attributes = columns.iter().map(attribute).collect();
}
