//! Operator classes and families, and what they are made of.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::{Address, Qualified};
use crate::object::class_items::ClassItem;
use crate::object::operator_class::OperatorClass;
use crate::object::operator_family::OperatorFamily;
use crate::sql::ident::quote_ident;
use crate::sql::type_name::TypeName;
use crate::sql::writer::comma;

impl Print for OperatorClass {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        let default = if self.default { " default" } else { "" };
        let (name, ty) = (name(at, out), out.ty(&self.ty));
        let method = quote_ident(&self.method);
        out.push(&format!("operator class {name}{default} for type {ty} using {method}"));
        if let Some(family) = &self.family {
            out.push(&format!(" family {}", out.path(family)));
        }
        out.push(&format!("{} as {};\n", out.owner(entry), items(&self.items, out)));
    }
}

impl Print for OperatorFamily {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        let method = quote_ident(&self.method);
        out.push(&format!("operator family {} using {method}{}", name(at, out), out.owner(entry)));
        if !self.items.is_empty() {
            out.push(&format!(" as {}", items(&self.items, out)));
        }
        out.push(";\n");
    }
}

/// The name of a class or family, whose address carries its method.
fn name(at: &Address, out: &Printer<'_>) -> String {
    let name = at.name.rsplit_once(" using ").map_or(at.name.as_str(), |(name, _)| name);
    out.path(&Qualified::new(at.schema.clone(), name))
}

fn items(items: &[ClassItem], out: &Printer<'_>) -> String {
    let types = |types: &[TypeName]| {
        if types.is_empty() {
            String::new()
        } else {
            format!(" ({})", comma(types.iter().map(|ty| out.ty(ty))))
        }
    };
    let item = |item: &ClassItem| match item {
        ClassItem::Operator { number, operator, types: of, order_by } => {
            let purpose =
                order_by.as_ref().map(|it| format!(" for order by {it}")).unwrap_or_default();
            format!("operator {number} {operator}{}{purpose}", types(of))
        }
        ClassItem::Function { number, types: of, function } => {
            format!("function {number}{} {}", types(of), out.routine_ref(function))
        }
        ClassItem::Storage(ty) => format!("storage {}", out.ty(ty)),
    };
    items.iter().map(item).collect::<Vec<_>>().join(", ")
}
