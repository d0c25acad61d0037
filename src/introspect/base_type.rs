//! Base types and shells: `pg_type` with `typtype` `b`, and `p` where nothing is defined yet.

use super::found::Found;
use super::query::{in_user_schema, of_no_extension, ownership, routine_name};
use super::row::{Oid, Row, Unreadable};
use super::{PG_TYPE, Section, Viewpoint};
use crate::object::address::{Address, Kind};
use crate::object::base_type::BaseType;

pub(super) const SECTIONS: &[Section] = &[Section { name: "base types", query, read }];

/// The entries of the definition, in the order of the query.
const DEFINITION: [&str; 18] = [
    "internallength",
    "input",
    "output",
    "receive",
    "send",
    "typmod_in",
    "typmod_out",
    "analyze",
    "subscript",
    "collatable",
    "default",
    "element",
    "category",
    "preferred",
    "delimiter",
    "alignment",
    "storage",
    "passedbyvalue",
];

/// The array type that comes with a type is not listed.
fn query(_: Viewpoint) -> Option<String> {
    let functions = [
        "typinput",
        "typoutput",
        "typreceive",
        "typsend",
        "typmodin",
        "typmodout",
        "typanalyze",
        "typsubscript",
    ];
    let functions = functions.map(|it| routine_name(&format!("t.{it}")));
    Some(format!(
        "SELECT t.oid, n.nspname, t.typname, {}, t.typisdefined, \
         CASE WHEN t.typlen = -1 THEN 'variable' ELSE t.typlen::text END, {}, \
         CASE WHEN t.typcollation <> 0 THEN 'true' END, quote_literal(t.typdefault), \
         CASE WHEN t.typelem <> 0 THEN format_type(t.typelem, -1) END, \
         CASE WHEN t.typcategory <> 'U' THEN quote_literal(t.typcategory::text) END, CASE WHEN t.typispreferred THEN 'true' END, \
         CASE WHEN t.typdelim <> ',' THEN quote_literal(t.typdelim::text) END, \
         CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4' ELSE 'double' END, \
         CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' ELSE 'main' END, \
         CASE WHEN t.typbyval THEN chr(1) END FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace \
         WHERE (t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type el WHERE el.typarray = t.oid) \
         OR t.typtype = 'p' AND NOT t.typisdefined) AND {} AND {}",
        ownership("pg_type", "t.oid", "t.typowner", "t.typacl", "T"),
        functions.join(", "),
        in_user_schema("t.typnamespace"),
        of_no_extension("pg_type", "t.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at): (Oid, _) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let is_defined = row.flag();
    let mut definition = row.definitions(&DEFINITION);
    if !is_defined {
        definition.clear();
    }
    found.add_owned(
        PG_TYPE,
        oid,
        Address::new(Kind::BaseType, at.schema, at.name),
        BaseType { definition },
        ownership,
    );
    Ok(())
}
