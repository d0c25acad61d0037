//! Operator classes and families: `pg_opclass`, `pg_opfamily`, and what they are made of: `pg_amop`, `pg_amproc`.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some have what is looked for here"
)]

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::found::Found;
use super::query::{in_user_schema, of_no_extension, owner, routine};
use super::row::{Oid, Row, Unreadable};
use super::{PG_OPCLASS, PG_OPFAMILY, Section, Viewpoint};
use crate::catalog::Entry;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::class_items::ClassItem;
use crate::object::operator_class::OperatorClass;
use crate::object::operator_family::OperatorFamily;
use crate::sql::type_name::TypeName;

pub(super) const SECTIONS: &[Section] = &[
    Section { name: "operator families", query: families, read: read_family },
    Section { name: "operator classes of the database", query: classes, read: read_class },
    Section { name: "operators of classes", query: operators, read: read_operator },
    Section { name: "functions of classes", query: functions, read: read_function },
];

fn families(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT f.oid, n.nspname, f.opfname, {}, am.amname FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace \
         JOIN pg_am am ON am.oid = f.opfmethod WHERE {} AND {}",
        owner("f.opfowner"),
        in_user_schema("f.opfnamespace"),
        of_no_extension("pg_opfamily", "f.oid"),
    ))
}

fn read_family(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at): (Oid, _) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let method = row.name()?;
    let at = Address::new(Kind::OperatorFamily, at.schema, address_name(&at.name, &method));
    found.add_owned(PG_OPFAMILY, oid, at, OperatorFamily { method, items: Vec::new() }, ownership);
    Ok(())
}

fn classes(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT c.oid, n.nspname, c.opcname, {}, am.amname, c.opcdefault, format_type(c.opcintype, -1), fn.nspname, f.opfname, \
         CASE WHEN c.opckeytype <> 0 THEN format_type(c.opckeytype, -1) END FROM pg_opclass c \
         JOIN pg_namespace n ON n.oid = c.opcnamespace JOIN pg_am am ON am.oid = c.opcmethod \
         JOIN pg_opfamily f ON f.oid = c.opcfamily JOIN pg_namespace fn ON fn.oid = f.opfnamespace WHERE {} AND {}",
        owner("c.opcowner"),
        in_user_schema("c.opcnamespace"),
        of_no_extension("pg_opclass", "c.oid"),
    ))
}

fn read_class(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (oid, at): (Oid, _) = (row.number()?, row.qualified()?);
    let ownership = row.ownership()?;
    let (method, default) = (row.name()?, row.flag());
    let ty = row.ty()?;
    let family = row.qualified()?;
    let storage = row.option().map(crate::object::type_text::parse);
    let class = OperatorClass {
        default,
        ty,
        family: (family != at).then_some(family),
        items: storage.map(ClassItem::Storage).into_iter().collect(),
        method: method.clone(),
    };
    let at = Address::new(Kind::OperatorClass, at.schema, address_name(&at.name, &method));
    found.add_owned(PG_OPCLASS, oid, at, class, ownership);
    Ok(())
}

/// What belongs to a class depends on it internally; what is loose depends on the family.
fn items(catalog: &str, oid: &str) -> String {
    format!(
        "JOIN pg_depend d ON d.classid = '{catalog}'::regclass AND d.objid = {oid} \
         AND d.refclassid IN ('pg_opclass'::regclass, 'pg_opfamily'::regclass) AND d.deptype IN ('i', 'a')"
    )
}

fn operators(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT d.refclassid::regclass::text, d.refobjid, a.amopstrategy, \
         CASE WHEN n.nspname = 'pg_catalog' THEN o.oprname ELSE quote_ident(n.nspname) || '.' || o.oprname END, \
         format_type(o.oprleft, -1), format_type(o.oprright, -1), \
         CASE WHEN a.amopsortfamily <> 0 THEN quote_ident(sn.nspname) || '.' || quote_ident(s.opfname) END \
         FROM pg_amop a {} JOIN pg_operator o ON o.oid = a.amopopr JOIN pg_namespace n ON n.oid = o.oprnamespace \
         LEFT JOIN pg_opfamily s ON s.oid = a.amopsortfamily LEFT JOIN pg_namespace sn ON sn.oid = s.opfnamespace \
         WHERE a.oid >= 16384 ORDER BY d.refobjid, a.amopstrategy, 5, 6",
        items("pg_amop", "a.oid")
    ))
}

fn read_operator(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (class, oid): (&str, Oid) = (row.text()?, row.number()?);
    let (number, operator) = (row.name()?, row.name()?);
    let types = vec![row.ty()?, row.ty()?];
    let order_by = row.optional_name();
    add(found, class, oid, |ty| {
        let types =
            if ty.is_some_and(|ty| types.iter().all(|it| it == ty)) { Vec::new() } else { types };
        ClassItem::Operator { number, operator, types, order_by }
    });
    Ok(())
}

fn functions(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT d.refclassid::regclass::text, d.refobjid, a.amprocnum, format_type(a.amproclefttype, -1), \
         format_type(a.amprocrighttype, -1), {} FROM pg_amproc a {} \
         WHERE a.oid >= 16384 ORDER BY d.refobjid, a.amprocnum, 4, 5",
        routine("a.amproc"),
        items("pg_amproc", "a.oid")
    ))
}

fn read_function(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (class, oid): (&str, Oid) = (row.text()?, row.number()?);
    let number = row.name()?;
    let types: Vec<TypeName> = vec![row.ty()?, row.ty()?];
    let function = row.routine()?.ok_or_else(|| row.unreadable())?;
    // PostgreSQL guesses the types from the function's arguments, each access method in its own way: better said.
    add(found, class, oid, |_| ClassItem::Function { number, types, function });
    Ok(())
}

/// Adds an item to a class, whose type it is given, or to a family.
fn add(
    found: &mut Found,
    class: &str,
    oid: Oid,
    item: impl FnOnce(Option<&TypeName>) -> ClassItem,
) {
    let Some((_, entry)) = found.index(class, oid).and_then(|at| found.entries.get_mut(at)) else {
        return;
    };
    match &mut entry.object {
        Object::OperatorClass(it) => {
            let it = Arc::make_mut(it);
            let item = item(Some(&it.ty));
            it.items.push(item);
        }
        Object::OperatorFamily(it) => Arc::make_mut(it).items.push(item(None)),
        _ => {}
    }
}

/// Gives classes without operators and functions what CREATE OPERATOR CLASS wants at least: the type is stored as itself.
pub(super) fn fill_empty_classes(found: &mut Found) {
    for (_, entry) in &mut found.entries {
        if let Object::OperatorClass(it) = &mut entry.object
            && it.items.is_empty()
        {
            let it = Arc::make_mut(it);
            it.items.push(ClassItem::Storage(it.ty.clone()));
        }
    }
}

/// Leaves out families that their class makes: of the same name and owner, with nothing of their own, and no other class.
pub(super) fn drop_plain_families(found: &mut Found) {
    // The owners of the classes of a family's own name, and the families that other classes name.
    let (mut own, mut named) = (FxHashSet::default(), FxHashSet::default());
    for (at, entry) in &found.entries {
        let Object::OperatorClass(it) = &entry.object else { continue };
        match &it.family {
            None => own.insert((at.schema.clone(), at.name.clone(), entry.owner.clone())),
            Some(family) => {
                named.insert((family.schema.clone(), address_name(&family.name, &it.method)))
            }
        };
    }
    let is_plain = |(at, entry): &(Address, Entry)| match &entry.object {
        Object::OperatorFamily(it) => {
            it.items.is_empty()
                && entry.comment.is_none()
                && own.contains(&(at.schema.clone(), at.name.clone(), entry.owner.clone()))
                && !named.contains(&(at.schema.clone(), at.name.clone()))
        }
        _ => false,
    };
    let places = found.entries.iter().enumerate().filter(|(_, it)| is_plain(it)).map(|(n, _)| n);
    let places = places.collect();
    found.remove(&places);
}

/// Returns the name of a class or family as addresses have it, which tells those of several access methods apart.
fn address_name(name: &str, method: &str) -> Name {
    format!("{name} using {method}").into()
}
