//! Statements: queries and the four that change rows.

use std::rc::Rc;

use super::level::Clause;
use super::query::Result;
use super::scope::{Rel, Scope, Source};
use super::stored::Stored;
use super::subquery::is_star;
use super::text::Resolver;
use super::value::Value;
use crate::compile::check::columns::UNKNOWN_COLUMN;
use crate::diagnostic::did_you_mean;
use crate::sql::ast::dml::{
    Assignment, ChangedTable, ColumnTarget, Condition, ConflictTarget, Delete, Insert, Merge,
    MergeAction, OnConflict, Returning, StatementKind, Step, Update,
};
use crate::sql::ast::query::With;
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
                let value = self.expr(expr, scope);
                Result::one(value, expr.range)
            }
            StatementKind::CreateAs(query) => {
                self.query(query, scope);
                Result::open()
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
        let targets: Vec<Stored> = if it.columns.is_empty() {
            let all = table.columns.iter();
            all.map(|it| Stored { name: it.name.clone(), value: it.value.clone() }).collect()
        } else {
            it.columns.iter().map(|target| self.target(target, &table, outer)).collect()
        };
        self.inserted(it, &targets, &table, outer);
        let mut scope = Scope::inside(outer);
        scope.sources.push(table.clone());
        if let Some(conflict) = &it.on_conflict {
            self.conflict(conflict, &table, &scope);
        }
        self.returning(it.returning.as_ref(), &table, &scope)
    }

    fn conflict(&mut self, conflict: &OnConflict, table: &Source, scope: &Scope<'_>) {
        if let Some(ConflictTarget::Index(keys, condition)) = &conflict.target {
            keys.iter().for_each(|key| drop(self.expr(&key.value, scope)));
            if let Some(condition) = condition {
                self.clause(Clause::Where, condition, "the condition of `where`", scope);
            }
        }
        if let Some(ConflictTarget::Constraint(name)) = &conflict.target {
            self.check_constraint(name, table);
        }
        let Some(update) = &conflict.update else { return };
        if conflict.target.is_none() {
            let first = update.set.first().map(|it| match it {
                Assignment::Column(target, _) => target.column.range,
                Assignment::Columns(_, expr) => expr.range,
            });
            self.check_conflict_target(first.unwrap_or_default());
        }
        let mut inner = Scope::inside(scope);
        inner.sources.push(named_rows(table, "excluded"));
        self.assign(&update.set, table, &inner);
        if let Some(condition) = &update.condition {
            self.clause(Clause::Where, condition, "the condition of `where`", &inner);
        }
    }

    fn update(&mut self, it: &Update, outer: &Scope<'_>) -> Result {
        let table = self.changed(&it.table, outer);
        let mut scope = Scope::inside(outer);
        scope.sources.push(table.clone());
        for item in &it.from {
            let source = self.row_source(item, &scope);
            scope.sources.push(source);
        }
        self.check_source_names(&mut scope);
        self.assign(&it.set, &table, &scope);
        self.condition(&it.condition, &scope);
        self.returning(it.returning.as_ref(), &table, &scope)
    }

    fn delete(&mut self, it: &Delete, outer: &Scope<'_>) -> Result {
        let table = self.changed(&it.from, outer);
        let mut scope = Scope::inside(outer);
        scope.sources.push(table.clone());
        for item in &it.using {
            let source = self.row_source(item, &scope);
            scope.sources.push(source);
        }
        self.check_source_names(&mut scope);
        self.condition(&it.condition, &scope);
        self.returning(it.returning.as_ref(), &table, &scope)
    }

    fn merge(&mut self, it: &Merge, outer: &Scope<'_>) -> Result {
        let table = self.changed(&it.into, outer);
        let mut scope = Scope::inside(outer);
        scope.sources.push(table.clone());
        let source =
            self.row_source(&it.using, &Scope { parent: scope.parent, ..Scope::default() });
        scope.sources.push(source);
        self.clause(Clause::JoinOn, &it.on, "the condition of `merge`", &scope);
        for when in &it.whens {
            if let Some(condition) = &when.condition {
                self.clause(Clause::MergeWhen, condition, "the condition of `when`", &scope);
            }
            match &when.action {
                MergeAction::DoNothing | MergeAction::Delete => {}
                MergeAction::Update(set) => self.assign(set, &table, &scope),
                MergeAction::Insert { columns, values, .. } => {
                    self.check_repeated(columns);
                    let targets: Vec<Stored> =
                        columns.iter().map(|target| self.target(target, &table, outer)).collect();
                    for (n, expr) in values.iter().flatten().enumerate() {
                        let value = self.expr(expr, &scope);
                        if let Some(target) = targets.get(n) {
                            self.check_stored(expr, &value, target);
                        }
                    }
                }
            }
        }
        self.returning(it.returning.as_ref(), &table, &scope)
    }

    fn condition(&mut self, condition: &Condition, scope: &Scope<'_>) {
        if let Condition::Where(expr) = condition {
            self.clause(Clause::Where, expr, "the condition of `where`", scope);
        }
    }

    fn assign(&mut self, set: &[Assignment], table: &Source, scope: &Scope<'_>) {
        self.within(Clause::Set, scope, |this| this.assign_each(set, table, scope));
    }

    fn assign_each(&mut self, set: &[Assignment], table: &Source, scope: &Scope<'_>) {
        let targets = set.iter().flat_map(|it| match it {
            Assignment::Column(target, _) => std::slice::from_ref(target),
            Assignment::Columns(targets, _) => targets.as_slice(),
        });
        self.check_repeated(targets);
        for assignment in set {
            match assignment {
                Assignment::Column(target, expr) => {
                    let column = self.target(target, table, scope);
                    let value = self.expr(expr, scope);
                    self.check_stored(expr, &value, &column);
                    if !matches!(expr.kind, ExprKind::Default) {
                        self.check_written(table, &column.name, target.column.range);
                    }
                }
                Assignment::Columns(targets, expr) => {
                    let columns: Vec<Stored> =
                        targets.iter().map(|target| self.target(target, table, scope)).collect();
                    self.assigned_row(expr, &columns, scope);
                }
            }
        }
    }

    fn assigned_row(&mut self, expr: &Expr, columns: &[Stored], scope: &Scope<'_>) {
        match &expr.kind {
            // A query here may give several columns.
            ExprKind::Subquery(query) => {
                let result = self.query(query, scope);
                if result.complete {
                    self.check_assigned(result.columns.len(), columns.len(), expr.range);
                }
            }
            ExprKind::Row(list) => {
                for (n, expr) in list.iter().enumerate() {
                    let value = self.expr(expr, scope);
                    if let Some(column) = columns.get(n) {
                        self.check_stored(expr, &value, column);
                    }
                }
                if !list.iter().any(is_star) {
                    self.check_assigned(list.len(), columns.len(), expr.range);
                }
            }
            _ => drop(self.expr(expr, scope)),
        }
    }

    /// Finds the column that gets a value.
    fn target(&mut self, target: &ColumnTarget, table: &Source, scope: &Scope<'_>) -> Stored {
        for step in &target.steps {
            if let Step::Index(Index::Element(expr)) = step {
                self.expr(expr, scope);
            }
        }
        let name = &target.column;
        let stored = |value: Value| Stored { name: name.name.clone(), value };
        if let Some(column) = table.columns.iter().find(|it| it.name == name.name) {
            let is_whole = target.steps.is_empty();
            return stored(if is_whole { column.value.clone() } else { Value::unknown() });
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
        stored(Value::unknown())
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
        self.within(Clause::Returning, &inner, |this| this.targets(&returning.targets, &inner))
    }
}

/// The rows of a table under another name.
fn named_rows(table: &Source, name: &str) -> Source {
    let rel = |rel: &Rel| Rel { name: name.into(), schema: None, ..rel.clone() };
    Source { rels: table.rels.iter().map(rel).collect(), columns: Rc::default(), complete: true }
}
