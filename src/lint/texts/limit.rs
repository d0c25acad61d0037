//! Rows that are left out without saying which, and an order that nobody keeps.

use super::{Seen, Tree};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::lint::cx::Cx;
use crate::object::Object;
use crate::sql::ast::dml::StatementKind;
use crate::sql::ast::query::{Query, QueryBody, Select, SelectDistinct};
use crate::sql::ast::walk::Part;

rule!(DISTINCT_ON_WITHOUT_ORDER, Warning, "distinct-on-without-order-by");
rule!(LIMIT_WITHOUT_ORDER, Warning, "limit-without-order-by");
rule!(ORDER_BY_IN_VIEW, Warning, Off, "order-by-in-view");

pub(super) fn check(cx: &Cx<'_>, seen: &Seen<'_>) {
    seen.each(|part| {
        if let Part::Query(query) = part
            && query.order_by.is_empty()
            && let QueryBody::Select(select) = &query.body
        {
            distinct_on(cx, seen, select);
        }
    });
    let is_view = matches!(seen.object, Some(Object::View(_) | Object::MaterializedView(_)));
    // What a query or a function gives first is for its caller to say; a view is read by many.
    if !is_view {
        return;
    }
    let Tree::Statements(statements) = &seen.tree else { return };
    for statement in statements {
        if let StatementKind::Query(query) = &statement.kind {
            whole(cx, seen, query);
        }
    }
}

fn distinct_on(cx: &Cx<'_>, seen: &Seen<'_>, select: &Select) {
    let SelectDistinct::On(keys) = &select.distinct else { return };
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return };
    let diagnostic = Diagnostic::new(
        &DISTINCT_ON_WITHOUT_ORDER,
        "nothing says which of the rows with the same key is kept",
    )
    .label(seen.place(first.range.to(last.range)), "the first row of each key, whichever that is")
    .help("add `order by` with these keys first, then with what decides");
    seen.report(cx, diagnostic);
}

fn whole(cx: &Cx<'_>, seen: &Seen<'_>, query: &Query) {
    let count = query.limit.as_ref().and_then(|it| it.count.as_ref());
    let sorted = query.order_by.first().zip(query.order_by.last());
    match (count, sorted) {
        (Some(count), None) if reads_tables(query) => {
            let diagnostic = Diagnostic::new(
                &LIMIT_WITHOUT_ORDER,
                "nothing says which rows are left out",
            )
            .label(seen.place(count.range), "these are whichever PostgreSQL finds first")
            .help("add `order by`");
            seen.report(cx, diagnostic);
        }
        // With a limit or an offset the order says which rows there are.
        (None, Some((first, last))) if query.limit.is_none() => {
            let is_kept = matches!(&query.body, QueryBody::Select(it)
                if matches!(it.distinct, SelectDistinct::On(_)));
            if is_kept || !matches!(seen.object, Some(Object::View(_))) {
                return;
            }
            let range = first.value.range.to(last.value.range);
            let diagnostic = Diagnostic::new(&ORDER_BY_IN_VIEW, "a view has no order of its own")
                .label(seen.place(range), "sorted for each query, also where it asks for another order")
                .help("leave `order by` out, and say it in the queries that read the view");
            seen.report(cx, diagnostic);
        }
        _ => {}
    }
}

fn reads_tables(query: &Query) -> bool {
    match &query.body {
        QueryBody::Select(select) => !select.from.is_empty(),
        QueryBody::Values(_) => false,
        QueryBody::Table(_) | QueryBody::SetOperation(_) | QueryBody::Nested(_) => true,
    }
}
