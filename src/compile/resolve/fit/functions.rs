//! Functions that a definition names, with the types they are called with: of aggregates, operators, types, wrappers,
//! languages, text search (`LookupFuncName`, `lookup_agg_function`).
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some are made of functions"
)]

use smol_str::SmolStr;

use super::{Fit, casts};
use crate::compile::read::Read;
use crate::compile::resolve::call::UNKNOWN_OPERATOR;
use crate::compile::resolve::functions::{Candidate, Choice, Functions};
use crate::compile::resolve::value::{Value, key, named};
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::object::Object;
use crate::object::address::{Name, Qualified};
use crate::object::aggregate::Aggregate;
use crate::object::names::{Found, Sort};
use crate::object::operator::Operator;
use crate::object::reader::UNKNOWN_FUNCTION;
use crate::object::signature;
use crate::object::type_text;
use crate::source::Span;
use crate::sql::builtin::{extensions, postgresql};
use crate::sql::definition::{self, Definition};
use crate::sql::typing::is_binary_coercible;
use crate::syntax::Rule;

rule!(WRONG_SUPPORT_FUNCTION, Error, "wrong-support-function");
rule!(WRONG_OPERATOR_OPTION, Error, "wrong-operator-option");

/// The rules of this file.
pub(crate) const RULES: &[&crate::diagnostic::Rule] =
    &[&WRONG_SUPPORT_FUNCTION, &WRONG_OPERATOR_OPTION];

/// The most routines that a message lists.
const MAX_SHOWN: usize = 3;

/// Checks the functions that an object is made of.
pub(super) fn check(cx: &Fit<'_, '_>, read: &Read) {
    if cx.open {
        return;
    }
    let own = named(&read.at.schema, &read.at.name);
    match &read.entry.object {
        Object::Aggregate(it) => aggregate(cx, read, it),
        Object::Operator(it) => operator(cx, read, it),
        Object::Cast(it) => casts::check(cx, read, it),
        Object::RangeType(it) => {
            let Some(subtype) = key(&it.subtype) else { return };
            let wanted: &[Entry<'_>] = &[
                ("subtype_diff", &[&[&subtype, &subtype]], Some("double precision")),
                ("canonical", &[&[&own]], Some(&own)),
            ];
            entries(cx, read, &it.definition, wanted);
        }
        Object::BaseType(it) => {
            let wanted: &[Entry<'_>] = &[
                ("input", &[&["cstring"], &["cstring", "oid", "integer"]], Some(&own)),
                ("output", &[&[&own]], Some("cstring")),
                ("receive", &[&["internal"], &["internal", "oid", "integer"]], Some(&own)),
                ("send", &[&[&own]], Some("bytea")),
                ("typmod_in", &[&["cstring[]"]], Some("integer")),
                ("typmod_out", &[&["integer"]], Some("cstring")),
                ("analyze", &[&["internal"]], Some("boolean")),
                ("subscript", &[&["internal"]], Some("internal")),
            ];
            entries(cx, read, &it.definition, wanted);
        }
        Object::TextSearchParser(it) => {
            let three: &[&str] = &["internal", "internal", "internal"];
            let wanted: &[Entry<'_>] = &[
                ("start", &[&["internal", "integer"]], None),
                ("gettoken", &[three], None),
                ("end", &[&["internal"]], None),
                ("lextypes", &[&["internal"]], None),
                ("headline", &[&["internal", "internal", "tsquery"]], None),
            ];
            entries(cx, read, &it.definition, wanted);
        }
        Object::TextSearchTemplate(it) => {
            let four: &[&str] = &["internal", "internal", "internal", "internal"];
            let wanted: &[Entry<'_>] =
                &[("init", &[&["internal"]], None), ("lexize", &[four], None)];
            entries(cx, read, &it.definition, wanted);
        }
        Object::ForeignDataWrapper(it) => {
            if let Some(handler) = &it.handler {
                let place = read.part(Rule::handler, &handler.name);
                exact(cx, read, handler, &[&[]], Some("fdw_handler"), place);
            }
            if let Some(validator) = &it.validator {
                let place = read.part(Rule::validator, &validator.name);
                exact(cx, read, validator, &[&["text[]", "oid"]], None, place);
            }
        }
        Object::Language(it) => {
            let place = read.part(Rule::handler, &it.handler.name);
            exact(cx, read, &it.handler, &[&[]], Some("language_handler"), place);
        }
        _ => {}
    }
}

/// The name of an entry, the argument types that its function may have, and what it returns.
type Entry<'s> = (&'s str, &'s [&'s [&'s str]], Option<&'s str>);

fn entries(cx: &Fit<'_, '_>, read: &Read, definition: &[Definition], wanted: &[Entry<'_>]) {
    for (entry, signatures, result) in wanted {
        let Some(text) = definition::value(definition, entry) else { continue };
        let function = signature::named(text, &Name::default());
        let place = read.part(Rule::definition_value, entry);
        exact(cx, read, &function, signatures, *result, place);
    }
}

/// A function of exactly one of these lists of argument types exists, and returns what it must.
fn exact(
    cx: &Fit<'_, '_>,
    read: &Read,
    function: &Qualified,
    signatures: &[&[&str]],
    result: Option<&str>,
    place: Span,
) {
    let functions = gather(cx, read, function);
    if functions.open || signatures.iter().flat_map(|it| it.iter()).any(|ty| !known(cx, ty)) {
        return;
    }
    let fits = |it: &&Candidate| {
        signatures.iter().any(|wanted| it.types().map(SmolStr::as_str).eq(wanted.iter().copied()))
    };
    let Some(found) = functions.list.iter().find(fits) else {
        let wanted = signatures.first().copied().unwrap_or_default();
        missing(cx, read, &functions, function, wanted, place);
        return;
    };
    returns(cx, read, found, &function.name, result, place);
}

fn known(cx: &Fit<'_, '_>, ty: &str) -> bool {
    cx.world.types.is_known(ty)
}

/// Returns the routines of a name, as they are seen from where an object is declared.
pub(super) fn gather(
    cx: &Fit<'_, '_>,
    read: &Read,
    function: &Qualified,
) -> std::rc::Rc<Functions> {
    let schema = Some(&function.schema).filter(|it| !it.is_empty());
    let home = read.inclusion().map_or(&read.at.schema, |it| &it.schema);
    cx.world.functions(schema, &function.name, home)
}

pub(super) fn missing(
    cx: &Fit<'_, '_>,
    read: &Read,
    functions: &Functions,
    function: &Qualified,
    wanted: &[&str],
    place: Span,
) {
    let Qualified { schema, name } = function;
    let (message, help) = if functions.list.is_empty() {
        // Of the functions of `plpgsql` only the names are known.
        let schema = Some(schema).filter(|it| !it.is_empty());
        if cx.world.names.find(Sort::Routine, schema, name, &read.at.schema) != Found::Missing {
            return;
        }
        let home = &read.at.schema;
        let declared = cx.world.names.candidates(Sort::Routine, home);
        let own: Vec<&str> = postgresql().all_functions().map(|it| it.name).collect();
        let known = declared.iter().map(String::as_str).chain(own);
        let help = match extensions::providing_function(name).first() {
            Some(extension) => Some(super::declare_extension(extension)),
            None => did_you_mean(name, known),
        };
        (format!("there is no function `{name}`"), help)
    } else {
        let shown = functions.list.iter().take(MAX_SHOWN).map(|it| format!("`{}`", it.shown(name)));
        let shown: Vec<String> = shown.collect();
        let more = if MAX_SHOWN < functions.list.len() { ", …" } else { "" };
        let help = format!("there is {}{more}", shown.join(", "));
        (format!("there is no function `{name}({})`", wanted.join(", ")), Some(help))
    };
    let diagnostic = Diagnostic::new(&UNKNOWN_FUNCTION, message).label(place, "named here");
    cx.report(read, diagnostic.help_if(help));
}

fn returns(
    cx: &Fit<'_, '_>,
    read: &Read,
    found: &Candidate,
    name: &str,
    wanted: Option<&str>,
    place: Span,
) {
    let (Some(wanted), Some(actual)) = (wanted, found.result()) else { return };
    if wanted == actual || !known(cx, actual) || !known(cx, wanted) || found.result_is_generic() {
        return;
    }
    let message = format!("`{}` returns `{actual}`, not `{wanted}`", found.shown(name));
    let diagnostic = Diagnostic::new(&WRONG_SUPPORT_FUNCTION, message).label(place, "named here");
    cx.report(read, diagnostic.help(format!("name a function that returns `{wanted}`")));
}

fn aggregate(cx: &Fit<'_, '_>, read: &Read, it: &Aggregate) {
    let all = it.arguments.iter().chain(it.ordered.iter().flatten());
    let variadic = all.clone().any(|it| it.variadic);
    let aggregated = it.ordered.as_ref().unwrap_or(&it.arguments);
    let arguments: Option<Vec<SmolStr>> = aggregated.iter().map(|it| key(&it.ty)).collect();
    let Some(arguments) = arguments.filter(|_| !variadic) else { return };
    let flag = |name: &str| it.definition.iter().any(|it| it.name == name);
    for (state, step, inverse, last, extra) in [
        ("stype", "sfunc", "combinefunc", "finalfunc", "finalfunc_extra"),
        ("mstype", "msfunc", "minvfunc", "mfinalfunc", "mfinalfunc_extra"),
    ] {
        let ty = definition::value(&it.definition, state);
        let ty = ty.and_then(|text| key(&type_text::parse(text))).filter(|ty| known(cx, ty));
        let Some(ty) = ty else { continue };
        let with_state = |rest: &[SmolStr]| [std::slice::from_ref(&ty), rest].concat();
        part(cx, read, it, step, &with_state(&arguments), Some(&ty));
        if state == "stype" {
            part(cx, read, it, inverse, &[ty.clone(), ty.clone()], Some(&ty));
        } else {
            part(cx, read, it, inverse, &with_state(&arguments), Some(&ty));
        }
        if !flag(extra) && it.ordered.is_none() {
            part(cx, read, it, last, &with_state(&[]), None);
        }
    }
    if let ([argument], Some(symbol)) =
        (arguments.as_slice(), definition::value(&it.definition, "sortop"))
    {
        sort_operator(cx, read, symbol, argument);
    }
    part(cx, read, it, "serialfunc", &["internal".into()], Some("bytea"));
    part(cx, read, it, "deserialfunc", &["bytea".into(), "internal".into()], Some("internal"));
}

/// The operator that orders as a minimum or maximum does compares two arguments.
fn sort_operator(cx: &Fit<'_, '_>, read: &Read, symbol: &str, argument: &SmolStr) {
    let value = Value::with(Some(argument.clone()), true);
    let found = cx.world.operators(&symbol.into());
    if symbol.contains(['.', '('])
        || !matches!(found.choose(cx.world, Some(&value), &value), Choice::None)
    {
        return;
    }
    let message = format!("there is no operator `{argument} {symbol} {argument}`");
    let place = read.part(Rule::definition_value, "sortop");
    let diagnostic = Diagnostic::new(&UNKNOWN_OPERATOR, message).label(place, "named here");
    cx.report(read, diagnostic.help("name an operator that orders the argument, as `<`"));
}

/// A function of an aggregate takes its arguments as they are, without a conversion (`lookup_agg_function`).
fn part(
    cx: &Fit<'_, '_>,
    read: &Read,
    it: &Aggregate,
    entry: &str,
    arguments: &[SmolStr],
    result: Option<&str>,
) {
    let Some(text) = definition::value(&it.definition, entry) else { return };
    let function = signature::named(text, &Name::default());
    let place = read.part(Rule::definition_value, entry);
    let functions = gather(cx, read, &function);
    let values: Vec<Value> =
        arguments.iter().map(|ty| Value::with(Some(ty.clone()), true)).collect();
    let types: Vec<&str> = arguments.iter().map(SmolStr::as_str).collect();
    match functions.choose(cx.world, &function.name, &values, &[], Default::default()) {
        Choice::None | Choice::Cast(_) if !functions.open => {
            missing(cx, read, &functions, &function, &types, place);
        }
        Choice::One(n, found) => {
            let Some(candidate) = functions.list.get(n) else { return };
            let fits = |(actual, declared): (&SmolStr, &SmolStr)| {
                !known(cx, declared)
                    || declared == "\"any\""
                    || is_binary_coercible(&cx.world.types, actual, declared)
            };
            if !candidate.result_is_generic() && !arguments.iter().zip(candidate.types()).all(fits)
            {
                missing(cx, read, &functions, &function, &types, place);
            } else if found.is_some() {
                returns(cx, read, candidate, &function.name, result, place);
            }
        }
        _ => {}
    }
}

fn operator(cx: &Fit<'_, '_>, read: &Read, it: &Operator) {
    let operands: Option<Vec<SmolStr>> = it.left.iter().chain([&it.right]).map(key).collect();
    let Some(operands) = operands else { return };
    let types: Vec<&str> = operands.iter().map(SmolStr::as_str).collect();
    let estimators: &[Entry<'_>] = &[
        ("function", &[&types], None),
        ("procedure", &[&types], None),
        ("restrict", &[&["internal", "oid", "internal", "integer"]], Some("double precision")),
        (
            "join",
            &[&["internal", "oid", "internal", "smallint", "internal"]],
            Some("double precision"),
        ),
    ];
    entries(cx, read, &it.definition, estimators);
    let wrong = |entry: &str, message: String, help: &str| {
        let place = read.part(Rule::definition_key, entry);
        let diagnostic = Diagnostic::new(&WRONG_OPERATOR_OPTION, message).label(place, "here");
        cx.report(read, diagnostic.help(help));
    };
    let given = |entry: &str| it.definition.iter().any(|it| it.name == entry);
    if it.left.is_none() {
        for entry in ["commutator", "join", "hashes", "merges"].into_iter().filter(|it| given(it)) {
            let message = format!("an operator with one operand has no `{entry}`");
            wrong(entry, message, "delete it, or add `leftarg`");
        }
        return;
    }
    let function = definition::value(&it.definition, "function")
        .or_else(|| definition::value(&it.definition, "procedure"));
    let result = function.and_then(|text| cx.world.result_of(text, &read.at.schema, &operands));
    if result.is_none_or(|it| it == "boolean") {
        return;
    }
    for entry in
        ["negator", "restrict", "join", "hashes", "merges"].into_iter().filter(|it| given(it))
    {
        let message = format!("an operator that does not give `boolean` has no `{entry}`");
        wrong(entry, message, "delete it, or name a function that returns `boolean`");
    }
}
