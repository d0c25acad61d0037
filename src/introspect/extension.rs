//! Extensions: `pg_extension`.

use super::found::Found;
use super::row::{Row, Unreadable};
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
