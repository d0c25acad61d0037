//! Transforms: `pg_transform`.

use super::found::Found;
use super::query::{is_users, routine};
use super::row::{Oid, Row, Unreadable};
use super::{PG_TRANSFORM, Section, Viewpoint};
use crate::object::address::{Address, Kind};
use crate::object::transform::Transform;

pub(super) const SECTIONS: &[Section] = &[Section { name: "transforms", query, read }];

fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT t.oid, format_type(t.trftype, -1), l.lanname, {}, {} FROM pg_transform t \
         JOIN pg_language l ON l.oid = t.trflang WHERE {}",
        routine("t.trffromsql"),
        routine("t.trftosql"),
        is_users("pg_transform", "t.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, ty, language): (Oid, _, _) = (row.number()?, row.ty()?, row.name()?);
    let at = Address::global(Kind::Transform, format!("{ty} language {language}"));
    let transform = Transform { ty, language, from_sql: row.routine()?, to_sql: row.routine()? };
    found.add(PG_TRANSFORM, oid, at, transform);
    Ok(())
}
