//! Enums: a variant for each label.

use super::Serde;
use super::items::{self, Item, Items};
use super::names;
use super::shared::Need;
use super::tables::serde;
use super::types::Types;
use super::writer::Writer;
use crate::diagnostic::Diagnostics;
use crate::object::address::Name;
use crate::object::enum_type::EnumType;

/// A variant and the label it stands for.
struct Variant<'c> {
    name: String,
    label: &'c str,
    docs: Option<&'c str>,
}

/// Writes an enum, its labels, and how it is read and written.
pub(super) fn write(
    item: &Item<'_>,
    enum_type: &EnumType,
    items: &Items<'_>,
    types: &Types<'_>,
    diagnostics: &mut Diagnostics,
    out: &mut Writer,
) {
    types.need(Need::Enum);
    let variants: Vec<Variant<'_>> =
        enum_type.labels.iter().map(|label| variant(item, label, items, diagnostics)).collect();
    let members = variants.iter().map(|it| (it.name.as_str(), it.label));
    items::members_differ(item, "label", members, items.compiled, diagnostics);
    out.docs(items.docs(item), Some(&format!("The enum `{}`.", item.at.sql())));
    item.lints(out);
    let traits = ["Clone", "Copy", "Debug", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash"];
    out.derive(traits.into_iter().chain(serde(types)).chain(items.derives(item)));
    if variants.is_empty() {
        out.line(&format!("pub enum {} {{}}", item.name));
    } else {
        out.open(&format!("pub enum {} {{", item.name));
        variants.iter().for_each(|it| write_variant(it, types, out));
        out.close("}");
    }
    labels(item, &variants, out);
    display(item, out);
    read(item, out);
    write_to(item, out);
}

fn variant<'c>(
    item: &Item<'_>,
    label: &'c str,
    items: &Items<'c>,
    diagnostics: &mut Diagnostics,
) -> Variant<'c> {
    let hint = items.compiled.hints.member(item.at, &Name::from(label));
    let docs = hint.and_then(|it| it.docs.as_deref());
    let name = match hint.and_then(|it| it.name.as_deref()) {
        Some(name) => {
            if !names::is_ident(name) {
                diagnostics.push(items::wrong_name(
                    items.compiled,
                    item.at,
                    name,
                    "name of a variant",
                ));
            }
            names::raw(name)
        }
        None => names::variant_name(label),
    };
    Variant { name, label, docs }
}

fn write_variant(variant: &Variant<'_>, types: &Types<'_>, out: &mut Writer) {
    out.docs(variant.docs, None);
    if types.options.serde == Serde::Derive && variant.name != variant.label {
        out.line(&format!("#[serde(rename = {:?})]", variant.label));
    }
    items::type_lints(&variant.name, out);
    out.line(&format!("{},", variant.name));
}

fn labels(item: &Item<'_>, variants: &[Variant<'_>], out: &mut Writer) {
    out.blank();
    out.open(&format!("impl {} {{", item.name));
    out.line("/// Every label, least first.");
    let all: Vec<String> = variants.iter().map(|it| format!("Self::{}", it.name)).collect();
    out.array(&format!("pub const ALL: [Self; {}]", variants.len()), &all);
    out.blank();
    out.line("/// Returns the label.");
    out.open("pub const fn as_str(self) -> &'static str {");
    if variants.is_empty() {
        out.line("match self {}");
    } else {
        out.open("match self {");
        variants
            .iter()
            .for_each(|it| out.arm(&format!("Self::{}", it.name), &format!("{:?}", it.label)));
        out.close("}");
    }
    out.close("}");
    out.blank();
    out.line("/// Returns the variant of a label.");
    out.open("pub fn from_label(label: &str) -> Option<Self> {");
    out.line("Self::ALL.into_iter().find(|it| it.as_str() == label)");
    out.close("}");
    out.close("}");
}

fn display(item: &Item<'_>, out: &mut Writer) {
    out.blank();
    out.open_impl("", "std::fmt::Display", &item.name);
    out.open("fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {");
    out.line("f.write_str(self.as_str())");
    out.close("}");
    out.close("}");
}

fn read(item: &Item<'_>, out: &mut Writer) {
    out.blank();
    out.open_impl("<'a>", "pg::FromSql<'a>", &item.name);
    out.open("fn from_sql(_: &pg::Type, raw: &'a [u8]) -> pg::Read<Self> {");
    out.line("let label = std::str::from_utf8(raw)?;");
    out.line("Ok(Self::from_label(label).ok_or(\"the label is not known\")?)");
    out.close("}");
    out.accepts("pg::is_enum", &item.at.name);
    out.close("}");
}

fn write_to(item: &Item<'_>, out: &mut Writer) {
    out.blank();
    out.open_impl("", "pg::ToSql", &item.name);
    out.open("fn to_sql(&self, _: &pg::Type, out: &mut pg::BytesMut) -> pg::Written {");
    out.line("out.extend_from_slice(self.as_str().as_bytes());");
    out.line("Ok(pg::IsNull::No)");
    out.close("}");
    out.accepts("pg::is_enum", &item.at.name);
    out.blank();
    out.line("pg::to_sql_checked!();");
    out.close("}");
}
