//! Rewrite rules: `CREATE RULE`, `pg_rewrite`.

use super::address::{Address, Kind, Name};
use super::column::relation_addresses;
use super::contract::{Alter, ObjectKind};
use super::execute::Enabled;
use super::reader::{Form, Reader, Rows, Scope};
use super::steps::Steps;
use crate::sql::expr::Expr;
use crate::sql::ident::quote_ident;
use crate::syntax::{Node, Rule as Grammar};

/// A rewrite rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
    pub event: Name,
    /// Whether the commands run instead of the statement.
    pub instead: bool,
    /// The rows it applies to.
    pub condition: Option<Expr>,
    /// What runs; empty means nothing.
    pub commands: Vec<Expr>,
    /// Whether it applies.
    pub enabled: Enabled,
}

impl ObjectKind for Rule {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let relation = cx.relation();
        let name = cx.child_name(node)?;
        let scope = || Scope { rows: Rows::OldNew, ..Scope::relation(&relation) };
        let condition = node.child(Grammar::rule_where).and_then(|it| it.first());
        let condition = condition.map(|it| cx.expr(it, Form::Expr, None, scope()));
        let block = node.child(Grammar::sql_block);
        let statements = block.into_iter().flat_map(|it| it.all(Grammar::block_statement)).chain(node.child(Grammar::rule_command));
        let commands = statements.map(|it| cx.expr(it, Form::Statements, None, scope())).collect();
        let rule = Rule {
            event: node.child(Grammar::rule_event)?.text().to_uppercase().into(),
            instead: node.child(Grammar::rule_mode).is_some_and(|it| it.is("instead")),
            condition,
            commands,
            enabled: Enabled::read(node),
        };
        Some((Address::of(Kind::Rule, &relation, name), rule))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        relation_addresses(&at.relation(), out);
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        self.condition.iter_mut().chain(&mut self.commands).collect()
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let (name, relation) = (quote_ident(&at.name), at.relation());
        steps.push(self.create_rule(at, "CREATE"));
        if let Some(words) = self.enabled.words() {
            steps.push(format!("ALTER TABLE {relation} {words} RULE {name}"));
        }
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        if (Rule { enabled: new.enabled, ..self.clone() }) != *new {
            steps.push(new.create_rule(at, "CREATE OR REPLACE"));
        }
        if self.enabled != new.enabled {
            let words = new.enabled.words().unwrap_or("ENABLE");
            steps.push(format!("ALTER TABLE {} {words} RULE {}", at.relation(), quote_ident(&at.name)));
        }
        Alter::InPlace
    }
}

impl Rule {
    fn create_rule(&self, at: &Address, verb: &str) -> String {
        let (name, relation) = (quote_ident(&at.name), at.relation());
        let mut sql = format!("{verb} RULE {name} AS ON {} TO {relation}", self.event);
        sql.push_str(&self.condition.as_ref().map(|it| format!(" WHERE {it}")).unwrap_or_default());
        sql.push_str(if self.instead { " DO INSTEAD " } else { " DO ALSO " });
        match self.commands.as_slice() {
            [] => sql.push_str("NOTHING"),
            [command] => sql.push_str(command.text()),
            commands => {
                let list: Vec<&str> = commands.iter().map(Expr::text).collect();
                sql.push_str(&format!("(\n{}\n)", list.join(";\n")));
            }
        }
        sql
    }
}
