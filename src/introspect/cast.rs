//! Casts: `pg_cast`.

use super::found::Found;
use super::query::{is_users, routine};
use super::row::{Oid, Row, Unreadable};
use super::{PG_CAST, Section, Viewpoint};
use crate::object::address::{Address, Kind};
use crate::object::cast::{Cast, Context, Method};

pub(super) const SECTIONS: &[Section] = &[Section { name: "casts", query, read }];

fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT c.oid, format_type(c.castsource, -1), format_type(c.casttarget, -1), c.castmethod, c.castcontext, {} \
         FROM pg_cast c WHERE {} \
         AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_cast'::regclass AND i.objid = c.oid AND i.deptype = 'i')",
        routine("c.castfunc"),
        is_users("pg_cast", "c.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let oid: Oid = row.number()?;
    let (source, target) = (row.ty()?, row.ty()?);
    let method = row.text()?;
    let context = match row.text()? {
        "a" => Context::Assignment,
        "i" => Context::Implicit,
        _ => Context::Explicit,
    };
    let function = row.routine()?;
    let method = match (method, function) {
        ("f", Some(function)) => Method::Function(function),
        ("i", _) => Method::InOut,
        _ => Method::Binary,
    };
    let at = Address::global(Kind::Cast, format!("({source} AS {target})"));
    found.add(PG_CAST, oid, at, Cast { source, target, method, context });
    Ok(())
}
