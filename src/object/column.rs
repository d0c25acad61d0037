//! Columns, as tables, foreign tables and composite types have them: `pg_attribute`, `pg_attrdef`.
//!
//! A column lives in its relation and is no kind of its own.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, only those of this kind are read here"
)]

use super::address::{Address, Kind, Name, Qualified};
use super::column_comments::ColumnComments;
use super::nullability;
use super::options;
use super::path::split_path;
use super::reader::{Form, MISSING_CLAUSE, Reader, Scope};
use super::sequence_options::SequenceOptions;
use super::serial;
use super::steps::Steps;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};
use crate::sql::builtin::postgresql;
use crate::sql::builtin::types::TypeKind;
use crate::sql::definition::{self, ForeignOption, Parameters, write_options};
use crate::sql::expr::Expr;
use crate::sql::ident::quote_ident;
use crate::sql::type_name::TypeName;
use crate::sql::writer::comma;
use crate::syntax::{Node, Rule};

rule!(DUPLICATE_COLUMN, Error, "duplicate-column");
rule!(SYSTEM_COLUMN_NAME, Error, "system-column-name");
rule!(MISPLACED_CLAUSE, Error, "misplaced-clause");
rule!(CONFLICTING_VALUES, Error, "conflicting-column-values");
rule!(PSEUDO_TYPE_COLUMN, Error, "pseudo-type-column");
rule!(IDENTITY_TYPE, Error, "identity-type");
rule!(NULLABLE_IDENTITY, Error, "nullable-identity");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[
    &DUPLICATE_COLUMN,
    &SYSTEM_COLUMN_NAME,
    &MISPLACED_CLAUSE,
    &CONFLICTING_VALUES,
    &PSEUDO_TYPE_COLUMN,
    &IDENTITY_TYPE,
    &NULLABLE_IDENTITY,
];

/// Clauses that a column has one of; what gives it a value is looked at apart.
const CLAUSES: &[Rule] = &[
    Rule::collate,
    Rule::storage,
    Rule::compression,
    Rule::column_statistics,
    Rule::with,
    Rule::options,
];

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: TypeName,
    /// Whether NULL is refused. A primary key column refuses it without saying so here.
    pub not_null: bool,
    /// The name of the NOT NULL constraint, where one was given (PostgreSQL 18 keeps it).
    pub not_null_name: Option<Name>,
    /// `NO INHERIT` of the named NOT NULL (PostgreSQL 18).
    pub not_null_no_inherit: bool,
    /// Where its value comes from when none is given.
    pub value: Value,
    /// The collation, where it is not the type's own.
    pub collation: Option<Qualified>,
    /// `STORAGE`, upper case.
    pub storage: Option<Name>,
    /// `COMPRESSION`.
    pub compression: Option<Name>,
    /// `SET STATISTICS`.
    pub statistics: Option<Name>,
    /// `n_distinct` and the like.
    pub with: Parameters,
    /// Options of a foreign table's column.
    pub options: Vec<ForeignOption>,
    /// Its comment.
    pub comment: Option<Box<str>>,
    /// Those on what comes with it.
    pub comments_beside: Option<Box<ColumnComments>>,
    /// Whether the relation only inherits it, and says how its own differs from its parent's: `#[inherited]`.
    pub inherited: bool,
}

/// Where a column's value comes from when an INSERT gives none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value {
    /// It is NULL.
    #[default]
    Null,
    /// From an expression, at insertion.
    Default(Expr),
    /// From other columns of the row, always.
    Generated(Expr, Generation),
    /// From a sequence of its own.
    Identity(Identity, Box<SequenceOptions>),
}

/// Whether a generated column is kept on disk or computed when it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// On disk.
    Stored,
    /// When it is read (PostgreSQL 18 and later).
    Virtual,
}

/// Whether an INSERT may give an identity column another value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Only with `OVERRIDING SYSTEM VALUE`.
    Always,
    /// It may.
    ByDefault,
}

impl Column {
    /// Returns the expression that its value comes from, to be changed.
    pub(crate) fn text_mut(&mut self) -> Option<&mut Expr> {
        match &mut self.value {
            Value::Default(it) | Value::Generated(it, _) => Some(it),
            Value::Null | Value::Identity(..) => None,
        }
    }

    /// Reads a column and all its clauses but the constraints, which are objects of their own.
    pub(crate) fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<Column> {
        let name = cx.child_name(node)?;
        let type_node = node.child(Rule::type_ref)?;
        serial::refuse(node, type_node, cx)?;
        system_name(&name, node, cx);
        let ty = cx.type_name(type_node)?;
        pseudo("a column", &ty, type_node, cx);
        let word = |rule_of: Rule| {
            node.child(rule_of).and_then(|it| it.first()).map(|it| Name::from(it.text()))
        };
        let mut column = Column {
            not_null: !node.has(Rule::nullable),
            not_null_name: None,
            not_null_no_inherit: false,
            value: Value::Null,
            collation: collation(node),
            storage: word(Rule::storage).map(|word| word.to_uppercase().into()),
            compression: word(Rule::compression).map(|word| word.to_lowercase().into()),
            statistics: word(Rule::column_statistics),
            with: options::with(node, cx),
            options: options::foreign(node, cx),
            comment: None,
            comments_beside: None,
            inherited: false,
            name,
            ty,
        };
        cx.once(node, CLAUSES);
        column.value = column.read_value(node, cx);
        column.read_nullability(node, cx);
        Some(column)
    }

    fn read_value(&self, node: Node<'_>, cx: &mut Reader<'_>) -> Value {
        let mut found = Value::Null;
        let mut first = None;
        for clause in
            node.children().filter(|it| matches!(it.rule(), Rule::default | Rule::generated))
        {
            if let Some(before) = first.replace(clause) {
                let diagnostic = Diagnostic::new(
                    &CONFLICTING_VALUES,
                    format!("`{}` gets its value in two ways", self.name),
                );
                cx.report(
                    diagnostic
                        .label(clause.span(), "second here")
                        .label(before.span(), "first here")
                        .help("keep one of them"),
                );
                continue;
            }
            found = match clause.rule() {
                Rule::default => {
                    let scope = Scope { expected: Some(self.ty.clone()), ..Scope::default() };
                    clause.first().map_or(Value::Null, |it| {
                        Value::Default(cx.expr(it, Form::Value, Some(&self.name), scope))
                    })
                }
                _ => self.read_generated(node, clause, cx),
            };
        }
        found
    }

    fn read_generated(&self, column: Node<'_>, clause: Node<'_>, cx: &mut Reader<'_>) -> Value {
        if let Some(identity) = clause.child(Rule::identity) {
            if !["smallint", "integer", "bigint"].iter().any(|name| self.ty.is(name)) {
                let diagnostic = Diagnostic::new(
                    &IDENTITY_TYPE,
                    format!("an identity column can't be `{}`", self.ty),
                );
                cx.report(
                    diagnostic
                        .label(clause.span(), "here")
                        .help("use `smallint`, `integer` or `bigint`"),
                );
            }
            if let Some(mark) = column.child(Rule::nullable) {
                let diagnostic = Diagnostic::new(
                    &NULLABLE_IDENTITY,
                    format!("`{}` is an identity column and can't be nullable", self.name),
                );
                let diagnostic = diagnostic.label(clause.span(), "here");
                let fix = Fix::certain("delete `?`").delete(mark.span());
                cx.report(diagnostic.help("take the `?` off its type").fix(fix));
            }
            let how = if clause.has(Rule::always) { Identity::Always } else { Identity::ByDefault };
            return Value::Identity(how, Box::new(SequenceOptions::read(identity, cx)));
        }
        let Some(generation) = clause.child(Rule::generation) else { return Value::Null };
        if !generation.has(Rule::generation_kind) {
            let message = format!("`{}` does not say whether its value is stored", self.name);
            let diagnostic =
                Diagnostic::new(&MISSING_CLAUSE, message).label(generation.end(), "here");
            cx.report(
                diagnostic.help("add `stored`; from PostgreSQL 18 on there is `virtual` too"),
            );
        }
        let kind = match generation.child(Rule::generation_kind) {
            Some(word) if word.is("stored") => Generation::Stored,
            _ => Generation::Virtual,
        };
        let Some(body) = generation.first() else { return Value::Null };
        let scope = Scope {
            relation: Some(cx.relation()),
            expected: Some(self.ty.clone()),
            ..Scope::default()
        };
        Value::Generated(cx.expr(body, Form::Expr, Some(&self.name), scope), kind)
    }

    /// Reads a named `constraint x not null`, and refuses `null` and an unnamed `not null`.
    fn read_nullability(&mut self, node: Node<'_>, cx: &mut Reader<'_>) {
        let mut name = None;
        let mut named = false;
        for clause in node.children() {
            let after_named = std::mem::take(&mut named);
            match clause.rule() {
                Rule::constraint_name => name = Some(clause),
                Rule::not_null if name.is_some() => {
                    self.not_null_name = name.take().and_then(|it| cx.child_name(it));
                    self.not_null = true;
                    named = true;
                }
                Rule::no_inherit if after_named => self.not_null_no_inherit = true,
                Rule::no_inherit => {
                    let message = "a column has no `no inherit` by itself";
                    let help = "write it after `check (…)` or `constraint NAME not null`";
                    let diagnostic = Diagnostic::new(&MISPLACED_CLAUSE, message);
                    cx.report(diagnostic.label(clause.span(), "here").help(help));
                }
                Rule::not_null | Rule::null => nullability::refuse(node, clause, cx),
                _ => name = None,
            }
        }
    }

    /// Adds the objects that the column's type and collation need.
    pub(crate) fn depends_on(&self, out: &mut Vec<Address>) {
        type_addresses(&self.ty, out);
        out.extend(self.collation.iter().map(collation_address));
    }

    /// Writes the column as in CREATE TABLE; `without_default` leaves its default to a later statement.
    pub(crate) fn sql(&self, without_default: bool) -> String {
        let mut sql = format!("{} {}", quote_ident(&self.name), self.ty);
        sql.push_str(&write_options(&self.options));
        if let Some(compression) = &self.compression {
            sql.push_str(&format!(" COMPRESSION {compression}"));
        }
        sql + &self.clauses(without_default)
    }

    /// Writes a column whose type is given elsewhere, as in a partition or a typed table. Its options and compression
    /// have no clause there.
    pub(crate) fn without_type_sql(&self, without_default: bool) -> String {
        format!("{} WITH OPTIONS{}", quote_ident(&self.name), self.clauses(without_default))
    }

    fn clauses(&self, without_default: bool) -> String {
        let mut sql = String::new();
        if let Some(collation) = &self.collation {
            sql.push_str(&format!(" COLLATE {collation}"));
        }
        match &self.value {
            Value::Default(expr) if !without_default => {
                sql.push_str(&format!(" DEFAULT {}", expr.as_default()))
            }
            Value::Null | Value::Default(_) => {}
            Value::Generated(expr, kind) => {
                let kind = match kind {
                    Generation::Stored => "STORED",
                    Generation::Virtual => "VIRTUAL",
                };
                sql.push_str(&format!(" GENERATED ALWAYS AS ({expr}) {kind}"));
            }
            Value::Identity(how, options) => {
                let how = match how {
                    Identity::Always => "ALWAYS",
                    Identity::ByDefault => "BY DEFAULT",
                };
                let clauses = options.clauses();
                let clauses = if clauses.is_empty() { clauses } else { format!(" ({clauses})") };
                sql.push_str(&format!(" GENERATED {how} AS IDENTITY{clauses}"));
            }
        }
        if let Some(name) = self.not_null_name.as_ref().filter(|_| self.not_null) {
            sql.push_str(&format!(" CONSTRAINT {}", quote_ident(name)));
        }
        if self.not_null {
            sql.push_str(" NOT NULL");
        }
        if self.not_null_no_inherit {
            sql.push_str(" NO INHERIT");
        }
        sql
    }

    /// Writes what a column that is only inherited has otherwise than its parent's.
    pub(crate) fn overrides(&self, table: &str, word: &str) -> Vec<String> {
        let alter = format!("ALTER {word} ONLY {table} ALTER COLUMN {}", quote_ident(&self.name));
        let alter = alter.replacen("FOREIGN TABLE ONLY", "FOREIGN TABLE", 1);
        let mut out = Vec::new();
        match &self.value {
            Value::Default(expr) => out.push(format!("{alter} SET DEFAULT {expr}")),
            Value::Null => out.push(format!("{alter} DROP DEFAULT")),
            // These a child has as its parent has them.
            Value::Generated(..) | Value::Identity(..) => {}
        }
        if self.not_null {
            out.push(format!("{alter} SET NOT NULL"));
        }
        out
    }

    /// Writes what a column whose type is given elsewhere has no clause for.
    pub(crate) fn without_type_settings(&self, table: &str, word: &str) -> Vec<String> {
        let alter = format!("ALTER {word} {table} ALTER COLUMN {}", quote_ident(&self.name));
        let mut out = Vec::new();
        out.extend(self.compression.as_ref().map(|it| format!("{alter} SET COMPRESSION {it}")));
        if !self.options.is_empty() {
            let add =
                self.options.iter().map(|it| format!("ADD {} {}", quote_ident(&it.name), it.value));
            out.push(format!("{alter} OPTIONS ({})", comma(add)));
        }
        out
    }

    /// Writes what CREATE TABLE has no clause for: storage, statistics, attribute options, the comment.
    pub(crate) fn settings(&self, table: &str, word: &str) -> Vec<String> {
        let alter = format!("ALTER {word} {table} ALTER COLUMN {}", quote_ident(&self.name));
        let mut out = Vec::new();
        out.extend(self.storage.as_ref().map(|it| format!("{alter} SET STORAGE {it}")));
        out.extend(self.statistics.as_ref().map(|it| format!("{alter} SET STATISTICS {it}")));
        if !self.with.0.is_empty() {
            out.push(format!("{alter} SET ({})", definition::write(&self.with.0)));
        }
        out.extend(self.comment.as_ref().map(|text| {
            format!(
                "COMMENT ON COLUMN {table}.{} IS {}",
                quote_ident(&self.name),
                crate::sql::ident::quote_literal(text)
            )
        }));
        out
    }
}

/// Writes the defaults that are part of a circle, once what they name is there.
pub(crate) fn late_defaults(columns: &[Column], table: &str, word: &str, steps: &mut Steps<'_>) {
    for column in columns.iter().filter(|it| steps.later_defaults.contains(&it.name)) {
        if let Value::Default(expr) = &column.value {
            let name = quote_ident(&column.name);
            steps
                .statements
                .push(format!("ALTER {word} {table} ALTER COLUMN {name} SET DEFAULT {expr}"));
        }
    }
}

/// Reads `collate NAME` among a column's clauses.
pub(crate) fn collation(node: Node<'_>) -> Option<Qualified> {
    node.child(Rule::collate)
        .and_then(|it| it.child(Rule::path))
        .map(|path| collation_name(path.text()))
}

/// Reads the name of a collation. Which there are beyond PostgreSQL's own depends on the server's machine, so nothing is
/// refused here; a bare name is left to the search path.
pub(crate) fn collation_name(text: &str) -> Qualified {
    let mut parts = split_path(text);
    let name = parts.pop().map(|part| part.name).unwrap_or_default();
    Qualified { schema: parts.pop().map(|part| part.name).unwrap_or_default(), name }
}

/// Returns the address of a collation that may be declared.
pub(crate) fn collation_address(name: &Qualified) -> Address {
    Address::new(Kind::Collation, name.schema.clone(), name.name.clone())
}

/// Adds every address that a type may have: it is an object of one of several kinds, or comes with a relation.
pub(crate) fn type_addresses(ty: &TypeName, out: &mut Vec<Address>) {
    if ty.is_builtin() {
        return;
    }
    for kind in Kind::TYPES.into_iter().chain([
        Kind::Table,
        Kind::ForeignTable,
        Kind::View,
        Kind::MaterializedView,
    ]) {
        out.push(Address::new(kind, ty.schema.clone(), ty.name.clone()));
    }
}

/// Reports clauses that a column can't have here, constraints included.
pub(crate) fn only(node: Node<'_>, allowed: &[Rule], what: &str, cx: &mut Reader<'_>) {
    let always = [Rule::name, Rule::type_ref];
    let wrong =
        node.children().find(|it| !always.contains(&it.rule()) && !allowed.contains(&it.rule()));
    if let Some(clause) = wrong {
        let text = clause.words();
        let first = |c: char| !c.is_alphanumeric() && c != '?';
        let word = match text.as_str() {
            "primary key" | "not null" => &text,
            _ => text.split(first).next().unwrap_or(""),
        };
        let diagnostic = Diagnostic::new(&MISPLACED_CLAUSE, format!("{what} has no `{word}`"));
        cx.report(diagnostic.label(clause.span(), "here").help("delete it"));
    }
}

/// Reports a name that another column of the relation has.
pub(crate) fn differs<'n>(
    name: &Name,
    mut others: impl Iterator<Item = &'n Name>,
    node: Node<'_>,
    cx: &mut Reader<'_>,
) {
    if others.any(|other| other == name) {
        let diagnostic =
            Diagnostic::new(&DUPLICATE_COLUMN, format!("there are two columns `{name}`"));
        let place = node.child(Rule::name).unwrap_or(node);
        cx.report(
            diagnostic.label(place.span(), "again here").help("rename or delete one of them"),
        );
    }
}

fn system_name(name: &str, node: Node<'_>, cx: &mut Reader<'_>) {
    const NAMES: [&str; 6] = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];
    if NAMES.contains(&name) {
        let place = node.child(Rule::name).unwrap_or(node);
        let diagnostic = Diagnostic::new(
            &SYSTEM_COLUMN_NAME,
            format!("every table has a system column `{name}`"),
        );
        cx.report(diagnostic.label(place.span(), "here").help("choose another name"));
    }
}

/// Reports a type that only parameters and results of routines can have.
pub(crate) fn pseudo(what: &str, ty: &TypeName, node: Node<'_>, cx: &mut Reader<'_>) {
    let found = if ty.is_builtin() { postgresql().type_named(&ty.name) } else { None };
    if found.is_some_and(|it| it.kind == TypeKind::Pseudo) {
        let message = format!("{what} can't be of the pseudo-type `{ty}`");
        let diagnostic = Diagnostic::new(&PSEUDO_TYPE_COLUMN, message).label(node.span(), "here");
        cx.report(diagnostic.help("use a type that values can have"));
    }
}

/// Adds every address that a relation may have; one of them exists.
pub(crate) fn relation_addresses(relation: &Qualified, out: &mut Vec<Address>) {
    out.extend(
        Kind::RELATIONS
            .map(|kind| Address::new(kind, relation.schema.clone(), relation.name.clone())),
    );
}
