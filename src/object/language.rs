//! Procedural languages: `CREATE LANGUAGE`, `pg_language`. Most come as extensions.

use super::address::{Address, Kind, Qualified};
use super::contract::{Alter, ObjectKind};
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::ident::quote_ident;
use crate::syntax::{Node, Rule};

/// A language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Language {
    /// Whether users without rights of their own may use it.
    pub trusted: bool,
    /// The function that runs routines of the language.
    pub handler: Qualified,
    /// The function that runs DO blocks.
    pub inline: Option<Qualified>,
    /// The function that checks a new routine.
    pub validator: Option<Qualified>,
}

impl ObjectKind for Language {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let name = cx.child_name(node)?;
        if !node.has(Rule::handler) {
            cx.missing_clause(node, "handler", "handler FUNCTION");
            return None;
        }
        let mut function = |rule_of| node.child(rule_of).and_then(|it| it.child(Rule::path)).and_then(|path| cx.function_ref(path));
        let (inline, validator) = (function(Rule::inline_handler), function(Rule::validator));
        let handler = function(Rule::handler)?;
        Some((Address::global(Kind::Language, name), Language { trusted: node.has(Rule::trusted), handler, inline, validator }))
    }

    fn depends_on(&self, _at: &Address, out: &mut Vec<Address>) {
        let functions = [Some(&self.handler), self.inline.as_ref(), self.validator.as_ref()];
        out.extend(functions.into_iter().flatten().map(super::signature::by_name));
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        steps.push(self.create_language(at, "CREATE"));
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        if self != new {
            steps.push(new.create_language(at, "CREATE OR REPLACE"));
        }
        Alter::InPlace
    }
}

impl Language {
    fn create_language(&self, at: &Address, verb: &str) -> String {
        let trusted = if self.trusted { "TRUSTED " } else { "" };
        let mut sql = format!("{verb} {trusted}LANGUAGE {} HANDLER {}", quote_ident(&at.name), self.handler);
        if let Some(inline) = &self.inline {
            sql.push_str(&format!(" INLINE {inline}"));
        }
        if let Some(validator) = &self.validator {
            sql.push_str(&format!(" VALIDATOR {validator}"));
        }
        sql
    }
}
