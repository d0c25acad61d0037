//! Functions that run with the rights of their owner.

use super::cx::Cx;
use super::find;
use crate::catalog::Entry;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::privilege::Granted;
use crate::object::routine::{Body, Returns, Routine};
use crate::source::Span;
use crate::sql::writer::name_list;

rule!(SECURITY_DEFINER_WITHOUT_SEARCH_PATH, Warning, "security-definer-without-search-path");
rule!(PUBLIC_DEFINER_FUNCTION, Warning, Off, "public-definer-function");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] =
    &[&SECURITY_DEFINER_WITHOUT_SEARCH_PATH, &PUBLIC_DEFINER_FUNCTION];

pub(super) fn check(cx: &Cx<'_>) {
    for (at, entry) in cx.catalog().of(Kind::Routine) {
        let Object::Routine(routine) = &entry.object else { continue };
        if !routine.flags.iter().any(|flag| flag == "SECURITY DEFINER") {
            continue;
        }
        let Some(place) = cx.place(at) else { continue };
        let span = find::words(cx, place.whole, &["security", "definer"]).unwrap_or(place.name);
        without_search_path(cx, at, routine, span);
        open_to_all(cx, at, entry, routine, span);
    }
}

fn without_search_path(cx: &Cx<'_>, at: &Address, routine: &Routine, span: Span) {
    // What PostgreSQL reads when the function is made is looked up then.
    let is_late = matches!(routine.body, Body::Text(_));
    if !is_late || routine.settings.iter().any(|it| it.name == "search_path") {
        return;
    }
    let Some(place) = cx.place(at) else { return };
    let clause = format!("set search_path = {}", name_list(&path(cx, at, routine)));
    let help = format!("add `{clause}`");
    let diagnostic = Diagnostic::new(
        &SECURITY_DEFINER_WITHOUT_SEARCH_PATH,
        "this function has its owner's rights and its caller's search path",
    )
    .label(span, "who calls it can put tables and functions of his own in front")
    .help(help.clone());
    let fix = Fix::likely(help).insert_after(span, format!(" {clause}"));
    cx.report(place, if span == place.name { diagnostic } else { diagnostic.fix(fix) });
}

/// Returns the schemas in which the bare names of the body are looked up, and the temporary one last.
fn path(cx: &Cx<'_>, at: &Address, routine: &Routine) -> Vec<Name> {
    let mut path: Vec<Name> = cx.catalog().search(at).to_vec();
    if path.is_empty() && routine.language != "sql" {
        path.extend([at.schema.clone(), Name::new_static("public")]);
        path.dedup();
    }
    if path.is_empty() {
        path.push(Name::new_static("pg_catalog"));
    }
    path.push(Name::new_static("pg_temp"));
    path
}

fn open_to_all(cx: &Cx<'_>, at: &Address, entry: &Entry, routine: &Routine, span: Span) {
    let is_trigger = |ty: &str| ty == "trigger" || ty == "event_trigger";
    let called = !matches!(&routine.returns, Returns::One(ty) if is_trigger(&ty.name));
    let mut revoked = entry.privileges.iter().filter(|it| it.granted == Granted::Revoked);
    if !called || revoked.any(|it| it.grantee == "public") {
        return;
    }
    let Some(place) = cx.place(at) else { return };
    let name = crate::object::signature::split(&at.name).0;
    let message = format!("every role may call `{name}`, which has its owner's rights");
    let diagnostic = Diagnostic::new(&PUBLIC_DEFINER_FUNCTION, message)
        .label(span, "PostgreSQL lets `public` execute each new function")
        .help(format!("add `revoke execute on function {name} from public;`"));
    cx.report(place, diagnostic);
}
