//! A routine in a language that only a superuser may write in.

use super::cx::Cx;
use super::find;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::Kind;
use crate::object::signature;

rule!(UNTRUSTED_LANGUAGE, Warning, Off, "untrusted-language");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&UNTRUSTED_LANGUAGE];

/// Languages whose routines do what the server's process can do (manual 42.1).
const UNTRUSTED: [&str; 8] =
    ["c", "internal", "plpythonu", "plpython2u", "plpython3u", "plperlu", "pltclu", "plsh"];

pub(super) fn check(cx: &Cx<'_>) {
    for (at, entry) in cx.catalog().of(Kind::Routine) {
        let Object::Routine(routine) = &entry.object else { continue };
        let language = routine.language.as_str();
        if !UNTRUSTED.contains(&language) {
            continue;
        }
        let Some(place) = cx.place(at) else { continue };
        let span = find::words(cx, place.whole, &["language", language]).unwrap_or(place.name);
        let name = signature::split(&at.name).0;
        let message = format!("`{name}` is written in `{language}`, which nothing holds back");
        let diagnostic = Diagnostic::new(&UNTRUSTED_LANGUAGE, message)
            .label(span, "it can do what the server's process can, and only a superuser makes it")
            .help("write it in a trusted language, such as `plpgsql`");
        cx.report(place, diagnostic);
    }
}
