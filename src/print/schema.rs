//! Schemas.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::schema::Schema;
use crate::sql::ident::quote_ident;

impl Print for Schema {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        out.push(&format!("schema {}{};\n", quote_ident(&at.name), out.owner(entry)));
    }
}
