//! Access methods: `pg_am`.

use super::found::Found;
use super::query::is_users;
use super::row::{Oid, Row, Unreadable};
use super::{PG_AM, Section, Viewpoint};
use crate::object::access_method::AccessMethod;
use crate::object::address::{Address, Kind, Name};

pub(super) const SECTIONS: &[Section] = &[Section { name: "access methods", query, read }];

fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT a.oid, a.amname, a.amtype, n.nspname, p.proname FROM pg_am a JOIN pg_proc p ON p.oid = a.amhandler \
         JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {}",
        is_users("pg_am", "a.oid")
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, name): (Oid, Name) = (row.number()?, row.name()?);
    let of = if row.text()? == "t" { "TABLE" } else { "INDEX" };
    let method = AccessMethod { of: of.into(), handler: row.qualified()? };
    found.add(PG_AM, oid, Address::global(Kind::AccessMethod, name), method);
    Ok(())
}
