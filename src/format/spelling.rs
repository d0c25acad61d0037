//! The one way that a type, a name or a comment is spelled.

use std::borrow::Cow;

use crate::sql::builtin::spelling::{self, Modifiers};
use crate::sql::keywords::category;
use crate::sql::type_name::take_apart;

/// Returns the short standard spelling of a type: `bigint` for `INT8`, `timestamptz` for `timestamp with time zone`.
///
/// `declared` has the names that the file gives to types of its own: where one hides PostgreSQL's, the author's spelling
/// stays.
pub(super) fn type_name<'t>(text: &'t str, declared: &[String]) -> Cow<'t, str> {
    let is_plain = !text.contains('"') && !["--", "//", "/*"].iter().any(|it| text.contains(it));
    let spelled = is_plain.then(|| respelled(text, declared)).flatten();
    match spelled {
        Some(spelled) if spelled != text => Cow::Owned(spelled),
        _ => Cow::Borrowed(text),
    }
}

/// Returns the types of a routine's arguments, in parentheses, each by its short name.
pub(super) fn signature<'t>(text: &'t str, declared: &[String]) -> Cow<'t, str> {
    let inner = text.strip_prefix('(').and_then(|it| it.strip_suffix(')'));
    let is_plain = |it: &&str| {
        !it.contains(['(', '"']) && !["--", "//", "/*"].iter().any(|mark| it.contains(mark))
    };
    let Some(inner) = inner.filter(is_plain) else { return Cow::Borrowed(text) };
    let types: Vec<_> = inner.split(',').map(|it| type_name(it.trim(), declared)).collect();
    Cow::Owned(format!("({})", types.join(", ")))
}

/// `None` where nothing better than the author's spelling is known.
fn respelled(text: &str, declared: &[String]) -> Option<String> {
    let (base, brackets) = split_array(text);
    let spelled = take_apart(base);
    let name = spelled.name.as_ref();
    // Fields of an interval stand after its parentheses only with `second`.
    let mut modifier = spelled.modifier.to_string();
    let found = spelling::canonical(name).filter(|it| !it.is_array && !hides(declared, name));
    let name = match found {
        None if name.contains(|c: char| c.is_ascii_whitespace()) => return None,
        None => name.to_owned(),
        Some(_) if name.eq_ignore_ascii_case("bpchar") || name.contains('.') => return None,
        Some(found) => {
            let mut full = found.name;
            if matches!(found.modifiers, Modifiers::FloatDigits) && !modifier.is_empty() {
                full = spelling::float(modifier.parse().ok()?)?;
                modifier.clear();
            }
            let short = short_name(full);
            let is_plain =
                short.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_' || it == b' ');
            if !is_plain || hides(declared, short) {
                return None;
            }
            short.to_owned()
        }
    };
    let mut out = name;
    if !spelled.fields.is_empty() {
        out.push(' ');
        out.push_str(&spelled.fields);
    }
    if !modifier.is_empty() {
        out.push_str(&format!("({modifier})"));
    }
    out.push_str(&brackets);
    Some(out)
}

fn hides(declared: &[String], name: &str) -> bool {
    declared.iter().any(|it| it.eq_ignore_ascii_case(name))
}

/// Returns PostgreSQL's short name where the standard's is several words; `double precision` has no other.
fn short_name(full: &'static str) -> &'static str {
    match full {
        "character varying" => "varchar",
        "character" => "char",
        "bit varying" => "varbit",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        "time with time zone" => "timetz",
        "time without time zone" => "time",
        full => full,
    }
}

/// Splits a type into that of its elements and its brackets, which are written without blanks: `[]`, `[3][3]`.
fn split_array(text: &str) -> (&str, String) {
    let (mut rest, mut brackets) = (text.trim_end(), Vec::new());
    loop {
        let inner = rest.strip_suffix(']').and_then(|it| it.rsplit_once('['));
        let found = match inner {
            Some((before, n)) => (before.trim_end(), format!("[{}]", n.trim())),
            None => match word_array(rest) {
                Some(before) => (before, "[]".to_owned()),
                None => break,
            },
        };
        // `text array[3]` is `text[3]`.
        let before = word_array(found.0).filter(|_| inner.is_some()).unwrap_or(found.0);
        rest = before;
        brackets.push(found.1);
    }
    brackets.reverse();
    (rest, brackets.concat())
}

/// Returns what stands before the word `array` at the end.
fn word_array(text: &str) -> Option<&str> {
    let at = text.len().checked_sub("array".len())?;
    let (before, word) = text.split_at_checked(at)?;
    let is_word =
        word.eq_ignore_ascii_case("array") && before.ends_with(|c: char| c.is_ascii_whitespace());
    is_word.then(|| before.trim_end())
}

/// Returns a name without quotes that it does not need.
pub(super) fn name(text: &str) -> &str {
    let inner = text.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or("");
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let is_plain = inner.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && inner.chars().all(plain)
        && category(inner).is_none();
    if is_plain { inner } else { text }
}

/// Returns a doc-comment with a blank before its text and none after it.
pub(super) fn doc(text: &str) -> Cow<'_, str> {
    let text = text.trim_end();
    let (mark, rest) = text.split_at_checked(3).unwrap_or((text, ""));
    if rest.starts_with(|c: char| c.is_alphanumeric()) {
        return Cow::Owned(format!("{mark} {rest}"));
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_one_spelling() {
        for (text, expected) in [
            ("INT8", "bigint"),
            ("int", "integer"),
            ("Timestamp (3)  With Time  Zone", "timestamptz(3)"),
            ("timestamp without time zone", "timestamp"),
            ("character varying(20) []", "varchar(20)[]"),
            ("char", "char"),
            ("character(3)", "char(3)"),
            ("text ARRAY[ 3 ]", "text[3]"),
            ("int4 array", "integer[]"),
            ("int[3] [ ]", "integer[3][]"),
            ("NUMERIC( 18, 4 )", "numeric(18,4)"),
            ("dec", "numeric"),
            ("float(20)", "real"),
            ("FLOAT", "double precision"),
            ("interval DAY  to second(3)", "interval day to second(3)"),
            ("interval", "interval"),
            ("JSONB", "jsonb"),
            ("bit varying ( 5 )", "varbit(5)"),
            ("geometry( Point, 4326 )", "geometry(Point,4326)"),
            ("auth.email", "auth.email"),
            ("\"char\"", "\"char\""),
            ("bpchar", "bpchar"),
            ("_int4", "_int4"),
            ("pg_catalog.int4", "pg_catalog.int4"),
            ("serial", "serial"),
        ] {
            assert_eq!(type_name(text, &[]), expected, "{text}");
        }
        assert_eq!(type_name("INT8", &["int8".to_owned()]), "INT8");
        assert_eq!(type_name("bool", &["boolean".to_owned()]), "bool");
    }

    #[test]
    fn quotes_that_a_name_does_not_need_go() {
        for (text, expected) in [
            ("\"users\"", "users"),
            ("\"select\"", "\"select\""),
            ("\"Users\"", "\"Users\""),
            ("\"\"", "\"\""),
            ("u", "u"),
        ] {
            assert_eq!(name(text), expected);
        }
    }
}
