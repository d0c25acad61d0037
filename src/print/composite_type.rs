//! Composite types.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::composite_type::CompositeType;
use crate::sql::ident::quote_ident;

impl Print for CompositeType {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        out.push(&format!("type {} {{\n", out.declared(at)));
        for attribute in &self.attributes {
            out.docs(attribute.comment.as_deref());
            let collation = attribute.collation.as_ref().map(|it| format!(" collate {it}"));
            let collation = collation.unwrap_or_default();
            out.push(&format!(
                "{}: {}{collation};\n",
                quote_ident(&attribute.name),
                out.ty(&attribute.ty)
            ));
        }
        out.block_end(entry);
        out.push("}\n");
    }
}
