//! Queries: what they read from, what they give (manual chapter 7).

use std::rc::Rc;

use smol_str::SmolStr;

use super::level::Clause;
use super::ordering::named;
use super::scope::{Common, Scope, Source};
use super::subquery::is_star;
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
    SetOperator, Target, With,
};
use crate::sql::ast::{Expr, ExprKind, Ident, Path};
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

    /// A result of one value.
    pub(super) fn one(value: Value, place: TextRange) -> Self {
        let column = Column { name: "?column?".into(), value };
        Result { columns: vec![column], places: vec![place], complete: true }
    }

    pub(super) fn of(columns: Vec<Column>, complete: bool) -> Self {
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
        let mark = self.trace.mark();
        let result = match &query.body {
            QueryBody::Select(select) => self.whole_select(select, query, &scope),
            body => {
                let result = self.body(body, &scope);
                self.order_result(&query.order_by, &result, &scope);
                result
            }
        };
        if let Some(limit) = &query.limit {
            self.limit(limit, &scope);
        }
        self.check_locks(query);
        self.trace.leave(mark, scope.level());
        self.n_queries -= 1;
        result
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
        for (n, table) in with.tables.iter().enumerate() {
            let name = &table.name;
            if with.tables.iter().take(n).any(|it| it.name.name == name.name) {
                self.repeated_source(&name.name, name.range);
            }
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
        if complete {
            self.check_alias(&table.columns, columns.len());
        }
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

    /// Resolves what yields the rows, where ORDER BY sees nothing but the result.
    fn body(&mut self, body: &QueryBody, scope: &Scope<'_>) -> Result {
        match body {
            QueryBody::Select(select) => {
                let mut inner = Scope::inside(scope);
                let result = self.select(select, &mut inner);
                self.end_select(&inner);
                result
            }
            QueryBody::Values(rows) => {
                self.within(Clause::Values, scope, |this| this.values(rows, scope))
            }
            QueryBody::Table(table) => {
                let source = self.table_source(table, None, scope);
                Result::of(source.columns.to_vec(), source.complete)
            }
            QueryBody::SetOperation(it) => self.set_operation(it, scope),
            QueryBody::Nested(query) => self.query(query, scope),
        }
    }

    /// Resolves a `select` with the `order by` after it, which sees what it reads from.
    fn whole_select(&mut self, select: &Select, query: &Query, scope: &Scope<'_>) -> Result {
        let mut inner = Scope::inside(scope);
        let result = self.select(select, &mut inner);
        self.order_by(&query.order_by, select, &result, &inner);
        if let SelectDistinct::On(keys) = &select.distinct {
            self.check_distinct_on(keys, &query.order_by, select, &inner);
        }
        self.end_select(&inner);
        result
    }

    /// Checks what a `select` groups by, and leaves it.
    fn end_select(&mut self, scope: &Scope<'_>) {
        self.check_grouped(scope);
        self.trace.keys.pop();
    }

    fn set_operation(&mut self, it: &SetOperation, scope: &Scope<'_>) -> Result {
        let (mut left, right) = (self.query(&it.left, scope), self.query(&it.right, scope));
        if !left.complete || !right.complete {
            return Result { complete: false, ..left };
        }
        let word = match it.operator {
            SetOperator::Union => "union",
            SetOperator::Intersect => "intersect",
            SetOperator::Except => "except",
        };
        if left.columns.len() != right.columns.len() {
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
        for (n, (column, other)) in left.columns.iter_mut().zip(right.columns).enumerate() {
            let types = [column.value.ty(), other.value.ty()];
            let ty = match common_type(&types, &self.world.types) {
                Resolution::Resolved(found) => Some(found.result),
                Resolution::None => {
                    let place = right.places.get(n).copied().unwrap_or(it.right.range);
                    let what = format!("column {} of `{word}`", n + 1);
                    self.unmatched(&what, &column.value, &other.value, place);
                    None
                }
                Resolution::Ambiguous | Resolution::Undetermined | Resolution::Unsure => None,
            };
            let settled = Value::with(ty.clone(), true);
            for (query, value) in [(&it.left, &column.value), (&it.right, &other.value)] {
                if value.ty() == Some(UNTYPED)
                    && let Some(expr) = written(query, n)
                {
                    self.check_expr_literal(expr, &settled);
                }
            }
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

    fn select(&mut self, select: &Select, scope: &mut Scope<'_>) -> Result {
        let mark = self.trace.mark();
        for item in &select.from {
            let source = self.within(Clause::From, scope, |this| this.row_source(item, scope));
            scope.sources.push(source);
        }
        self.check_source_names(scope);
        if let Some(condition) = &select.condition {
            self.clause(Clause::Where, condition, "the condition of `where`", scope);
        }
        let mut keys = self.group_keys(select, scope);
        self.trace.forget(mark, keys.level);
        keys.mark = self.trace.mark();
        self.trace.keys.push(keys);
        let mut result = self.targets(&select.targets, scope);
        if !select.group_by.is_empty() {
            self.uses_grouped_keys(&select.group_by, scope);
        }
        if let Some(having) = &select.having {
            self.clause(Clause::Having, having, "the condition of `having`", scope);
        }
        select.windows.iter().for_each(|(_, window)| self.window(window, scope));
        if let SelectDistinct::On(keys) = &select.distinct {
            keys.iter().for_each(|key| self.distinct_key(key, &select.targets, scope));
        }
        if select.group_by.iter().any(|it| !matches!(it, GroupItem::Expr(_))) {
            result.columns.iter_mut().for_each(|it| it.value.nullable = true);
        }
        result
    }

    /// Resolves a condition of a query.
    pub(super) fn clause(&mut self, clause: Clause, expr: &Expr, what: &str, scope: &Scope<'_>) {
        let value = self.within(clause, scope, |this| this.expr(expr, scope));
        self.check_boolean(expr, &value, what);
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

    /// DISTINCT ON may name a column of the result.
    fn distinct_key(&mut self, expr: &Expr, targets: &[Target], scope: &Scope<'_>) {
        match &expr.kind {
            ExprKind::Number(_) => {}
            ExprKind::Column(path) if matches!(path.0.as_slice(), [name] if named(targets, &name.name).is_some()) =>
                {}
            _ => drop(self.expr(expr, scope)),
        }
    }

    /// Resolves the columns of a result.
    pub(super) fn targets(&mut self, targets: &[Target], scope: &Scope<'_>) -> Result {
        let mut result = Result::none();
        let level = scope.level();
        for (n, target) in targets.iter().enumerate() {
            let mark = self.trace.mark();
            match &target.value.kind {
                ExprKind::Star(None) => {
                    if scope.sources.is_empty() {
                        self.star_of_nothing(target.value.range);
                        result.complete = false;
                    }
                    for (n, source) in scope.sources.iter().enumerate() {
                        source
                            .vars(n)
                            .for_each(|it| self.trace.refers(level, it, target.value.range));
                        result.extend(source.columns.iter().cloned(), target.value.range);
                        result.complete &= source.complete;
                    }
                }
                ExprKind::Star(Some(path)) => self.star_of(path, target, scope, &mut result),
                ExprKind::FieldStar(operand) => {
                    let value = self.expr(operand, scope);
                    self.trace.forget_all(mark);
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
            self.end_target(n, target, mark, scope);
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
                for column in rel.columns.iter() {
                    let mut parts = path.0.clone();
                    parts.push(Ident {
                        name: column.name.clone(),
                        range: table.range,
                        quoted: true,
                    });
                    if let Some((level, var)) = scope.var(&Path(parts)) {
                        self.trace.refers(level, var, target.value.range);
                    }
                }
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

/// The expression of a column of a `select`, if nothing in its list stands for several.
pub(super) fn written(query: &Query, n: usize) -> Option<&Expr> {
    let QueryBody::Select(select) = &query.body else { return None };
    let plain = select.targets.iter().all(|it| !is_star(&it.value));
    select.targets.get(n).filter(|_| plain).map(|it| &it.value)
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
        keyless: true,
        range: TextRange::default(),
    })
}
