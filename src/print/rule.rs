//! Rewrite rules.

use super::Print;
use super::printer::Printer;
use super::trigger::enabled;
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::rule::Rule;
use crate::sql::ident::quote_ident;

impl Print for Rule {
    fn print(&self, at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
        out.push(&format!("rule {} on {}", quote_ident(&at.name), self.event.to_lowercase()));
        if let Some(condition) = &self.condition {
            out.push(&format!(" where {condition}"));
        }
        out.push(if self.instead { " do instead " } else { " do also " });
        match self.commands.as_slice() {
            [] => out.push("nothing"),
            commands => {
                let list: Vec<String> = commands.iter().map(|it| format!("{it};\n")).collect();
                out.push(&format!("{{\n{}}}", list.concat()));
            }
        }
        out.push(enabled(self.enabled));
    }
}
