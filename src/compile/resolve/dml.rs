//! Statements: queries and the four that change rows.

use std::rc::Rc;

use super::query::Result;
use super::scope::{Rel, Scope, Source};
use super::text::Resolver;
use super::value::Value;
use crate::compile::check::columns::UNKNOWN_COLUMN;
use crate::diagnostic::did_you_mean;
use crate::sql::ast::dml::{
    Assignment, ChangedTable, ColumnTarget, Condition, ConflictTarget, Delete, Insert,
    InsertSource, Merge, MergeAction, OnConflict, Returning, StatementKind, Step, Update,
};
use crate::sql::ast::query::{Query, QueryBody, With};
use crate::sql::ast::{Expr, ExprKind, Index};

impl Resolver<'_, '_> {
    /// Resolves a statement and gives the columns of its result.
    pub(super) fn statement_kind(&mut self, kind: &StatementKind, scope: &Scope<'_>) -> Result {
        match kind {
            StatementKind::Query(query) => self.query(query, scope),
            StatementKind::Insert(it) => {
                self.changing(it.with.as_deref(), scope, |this, scope| this.insert(it, scope))
            }
            StatementKind::Update(it) => {
                self.changing(it.with.as_deref(), scope, |this, scope| this.update(it, scope))
            }
            StatementKind::Delete(it) => {
                self.changing(it.with.as_deref(), scope, |this, scope| this.delete(it, scope))
            }
            StatementKind::Merge(it) => {
                self.changing(it.with.as_deref(), scope, |this, scope| this.merge(it, scope))
            }
            StatementKind::Return(expr) => {
                self.expr(expr, scope);
                Result::none()
            }
            StatementKind::Other => Result::open(),
        }
    }

    fn changing(
        &mut self,
        with: Option<&With>,
        outer: &Scope<'_>,
        run: impl FnOnce(&mut Self, &Scope<'_>) -> Result,
    ) -> Result {
        self.n_queries += 1;
        let mut scope = Scope::inside(outer);
        if let Some(with) = with {
            self.with(with, &mut scope);
        }
        let result = run(self, &scope);
        self.n_queries -= 1;
        result
    }

    fn changed(&mut self, it: &ChangedTable, scope: &Scope<'_>) -> Source {
        let mut source =
            self.table_source(&it.table, None, &Scope { parent: scope.parent, ..Scope::default() });
        if let (Some(alias), [rel]) = (&it.alias, source.rels.as_mut_slice()) {
            rel.name = alias.name.clone();
            rel.schema = None;
        }
        source
    }

    fn insert(&mut self, it: &Insert, outer: &Scope<'_>) -> Result {
        let table = self.changed(&it.into, outer);
        let targets: Vec<Value> = if it.columns.is_empty() {
            table.columns.iter().map(|it| it.value.clone()).collect()
        } else {
            it.columns.iter().map(|target| self.target(target, &table, outer)).collect()
        };
        if let InsertSource::Query(query) = &it.source {
            self.query(query, outer);
            self.check_row_literals(query, &targets);
        }
        let mut scope = Scope::inside(outer);
        scope.sources.push(table.clone());
        if let Some(conflict) = &it.on_conflict {
            self.conflict(conflict, &table, &scope);
        }
        self.returning(it.returning.as_ref(), &table, &scope)
    }

    /// The strings of `VALUES` are read as the columns they go to.
    fn check_row_literals(&mut self, query: &Query, targets: &[Value]) {
        let QueryBody::Values(rows) = &query.body else { return };
        for row in rows {
            // `new.*` stands for several values.
            let plain = row.iter().take_while(|it| !matches!(it.kind, ExprKind::Star(_)));
            for (expr, target) in plain.zip(targets) {
                self.check_expr_literal(expr, target);
            }
        }
    }

    fn conflict(&mut self, conflict: &OnConflict, table: &Source, scope: &Scope<'_>) {
        if let Some(ConflictTarget::Index(keys, condition)) = &conflict.target {
            keys.iter().for_each(|key| drop(self.expr(&key.value, scope)));
            condition.iter().for_each(|it| drop(self.expr(it, scope)));
        }
        let Some(update) = &conflict.update else { return };
        let mut inner = Scope::inside(scope);
        inner.sources.push(named_rows(table, "excluded"));
        self.assign(&update.set, table, &inner);
        update.condition.iter().for_each(|it| drop(self.expr(it, &inner)));
    }

    fn update(&mut self, it: &Update, outer: &Scope<'_>) -> Result {
        let table = self.changed(&it.table, outer);
        let mut scope = Scope::inside(outer);
        scope.sources.push(table.clone());
        for item in &it.from {
            let source = self.from_item(item, &scope);
            scope.sources.push(source);
        }
        self.assign(&it.set, &table, &scope);
        self.condition(&it.condition, &scope);
        self.returning(it.returning.as_ref(), &table, &scope)
    }

    fn delete(&mut self, it: &Delete, outer: &Scope<'_>) -> Result {
        let table = self.changed(&it.from, outer);
        let mut scope = Scope::inside(outer);
        scope.sources.push(table.clone());
        for item in &it.using {
            let source = self.from_item(item, &scope);
            scope.sources.push(source);
        }
        self.condition(&it.condition, &scope);
        self.returning(it.returning.as_ref(), &table, &scope)
    }

    fn merge(&mut self, it: &Merge, outer: &Scope<'_>) -> Result {
        let table = self.changed(&it.into, outer);
        let mut scope = Scope::inside(outer);
        scope.sources.push(table.clone());
        let source = self.from_item(&it.using, &Scope { parent: scope.parent, ..Scope::default() });
        scope.sources.push(source);
        self.expr(&it.on, &scope);
        for when in &it.whens {
            when.condition.iter().for_each(|it| drop(self.expr(it, &scope)));
            match &when.action {
                MergeAction::DoNothing | MergeAction::Delete => {}
                MergeAction::Update(set) => self.assign(set, &table, &scope),
                MergeAction::Insert { columns, values, .. } => {
                    let targets: Vec<Value> =
                        columns.iter().map(|target| self.target(target, &table, outer)).collect();
                    for (n, expr) in values.iter().flatten().enumerate() {
                        self.expr(expr, &scope);
                        targets
                            .get(n)
                            .into_iter()
                            .for_each(|target| self.check_expr_literal(expr, target));
                    }
                }
            }
        }
        self.returning(it.returning.as_ref(), &table, &scope)
    }

    fn condition(&mut self, condition: &Condition, scope: &Scope<'_>) {
        if let Condition::Where(expr) = condition {
            let value = self.expr(expr, scope);
            self.check_boolean(expr, &value, "the condition of `where`");
        }
    }

    fn assign(&mut self, set: &[Assignment], table: &Source, scope: &Scope<'_>) {
        for assignment in set {
            match assignment {
                Assignment::Column(target, expr) => {
                    let column = self.target(target, table, scope);
                    self.expr(expr, scope);
                    if target.steps.is_empty() {
                        self.check_expr_literal(expr, &column);
                    }
                }
                Assignment::Columns(targets, expr) => {
                    let columns: Vec<Value> =
                        targets.iter().map(|target| self.target(target, table, scope)).collect();
                    self.assigned_row(expr, &columns, scope);
                }
            }
        }
    }

    fn assigned_row(&mut self, expr: &Expr, columns: &[Value], scope: &Scope<'_>) {
        match &expr.kind {
            // A query here may give several columns.
            ExprKind::Subquery(query) => drop(self.query(query, scope)),
            ExprKind::Row(list) => {
                for (n, value) in list.iter().enumerate() {
                    self.expr(value, scope);
                    columns
                        .get(n)
                        .into_iter()
                        .for_each(|column| self.check_expr_literal(value, column));
                }
            }
            _ => drop(self.expr(expr, scope)),
        }
    }

    /// Finds the column that gets a value.
    fn target(&mut self, target: &ColumnTarget, table: &Source, scope: &Scope<'_>) -> Value {
        for step in &target.steps {
            if let Step::Index(Index::Element(expr)) = step {
                self.expr(expr, scope);
            }
        }
        let name = &target.column;
        if let Some(column) = table.columns.iter().find(|it| it.name == name.name) {
            return column.value.clone();
        }
        if table.complete {
            let table_name = table.rels.first().map(|it| it.name.clone()).unwrap_or_default();
            let help = did_you_mean(&name.name, table.columns.iter().map(|it| it.name.as_str()));
            self.report(
                &UNKNOWN_COLUMN,
                format!("`{table_name}` has no column `{}`", name.name),
                name.range,
                "named here",
                help,
            );
        }
        Value::unknown()
    }

    fn returning(
        &mut self,
        returning: Option<&Returning>,
        table: &Source,
        scope: &Scope<'_>,
    ) -> Result {
        let Some(returning) = returning else { return Result::none() };
        // PostgreSQL 18 knows the row before and after the change by these names.
        let mut outer = Scope { parent: scope.parent, ..Scope::default() };
        for (alias, name) in [(&returning.old, "old"), (&returning.new, "new")] {
            let name = alias.as_ref().map_or(name, |it| it.name.as_str());
            outer.sources.push(Source { columns: Rc::default(), ..named_rows(table, name) });
        }
        let inner = Scope {
            parent: Some(&outer),
            sources: scope.sources.clone(),
            commons: scope.commons.clone(),
        };
        self.targets(&returning.targets, &inner)
    }
}

/// The rows of a table under another name.
fn named_rows(table: &Source, name: &str) -> Source {
    let rel = |rel: &Rel| Rel { name: name.into(), schema: None, ..rel.clone() };
    Source { rels: table.rels.iter().map(rel).collect(), columns: Rc::default(), complete: true }
}
