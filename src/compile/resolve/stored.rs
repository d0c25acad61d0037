//! What `insert`, `update` and `merge` store in which columns (`transformInsertRow`, `transformAssignedExpr`,
//! `rewriteTargetListIU`).

use super::level::Clause;
use super::role::Role;
use super::scope::{Scope, Source};
use super::subquery::is_star;
use super::text::{Resolver, count};
use super::value::{UNTYPED, Value, type_name};
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Rule, did_you_mean};
use crate::object::Object;
use crate::object::address::{Kind, Name, Qualified};
use crate::object::column::{Identity, Value as Origin};
use crate::sql::ast::dml::{ColumnTarget, Insert, InsertSource};
use crate::sql::ast::query::{Query, QueryBody};
use crate::sql::ast::{Expr, ExprKind, Ident};
use crate::sql::builtin::casts::CastContext;
use crate::sql::lex::TextRange;
use crate::sql::typing::can_coerce;

rule!(STORED_COUNT, Error, "stored-value-count");
rule!(STORED_TYPE, Error, "stored-type-mismatch");
rule!(REPEATED_TARGET, Error, "repeated-assignment");
rule!(WRITES_GENERATED, Error, "generated-column-written");
rule!(UNKNOWN_CONSTRAINT, Error, "unknown-constraint");
rule!(CONFLICT_TARGET, Error, "conflict-without-target");

/// The rules of this file.
pub(crate) const RULES: &[&Rule] = &[
    &STORED_COUNT,
    &STORED_TYPE,
    &REPEATED_TARGET,
    &WRITES_GENERATED,
    &UNKNOWN_CONSTRAINT,
    &CONFLICT_TARGET,
];

/// A column that gets a value.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) name: Name,
    /// What the column holds; nothing is known where only a part of it gets a value.
    pub(super) value: Value,
}

impl Resolver<'_, '_> {
    /// Resolves the rows of an `insert` and checks them against the columns that they go to.
    pub(super) fn inserted(
        &mut self,
        it: &Insert,
        targets: &[Stored],
        table: &Source,
        outer: &Scope<'_>,
    ) {
        let InsertSource::Query(query) = &it.source else { return };
        self.check_repeated(&it.columns);
        let bare = query.with.is_none()
            && query.order_by.is_empty()
            && query.limit.is_none()
            && query.locks.is_empty();
        let given = match &query.body {
            QueryBody::Values(rows) if bare => {
                self.check_row_lengths(rows);
                for row in rows {
                    self.inserted_row(row, targets, outer);
                }
                let first = rows.first().map_or(&[][..], Vec::as_slice);
                if first.iter().any(is_star) {
                    return;
                }
                let given: Vec<TextRange> = first.iter().map(|it| it.range).collect();
                let written = |n: usize| {
                    rows.iter()
                        .filter_map(|it| it.get(n))
                        .find(|it| !matches!(it.kind, ExprKind::Default))
                };
                let written: Vec<Option<TextRange>> =
                    (0..given.len()).map(|n| written(n).map(|it| it.range)).collect();
                self.check_kept(it, targets, &written, table);
                given
            }
            _ => match self.inserted_query(query, targets, outer) {
                Some(given) => {
                    let written: Vec<_> = given.iter().map(|it| Some(*it)).collect();
                    self.check_kept(it, targets, &written, table);
                    given
                }
                None => return,
            },
        };
        if table.complete || !it.columns.is_empty() {
            self.check_count(it, targets.len(), &given, query.range);
        }
    }

    fn inserted_row(&mut self, row: &[Expr], targets: &[Stored], outer: &Scope<'_>) {
        let scope = Scope::inside(outer);
        let mut is_plain = true;
        for (n, expr) in row.iter().enumerate() {
            // `new.*` stands for several values.
            is_plain &= !is_star(expr);
            let value = self.within(Clause::Values, &scope, |this| this.expr(expr, &scope));
            if let Some(target) = targets.get(n).filter(|_| is_plain) {
                self.check_stored(expr, &value, target);
            }
        }
    }

    fn inserted_query(
        &mut self,
        query: &Query,
        targets: &[Stored],
        outer: &Scope<'_>,
    ) -> Option<Vec<TextRange>> {
        let result = self.query(query, outer);
        for (n, (column, target)) in result.columns.iter().zip(targets).enumerate() {
            let place = result.places.get(n).copied().unwrap_or(query.range);
            if !result.complete {
                return None;
            }
            self.check_stored_type(&column.value, target, place);
            if let Some(expr) = super::query::written(query, n) {
                self.check_expr_literal(expr, &target.value);
            }
        }
        let place = |n: usize| result.places.get(n).copied().unwrap_or(query.range);
        result.complete.then(|| (0..result.columns.len()).map(place).collect())
    }

    fn check_count(&self, it: &Insert, n_targets: usize, given: &[TextRange], range: TextRange) {
        let n_given = given.len();
        if n_given == n_targets || (n_given < n_targets && it.columns.is_empty()) {
            return;
        }
        let place = given.get(n_targets).copied().unwrap_or(range);
        let help = if n_given < n_targets {
            "give each column that is named a value"
        } else {
            "name a column for each value"
        };
        self.wrong_count(n_given, n_targets, place, help);
    }

    fn wrong_count(&self, n_given: usize, n_targets: usize, place: TextRange, help: &str) {
        let message = format!("{} for {}", count(n_given, "value"), count(n_targets, "column"));
        self.report(&STORED_COUNT, message, place, "here", Some(help.to_owned()));
    }

    /// A row that is assigned has a value for each of the columns.
    pub(super) fn check_assigned(&self, n_given: usize, n_targets: usize, place: TextRange) {
        if n_given != n_targets {
            self.wrong_count(n_given, n_targets, place, "give each column that is named a value");
        }
    }

    /// Reports a column that is named twice among those that get a value. Parts of one column can be named side by side.
    pub(super) fn check_repeated<'t>(&self, targets: impl IntoIterator<Item = &'t ColumnTarget>) {
        if self.role == Role::RuleCommand {
            return;
        }
        let mut seen: Vec<&Name> = Vec::new();
        for target in targets.into_iter().filter(|it| it.steps.is_empty()) {
            let Ident { name, range, .. } = &target.column;
            if seen.contains(&name) {
                let message = format!("`{name}` gets two values");
                let help = Some("keep one of them".to_owned());
                self.report(&REPEATED_TARGET, message, *range, "again here", help);
            }
            seen.push(name);
        }
    }

    /// Checks a value against the column that it goes to.
    pub(super) fn check_stored(&mut self, expr: &Expr, value: &Value, target: &Stored) {
        self.check_expr_literal(expr, &target.value);
        self.check_stored_type(value, target, expr.range);
    }

    fn check_stored_type(&mut self, value: &Value, target: &Stored, place: TextRange) {
        let (Some(from), Some(to)) = (value.ty(), target.value.ty()) else { return };
        if from == UNTYPED {
            return;
        }
        self.uses_cast(value, &target.value);
        if can_coerce(from, to, CastContext::Assignment, &self.world.types) == Some(false) {
            let message = format!("`{}` is `{to}`, and this is `{from}`", target.name);
            let help = Some(format!("write a value of type `{to}`, or cast it"));
            self.report(&STORED_TYPE, message, place, "stored here", help);
        }
    }

    /// Reports values for columns that have their own: `written` has the place of each that is not `default`.
    fn check_kept(
        &self,
        it: &Insert,
        targets: &[Stored],
        written: &[Option<TextRange>],
        table: &Source,
    ) {
        for (target, place) in targets.iter().zip(written) {
            let Some(place) = place else { continue };
            // `overriding` is about identity columns only.
            if it.overriding.is_none() || self.keeps(table, &target.name) == Some(Kept::Generated) {
                self.check_written(table, &target.name, *place);
            }
        }
    }

    /// Reports a value for a column that has its own.
    pub(super) fn check_written(&self, table: &Source, name: &Name, place: TextRange) {
        let Some(kept) = self.keeps(table, name).filter(|_| self.role != Role::RuleCommand) else {
            return;
        };
        let (what, help) = match kept {
            Kept::Generated => ("is generated", "leave the column out, or write `default`"),
            Kept::Identity => (
                "is `generated always as identity`",
                "leave the column out, or write `overriding system value` before the values of an `insert`",
            ),
        };
        let message = format!("`{name}` {what}, and takes no value");
        self.report(&WRITES_GENERATED, message, place, "written here", Some(help.to_owned()));
    }

    fn keeps(&self, table: &Source, name: &Name) -> Option<Kept> {
        let Some(Object::Table(table)) = self.table_of(table).map(|(_, it)| it) else {
            return None;
        };
        match &table.column(name)?.value {
            Origin::Generated(..) => Some(Kept::Generated),
            Origin::Identity(Identity::Always, _) => Some(Kept::Identity),
            Origin::Identity(Identity::ByDefault, _) | Origin::Default(_) | Origin::Null => None,
        }
    }

    /// Finds the relation that a statement changes, if it is declared.
    fn table_of(&self, source: &Source) -> Option<(Qualified, &Object)> {
        let row = source.rels.first()?.row.as_ref()?;
        let name = type_name(row, &smol_str::SmolStr::default());
        let at = Qualified { schema: name.schema, name: name.name };
        let (_, entry) = self.world.catalog.relation(&at)?;
        Some((at, &entry.object))
    }

    /// `on conflict on constraint` names a constraint of the table.
    pub(super) fn check_constraint(&self, name: &Ident, source: &Source) {
        let Some((at, Object::Table(table))) = self.table_of(source) else { return };
        let catalog = self.world.catalog;
        let Some((address, _)) = catalog.relation(&at) else { return };
        // Keys of a partitioned table have other names in its partitions.
        let is_open = table.partition_of.is_some() || self.world.is_incomplete(&address);
        let kinds = [Kind::Constraint, Kind::ForeignKey];
        let of_kind = |kind: &Kind| catalog.of_relation(*kind, &at).map(|(it, _)| it.name.clone());
        let names: Vec<Name> = kinds.iter().flat_map(of_kind).collect();
        if is_open || !self.world.sound || names.contains(&name.name) {
            return;
        }
        let help = did_you_mean(&name.name, names.iter().map(Name::as_str))
            .unwrap_or_else(|| "name the columns instead: `on conflict (column, …)`".to_owned());
        let message = format!("`{}` has no constraint `{}`", at.name, name.name);
        self.report(&UNKNOWN_CONSTRAINT, message, name.range, "named here", Some(help));
    }

    /// `on conflict do update` says what is in conflict.
    pub(super) fn check_conflict_target(&self, range: TextRange) {
        let message = "`on conflict do update` does not say what must be in conflict".to_owned();
        let help = Some("write `on conflict (column, …) do update`".to_owned());
        self.report(&CONFLICT_TARGET, message, range, "updated here", help);
    }
}

/// Why a column takes no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    Generated,
    Identity,
}
