//! Collations: `pg_collation`.

use super::found::Found;
use super::query::{in_user_schema, of_no_extension, owner};
use super::row::{Oid, Row, Unreadable};
use super::{PG_COLLATION, Section, Viewpoint};
use crate::object::address::{Address, Kind};
use crate::object::collation::Collation;

pub(super) const SECTIONS: &[Section] = &[Section { name: "collations", query, read }];

/// The entries of the definition, in the order of the query.
const DEFINITION: [&str; 6] =
    ["provider", "deterministic", "locale", "lc_collate", "lc_ctype", "rules"];

fn query(version: Viewpoint) -> Option<String> {
    // Before PostgreSQL 15 the locale of ICU stands where that of the C library does.
    let locale = match version {
        it if it.is_at_least(17) => "c.colllocale",
        it if it.is_at_least(15) => "c.colliculocale",
        _ => "NULL::text",
    };
    let rules = if version.is_at_least(16) { "quote_literal(c.collicurules)" } else { "NULL" };
    let same = format!("{locale} IS NULL AND c.collcollate = c.collctype");
    let apart = format!("{locale} IS NULL AND c.collcollate <> c.collctype");
    Some(format!(
        "SELECT c.oid, n.nspname, c.collname, {}, \
         CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'default' END, \
         CASE WHEN NOT c.collisdeterministic THEN 'false' END, \
         quote_literal(coalesce({locale}, CASE WHEN {same} THEN c.collcollate END)), \
         CASE WHEN {apart} THEN quote_literal(c.collcollate) END, CASE WHEN {apart} THEN quote_literal(c.collctype) END, {rules} \
         FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE {} AND {}",
        owner("c.collowner"),
        in_user_schema("c.collnamespace"),
        of_no_extension("pg_collation", "c.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at): (Oid, _) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let collation = Collation { from: None, definition: row.definitions(&DEFINITION) };
    found.add_owned(
        PG_COLLATION,
        oid,
        Address::new(Kind::Collation, at.schema, at.name),
        collation,
        ownership,
    );
    Ok(())
}
