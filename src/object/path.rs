//! Dotted names as they are written: `auth.users`, `"A.b".c`.

use std::borrow::Cow;

use super::address::Name;
use crate::sql::ident::{fold, unquote_ident};

/// One part of a dotted name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part<'t> {
    /// As written, without quotes.
    pub(crate) text: Cow<'t, str>,
    pub(crate) name: Name,
    pub(crate) quoted: bool,
}

/// Splits a dotted name into its parts and folds them (PostgreSQL manual 4.1.1).
pub(crate) fn split_path(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let (part, after) = first_part(rest);
        parts.push(part);
        match after.trim_start().strip_prefix('.') {
            Some(next) => rest = next.trim_start(),
            None => return parts,
        }
    }
}

fn first_part(text: &str) -> (Part<'_>, &str) {
    let unicode = text.strip_prefix("U&").or_else(|| text.strip_prefix("u&"));
    let Some(body) = unicode.unwrap_or(text).strip_prefix('"') else {
        let end = text.find('.').unwrap_or(text.len());
        let (word, after) = text.split_at_checked(end).unwrap_or((text, ""));
        let word = word.trim_end();
        return (
            Part { text: word.into(), name: fold(word).as_ref().into(), quoted: false },
            after,
        );
    };
    let mut end = 0;
    while let Some(n) = body.get(end..).and_then(|rest| rest.find('"')) {
        end += n;
        if body.get(end + 1..).is_some_and(|rest| rest.starts_with('"')) {
            end += 2;
        } else {
            break;
        }
    }
    let inside = body.get(..end).unwrap_or(body);
    let after = body.get(end + 1..).unwrap_or("");
    let name: Name = match unicode {
        None => inside.replace("\"\"", "\"").into(),
        Some(_) => unquote_ident(text.strip_suffix(after).unwrap_or(text)),
    };
    (Part { text: inside.into(), name, quoted: true }, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_split_at_dots_outside_quotes() {
        let names = |text| {
            split_path(text).into_iter().map(|part| part.name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names("auth.Users"), ["auth", "users"]);
        assert_eq!(names("\"A.b\".\"c\"\"d\""), ["A.b", "c\"d"]);
        assert_eq!(names(r#"U&"d\0061t!".u&"x""#), ["dat!", "x"]);
        assert_eq!(names(""), [""]);
        assert_eq!(names("\""), [""]);
    }
}
