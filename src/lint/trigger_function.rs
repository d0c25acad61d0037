//! Functions for triggers that are not declared so, or that no trigger runs.

use rustc_hash::FxHashSet;

use super::cx::Cx;
use super::find::Words;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};
use crate::object::Object;
use crate::object::address::{Address, Kind};
use crate::object::routine::{Body, Returns, Routine, Sort};
use crate::object::signature;
use crate::source::Span;
use crate::sql::lex::{TokenKind, tokens};

rule!(MISSING_RETURNS_TRIGGER, Warning, "missing-returns-trigger");
rule!(UNUSED_TRIGGER_FUNCTION, Warning, "unused-trigger-function");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] =
    &[&MISSING_RETURNS_TRIGGER, &UNUSED_TRIGGER_FUNCTION];

/// What PL/pgSQL knows in a function of a trigger, and in one of an event trigger (manual 43.10).
const TRIGGER_WORDS: [&str; 11] = [
    "tg_name",
    "tg_when",
    "tg_level",
    "tg_op",
    "tg_relid",
    "tg_relname",
    "tg_table_name",
    "tg_table_schema",
    "tg_nargs",
    "tg_argv",
    "tg_depth",
];

pub(super) fn check(cx: &Cx<'_>) {
    let mut run: Option<FxHashSet<&Address>> = None;
    for (at, entry) in cx.catalog().of(Kind::Routine) {
        let Object::Routine(routine) = &entry.object else { continue };
        match returned(routine) {
            Some(_) => {
                if !run.get_or_insert_with(|| functions_of_triggers(cx)).contains(at) {
                    unused(cx, at);
                }
            }
            None => missing(cx, at, routine),
        }
    }
}

/// Returns the word of what a function for triggers returns.
fn returned(routine: &Routine) -> Option<&str> {
    match &routine.returns {
        Returns::One(ty) if ty.name == "trigger" || ty.name == "event_trigger" => Some(&ty.name),
        Returns::One(_) | Returns::Set(_) | Returns::Table(_) | Returns::Unsaid => None,
    }
}

fn functions_of_triggers<'c>(cx: &Cx<'c>) -> FxHashSet<&'c Address> {
    let mut named = Vec::new();
    for (_, entry) in cx.catalog().of(Kind::Trigger) {
        if let Object::Trigger(it) = &entry.object {
            named.push(it.execute.address());
        }
    }
    for (_, entry) in cx.catalog().of(Kind::EventTrigger) {
        if let Object::EventTrigger(it) = &entry.object {
            named.push(it.execute.address());
        }
    }
    let mut run = FxHashSet::default();
    named.dedup();
    for at in &named {
        let found: Vec<Address> = cx.catalog().matching(at).cloned().collect();
        run.extend(found.iter().filter_map(|at| cx.compiled.origins.get_key_value(at)).map(|it| it.0));
    }
    run
}

fn unused(cx: &Cx<'_>, at: &Address) {
    let Some(place) = cx.place(at).filter(|_| !cx.is_in_raw(at)) else { return };
    let name = signature::split(&at.name).0;
    let diagnostic =
        Diagnostic::new(&UNUSED_TRIGGER_FUNCTION, format!("no trigger runs `{name}`"))
            .label(place.name, "only a trigger can run it")
            .help(format!("add `execute function {name}()` to a trigger, or delete it"));
    cx.report(place, diagnostic);
}

fn missing(cx: &Cx<'_>, at: &Address, routine: &Routine) {
    let Body::Text(body) = &routine.body else { return };
    if routine.sort != Sort::Function || routine.language != "plpgsql" {
        return;
    }
    let Some(needed) = needed(body, routine) else { return };
    let Some(place) = cx.place(at) else { return };
    let words = Words::of(cx, place.whole);
    let span = returned_type(&words).unwrap_or(place.name);
    let name = signature::split(&at.name).0;
    let message = format!("`{name}` is written for a trigger and does not return `{needed}`");
    let help = format!("write `returns {needed}`");
    let mut diagnostic = Diagnostic::new(&MISSING_RETURNS_TRIGGER, message)
        .label(span, "no trigger can run it, and elsewhere it fails")
        .help(help.clone());
    if routine.parameters.is_empty() && span != place.name {
        diagnostic = diagnostic.fix(Fix::likely(help).replace(span, needed));
    }
    cx.report(place, diagnostic);
}

/// Returns the type that a body of PL/pgSQL needs its function to return, where it uses what only triggers have.
fn needed(body: &str, routine: &Routine) -> Option<&'static str> {
    let tokens = tokens(body);
    let word = |n: usize| {
        let token = tokens.get(n).filter(|it| it.kind == TokenKind::Word);
        token.map(|it| it.range.of(body).to_ascii_lowercase())
    };
    let is = |n: usize, kind: TokenKind| tokens.get(n).is_some_and(|it| it.kind == kind);
    let after_dot = |n: usize| n.checked_sub(1).is_some_and(|n| is(n, TokenKind::Dot));
    let is_parameter =
        |word: &str| routine.parameters.iter().any(|it| it.name.as_deref() == Some(word));
    let (mut rows, mut declared) = (false, false);
    for n in 0..tokens.len() {
        let Some(here) = word(n).filter(|word| !after_dot(n) && !is_parameter(word)) else {
            continue;
        };
        match here.as_str() {
            "tg_event" | "tg_tag" => return Some("event_trigger"),
            tg if TRIGGER_WORDS.contains(&tg) => return Some("trigger"),
            "new" | "old" => {
                rows |= is(n + 1, TokenKind::Dot);
                // `new users%rowtype;` declares a variable, `old as (…)` and `from t new` name a row source.
                declared |= word(n + 1).is_some_and(|it| it != "is" && it != "then")
                    || n.checked_sub(1).and_then(word).is_some_and(|it| it == "as");
            }
            _ => {}
        }
    }
    (rows && !declared).then_some("trigger")
}

/// Returns the place of the type after `returns`.
fn returned_type(words: &Words) -> Option<Span> {
    const CLAUSES: [&str; 19] = [
        "language", "immutable", "stable", "volatile", "as", "security", "external", "strict",
        "called", "returns", "leakproof", "not", "window", "transform", "support", "return",
        "owner", "parallel", "set",
    ];
    let first = words.position(&["returns"])? + 1;
    let mut ty: Option<Span> = None;
    for token in words.from(first) {
        let text = words.text(token).to_ascii_lowercase();
        let is_text = matches!(token.kind, TokenKind::DollarString | TokenKind::String);
        if is_text || text == "{" || CLAUSES.contains(&text.as_str()) || text == "cost" || text == "rows" {
            break;
        }
        let here = words.span(token);
        ty = Some(ty.map_or(here, |before| Span { end: here.end, ..before }));
    }
    ty
}
