//! Which columns a query with `group by` or aggregates can name (`check_ungrouped_columns`).

use std::mem::{Discriminant, discriminant};

use super::canon::canon;
use super::level::{Clause, Mark, Reference};
use super::ordering::{Output, named};
use super::role::MISPLACED_AGGREGATE;
use super::scope::{Rel, Scope, Var};
use super::text::Resolver;
use super::value::type_name;
use crate::catalog::Entry;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Rule};
use crate::object::Object;
use crate::object::address::{Kind, Name, Qualified};
use crate::object::constraint::Demand;
use crate::object::inclusion::in_mixin;
use crate::sql::ast::query::{GroupItem, Select, Target};
use crate::sql::ast::{Expr, ExprKind};

rule!(UNGROUPED_COLUMN, Error, "ungrouped-column");

/// The rules of this file.
pub(crate) const RULES: &[&Rule] = &[&UNGROUPED_COLUMN];

/// How far up partitions are followed to the table that their key is of.
const MAX_PARENTS: usize = 64;

/// What a query groups by.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pub(super) level: usize,
    /// Where what must be grouped begins.
    pub(super) mark: Mark,
    /// Whether it has a `group by` or a `having`.
    grouped: bool,
    vars: Vec<Var>,
    exprs: Vec<KeyExpr>,
    /// Whether a key was at fault, so that the columns it stands for are not known.
    broken: bool,
    /// The numbers of the entries of the select list that are keys.
    targets: Vec<usize>,
    /// The windows that have names.
    pub(super) windows: Vec<Name>,
}

/// A key that is no column.
#[derive(Debug)]
struct KeyExpr {
    kind: Discriminant<ExprKind>,
    /// What equal expressions are written as, if that can be told.
    text: Option<String>,
    /// The columns in it.
    vars: Vec<Var>,
}

impl Keys {
    /// Tells whether an expression is one of the keys; `vars` are the columns in it.
    fn covers(&self, expr: &Expr, vars: &[&Var], scope: &Scope<'_>) -> bool {
        self.exprs.iter().any(|key| match &key.text {
            Some(text) => {
                key.kind == discriminant(&expr.kind)
                    && canon(expr, scope).is_some_and(|it| it == *text)
            }
            None => {
                !matches!(expr.kind, ExprKind::Column(_))
                    && vars.iter().all(|var| key.vars.contains(var))
            }
        })
    }
}

impl Resolver<'_, '_> {
    /// Resolves `group by` and returns what is grouped by.
    pub(super) fn group_keys(&mut self, select: &Select, scope: &Scope<'_>) -> Keys {
        let mut keys = Keys {
            level: scope.level(),
            grouped: !select.group_by.is_empty() || select.having.is_some(),
            windows: select.windows.iter().map(|(name, _)| name.name.clone()).collect(),
            ..Keys::default()
        };
        self.within(Clause::GroupBy, scope, |this| {
            for item in &select.group_by {
                this.group_item(item, select, scope, &mut keys);
            }
        });
        keys
    }

    fn group_item(
        &mut self,
        item: &GroupItem,
        select: &Select,
        scope: &Scope<'_>,
        keys: &mut Keys,
    ) {
        match item {
            GroupItem::Expr(expr) => self.group_key(expr, select, scope, keys),
            GroupItem::Empty => {}
            GroupItem::Rollup(list) | GroupItem::Cube(list) => {
                list.iter().for_each(|it| self.group_key(it, select, scope, keys))
            }
            GroupItem::Sets(list) => {
                list.iter().for_each(|it| self.group_item(it, select, scope, keys))
            }
        }
    }

    fn group_key(&mut self, expr: &Expr, select: &Select, scope: &Scope<'_>, keys: &mut Keys) {
        match &expr.kind {
            ExprKind::Row(list) => {
                list.iter().for_each(|it| self.group_key(it, select, scope, keys));
                return;
            }
            ExprKind::Number(digits) => {
                match self.position(digits, expr.range, select, scope, "group by") {
                    Some(output) => add_output(&output, scope, keys),
                    None => keys.broken = true,
                }
                return;
            }
            ExprKind::String(_) => {
                self.constant_key(expr.range, "group by");
                keys.broken = true;
            }
            ExprKind::Column(path) => {
                // A column of a source comes before one of the result.
                if let [name] = path.0.as_slice()
                    && scope.bare_var(&name.name).is_none()
                    && let Some(n) = named(&select.targets, &name.name)
                    && let Some(target) = select.targets.get(n)
                {
                    add_output(&Output::Entry(n, &target.value), scope, keys);
                    return;
                }
                self.expr(expr, scope);
                keys.vars.extend(scope.var(path).filter(|it| it.0 == keys.level).map(|it| it.1));
                return;
            }
            _ => {}
        }
        let mark = self.trace.mark();
        self.expr(expr, scope);
        let vars = self.trace.since(mark, keys.level).map(|it| it.var.clone()).collect();
        let text = canon(expr, scope);
        keys.exprs.push(KeyExpr { kind: discriminant(&expr.kind), text, vars });
    }

    /// Notes what an expression that is a group key covers: its columns may stand there.
    pub(super) fn cover(&mut self, expr: &Expr, mark: Mark, scope: &Scope<'_>) {
        for n in 0..self.trace.keys.len() {
            let Some(keys) = self.trace.keys.get(n).filter(|it| !it.exprs.is_empty()) else {
                continue;
            };
            let level = keys.level;
            let vars: Vec<&Var> = self.trace.since(mark, level).map(|it| &it.var).collect();
            if !vars.is_empty() && keys.covers(expr, &vars, scope) {
                self.trace.forget(mark, level);
            }
        }
    }

    /// Notes that an entry of a select list is resolved: all in it is grouped if it is a key.
    pub(super) fn end_target(&mut self, n: usize, target: &Target, mark: Mark, scope: &Scope<'_>) {
        let level = scope.level();
        let Some(keys) = self.trace.keys.last().filter(|it| it.level == level) else { return };
        if !keys.targets.contains(&n) {
            return;
        }
        if self.trace.has_aggregate(mark, level) || self.trace.has_window(mark, level) {
            let message = "`group by` can't name an aggregate".to_owned();
            let help = "group by the columns beside it".to_owned();
            let range = target.value.range;
            self.report(&MISPLACED_AGGREGATE, message, range, "this is grouped by", Some(help));
            self.trace.keys.iter_mut().for_each(|it| it.broken |= it.level == level);
        }
        let vars: Vec<Var> = self.trace.since(mark, level).map(|it| it.var.clone()).collect();
        self.trace.forget(mark, level);
        let kind = discriminant(&target.value.kind);
        let unreadable = |key: &KeyExpr| key.text.is_none() && key.kind == kind;
        if let Some(keys) = self.trace.keys.last_mut()
            && let Some(key) = keys.exprs.iter_mut().find(|it| unreadable(it) && it.vars.is_empty())
        {
            key.vars = vars;
        }
    }

    /// Reports the columns that are neither grouped nor in an aggregate, though they must be.
    pub(super) fn check_grouped(&self, scope: &Scope<'_>) {
        let Some(keys) = self.trace.keys.last() else { return };
        let mark = keys.mark;
        if keys.broken || !keys.grouped && !self.trace.has_aggregate(mark, keys.level) {
            return;
        }
        let mut found: Vec<&Reference> = Vec::new();
        for it in self.trace.since(mark, keys.level) {
            let seen = |other: &&Reference| other.var == it.var || other.range == it.range;
            if !found.iter().any(seen) && !self.is_grouped(&it.var, keys, scope) {
                found.push(it);
            }
        }
        let Some((first, others)) = found.split_first() else { return };
        let shown = shown(&first.var, scope);
        let column = first.var.column.as_ref().map_or(shown.as_str(), Name::as_str);
        let help = format!("add it to `group by`, or aggregate it, as in `min({column})`");
        let message = format!("`{shown}` is neither in `group by` nor in an aggregate");
        let mut diagnostic = Diagnostic::new(&UNGROUPED_COLUMN, message)
            .label(self.span(first.range), "a group may have several values of it");
        for other in others {
            diagnostic = diagnostic.label(self.span(other.range), "and of this");
        }
        self.push(in_mixin(diagnostic.help(help), self.text.inclusion.as_deref()));
    }

    /// Tells whether a column has one value in a group; where a doubt is left it has.
    fn is_grouped(&self, var: &Var, keys: &Keys, scope: &Scope<'_>) -> bool {
        if keys.vars.contains(var) {
            return true;
        }
        let Some(source) = scope.sources.get(var.source) else { return true };
        let mut rels =
            source.rels.iter().enumerate().filter(|(n, rel)| match (var.rel, &var.column) {
                (Some(rel), _) => rel == *n,
                (None, Some(column)) => rel.columns.iter().any(|it| it.name == *column),
                (None, None) => true,
            });
        rels.any(|(n, rel)| {
            let is_key = |column: &Name| {
                keys.vars.iter().any(|key| {
                    key.source == var.source
                        && key.rel.is_none_or(|it| it == n)
                        && key.column.as_ref() == Some(column)
                })
            };
            let some = || rel.columns.iter().any(|it| is_key(&it.name));
            match self.primary_key(rel) {
                Key::None => false,
                Key::Of(columns) => columns.iter().all(is_key),
                Key::Unknown => !rel.complete || some(),
            }
        })
    }

    /// Returns the primary key of a table.
    fn primary_key(&self, rel: &Rel) -> Key {
        if rel.keyless {
            return Key::None;
        }
        let Some(row) = &rel.row else { return Key::Unknown };
        if !rel.stored {
            return Key::None;
        }
        let table = type_name(row, &smol_str::SmolStr::default());
        let mut at = Qualified { schema: table.schema, name: table.name };
        for _ in 0..MAX_PARENTS {
            let catalog = self.world.catalog;
            let key = catalog.of_relation(Kind::Constraint, &at).find_map(|(_, it)| key_of(it));
            if let Some(columns) = key {
                return Key::Of(columns.to_vec());
            }
            let Some((address, entry)) = catalog.relation(&at) else { return Key::Unknown };
            if self.world.is_incomplete(&address) {
                return Key::Unknown;
            }
            let parent = match &entry.object {
                Object::Table(it) => it.partition_of.as_ref(),
                Object::ForeignTable(it) => it.partition_of.as_ref(),
                _ => None,
            };
            match parent {
                Some(it) => at = it.parent.clone(),
                None => return Key::None,
            }
        }
        Key::Unknown
    }
}

/// The primary key of a table, as far as it is known.
enum Key {
    None,
    Of(Vec<Name>),
    Unknown,
}

fn key_of(entry: &Entry) -> Option<&[Name]> {
    match &entry.object {
        Object::Constraint(it) => match &it.demand {
            Demand::PrimaryKey(key) => Some(&key.columns),
            Demand::Unique(_) | Demand::Check { .. } | Demand::Exclusion(_) => None,
        },
        _ => None,
    }
}

fn add_output(output: &Output<'_>, scope: &Scope<'_>, keys: &mut Keys) {
    match output {
        Output::Star(var) => keys.vars.push(var.clone()),
        Output::Entry(n, expr) => {
            keys.targets.push(*n);
            match &expr.kind {
                ExprKind::Column(path) => {
                    let var = scope.var(path).filter(|it| it.0 == keys.level);
                    keys.vars.extend(var.map(|it| it.1));
                }
                _ => keys.exprs.push(KeyExpr {
                    kind: discriminant(&expr.kind),
                    text: canon(expr, scope),
                    vars: Vec::new(),
                }),
            }
        }
    }
}

fn shown(var: &Var, scope: &Scope<'_>) -> String {
    match (scope.rel_of(var), &var.column) {
        (Some(rel), Some(column)) if !rel.name.is_empty() => format!("{}.{column}", rel.name),
        (_, Some(column)) => column.to_string(),
        (Some(rel), None) => rel.name.to_string(),
        (None, None) => "*".to_owned(),
    }
}
