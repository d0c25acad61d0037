//! Relations: a struct for their rows.

use super::columns::{self, Field};
use super::items::{Item, Items};
use super::types::Types;
use super::writer::Writer;
use super::{Serde, names};
use crate::diagnostic::Diagnostics;

/// Writes the struct of a relation's rows, and how it is read from a row.
pub(super) fn write(
    item: &Item<'_>,
    items: &Items<'_>,
    types: &Types<'_>,
    diagnostics: &mut Diagnostics,
    out: &mut Writer,
) {
    let fields = columns::fields(item, items, types, diagnostics);
    let mut about = format!("A row of the {} `{}`.", item.at.kind.word(), item.at.sql());
    for (name, ty) in &fields.left_out {
        about.push_str(&format!(" Its column `{name}` is left out: a `{ty}` can't be read."));
    }
    out.docs(items.docs(item), Some(&about));
    item.lints(out);
    field_lints(&fields.list, out);
    out.derive(
        ["Clone", "Debug", "PartialEq"].into_iter().chain(serde(types)).chain(items.derives(item)),
    );
    if fields.list.is_empty() {
        out.line(&format!("pub struct {} {{}}", item.name));
    } else {
        out.open(&format!("pub struct {} {{", item.name));
        fields.list.iter().for_each(|field| write_field(field, types, out));
        out.close("}");
    }
    out.blank();
    let row = if fields.list.is_empty() { "_row" } else { "row" };
    out.open_impl("", "TryFrom<&pg::Row>", &item.name);
    out.line("type Error = pg::Error;");
    out.blank();
    out.open(&format!("fn try_from({row}: &pg::Row) -> Result<Self, Self::Error> {{"));
    if fields.list.is_empty() {
        out.line(&format!("Ok({} {{}})", item.name));
    } else {
        out.open(&format!("Ok({} {{", item.name));
        for field in &fields.list {
            out.field_from(&field.name, "row", &format!("try_get({:?})", field.sql.as_str()));
        }
        out.close("})");
    }
    out.close("}");
    out.close("}");
}

/// Allows the author's own style of naming fields; rustc reads it at the struct.
pub(super) fn field_lints(fields: &[Field<'_>], out: &mut Writer) {
    if fields.iter().any(|it| !names::is_snake(it.name.trim_start_matches("r#"))) {
        out.line("#[allow(non_snake_case)]");
    }
}

/// Writes a field with its documentation and the name that SQL has for it.
pub(super) fn write_field(field: &Field<'_>, types: &Types<'_>, out: &mut Writer) {
    out.docs(field.docs, None);
    let name = field.name.trim_start_matches("r#");
    if types.options.serde == Serde::Derive && name != field.sql {
        out.line(&format!("#[serde(rename = {:?})]", field.sql.as_str()));
    }
    out.field(&field.name, &field.ty.text);
}

/// Returns serde's traits where they are wanted.
pub(super) fn serde<'s>(types: &Types<'_>) -> impl Iterator<Item = &'s str> + use<'s> {
    let traits: &'static [&'static str] = match types.options.serde {
        Serde::Derive => &["serde::Serialize", "serde::Deserialize"],
        Serde::None => &[],
    };
    traits.iter().copied()
}
