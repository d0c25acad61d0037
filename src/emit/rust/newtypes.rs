//! Newtypes: of domains, and of key columns.

use super::columns::unmapped;
use super::items::{self, Item, Items};
use super::tables::serde;
use super::types::{RustType, Types, Unmapped};
use super::writer::Writer;
use crate::diagnostic::Diagnostics;
use crate::object::domain::Domain;

/// Writes a domain.
pub(super) fn domain(
    item: &Item<'_>,
    domain: &Domain,
    items: &Items<'_>,
    types: &Types<'_>,
    diagnostics: &mut Diagnostics,
    out: &mut Writer,
) {
    match types.of(&domain.base, &item.at.schema) {
        Ok(base) => {
            out.docs(items.docs(item), Some(&format!("The domain `{}`.", item.at.sql())));
            item.lints(out);
            newtype(&item.name, &base, types, items.derives(item), out);
        }
        Err(_) => diagnostics.push(unmapped(item, "base", &domain.base.name, &domain.base, items)),
    }
}

/// Writes the newtypes of a relation's key columns.
pub(super) fn keys(
    item: &Item<'_>,
    items: &Items<'_>,
    types: &Types<'_>,
    diagnostics: &mut Diagnostics,
    out: &mut Writer,
) {
    for key in items.newtypes_of(&item.at.relation()) {
        match types.of(key.ty, &item.at.schema) {
            Ok(base) => {
                out.docs(
                    None,
                    Some(&format!("The column `{}` of `{}`.", key.column, item.at.sql())),
                );
                items::type_lints(&key.name, out);
                newtype(&key.name, &base, types, std::iter::empty(), out);
                out.blank();
            }
            // The column itself is reported with the struct of the row.
            Err(Unmapped::Unknown) => {}
            Err(Unmapped::Internal) => {
                diagnostics.push(unmapped(item, "column", key.column, key.ty, items))
            }
        }
    }
}

fn newtype<'d>(
    name: &str,
    base: &RustType,
    types: &Types<'_>,
    more: impl Iterator<Item = &'d str>,
    out: &mut Writer,
) {
    out.derive(base.traits.derives().chain(serde(types)).chain(more));
    out.newtype(name, &base.text);
    out.blank();
    out.open_impl("<'a>", "pg::FromSql<'a>", name);
    out.open("fn from_sql(ty: &pg::Type, raw: &'a [u8]) -> pg::Read<Self> {");
    out.line("Ok(Self(pg::read(ty, raw)?))");
    out.close("}");
    accepts("reads", base, out);
    out.close("}");
    out.blank();
    out.open_impl("", "pg::ToSql", name);
    out.open("fn to_sql(&self, ty: &pg::Type, out: &mut pg::BytesMut) -> pg::Written {");
    out.line("pg::write(&self.0, ty, out)");
    out.close("}");
    accepts("writes", base, out);
    out.blank();
    out.line("pg::to_sql_checked!();");
    out.close("}");
}

fn accepts(function: &str, base: &RustType, out: &mut Writer) {
    out.blank();
    out.open("fn accepts(ty: &pg::Type) -> bool {");
    out.line(&format!("pg::{function}::<{}>(ty)", base.text));
    out.close("}");
}
