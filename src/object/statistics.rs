//! Extended statistics: `CREATE STATISTICS`, `pg_statistic_ext`.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, only those of this kind are read here"
)]

use super::address::{Address, Kind, Name};
use super::contract::{Alter, ObjectKind};
use super::index_element::Key;
use super::reader::{Form, Reader, Scope};
use super::renames::Renames;
use super::steps::Steps;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::sql::expr::Expr;
use crate::sql::ident::quote_ident;
use crate::sql::writer::{comma, name_list, qualified};
use crate::syntax::{Node, Rule};

rule!(UNKNOWN_STATISTICS_KIND, Error, "unknown-statistics-kind");
rule!(WRONG_STATISTICS_KEYS, Error, "wrong-statistics-columns");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&UNKNOWN_STATISTICS_KIND, &WRONG_STATISTICS_KEYS];

/// An extended statistics object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// The schema, where it is not that of the relation.
    pub schema: Option<Name>,
    /// `ndistinct`, `dependencies`, `mcv`; empty means all.
    pub kinds: Vec<Name>,
    /// What it is on.
    pub keys: Vec<Key>,
    /// The statistics target.
    pub target: Option<Name>,
}

/// Statistics are of two to eight different columns, or of one expression (`CreateStatistics`).
fn shape(node: Node<'_>, keys: &[Key], kinds: &[Name], cx: &mut Reader<'_>) {
    let elements: Vec<Node<'_>> = node.all(Rule::statistics_element).collect();
    let repeated = keys.iter().enumerate().find(|(n, key)| keys.iter().take(*n).any(|it| it == *key));
    let (place, message, help) = match (keys, repeated) {
        ([Key::Column(_)], _) => (elements.first(), "one column has statistics anyway", "name a second column, or delete it"),
        ([Key::Expr(_)], _) if !kinds.is_empty() => {
            let place = node.child(Rule::statistics_kinds).unwrap_or(node);
            let message = "statistics of one expression have no kinds";
            cx.report(Diagnostic::new(&WRONG_STATISTICS_KEYS, message).label(place.span(), "here").help("delete them"));
            return;
        }
        (_, Some((n, _))) => (elements.get(n), "statistics name the same twice", "delete one of them"),
        (keys, _) if MAX_KEYS < keys.len() => (elements.get(MAX_KEYS), "statistics are of at most eight columns", "leave some out"),
        _ => return,
    };
    let place = place.copied().unwrap_or(node).span();
    cx.report(Diagnostic::new(&WRONG_STATISTICS_KEYS, message).label(place, "here").help(help));
}

/// The most columns of extended statistics (`STATS_MAX_DIMENSIONS`).
const MAX_KEYS: usize = 8;

impl ObjectKind for Statistics {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let relation = cx.relation();
        let named = node.child(Rule::path).map(|it| cx.path(it));
        let schema = named.as_ref().and_then(|it| it.schema.clone()).filter(|it| *it != relation.schema);
        let name = named.map(|it| it.name).unwrap_or_default();
        let kinds = cx.list(node, Rule::statistics_kinds);
        for (kind, place) in kinds.iter().zip(node.child(Rule::statistics_kinds).into_iter().flat_map(|it| it.all(Rule::name))) {
            if !["ndistinct", "dependencies", "mcv"].contains(&kind.as_str()) {
                let diagnostic = Diagnostic::new(&UNKNOWN_STATISTICS_KIND, format!("there are no statistics of kind `{kind}`"));
                cx.report(diagnostic.label(place.span(), "here").help("use `ndistinct`, `dependencies` or `mcv`"));
            }
        }
        let mut keys = Vec::new();
        for element in node.all(Rule::statistics_element).filter_map(|it| it.first()) {
            keys.push(match element.rule() {
                Rule::name => Key::Column(cx.name(element)),
                _ => Key::Expr(cx.expr(element, Form::Expr, None, Scope::relation(&relation))),
            });
        }
        shape(node, &keys, &kinds, cx);
        let target = node.child(Rule::statistics_target).and_then(|it| it.first()).map(|it| it.text().into());
        Some((Address::of(Kind::Statistics, &relation, name), Statistics { schema, kinds, keys, target }))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        super::column::relation_addresses(&at.relation(), out);
        out.extend(self.schema.iter().map(|it| Address::global(Kind::Schema, it.clone())));
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        self.keys.iter_mut().filter_map(Key::text_mut).collect()
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let name = self.sql_name(at);
        let kinds = if self.kinds.is_empty() { String::new() } else { format!(" ({})", name_list(&self.kinds)) };
        let key = |it: &Key| match it {
            Key::Column(name) => quote_ident(name).into_owned(),
            Key::Expr(expr) => format!("({expr})"),
        };
        steps.push(format!("CREATE STATISTICS {name}{kinds} ON {} FROM {}", comma(self.keys.iter().map(key)), at.relation()));
        if let Some(target) = &self.target {
            steps.push(format!("ALTER STATISTICS {name} SET STATISTICS {target}"));
        }
    }

    fn rename(&mut self, at: &Address, renames: &Renames) {
        for key in &mut self.keys {
            if let Key::Column(name) = key {
                renames.column(&at.relation(), name);
            }
        }
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        if (&self.kinds, &self.keys) != (&new.kinds, &new.keys) {
            return Alter::Replace;
        }
        if self.schema != new.schema {
            let schema = quote_ident(new.schema.as_ref().unwrap_or(&at.schema)).into_owned();
            steps.push(format!("ALTER STATISTICS {} SET SCHEMA {schema}", self.sql_name(at)));
        }
        if self.target != new.target {
            let target = new.target.as_deref().unwrap_or("-1");
            steps.push(format!("ALTER STATISTICS {} SET STATISTICS {target}", new.sql_name(at)));
        }
        Alter::InPlace
    }
}

impl Statistics {
    /// Returns the name with its schema.
    pub(crate) fn sql_name(&self, at: &Address) -> String {
        qualified(self.schema.as_ref().unwrap_or(&at.schema), &at.name)
    }

    /// Returns the parts of the default name (`ChooseExtendedStatisticNameAddition`).
    pub(crate) fn name_parts(&self) -> Vec<Name> {
        let part = |it: &Key| match it {
            Key::Column(name) => name.clone(),
            Key::Expr(_) => "expr".into(),
        };
        self.keys.iter().map(part).collect()
    }
}
