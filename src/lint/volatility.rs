//! Functions that are said to be steadier than they are, or of which nothing is said.

use super::cx::Cx;
use super::find;
use crate::compile::Text;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::{Address, Kind, Qualified};
use crate::object::reader::Form;
use crate::object::routine::{Returns, Routine, Sort};
use crate::object::signature;
use crate::sql::ast::dml::StatementKind;
use crate::sql::ast::query::FromSource;
use crate::sql::ast::walk::{Part, walk};
use crate::sql::builtin::functions::{FunctionKind, Volatility};
use crate::sql::builtin::postgresql;
use crate::sql::lex::{TextRange, Token, TokenKind, tokens};
use crate::sql::parse_statements;

rule!(IMMUTABLE_CALLS_VOLATILE, Warning, "immutable-calls-volatile");
rule!(IMMUTABLE_READS_TABLE, Warning, "immutable-reads-table");
rule!(WRITE_IN_STABLE_FUNCTION, Warning, "write-in-stable-function");
rule!(MISSING_VOLATILITY, Warning, Off, "missing-volatility");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[
    &IMMUTABLE_CALLS_VOLATILE,
    &IMMUTABLE_READS_TABLE,
    &WRITE_IN_STABLE_FUNCTION,
    &MISSING_VOLATILITY,
];

pub(super) fn check(cx: &Cx<'_>) {
    for (at, entry) in cx.catalog().of(Kind::Routine) {
        let Object::Routine(routine) = &entry.object else { continue };
        let is = |word: &str| routine.flags.iter().any(|flag| flag == word);
        let (immutable, stable) = (is("IMMUTABLE"), is("STABLE"));
        if !immutable && !stable {
            unsaid(cx, at, routine);
            continue;
        }
        for text in cx.texts_of(at).iter().filter(|it| it.sql.form != Form::Value) {
            if immutable {
                calls(cx, at, text);
            }
            statements(cx, at, routine, text, immutable);
        }
    }
}

fn unsaid(cx: &Cx<'_>, at: &Address, routine: &Routine) {
    let is_trigger = matches!(&routine.returns, Returns::One(ty) if ty.name.ends_with("trigger"));
    let read = matches!(routine.language.as_str(), "sql" | "plpgsql");
    let Some(place) = cx.place(at) else { return };
    if routine.sort != Sort::Function || is_trigger || !read {
        return;
    }
    if find::words(cx, place.whole, &["volatile"]).is_some() {
        return;
    }
    let name = signature::split(&at.name).0;
    let diagnostic = Diagnostic::new(
        &MISSING_VOLATILITY,
        format!("`{name}` does not say how steady its result is"),
    )
    .label(place.name, "taken as `volatile`: called for each row, and in no index")
    .help("say `immutable`, `stable` or `volatile`");
    cx.report(place, diagnostic);
}

/// Reports calls of functions of PostgreSQL whose result changes.
fn calls(cx: &Cx<'_>, at: &Address, text: &Text) {
    for (range, word) in changing(cx, text) {
        let name = signature::split(&at.name).0;
        let message = format!("`{name}` is said to be immutable, and `{word}` changes");
        let diagnostic = Diagnostic::new(&IMMUTABLE_CALLS_VOLATILE, message)
            .label(text.place(range), "another time, another result")
            .help("say `stable`, or `volatile` where it changes within a statement");
        cx.report_in(text.sql.inclusion.as_deref(), diagnostic);
    }
}

/// Returns the values and calls in a text whose result changes from one statement to the next.
pub(super) fn changing(cx: &Cx<'_>, text: &Text) -> Vec<(TextRange, String)> {
    const VALUES: [&str; 5] =
        ["current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"];
    let sql = &text.sql.text;
    let tokens = tokens(sql);
    let mut found = Vec::new();
    for (n, token) in tokens.iter().enumerate().filter(|(_, it)| it.kind == TokenKind::Word) {
        let before = n.checked_sub(1).and_then(|n| tokens.get(n));
        let qualified = before.is_some_and(|it| matches!(it.kind, TokenKind::Dot | TokenKind::Colon));
        let word = token.range.of(sql).to_ascii_lowercase();
        let called = tokens.get(n + 1).is_some_and(|it| it.kind == TokenKind::LeftParen);
        if qualified {
            continue;
        }
        if VALUES.contains(&word.as_str()) || called && is_changing(cx, text, &word) {
            found.push((token.range, word));
        }
    }
    found
}

/// Tells whether all functions that a bare name can mean are PostgreSQL's own and change within a session.
fn is_changing(cx: &Cx<'_>, text: &Text, name: &str) -> bool {
    let mut known = false;
    for function in postgresql().functions(name) {
        known = true;
        if function.kind != FunctionKind::Function || function.volatility == Volatility::Immutable {
            return false;
        }
    }
    let homes = [text.sql.schema.as_str(), "public"];
    let declared = |home: &&str| {
        let name = Qualified::new(*home, name);
        cx.catalog().routines(&name).next().is_some()
    };
    known && !homes.iter().any(declared)
}

/// Reports statements that write, and those of an immutable function that read tables.
fn statements(cx: &Cx<'_>, at: &Address, routine: &Routine, text: &Text, immutable: bool) {
    let name = signature::split(&at.name).0;
    let kind = if immutable { "immutable" } else { "stable" };
    if let Some((range, verb)) = write(text) {
        let message = format!("`{name}` is said to be {kind}, and writes");
        let diagnostic = Diagnostic::new(&WRITE_IN_STABLE_FUNCTION, message)
            .label(text.place(range), format!("PostgreSQL refuses this `{verb}` when it runs"))
            .help(format!("say `volatile` instead of `{kind}`"));
        cx.report_in(text.sql.inclusion.as_deref(), diagnostic);
    }
    if !immutable || routine.language != "sql" || text.sql.form != Form::Statements {
        return;
    }
    let reads = |table: &str| {
        let uses = cx.catalog().uses(at).iter();
        uses.map(|it| &it.target).any(|it| it.kind.is_relation() && it.name == table)
    };
    let mut first: Option<(TextRange, String)> = None;
    for statement in parse_statements(&text.sql.text).iter().flatten() {
        walk(Part::Statement(statement), |part| {
            if let Part::From(item) = part
                && let FromSource::Table(table, _) = &item.source
                && let Some(last) = table.path.last().filter(|last| reads(&last.name))
            {
                first.get_or_insert_with(|| (table.path.range(), last.name.to_string()));
            }
        });
    }
    if let Some((range, table)) = first {
        let message = format!("`{name}` is said to be immutable, and reads `{table}`");
        let diagnostic = Diagnostic::new(&IMMUTABLE_READS_TABLE, message)
            .label(text.place(range), "its result changes with these rows")
            .help("say `stable` instead of `immutable`");
        cx.report_in(text.sql.inclusion.as_deref(), diagnostic);
    }
}

/// Returns the first statement of a body that writes, with its verb.
fn write(text: &Text) -> Option<(TextRange, &'static str)> {
    match text.sql.form {
        Form::Statements => {
            let statements = parse_statements(&text.sql.text);
            statements.iter().flatten().find_map(|it| Some((it.range, verb(&it.kind)?)))
        }
        Form::Opaque => written_in_words(&text.sql.text),
        Form::Expr | Form::Value => None,
    }
}

/// Returns the first verb of a body in PL/pgSQL that begins a statement that writes.
fn written_in_words(sql: &str) -> Option<(TextRange, &'static str)> {
    const BEFORE: [&str; 4] = ["begin", "then", "else", "loop"];
    let tokens = tokens(sql);
    let lower = |token: &Token| token.range.of(sql).to_ascii_lowercase();
    tokens.windows(3).find_map(|three| {
        let [before, token, next] = three else { return None };
        if before.kind != TokenKind::Semicolon && !BEFORE.contains(&lower(before).as_str()) {
            return None;
        }
        let is_name = matches!(next.kind, TokenKind::Word | TokenKind::QuotedWord);
        let verb = match (lower(token).as_str(), lower(next).as_str()) {
            ("insert", "into") => "insert",
            ("delete", "from") => "delete",
            // `when matched then update set` is part of a MERGE, which writes too.
            ("update", _) if is_name => "update",
            _ => return None,
        };
        Some((token.range, verb))
    })
}

fn verb(kind: &StatementKind) -> Option<&'static str> {
    match kind {
        StatementKind::Insert(_) => Some("insert"),
        StatementKind::Update(_) => Some("update"),
        StatementKind::Delete(_) => Some("delete"),
        StatementKind::Merge(_) => Some("merge"),
        StatementKind::Query(_)
        | StatementKind::Return(_)
        | StatementKind::CreateAs(_)
        | StatementKind::Other => None,
    }
}
