//! Constraints: added, validated, dropped; `SET NOT NULL`.
//!
//! A foreign key is checked by reading the referencing table; the rows of the other are looked up by their key.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many expressions and constraints, only some say that a column is not NULL"
)]

use super::Cx;
use crate::hazard::lock::LockLevel;
use crate::hazard::rules::{blocking, running_code};
use crate::hazard::state::{self, Relation};
use crate::hazard::statement::{ConstraintDef, Demand, Named};
use crate::object::address::{Name, Qualified};
use crate::sql::ast::{Expr, ExprKind, IsTest, Sense};
use crate::sql::lex::TextRange;
use crate::sql::parse_expr;

pub(super) fn add(
    table: &Qualified,
    tree: &[Qualified],
    constraint: &ConstraintDef,
    cx: &mut Cx<'_>,
) {
    let at = constraint.at;
    match &constraint.demand {
        Demand::ForeignKey { table: referenced, .. } => {
            foreign_key(table, tree, &cx.state.resolve(referenced), constraint, cx);
            return;
        }
        Demand::Check(_) => {
            if !constraint.not_valid {
                cx.scan_all(tree);
                cx.endanger(table, || blocking::check_at_once(table, at));
            }
        }
        Demand::NotNull(column) => {
            if !constraint.not_valid {
                let column = Named { name: column.clone(), at };
                set_not_null(table, tree, &column, cx);
            }
        }
        Demand::PrimaryKey(_) | Demand::Unique(_) => {
            cx.scan_all(tree);
            cx.endanger(table, || blocking::key_without_index(table, at));
        }
        Demand::UsingIndex { index, primary } => use_index(table, index, *primary, at, cx),
        Demand::Exclude => {
            cx.scan_all(tree);
            cx.endanger(table, || blocking::scans(table, at, "the constraint's index is built"));
        }
    }
    cx.lock_all(tree, LockLevel::AccessExclusive);
}

/// Reads the table only where a column of a primary key could be NULL.
fn use_index(table: &Qualified, index: &Name, primary: bool, at: TextRange, cx: &mut Cx<'_>) {
    let index = Qualified::new(table.schema.clone(), index.clone());
    let keys = cx.state.indexes.get(&index).map(|it| it.keys.clone()).unwrap_or_default();
    let nullable = |column: &Name| is_nullable(table, column, cx);
    if primary && keys.iter().flatten().any(nullable) {
        cx.scan(table);
        cx.endanger(table, || blocking::not_null_without_check(table, "the key's columns", at));
    }
}

/// Tells whether rows must be read to know that a column has no NULL.
fn is_nullable(table: &Qualified, column: &Name, cx: &Cx<'_>) -> bool {
    let not_null = cx.state.column(table, column).is_some_and(|it| it.not_null);
    let proven = cx.state.relations.get(table).is_some_and(|it| proves_not_null(it, column));
    !not_null && !proven
}

fn foreign_key(
    table: &Qualified,
    tree: &[Qualified],
    referenced: &Qualified,
    constraint: &ConstraintDef,
    cx: &mut Cx<'_>,
) {
    let referenced_tree = cx.state.tree(referenced);
    cx.lock_all(tree, LockLevel::ShareRowExclusive);
    cx.lock_all(&referenced_tree, LockLevel::ShareRowExclusive);
    if !constraint.not_valid {
        cx.scan_all(tree);
        cx.endanger(table, || blocking::foreign_key_at_once(table, referenced, constraint.at));
    }
}

pub(super) fn set_not_null(table: &Qualified, tree: &[Qualified], column: &Named, cx: &mut Cx<'_>) {
    cx.lock_all(tree, LockLevel::AccessExclusive);
    let unproven: Vec<Qualified> =
        tree.iter().filter(|it| is_nullable(it, &column.name, cx)).cloned().collect();
    if !unproven.is_empty() {
        cx.scan_all(&unproven);
        let what = format!("`{}`", column.name);
        cx.endanger(table, || blocking::not_null_without_check(table, &what, column.at));
    }
}

/// Tells whether a validated check of a table says that a column is not NULL
/// (`NotNullImpliedByRelConstraints`).
pub(in crate::hazard) fn proves_not_null(relation: &Relation, column: &Name) -> bool {
    relation.constraints.values().filter(|it| it.validated).any(|it| match &it.demand {
        state::Demand::Check(text) => parse_expr(text).is_ok_and(|it| says_not_null(&it, column)),
        state::Demand::NotNull(named) => named == column,
        state::Demand::PrimaryKey(columns) => columns.contains(column),
        state::Demand::Unique(_) | state::Demand::Exclude | state::Demand::ForeignKey { .. } => {
            false
        }
    })
}

fn says_not_null(expr: &Expr, column: &Name) -> bool {
    match &expr.kind {
        ExprKind::And(list) => list.iter().any(|it| says_not_null(it, column)),
        ExprKind::Is(is) => {
            let named = match &is.operand.kind {
                ExprKind::Column(path) => path.last().is_some_and(|it| it.name == *column),
                _ => false,
            };
            named && is.test == IsTest::Null && is.sense == Sense::Negated
        }
        _ => false,
    }
}

pub(super) fn validate(table: &Qualified, tree: &[Qualified], name: &Named, cx: &mut Cx<'_>) {
    let found = cx.state.relations.get(table).and_then(|it| it.constraints.get(&name.name));
    let Some(found) = found else {
        cx.lock(table, LockLevel::ShareUpdateExclusive);
        cx.scan(table);
        return;
    };
    if found.validated {
        cx.lock(table, LockLevel::ShareUpdateExclusive);
        return;
    }
    match &found.demand {
        state::Demand::ForeignKey { table: referenced, .. } => {
            cx.lock(table, LockLevel::ShareUpdateExclusive);
            cx.lock(referenced, LockLevel::RowShare);
            cx.scan_all(tree);
        }
        _ => {
            cx.lock_all(tree, LockLevel::ShareUpdateExclusive);
            cx.scan_all(tree);
        }
    }
}

pub(super) fn drop(table: &Qualified, tree: &[Qualified], name: &Named, cx: &mut Cx<'_>) {
    cx.lock_all(tree, LockLevel::AccessExclusive);
    let found = cx.state.relations.get(table).and_then(|it| it.constraints.get(&name.name));
    let Some(found) = found else {
        cx.endanger(table, || running_code::drops_constraint(table, name, "constraint"));
        return;
    };
    let what = match &found.demand {
        state::Demand::ForeignKey { table: referenced, .. } => {
            let referenced_tree = cx.state.tree(referenced);
            cx.lock_all(&referenced_tree, LockLevel::AccessExclusive);
            "foreign key"
        }
        // A check that only proves that a column is not NULL has done its work once the column says so.
        state::Demand::Check(text) if is_proof_of_known(table, text, cx) => return,
        state::Demand::Check(_) => "check",
        state::Demand::NotNull(_) => "NOT NULL",
        state::Demand::PrimaryKey(_) => "primary key",
        state::Demand::Unique(_) => "unique constraint",
        state::Demand::Exclude => "exclusion constraint",
    };
    cx.endanger(table, || running_code::drops_constraint(table, name, what));
}

/// Tells whether a check says no more than `column IS NOT NULL` of a column that is NOT NULL.
fn is_proof_of_known(table: &Qualified, text: &str, cx: &Cx<'_>) -> bool {
    let Ok(expr) = parse_expr(text) else { return false };
    let columns = cx.state.relations.get(table).map_or(&[][..], |it| &it.columns);
    matches!(expr.kind, ExprKind::Is(_))
        && columns.iter().any(|it| it.not_null && says_not_null(&expr, &it.name))
}
