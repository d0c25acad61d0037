//! Columns that are added and dropped.

use super::Cx;
use super::volatile::{Steadiness, steadiness};
use crate::hazard::lock::LockLevel;
use crate::hazard::rules::{blocking, data_loss, running_code};
use crate::hazard::state::is_serial;
use crate::hazard::statement::{ColumnDef, ConstraintDef, Demand, Generated, Named};
use crate::object::address::Qualified;
use crate::sql::lex::TextRange;

pub(super) fn add(table: &Qualified, tree: &[Qualified], column: &ColumnDef, cx: &mut Cx<'_>) {
    cx.lock_all(tree, LockLevel::AccessExclusive);
    let at = column.name.at;
    if let Some(why) = rewrites(column, cx) {
        tree.iter().for_each(|it| cx.rewrite(it));
        cx.endanger(table, || blocking::rewrites_table(table, at, why.reason, why.help));
    } else if has_no_value(column) {
        cx.scan_all(tree);
        cx.endanger(table, || running_code::adds_required_column(table, &column.name));
    }
    for constraint in &column.constraints {
        add_constraint(table, tree, column, constraint, cx);
    }
}

/// Tells whether old rows would have no value for a column that needs one.
fn has_no_value(column: &ColumnDef) -> bool {
    let valueless = column.default.is_none() && column.generated.is_none();
    column.not_null && valueless && !column.identity
}

fn add_constraint(
    table: &Qualified,
    tree: &[Qualified],
    column: &ColumnDef,
    constraint: &ConstraintDef,
    cx: &mut Cx<'_>,
) {
    let at = constraint.at;
    match &constraint.demand {
        Demand::Check(_) => {
            cx.scan_all(tree);
            cx.endanger(table, || blocking::check_at_once(table, at));
        }
        Demand::PrimaryKey(_) | Demand::Unique(_) => {
            cx.scan_all(tree);
            cx.endanger(table, || blocking::key_without_index(table, at));
        }
        Demand::ForeignKey { table: referenced, .. } => {
            let referenced = cx.state.resolve(referenced);
            let referenced_tree = cx.state.tree(&referenced);
            cx.lock_all(&referenced_tree, LockLevel::ShareRowExclusive);
            let has_value = column.default.is_some() || column.identity || is_serial(&column.ty);
            if has_value {
                cx.scan_all(tree);
                cx.endanger(table, || blocking::foreign_key_at_once(table, &referenced, at));
            }
        }
        Demand::NotNull(_) | Demand::UsingIndex { .. } | Demand::Exclude => {}
    }
}

/// Why a new column needs the table written anew, and what to do instead.
struct Why {
    reason: String,
    help: &'static str,
}

fn rewrites(column: &ColumnDef, cx: &mut Cx<'_>) -> Option<Why> {
    const BACKFILL: &str = "add the column without it, set the default for new rows, and fill the \
                            old rows in batches";
    let name = &column.name.name;
    let why = |reason: String, help: &'static str| Some(Why { reason, help });
    if column.identity || is_serial(&column.ty) {
        return why(format!("`{name}` numbers every row"), BACKFILL);
    }
    if column.generated == Some(Generated::Stored) {
        let help = "add a plain column, keep it up to date by a trigger, and fill the old rows in \
                    batches; or compute the value in a view";
        return why(format!("`{name}` is computed for every row"), help);
    }
    if let Some(default) = &column.default {
        match steadiness(default, cx.state) {
            Steadiness::Steady => {}
            Steadiness::Volatile => {
                return why(format!("the default of `{name}` differs from row to row"), BACKFILL);
            }
            Steadiness::Unknown => {
                cx.unsure(format!("whether the default of `{name}` is volatile"));
                return why(
                    format!("the default of `{name}` may differ from row to row"),
                    BACKFILL,
                );
            }
        }
    }
    if cx.state.domain(&column.ty).is_some_and(|it| it.constrained) {
        let help = "add the column with the domain's base type, and a check `NOT VALID` that says \
                    what the domain says";
        return why(format!("the type of `{name}` is a domain with constraints"), help);
    }
    None
}

pub(super) fn drop(table: &Qualified, tree: &[Qualified], column: &Named, cx: &mut Cx<'_>) {
    cx.lock_all(tree, LockLevel::AccessExclusive);
    let references: Vec<Qualified> = cx
        .state
        .foreign_keys_of(table)
        .filter(|(_, columns, _)| columns.contains(&column.name))
        .flat_map(|(_, _, referenced)| cx.state.tree(referenced))
        .collect();
    cx.lock_all(&references, LockLevel::AccessExclusive);
    let sequences: Vec<Qualified> = cx
        .state
        .sequences_of(table)
        .filter(|(_, owner)| **owner == column.name)
        .map(|(name, _)| name.clone())
        .collect();
    cx.lock_all(&sequences, LockLevel::AccessExclusive);
    let at: TextRange = column.at;
    cx.endanger(table, || data_loss::drops_column(table, &column.name, at));
}
