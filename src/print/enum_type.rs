//! Enumerated types.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::enum_type::EnumType;
use crate::sql::ident::quote_literal;

impl Print for EnumType {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        out.push(&format!("enum {} {{\n", out.declared(at)));
        for label in &self.labels {
            out.push(&format!("{};\n", quote_literal(label)));
        }
        out.block_end(entry);
        out.push("}\n");
    }
}
