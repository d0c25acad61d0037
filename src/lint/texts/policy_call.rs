//! A function that a policy calls for each row, though its result is the same for all.

use super::Seen;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};
use crate::lint::cx::Cx;
use crate::object::Object;
use crate::object::address::Qualified;
use crate::sql::ast::call::{Call, CallSyntax};
use crate::sql::ast::walk::Part;
use crate::sql::ast::{Expr, ExprKind};
use crate::sql::builtin::functions::Volatility;
use crate::sql::builtin::postgresql;
use crate::sql::lex::TextRange;

rule!(POLICY_CALL_PER_ROW, Warning, Off, "policy-call-per-row");

pub(super) fn check(cx: &Cx<'_>, seen: &Seen<'_>) {
    if !matches!(seen.object, Some(Object::Policy(_))) {
        return;
    }
    let mut queries: Vec<TextRange> = Vec::new();
    let mut calls: Vec<(TextRange, String)> = Vec::new();
    seen.each(|part| match part {
        Part::Query(query) => queries.push(query.range),
        Part::Expr(Expr { range, kind: ExprKind::Call(call) }) if is_stable(cx, seen, call) => {
            calls.push((*range, seen.part(call.function.range()).to_owned()));
        }
        Part::Expr(_) | Part::From(_) | Part::Statement(_) => {}
    });
    let inside = |range: &TextRange| {
        queries.iter().any(|query| query.start <= range.start && range.end <= query.end)
    };
    for (range, name) in calls.into_iter().filter(|(range, _)| !inside(range)) {
        let help = format!("write `(select {})`", seen.part(range));
        let mut diagnostic =
            Diagnostic::new(&POLICY_CALL_PER_ROW, format!("`{name}` is called for each row"))
                .label(seen.place(range), "its result is the same for all rows of a statement")
                .help(help.clone());
        if seen.is_exact() {
            let span = seen.place(range);
            let fix = Fix::likely(help).insert_before(span, "(select ").insert_after(span, ")");
            diagnostic = diagnostic.fix(fix);
        }
        seen.report(cx, diagnostic);
    }
}

/// Tells whether a call has constants only, and a function whose result stays for a statement.
fn is_stable(cx: &Cx<'_>, seen: &Seen<'_>, call: &Call) -> bool {
    let constant = |it: &Expr| {
        matches!(
            it.kind,
            ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Null
        )
    };
    if call.syntax != CallSyntax::Plain || !call.args.iter().all(|it| constant(&it.value)) {
        return false;
    }
    let names: Vec<&str> = call.function.0.iter().map(|it| it.name.as_str()).collect();
    let declared = |schema: &str, name: &str| {
        let name = Qualified::new(schema, name);
        cx.catalog().routines(&name).any(|(_, entry)| {
            matches!(&entry.object, Object::Routine(it)
                if it.flags.iter().any(|flag| flag == "STABLE"))
        })
    };
    match names[..] {
        [name] | ["pg_catalog", name] => {
            let mut own = postgresql().functions(name).peekable();
            own.peek().is_some() && own.all(|it| it.volatility == Volatility::Stable)
                || declared(&seen.text.sql.schema, name)
                || declared("public", name)
        }
        [schema, name] => declared(schema, name),
        _ => false,
    }
}
