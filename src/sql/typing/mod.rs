//! Which function, operator or common type PostgreSQL chooses, and the type that comes of it (manual 10).
//!
//! The rules are those of `parse_func.c`, `parse_oper.c` and `parse_coerce.c`. What types and casts there are is said
//! by a [`TypeSystem`], so that a user's own take part beside the built-in ones. A type that it does not know makes the
//! answer [`Resolution::Unsure`], never a refusal.
//!
//! Types are named as `format_type` prints them, arrays `t[]`; an untyped literal, and `NULL`, has the type `unknown`.

mod candidates;
mod coercion;
mod common;
mod operator_class;
mod polymorphic;
mod select;
mod type_system;

use smol_str::SmolStr;

use crate::sql::builtin::casts::CastContext;
use crate::sql::builtin::functions::Function;
use crate::sql::builtin::operators::Operator;

use candidates::Candidate;
use coercion::Pathway;

pub use coercion::is_binary_coercible;
pub use common::common_type;
pub use operator_class::{DefaultOperatorClass, default_operator_class};
pub use polymorphic::Bindings;
pub use type_system::{Facts, Kind, TypeSystem};

/// What a function or operator may be called with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature<'a> {
    /// The names, empty where there are none, and types of the input arguments.
    pub arguments: Vec<(&'a str, &'a str)>,
    /// How many of the last arguments may be left out.
    pub n_defaults: usize,
    /// The last argument is an array, or `"any"`, that takes all further ones.
    pub variadic: bool,
    #[expect(missing_docs, reason = "the field speaks")]
    pub result: &'a str,
    /// Where its schema stands in the search path: a lesser one hides the same arguments of a greater one.
    pub path_position: usize,
}

impl From<&Function> for Signature<'static> {
    fn from(function: &Function) -> Self {
        Signature {
            arguments: function
                .arguments
                .iter()
                .map(|argument| (argument.name, argument.type_name))
                .collect(),
            n_defaults: function.n_defaults,
            variadic: function.variadic,
            result: function.result,
            path_position: 0,
        }
    }
}

impl From<&Operator> for Signature<'static> {
    fn from(operator: &Operator) -> Self {
        let operands = operator.left.into_iter().chain([operator.right]);
        Signature {
            arguments: operands.map(|operand| ("", operand)).collect(),
            n_defaults: 0,
            variadic: false,
            result: operator.result,
            path_position: 0,
        }
    }
}

/// A call of a function.
#[derive(Debug, Clone, Copy, Default)]
pub struct Call<'a> {
    /// The function's name without schema, folded.
    pub name: &'a str,
    /// The arguments' types; `None` where the type is not known.
    pub arguments: &'a [Option<&'a str>],
    /// The names of the last arguments, given as `name => value`.
    pub names: &'a [&'a str],
    #[expect(missing_docs, reason = "the field speaks")]
    pub variadic: VariadicWord,
}

/// Whether a call says `VARIADIC` before its last argument.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum VariadicWord {
    #[default]
    Absent,
    Written,
}

/// What PostgreSQL makes of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    #[expect(missing_docs, reason = "the variant speaks")]
    Resolved(Resolved),
    /// Several fit and none is better: "function … is not unique".
    Ambiguous,
    /// None fits: "function … does not exist".
    None,
    /// One fits, but its polymorphic result cannot be told, because all arguments are untyped.
    Undetermined,
    /// It depends on a type that is not known.
    Unsure,
}

/// The function or operator chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// Which of the signatures; `None` if the call is a cast, as `text(1)` is.
    pub signature: Option<usize>,
    /// The type of the result; polymorphic ones are replaced.
    pub result: SmolStr,
    /// What the polymorphic types of the signature stand for.
    pub bindings: Bindings,
}

/// Chooses the function that a call means among those of its name (manual 10.3).
pub fn function(call: &Call<'_>, signatures: &[Signature<'_>], types: &TypeSystem) -> Resolution {
    let candidates = candidates::gather(call, signatures);
    if let Some(arguments) = all_known(call.arguments) {
        if let Some(exact) = candidates.iter().find(|candidate| candidate.is_exact(&arguments)) {
            return conclude(exact, &arguments, signatures, types);
        }
        if let Some(cast) = call_as_cast(call, &arguments, types) {
            return cast;
        }
    }
    among(candidates, call.arguments, signatures, types)
}

/// Chooses the operator that an expression means among those of its symbol (manual 10.2).
///
/// The operands are one for a prefix operator, else two.
pub fn operator(
    operands: &[Option<&str>],
    signatures: &[Signature<'_>],
    types: &TypeSystem,
) -> Resolution {
    let call = Call { arguments: operands, ..Call::default() };
    let candidates = candidates::gather(&call, signatures);
    if let Some(operands) = all_known(operands) {
        for alike in operands_alike(&operands, types) {
            if let Some(exact) = candidates.iter().find(|candidate| candidate.is_exact(&alike)) {
                return conclude(exact, &operands, signatures, types);
            }
        }
    }
    among(candidates, operands, signatures, types)
}

/// Tells whether a value of one type can stand where the other is wanted; `None` if that is not known.
pub fn can_coerce(
    source: &str,
    target: &str,
    context: CastContext,
    types: &TypeSystem,
) -> Option<bool> {
    let known = source == target || (types.is_known(source) && types.is_known(target));
    let inherit = types.is_composite(source) && types.is_composite(target) && source != target;
    (known && !inherit).then(|| coercion::can_coerce(types, &[source], &[target], context))
}

fn all_known<'a>(arguments: &[Option<&'a str>]) -> Option<Vec<&'a str>> {
    arguments.iter().copied().collect()
}

/// The operands' types to look for exactly: an untyped literal is first taken to be of the other operand's type, then
/// of that type's base type.
fn operands_alike<'a>(operands: &[&'a str], types: &'a TypeSystem) -> Vec<Vec<&'a str>> {
    match *operands {
        ["unknown", known] | [known, "unknown"] if known != "unknown" => {
            let base = types.base(known);
            vec![vec![known, known], vec![base, base]]
        }
        _ => vec![operands.to_vec()],
    }
}

/// A call with one argument of the name of a type is a cast, if no function fits exactly (manual 10.3, step 3).
fn call_as_cast(call: &Call<'_>, arguments: &[&str], types: &TypeSystem) -> Option<Resolution> {
    let [source] = *arguments else { return None };
    let target = types.type_called(call.name).filter(|_| call.names.is_empty())?;
    if !types.is_known(source) {
        return Some(Resolution::Unsure);
    }
    let is_cast = source == "unknown"
        || match coercion::pathway(types, source, target, CastContext::Explicit) {
            Some(Pathway::Relabel) => true,
            Some(Pathway::InOut) => !(types.is_row(source) && types.category(target).0 == 'S'),
            Some(Pathway::Function | Pathway::Array) | None => false,
        };
    is_cast.then(|| resolved(None, target.into(), Bindings::default()))
}

/// Chooses among candidates of which none fits exactly.
fn among(
    candidates: Vec<Candidate<'_>>,
    arguments: &[Option<&str>],
    signatures: &[Signature<'_>],
    types: &TypeSystem,
) -> Resolution {
    // Without room for the arguments no function is meant, whatever the types; a single argument may be cast by a
    // type's name, or be a row whose attribute is asked for.
    if candidates.is_empty() && arguments.len() != 1 {
        return Resolution::None;
    }
    let Some(arguments) = all_known(arguments) else { return Resolution::Unsure };
    let sure = arguments
        .iter()
        .all(|argument| types.is_known(argument) && !polymorphic::is_polymorphic(argument))
        && candidates.iter().all(|candidate| is_sure(candidate, &arguments, types));
    if !sure {
        return Resolution::Unsure;
    }
    let fitting = select::fitting(candidates, &arguments, types);
    if fitting.is_empty() {
        let maybe_attribute =
            arguments.len() == 1 && arguments.iter().all(|argument| types.is_row(argument));
        return if maybe_attribute { Resolution::Unsure } else { Resolution::None };
    }
    match select::best(fitting, &arguments, types) {
        Some(best) => conclude(&best, &arguments, signatures, types),
        None => Resolution::Ambiguous,
    }
}

/// Tells whether all that the candidate takes is known; a row type may inherit from another.
fn is_sure(candidate: &Candidate<'_>, arguments: &[&str], types: &TypeSystem) -> bool {
    candidate.arguments.iter().zip(arguments).all(|(declared, actual)| {
        declared == actual
            || (types.is_known(declared)
                && !(types.is_composite(declared) && types.is_composite(actual)))
    })
}

fn conclude(
    candidate: &Candidate<'_>,
    arguments: &[&str],
    signatures: &[Signature<'_>],
    types: &TypeSystem,
) -> Resolution {
    if candidate.ambiguous {
        return Resolution::Ambiguous;
    }
    let declared = signatures.get(candidate.index).map_or("", |signature| signature.result);
    // The arrays in `pg_statistic` are of the type `anyarray` itself; what comes of them is not worth knowing.
    let is_odd =
        |argument: &&str| polymorphic::is_polymorphic(argument) || !types.is_known(argument);
    let generic = candidate.defaults_are_polymorphic
        || candidate.arguments.iter().any(|declared| polymorphic::is_polymorphic(declared));
    if !generic {
        return resolved(Some(candidate.index), declared.into(), Bindings::default());
    }
    if candidate.defaults_are_polymorphic || arguments.iter().any(is_odd) {
        return Resolution::Unsure;
    }
    let Some(bindings) = polymorphic::bind(types, arguments, &candidate.arguments) else {
        return Resolution::None;
    };
    if !bindings.determine(&candidate.arguments) {
        return Resolution::Undetermined;
    }
    match bindings.actual(declared) {
        Some(result) => resolved(Some(candidate.index), result, bindings),
        None => Resolution::Undetermined,
    }
}

fn resolved(signature: Option<usize>, result: SmolStr, bindings: Bindings) -> Resolution {
    Resolution::Resolved(Resolved { signature, result, bindings })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::builtin::postgresql;

    fn types() -> TypeSystem {
        TypeSystem::new(&postgresql())
    }

    fn call(name: &str, arguments: &[Option<&str>]) -> Resolution {
        let signatures: Vec<_> =
            postgresql().functions(name).map(|found| Signature::from(&found)).collect();
        function(&Call { name, arguments, ..Call::default() }, &signatures, &types())
    }

    fn apply(symbol: &str, operands: &[Option<&str>]) -> Resolution {
        let signatures: Vec<_> =
            postgresql().operators(symbol).map(|found| Signature::from(&found)).collect();
        operator(operands, &signatures, &types())
    }

    fn result(resolution: Resolution) -> SmolStr {
        let Resolution::Resolved(resolved) = resolution else { panic!("{resolution:?}") };
        resolved.result
    }

    #[test]
    fn results() {
        assert_eq!(result(call("lower", &[Some("character varying")])), "text");
        assert_eq!(result(call("lower", &[Some("int4range")])), "integer");
        assert_eq!(result(call("text", &[Some("inet")])), "text");
        assert_eq!(
            result(call("format", &[Some("unknown"), Some("date"), Some("integer")])),
            "text"
        );
        assert_eq!(
            result(call("array_append", &[Some("integer[]"), Some("numeric")])),
            "numeric[]"
        );
        assert_eq!(result(apply("+", &[Some("smallint"), Some("unknown")])), "smallint");
        assert_eq!(result(apply("||", &[Some("unknown"), Some("unknown")])), "text");
        assert_eq!(result(apply("->>", &[Some("jsonb"), Some("unknown")])), "text");
        assert_eq!(result(apply("-", &[Some("numeric")])), "numeric");
    }

    #[test]
    fn refusals() {
        assert_eq!(call("lower", &[Some("integer")]), Resolution::None);
        assert_eq!(call("lower", &[]), Resolution::None);
        assert_eq!(
            call("array_length", &[Some("unknown"), Some("integer")]),
            Resolution::Undetermined
        );
        assert_eq!(apply("=", &[Some("integer"), Some("text")]), Resolution::None);
        assert_eq!(apply("+", &[Some("unknown"), Some("unknown")]), Resolution::Ambiguous);
    }

    #[test]
    fn unknown_types_are_no_refusal() {
        assert_eq!(call("lower", &[Some("public.thing")]), Resolution::Unsure);
        assert_eq!(call("lower", &[None]), Resolution::Unsure);
        assert_eq!(call("lower", &[Some("public.thing[]")]), Resolution::Unsure);
        assert_eq!(apply("=", &[Some("public.thing"), Some("integer")]), Resolution::Unsure);
        assert_eq!(common_type(&[Some("integer"), None], &types()), Resolution::Unsure);
        assert_eq!(can_coerce("public.thing", "text", CastContext::Implicit, &types()), None);
    }
}
