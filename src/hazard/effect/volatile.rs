//! Whether an expression gives the same value for every row of a statement.

use crate::hazard::state::State;
use crate::object::address::{Name, Qualified};
use crate::sql::ast::walk::{Part, walk};
use crate::sql::ast::{ExprKind, Path};
use crate::sql::builtin::functions::Volatility;
use crate::sql::builtin::{extensions, postgresql};
use crate::sql::parse_expr;

/// What is known of an expression's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::hazard) enum Steadiness {
    /// It is the same for all rows.
    Steady,
    /// A function is called of which nothing is known.
    Unknown,
    /// It may differ from row to row.
    Volatile,
}

/// Tells how steady an expression is.
pub(in crate::hazard) fn steadiness(text: &str, state: &State) -> Steadiness {
    let Ok(expr) = parse_expr(text) else { return Steadiness::Unknown };
    let mut found = Steadiness::Steady;
    walk(Part::Expr(&expr), |part| {
        if let Part::Expr(it) = part
            && let ExprKind::Call(call) = &it.kind
        {
            found = found.max(of_call(&call.function, state));
        }
    });
    found
}

fn of_call(function: &Path, state: &State) -> Steadiness {
    let Some(name) = function.last() else { return Steadiness::Unknown };
    let schema = function.0.len().checked_sub(2).and_then(|n| function.0.get(n));
    let schema: Option<Name> = schema.map(|it| it.name.clone());
    let own = || postgresql().functions(&name.name).map(|it| it.volatility).max_by_key(rank);
    let declared = |schema: &Name| {
        let volatile = state.routines.get(&Qualified::new(schema.clone(), name.name.clone()));
        volatile.map(|it| if *it { Volatility::Volatile } else { Volatility::Stable })
    };
    let by_name = || {
        let mut named = state.routines.iter().filter(|(it, _)| it.name == name.name);
        named.next().map(|(it, _)| it.schema.clone())
    };
    let found = match &schema {
        Some(schema) if schema == "pg_catalog" => own(),
        Some(schema) => declared(schema),
        None => own().or_else(|| by_name().and_then(|schema| declared(&schema))),
    };
    let of_extension = || {
        let provided = extensions::all().iter().filter_map(|it| it.provided.as_ref());
        let functions = provided.flat_map(|it| it.functions(&name.name));
        functions.map(|it| it.volatility).max_by_key(rank)
    };
    match found.or_else(of_extension) {
        Some(Volatility::Volatile) => Steadiness::Volatile,
        Some(Volatility::Stable | Volatility::Immutable) => Steadiness::Steady,
        None => Steadiness::Unknown,
    }
}

fn rank(it: &Volatility) -> u8 {
    match it {
        Volatility::Immutable => 0,
        Volatility::Stable => 1,
        Volatility::Volatile => 2,
    }
}
