//! Sequences: `pg_sequence`; those behind identity columns belong to their columns.

use super::found::Found;
use super::query::{in_user_schema, of_no_extension, ownership};
use super::row::{Row, Unreadable};
use super::{PG_CLASS, Section, Viewpoint};
use crate::object::address::{Address, Kind, Name};
use crate::object::sequence::Sequence;
use crate::object::sequence_options::SequenceOptions;

pub(super) const SECTIONS: &[Section] = &[Section { name: "sequences", query, read }];

/// Read once the columns are.
pub(super) const OWNER_SECTIONS: &[Section] =
    &[Section { name: "owners of sequences", query: owners, read: read_owner }];

/// What [`numbers`] takes; `s` is `pg_sequence`.
pub(super) const NUMBERS: &str = "format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle";

fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT c.oid, n.nspname, c.relname, {}, c.relpersistence, {NUMBERS} FROM pg_class c \
         JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid \
         WHERE {} AND {} AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass \
         AND d.objid = c.oid AND d.deptype = 'i')",
        ownership("pg_class", "c.oid", "c.relowner", "c.relacl", "s"),
        in_user_schema("c.relnamespace"),
        of_no_extension("pg_class", "c.oid"),
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let unlogged = row.text()? == "u";
    let sequence = Sequence { unlogged, options: numbers(row)?, owned_by: None };
    found.add_owned(
        PG_CLASS,
        oid,
        Address::new(Kind::Sequence, at.schema, at.name),
        sequence,
        ownership,
    );
    Ok(())
}

/// Takes what [`NUMBERS`] asks for; what PostgreSQL takes for granted is left out (manual: CREATE SEQUENCE).
pub(super) fn numbers(row: &mut Row<'_>) -> Result<SequenceOptions, Unreadable> {
    let ty = row.ty()?;
    let mut number = || row.number::<i64>();
    let (start, increment, min, max, cache) =
        (number()?, number()?, number()?, number()?, number()?);
    let (least, most) = match ty.name.as_str() {
        "smallint" => (i16::MIN.into(), i16::MAX.into()),
        "integer" => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    };
    let rises = 0 < increment;
    let (default_min, default_max) = if rises { (1, most) } else { (least, -1) };
    let unless =
        |value: i64, default: i64| (value != default).then(|| Name::from(value.to_string()));
    Ok(SequenceOptions {
        start: unless(start, if rises { min } else { max }),
        increment: unless(increment, 1),
        min: unless(min, default_min),
        max: unless(max, default_max),
        cache: unless(cache, 1),
        cycle: row.flag(),
        name: None,
        logged: None,
        ty: Some(ty).filter(|it| !it.is("bigint")),
    })
}

/// A sequence that a column owns is dropped with it (`deptype` `a`).
fn owners(_: Viewpoint) -> Option<String> {
    Some(
        "SELECT d.objid, d.refobjid, d.refobjsubid FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S' \
         WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a' \
         AND d.refobjsubid > 0"
            .to_owned(),
    )
}

fn read_owner(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, relation, number) = (row.number()?, row.number()?, row.number()?);
    let owner = found.relation(relation).zip(found.column(relation, number).cloned());
    if let (Some(owner), Some(entry)) = (owner, found.entry_mut(PG_CLASS, oid))
        && let crate::object::Object::Sequence(sequence) = &mut entry.object
    {
        std::sync::Arc::make_mut(sequence).owned_by = Some(owner);
    }
    Ok(())
}
