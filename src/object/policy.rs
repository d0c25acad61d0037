//! Row security policies: `CREATE POLICY`, `pg_policy`.

use super::address::{Address, Kind, Name};
use super::column::relation_addresses;
use super::contract::{Alter, ObjectKind};
use super::privilege::role_sql;
use super::reader::{Form, Reader, Scope};
use super::steps::Steps;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::sql::expr::Expr;
use crate::sql::ident::quote_ident;
use crate::sql::writer::comma;
use crate::syntax::{Node, Rule};

rule!(POLICY_WITHOUT_USE, Error, "policy-clause-without-use");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&POLICY_WITHOUT_USE];

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
    pub command: Name,
    /// Whether it takes rows away instead of adding some.
    pub restrictive: bool,
    /// Whom it is for; empty means everyone.
    pub roles: Vec<Name>,
    /// Rows that can be seen.
    pub using: Option<Expr>,
    /// Rows that can be written.
    pub check: Option<Expr>,
}

impl ObjectKind for Policy {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let relation = cx.relation();
        let name = cx.child_name(node)?;
        let command = node.child(Rule::policy_for).and_then(|it| it.first()).map_or("ALL".into(), |it| Name::from(it.text().to_uppercase()));
        let mut expr = |rule_of: Rule| {
            let body = node.child(rule_of).and_then(|it| it.first())?;
            Some(cx.expr(body, Form::Expr, None, Scope::relation(&relation)))
        };
        let (using, check) = (expr(Rule::policy_using), expr(Rule::policy_check));
        let restrictive = node.child(Rule::policy_as).is_some_and(|it| it.is("as restrictive"));
        let mut roles = node.child(Rule::to_roles).map(|it| cx.names(it)).unwrap_or_default();
        // `to public` is what no clause means.
        roles.retain(|role| role != "public");
        let policy = Policy { command, restrictive, roles, using, check };
        policy.check_clauses(node, cx);
        Some((Address::of(Kind::Policy, &relation, name), policy))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        relation_addresses(&at.relation(), out);
        out.extend(self.roles.iter().map(|role| Address::global(Kind::Role, role.clone())));
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        self.using.iter_mut().chain(&mut self.check).collect()
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let mut sql = format!("CREATE POLICY {} ON {}", quote_ident(&at.name), at.relation());
        if self.restrictive {
            sql.push_str(" AS RESTRICTIVE");
        }
        if self.command != "ALL" {
            sql.push_str(&format!(" FOR {}", self.command));
        }
        if !self.roles.is_empty() {
            sql.push_str(&format!(" TO {}", comma(self.roles.iter().map(|role| role_sql(role)))));
        }
        sql.push_str(&self.using.as_ref().map(|it| format!(" USING ({it})")).unwrap_or_default());
        sql.push_str(&self.check.as_ref().map(|it| format!(" WITH CHECK ({it})")).unwrap_or_default());
        steps.push(sql);
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let loses = |old: &Option<Expr>, new: &Option<Expr>| old.is_some() && new.is_none();
        // ALTER POLICY sets an expression but takes none away, and is for the same command.
        if (&self.command, self.restrictive) != (&new.command, new.restrictive)
            || loses(&self.using, &new.using)
            || loses(&self.check, &new.check)
        {
            return Alter::Replace;
        }
        let mut clauses = String::new();
        if self.roles != new.roles {
            let roles = new.roles.iter().map(|role| role_sql(role));
            let roles = if new.roles.is_empty() { "PUBLIC".to_owned() } else { comma(roles) };
            clauses.push_str(&format!(" TO {roles}"));
        }
        for (word, old, new) in [("USING", &self.using, &new.using), ("WITH CHECK", &self.check, &new.check)] {
            if let Some(expr) = new.as_ref().filter(|_| old != new) {
                clauses.push_str(&format!(" {word} ({expr})"));
            }
        }
        if !clauses.is_empty() {
            steps.push(format!("ALTER POLICY {} ON {}{clauses}", quote_ident(&at.name), at.relation()));
        }
        Alter::InPlace
    }
}

impl Policy {
    /// INSERT sees no rows, and SELECT and DELETE write none (manual: CREATE POLICY).
    fn check_clauses(&self, node: Node<'_>, cx: &mut Reader<'_>) {
        let wrong = match self.command.as_str() {
            "INSERT" => node.child(Rule::policy_using).map(|it| (it, "using", "with check")),
            "SELECT" | "DELETE" => node.child(Rule::policy_check).map(|it| (it, "with check", "using")),
            _ => None,
        };
        if let Some((clause, word, instead)) = wrong {
            let message = format!("a policy for `{}` has no `{word}`", self.command.to_lowercase());
            let diagnostic = Diagnostic::new(&POLICY_WITHOUT_USE, message).label(clause.span(), "here");
            cx.report(diagnostic.help(format!("write `{instead}` instead")));
        }
    }
}
