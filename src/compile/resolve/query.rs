//! Queries: what they read from, what they give (manual chapter 7).

use std::rc::Rc;

use smol_str::SmolStr;

use super::scope::{Common, Scope, Source};
use super::text::Resolver;
use super::value::{Column, UNTYPED, Value};
use crate::diagnostic::Rule;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::{Kind, Name, Qualified};
use crate::object::constraint::Demand;
use crate::sql::ast::dml::StatementKind;
use crate::sql::ast::query::{
    CommonTable, GroupItem, Query, QueryBody, Recursion, Select, SelectDistinct, SetOperation,
    SetOperator, SortKey, Target, With,
};
use crate::sql::ast::{Expr, ExprKind, Ident};
use crate::sql::figure;
use crate::sql::lex::TextRange;
use crate::sql::typing::{Resolution, common_type};

rule!(SET_COLUMN_COUNT, Error, "set-operation-column-count");

/// The rules of this file.
pub(crate) const RULES: &[&Rule] = &[&SET_COLUMN_COUNT];

/// The columns that a query or statement gives.
#[derive(Clone, Debug, Default)]
pub(super) struct Result {
    pub(super) columns: Vec<Column>,
    /// The place of each column, as far as it stands in the text.
    pub(super) places: Vec<TextRange>,
    /// Whether these are all columns.
    pub(super) complete: bool,
}

impl Result {
    /// A result without columns.
    pub(super) fn none() -> Self {
        Result { complete: true, ..Result::default() }
    }

    /// A result of which nothing is known.
    pub(super) fn open() -> Self {
        Result::default()
    }

    /// Strings that nothing has given a type are text in the end.
    pub(super) fn settled(mut self) -> Self {
        for column in self.columns.iter_mut().filter(|it| it.value.ty() == Some(UNTYPED)) {
            column.value.ty = Some("text".into());
        }
        self
    }

    fn of(columns: Vec<Column>, complete: bool) -> Self {
        Result { columns, places: Vec::new(), complete }
    }
}

impl Resolver<'_, '_> {
    /// Resolves a query and gives its columns.
    pub(super) fn query(&mut self, query: &Query, outer: &Scope<'_>) -> Result {
        self.n_queries += 1;
        let mut scope = Scope::inside(outer);
        if let Some(with) = &query.with {
            self.with(with, &mut scope);
        }
        let (result, inner) = self.body(&query.body, &scope);
        let inner = inner.as_ref().unwrap_or(&scope);
        for key in &query.order_by {
            self.order_key(key, &result, inner);
        }
        if let Some(limit) = &query.limit {
            limit.count.iter().chain(&limit.offset).for_each(|it| drop(self.expr(it, &scope)));
        }
        self.n_queries -= 1;
        result
    }

    /// Resolves a query that gives one column, and returns its value.
    pub(super) fn single(&mut self, query: &Query, outer: &Scope<'_>) -> Value {
        let result = self.query(query, outer).settled();
        match result.columns.as_slice() {
            [only] if result.complete => only.value.clone(),
            _ => Value::unknown(),
        }
    }

    /// A key of ORDER BY may be a column of the result.
    fn order_key(&mut self, key: &SortKey, result: &Result, scope: &Scope<'_>) {
        if let ExprKind::Column(path) = &key.value.kind
            && let [name] = path.0.as_slice()
            && (result.columns.iter().any(|it| it.name == name.name) || !result.complete)
        {
            return;
        }
        self.sort_key(key, scope);
    }

    pub(super) fn with(&mut self, with: &With, scope: &mut Scope<'_>) {
        if with.recursion == Recursion::Recursive {
            // In any order they may name each other and themselves.
            for table in &with.tables {
                let columns = Rc::new(super::text::unknown_columns(&table.columns));
                scope.commons.push(Common {
                    name: table.name.name.clone(),
                    complete: false,
                    columns,
                });
            }
        }
        for table in &with.tables {
            let common = self.common_table(table, with.recursion, scope);
            scope.commons.push(common);
        }
    }

    fn common_table(
        &mut self,
        table: &CommonTable,
        recursion: Recursion,
        scope: &mut Scope<'_>,
    ) -> Common {
        if recursion == Recursion::Recursive
            && let StatementKind::Query(query) = &table.statement.kind
            && let QueryBody::SetOperation(it) = &query.body
        {
            // The first part says the columns; the second may read them.
            let before = self.world.diagnostics.borrow().len();
            let first = self.query(&it.left, scope);
            self.world.diagnostics.borrow_mut().truncate(before);
            let seen = self.named_common(table, first);
            scope.commons.push(seen);
        }
        let result = self.statement_kind(&table.statement.kind, scope);
        self.named_common(table, result)
    }

    fn named_common(&self, table: &CommonTable, result: Result) -> Common {
        let complete = result.complete;
        let mut columns = result.settled().columns;
        rename(&mut columns, &table.columns);
        let mut add = |name: &Ident, ty: Option<&'static str>| {
            let value = ty.map_or_else(Value::unknown, Value::of);
            columns.push(Column { name: name.name.clone(), value });
        };
        if let Some(search) = &table.search {
            add(&search.set, None);
        }
        if let Some(cycle) = &table.cycle {
            add(&cycle.set, cycle.to.is_none().then_some("boolean"));
            add(&cycle.using, None);
        }
        Common { name: table.name.name.clone(), columns: Rc::new(columns), complete }
    }

    /// Resolves what yields the rows; its scope is given where ORDER BY can see it.
    fn body<'s>(&mut self, body: &QueryBody, scope: &'s Scope<'s>) -> (Result, Option<Scope<'s>>) {
        match body {
            QueryBody::Select(select) => {
                let (result, inner) = self.select(select, scope);
                (result, Some(inner))
            }
            QueryBody::Values(rows) => (self.values(rows, scope), None),
            QueryBody::Table(table) => {
                let source = self.table_source(table, None, scope);
                (Result::of(source.columns.to_vec(), source.complete), None)
            }
            QueryBody::SetOperation(it) => (self.set_operation(it, scope), None),
            QueryBody::Nested(query) => (self.query(query, scope), None),
        }
    }

    fn values(&mut self, rows: &[Vec<Expr>], scope: &Scope<'_>) -> Result {
        let mut columns: Vec<Vec<(&Expr, Value)>> = Vec::new();
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
            let value = self.common(values).or_null(nullable);
            named.push(Column { name: format!("column{}", n + 1).into(), value });
        }
        Result::of(named, true)
    }

    fn set_operation(&mut self, it: &SetOperation, scope: &Scope<'_>) -> Result {
        let (mut left, right) = (self.query(&it.left, scope), self.query(&it.right, scope));
        if !left.complete || !right.complete {
            return Result { complete: false, ..left };
        }
        if left.columns.len() != right.columns.len() {
            let word = match it.operator {
                SetOperator::Union => "union",
                SetOperator::Intersect => "intersect",
                SetOperator::Except => "except",
            };
            let count = |result: &Result| super::text::count(result.columns.len(), "column");
            let message =
                format!("the parts of `{word}` have {} and {}", count(&left), count(&right));
            self.report(
                &SET_COLUMN_COUNT,
                message,
                it.right.range,
                "this part",
                Some("give both the same number of columns".to_owned()),
            );
            return Result { complete: false, ..left };
        }
        for (column, other) in left.columns.iter_mut().zip(right.columns) {
            let types = [column.value.ty(), other.value.ty()];
            let ty = match common_type(&types, &self.world.types) {
                Resolution::Resolved(found) => Some(found.result),
                Resolution::None
                | Resolution::Ambiguous
                | Resolution::Undetermined
                | Resolution::Unsure => None,
            };
            let same =
                column.value.ty == other.value.ty && column.value.modifier == other.value.modifier;
            let modifier = if same { column.value.modifier.clone() } else { SmolStr::default() };
            let nullable = match it.operator {
                SetOperator::Union => column.value.nullable || other.value.nullable,
                SetOperator::Intersect | SetOperator::Except => column.value.nullable,
            };
            column.value = Value { ty, modifier, nullable };
        }
        left
    }

    fn select<'s>(&mut self, select: &Select, outer: &'s Scope<'s>) -> (Result, Scope<'s>) {
        let mut scope = Scope::inside(outer);
        for item in &select.from {
            let source = self.from_item(item, &scope);
            scope.sources.push(source);
        }
        if let Some(condition) = &select.condition {
            let value = self.expr(condition, &scope);
            self.check_boolean(condition, &value, "the condition of `where`");
        }
        let mut result = self.targets(&select.targets, &scope);
        let aliases: Vec<&Name> =
            select.targets.iter().filter_map(|it| Some(&it.alias.as_ref()?.name)).collect();
        let mut makes_null = false;
        for item in &select.group_by {
            self.group_item(item, &aliases, &scope);
            makes_null |= !matches!(item, GroupItem::Expr(_));
        }
        if !select.group_by.is_empty() {
            self.uses_grouped_keys(&select.group_by, &scope);
        }
        if let Some(having) = &select.having {
            let value = self.expr(having, &scope);
            self.check_boolean(having, &value, "the condition of `having`");
        }
        select.windows.iter().for_each(|(_, window)| self.window(window, &scope));
        if let SelectDistinct::On(keys) = &select.distinct {
            keys.iter().for_each(|key| self.alias_or_expr(key, &aliases, &scope));
        }
        if makes_null {
            result.columns.iter_mut().for_each(|it| it.value.nullable = true);
        }
        (result, scope)
    }

    /// Grouping by a primary key lets other columns of the table stand alone, so the key must exist before.
    fn uses_grouped_keys(&mut self, items: &[GroupItem], scope: &Scope<'_>) {
        let column = |item: &GroupItem| match item {
            GroupItem::Expr(Expr { kind: ExprKind::Column(path), .. }) => {
                path.last().map(|it| it.name.clone())
            }
            GroupItem::Expr(_)
            | GroupItem::Empty
            | GroupItem::Rollup(_)
            | GroupItem::Cube(_)
            | GroupItem::Sets(_) => None,
        };
        let grouped: Vec<Name> = items.iter().filter_map(column).collect();
        for rel in scope.sources.iter().flat_map(|source| &source.rels) {
            let Some(row) = &rel.row else { continue };
            let table = super::value::type_name(row, &SmolStr::default());
            let table = Qualified { schema: table.schema, name: table.name };
            for (at, entry) in self.world.catalog.of_relation(Kind::Constraint, &table) {
                let Object::Constraint(it) = &entry.object else { continue };
                if let Demand::PrimaryKey(key) = &it.demand
                    && key.columns.iter().all(|it| grouped.contains(it))
                {
                    self.uses(at.clone());
                }
            }
        }
    }

    /// GROUP BY and DISTINCT ON may name a column of the result.
    fn alias_or_expr(&mut self, expr: &Expr, aliases: &[&Name], scope: &Scope<'_>) {
        if let ExprKind::Column(path) = &expr.kind
            && let [name] = path.0.as_slice()
            && aliases.contains(&&name.name)
        {
            return;
        }
        self.expr(expr, scope);
    }

    fn group_item(&mut self, item: &GroupItem, aliases: &[&Name], scope: &Scope<'_>) {
        match item {
            GroupItem::Expr(expr) => self.alias_or_expr(expr, aliases, scope),
            GroupItem::Empty => {}
            GroupItem::Rollup(list) | GroupItem::Cube(list) => {
                list.iter().for_each(|it| self.alias_or_expr(it, aliases, scope))
            }
            GroupItem::Sets(list) => list.iter().for_each(|it| self.group_item(it, aliases, scope)),
        }
    }

    /// Resolves the columns of a result.
    pub(super) fn targets(&mut self, targets: &[Target], scope: &Scope<'_>) -> Result {
        let mut result = Result::none();
        for target in targets {
            match &target.value.kind {
                ExprKind::Star(None) => {
                    for source in &scope.sources {
                        result.extend(source.columns.iter().cloned(), target.value.range);
                        result.complete &= source.complete;
                    }
                }
                ExprKind::Star(Some(path)) => self.star_of(path, target, scope, &mut result),
                ExprKind::FieldStar(operand) => {
                    let value = self.expr(operand, scope);
                    match self.row_of(&value) {
                        Some(rel) => {
                            let columns = rel.columns.iter().map(|it| Column {
                                value: it.value.clone().or_null(true),
                                ..it.clone()
                            });
                            result.extend(columns, target.value.range);
                            result.complete &= rel.complete;
                        }
                        None => result.complete = false,
                    }
                }
                _ => {
                    let value = self.expr(&target.value, scope);
                    let alias = target.alias.as_ref().map(|it| it.name.clone());
                    let name = alias
                        .or_else(|| figure::of(&target.value))
                        .unwrap_or_else(|| "?column?".into());
                    let place = target.alias.as_ref().map_or(target.value.range, |it| it.range);
                    result.extend([Column { name, value }], place);
                }
            }
        }
        result
    }

    fn star_of(
        &mut self,
        path: &crate::sql::ast::Path,
        target: &Target,
        scope: &Scope<'_>,
        result: &mut Result,
    ) {
        let (schema, table) = match path.0.as_slice() {
            [table] => (None, table),
            [.., schema, table] => (Some(schema), table),
            [] => return,
        };
        match scope.rel(schema.map(|it| &it.name), &table.name) {
            Some(rel) => {
                let columns = rel.columns.iter().map(|it| Column {
                    value: it.value.clone().or_null(rel.nullable),
                    ..it.clone()
                });
                result.extend(columns, target.value.range);
                result.complete &= rel.complete;
            }
            None => {
                result.complete = false;
                // A composite parameter or column can be spread out too.
                let is_value = schema.is_none()
                    && (!matches!(scope.bare(&table.name), super::scope::Seen::Missing)
                        || self.text.scope.parameters.iter().any(|(name, _)| *name == table.name));
                if !is_value {
                    self.no_source(schema, table, scope);
                }
            }
        }
    }
}

impl Result {
    fn extend(&mut self, columns: impl IntoIterator<Item = Column>, place: TextRange) {
        for column in columns {
            self.columns.push(column);
            self.places.push(place);
        }
    }
}

/// Gives the first columns the names that an alias has for them.
pub(super) fn rename(columns: &mut Vec<Column>, names: &[Ident]) {
    for (n, name) in names.iter().enumerate() {
        match columns.get_mut(n) {
            Some(column) => column.name = name.name.clone(),
            None => columns.push(Column { name: name.name.clone(), value: Value::unknown() }),
        }
    }
}

/// A source made of a result, under a name.
pub(super) fn source_of(result: Result, name: Name) -> Source {
    Source::of(super::scope::Rel {
        name,
        schema: None,
        columns: Rc::new(result.columns),
        complete: result.complete,
        row: None,
        nullable: false,
        stored: false,
    })
}
