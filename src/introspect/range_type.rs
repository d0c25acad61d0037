//! Range types: `pg_type` with `typtype` `r`, `pg_range`.

use super::found::Found;
use super::query::{in_user_schema, of_no_extension, ownership, routine_name};
use super::row::{Oid, Row, Unreadable};
use super::{PG_TYPE, Section, Viewpoint};
use crate::object::address::{Address, Kind};
use crate::object::range_type::RangeType;
use crate::sql::definition;

pub(super) const SECTIONS: &[Section] = &[Section { name: "range types", query, read }];

/// The entries of the definition, in the order of the query.
const DEFINITION: [&str; 5] =
    ["subtype_opclass", "collation", "canonical", "subtype_diff", "multirange_type_name"];

fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT t.oid, n.nspname, t.typname, {}, format_type(r.rngsubtype, -1), \
         CASE WHEN NOT oc.opcdefault THEN quote_ident(ocn.nspname) || '.' || quote_ident(oc.opcname) END, \
         CASE WHEN r.rngcollation <> s.typcollation THEN quote_ident(con.nspname) || '.' || quote_ident(co.collname) END, \
         {}, {}, quote_ident(mn.nspname) || '.' || quote_ident(m.typname) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace \
         JOIN pg_range r ON r.rngtypid = t.oid JOIN pg_type s ON s.oid = r.rngsubtype JOIN pg_opclass oc ON oc.oid = r.rngsubopc \
         JOIN pg_namespace ocn ON ocn.oid = oc.opcnamespace LEFT JOIN pg_collation co ON co.oid = r.rngcollation \
         LEFT JOIN pg_namespace con ON con.oid = co.collnamespace LEFT JOIN pg_type m ON m.oid = r.rngmultitypid \
         LEFT JOIN pg_namespace mn ON mn.oid = m.typnamespace \
         WHERE t.typtype = 'r' AND {} AND {}",
        ownership("pg_type", "t.oid", "t.typowner", "t.typacl", "T"),
        routine_name("r.rngcanonical"),
        routine_name("r.rngsubdiff"),
        in_user_schema("t.typnamespace"),
        of_no_extension("pg_type", "t.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at): (Oid, _) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let mut range = RangeType { subtype: row.ty()?, definition: row.definitions(&DEFINITION) };
    let named = definition::value(&range.definition, "multirange_type_name").map(str::to_owned);
    range.definition.retain(|it| it.name != "multirange_type_name");
    let at = Address::new(Kind::RangeType, at.schema, at.name);
    let default = range.multirange(&at).sql();
    if let Some(name) = named.filter(|name| *name != default) {
        range.definition.push(definition::Definition {
            name: "multirange_type_name".into(),
            value: Some(name.into()),
        });
    }
    range.definition.sort();
    found.add_owned(PG_TYPE, oid, at, range, ownership);
    Ok(())
}
