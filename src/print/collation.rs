//! Collations.

use super::Print;
use super::printer::{Printer, definitions};
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::collation::Collation;

impl Print for Collation {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        let how = match &self.from {
            Some(from) => format!("from {from}"),
            None => format!("({})", definitions(&self.definition)),
        };
        out.push(&format!("collation {} {how}{};\n", out.declared(at), out.owner(entry)));
    }
}
