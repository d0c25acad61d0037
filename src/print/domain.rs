//! Domains.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::domain::Domain;
use crate::sql::default_name::object_name;
use crate::sql::ident::{quote_ident, quote_literal};

impl Print for Domain {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        out.comment_beside(self.not_null_comment.as_deref(), "not_null");
        for check in &self.checks {
            if let Some(comment) = &check.comment {
                let (text, name) = (quote_literal(comment), quote_literal(&check.name));
                out.push(&format!("#[comment({text}, constraint = {name})]\n"));
            }
        }
        out.push(&format!("domain {}: {}", out.declared(at), out.ty(&self.base)));
        if let Some(collation) = &self.collation {
            out.push(&format!(" collate {collation}"));
        }
        if let Some(default) = &self.default {
            out.push(&format!(" default {}", default.as_default()));
        }
        if let Some(name) = &self.not_null_name {
            out.push(&format!(" constraint {}", quote_ident(name)));
        }
        if self.not_null {
            out.push(" not null");
        }
        let alone = self.checks.len() == 1;
        for check in &self.checks {
            if !alone || check.name != object_name(&at.name, "", "check") {
                out.push(&format!(" constraint {}", quote_ident(&check.name)));
            }
            out.push(&format!(" check {}", out.group(&check.condition)));
            if check.not_valid {
                out.push(" not valid");
            }
        }
        out.push(&format!("{};\n", out.owner(entry)));
    }
}
