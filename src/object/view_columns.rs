//! The columns that the author of a view declares: shared by views and materialized views.

use super::address::Name;
use super::column;
use super::column_change;
use super::options;
use super::reader::{Form, Reader, Scope};
use super::steps::Steps;
use crate::diagnostic::rule::rule;
use crate::sql::definition::{self, Parameters};
use crate::sql::expr::Expr;
use crate::sql::ident::{quote_ident, quote_literal};
use crate::sql::type_name::TypeName;
use crate::sql::writer::{comment_on, name_list};
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

/// Tells whether a view can be replaced by one with these columns: they are its own, perhaps with others behind them
/// (manual: CREATE VIEW). It can't where they are not known.
pub(crate) fn extend(old: &[(Name, TypeName)], new: &[(Name, TypeName)]) -> bool {
    !old.is_empty() && new.starts_with(old)
}

/// Writes what leads from the defaults of some columns to those of others.
pub(crate) fn alter_defaults(
    old: &[ViewColumn],
    new: &[ViewColumn],
    view: &str,
    steps: &mut Steps<'_>,
) {
    for (name, before, after) in pairs(old, new, |it| it.default.as_ref()) {
        let alter = format!("ALTER VIEW {view} ALTER COLUMN {}", quote_ident(name));
        match after {
            after if after == before => {}
            Some(expr) => steps.push(format!("{alter} SET DEFAULT {expr}")),
            None => steps.push(format!("{alter} DROP DEFAULT")),
        }
    }
}

/// Writes what leads from the comments on some columns to those on others.
pub(crate) fn alter_comments(
    old: &[ViewColumn],
    new: &[ViewColumn],
    view: &str,
    steps: &mut Steps<'_>,
) {
    for (name, before, after) in pairs(old, new, |it| it.comment.as_deref()) {
        if before != after {
            steps.push(comment_on(&format!("COLUMN {view}.{}", quote_ident(name)), after));
        }
    }
}

/// Writes what leads from the settings of some columns of a materialized view to those of others.
pub(crate) fn alter_settings(
    old: &[ViewColumn],
    new: &[ViewColumn],
    view: &str,
    steps: &mut Steps<'_>,
) {
    let none = Settings::default();
    let types = |name: &Name| new.iter().chain(old).find(|it| it.name == *name).map(|it| &it.ty);
    for (name, before, after) in pairs(old, new, |it| Some(&it.settings)) {
        let (before, after) = (before.unwrap_or(&none), after.unwrap_or(&none));
        let alter = format!("ALTER MATERIALIZED VIEW {view} ALTER COLUMN {}", quote_ident(name));
        if before.storage != after.storage {
            let default = types(name).and_then(column_change::default_storage);
            let storage = after.storage.as_deref().or(default).unwrap_or("DEFAULT");
            steps.push(format!("{alter} SET STORAGE {storage}"));
        }
        if before.compression != after.compression {
            let method = after.compression.as_deref().unwrap_or("default");
            steps.push(format!("{alter} SET COMPRESSION {method}"));
        }
        if before.statistics != after.statistics {
            let target = after.statistics.as_deref().unwrap_or("-1");
            steps.push(format!("{alter} SET STATISTICS {target}"));
        }
        column_change::parameters(&before.with, &after.with, &alter, steps);
    }
}

/// Returns what each column that is declared before or after has of something, on both sides.
fn pairs<'c, T>(
    old: &'c [ViewColumn],
    new: &'c [ViewColumn],
    of: impl Fn(&'c ViewColumn) -> Option<T> + 'c,
) -> impl Iterator<Item = (&'c Name, Option<T>, Option<T>)> + 'c {
    let only_old = old.iter().filter(|it| new.iter().all(|other| other.name != it.name));
    let names = new.iter().chain(only_old).map(|it| &it.name);
    names.map(move |name| {
        let find = |list: &'c [ViewColumn]| list.iter().find(|it| it.name == *name);
        (name, find(old).and_then(&of), find(new).and_then(&of))
    })
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
