//! Conditions that do not what they look like.

use super::Seen;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};
use crate::lint::cx::Cx;
use crate::sql::ast::walk::Part;
use crate::sql::ast::{ExprKind, InSet, Like, Matcher, Sense};

rule!(LIKE_WITHOUT_WILDCARD, Warning, Off, "like-without-wildcard");
rule!(NOT_IN_QUERY, Warning, Off, "not-in-query");

pub(super) fn check(cx: &Cx<'_>, seen: &Seen<'_>) {
    seen.each(|part| {
        let Part::Expr(expr) = part else { return };
        if let ExprKind::In(it) = &expr.kind
            && it.sense == Sense::Negated
            && matches!(it.set, InSet::Query(_))
        {
            let message = "one NULL among the rows makes `not in` true for none";
            let diagnostic = Diagnostic::new(&NOT_IN_QUERY, message)
                .label(seen.place(expr.range), "and each row is compared with all of them")
                .help("write `not exists (select … where …)`");
            seen.report(cx, diagnostic);
        }
        if let ExprKind::Like(it) = &expr.kind {
            like(cx, seen, it);
        }
    });
}

fn like(cx: &Cx<'_>, seen: &Seen<'_>, it: &Like) {
    let ExprKind::String(pattern) = &it.pattern.kind else { return };
    if it.matcher != Matcher::Like || it.escape.is_some() || pattern.contains(['%', '_', '\\']) {
        return;
    }
    let operator = if it.sense == Sense::Negated { "<>" } else { "=" };
    let help = format!("write `{operator}`");
    let mut diagnostic =
        Diagnostic::new(&LIKE_WITHOUT_WILDCARD, "this pattern matches one text only")
            .label(seen.place(it.pattern.range), "neither `%` nor `_` stands in it")
            .help(help.clone());
    let between = crate::sql::lex::TextRange::new(it.operand.range.end, it.pattern.range.start);
    if seen.is_exact() {
        let written = seen.place(between);
        diagnostic = diagnostic.fix(Fix::likely(help).replace(written, format!(" {operator} ")));
    }
    seen.report(cx, diagnostic);
}
