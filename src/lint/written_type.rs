//! The types that a source writes: of columns, of attributes, and those that domains narrow.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some have types of this sort"
)]

use super::cx::Cx;
use crate::catalog::Catalog;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::domain::Domain;
use crate::object::origin::{Origin, Place};
use crate::source::Span;
use crate::sql::type_name::TypeName;

/// A type where it is written.
pub(super) struct WrittenType<'c> {
    /// The column, attribute or domain.
    pub(super) name: &'c Name,
    pub(super) ty: &'c TypeName,
    origin: &'c Origin,
    /// Whether it is the type of a member; else it is that of a domain.
    is_member: bool,
}

impl<'c> WrittenType<'c> {
    /// Returns the place of what has the type, and of the type.
    pub(super) fn place(&self) -> Option<(&'c Place, Span)> {
        let place = match self.is_member {
            true => self.origin.member(self.name)?,
            false => &self.origin.place,
        };
        Some((place, place.ty?))
    }
}

/// Calls a function for each type that is written, foreign tables aside: theirs mirror another database.
pub(super) fn for_each<'c>(cx: &Cx<'c>, mut report: impl FnMut(WrittenType<'c>)) {
    for relation in &cx.relations {
        let origin = relation.origin;
        for column in &relation.table.columns {
            report(WrittenType { name: &column.name, ty: &column.ty, origin, is_member: true });
        }
    }
    for (at, entry) in
        [Kind::CompositeType, Kind::Domain].into_iter().flat_map(|it| cx.catalog().of(it))
    {
        let Some(origin) = cx.origin(at) else { continue };
        match &entry.object {
            Object::CompositeType(it) => {
                for attribute in &it.attributes {
                    let (name, ty) = (&attribute.name, &attribute.ty);
                    report(WrittenType { name, ty, origin, is_member: true });
                }
            }
            Object::Domain(it) => {
                report(WrittenType { name: &at.name, ty: &it.base, origin, is_member: false });
            }
            _ => {}
        }
    }
}

/// Returns the domain that a type is.
pub(super) fn domain<'c>(catalog: &'c Catalog, ty: &TypeName) -> Option<&'c Domain> {
    if ty.is_builtin() || ty.dimensions != 0 {
        return None;
    }
    let at = Address::new(Kind::Domain, ty.schema.clone(), ty.name.clone());
    match &catalog.get(&at)?.object {
        Object::Domain(domain) => Some(domain),
        _ => None,
    }
}

/// Follows domains to the type they narrow, with its modifier.
pub(super) fn base<'c>(catalog: &'c Catalog, ty: &'c TypeName) -> &'c TypeName {
    let mut ty = ty;
    // A domain can't narrow itself; the bound is for what was not checked.
    for _ in 0..32 {
        match domain(catalog, ty) {
            Some(domain) => ty = &domain.base,
            None => break,
        }
    }
    ty
}

/// Writes a type of another name with the modifier and dimensions of a given one.
pub(super) fn respelled(name: &str, ty: &TypeName) -> String {
    let modifier = match ty.modifier.as_str() {
        "" => String::new(),
        modifier => format!("({modifier})"),
    };
    format!("{name}{modifier}{}", if ty.dimensions == 0 { "" } else { "[]" })
}
