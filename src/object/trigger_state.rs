//! Whether a partition fires a trigger that it has of its parent: `ALTER TABLE … ENABLE TRIGGER`, `pg_trigger.tgenabled`.

use super::address::Name;
use super::execute::Enabled;
use super::reader::Reader;
use crate::sql::ident::quote_ident;
use crate::syntax::Node;

/// When a partition fires a trigger of its parent's, where it is not when the parent does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriggerState {
    /// The trigger.
    pub name: Name,
    /// When it fires here.
    pub enabled: Enabled,
}

impl TriggerState {
    /// Reads `trigger NAME disabled`.
    pub(crate) fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<TriggerState> {
        Some(TriggerState { name: cx.child_name(node)?, enabled: Enabled::read(node) })
    }

    /// Writes the statement that brings it about; `word` is `TABLE` or `FOREIGN TABLE`.
    pub(crate) fn sql(&self, relation: &str, word: &str) -> String {
        let words = self.enabled.words().unwrap_or("ENABLE");
        format!("ALTER {word} {relation} {words} TRIGGER {}", quote_ident(&self.name))
    }
}
