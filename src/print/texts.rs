//! Single objects as text, for comparison.

use super::files::laid_out;
use super::print_object;
use super::printer::{Context, Printer};
use crate::catalog::{Catalog, Entry};
use crate::object::address::Address;

/// The objects of a catalog, each as a text of its own: what belongs to a relation is not in its block.
#[derive(Debug)]
pub struct Texts<'c> {
    context: Context<'c>,
}

impl<'c> Texts<'c> {
    /// Prepares to write objects of a catalog.
    pub fn new(catalog: &'c Catalog) -> Self {
        Texts { context: Context::alone(catalog) }
    }

    /// Returns an object in the words of the source.
    pub fn text(&self, at: &Address, entry: &Entry) -> String {
        let mut printer = Printer::new(&self.context, Default::default());
        if at.relation.is_none() {
            printer.item(at, entry);
            return laid_out("object.schema", printer.into_text());
        }
        // A member is laid out as a member: in the block of its relation.
        printer.push(&format!("table {} {{\n", at.relation()));
        printer.docs(entry.comment.as_deref());
        print_object(at, entry, &mut printer);
        printer.push(";\n}\n");
        laid_out("object.schema", printer.into_text())
    }
}
