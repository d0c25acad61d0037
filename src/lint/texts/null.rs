//! A comparison with NULL, which is never true.

use super::Seen;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix};
use crate::lint::cx::Cx;
use crate::sql::ast::walk::Part;
use crate::sql::ast::{Binary, Expr, ExprKind};

rule!(COMPARES_WITH_NULL, Warning, "compares-with-null");

pub(super) fn check(cx: &Cx<'_>, seen: &Seen<'_>) {
    seen.each(|part| {
        if let Part::Expr(Expr { range, kind: ExprKind::Binary(it) }) = part
            && it.operator.schema.is_none()
            && ["=", "<>", "!=", "<", ">", "<=", ">="].contains(&it.operator.name.as_str())
            && (it.left.kind == ExprKind::Null || it.right.kind == ExprKind::Null)
        {
            let message = format!("`{}` is never true", seen.part(*range));
            let diagnostic = Diagnostic::new(&COMPARES_WITH_NULL, message)
                .label(seen.place(*range), "a comparison with NULL gives NULL");
            seen.report(cx, mended(seen, it, diagnostic));
        }
    });
}

fn mended(seen: &Seen<'_>, it: &Binary, diagnostic: Diagnostic) -> Diagnostic {
    let test = match it.operator.name.as_str() {
        "=" => "is null",
        "<>" | "!=" => "is not null",
        _ => return diagnostic.help("leave it out, or compare with a value"),
    };
    let help = format!("write `{test}`");
    let right_is_null = it.right.kind == ExprKind::Null;
    let diagnostic = diagnostic.help(help.clone());
    if !right_is_null || !seen.is_exact() {
        return diagnostic;
    }
    let written = seen.place(it.operator.range.to(it.right.range));
    diagnostic.fix(Fix::likely(help).replace(written, test))
}
