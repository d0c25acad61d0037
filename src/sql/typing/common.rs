//! The common type of several expressions: `UNION`, `CASE`, `COALESCE`, `VALUES`, `ARRAY` (manual 10.5).

use super::coercion::can_coerce;
use super::type_system::TypeSystem;
use super::{Bindings, Resolution, resolved};
use crate::sql::builtin::casts::CastContext;

/// Finds the type that all the expressions get.
///
/// The order matters: PostgreSQL takes the `ELSE` of a `CASE` first, and a `UNION` of three as a `UNION` of the first
/// two's with the third. Of `Resolution`, `Ambiguous` and `Undetermined` do not occur.
pub fn common_type(expressions: &[Option<&str>], types: &TypeSystem) -> Resolution {
    let Some(names) = expressions.iter().copied().collect::<Option<Vec<_>>>() else {
        return Resolution::Unsure;
    };
    let alike = names.windows(2).all(|pair| pair.first() == pair.last());
    if !alike && !names.iter().all(|name| types.is_known(name)) {
        return Resolution::Unsure;
    }
    let Some(common) = select(types, &names) else { return Resolution::None };
    let coercible = |name: &&str| {
        *name == common || can_coerce(types, &[name], &[common], CastContext::Implicit)
    };
    if !names.iter().all(coercible) {
        return Resolution::None;
    }
    resolved(None, common.into(), Bindings::default())
}

/// Chooses the common type; `None` if the types are of several categories (`select_common_type`).
pub(super) fn select<'n>(types: &'n TypeSystem, names: &[&'n str]) -> Option<&'n str> {
    let (first, rest) = names.split_first()?;
    if *first != "unknown" && rest.iter().all(|name| name == first) {
        return Some(first);
    }
    let mut chosen = types.base(first);
    for name in rest.iter().map(|name| types.base(name)) {
        if name == "unknown" || name == chosen {
            continue;
        }
        let ((category, preferred), (new_category, _)) =
            (types.category(chosen), types.category(name));
        if chosen == "unknown" {
            chosen = name;
        } else if new_category != category {
            return None;
        } else if !preferred
            && can_coerce(types, &[chosen], &[name], CastContext::Implicit)
            && !can_coerce(types, &[name], &[chosen], CastContext::Implicit)
        {
            chosen = name;
        }
    }
    Some(if chosen == "unknown" { "text" } else { chosen })
}
