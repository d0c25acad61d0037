//! What routines say of themselves fits together (`interpret_function_parameter_list`, `CreateFunction`).

use rustc_hash::FxHashMap;

use super::namespaces::NAME_IN_USE;
use super::{Objects, report};
use crate::compile::read::Read;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::{Kind, Qualified};
use crate::object::reader::Reader;
use crate::object::routine::{Mode, Returns, Routine, Sort};
use crate::sql::type_name::TypeName;
use crate::syntax::Rule;

rule!(WRONG_ROUTINE_OPTION, Error, "wrong-routine-option");
rule!(WRONG_VARIADIC, Error, "wrong-variadic-parameter");
rule!(UNDETERMINED_RESULT, Error, "undetermined-result-type");
rule!(TRIGGER_PARAMETERS, Error, "trigger-function-with-parameters");

/// The rules of this file.
pub(crate) static RULES: &[&crate::diagnostic::Rule] =
    &[&WRONG_ROUTINE_OPTION, &WRONG_VARIADIC, &UNDETERMINED_RESULT, &TRIGGER_PARAMETERS];

/// Checks every routine.
pub(super) fn fit_together(objects: &Objects<'_>, cx: &mut Reader<'_>) {
    let mut known: FxHashMap<Qualified, &Read> = FxHashMap::default();
    for read in objects.reads {
        if matches!(read.at.kind, Kind::Routine | Kind::Aggregate) {
            let first = known.entry(read.at.relation()).or_insert(read);
            if first.at.kind != read.at.kind {
                let message = format!("`{}` is `{}` and `{}`", read.at.name, first.at, read.at);
                let diagnostic =
                    Diagnostic::new(&NAME_IN_USE, message).label(read.span(), "again here");
                let diagnostic = diagnostic.label(first.span(), "first here");
                report(read, diagnostic.help("rename one of them"), cx);
            }
        }
        if let Object::Routine(routine) = &read.entry.object {
            options(read, routine, cx);
            variadic(read, routine, cx);
            result(read, routine, cx);
        }
    }
}

fn options(read: &Read, routine: &Routine, cx: &mut Reader<'_>) {
    let mut wrong = |clause: Rule, message: &str, help: &str| {
        let diagnostic =
            Diagnostic::new(&WRONG_ROUTINE_OPTION, message).label(read.clause(clause), "here");
        report(read, diagnostic.help(help), cx);
    };
    let number = |text: &Option<crate::object::address::Name>| {
        text.as_ref().and_then(|it| it.parse::<f64>().ok())
    };
    if number(&routine.cost).is_some_and(|it| it <= 0.0) {
        wrong(Rule::cost, "a routine costs something", "write a number above 0");
    }
    let returns_set = matches!(routine.returns, Returns::Set(_) | Returns::Table(_));
    if routine.rows.is_some() && !returns_set {
        let message = "a function that returns one value has no `rows`";
        wrong(Rule::rows, message, "delete it, or write `returns setof …`");
    } else if number(&routine.rows).is_some_and(|it| it <= 0.0) {
        wrong(Rule::rows, "a set is expected to have rows", "write a number above 0");
    }
    let of_functions =
        ["STRICT", "IMMUTABLE", "STABLE", "LEAKPROOF", "WINDOW", "RETURNS NULL ON NULL INPUT"];
    let flag = routine.flags.iter().find(|it| of_functions.contains(&it.as_str()));
    if let Some(flag) = flag.filter(|_| routine.sort == Sort::Procedure) {
        let message = format!("a procedure is not `{}`", flag.to_lowercase());
        wrong(Rule::routine_flag, &message, "delete it: only functions have it");
    }
}

/// A `variadic` parameter is an array, and the last that goes in.
fn variadic(read: &Read, routine: &Routine, cx: &mut Reader<'_>) {
    let inputs: Vec<_> = routine.parameters.iter().filter(|it| it.mode != Mode::Out).collect();
    let Some(n) = inputs.iter().position(|it| it.mode == Mode::Variadic) else { return };
    let Some(parameter) = inputs.get(n) else { return };
    let ty = &parameter.ty;
    let takes_any =
        ty.is("any") || ty.is("\"any\"") || ty.is("anyarray") || ty.is("anycompatiblearray");
    let may_be_array =
        ty.dimensions != 0 || takes_any || !ty.is_builtin() || ty.name.ends_with("vector");
    let message = if n + 1 < inputs.len() {
        "the variadic parameter is the last one that goes in"
    } else if !may_be_array {
        "the variadic parameter is an array"
    } else {
        return;
    };
    let place = match &parameter.name {
        Some(name) => read.part(Rule::parameter, name),
        None => read.span(),
    };
    let help = match n + 1 < inputs.len() {
        true => "move it to the end".to_owned(),
        false => format!("write `{ty}[]`"),
    };
    let diagnostic = Diagnostic::new(&WRONG_VARIADIC, message).label(place, "here");
    report(read, diagnostic.help(help), cx);
}

fn is_polymorphic(ty: &TypeName) -> bool {
    ty.is_builtin()
        && (ty.name.starts_with("anycompatible")
            || ["anyelement", "anyarray", "anynonarray", "anyenum", "anyrange", "anymultirange"]
                .contains(&ty.name.as_str()))
}

/// A result type that follows from the parameters needs one that it follows from; triggers take no parameters.
fn result(read: &Read, routine: &Routine, cx: &mut Reader<'_>) {
    let (Returns::One(ty) | Returns::Set(ty)) = &routine.returns else { return };
    let mut inputs = routine.parameters.iter().filter(|it| it.mode != Mode::Out);
    if is_polymorphic(ty) && !inputs.clone().any(|it| is_polymorphic(&it.ty)) {
        let message = format!("nothing says which type `{ty}` is");
        let diagnostic = Diagnostic::new(&UNDETERMINED_RESULT, message)
            .label(read.span(), "no parameter has a type that follows from the call");
        report(
            read,
            diagnostic.help("return another type, or take a parameter of such a type"),
            cx,
        );
    }
    let is_trigger = ty.is("trigger") || ty.is("event_trigger");
    if is_trigger && routine.language == "plpgsql" && inputs.next().is_some() {
        let message = "a function that a trigger runs takes no parameters";
        let diagnostic = Diagnostic::new(&TRIGGER_PARAMETERS, message).label(read.span(), "here");
        report(
            read,
            diagnostic.help("delete them: `tg_argv` has the arguments of the trigger"),
            cx,
        );
    }
}
