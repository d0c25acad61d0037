//! Constraints of tables but foreign keys: primary key, unique, check, exclusion. `pg_constraint`.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, only those of this kind are read here"
)]

use super::address::{Address, Kind, Name};
use super::column::relation_addresses;
use super::constraint_flags::{
    Timing, Validation, drop_constraint, flags_sql, read_flags, validate, validates,
};
use super::contract::{Alter, ObjectKind};
use super::index_element::IndexElement;
use super::options;
use super::reader::{Form, Reader, Scope};
use super::renames::Renames;
use super::steps::Steps;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::sql::definition::Parameters;
use crate::sql::expr::Expr;
use crate::sql::ident::{quote_ident, quote_literal};
use crate::sql::writer::{comma, name_list};
use crate::syntax::{Node, Rule};

rule!(NOT_DEFERRABLE, Error, "constraint-not-deferrable");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&NOT_DEFERRABLE];

/// A constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// What it demands.
    pub demand: Demand,
    /// When it is checked.
    pub timing: Timing,
    /// Whether rows that were there before are taken as they are.
    pub validation: Validation,
    /// The comment on the index behind it, which has one of its own.
    pub index_comment: Option<Box<str>>,
}

/// What a constraint demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// The key of the table.
    PrimaryKey(KeyIndex),
    /// Another key.
    Unique(KeyIndex),
    /// A condition on each row.
    Check {
        /// The condition.
        condition: Expr,
        /// Whether children of the table are free of it.
        no_inherit: bool,
    },
    /// No two rows for which all the operators hold.
    Exclusion(Exclusion),
}

/// A key and the index behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyIndex {
    /// The columns.
    pub columns: Vec<Name>,
    /// Columns that the index stores besides.
    pub include: Vec<Name>,
    /// Whether the last column is a range that must not overlap (PostgreSQL 18 and later).
    pub without_overlaps: bool,
    /// Whether two NULLs count as the same (PostgreSQL 15 and later).
    pub nulls_not_distinct: bool,
    /// Storage parameters of the index.
    pub with: Parameters,
    /// The tablespace of the index.
    pub tablespace: Option<Name>,
}

/// What an exclusion constraint excludes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// The access method.
    pub method: Name,
    /// What is compared and by which operator, as written.
    pub elements: Vec<(IndexElement, Name)>,
    /// Columns that the index stores besides.
    pub include: Vec<Name>,
    /// Storage parameters of the index.
    pub with: Parameters,
    /// The tablespace of the index.
    pub tablespace: Option<Name>,
    /// The rows that are compared.
    pub predicate: Option<Expr>,
}

impl ObjectKind for Constraint {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let name = node.child(Rule::constraint_name).and_then(|it| cx.child_name(it));
        let body = node.children().find(|it| !matches!(it.rule(), Rule::constraint_name | Rule::constraint_flag))?;
        let flags: Vec<Node<'_>> = node.all(Rule::constraint_flag).collect();
        Constraint::of(name, body, &flags, &[], cx)
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        relation_addresses(&at.relation(), out);
        if let Demand::Exclusion(it) = &self.demand {
            out.push(Address::global(Kind::AccessMethod, it.method.clone()));
            for (element, _) in &it.elements {
                element.depends_on(&it.method, &at.schema, out);
            }
        }
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        match &mut self.demand {
            Demand::PrimaryKey(_) | Demand::Unique(_) => Vec::new(),
            Demand::Check { condition, .. } => vec![condition],
            Demand::Exclusion(it) => {
                let elements = it.elements.iter_mut().filter_map(|(it, _)| it.key.text_mut());
                elements.chain(&mut it.predicate).collect()
            }
        }
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        steps.push(format!("ALTER TABLE {} ADD {}", at.relation(), self.clause(&at.name)));
    }

    fn drop(&self, at: &Address, _target: &str, steps: &mut Steps<'_>) {
        drop_constraint(at, steps);
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        if self.index_comment != new.index_comment {
            let text = new.index_comment.as_deref().map_or("NULL".to_owned(), quote_literal);
            steps.push(format!("COMMENT ON INDEX {} IS {text}", at.sql()));
        }
        let rest = Constraint { validation: new.validation, index_comment: new.index_comment.clone(), ..self.clone() };
        if rest != *new || !validates(self.validation, new.validation) {
            return Alter::Replace;
        }
        if self.validation != new.validation {
            validate(at, steps);
        }
        Alter::InPlace
    }

    fn rename(&mut self, at: &Address, renames: &Renames) {
        let relation = at.relation();
        match &mut self.demand {
            Demand::PrimaryKey(key) | Demand::Unique(key) => {
                renames.column_list(&relation, &mut key.columns);
                renames.column_list(&relation, &mut key.include);
            }
            Demand::Check { .. } => {}
            Demand::Exclusion(it) => {
                it.elements.iter_mut().for_each(|(element, _)| element.rename(&relation, renames));
                renames.column_list(&relation, &mut it.include);
            }
        }
    }
}

impl Constraint {
    /// Reads a constraint from the node of what it demands. `columns` are those it stands at, when it is a column's.
    pub(crate) fn of(name: Option<Name>, body: Node<'_>, flags: &[Node<'_>], columns: &[Name], cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let relation = cx.relation();
        let demand = match body.rule() {
            Rule::primary_key | Rule::table_primary_key => Demand::PrimaryKey(KeyIndex::read(body, columns, cx)),
            Rule::unique | Rule::table_unique => Demand::Unique(KeyIndex::read(body, columns, cx)),
            Rule::check => {
                let condition = cx.expr(body.first()?, Form::Expr, None, Scope::relation(&relation));
                Demand::Check { condition, no_inherit: body.has(Rule::no_inherit) }
            }
            Rule::exclusion => Demand::Exclusion(Exclusion::read(body, cx)),
            _ => return None,
        };
        let (timing, validation) = read_flags(flags);
        if matches!(demand, Demand::Check { .. })
            && let Some(flag) = flags.iter().find(|it| it.is("deferrable") || it.is("initially deferred"))
        {
            let diagnostic = Diagnostic::new(&NOT_DEFERRABLE, "a check can't be deferred").label(flag.span(), "here");
            cx.report(diagnostic.help("delete it: PostgreSQL defers keys, foreign keys and exclusions only"));
        }
        let constraint = Constraint { demand, timing, validation, index_comment: None };
        Some((Address::of(Kind::Constraint, &relation, name.unwrap_or_default()), constraint))
    }

    /// Writes `CONSTRAINT name …`, as in CREATE TABLE and after ADD.
    pub fn clause(&self, name: &str) -> String {
        let body = match &self.demand {
            Demand::PrimaryKey(key) => format!("PRIMARY KEY {}", key.sql()),
            Demand::Unique(key) => {
                let nulls = if key.nulls_not_distinct { "NULLS NOT DISTINCT " } else { "" };
                format!("UNIQUE {nulls}{}", key.sql())
            }
            Demand::Check { condition, no_inherit } => {
                format!("CHECK ({condition}){}", if *no_inherit { " NO INHERIT" } else { "" })
            }
            Demand::Exclusion(exclusion) => exclusion.sql(),
        };
        format!("CONSTRAINT {} {body}{}", quote_ident(name), flags_sql(self.timing, self.validation))
    }

    /// Returns the key's columns, for a primary key or unique constraint.
    pub fn key(&self) -> Option<&KeyIndex> {
        match &self.demand {
            Demand::PrimaryKey(key) | Demand::Unique(key) => Some(key),
            Demand::Check { .. } | Demand::Exclusion(_) => None,
        }
    }

    /// Tells whether there is an index behind it.
    pub(crate) fn has_index(&self) -> bool {
        !matches!(self.demand, Demand::Check { .. })
    }

    /// Returns where the constraint stands among those of its table: keys first.
    pub fn rank(&self) -> u8 {
        match self.demand {
            Demand::PrimaryKey(_) => 0,
            Demand::Unique(_) => 1,
            Demand::Exclusion(_) => 2,
            Demand::Check { .. } => 3,
        }
    }

    /// Tells whether PostgreSQL would see the same index behind both, whatever their storage parameters.
    pub(crate) fn has_index_of(&self, other: &Constraint) -> bool {
        let same = match (&self.demand, &other.demand) {
            (Demand::Exclusion(a), Demand::Exclusion(b)) => {
                (&a.method, &a.elements, &a.include, &a.predicate) == (&b.method, &b.elements, &b.include, &b.predicate)
            }
            _ => self.key().zip(other.key()).is_some_and(|(a, b)| {
                (&a.columns, &a.include, a.without_overlaps, a.nulls_not_distinct)
                    == (&b.columns, &b.include, b.without_overlaps, b.nulls_not_distinct)
            }),
        };
        same && self.timing == other.timing
    }

    /// Tells whether CREATE TABLE can hold it: `NOT VALID` only ALTER TABLE can say.
    pub fn folds(&self) -> bool {
        self.validation != Validation::NotValid
    }
}

impl KeyIndex {
    fn read(body: Node<'_>, columns: &[Name], cx: &mut Reader<'_>) -> KeyIndex {
        let listed: Vec<Node<'_>> = body.child(Rule::key_columns).into_iter().flat_map(|it| it.all(Rule::key_column)).collect();
        let mut names: Vec<Name> = listed.iter().filter_map(|it| cx.child_name(*it)).collect();
        if names.is_empty() {
            names = columns.to_vec();
        }
        let (include, with, tablespace) = index_parameters(body, cx);
        KeyIndex {
            columns: names,
            include,
            without_overlaps: listed.last().is_some_and(|it| it.has(Rule::without_overlaps)),
            nulls_not_distinct: body.child(Rule::nulls_distinct).is_some_and(|it| it.is("nulls not distinct")),
            with,
            tablespace,
        }
    }

    fn sql(&self) -> String {
        let overlaps = if self.without_overlaps { " WITHOUT OVERLAPS" } else { "" };
        format!("({}{overlaps}){}", name_list(&self.columns), parameters_sql(&self.include, &self.with, self.tablespace.as_ref()))
    }
}

impl Exclusion {
    fn read(body: Node<'_>, cx: &mut Reader<'_>) -> Exclusion {
        let relation = cx.relation();
        let read = |it: Node<'_>, cx: &mut Reader<'_>| {
            let element = IndexElement::read(it.child(Rule::index_element)?, cx)?;
            Some((element, Name::from(it.child(Rule::operator_ref)?.text())))
        };
        let elements = body.all(Rule::exclusion_element).filter_map(|it| read(it, cx)).collect();
        let (include, with, tablespace) = index_parameters(body, cx);
        let predicate = body.child(Rule::group).map(|it| cx.expr(it, Form::Expr, None, Scope::relation(&relation)));
        let method = body.child(Rule::using).and_then(|it| cx.child_name(it)).unwrap_or_else(|| "btree".into());
        Exclusion { method, elements, include, with, tablespace, predicate }
    }

    /// Returns the parts of the default name, as an index has them.
    pub(crate) fn name_parts(&self) -> Vec<Name> {
        let elements = self.elements.iter().map(|(element, _)| element.name_part());
        elements.chain(self.include.iter().cloned()).collect()
    }

    fn sql(&self) -> String {
        let elements = comma(self.elements.iter().map(|(element, operator)| format!("{} WITH {operator}", element.sql())));
        let parameters = parameters_sql(&self.include, &self.with, self.tablespace.as_ref());
        let predicate = self.predicate.as_ref().map(|it| format!(" WHERE ({it})")).unwrap_or_default();
        format!("EXCLUDE USING {} ({elements}){parameters}{predicate}", quote_ident(&self.method))
    }
}

fn index_parameters(body: Node<'_>, cx: &mut Reader<'_>) -> (Vec<Name>, Parameters, Option<Name>) {
    let include = body.child(Rule::include_columns).map(|it| cx.list(it, Rule::columns)).unwrap_or_default();
    let tablespace = body.child(Rule::using_index_tablespace).and_then(|it| it.child(Rule::tablespace)).and_then(|it| cx.child_name(it));
    (include, options::with(body, cx), tablespace)
}

fn parameters_sql(include: &[Name], with: &Parameters, tablespace: Option<&Name>) -> String {
    let mut sql = String::new();
    if !include.is_empty() {
        sql.push_str(&format!(" INCLUDE ({})", name_list(include)));
    }
    sql.push_str(&with.sql());
    if let Some(tablespace) = tablespace {
        sql.push_str(&format!(" USING INDEX TABLESPACE {}", quote_ident(tablespace)));
    }
    sql
}
