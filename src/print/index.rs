//! Indexes, and the elements of keys.

use super::Print;
use super::printer::{Printer, definitions};
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::index::Index;
use crate::object::index_element::{IndexElement, Key};
use crate::sql::ident::quote_ident;
use crate::sql::writer::comma;

impl Print for Index {
    fn print(&self, at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
        let unique = if self.unique { "unique " } else { "" };
        let name =
            if out.is_unnamed(at) { String::new() } else { format!("{} ", quote_ident(&at.name)) };
        let only = if self.only { "on only " } else { "" };
        let using = if self.method == "btree" {
            String::new()
        } else {
            format!("using {} ", quote_ident(&self.method))
        };
        let elements = comma(self.elements.iter().map(|it| element(it, out)));
        out.push(&format!("{unique}index {name}{only}{using}({elements})"));
        if !self.include.is_empty() {
            out.push(&format!(" include ({})", out.names(&self.include)));
        }
        if self.nulls_not_distinct {
            out.push(" nulls not distinct");
        }
        out.push(&out.with(&self.with.0));
        if let Some(tablespace) = &self.tablespace {
            out.push(&format!(" tablespace {}", quote_ident(tablespace)));
        }
        if let Some(parent) = &self.attached_to {
            out.push(&format!(" attached to {}", out.path(parent)));
        }
        if let Some(predicate) = &self.predicate {
            out.push(&format!(" where {}", predicate.text()));
        }
    }
}

/// Writes an element of an index, an exclusion constraint or a partition key.
pub(super) fn element(element: &IndexElement, out: &Printer<'_>) -> String {
    let mut text = match &element.key {
        Key::Column(name) => quote_ident(name).into_owned(),
        Key::Expr(expr) => out.group(expr),
    };
    if let Some(collation) = &element.collation {
        text.push_str(&format!(" collate {collation}"));
    }
    if let Some(class) = &element.class {
        text.push_str(&format!(" {}", class.name));
        if !class.parameters.is_empty() {
            text.push_str(&format!(" ({})", definitions(&class.parameters)));
        }
    }
    if element.descending {
        text.push_str(" desc");
    }
    match element.nulls_first {
        Some(true) => text.push_str(" nulls first"),
        Some(false) => text.push_str(" nulls last"),
        None => {}
    }
    if let Some(statistics) = &element.statistics {
        text.push_str(&format!(" statistics {statistics}"));
    }
    text
}
