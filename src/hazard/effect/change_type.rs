//! `ALTER COLUMN … TYPE`: whether PostgreSQL writes the table anew, reads it, or does neither.
//!
//! It writes a table anew unless the new value is the old one as it stands (`ATColumnChangeRequiresRewrite`): another
//! name of the same bytes, a wider limit that the cast's support function knows, a domain without constraints.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many constraints and expressions, only some matter to a type"
)]

use super::Cx;
use crate::hazard::cursor::{type_of, words_of};
use crate::hazard::lock::LockLevel;
use crate::hazard::rules::{blocking, data_loss};
use crate::hazard::state::{self, Index, State};
use crate::hazard::statement::Named;
use crate::object::address::{Name, Qualified};
use crate::sql::ast::{Expr, ExprKind};
use crate::sql::builtin::casts::CastMethod;
use crate::sql::builtin::postgresql;
use crate::sql::parse_expr;
use crate::sql::type_name::TypeName;

/// What a new type asks of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// The bytes stay, and so do the indexes.
    None,
    /// The bytes stay; the indexes on the column are of another operator class.
    Reindex,
    /// Nothing where `TimeZone` is UTC, else every row is written.
    ByTimeZone,
    /// Every row is written.
    Rewrite,
}

/// A change of a column's type.
pub(super) struct Change<'c> {
    pub(super) column: &'c Named,
    pub(super) ty: &'c TypeName,
    pub(super) collation: Option<&'c Name>,
    pub(super) using: Option<&'c str>,
}

pub(super) fn change(table: &Qualified, tree: &[Qualified], it: &Change<'_>, cx: &mut Cx<'_>) {
    cx.lock_all(tree, LockLevel::AccessExclusive);
    let name = &it.column.name;
    let known = cx.state.column(table, name).map(|found| found.ty.clone());
    let work = match &known {
        Some(old) if is_column_itself(it.using, name, it.ty) => work(old, it.ty, cx.state),
        Some(_) => Work::Rewrite,
        None => {
            cx.unsure(format!("what type `{name}` has now: that it is rewritten is assumed"));
            Work::Rewrite
        }
    };
    keys(table, name, work, cx);
    match work {
        Work::None | Work::Reindex => {}
        Work::ByTimeZone => {
            cx.unsure("the session's `TimeZone`: under UTC nothing is rewritten");
            tree.iter().for_each(|it| cx.rewrite(it));
        }
        Work::Rewrite => tree.iter().for_each(|it| cx.rewrite(it)),
    }
    if !matches!(work, Work::Rewrite | Work::ByTimeZone) {
        indexes(tree, it, work, cx);
    }
    let narrower = known.as_ref().and_then(|old| narrows(old, it, cx.state));
    if let Some(reason) = narrower {
        cx.endanger(table, || data_loss::narrows_type(table, it.column, &reason));
    }
    if matches!(work, Work::Rewrite | Work::ByTimeZone) {
        let reason = match &known {
            Some(old) => format!("`{name}` becomes `{}` from `{old}`", it.ty),
            None => format!("`{name}` becomes `{}`", it.ty),
        };
        let help = if work == Work::ByTimeZone {
            "run `SET LOCAL TimeZone TO 'UTC'` before, if that is what the values mean; else add a \
             new column, fill it in batches, and let it take the old one's place"
        } else {
            "add a column of the new type, keep both alike by a trigger, fill it in batches, and \
             let it take the old one's place"
        };
        cx.endanger(table, || blocking::rewrites_table(table, it.column.at, reason, help));
    }
}

/// Locks the other side of foreign keys, which are made anew; their rows are checked where the bytes may differ.
fn keys(table: &Qualified, column: &Name, work: Work, cx: &mut Cx<'_>) {
    let referenced: Vec<Qualified> = cx
        .state
        .foreign_keys_of(table)
        .filter(|(_, columns, _)| columns.contains(column))
        .map(|(_, _, referenced)| referenced.clone())
        .collect();
    cx.lock_all(&referenced, LockLevel::AccessExclusive);
    let is_key = cx
        .state
        .indexes_of(table)
        .any(|(_, it)| it.unique && it.keys.contains(&Some(column.clone())));
    let referencing: Vec<Qualified> = cx.state.referencing(table).cloned().collect();
    if is_key {
        cx.lock_all(&referencing, LockLevel::AccessExclusive);
        if work == Work::Rewrite {
            cx.scan_all(&referencing);
        }
    }
}

/// Notes the indexes that are built anew although the table is not.
fn indexes(tree: &[Qualified], it: &Change<'_>, work: Work, cx: &mut Cx<'_>) {
    let stays = work == Work::None && it.collation.is_none();
    for table in tree {
        let on_column = |index: &Index| {
            let named = index.keys.contains(&Some(it.column.name.clone()));
            let read = index.words.contains(&it.column.name);
            read || named && (!stays || !index.words.is_empty())
        };
        let found: Vec<Qualified> = cx
            .state
            .indexes_of(table)
            .filter(|(_, index)| on_column(index))
            .map(|(name, _)| name.clone())
            .collect();
        // A check that names the column is made anew too.
        let checked = cx.state.relations.get(table).is_some_and(|relation| {
            relation.constraints.values().any(|constraint| match &constraint.demand {
                state::Demand::Check(text) => {
                    constraint.validated && words_of(text).contains(&it.column.name)
                }
                _ => false,
            })
        });
        let reason = match (found.is_empty(), checked) {
            (false, _) => "indexes on the column are built anew",
            (true, true) => "checks of the column are made anew",
            (true, false) => continue,
        };
        cx.scan(table);
        cx.endanger(table, || blocking::scans(table, it.column.at, reason));
        found.into_iter().for_each(|index| cx.rebuild(index));
    }
}

/// Tells whether `USING` says no more than its absence: the column, or the column cast to the new type.
fn is_column_itself(using: Option<&str>, column: &Name, ty: &TypeName) -> bool {
    let Some(using) = using else { return true };
    let Ok(expr) = parse_expr(using) else { return false };
    let names = |it: &Expr| match &it.kind {
        ExprKind::Column(path) => path.last().is_some_and(|it| it.name == *column),
        _ => false,
    };
    match &expr.kind {
        ExprKind::Cast(cast) => {
            let text = cast.ty.range.of(using);
            names(&cast.operand) && type_of(text) == *ty
        }
        _ => names(&expr),
    }
}

/// Returns what the change from one type to another asks of the rows.
fn work(old: &TypeName, new: &TypeName, state: &State) -> Work {
    if let Some(domain) = state.domain(old) {
        return work(&domain.base.clone(), new, state);
    }
    if let Some(domain) = state.domain(new) {
        return match work(old, &domain.base.clone(), state) {
            _ if domain.constrained => Work::Rewrite,
            other => other,
        };
    }
    if old == new {
        return Work::None;
    }
    if old.dimensions != new.dimensions {
        return Work::Rewrite;
    }
    let (old_base, new_base) = (old.without_modifier(), new.without_modifier());
    if old_base == new_base {
        return if widens(old, new) { Work::None } else { Work::Rewrite };
    }
    let zoned = |it: &TypeName| it.is("timestamp with time zone");
    let zoneless = |it: &TypeName| it.is("timestamp without time zone");
    if (zoned(old) && zoneless(new) || zoneless(old) && zoned(new)) && new.modifier.is_empty() {
        return Work::ByTimeZone;
    }
    if !old.is_builtin() || !new.is_builtin() || old.dimensions != 0 {
        return Work::Rewrite;
    }
    let cast = postgresql().cast(&old.name, &new.name);
    match cast.map(|it| it.method) {
        Some(CastMethod::Binary) if new.modifier.is_empty() => {
            // Types that share the operator classes of their indexes.
            const ALIKE: [[&str; 2]; 2] = [["text", "character varying"], ["cidr", "inet"]];
            let alike =
                |pair: &[&str; 2]| [old, new].iter().all(|it| pair.contains(&it.name.as_str()));
            if ALIKE.iter().any(alike) { Work::None } else { Work::Reindex }
        }
        Some(_) | None => Work::Rewrite,
    }
}

/// Tells whether every value of a type is one of the same type with another limit, and PostgreSQL knows.
fn widens(old: &TypeName, new: &TypeName) -> bool {
    if new.dimensions != 0 {
        return new.modifier == old.modifier;
    }
    let numbers = |it: &TypeName| -> Option<Vec<i64>> {
        it.modifier.split(',').map(|part| part.trim().parse().ok()).collect()
    };
    match new.name.as_str() {
        "character varying" | "bit varying" => {
            new.modifier.is_empty()
                || matches!((numbers(old).as_deref(), numbers(new).as_deref()),
                    (Some([old]), Some([new])) if old <= new)
        }
        "numeric" => {
            new.modifier.is_empty()
                || matches!((numbers(old).as_deref(), numbers(new).as_deref()),
                    (Some([old, scale]), Some([new, new_scale])) if scale == new_scale && old <= new)
        }
        "timestamp with time zone"
        | "timestamp without time zone"
        | "time with time zone"
        | "time without time zone"
        | "interval" => {
            let most = new.modifier.is_empty() || new.modifier == "6";
            most || matches!((numbers(old).as_deref(), numbers(new).as_deref()),
                    (Some([old]), Some([new])) if old <= new)
        }
        _ => false,
    }
}

/// Says why values may be lost or refused, where they may.
fn narrows(old: &TypeName, it: &Change<'_>, state: &State) -> Option<String> {
    let base = |ty: &TypeName| state.domain(ty).map_or(ty.clone(), |it| it.base.clone());
    let (old, new) = (base(old), base(it.ty));
    let lossless = old == new || is_wider(&old, &new);
    (!lossless).then(|| format!("not every value of `{old}` is one of `{new}`"))
}

/// Tells whether every value of one type has one of another that stands for nothing else.
fn is_wider(old: &TypeName, new: &TypeName) -> bool {
    const WHOLE: [&str; 4] = ["smallint", "integer", "bigint", "numeric"];
    let place = |it: &TypeName| WHOLE.iter().position(|name| it.is(name));
    let unlimited = new.modifier.is_empty();
    if let (Some(old), Some(new)) = (place(old), place(new))
        && old < new
    {
        return unlimited;
    }
    if old.without_modifier() == new.without_modifier() {
        return widens(old, new) || unlimited;
    }
    // Every value has a text.
    let texts = new.is("text") || new.is("character varying") && unlimited;
    let real = old.is("real") && new.is("double precision");
    let small = (old.is("smallint") || old.is("integer")) && new.is("double precision");
    let dates = old.is("date") && new.name.starts_with("timestamp") && unlimited;
    let stamps =
        old.name.starts_with("timestamp") && new.name.starts_with("timestamp") && unlimited;
    let json = old.is("json") && new.is("jsonb") || old.is("jsonb") && new.is("json");
    let bits = old.is("bit") && new.is("bit varying") && unlimited;
    let nets = old.is("cidr") && new.is("inet");
    texts || real || small || dates || stamps || json || bits || nets
}
