//! Languages and access methods.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::access_method::AccessMethod;
use crate::object::address::Address;
use crate::object::language::Language;
use crate::sql::ident::quote_ident;

impl Print for Language {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        let trusted = if self.trusted { "trusted " } else { "" };
        out.push(&format!(
            "{trusted}language {} handler {}",
            quote_ident(&at.name),
            out.path(&self.handler)
        ));
        for (word, function) in [("inline", &self.inline), ("validator", &self.validator)] {
            if let Some(function) = function {
                out.push(&format!(" {word} {}", out.path(function)));
            }
        }
        out.push(&format!("{};\n", out.owner(entry)));
    }
}

impl Print for AccessMethod {
    fn print(&self, at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
        let (name, of) = (quote_ident(&at.name), self.of.to_lowercase());
        out.push(&format!("access method {name} type {of} handler {};\n", out.path(&self.handler)));
    }
}
