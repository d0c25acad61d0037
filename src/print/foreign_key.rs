//! Foreign keys.

use super::Print;
use super::constraint::flags;
use super::printer::Printer;
use crate::catalog::Entry;
use crate::object::address::{Address, Name};
use crate::object::foreign_key::{Action, ForeignKey};
use crate::sql::ident::quote_ident;
use crate::sql::writer::comma;

impl Print for ForeignKey {
    fn print(&self, at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
        let name = out.constraint_name(at);
        let columns = columns(&self.columns, self.period);
        let references = references(self, out);
        out.push(&format!(
            "{name}foreign key ({columns}) {references}{}",
            flags(self.timing, self.validation)
        ));
    }
}

/// Returns `references …`, as it stands at a column, too.
pub(super) fn references(key: &ForeignKey, out: &Printer<'_>) -> String {
    let mut text = format!("references {}", out.path(&key.table));
    if !key.referenced.is_empty() {
        text.push_str(&format!(" ({})", columns(&key.referenced, key.period)));
    }
    if key.match_full {
        text.push_str(" match full");
    }
    for (word, action) in [("update", &key.on_update), ("delete", &key.on_delete)] {
        let action = match action {
            Action::NoAction => continue,
            Action::Restrict => "restrict".to_owned(),
            Action::Cascade => "cascade".to_owned(),
            Action::SetNull(columns) => format!("set null{}", set(columns, out)),
            Action::SetDefault(columns) => format!("set default{}", set(columns, out)),
        };
        text.push_str(&format!(" on {word} {action}"));
    }
    text
}

fn set(columns: &[Name], out: &Printer<'_>) -> String {
    if columns.is_empty() { String::new() } else { format!(" ({})", out.names(columns)) }
}

fn columns(names: &[Name], period: bool) -> String {
    let last = names.len().saturating_sub(1);
    comma(names.iter().enumerate().map(|(n, name)| {
        let period = if period && n == last { "period " } else { "" };
        format!("{period}{}", quote_ident(name))
    }))
}
