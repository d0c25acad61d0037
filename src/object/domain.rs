//! Domains: `CREATE DOMAIN`, `pg_type` (`typtype = 'd'`), `pg_constraint.contypid`.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, only those of this kind are read here"
)]

use super::address::{Address, Kind, Name, Qualified};
use super::column;
use super::contract::{Alter, ObjectKind};
use super::reader::{Form, Reader, Scope};
use super::renames::Renames;
use super::steps::Steps;
use crate::diagnostic::{Diagnostic, Fix};
use crate::diagnostic::rule::rule;
use crate::sql::default_name::object_name;
use crate::sql::expr::Expr;
use crate::sql::ident::{quote_ident, truncate_identifier};
use crate::sql::type_name::TypeName;
use crate::sql::writer::comment_on;
use crate::syntax::{Node, Rule};

rule!(NULLABLE_DOMAIN, Error, "nullable-domain");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&NULLABLE_DOMAIN];

/// A domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// The type it narrows.
    pub base: TypeName,
    /// The collation, where it is not the base type's own.
    pub collation: Option<Qualified>,
    /// What a column of the domain has where it has no default of its own.
    pub default: Option<Expr>,
    /// Whether NULL is refused.
    pub not_null: bool,
    /// The name of the NOT NULL constraint, where one was given (PostgreSQL 17 and later keep it).
    pub not_null_name: Option<Name>,
    /// The comment on the NOT NULL constraint.
    pub not_null_comment: Option<Box<str>>,
    /// Its checks, in the order of names.
    pub checks: Vec<DomainCheck>,
}

/// A CHECK of a domain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DomainCheck {
    /// The name.
    pub name: Name,
    /// The condition, in which `value` is the value.
    pub condition: Expr,
    /// Its comment.
    pub comment: Option<Box<str>>,
    /// Whether values that were there before are taken as they are.
    pub not_valid: bool,
}

impl ObjectKind for Domain {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        if let Some(mark) = node.child(Rule::nullable) {
            let diagnostic = Diagnostic::new(&NULLABLE_DOMAIN, "a domain has no `?`");
            let help = "delete it: a domain allows NULL unless it says `not null`";
            let fix = Fix::certain("delete `?`").delete(mark.span());
            cx.report(diagnostic.label(mark.span(), "here").help(help).fix(fix));
        }
        let base = cx.child_type(node)?;
        if let Some(ty) = node.child(Rule::type_ref) {
            column::pseudo("a domain", &base, ty, cx);
        }
        let mut domain = Domain {
            base,
            collation: column::collation(node),
            default: None,
            not_null: false,
            not_null_name: None,
            not_null_comment: None,
            checks: Vec::new(),
        };
        let mut name = None;
        for clause in node.children() {
            match clause.rule() {
                Rule::constraint_name => name = cx.child_name(clause),
                Rule::check => domain.check(&at, name.take(), clause, cx),
                Rule::default => {
                    let scope = Scope { expected: Some(domain.base.clone()), ..Scope::default() };
                    domain.default = clause.first().map(|it| cx.expr(it, Form::Value, None, scope));
                }
                // It stands right after its check.
                Rule::not_valid => domain.checks.iter_mut().last().into_iter().for_each(|it| it.not_valid = true),
                Rule::not_null => (domain.not_null, domain.not_null_name) = (true, name.take()),
                _ => {}
            }
        }
        domain.checks.sort();
        Some((Address::new(Kind::Domain, at.schema, at.name), domain))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        column::type_addresses(&self.base, out);
        out.extend(self.collation.iter().map(column::collation_address));
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        let checks = self.checks.iter_mut().map(|it| &mut it.condition);
        self.default.iter_mut().chain(checks).collect()
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let mut sql = format!("CREATE DOMAIN {} AS {}", at.sql(), self.base);
        if let Some(collation) = &self.collation {
            sql.push_str(&format!(" COLLATE {collation}"));
        }
        if let Some(default) = &self.default {
            sql.push_str(&format!(" DEFAULT {}", default.as_default()));
        }
        if self.not_null {
            let name = self.not_null_name.as_ref().map(|name| format!(" CONSTRAINT {}", quote_ident(name)));
            sql.push_str(&format!("{} NOT NULL", name.unwrap_or_default()));
        }
        let (late, whole): (Vec<&DomainCheck>, Vec<&DomainCheck>) = self.checks.iter().partition(|it| it.not_valid);
        let single = if whole.len() == 1 { " " } else { "\n    " };
        whole.iter().for_each(|it| sql.push_str(&format!("{single}{}", it.clause())));
        steps.push(sql);
        // CREATE DOMAIN has no NOT VALID.
        late.iter().for_each(|it| steps.push(format!("ALTER DOMAIN {} ADD {} NOT VALID", at.sql(), it.clause())));
        if let Some(comment) = &self.not_null_comment {
            steps.push(comment_on(&constraint(&self.not_null_name(&at.name), at), Some(comment)));
        }
        for check in &self.checks {
            if let Some(comment) = &check.comment {
                steps.push(comment_on(&constraint(&check.name, at), Some(comment)));
            }
        }
    }

    fn rename(&mut self, _at: &Address, renames: &Renames) {
        renames.ty(&mut self.base);
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        if (&self.base, &self.collation) != (&new.base, &new.collation) {
            return Alter::Replace;
        }
        let alter = format!("ALTER DOMAIN {}", at.sql());
        match &new.default {
            new if *new == self.default => {}
            Some(default) => steps.push(format!("{alter} SET DEFAULT {default}")),
            None => steps.push(format!("{alter} DROP DEFAULT")),
        }
        self.alter_nullability(new, at, steps);
        self.alter_checks(new, at, steps);
        Alter::InPlace
    }
}

impl DomainCheck {
    fn clause(&self) -> String {
        format!("CONSTRAINT {} CHECK ({})", quote_ident(&self.name), self.condition)
    }
}

/// Returns what COMMENT ON calls a constraint of a domain.
fn constraint(name: &Name, at: &Address) -> String {
    format!("CONSTRAINT {} ON DOMAIN {}", quote_ident(name), at.sql())
}

impl Domain {
    fn alter_nullability(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) {
        let alter = format!("ALTER DOMAIN {}", at.sql());
        // Older servers keep no name, and have no words for one: who gives one has another.
        let keeps_names = steps.version.is_none_or(|it| it.is_at_least(17));
        let (before, after) = (self.not_null_name(&at.name), new.not_null_name(&at.name));
        match (self.not_null, new.not_null) {
            (false, true) if keeps_names && new.not_null_name.is_some() => {
                steps.push(format!("{alter} ADD CONSTRAINT {} NOT NULL", quote_ident(&after)));
            }
            (false, true) => steps.push(format!("{alter} SET NOT NULL")),
            (true, false) => steps.push(format!("{alter} DROP NOT NULL")),
            (true, true) if keeps_names && before != after => {
                let (before, after) = (quote_ident(&before), quote_ident(&after));
                steps.push(format!("{alter} RENAME CONSTRAINT {before} TO {after}"));
            }
            _ => {}
        }
        let comment = |it: &Self| it.not_null_comment.clone().filter(|_| it.not_null);
        if new.not_null && comment(self) != comment(new) {
            steps.push(comment_on(&constraint(&after, at), comment(new).as_deref()));
        }
    }

    fn alter_checks(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) {
        let alter = format!("ALTER DOMAIN {}", at.sql());
        // A check that holds for all values goes on to do so; one that may not can be validated, but not the other way round.
        let stays = |old: &DomainCheck, new: &DomainCheck| old.condition == new.condition && (old.not_valid || !new.not_valid);
        let same = |list: &[DomainCheck], it: &DomainCheck| list.iter().find(|other| other.name == it.name).cloned();
        for old in &self.checks {
            if !same(&new.checks, old).is_some_and(|it| stays(old, &it)) {
                steps.push(format!("{alter} DROP CONSTRAINT {}", quote_ident(&old.name)));
            }
        }
        for check in &new.checks {
            let before = same(&self.checks, check).filter(|old| stays(old, check));
            let not_valid = if check.not_valid { " NOT VALID" } else { "" };
            match &before {
                None => steps.push(format!("{alter} ADD {}{not_valid}", check.clause())),
                Some(old) if old.not_valid && !check.not_valid => {
                    steps.push(format!("{alter} VALIDATE CONSTRAINT {}", quote_ident(&check.name)));
                }
                Some(_) => {}
            }
            if before.and_then(|it| it.comment) != check.comment {
                steps.push(comment_on(&constraint(&check.name, at), check.comment.as_deref()));
            }
        }
    }

    /// Returns the name of its NOT NULL constraint, which is PostgreSQL's where none is said.
    pub(crate) fn not_null_name(&self, domain: &str) -> Name {
        self.not_null_name.clone().unwrap_or_else(|| object_name(domain, "", "not_null").into())
    }

    fn check(&mut self, at: &Qualified, name: Option<Name>, clause: Node<'_>, cx: &mut Reader<'_>) {
        let scope = Scope { value: Some(self.base.clone()), ..Scope::default() };
        let Some(body) = clause.first() else { return };
        let condition = cx.expr(body, Form::Expr, None, scope);
        let name = name.unwrap_or_else(|| self.default_name(&at.name));
        self.checks.push(DomainCheck { name, condition, comment: None, not_valid: false });
    }

    /// Returns the name that PostgreSQL gives an unnamed check: `email_check`, `email_check1`, … (`ChooseConstraintName`).
    fn default_name(&self, domain: &str) -> Name {
        let taken = |name: &str| self.checks.iter().any(|it| it.name == name);
        let make = |n: usize| {
            let label = if n == 0 { "check".to_owned() } else { format!("check{n}") };
            let stem = truncate_identifier(domain);
            let room = crate::sql::ident::MAX_BYTES - label.len() - 1;
            let stem = stem.get(..stem.floor_char_boundary(room)).unwrap_or(stem);
            format!("{stem}_{label}")
        };
        (0..).map(make).find(|name| !taken(name)).unwrap_or_default().into()
    }
}
