//! The columns that the author of a view declares: shared by views and materialized views.

use super::address::Name;
use super::column;
use super::reader::{Form, Reader, Scope};
use crate::diagnostic::rule::rule;
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
}

impl ViewColumn {
    /// Reads `name: type[?] [default …];`.
    pub(crate) fn read(
        node: Node<'_>,
        before: &[ViewColumn],
        cx: &mut Reader<'_>,
    ) -> Option<ViewColumn> {
        column::only(node, &[Rule::nullable, Rule::default], "a column of a view", cx);
        let (name, ty) = (cx.child_name(node)?, cx.child_type(node)?);
        column::differs(&name, before.iter().map(|it| &it.name), node, cx);
        let default = node.child(Rule::default).and_then(|it| it.first());
        let scope = Scope { expected: Some(ty.clone()), ..Scope::default() };
        let default = default.map(|it| cx.expr(it, Form::Value, Some(&name), scope));
        Some(ViewColumn { nullable: node.has(Rule::nullable), name, ty, default, comment: None })
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
