//! Names and literals in SQL text: folding, quoting, cutting to length, as PostgreSQL does them.

use std::borrow::Cow;

use smol_str::SmolStr;

use super::keywords::{Category, category};
use super::unquote;

/// The bytes that a name may have (`NAMEDATALEN - 1`).
pub const MAX_BYTES: usize = 63;

/// Writes a name so that PostgreSQL reads back the same name, in double quotes only where it must (`quote_ident`).
///
/// A keyword is quoted unless it is unreserved, so that the name can stand wherever a name can.
pub fn quote_ident(name: &str) -> Cow<'_, str> {
    let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if starts_well
        && name.chars().all(plain)
        && category(name).is_none_or(|found| found == Category::Unreserved)
    {
        return Cow::Borrowed(name);
    }
    Cow::Owned(format!("\"{}\"", name.replace('"', "\"\"")))
}

/// Writes a string constant (`quote_literal`): in the `E` form if it has a backslash, so that
/// `standard_conforming_strings` does not matter.
pub fn quote_literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// Writes a string constant between dollar quotes, with the first tag of `$$`, `$body$`, `$body1$`, … that the text
/// does not close early.
pub fn dollar_quote(body: &str) -> String {
    let tags = std::iter::once("$$".to_owned()).chain(std::iter::once("$body$".to_owned()));
    let mut tags = tags.chain((1_u64..).map(|n| format!("$body{n}$")));
    // The text's last `$` would begin the closing tag one byte early.
    let fits = |tag: &String| {
        let opening = tag.strip_suffix('$').unwrap_or(tag);
        !body.contains(tag.as_str()) && !body.ends_with(opening)
    };
    let tag = tags.find(fits).expect("a text has finitely many tags");
    format!("{tag}{body}{tag}")
}

/// Returns the name that a token in quotes stands for: `"…"`, or `U&"…"` with escapes.
pub(crate) fn unquote_ident(token: &str) -> SmolStr {
    unquote::name(token)
}

/// Folds an unquoted name to lower case: ASCII letters only, as PostgreSQL does in UTF-8.
pub fn fold(word: &str) -> Cow<'_, str> {
    if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(word.to_ascii_lowercase())
    } else {
        Cow::Borrowed(word)
    }
}

/// Cuts a name to [`MAX_BYTES`] at the end of a character, as PostgreSQL cuts names that are too long.
pub fn truncate_identifier(name: &str) -> &str {
    name.get(..name.floor_char_boundary(MAX_BYTES)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_must() {
        assert_eq!(quote_ident("users"), "users");
        assert_eq!(quote_ident("index"), "index");
        for name in ["select", "between", "left", "Users", "1st", "é", "a b", "", "a$"] {
            assert_eq!(quote_ident(name), format!("\"{name}\""));
        }
        assert_eq!(quote_ident("a\"b"), "\"a\"\"b\"");
    }

    #[test]
    fn literals() {
        assert_eq!(quote_literal("it's"), "'it''s'");
        assert_eq!(quote_literal("a\\'b"), "E'a\\\\''b'");
    }

    #[test]
    fn dollar_tags_do_not_occur_in_the_body() {
        assert_eq!(dollar_quote("select 1"), "$$select 1$$");
        assert_eq!(dollar_quote("costs $"), "$body$costs $$body$");
        assert_eq!(dollar_quote("$$ $body$"), "$body1$$$ $body$$body1$");
        assert_eq!(dollar_quote("$$ $body"), "$body1$$$ $body$body1$");
    }

    #[test]
    fn cut_and_fold() {
        assert_eq!(truncate_identifier("short"), "short");
        assert_eq!(truncate_identifier(&"é".repeat(40)), "é".repeat(31));
        assert_eq!(truncate_identifier(&"a".repeat(64)), "a".repeat(63));
        assert_eq!(fold("ÉAb"), "Éab");
    }
}
