//! Default privileges.

use super::Print;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::default_privileges::DefaultPrivileges;
use crate::object::privilege;

impl Print for DefaultPrivileges {
    fn print(&self, _at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
        let roles = if self.roles.is_empty() {
            String::new()
        } else {
            format!(" for role {}", out.names(&self.roles))
        };
        let schemas = if self.schemas.is_empty() {
            String::new()
        } else {
            format!(" in schema {}", out.names(&self.schemas))
        };
        for statement in privilege::statements(&self.privileges, &self.objects.to_lowercase()) {
            out.push(&format!(
                "default privileges{roles}{schemas} {};\n",
                super::printer::lower(&statement)
            ));
        }
    }
}
