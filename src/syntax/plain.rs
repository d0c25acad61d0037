//! Tells whether a text closes all that it opens, when it is read as PostgreSQL would read it.
//!
//! Where a quote is missing somewhere, the next line that begins like an item is a better end for it than the next quote,
//! which may be far below. But strings and bodies may hold such lines, and then nothing is missing.

use memchr::{memchr, memchr2, memmem};

use super::keyword::is_word;

/// Tells whether every quote, comment and bracket of a text is closed.
pub(super) fn is_closed(text: &[u8]) -> bool {
    let mut open: Vec<u8> = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at).copied() {
        let rest = text.get(at..).unwrap_or(&[]);
        let length = match byte {
            b'\'' => string(text, at),
            b'"' => rest.get(1..).and_then(|rest| memchr(b'"', rest)).map(|n| n + 2),
            b'$' => dollar_quote(text, at),
            b'-' if rest.starts_with(b"--") => Some(line(rest)),
            b'/' if rest.starts_with(b"//") && !in_operator(text, at) => Some(line(rest)),
            b'/' if rest.starts_with(b"/*") => comment(rest),
            b'(' | b'[' | b'{' => {
                open.push(byte);
                Some(1)
            }
            b')' => (open.pop() == Some(b'(')).then_some(1),
            b']' => (open.pop() == Some(b'[')).then_some(1),
            b'}' => (open.pop() == Some(b'{')).then_some(1),
            _ => Some(1),
        };
        let Some(length) = length else { return false };
        at += length;
    }
    open.is_empty()
}

/// Tells whether `//` at an offset belongs to an operator and begins no comment: `s.//`, `s.|//`.
///
/// PostgreSQL writes operators of users with their schema where the search path is empty.
pub(super) fn in_operator(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or(&[]);
    let symbol = before.iter().rev().take_while(|byte| OPERATOR.contains(byte)).count();
    let Some(schema) = before.get(..at - symbol).and_then(|it| it.strip_suffix(b".")) else {
        return false;
    };
    let word = schema.iter().rev().take_while(|byte| is_word(**byte)).count();
    let first = schema.get(schema.len() - word);
    schema.ends_with(b"\"") || first.is_some_and(|byte| !byte.is_ascii_digit())
}

/// What operators are made of (PostgreSQL manual 4.1.3).
const OPERATOR: &[u8] = b"+-*/<>=~!@#%^&|`?";

fn line(rest: &[u8]) -> usize {
    memchr(b'\n', rest).unwrap_or(rest.len())
}

/// Returns the length of the string that begins at an offset.
fn string(text: &[u8], start: usize) -> Option<usize> {
    let before = |n: usize| start.checked_sub(n).and_then(|at| text.get(at));
    let escapes = before(1).is_some_and(|e| e.eq_ignore_ascii_case(&b'e'))
        && !before(2).is_some_and(|byte| is_word(*byte));
    let mut at = start + 1;
    loop {
        let rest = text.get(at..)?;
        at += memchr2(b'\'', b'\\', rest)?;
        match text.get(at) {
            Some(b'\\') => at += if escapes { 2 } else { 1 },
            _ if text.get(at + 1) == Some(&b'\'') => at += 2,
            _ => return Some(at + 1 - start),
        }
    }
}

/// Returns the length of the dollar quote that begins at an offset; a `$` that begins none is one byte.
fn dollar_quote(text: &[u8], start: usize) -> Option<usize> {
    let inside_word =
        start.checked_sub(1).and_then(|at| text.get(at)).is_some_and(|byte| is_word(*byte));
    let Some(tag) = dollar_tag(text.get(start..)?).filter(|_| !inside_word) else { return Some(1) };
    let body = text.get(start + tag.len()..)?;
    memmem::find(body, tag).map(|n| n + 2 * tag.len())
}

/// Returns the length of the comment that a text begins with; comments can be nested.
fn comment(rest: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (2, 1_u32);
    while depth != 0 {
        at += memchr2(b'*', b'/', rest.get(at..)?)?;
        let pair = rest.get(at..at + 2);
        at += match pair {
            Some(b"*/") => {
                depth -= 1;
                2
            }
            Some(b"/*") => {
                depth += 1;
                2
            }
            _ => 1,
        };
    }
    Some(at)
}

/// Returns the `$tag$` that the text begins with (PostgreSQL manual 4.1.2.4).
pub(super) fn dollar_tag(text: &[u8]) -> Option<&[u8]> {
    let tag = text.get(1..)?;
    let n = tag.iter().take_while(|byte| is_word(**byte) && **byte != b'$').count();
    if tag.get(n) != Some(&b'$') || tag.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    text.get(..n + 2)
}

#[cfg(test)]
mod tests {
    use super::{in_operator, is_closed};

    #[test]
    fn operators_with_a_schema_may_hold_slashes() {
        for text in ["s.//", "\"S\".//", "s1.|//", "s./|//"] {
            assert!(in_operator(text.as_bytes(), text.rfind("//").unwrap()), "{text}");
        }
        for text in ["//", "a //", "s. //", "1.//", "*//", "s.f()//", "...//"] {
            assert!(!in_operator(text.as_bytes(), text.rfind("//").unwrap()), "{text}");
        }
    }

    #[test]
    fn what_is_closed_is_told_from_what_is_not() {
        for text in [
            "",
            "a 'b''c' E'\\'' \"d\"\"e\" ($1) [x] {y}",
            "$$ ' $x $$ $a$ $$ ( $b$a$ -- '\n// \"\n/* /* ' */ ( */",
            "$body$$$body$ 'a\ntable b'",
        ] {
            assert!(is_closed(text.as_bytes()), "{text}");
        }
        for text in ["'a", "\"a", "E'a\\'", "$a$ $b$", "/* /* */", "(", "(]", ")", "{ ( }"] {
            assert!(!is_closed(text.as_bytes()), "{text}");
        }
    }
}
