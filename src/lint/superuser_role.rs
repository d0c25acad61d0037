//! Roles that no policy and no privilege holds back.

use super::cx::Cx;
use super::find;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Rule};
use crate::object::Object;
use crate::object::address::Kind;

rule!(SUPERUSER_ROLE, Warning, "superuser-role");
rule!(BYPASSING_ROLE, Warning, Off, "bypassing-role");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&SUPERUSER_ROLE, &BYPASSING_ROLE];

/// A rule, the word it is about, what that means and what to do.
type Watched = (&'static Rule, &'static str, &'static str, &'static str);

static WATCHED: [Watched; 2] = [
    (
        &SUPERUSER_ROLE,
        "superuser",
        "passes by every privilege and policy of the whole server",
        "grant it what it needs, and let an administrator make superusers by hand",
    ),
    (
        &BYPASSING_ROLE,
        "bypassrls",
        "passes by every policy of every table",
        "give it policies of its own: `policy NAME to ROLE using (true);`",
    ),
];

pub(super) fn check(cx: &Cx<'_>) {
    for (at, entry) in cx.catalog().of(Kind::Role) {
        let Object::Role(role) = &entry.object else { continue };
        for (rule, word, meaning, help) in &WATCHED {
            if !role.flags.iter().any(|flag| flag.eq_ignore_ascii_case(word)) {
                continue;
            }
            let Some(place) = cx.place(at) else { continue };
            let span = find::words(cx, place.whole, &[word]).unwrap_or(place.name);
            let diagnostic = Diagnostic::new(rule, format!("the role `{}` {meaning}", at.name))
                .label(span, "given here")
                .help(*help);
            cx.report(place, diagnostic);
        }
    }
}
