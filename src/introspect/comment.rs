//! Comments on everything: `pg_description`.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some have what is looked for here"
)]

use std::sync::Arc;

use super::found::{Beside, Found, FoundColumn};
use super::row::{Oid, Row, Unreadable};
use super::{PG_CLASS, PG_TYPE, Section, Viewpoint};
use crate::object::Object;
use crate::object::column_comments::ColumnComments;
use crate::object::domain::Domain;

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
        if let Some(it) = found.column_mut(oid, number) {
            it.column.comment = Some(text.into());
        }
        return Ok(());
    }
    let of_class = super::CLASSES.iter().find(|it| it.0 == class).map(|it| it.0);
    if let Some(beside) = of_class.and_then(|class| found.beside.get(&(class, oid))).cloned() {
        say_beside(&beside, text, found);
        return Ok(());
    }
    // What is not found is left out with its object, such as an extension's.
    if let Some((_, entry)) = found.index(class, oid).and_then(|at| found.entries.get_mut(at)) {
        match &mut entry.object {
            // The index of a constraint is found by its number, and is another object.
            Object::Constraint(it) if class == PG_CLASS.0 => {
                Arc::make_mut(it).index_comment = Some(text.into());
            }
            _ => entry.comment = Some(text.into()),
        }
    }
    Ok(())
}

/// Puts a comment at what it is about, where that comes with an object.
fn say_beside(beside: &Beside, text: &str, found: &mut Found) {
    match beside {
        Beside::DomainCheck(domain, name) => {
            let check = domain_mut(found, *domain)
                .and_then(|it| it.checks.iter_mut().find(|it| it.name == *name));
            check.into_iter().for_each(|it| it.comment = Some(text.into()));
        }
        Beside::DomainNotNull(domain) => {
            let domain = domain_mut(found, *domain);
            domain.into_iter().for_each(|it| it.not_null_comment = Some(text.into()));
        }
        Beside::NotNull(relation, number) => {
            let Some(it) = found.column_mut(*relation, *number) else { return };
            if it.has_default_not_null_name || it.column.not_null_name.is_some() {
                beside_mut(it).not_null = Some(text.into());
                return;
            }
            let (name, column) =
                (it.not_null_name.clone().unwrap_or_default(), it.column.name.clone());
            let table = found.relation(*relation).map(|it| it.to_string()).unwrap_or_default();
            let what = "its comment is on a NOT NULL that the parent of the table names";
            found.problem(
                format!("constraint {name} of {table}.{column}"),
                what,
                "move the comment to the column, or to the constraint of the parent",
            );
        }
        Beside::Sequence(relation, number) => {
            let column = found.column_mut(*relation, *number);
            column.into_iter().for_each(|it| beside_mut(it).sequence = Some(text.into()));
        }
    }
}

fn domain_mut(found: &mut Found, oid: Oid) -> Option<&mut Domain> {
    match &mut found.entry_mut(PG_TYPE, oid)?.object {
        Object::Domain(it) => Some(Arc::make_mut(it)),
        _ => None,
    }
}

fn beside_mut(it: &mut FoundColumn) -> &mut ColumnComments {
    it.column.comments_beside.get_or_insert_default()
}
