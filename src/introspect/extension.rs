//! Extensions: `pg_extension`.

use super::found::Found;
use super::row::{Oid, Row, Unreadable};
use super::{PG_EXTENSION, Section, Viewpoint};
use crate::object::address::{Address, Kind, Name};
use crate::object::extension::Extension;
use crate::sql::builtin::extensions;

pub(super) const SECTIONS: &[Section] = &[Section { name: "extensions", query, read }];

/// What `initdb` installs (plpgsql) is in every database.
fn query(_: Viewpoint) -> Option<String> {
    Some(
        "SELECT e.oid, e.extname, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace \
         WHERE e.oid >= 16384"
            .to_owned(),
    )
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, name): (_, Name) = (row.number()?, row.name()?);
    // Some insist on a schema, and refuse to be told.
    let insists = extensions::find(&name).is_some_and(|it| it.schema.is_some());
    let schema = row.optional_name().filter(|_| !insists);
    let extension = Extension { schema, version: None, cascade: false };
    found.add(PG_EXTENSION, oid, Address::global(Kind::Extension, name), extension);
    Ok(())
}

pub(super) const NEEDED_SECTIONS: &[Section] =
    &[Section { name: "what extensions take with them", query: needed, read: read_needed }];

/// `ALTER … DEPENDS ON EXTENSION`: of routines, triggers, materialized views and indexes.
fn needed(_: Viewpoint) -> Option<String> {
    Some(
        "SELECT d.classid::regclass::text, d.objid, e.extname FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid \
         WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x' AND d.objid >= 16384 ORDER BY e.extname"
            .to_owned(),
    )
}

fn read_needed(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (class, oid): (&str, Oid) = (row.text()?, row.number()?);
    let extension = row.name()?;
    if let Some((_, entry)) = found.index(class, oid).and_then(|at| found.entries.get_mut(at)) {
        entry.extensions.push(extension);
        entry.extensions.sort();
    }
    Ok(())
}
