//! A parameter that its function does not read.

use super::cx::Cx;
use super::find::Words;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::{Kind, Name};
use crate::object::routine::{Body, Mode, Routine};
use crate::object::signature;
use crate::sql::lex::{TokenKind, tokens};

rule!(UNUSED_ARGUMENT, Warning, Off, "unused-argument");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&UNUSED_ARGUMENT];

pub(super) fn check(cx: &Cx<'_>) {
    for (at, entry) in cx.catalog().of(Kind::Routine) {
        let Object::Routine(routine) = &entry.object else { continue };
        if !matches!(routine.language.as_str(), "sql" | "plpgsql") {
            continue;
        }
        let Some(place) = cx.place(at) else { continue };
        for name in unread(routine) {
            let words = Words::of(cx, place.whole);
            let span = words.find(&[name.as_str()]).unwrap_or(place.name);
            let function = signature::split(&at.name).0;
            let message = format!("`{function}` does not read its parameter `{name}`");
            let diagnostic = Diagnostic::new(&UNUSED_ARGUMENT, message)
                .label(span, "what a call gives here changes nothing")
                .help("use it, or delete it and what the calls give for it");
            cx.report(place, diagnostic);
        }
    }
}

/// Returns the parameters that a body names neither by name nor by number.
fn unread(routine: &Routine) -> Vec<&Name> {
    let mut named: Vec<String> = Vec::new();
    let texts: Vec<&str> = match &routine.body {
        Body::Text(text) => vec![text],
        Body::Return(expr) => vec![expr.text()],
        Body::Atomic(statements) => statements.iter().map(|it| it.text()).collect(),
        Body::Object(..) => return Vec::new(),
    };
    for text in texts {
        for token in tokens(text) {
            let word = token.range.of(text);
            named.push(if token.kind == TokenKind::QuotedWord {
                word.trim_matches('"').to_owned()
            } else {
                word.to_lowercase()
            });
        }
    }
    let inputs = routine.parameters.iter().filter(|it| it.mode != Mode::Out).enumerate();
    let unread = inputs.filter_map(|(n, it)| {
        let name = it.name.as_ref().filter(|_| matches!(it.mode, Mode::In | Mode::Variadic))?;
        let number = format!("${}", n + 1);
        (!named.iter().any(|it| it == name.as_str() || *it == number)).then_some(name)
    });
    unread.collect()
}
