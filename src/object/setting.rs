//! `SET name = value`, as roles and routines have it.

use super::address::Name;
use super::path::split_path;
use crate::sql::ident::quote_ident;
use crate::syntax::{Node, Rule};

/// `SET name = value` of a role or a routine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The name, without quotes: lower case, but for what an extension's setting has after the dot.
    pub name: Name,
    /// The values as written; none for `FROM CURRENT`.
    pub values: Vec<Name>,
}

impl Setting {
    /// Reads `name = value, …`; the node is the setting itself.
    pub(crate) fn read(node: Node<'_>) -> Option<Setting> {
        let text = node.child(Rule::setting_name)?.text();
        // `TIME ZONE` is two words for one name.
        let parts: Vec<Name> = match text.contains('"') {
            true => split_path(text).into_iter().map(|part| part.name).collect(),
            false => vec![text.split_ascii_whitespace().collect::<String>().to_lowercase().into()],
        };
        let values = node.all(Rule::setting_value).map(|value| value.text().into()).collect();
        Some(Setting { name: Self::folded(&parts.join(".")), values })
    }

    /// Returns the name in the one spelling that it is compared by: PostgreSQL keeps capitals in custom settings only.
    pub(crate) fn folded(name: &str) -> Name {
        if name.contains('.') { name.into() } else { name.to_lowercase().into() }
    }

    /// Returns the name as SQL.
    pub(crate) fn name_sql(&self) -> String {
        self.name.split('.').map(quote_ident).collect::<Vec<_>>().join(".")
    }

    /// Writes `SET name TO value`.
    pub(crate) fn sql(&self) -> String {
        if self.values.is_empty() {
            return format!("SET {} FROM CURRENT", self.name_sql());
        }
        let values: Vec<&str> = self.values.iter().map(Name::as_str).collect();
        format!("SET {} TO {}", self.name_sql(), values.join(", "))
    }
}
