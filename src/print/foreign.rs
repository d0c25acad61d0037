//! Foreign data: wrappers, servers, user mappings, foreign tables.

use super::Print;
use super::constraint::Inline;
use super::printer::Printer;
use super::table::{children, column, partition_clauses};
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::foreign_data_wrapper::ForeignDataWrapper;
use crate::object::foreign_table::ForeignTable;
use crate::object::server::Server;
use crate::object::user_mapping::UserMapping;
use crate::sql::ident::quote_ident;

impl Print for ForeignDataWrapper {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        out.push(&format!("foreign data wrapper {}", quote_ident(&at.name)));
        for (word, function) in [("handler", &self.handler), ("validator", &self.validator)] {
            if let Some(function) = function {
                out.push(&format!(" {word} {}", out.path(function)));
            }
        }
        out.push(&format!("{}{};\n", out.options(&self.options), out.owner(entry)));
    }
}

impl Print for Server {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        out.push(&format!("server {}", quote_ident(&at.name)));
        for (word, value) in [("type", &self.server_type), ("version", &self.version)] {
            if let Some(value) = value {
                out.push(&format!(" {word} {value}"));
            }
        }
        let (options, owner) = (out.options(&self.options), out.owner(entry));
        out.push(&format!(
            " foreign data wrapper {}{options}{owner};\n",
            quote_ident(&self.wrapper)
        ));
    }
}

impl Print for UserMapping {
    fn print(&self, _at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
        let (role, server) = (quote_ident(&self.role), quote_ident(&self.server));
        out.push(&format!(
            "user mapping for {role} server {server}{};\n",
            out.options(&self.options)
        ));
    }
}

impl Print for ForeignTable {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        out.push(&format!("foreign table {}{} {{\n", out.declared(at), out.as_rust(at)));
        let relation = at.relation();
        let inherits = (self.inherits.as_slice(), self.attached);
        partition_clauses(None, self.partition_of.as_ref(), inherits, out);
        let inline = Inline::of(&relation, &self.columns, out);
        self.columns.iter().for_each(|it| column(it, &inline, out));
        out.push(&format!("server {}{};\n", quote_ident(&self.server), out.options(&self.options)));
        children(&relation, inline.addresses(), out);
        out.block_end(entry);
        out.push("}\n");
    }
}
