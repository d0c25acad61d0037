//! Base types, shells and range types.

use super::Print;
use super::printer::{Printer, definitions};
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::base_type::{BaseType, ELEMENT};
use crate::object::range_type::RangeType;

impl Print for BaseType {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        let (name, owner) = (out.declared(at), out.owner(entry));
        let definition = if self.definition.is_empty() {
            String::new()
        } else {
            format!(" ({})", definitions(&out.with_types(&self.definition, &[ELEMENT])))
        };
        out.push(&format!("type {name}{definition}{owner};\n"));
    }
}

impl Print for RangeType {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        let (name, owner, subtype) = (out.declared(at), out.owner(entry), out.ty(&self.subtype));
        let rest = if self.definition.is_empty() {
            String::new()
        } else {
            format!(", {}", definitions(&self.definition))
        };
        out.push(&format!("type {name} range (subtype = {subtype}{rest}){owner};\n"));
    }
}
