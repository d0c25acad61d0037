//! Publications and subscriptions.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::publication::{Publication, PublishedTable};
use crate::object::subscription::Subscription;
use crate::sql::ident::quote_ident;
use crate::sql::writer::comma;

impl Print for Publication {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        out.push(&format!("publication {}", quote_ident(&at.name)));
        let tables = self.tables.iter().map(|it| table(it, out));
        let schemas = self.schemas.iter().map(|it| format!("tables in schema {}", quote_ident(it)));
        let objects: Vec<String> = tables.chain(schemas).collect();
        if self.all_tables {
            out.push(" for all tables");
        } else if !objects.is_empty() {
            out.push(&format!(" for {}", comma(objects)));
        }
        out.push(&format!("{}{};\n", out.with(&self.with.0), out.owner(entry)));
    }
}

fn table(it: &PublishedTable, out: &Printer<'_>) -> String {
    let only = if it.only { "only " } else { "" };
    let columns = if it.columns.is_empty() {
        String::new()
    } else {
        format!(" ({})", out.names(&it.columns))
    };
    let condition =
        it.condition.as_ref().map(|it| format!(" where {}", out.group(it))).unwrap_or_default();
    format!("table {only}{}{columns}{condition}", out.path(&it.table))
}

impl Print for Subscription {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        let (name, publications) = (quote_ident(&at.name), out.names(&self.publications));
        let (with, owner) = (out.with(&self.with.0), out.owner(entry));
        out.push(&format!(
            "subscription {name} connection {} publication {publications}{with}{owner};\n",
            self.connection
        ));
    }
}
