//! The columns that the author of a view declares: shared by views and materialized views.

use super::address::Name;
use super::column;
use super::options;
use super::reader::{Form, Reader, Scope};
use crate::diagnostic::rule::rule;
use crate::sql::definition::{self, Parameters};
use crate::sql::expr::Expr;
use crate::sql::ident::{quote_ident, quote_literal};
use crate::sql::type_name::TypeName;
use crate::sql::writer::name_list;
use crate::syntax::{Node, Rule};

rule!(VIEW_WITHOUT_QUERY, Error, "view-without-query");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&VIEW_WITHOUT_QUERY];

/// A column of a view, as its author declared it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewColumn {
    /// The name.
    pub name: Name,
    /// The type that the author says the query gives.
    pub ty: TypeName,
    /// Whether the author says that it can be NULL.
    pub nullable: bool,
    /// What an INSERT into the view puts in where it gives no value.
    pub default: Option<Expr>,
    /// Its comment.
    pub comment: Option<Box<str>>,
    /// How a materialized view keeps it.
    pub settings: Settings,
}

/// How values of a column are kept and counted: materialized views only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `STORAGE`, upper case.
    pub storage: Option<Name>,
    /// `COMPRESSION`.
    pub compression: Option<Name>,
    /// `SET STATISTICS`.
    pub statistics: Option<Name>,
    /// `n_distinct` and the like.
    pub with: Parameters,
}

impl Settings {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Settings {
        let word = |rule_of: Rule| node.child(rule_of)?.first().map(|it| it.text());
        Settings {
            storage: word(Rule::storage).map(|it| it.to_uppercase().into()),
            compression: word(Rule::compression).map(|it| it.to_lowercase().into()),
            statistics: word(Rule::column_statistics).map(Name::from),
            with: options::with(node, cx),
        }
    }

    /// Writes what ALTER MATERIALIZED VIEW sets.
    fn sql(&self, alter: &str) -> Vec<String> {
        let words = [
            ("STORAGE", &self.storage),
            ("COMPRESSION", &self.compression),
            ("STATISTICS", &self.statistics),
        ];
        let set = |(word, value): (&str, &Option<Name>)| {
            Some(format!("{alter} SET {word} {}", value.as_ref()?))
        };
        let mut out: Vec<String> = words.into_iter().filter_map(set).collect();
        if !self.with.0.is_empty() {
            out.push(format!("{alter} SET ({})", definition::write(&self.with.0)));
        }
        out
    }
}

/// The clauses that say it.
const SETTINGS: [Rule; 4] = [Rule::storage, Rule::compression, Rule::column_statistics, Rule::with];

/// Writes the settings of all columns.
pub(crate) fn settings(columns: &[ViewColumn], view: &str) -> Vec<String> {
    let of = |it: &ViewColumn| {
        let alter =
            format!("ALTER MATERIALIZED VIEW {view} ALTER COLUMN {}", quote_ident(&it.name));
        it.settings.sql(&alter)
    };
    columns.iter().flat_map(of).collect()
}

impl ViewColumn {
    /// Reads `name: type[?] [default …];` of a view.
    pub(crate) fn read(
        node: Node<'_>,
        before: &[ViewColumn],
        cx: &mut Reader<'_>,
    ) -> Option<ViewColumn> {
        column::only(node, &[Rule::nullable, Rule::default], "a column of a view", cx);
        ViewColumn::read_any(node, before, cx)
    }

    /// Reads `name: type[?] [storage …] …;` of a materialized view.
    pub(crate) fn read_materialized(
        node: Node<'_>,
        before: &[ViewColumn],
        cx: &mut Reader<'_>,
    ) -> Option<ViewColumn> {
        let allowed: Vec<Rule> = SETTINGS.into_iter().chain([Rule::nullable]).collect();
        column::only(node, &allowed, "a column of a materialized view", cx);
        ViewColumn::read_any(node, before, cx)
    }

    fn read_any(node: Node<'_>, before: &[ViewColumn], cx: &mut Reader<'_>) -> Option<ViewColumn> {
        let (name, ty) = (cx.child_name(node)?, cx.child_type(node)?);
        column::differs(&name, before.iter().map(|it| &it.name), node, cx);
        let default = node.child(Rule::default).and_then(|it| it.first());
        let scope = Scope { expected: Some(ty.clone()), ..Scope::default() };
        let default = default.map(|it| cx.expr(it, Form::Value, Some(&name), scope));
        let settings = Settings::read(node, cx);
        let nullable = node.has(Rule::nullable);
        Some(ViewColumn { nullable, name, ty, default, comment: None, settings })
    }
}

/// Writes ` (a, b)`, or nothing where no column is declared.
pub(crate) fn names(columns: &[ViewColumn]) -> String {
    if columns.is_empty() {
        String::new()
    } else {
        format!(" ({})", name_list(columns.iter().map(|it| &it.name)))
    }
}

/// Writes the query of a view of which only the columns are needed, as `pg_dump` does to break a circle.
pub(crate) fn outline(columns: &[(Name, TypeName)]) -> String {
    let column = |(name, ty): &(Name, TypeName)| format!("    NULL::{ty} AS {}", quote_ident(name));
    let columns: Vec<String> = columns.iter().map(column).collect();
    format!("SELECT\n{}", columns.join(",\n"))
}

/// Writes the comments on columns.
pub(crate) fn comments<'c>(
    columns: &'c [ViewColumn],
    view: &'c str,
) -> impl Iterator<Item = String> + 'c {
    columns.iter().filter_map(move |it| {
        let comment = it.comment.as_ref()?;
        Some(format!(
            "COMMENT ON COLUMN {view}.{} IS {}",
            quote_ident(&it.name),
            quote_literal(comment)
        ))
    })
}
