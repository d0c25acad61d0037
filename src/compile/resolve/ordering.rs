//! The keys of `order by` and `distinct on`: numbers and names of a result's columns, or expressions (`findTargetlistEntry`).

use super::canon::canon;
use super::query::Result;
use super::scope::{Scope, Var};
use super::text::{Resolver, count};
use crate::diagnostic::Rule;
use crate::diagnostic::rule::rule;
use crate::sql::ast::query::{Select, SelectDistinct, SortKey, Target};
use crate::sql::ast::{Expr, ExprKind};
use crate::sql::lex::TextRange;

rule!(POSITION_OUT_OF_RANGE, Error, "position-out-of-range");
rule!(CONSTANT_KEY, Error, "constant-sort-key");
rule!(UNSELECTED_ORDER, Error, "order-not-selected");

/// The rules of this file.
pub(crate) const RULES: &[&Rule] = &[&POSITION_OUT_OF_RANGE, &CONSTANT_KEY, &UNSELECTED_ORDER];

/// One column of a select list: an entry, or what `*` stands for.
pub(super) enum Output<'e> {
    Entry(usize, &'e Expr),
    Star(Var),
}

impl Resolver<'_, '_> {
    /// Finds the column of a result that a number means, and reports a number that means none.
    pub(super) fn position<'e>(
        &self,
        digits: &str,
        range: TextRange,
        select: &'e Select,
        scope: &Scope<'_>,
        clause: &str,
    ) -> Option<Output<'e>> {
        let Some(n) = digits.parse::<usize>().ok() else {
            self.constant_key(range, clause);
            return None;
        };
        let mut outputs = outputs(&select.targets, scope)?;
        if 1 <= n && n <= outputs.len() {
            return Some(outputs.swap_remove(n - 1));
        }
        self.no_position(n, outputs.len(), range, clause);
        None
    }

    fn no_position(&self, n: usize, n_columns: usize, range: TextRange, clause: &str) {
        let columns = count(n_columns, "column");
        let message = format!("`{clause}` names column {n} of a result that has {columns}");
        let help = "write the number of a column, or its name".to_owned();
        self.report(&POSITION_OUT_OF_RANGE, message, range, "no such column", Some(help));
    }

    pub(super) fn constant_key(&self, range: TextRange, clause: &str) {
        let message = format!("`{clause}` names a constant");
        let help = "write the name of a column; names stand without quotes or in double ones";
        self.report(&CONSTANT_KEY, message, range, "here", Some(help.to_owned()));
    }

    /// Resolves `order by` of a query without `union` and the like.
    pub(super) fn order_by(
        &mut self,
        order: &[SortKey],
        select: &Select,
        result: &Result,
        scope: &Scope<'_>,
    ) {
        let distinct = select.distinct == SelectDistinct::Distinct && result.complete;
        let selected = outputs(&select.targets, scope).filter(|_| distinct);
        let selected = selected.and_then(|list| {
            list.iter().map(|it| output_text(it, scope)).collect::<Option<Vec<String>>>()
        });
        for key in order {
            match &key.value.kind {
                ExprKind::Number(digits) => {
                    self.position(digits, key.value.range, select, scope, "order by");
                    continue;
                }
                ExprKind::String(_) => {
                    self.constant_key(key.value.range, "order by");
                    continue;
                }
                _ => {}
            }
            if is_result_column(&key.value, result) {
                continue;
            }
            self.sort_key(key, scope);
            let Some(selected) = &selected else { continue };
            let text = canon(&key.value, scope);
            if text.is_some_and(|text| !selected.contains(&text)) {
                let message = "`select distinct` is ordered by what is not selected".to_owned();
                let help = Some("select it too, or order by what is selected".to_owned());
                self.report(&UNSELECTED_ORDER, message, key.value.range, "here", help);
            }
        }
    }

    /// The keys of `distinct on` are the first of `order by`, in any order.
    pub(super) fn check_distinct_on(
        &self,
        keys: &[Expr],
        order: &[SortKey],
        select: &Select,
        scope: &Scope<'_>,
    ) {
        let text = |expr: &Expr| self.key_text(expr, select, scope);
        let keys: Option<Vec<String>> = keys.iter().map(text).collect();
        let sorted: Option<Vec<String>> = order.iter().map(|it| text(&it.value)).collect();
        let (Some(keys), Some(sorted)) = (keys, sorted) else { return };
        let Some(first_other) = sorted.iter().position(|it| !keys.contains(it)) else { return };
        let before = sorted.get(..first_other).unwrap_or_default();
        if keys.iter().all(|it| before.contains(it)) {
            return;
        }
        let range = order.get(first_other).map(|it| it.value.range).unwrap_or_default();
        let message = "`order by` begins with something else than `distinct on`".to_owned();
        let help = Some("order by the keys of `distinct on` first".to_owned());
        self.report(&UNSELECTED_ORDER, message, range, "this comes too early", help);
    }

    /// Writes a key of `distinct on` or `order by`, which may be a column of the result.
    fn key_text(&self, expr: &Expr, select: &Select, scope: &Scope<'_>) -> Option<String> {
        match &expr.kind {
            ExprKind::Number(digits) => {
                let n = digits.parse::<usize>().ok()?.checked_sub(1)?;
                output_text(outputs(&select.targets, scope)?.get(n)?, scope)
            }
            ExprKind::Column(path) => {
                let target = match path.0.as_slice() {
                    [name] => named(&select.targets, &name.name),
                    _ => None,
                };
                canon(
                    target.and_then(|n| select.targets.get(n)).map_or(expr, |it| &it.value),
                    scope,
                )
            }
            _ => canon(expr, scope),
        }
    }

    /// Resolves `order by` of a `union` and the like: it can only name columns of the result.
    pub(super) fn order_result(&mut self, order: &[SortKey], result: &Result, scope: &Scope<'_>) {
        for key in order {
            let range = key.value.range;
            match &key.value.kind {
                ExprKind::Number(digits) => {
                    let n = digits.parse::<usize>().ok();
                    let n_columns = result.columns.len();
                    if let Some(n) = n.filter(|n| result.complete && (*n < 1 || n_columns < *n)) {
                        self.no_position(n, n_columns, range, "order by");
                    }
                }
                ExprKind::String(_) => self.constant_key(range, "order by"),
                _ if is_result_column(&key.value, result) => {}
                ExprKind::Column(_) => self.sort_key(key, scope),
                _ => {
                    let message = "`order by` of a `union`, `intersect` or `except` names only columns of its result";
                    let help = "select it in both parts, or put the parts into a query in `from`";
                    let help = Some(help.to_owned());
                    self.report(&UNSELECTED_ORDER, message.to_owned(), range, "no column", help);
                }
            }
        }
    }
}

/// A bare name of a result column, or one that may be.
fn is_result_column(expr: &Expr, result: &Result) -> bool {
    matches!(&expr.kind, ExprKind::Column(path)
        if matches!(path.0.as_slice(), [name]
            if result.columns.iter().any(|it| it.name == name.name) || !result.complete))
}

/// The number of the entry of a select list that has a name.
pub(super) fn named(targets: &[Target], name: &str) -> Option<usize> {
    targets.iter().position(|it| {
        let own = || crate::sql::figure::of(&it.value).is_some_and(|it| it == name);
        it.alias.as_ref().map_or_else(own, |alias| alias.name == name)
    })
}

/// The columns of a select list; `None` where they are not all known.
pub(super) fn outputs<'e>(targets: &'e [Target], scope: &Scope<'_>) -> Option<Vec<Output<'e>>> {
    let mut found = Vec::with_capacity(targets.len());
    for (n, target) in targets.iter().enumerate() {
        match &target.value.kind {
            ExprKind::Star(None) => {
                for (n, source) in scope.sources.iter().enumerate() {
                    found.extend(source.vars(n).map(Output::Star));
                    if !source.complete {
                        return None;
                    }
                }
            }
            ExprKind::Star(Some(path)) => {
                let [table] = path.0.as_slice() else { return None };
                let rel = scope.rel(None, &table.name).filter(|it| it.complete)?;
                for column in rel.columns.iter() {
                    let var = scope.qualified_var(None, &table.name, &column.name)?;
                    found.push(Output::Star(var));
                }
            }
            ExprKind::FieldStar(_) => return None,
            _ => found.push(Output::Entry(n, &target.value)),
        }
    }
    Some(found)
}

fn output_text(output: &Output<'_>, scope: &Scope<'_>) -> Option<String> {
    match output {
        Output::Entry(_, expr) => canon(expr, scope),
        Output::Star(var) => Some(format!("{}.{var:?}", scope.level())),
    }
}
