//! The values of names and strings: quotes taken off, escapes decoded (manual 4.1.1 and 4.1.2).

use smol_str::{SmolStr, SmolStrBuilder};

use crate::sql::lex::TokenKind;

/// Folds a name without quotes to lower case; letters outside ASCII stay, as in a UTF-8 database.
pub(super) fn fold(word: &str) -> SmolStr {
    if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        word.chars().map(|c| c.to_ascii_lowercase()).collect()
    } else {
        SmolStr::new(word)
    }
}

/// Gives the name in `"…"` or `U&"…"`; a wrong escape is left as it is written.
pub(super) fn name(token: &str) -> SmolStr {
    if let Some(rest) = strip_unicode_prefix(token) {
        let (body, escape) = split_uescape(rest, '"');
        let plain = undouble(&body, '"');
        return unicode(&plain, escape).unwrap_or(plain);
    }
    undouble(inside(token, '"'), '"')
}

/// Gives the value of a string token.
///
/// # Errors
/// What is wrong with an escape in it.
pub(super) fn string(kind: TokenKind, token: &str) -> Result<SmolStr, &'static str> {
    if kind == TokenKind::DollarString {
        Ok(dollar(token))
    } else if kind == TokenKind::EscapeString {
        escaped(&join(token.get(1..).unwrap_or(""), '\'', Backslash::Escapes).0)
    } else if kind == TokenKind::UnicodeString {
        let (body, escape) = split_uescape(strip_unicode_prefix(token).unwrap_or(token), '\'');
        unicode(&undouble(&body, '\''), escape)
    } else {
        Ok(plain(token.trim_start_matches(['n', 'N'])))
    }
}

/// Gives the digits of `B'…'` or `X'…'` after the letter that says which.
pub(super) fn bits(token: &str) -> SmolStr {
    let (letter, quoted) = token.split_at_checked(1).unwrap_or(("", token));
    let mut digits = SmolStrBuilder::new();
    letter.chars().for_each(|c| digits.push(c.to_ascii_lowercase()));
    digits.push_str(&plain(quoted));
    digits.finish()
}

fn plain(quoted: &str) -> SmolStr {
    let body = inside(quoted, '\'');
    if body.contains('\'') {
        undouble(&join(quoted, '\'', Backslash::IsPlain).0, '\'')
    } else {
        // Without a quote inside it is neither doubled nor continued.
        SmolStr::new(body)
    }
}

/// Takes the quotes off the ends.
fn inside(token: &str, quote: char) -> &str {
    token.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)).unwrap_or("")
}

fn undouble(body: &str, quote: char) -> SmolStr {
    let doubled = if quote == '"' { "\"\"" } else { "''" };
    if !body.contains(doubled) {
        return SmolStr::new(body);
    }
    let mut value = SmolStrBuilder::new();
    for (index, part) in body.split(doubled).enumerate() {
        if index > 0 {
            value.push(quote);
        }
        value.push_str(part);
    }
    value.finish()
}

/// Whether a backslash takes the next character with it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Backslash {
    Escapes,
    IsPlain,
}

/// Joins the lines of a continued string without its outer quotes, and gives what follows its last quote.
fn join(quoted: &str, quote: char, backslash: Backslash) -> (String, &str) {
    let mut joined = String::with_capacity(quoted.len());
    let mut rest = quoted.strip_prefix(quote).unwrap_or(quoted);
    let stops: &[char] =
        if backslash == Backslash::Escapes { &['\'', '\\'] } else { std::slice::from_ref(&quote) };
    while let Some(end) = rest.find(stops) {
        let (body, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        joined.push_str(body);
        let end_of_pair = tail.char_indices().nth(2).map_or(tail.len(), |(index, _)| index);
        let (pair, after) = tail.split_at_checked(end_of_pair).unwrap_or((tail, ""));
        if pair.starts_with('\\')
            || (pair.starts_with(quote) && pair.ends_with(quote) && pair.len() == 2)
        {
            joined.push_str(pair);
            rest = after;
            continue;
        }
        let gap = tail.strip_prefix(quote).unwrap_or("");
        match next_piece(gap) {
            Some(piece) if quote == '\'' => rest = piece,
            _ => return (joined, gap),
        }
    }
    joined.push_str(rest);
    (joined, "")
}

/// Gives what follows the quote that continues a string, if one does.
fn next_piece(gap: &str) -> Option<&str> {
    let mut rest = gap.trim_start();
    while let Some(comment) = rest.strip_prefix("--") {
        rest = comment.find(['\n', '\r']).and_then(|end| comment.get(end..)).unwrap_or("");
        rest = rest.trim_start();
    }
    rest.strip_prefix('\'')
}

fn dollar(token: &str) -> SmolStr {
    let tag = token.get(1..).and_then(|rest| rest.find('$')).map_or(0, |end| end + 2);
    SmolStr::new(token.get(tag..token.len().saturating_sub(tag)).unwrap_or(""))
}

fn strip_unicode_prefix(token: &str) -> Option<&str> {
    token.strip_prefix("U&").or_else(|| token.strip_prefix("u&"))
}

/// Parts `'…' UESCAPE 'c'`; without the clause the escape is a backslash.
fn split_uescape(token: &str, quote: char) -> (String, char) {
    let (body, clause) = join(token, quote, Backslash::IsPlain);
    let escape = clause.chars().rev().nth(1).unwrap_or('\\');
    (body, escape)
}

fn escaped(body: &str) -> Result<SmolStr, &'static str> {
    let mut value = Vec::with_capacity(body.len());
    let mut rest = body.chars();
    let mut units = Units::default();
    while let Some(c) = rest.next() {
        match c {
            '\'' => {
                // Doubled, as every other quote has been taken off.
                rest.next();
                push(&mut value, '\'');
            }
            '\\' => match escape(&mut rest, &mut units)? {
                Escaped::Char(c) => push(&mut value, c),
                Escaped::Byte(byte) => value.push(byte),
                Escaped::Half => {}
            },
            _ => push(&mut value, c),
        }
    }
    units.finish()?;
    String::from_utf8(value)
        .map(SmolStr::from)
        .map_err(|_| "this string has bytes that are no UTF-8")
}

/// What a backslash and what follows it stand for.
enum Escaped {
    Char(char),
    Byte(u8),
    /// The first half of a surrogate pair.
    Half,
}

fn escape(rest: &mut std::str::Chars<'_>, units: &mut Units) -> Result<Escaped, &'static str> {
    let unit = |units: &mut Units, number| {
        units.push(number).map(|c| c.map_or(Escaped::Half, Escaped::Char))
    };
    Ok(match rest.next() {
        Some('b') => Escaped::Char('\u{8}'),
        Some('f') => Escaped::Char('\u{c}'),
        Some('n') => Escaped::Char('\n'),
        Some('r') => Escaped::Char('\r'),
        Some('t') => Escaped::Char('\t'),
        Some('u') => return unit(units, take_number(rest, 4)?),
        Some('U') => return unit(units, take_number(rest, 8)?),
        Some('x') => match take_digits(rest, 16, 2) {
            (_, 0) => Escaped::Char('x'),
            (value, _) => Escaped::Byte(low_byte(value)),
        },
        Some(digit @ '0'..='7') => {
            let (more, count) = take_digits(rest, 8, 2);
            let high = digit.to_digit(8).unwrap_or(0);
            Escaped::Byte(low_byte(high * 8_u32.pow(count) + more))
        }
        Some(other) => Escaped::Char(other),
        None => Escaped::Char('\\'),
    })
}

fn push(value: &mut Vec<u8>, c: char) {
    value.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn low_byte(value: u32) -> u8 {
    u8::try_from(value & 0xff).unwrap_or(u8::MAX)
}

fn take_digits(rest: &mut std::str::Chars<'_>, radix: u32, most: u32) -> (u32, u32) {
    let (mut value, mut count) = (0_u32, 0);
    while count < most {
        let Some(digit) = rest.clone().next().and_then(|c| c.to_digit(radix)) else { break };
        value = value.wrapping_mul(radix).wrapping_add(digit);
        rest.next();
        count += 1;
    }
    (value, count)
}

fn take_number(rest: &mut std::str::Chars<'_>, digits: u32) -> Result<u32, &'static str> {
    let (value, count) = take_digits(rest, 16, digits);
    if count < digits { Err("this string has an escape with too few digits") } else { Ok(value) }
}

fn unicode(body: &str, escape: char) -> Result<SmolStr, &'static str> {
    if !body.contains(escape) {
        return Ok(SmolStr::new(body));
    }
    let mut value = SmolStrBuilder::new();
    let mut rest = body.chars();
    let mut units = Units::default();
    while let Some(c) = rest.next() {
        if c != escape {
            value.push(c);
            continue;
        }
        let mut after = rest.clone();
        let number = match after.next() {
            Some(next) if next == escape => {
                rest = after;
                value.push(escape);
                continue;
            }
            Some('+') => {
                rest = after;
                take_number(&mut rest, 6)?
            }
            _ => take_number(&mut rest, 4)?,
        };
        if let Some(c) = units.push(number)? {
            value.push(c);
        }
    }
    units.finish()?;
    Ok(value.finish())
}

/// Puts the two halves of a UTF-16 surrogate pair together.
#[derive(Default)]
struct Units {
    high: Option<u32>,
}

impl Units {
    const WRONG: &'static str = "this string has an escape that is no Unicode character";

    fn push(&mut self, unit: u32) -> Result<Option<char>, &'static str> {
        match (self.high.take(), unit) {
            (None, 0xd800..=0xdbff) => {
                self.high = Some(unit);
                Ok(None)
            }
            (Some(high), 0xdc00..=0xdfff) => {
                let code = 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00);
                char::from_u32(code).map(Some).ok_or(Self::WRONG)
            }
            (None, _) => char::from_u32(unit).map(Some).ok_or(Self::WRONG),
            (Some(_), _) => Err(Self::WRONG),
        }
    }

    fn finish(&self) -> Result<(), &'static str> {
        if self.high.is_some() { Err(Self::WRONG) } else { Ok(()) }
    }
}
