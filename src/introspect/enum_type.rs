//! Enumerated types: `pg_type` with `typtype` `e`, `pg_enum`.

use super::found::Found;
use super::query::{in_user_schema, of_no_extension, ownership};
use super::row::{Row, Unreadable};
use super::{PG_TYPE, Section, Viewpoint};
use crate::object::address::{Address, Kind};
use crate::object::enum_type::EnumType;

pub(super) const SECTIONS: &[Section] = &[Section { name: "enums", query, read }];

fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT t.oid, n.nspname, t.typname, {}, \
         (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) \
         FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND {} AND {}",
        ownership("pg_type", "t.oid", "t.typowner", "t.typacl", "T"),
        in_user_schema("t.typnamespace"),
        of_no_extension("pg_type", "t.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let labels = row.strings()?;
    found.add_owned(
        PG_TYPE,
        oid,
        Address::new(Kind::EnumType, at.schema, at.name),
        EnumType { labels },
        ownership,
    );
    Ok(())
}
