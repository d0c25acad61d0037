//! Extended statistics.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::{Address, Qualified};
use crate::object::index_element::Key;
use crate::object::statistics::Statistics;
use crate::sql::ident::quote_ident;
use crate::sql::writer::comma;

impl Print for Statistics {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        let schema = self.schema.as_ref().unwrap_or(&at.schema).clone();
        let path = out.path(&Qualified { schema, name: at.name.clone() });
        let name = if out.is_unnamed(at) { String::new() } else { format!("{path} ") };
        let kinds = if self.kinds.is_empty() {
            String::new()
        } else {
            format!("({}) ", out.names(&self.kinds))
        };
        let keys = comma(self.keys.iter().map(|it| match it {
            Key::Column(name) => quote_ident(name).into_owned(),
            Key::Expr(expr) => out.group(expr),
        }));
        let target = self.target.as_ref().map(|it| format!(" target {it}")).unwrap_or_default();
        // Without a word it is that of the relation.
        let of_relation =
            out.catalog.relation(&at.relation()).and_then(|(_, it)| it.owner.as_ref());
        let owner =
            if entry.owner.as_ref() == of_relation { String::new() } else { out.owner(entry) };
        out.push(&format!("statistics {name}{kinds}on {keys}{target}{owner}"));
    }
}
