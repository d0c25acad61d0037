//! What the language has no words for: SQL to do it, SQL to undo it, and what it needs.

use super::address::{Address, Kind, Name, Qualified};
use super::column::{relation_addresses, type_addresses};
use super::contract::{Alter, ObjectKind};
use super::reader::{Form, Reader, Scope};
use super::signature;
use super::steps::Steps;
use crate::sql::expr::Expr;
use crate::sql::ident::{dollar_quote, quote_literal};
use crate::sql::type_name::TypeName;
use crate::syntax::{Node, Rule};

/// Statements that are run as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// What must exist before.
    pub requires: Vec<Address>,
    /// The statements that bring it about.
    pub up: Expr,
    /// The statements that undo them.
    pub down: Option<Expr>,
}

impl ObjectKind for Raw {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let name = cx.child_name(node)?;
        let mut requires = Vec::new();
        for requirement in node.child(Rule::requires).into_iter().flat_map(|it| it.all(Rule::requirement)) {
            requires.extend(read_requirement(requirement, cx).unwrap_or_default());
        }
        let up = node.child(Rule::raw_up)?.first()?;
        let up = cx.expr(up, Form::Opaque, None, Scope::default());
        let down = node.child(Rule::raw_down).and_then(|it| it.first());
        let down = down.map(|it| cx.expr(it, Form::Opaque, None, Scope::default()));
        Some((Address::global(Kind::Raw, name), Raw { requires, up, down }))
    }

    fn depends_on(&self, _at: &Address, out: &mut Vec<Address>) {
        out.extend(self.requires.iter().cloned());
    }

    fn create(&self, _at: &Address, steps: &mut Steps<'_>) {
        steps.push(self.up.text().trim_end_matches(';'));
    }

    fn drop(&self, at: &Address, _target: &str, steps: &mut Steps<'_>) {
        let Some(down) = &self.down else {
            // Only its author knows what it made.
            let told = format!("{at} says no way back: what it made stays");
            let block = format!("BEGIN RAISE WARNING '%', {}; END", quote_literal(&told));
            return steps.push_lossy(format!("DO {}", dollar_quote(&block)), told);
        };
        steps.push(down.text().trim_end_matches(';'));
    }

    fn alter(&self, new: &Self, _at: &Address, _steps: &mut Steps<'_>) -> Alter {
        if self.up == new.up { Alter::InPlace } else { Alter::Replace }
    }
}

/// Reads `table auth.users`, `function auth.audit()`: every address that may be meant.
fn read_requirement(node: Node<'_>, cx: &mut Reader<'_>) -> Option<Vec<Address>> {
    let word = node.child(Rule::requirement_kind)?.words();
    let path_node = node.child(Rule::path)?;
    let mut out = Vec::new();
    let global = |kind: Kind, name: Name| Some(vec![Address::global(kind, name)]);
    match word.as_str() {
        "table" | "view" | "materialized view" | "foreign table" | "sequence" => {
            relation_addresses(&cx.relation_ref(path_node)?, &mut out);
        }
        "type" | "enum" | "domain" => {
            let ty: TypeName = cx.type_text(path_node.text(), path_node.span())?;
            type_addresses(&ty, &mut out);
        }
        "function" | "procedure" | "aggregate" => out.push(signature::read_ref(node, cx)?),
        word => {
            let path = cx.path(path_node);
            let kind = match word {
                "schema" => Kind::Schema,
                "extension" => Kind::Extension,
                "role" => Kind::Role,
                "server" => Kind::Server,
                "foreign data wrapper" => Kind::ForeignDataWrapper,
                "language" => Kind::Language,
                "event trigger" => Kind::EventTrigger,
                "publication" => Kind::Publication,
                "collation" => {
                    let at = Qualified { schema: path.schema.unwrap_or_else(|| cx.home()), name: path.name };
                    return Some(vec![Address::new(Kind::Collation, at.schema, at.name)]);
                }
                _ => Kind::Raw,
            };
            return global(kind, path.name);
        }
    }
    Some(out)
}
