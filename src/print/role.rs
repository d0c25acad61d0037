//! Roles, privileges on what has no item, security labels, and what the language has no words for.

use super::Print;
use super::printer::{Printer, lower};
use super::routine::setting;
use crate::catalog::Entry;
use crate::object::address::{Address, Kind};
use crate::object::column;
use crate::object::privilege;
use crate::object::privileges_on::PrivilegesOn;
use crate::object::raw::Raw;
use crate::object::role::Role;
use crate::object::security_label::SecurityLabel;
use crate::sql::ident::{dollar_quote, quote_ident};
use crate::sql::type_name::TypeName;

impl Print for Role {
    fn print(&self, at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
        let name = quote_ident(&at.name);
        out.push(&format!("role {name}"));
        self.flags.iter().for_each(|it| out.push(&format!(" {}", it.to_lowercase())));
        if let Some(limit) = &self.connection_limit {
            out.push(&format!(" connection limit {limit}"));
        }
        if let Some(until) = &self.valid_until {
            out.push(&format!(" valid until {until}"));
        }
        let plain: Vec<_> =
            self.member_of.iter().filter(|it| it.options.is_empty()).map(|it| &it.group).collect();
        if !plain.is_empty() {
            out.push(&format!(" in role {}", out.names(plain)));
        }
        self.settings.iter().for_each(|it| out.push(&format!(" set {}", setting(it))));
        out.push(";\n");
        for it in self.member_of.iter().filter(|it| !it.options.is_empty()) {
            let options: String =
                it.options.iter().map(|it| format!(" with {}", it.to_lowercase())).collect();
            out.push(&format!("grant {} to {name}{options};\n", quote_ident(&it.group)));
        }
    }
}

/// Each statement is an item of its own.
impl Print for PrivilegesOn {
    fn print(&self, _at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        for statement in privilege::statements(&entry.privileges, &self.target) {
            out.push(&format!("{};\n", lower(&statement)));
        }
    }
}

impl Print for SecurityLabel {
    fn print(&self, _at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
        out.push(&format!(
            "security label for {} on {} is {};\n",
            quote_ident(&self.provider),
            self.target,
            self.label
        ));
    }
}

impl Print for Raw {
    fn print(&self, at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
        out.push(&format!("raw {}", quote_ident(&at.name)));
        let required = required(&self.requires);
        if !required.is_empty() {
            out.push(&format!(" requires {}", required.join(", ")));
        }
        out.push(&format!(" up {}", dollar_quote(self.up.text())));
        if let Some(down) = &self.down {
            out.push(&format!(" down {}", dollar_quote(down.text())));
        }
        out.push(";\n");
    }
}

/// Returns what must exist before, as it is said: a relation or a type stands for every address that it may have.
fn required(mut addresses: &[Address]) -> Vec<String> {
    let mut out = Vec::new();
    while let Some(first) = addresses.first() {
        let (mut as_type, mut as_relation) = (Vec::new(), Vec::new());
        column::type_addresses(
            &TypeName::named(first.schema.clone(), first.name.clone()),
            &mut as_type,
        );
        column::relation_addresses(&first.relation(), &mut as_relation);
        let (word, n) = if addresses.starts_with(&as_type) {
            ("type", as_type.len())
        } else if addresses.starts_with(&as_relation) {
            ("table", as_relation.len())
        } else {
            (first.kind.word(), 1)
        };
        if first.kind != Kind::Raw || !first.name.is_empty() {
            out.push(format!("{word} {}", first.sql()));
        }
        addresses = addresses.get(n.max(1)..).unwrap_or_default();
    }
    out
}
