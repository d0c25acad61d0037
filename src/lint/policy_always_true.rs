//! A policy that lets everyone write every row.

use super::cx::Cx;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::policy::Policy;
use crate::sql::expr::Expr;

rule!(POLICY_ALWAYS_TRUE, Warning, "policy-always-true");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&POLICY_ALWAYS_TRUE];

pub(super) fn check(cx: &Cx<'_>) {
    for relation in &cx.relations {
        for (at, policy) in &relation.policies {
            if !lets_all_write(policy) {
                continue;
            }
            let Some(place) = cx.place(at) else { continue };
            let text = cx.texts_of(at).iter().find(|text| is_true(&text.sql.text));
            let span = text.map_or(place.name, |text| text.sql.span);
            let verb = match policy.command.as_str() {
                "ALL" => "write",
                "INSERT" => "insert",
                "UPDATE" => "update",
                _ => "delete",
            };
            let message =
                format!("the policy `{}` lets every role {verb} any row", at.name);
            let diagnostic = Diagnostic::new(&POLICY_ALWAYS_TRUE, message)
                .label(span, "true for every row, whoever asks")
                .help("say which rows, or name the roles with `to`");
            cx.report(place, diagnostic);
        }
    }
}

fn lets_all_write(policy: &Policy) -> bool {
    if policy.restrictive || !policy.roles.is_empty() {
        return false;
    }
    let open = |it: &Option<Expr>| it.as_ref().is_some_and(|it| is_true(it.text()));
    match policy.command.as_str() {
        "INSERT" => open(&policy.check),
        "DELETE" | "ALL" => open(&policy.using),
        "UPDATE" => open(&policy.using) && (policy.check.is_none() || open(&policy.check)),
        _ => false,
    }
}

fn is_true(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("true")
}
