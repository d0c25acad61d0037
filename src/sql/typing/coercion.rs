//! Whether and how one type is converted to another (`parse_coerce.c`).

use super::polymorphic;
use super::type_system::{MAX_DEPTH, TypeSystem};
use crate::sql::builtin::casts::{CastContext, CastMethod};

/// How a value gets to the other type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pathway {
    /// The representation is the same.
    Relabel,
    Function,
    /// Element by element.
    Array,
    /// By the text form.
    InOut,
}

/// Finds the way between two types; no polymorphic ones.
pub(super) fn pathway(
    types: &TypeSystem,
    source: &str,
    target: &str,
    context: CastContext,
) -> Option<Pathway> {
    let (mut source, mut target) = (types.base(source), types.base(target));
    let mut through_array = false;
    // One turn an array level.
    for _ in 0..MAX_DEPTH {
        if source == target {
            return Some(if through_array { Pathway::Array } else { Pathway::Relabel });
        }
        if let Some((cast_context, method)) = types.cast(source, target) {
            let found = (cast_context <= context).then_some(match method {
                CastMethod::Function => Pathway::Function,
                CastMethod::Binary => Pathway::Relabel,
                CastMethod::InOut => Pathway::InOut,
            });
            return if through_array { found.map(|_| Pathway::Array) } else { found };
        }
        let vector = matches!(target, "oidvector" | "int2vector");
        match (types.element(source), types.element(target)) {
            (Some(from), Some(to)) if !vector => {
                (source, target) = (types.base(from), types.base(to));
                through_array = true;
            }
            _ => break,
        }
    }
    let text = |name| types.category(name).0 == 'S';
    let automatic = match context {
        CastContext::Implicit => false,
        CastContext::Assignment => text(target),
        CastContext::Explicit => text(target) || text(source),
    };
    automatic.then_some(if through_array { Pathway::Array } else { Pathway::InOut })
}

/// Tells whether arguments of these types can be passed where those are declared (`can_coerce_type`).
pub(super) fn can_coerce(
    types: &TypeSystem,
    actual: &[&str],
    declared: &[&str],
    context: CastContext,
) -> bool {
    let each = actual
        .iter()
        .zip(declared)
        .all(|(actual, declared)| can_coerce_one(types, actual, declared, context));
    each && polymorphic::bind(types, actual, declared).is_some()
}

fn can_coerce_one(types: &TypeSystem, actual: &str, declared: &str, context: CastContext) -> bool {
    actual == declared
        || declared == "\"any\""
        || polymorphic::is_polymorphic(declared)
        || actual == "unknown"
        || pathway(types, actual, declared, context).is_some()
        || (actual == "record" && types.is_composite(declared))
        || (declared == "record" && types.is_row(actual))
        || (declared == "record[]"
            && types.element(actual).is_some_and(|element| types.is_composite(element)))
}

/// Tells whether a type serves as the other without any conversion (`IsBinaryCoercible`).
pub fn is_binary_coercible(types: &TypeSystem, source: &str, target: &str) -> bool {
    let base = types.base(source);
    let is_array = types.element(base).is_some();
    match target {
        _ if source == target || base == target => true,
        "anyelement" | "anycompatible" => true,
        "anyarray" | "anycompatiblearray" => is_array,
        "anynonarray" | "anycompatiblenonarray" => !is_array,
        "anyenum" => types.is_enum(base),
        "anyrange" | "anycompatiblerange" => types.subtype(base).is_some(),
        "anymultirange" | "anycompatiblemultirange" => types.range(base).is_some(),
        "record" => types.is_row(base),
        "record[]" => types.element(base).is_some_and(|element| types.is_row(element)),
        _ => types.cast(base, target) == Some((CastContext::Implicit, CastMethod::Binary)),
    }
}
