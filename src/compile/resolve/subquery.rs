//! What a query is where it stands: a value, a row, rows of `values`; how many rows it gives, and which it locks.

use super::level::Clause;
use super::query::Result;
use super::scope::Scope;
use super::text::{Resolver, count};
use super::value::{Column, UNTYPED, Value};
use crate::diagnostic::Rule;
use crate::diagnostic::rule::rule;
use crate::sql::ast::query::{Limit, Query, QueryBody, SelectDistinct};
use crate::sql::ast::{Expr, ExprKind};
use crate::sql::builtin::casts::CastContext;
use crate::sql::lex::TextRange;
use crate::sql::typing::can_coerce;

rule!(WRONG_LIMIT, Error, "wrong-limit");
rule!(STAR_OF_NOTHING, Error, "star-without-source");
rule!(SUBQUERY_COLUMNS, Error, "subquery-column-count");
rule!(ROW_LENGTH, Error, "values-row-length");
rule!(MISPLACED_LOCK, Error, "misplaced-lock");

/// The rules of this file.
pub(crate) const RULES: &[&Rule] =
    &[&WRONG_LIMIT, &STAR_OF_NOTHING, &SUBQUERY_COLUMNS, &ROW_LENGTH, &MISPLACED_LOCK];

impl Resolver<'_, '_> {
    /// Resolves a query that gives one column, and returns its value.
    pub(super) fn single(&mut self, query: &Query, outer: &Scope<'_>) -> Value {
        self.columns_like(query, 1, outer)
    }

    /// Resolves a query that is compared with an expression: it gives as many columns as that has values.
    pub(super) fn compared(&mut self, query: &Query, left: &Expr, outer: &Scope<'_>) -> Value {
        let n_columns = match &left.kind {
            ExprKind::Row(list) if list.iter().any(is_star) => None,
            ExprKind::Row(list) => Some(list.len()),
            _ => Some(1),
        };
        match n_columns {
            Some(n) => self.columns_like(query, n, outer),
            None => {
                self.query(query, outer);
                Value::unknown()
            }
        }
    }

    fn columns_like(&mut self, query: &Query, n_columns: usize, outer: &Scope<'_>) -> Value {
        let result = self.query(query, outer).settled();
        if !result.complete {
            return Value::unknown();
        }
        if result.columns.len() != n_columns {
            let gives = count(result.columns.len(), "column");
            let message = match n_columns {
                1 => format!(
                    "a query that stands for a value gives one column, and this gives {gives}"
                ),
                _ => format!("the query gives {gives}, and {n_columns} are compared"),
            };
            let place = result.places.get(n_columns).copied().unwrap_or(query.range);
            let help = Some("select as many columns as are wanted".to_owned());
            self.report(&SUBQUERY_COLUMNS, message, place, "here", help);
            return Value::unknown();
        }
        match result.columns.as_slice() {
            [only] => only.value.clone(),
            _ => Value::unknown(),
        }
    }

    /// `for update` and the like lock rows of tables, so each row of the result must be one.
    pub(super) fn check_locks(&self, query: &Query) {
        let Some(lock) = query.locks.first() else { return };
        let why = match &query.body {
            QueryBody::SetOperation(_) => "`union`, `intersect` or `except`",
            QueryBody::Values(_) => "`values`",
            QueryBody::Select(it) if it.distinct != SelectDistinct::All => "`distinct`",
            QueryBody::Select(it) if !it.group_by.is_empty() => "`group by`",
            QueryBody::Select(it) if it.having.is_some() => "`having`",
            QueryBody::Select(_) | QueryBody::Table(_) | QueryBody::Nested(_) => return,
        };
        let message = format!("`for {}` can't stand in a query with {why}", lock.strength);
        let help = Some("lock the rows in a query of their own in `from`".to_owned());
        self.report(&MISPLACED_LOCK, message, query.range, "its rows are no rows of a table", help);
    }

    pub(super) fn star_of_nothing(&self, range: TextRange) {
        let message = "`*` stands for the columns of `from`, and there is none".to_owned();
        let help = Some("add `from`, or name what to select".to_owned());
        self.report(&STAR_OF_NOTHING, message, range, "here", help);
    }

    /// `limit` and `offset` take a number that is the same for all rows.
    pub(super) fn limit(&mut self, limit: &Limit, scope: &Scope<'_>) {
        let level = scope.level();
        for expr in limit.count.iter().chain(&limit.offset) {
            let mark = self.trace.mark();
            let value = self.within(Clause::Limit, scope, |this| this.expr(expr, scope));
            self.trace.forget(mark, level);
            self.check_expr_literal(expr, &Value::of("bigint"));
            let ty = value.ty().filter(|ty| *ty != UNTYPED);
            let fits = ty.is_none_or(|ty| {
                can_coerce(ty, "bigint", CastContext::Assignment, &self.world.types) != Some(false)
            });
            if !fits {
                let message =
                    format!("`limit` and `offset` take a number, and this is `{}`", value.shown());
                let help = Some("write a number, or cast it to `bigint`".to_owned());
                self.report(&WRONG_LIMIT, message, expr.range, "here", help);
            }
        }
    }

    /// Each row of `values` has as many values as the first.
    pub(super) fn check_row_lengths(&self, rows: &[Vec<Expr>]) -> bool {
        let (Some(first), has_star) = (rows.first(), rows.iter().flatten().any(is_star)) else {
            return true;
        };
        let Some(other) = rows.iter().find(|it| it.len() != first.len() && !has_star) else {
            return true;
        };
        let n_values = |row: &[Expr]| count(row.len(), "value");
        let message = format!(
            "the first row of `values` has {}, and this has {}",
            n_values(first),
            n_values(other)
        );
        let (start, end) = (other.first(), other.last());
        let place =
            start.zip(end).map(|(start, end)| start.range.to(end.range)).unwrap_or_default();
        let help = Some("give each row the same number of values".to_owned());
        self.report(&ROW_LENGTH, message, place, "this row", help);
        false
    }

    pub(super) fn values(&mut self, rows: &[Vec<Expr>], scope: &Scope<'_>) -> Result {
        let mut columns: Vec<Vec<(&Expr, Value)>> = Vec::new();
        let alike = self.check_row_lengths(rows);
        for row in rows {
            for (n, expr) in row.iter().enumerate() {
                let value = self.expr(expr, scope);
                match columns.get_mut(n) {
                    Some(column) => column.push((expr, value)),
                    None => columns.push(vec![(expr, value)]),
                }
            }
        }
        let mut named = Vec::with_capacity(columns.len());
        for (n, values) in columns.iter().enumerate() {
            let nullable = values.iter().any(|(_, value)| value.nullable);
            let value = self.common(values, "`values`").or_null(nullable);
            named.push(Column { name: format!("column{}", n + 1).into(), value });
        }
        Result::of(named, alike)
    }
}

pub(super) fn is_star(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Star(_) | ExprKind::FieldStar(_))
}
