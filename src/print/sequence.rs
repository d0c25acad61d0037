//! Sequences.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::sequence::Sequence;
use crate::object::sequence_options::SequenceOptions;
use crate::sql::ident::quote_ident;

impl Print for Sequence {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        let unlogged = if self.unlogged { "unlogged " } else { "" };
        let clauses = clauses(&self.options, out);
        out.push(&format!("{unlogged}sequence {}{clauses}", out.declared(at)));
        if let Some((table, column)) = &self.owned_by {
            out.push(&format!(" owned by {}.{}", out.path(table), quote_ident(column)));
        }
        out.push(&format!("{};\n", out.owner(entry)));
    }
}

/// Returns the clauses of a sequence or an identity column, with a blank before each.
pub(super) fn clauses(options: &SequenceOptions, out: &Printer<'_>) -> String {
    let mut text = String::new();
    if let Some(name) = &options.name {
        text.push_str(&format!(" sequence name {}", out.path(name)));
    }
    if let Some(logged) = options.logged {
        text.push_str(if logged { " logged" } else { " unlogged" });
    }
    if let Some(ty) = &options.ty {
        text.push_str(&format!(" as {}", out.ty(ty)));
    }
    let numbers = [
        ("start", &options.start),
        ("increment", &options.increment),
        ("minvalue", &options.min),
        ("maxvalue", &options.max),
        ("cache", &options.cache),
    ];
    for (word, value) in numbers {
        if let Some(value) = value {
            text.push_str(&format!(" {word} {value}"));
        }
    }
    if options.cycle {
        text.push_str(" cycle");
    }
    text
}
