//! Comments on everything: `pg_description`.

use std::sync::Arc;

use super::found::Found;
use super::row::{Oid, Row, Unreadable};
use super::{PG_CLASS, PG_CONSTRAINT, PG_TYPE, Section, Viewpoint};
use crate::object::Object;

pub(super) const SECTIONS: &[Section] = &[Section { name: "comments", query, read }];

/// The comments that PostgreSQL and extensions come with are left out; that of an extension is kept where somebody
/// changed it.
fn query(_: Viewpoint) -> Option<String> {
    Some(
        "SELECT d.classoid::regclass::text, d.objoid, d.objsubid, d.description FROM pg_description d \
         WHERE (d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass) \
         AND NOT (d.classoid = 'pg_extension'::regclass AND EXISTS (SELECT FROM pg_extension e \
         JOIN pg_available_extensions a ON a.name = e.extname WHERE e.oid = d.objoid AND a.comment = d.description)) \
         AND NOT (d.classoid = 'pg_namespace'::regclass AND d.description = 'standard public schema')"
            .to_owned(),
    )
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (class, oid): (&str, Oid) = (row.text()?, row.number()?);
    let (number, text): (i16, &str) = (row.number()?, row.text()?);
    if class == PG_CLASS.0 && 0 < number {
        let columns = found.columns.get_mut(&oid).map(Vec::as_mut_slice).unwrap_or_default();
        if let Ok(at) = columns.binary_search_by_key(&number, |it| it.number)
            && let Some(column) = columns.get_mut(at)
        {
            column.column.comment = Some(text.into());
        }
        return Ok(());
    }
    if let Some((domain, name)) =
        found.domain_constraints.get(&oid).filter(|_| class == PG_CONSTRAINT.0).cloned()
    {
        if let Some(Object::Domain(it)) = found.entry_mut(PG_TYPE, domain).map(|it| &mut it.object)
            && let Some(check) = Arc::make_mut(it).checks.iter_mut().find(|it| it.name == name)
        {
            check.comment = Some(text.into());
        }
        return Ok(());
    }
    // What is not found is left out with its object, such as an extension's.
    if let Some((_, entry)) = found.index(class, oid).and_then(|at| found.entries.get_mut(at)) {
        entry.comment = Some(text.into());
    }
    Ok(())
}
