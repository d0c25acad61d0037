//! SQL text → tokens: just as much as it takes to find where a statement ends and what it does.
//!
//! The lexical rules are PostgreSQL's, with `standard_conforming_strings` on (manual: Lexical Structure).

use std::ops::Range;

/// A token, and where it stands: byte offsets into the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) is: Is,
    pub(super) at: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Is {
    /// A keyword, a name or a number.
    Word,
    /// A name in double quotes.
    Quoted,
    /// A string, in single quotes or dollars.
    Text,
    /// `-- …`, without the end of its line.
    LineComment,
    /// `/* … */`.
    BlockComment,
    /// Any other character.
    Symbol(char),
}

/// What has no end, and where it begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Open {
    pub(super) what: &'static str,
    pub(super) at: usize,
}

/// Cuts a text into tokens. Blanks are left out.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Open> {
    let mut out = Vec::new();
    let mut at = text.len() - text.trim_start_matches('\u{feff}').len();
    while let Some(c) = rest(text, at).chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (is, length) = one(text, at, c)?;
        out.push(Token { is, at: at..at + length });
        at += length;
    }
    Ok(out)
}

fn rest(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or("")
}

/// Returns the token that begins at a place, and how many bytes it has.
fn one(text: &str, at: usize, c: char) -> Result<(Is, usize), Open> {
    let rest = rest(text, at);
    let open = |what| Open { what, at };
    if rest.starts_with("--") {
        return Ok((Is::LineComment, rest.find(['\n', '\r']).unwrap_or(rest.len())));
    }
    if rest.starts_with("/*") {
        return Ok((Is::BlockComment, comment(rest).ok_or_else(|| open("comment"))?));
    }
    match c {
        '\'' => Ok((Is::Text, quoted(rest, '\'').ok_or_else(|| open("string"))?)),
        '"' => Ok((Is::Quoted, quoted(rest, '"').ok_or_else(|| open("quoted name"))?)),
        '$' if let Some(tag) = dollar_tag(rest) => {
            let body = rest.get(tag.len()..).unwrap_or("");
            let end = body.find(tag).ok_or_else(|| open("dollar-quoted string"))?;
            Ok((Is::Text, tag.len() + end + tag.len()))
        }
        'e' | 'E' if rest.get(1..).is_some_and(|it| it.starts_with('\'')) => {
            Ok((Is::Text, escaped(rest).ok_or_else(|| open("string"))?))
        }
        _ if is_of_word(c) => {
            Ok((Is::Word, rest.find(|c| !(is_of_word(c) || c == '$')).unwrap_or(rest.len())))
        }
        _ => Ok((Is::Symbol(c), c.len_utf8())),
    }
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()
}

/// Returns the length of what stands in quotes. A doubled quote ends it and begins it anew, which is the same here.
fn quoted(rest: &str, quote: char) -> Option<usize> {
    Some(rest.get(1..)?.find(quote)? + 2)
}

/// Returns the length of `E'…'`, in which a backslash takes away what the next character means.
fn escaped(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(2);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '\'' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// Returns the length of a comment. Comments nest.
fn comment(rest: &str) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        let here = rest.get(at..)?;
        if here.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if here.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += here.chars().next()?.len_utf8();
        }
    }
}

/// Returns the opening of a dollar-quoted string: `$$`, `$tag$`. `$1` is none.
fn dollar_tag(rest: &str) -> Option<&str> {
    let end = rest.get(1..)?.find('$')? + 1;
    let tag = rest.get(1..end)?;
    let is_name = tag.chars().all(is_of_word) && !tag.starts_with(|c: char| c.is_ascii_digit());
    is_name.then(|| rest.get(..=end))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<&str> {
        tokens(text).unwrap().into_iter().map(|token| &text[token.at]).collect()
    }

    #[test]
    fn quotes_comments_and_dollars_are_one_token_each() {
        let whole = [
            "'a;b''c'",
            "\"a;\"",
            "E'a\\';'",
            "e'\\\\'",
            "$$;$$",
            "$a$ $b$; $$ $a$",
            "/* ; /* ; */ ' */",
            "-- ;'",
            "a$b$",
            "größe",
            "$é$;$é$",
        ];
        for text in whole {
            let found = shown(text);
            assert_eq!(found.concat(), text);
            assert!(found.len() == 1 || !found.contains(&";"), "{text}: {found:?}");
        }
        assert_eq!(shown("$1;$2"), ["$", "1", ";", "$", "2"]);
        assert_eq!(shown("\u{feff}a 'b'"), ["a", "'b'"]);
        assert_eq!(shown("a'b'"), ["a", "'b'"]);
    }

    #[test]
    fn what_has_no_end_is_found() {
        for (text, what) in [
            ("a 'b", "string"),
            ("a \"b", "quoted name"),
            ("a $$b", "dollar-quoted string"),
            ("a E'\\'", "string"),
            ("a /* /* */", "comment"),
        ] {
            assert_eq!(tokens(text), Err(Open { what, at: 2 }), "{text}");
        }
    }
}
