//! `SET name = value`, as roles and routines have it.

use super::address::Name;
use crate::syntax::{Node, Rule};

/// `SET name = value` of a role or a routine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The name.
    pub name: Name,
    /// The values as written; none for `FROM CURRENT`.
    pub values: Vec<Name>,
}

impl Setting {
    /// Reads `name = value, …`; the node is the setting itself.
    pub(crate) fn read(node: Node<'_>) -> Option<Setting> {
        let name = node.child(Rule::setting_name)?.words().replace(' ', "");
        let values = node.all(Rule::setting_value).map(|value| value.text().into()).collect();
        Some(Setting { name: name.into(), values })
    }

    /// Writes `SET name TO value`.
    pub(crate) fn sql(&self) -> String {
        if self.values.is_empty() {
            return format!("SET {} FROM CURRENT", self.name);
        }
        let values: Vec<&str> = self.values.iter().map(Name::as_str).collect();
        format!("SET {} TO {}", self.name, values.join(", "))
    }
}
