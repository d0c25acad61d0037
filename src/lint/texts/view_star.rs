//! A view over `select *`: its columns are those that there were when it was made.

use super::{Seen, Tree};
use crate::compile::ResultColumn;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};
use crate::lint::cx::Cx;
use crate::object::Object;
use crate::sql::ast::dml::StatementKind;
use crate::sql::ast::query::{FromItem, FromSource, Query, QueryBody, Select};
use crate::sql::ast::{Expr, ExprKind, Path};
use crate::sql::ident::quote_ident;

rule!(VIEW_OVER_SELECT_STAR, Warning, "view-over-select-star");

pub(super) fn check(cx: &Cx<'_>, seen: &Seen<'_>) {
    let declared = match seen.object {
        Some(Object::View(it)) => it.columns.len(),
        Some(Object::MaterializedView(it)) => it.columns.len(),
        _ => return,
    };
    let Tree::Statements(statements) = &seen.tree else { return };
    let Some(StatementKind::Query(query)) = statements.last().map(|it| &it.kind) else { return };
    let result = seen.text.at.as_ref().and_then(|at| cx.compiled.views.get(at));
    // Declared columns have names of their own, and those of the tables are not known then.
    let result = result.map(Vec::as_slice).filter(|_| declared == 0 && seen.is_exact());
    let names: Vec<&str> = query
        .with
        .iter()
        .flat_map(|it| &it.tables)
        .map(|table| table.name.name.as_str())
        .collect();
    top(cx, seen, query, &names, result);
}

/// Looks at the query whose columns are those of the view, and at those that are united with it.
fn top(
    cx: &Cx<'_>,
    seen: &Seen<'_>,
    query: &Query,
    common: &[&str],
    result: Option<&[ResultColumn]>,
) {
    match &query.body {
        QueryBody::Select(select) => stars(cx, seen, select, common, result),
        QueryBody::SetOperation(it) => {
            top(cx, seen, &it.left, common, result);
            top(cx, seen, &it.right, common, None);
        }
        QueryBody::Nested(it) => top(cx, seen, it, common, result),
        QueryBody::Values(_) | QueryBody::Table(_) => {}
    }
}

fn stars(
    cx: &Cx<'_>,
    seen: &Seen<'_>,
    select: &Select,
    common: &[&str],
    result: Option<&[ResultColumn]>,
) {
    let is_star = |expr: &Expr| matches!(expr.kind, ExprKind::Star(_));
    let n_stars = select.targets.iter().filter(|it| is_star(&it.value)).count();
    for (n, target) in select.targets.iter().enumerate() {
        let ExprKind::Star(of) = &target.value.kind else { continue };
        if !select.from.iter().any(|item| gives(item, of.as_ref(), common)) {
            continue;
        }
        let text = seen.part(target.value.range);
        let mut diagnostic = Diagnostic::new(
            &VIEW_OVER_SELECT_STAR,
            format!("`{text}` stands for the columns that there are when the view is made"),
        )
        .label(seen.place(target.value.range), "a column that is added later is not in the view")
        .help("name the columns");
        let single = of.is_some() || matches!(select.from.as_slice(), [one] if is_table(one));
        if let Some(result) = result.filter(|_| n_stars == 1 && single) {
            let n_others = select.targets.len() - 1;
            let n_columns = result.len().saturating_sub(n_others);
            let columns = result.iter().skip(n).take(n_columns).map(|it| it.name.as_str());
            let listed = list(columns, of.as_ref(), seen);
            let fix = Fix::likely("name the columns");
            diagnostic = diagnostic.fix(fix.replace(seen.place(target.value.range), listed));
        }
        seen.report(cx, diagnostic);
    }
}

fn list<'n>(
    columns: impl Iterator<Item = &'n str>,
    of: Option<&Path>,
    seen: &Seen<'_>,
) -> String {
    let prefix = of.map(|path| format!("{}.", seen.part(path.range()))).unwrap_or_default();
    let names: Vec<String> =
        columns.map(|name| format!("{prefix}{}", quote_ident(name))).collect();
    names.join(", ")
}

fn is_table(item: &FromItem) -> bool {
    matches!(item.source, FromSource::Table(..))
}

/// Tells whether the columns of a star are those of a table: a query in FROM or WITH has named its own.
fn gives(item: &FromItem, of: Option<&Path>, common: &[&str]) -> bool {
    match &item.source {
        FromSource::Table(table, _) => {
            let last = table.path.last().map_or("", |it| it.name.as_str());
            let alias = item.alias.as_ref().and_then(|it| it.name.as_ref());
            let name = alias.map_or(last, |it| it.name.as_str());
            let is_meant = of.is_none_or(|of| of.last().is_some_and(|it| it.name == name));
            let is_common = table.path.0.len() == 1 && common.contains(&last);
            is_meant && !is_common
        }
        FromSource::Join(join) => {
            gives(&join.left, of, common) || gives(&join.right, of, common)
        }
        FromSource::Function(_)
        | FromSource::RowsFrom(..)
        | FromSource::Query(_)
        | FromSource::Document(_) => false,
    }
}
