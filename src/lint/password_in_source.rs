//! A password in a source, where everyone who reads it has it.

use super::cx::Cx;
use super::find::Words;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::{Address, Kind};
use crate::source::Span;
use crate::sql::definition::{ForeignOption, unquote};
use crate::sql::lex::TokenKind;

rule!(PASSWORD_IN_SOURCE, Warning, "password-in-source");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&PASSWORD_IN_SOURCE];

pub(super) fn check(cx: &Cx<'_>) {
    for (at, entry) in cx.catalog().of(Kind::Server) {
        if let Object::Server(it) = &entry.object {
            options(cx, at, &it.options);
        }
    }
    for (at, entry) in cx.catalog().of(Kind::UserMapping) {
        if let Object::UserMapping(it) = &entry.object {
            options(cx, at, &it.options);
        }
    }
    for (at, entry) in cx.catalog().of(Kind::Subscription) {
        if let Object::Subscription(it) = &entry.object
            && has_password(&unquote(&it.connection))
            && let Some(place) = cx.place(at)
        {
            let words = Words::of(cx, place.whole);
            let span = words.kind(TokenKind::String).unwrap_or(place.name);
            let help = "leave it out and keep it in the server's `.pgpass` file";
            report(cx, at, span, help);
        }
    }
}

fn options(cx: &Cx<'_>, at: &Address, options: &[ForeignOption]) {
    let given = |it: &&ForeignOption| it.name == "password" && !unquote(&it.value).is_empty();
    let Some(place) = cx.place(at).filter(|_| options.iter().any(|it| given(&it))) else { return };
    let span = Words::of(cx, place.whole).find(&["password"]).unwrap_or(place.name);
    let help = "leave it out, and run `ALTER USER MAPPING` where the password is known";
    report(cx, at, span, help);
}

fn report(cx: &Cx<'_>, at: &Address, span: Span, help: &str) {
    let Some(place) = cx.place(at) else { return };
    let diagnostic = Diagnostic::new(&PASSWORD_IN_SOURCE, "a password stands in the source")
        .label(span, "whoever reads the source has it")
        .help(help);
    cx.report(place, diagnostic);
}

/// Tells whether a connection string, as `key = value` or as a URI, gives a password.
fn has_password(connection: &str) -> bool {
    let text = connection.to_ascii_lowercase();
    if let Some((_, rest)) = text.split_once("://") {
        let user = rest.split(['/', '?']).next().and_then(|it| it.rsplit_once('@'));
        return user.is_some_and(|(user, _)| user.contains(':')) || rest.contains("password=");
    }
    let mut keys = text.split("password").skip(1);
    keys.any(|after| after.trim_start().starts_with('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_found_in_both_forms_of_a_connection() {
        for text in ["host=a password=b", "password = 'x'", "postgres://u:p@host/db"] {
            assert!(has_password(text), "{text}");
        }
        for text in ["host=a user=b", "postgres://u@host:5432/db", "passfile=/p", ""] {
            assert!(!has_password(text), "{text}");
        }
    }
}
