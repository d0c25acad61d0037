//! What triggers and event triggers run, and whether they fire.

use super::address::{Address, Qualified};
use super::reader::Reader;
use crate::sql::definition::unquote;
use crate::sql::ident::quote_literal;
use crate::sql::writer::{comma, qualified};
use crate::syntax::{Node, Rule};

/// The function that a trigger runs, with its arguments: always text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execute {
    /// The function; it takes no parameters and returns `trigger` or `event_trigger`.
    pub function: Qualified,
    /// What it finds in `TG_ARGV`.
    pub arguments: Vec<Box<str>>,
}

impl Execute {
    /// Reads `execute function name(…)` among a node's children.
    pub(crate) fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<Execute> {
        let execute = node.child(Rule::execute)?;
        let function = cx.function_ref(execute.child(Rule::path)?)?;
        let argument = |it: Node<'_>| match it.first().map(|inner| inner.rule()) {
            Some(Rule::string) => unquote(it.text()),
            _ => it.text().into(),
        };
        let arguments = execute.all(Rule::argument).map(argument).collect();
        Some(Execute { function, arguments })
    }

    pub(crate) fn sql(&self) -> String {
        let arguments = comma(self.arguments.iter().map(|it| quote_literal(it)));
        format!(
            "EXECUTE FUNCTION {}({arguments})",
            qualified(&self.function.schema, &self.function.name)
        )
    }

    pub(crate) fn address(&self) -> Address {
        super::signature::by_name(&self.function)
    }
}

/// When a trigger fires, by the session's replication role (`tgenabled`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Enabled {
    /// For origin and local sessions.
    #[default]
    Origin,
    /// For replicas only.
    Replica,
    /// For all.
    Always,
    /// For none.
    Disabled,
}

impl Enabled {
    /// Reads `disabled`, `enable replica` or `enable always` among a node's children.
    pub(crate) fn read(node: Node<'_>) -> Enabled {
        match node.child(Rule::enabled).map(|it| it.words()).as_deref() {
            Some("disabled") => Enabled::Disabled,
            Some("enable replica") => Enabled::Replica,
            Some("enable always") => Enabled::Always,
            _ => Enabled::Origin,
        }
    }

    /// Returns the words of ALTER … that bring it about; `None` for how a trigger is born.
    pub(crate) fn words(self) -> Option<&'static str> {
        match self {
            Enabled::Origin => None,
            Enabled::Replica => Some("ENABLE REPLICA"),
            Enabled::Always => Some("ENABLE ALWAYS"),
            Enabled::Disabled => Some("DISABLE"),
        }
    }
}
