//! Event triggers.

use super::Print;
use super::printer::Printer;
use super::trigger::{enabled, execute};
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::event_trigger::EventTrigger;
use crate::sql::ident::quote_ident;
use crate::sql::writer::comma;

impl Print for EventTrigger {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        let tags = if self.tags.is_empty() {
            String::new()
        } else {
            format!(" when tag in ({})", comma(&self.tags))
        };
        let (execute, enabled) = (execute(&self.execute, out), enabled(self.enabled));
        let (name, owner) = (quote_ident(&at.name), out.owner(entry));
        out.push(&format!(
            "event trigger {name} on {}{tags}{execute}{enabled}{owner};\n",
            self.event
        ));
    }
}
