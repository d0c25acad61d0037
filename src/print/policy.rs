//! Row security policies.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::policy::Policy;
use crate::sql::ident::quote_ident;

impl Print for Policy {
    fn print(&self, at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
        out.push(&format!("policy {}", quote_ident(&at.name)));
        if self.restrictive {
            out.push(" as restrictive");
        }
        if self.command != "ALL" {
            out.push(&format!(" for {}", self.command.to_lowercase()));
        }
        if !self.roles.is_empty() {
            out.push(&format!(" to {}", out.names(&self.roles)));
        }
        if let Some(using) = &self.using {
            out.push(&format!(" using {}", out.group(using)));
        }
        if let Some(check) = &self.check {
            out.push(&format!(" with check {}", out.group(check)));
        }
    }
}
