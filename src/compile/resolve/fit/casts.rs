//! Casts convert what they say they do (`CreateCast`).

use smol_str::SmolStr;

use super::Fit;
use super::functions::{gather, missing};
use crate::compile::read::Read;
use crate::compile::resolve::value::key;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::address::{Name, Qualified};
use crate::object::cast::{Cast, Method};
use crate::object::signature;
use crate::sql::builtin::postgresql;
use crate::sql::builtin::types::TypeKind;
use crate::sql::typing::is_binary_coercible;
use crate::syntax::Rule;

rule!(WRONG_CAST, Error, "wrong-cast");

/// The rules of this file.
pub(crate) const RULES: &[&crate::diagnostic::Rule] = &[&WRONG_CAST];

/// Checks a cast.
pub(super) fn check(cx: &Fit<'_, '_>, read: &Read, cast: &Cast) {
    let (Some(source), Some(target)) = (key(&cast.source), key(&cast.target)) else { return };
    if !cx.world.types.is_known(&source) || !cx.world.types.is_known(&target) {
        return;
    }
    let wrong = |place, message: String, help: &str| {
        let diagnostic = Diagnostic::new(&WRONG_CAST, message).label(place, "here");
        cx.report(read, diagnostic.help(help));
    };
    if postgresql().cast(&source, &target).is_some() {
        let message = format!("PostgreSQL has a cast from `{source}` to `{target}` itself");
        wrong(read.span(), message, "delete it");
        return;
    }
    match &cast.method {
        Method::Function(_) => function(cx, read, cast, &source, &target),
        Method::Binary | Method::InOut if source == target => {
            let message = format!("`{source}` needs no cast to itself");
            wrong(read.span(), message, "delete it");
        }
        Method::Binary => {
            if let Some(reason) = stored_otherwise(&source, &target) {
                wrong(read.span(), reason, "write `with function NAME(TYPE)` or `with inout`");
            }
        }
        Method::InOut => {}
    }
}

/// Says why two of PostgreSQL's own types can't be taken for each other.
fn stored_otherwise(source: &str, target: &str) -> Option<String> {
    let (from, to) = (postgresql().type_named(source)?, postgresql().type_named(target)?);
    for found in [from, to] {
        let what = match found.kind {
            TypeKind::Composite => "composite",
            TypeKind::Enum => "enum",
            TypeKind::Base
            | TypeKind::Domain { .. }
            | TypeKind::Pseudo
            | TypeKind::Range { .. }
            | TypeKind::Multirange { .. } => continue,
        };
        return Some(format!("`{}` is {what} and has no binary cast", found.name));
    }
    (from.length != to.length).then(|| format!("`{source}` and `{target}` are not stored alike"))
}

/// The function takes the source type and gives the target type, both without a conversion.
fn function(cx: &Fit<'_, '_>, read: &Read, cast: &Cast, source: &SmolStr, target: &SmolStr) {
    let Method::Function(at) = &cast.method else { return };
    let (name, arguments) = signature::split(&at.name);
    let function = Qualified { schema: at.schema.clone(), name: Name::from(name) };
    let functions = gather(cx, read, &function);
    let full = format!("{name}{arguments}");
    let by_name = !at.name.contains('(');
    let found = match functions.list.as_slice() {
        [only] if by_name => Some(only),
        list => list.iter().find(|it| it.shown(name) == full),
    };
    let place = read.part(Rule::routine_ref, name);
    let Some(found) = found.filter(|_| !functions.open) else {
        // Types that are declared may be spelled in more than one way.
        if !functions.open && !by_name && !arguments.contains('.') {
            let inside = arguments.trim_start_matches('(').trim_end_matches(')');
            missing(cx, read, &functions, &function, &[inside], place);
        }
        return;
    };
    let known = |ty: &str| cx.world.types.is_known(ty);
    let wrong = |message: String, help: String| {
        let diagnostic = Diagnostic::new(&WRONG_CAST, message).label(place, "named here");
        cx.report(read, diagnostic.help(help));
    };
    let shown = found.shown(name);
    if let Some(first) = found.types().next()
        && known(first)
        && !is_binary_coercible(&cx.world.types, source, first)
    {
        wrong(
            format!("`{shown}` takes `{first}`, and the cast is from `{source}`"),
            format!("name a function that takes `{source}`"),
        );
    } else if let Some(result) = found.result()
        && known(result)
        && !found.result_is_generic()
        && !is_binary_coercible(&cx.world.types, result, target)
    {
        wrong(
            format!("`{shown}` returns `{result}`, and the cast is to `{target}`"),
            format!("name a function that returns `{target}`"),
        );
    }
}
