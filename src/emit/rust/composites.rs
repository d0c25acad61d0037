//! Composite types: a struct with an optional field for each attribute.

use super::columns::{self, Field};
use super::items::{self, Item, Items};
use super::shared::Need;
use super::tables::{field_lints, serde, write_field};
use super::types::Types;
use super::writer::Writer;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::object::composite_type::CompositeType;

rule!(SKIPPED_ATTRIBUTE, Error, "skipped-attribute");

/// Writes a composite type, and how it is read and written.
pub(super) fn write(
    item: &Item<'_>,
    composite: &CompositeType,
    items: &Items<'_>,
    types: &Types<'_>,
    diagnostics: &mut Diagnostics,
    out: &mut Writer,
) {
    types.need(Need::Composite);
    let fields = fields(item, composite, items, types, diagnostics);
    out.docs(items.docs(item), Some(&format!("The composite type `{}`.", item.at.sql())));
    item.lints(out);
    field_lints(&fields, out);
    let all_eq = fields.iter().all(|it| it.ty.traits.eq);
    let traits = ["Clone", "Debug", "PartialEq"]
        .into_iter()
        .chain(all_eq.then_some(["Eq", "Hash"]).into_iter().flatten());
    out.derive(traits.chain(serde(types)).chain(items.derives(item)));
    if fields.is_empty() {
        out.line(&format!("pub struct {} {{}}", item.name));
    } else {
        out.open(&format!("pub struct {} {{", item.name));
        fields.iter().for_each(|field| write_field(field, types, out));
        out.close("}");
    }
    read(item, &fields, out);
    write_to(item, &fields, out);
}

fn fields<'c>(
    item: &Item<'c>,
    composite: &'c CompositeType,
    items: &Items<'c>,
    types: &Types<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Field<'c>> {
    let mut fields = Vec::new();
    for attribute in &composite.attributes {
        let hint = items.compiled.hints.member(item.at, &attribute.name);
        if hint.is_some_and(|it| it.skip) {
            let message =
                format!("the attribute `{}` of {} can't be skipped", attribute.name, item.at);
            let diagnostic = Diagnostic::new(&SKIPPED_ATTRIBUTE, message)
                .label_if(
                    items.compiled.origins.get(item.at).map(|it| it.place.name),
                    "declared here",
                )
                .help("give it a type, `#[rust(type = path::Type)]`, or skip the whole type");
            diagnostics.push(diagnostic);
            continue;
        }
        let Ok(mut ty) =
            types.of_column(&item.at.relation(), &attribute.name, &attribute.ty, &item.at.schema)
        else {
            diagnostics.push(columns::unmapped(
                item,
                "attribute",
                &attribute.name,
                &attribute.ty,
                items,
            ));
            continue;
        };
        ty.text = format!("Option<{}>", ty.text);
        let wanted = hint.and_then(|it| it.name.as_deref());
        let name = columns::member_name(item, &attribute.name, wanted, items, diagnostics);
        fields.push(Field {
            name,
            sql: &attribute.name,
            ty,
            docs: hint.and_then(|it| it.docs.as_deref()),
        });
    }
    let members = fields.iter().map(|it| (it.name.as_str(), it.sql.as_str()));
    items::members_differ(item, "attribute", members, items.compiled, diagnostics);
    fields
}

fn read(item: &Item<'_>, fields: &[Field<'_>], out: &mut Writer) {
    out.blank();
    out.open_impl("<'a>", "pg::FromSql<'a>", &item.name);
    out.open("fn from_sql(ty: &pg::Type, raw: &'a [u8]) -> pg::Read<Self> {");
    if fields.is_empty() {
        out.line("pg::Fields::new(ty, 0, raw)?;");
        out.line(&format!("Ok({} {{}})", item.name));
    } else {
        out.line(&format!("let mut fields = pg::Fields::new(ty, {}, raw)?;", fields.len()));
        out.open(&format!("Ok({} {{", item.name));
        fields.iter().for_each(|it| out.field_from(&it.name, "fields", "read()"));
        out.close("})");
    }
    out.close("}");
    out.accepts("pg::is_composite", &item.at.name);
    out.close("}");
}

fn write_to(item: &Item<'_>, fields: &[Field<'_>], out: &mut Writer) {
    out.blank();
    out.open_impl("", "pg::ToSql", &item.name);
    out.open("fn to_sql(&self, ty: &pg::Type, out: &mut pg::BytesMut) -> pg::Written {");
    if fields.is_empty() {
        out.line("pg::FieldsMut::new(ty, 0, out)?;");
    } else {
        out.line(&format!("let mut fields = pg::FieldsMut::new(ty, {}, out)?;", fields.len()));
        fields.iter().for_each(|it| out.line(&format!("fields.write(&self.{})?;", it.name)));
    }
    out.line("Ok(pg::IsNull::No)");
    out.close("}");
    out.accepts("pg::is_composite", &item.at.name);
    out.blank();
    out.line("pg::to_sql_checked!();");
    out.close("}");
}
