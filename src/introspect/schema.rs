//! Schemas: `pg_namespace`.

use super::found::Found;
use super::query::{is_user_schema, of_no_extension, ownership};
use super::row::{Row, Unreadable};
use super::{PG_NAMESPACE, Section, Viewpoint};
use crate::object::address::{Address, Kind};
use crate::object::schema::Schema;

pub(super) const SECTIONS: &[Section] = &[Section { name: "schemas", query, read }];

/// What `public` is born with is what a new database of this version gives its owner and everybody, whatever was done to
/// it: a schema that was dropped and made again is no longer the one that `initdb` made.
fn query(version: Viewpoint) -> Option<String> {
    let everybody =
        |privilege: &str| format!("|| makeaclitem(0, n.nspowner, '{privilege}', false)");
    let create = if version.is_at_least(15) { String::new() } else { everybody("CREATE") };
    let of_public = format!("acldefault('n', n.nspowner) {} {create}", everybody("USAGE"));
    Some(format!(
        "SELECT n.oid, n.nspname, s.owner, \
         CASE n.nspname WHEN 'public' THEN coalesce(s.acl, acldefault('n', n.nspowner)) ELSE s.acl END, \
         CASE n.nspname WHEN 'public' THEN {of_public} ELSE s.base END, \
         obj_description(n.oid, 'pg_namespace') IS NULL FROM pg_namespace n, LATERAL (SELECT {}) s (owner, acl, base) \
         WHERE {} AND {}",
        ownership("pg_namespace", "n.oid", "n.nspowner", "n.nspacl", "n"),
        is_user_schema("n"),
        of_no_extension("pg_namespace", "n.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, name) = (row.number()?, row.name()?);
    let ownership = row.ownership()?;
    let is_bare = name == "public" && row.flag();
    let entry =
        found.add_owned(PG_NAMESPACE, oid, Address::global(Kind::Schema, name), Schema, ownership);
    // A new database has one on `public`: that it was taken away is said by an empty one.
    entry.comment = is_bare.then(Box::default);
    Ok(())
}
