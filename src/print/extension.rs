//! Extensions.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::extension::Extension;
use crate::sql::ident::{quote_ident, quote_literal};

impl Print for Extension {
    fn print(&self, at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
        out.push(&format!("extension {}", quote_ident(&at.name)));
        if let Some(schema) = &self.schema {
            out.push(&format!(" schema {}", quote_ident(schema)));
        }
        if let Some(version) = &self.version {
            out.push(&format!(" version {}", quote_literal(version)));
        }
        out.push(if self.cascade { " cascade;\n" } else { ";\n" });
    }
}
