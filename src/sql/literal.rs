//! Which strings PostgreSQL reads as values of its own types (manual chapter 8).
//!
//! Only what every version refuses with every setting is told: a date whose order depends on `DateStyle`, a number in a
//! form that PostgreSQL 16 brought, and the like are left to the server.

use super::typing::TypeSystem;

/// How deep JSON is followed; deeper is taken for right.
const MAX_DEPTH: usize = 500;

/// Tells whether PostgreSQL would certainly refuse a string as a value of one of its types.
pub fn is_malformed(text: &str, ty: &str, types: &TypeSystem) -> bool {
    let trimmed = text.trim_matches(is_space);
    if let Some(element) = types.element(ty).filter(|_| ty.ends_with("[]") && ty != "box[]") {
        return !is_array(trimmed, element, types);
    }
    match ty {
        "smallint" => !is_whole(trimmed, i16::MIN.into(), i16::MAX.into()),
        "integer" => !is_whole(trimmed, i32::MIN.into(), i32::MAX.into()),
        "bigint" => !is_whole(trimmed, i64::MIN.into(), i64::MAX.into()),
        "numeric" | "real" | "double precision" => !is_number(trimmed),
        "boolean" => !is_boolean(trimmed),
        "uuid" => !is_uuid(trimmed),
        "json" | "jsonb" => !is_json(text),
        "bytea" => !is_bytea(text),
        "bit" | "bit varying" => !is_bits(text),
        "date" | "timestamp without time zone" | "timestamp with time zone" => !is_date(trimmed),
        "interval" => !trimmed.bytes().any(|it| it.is_ascii_digit()) && !is_infinity(trimmed),
        "inet" => !is_inet(trimmed),
        _ => types.subtype(ty).is_some_and(|subtype| !is_range(trimmed, subtype, types)),
    }
}

fn is_space(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\u{b}'
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

/// Numbers in another base and with `_` are read since PostgreSQL 16.
fn is_modern(digits: &str) -> bool {
    let lower = digits.to_ascii_lowercase();
    ["0x", "0o", "0b"].iter().any(|it| lower.starts_with(it)) || lower.contains('_')
}

fn is_whole(text: &str, least: i128, most: i128) -> bool {
    let digits = unsigned(text);
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return is_modern(digits);
    }
    text.parse::<i128>().is_ok_and(|it| (least..=most).contains(&it))
}

fn is_infinity(text: &str) -> bool {
    matches!(unsigned(text).to_ascii_lowercase().as_str(), "inf" | "infinity")
}

fn is_number(text: &str) -> bool {
    let digits = unsigned(text);
    if is_infinity(text) || digits.eq_ignore_ascii_case("nan") || is_modern(digits) {
        return true;
    }
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(unsigned(exponent))),
        None => (digits, None),
    };
    let all_digits = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    all_digits(whole)
        && all_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|it| !it.is_empty() && all_digits(it))
}

fn is_boolean(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let starts = |word: &str| !lower.is_empty() && word.starts_with(&lower);
    let whole = matches!(lower.as_str(), "on" | "of" | "off" | "0" | "1");
    whole || ["true", "false", "yes", "no"].iter().any(|it| starts(it))
}

fn is_uuid(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_hexdigit).count();
    let others = text.bytes().filter(|it| !it.is_ascii_hexdigit());
    digits == 32 && others.into_iter().all(|it| matches!(it, b'-' | b'{' | b'}'))
}

fn is_bytea(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix("\\x") {
        let n = digits.bytes().filter(u8::is_ascii_hexdigit).count();
        return n % 2 == 0
            && digits.bytes().all(|it| it.is_ascii_hexdigit() || it.is_ascii_whitespace());
    }
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('\\') {
        let octal = after.get(..3).is_some_and(|it| it.bytes().all(|it| matches!(it, b'0'..=b'7')));
        rest = match after.strip_prefix('\\') {
            Some(after) => after,
            None if octal => after.get(3..).unwrap_or(""),
            None => return false,
        };
    }
    true
}

fn is_bits(text: &str) -> bool {
    match text.strip_prefix(['x', 'X']) {
        Some(digits) => digits.bytes().all(|it| it.is_ascii_hexdigit()),
        None => {
            let digits = text.strip_prefix(['b', 'B']).unwrap_or(text);
            digits.bytes().all(|it| matches!(it, b'0' | b'1'))
        }
    }
}

/// Words and dates that begin with a year of four digits, which mean the same with every `DateStyle`.
fn is_date(text: &str) -> bool {
    const WORDS: [&str; 7] = ["now", "today", "tomorrow", "yesterday", "epoch", "infinity", "inf"];
    if text.is_empty() {
        return false;
    }
    if text.bytes().all(|it| it.is_ascii_alphabetic()) {
        return WORDS.iter().any(|it| text.eq_ignore_ascii_case(it));
    }
    let end = text.find([' ', 'T', 't']).unwrap_or(text.len());
    let (day, after) = text.split_at(end);
    let parts: Vec<&str> = day.split('-').collect();
    let ([year, month, day], false) = (parts.as_slice(), after.to_ascii_lowercase().contains("bc"))
    else {
        return true;
    };
    let number = |it: &str, most: usize| {
        (1..=most).contains(&it.len()).then(|| it.parse::<u32>().ok()).flatten()
    };
    let (Some(year), Some(month), Some(day)) =
        (number(year, 4).filter(|_| year.len() == 4), number(month, 2), number(day, 2))
    else {
        return true;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let n_days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=n_days).contains(&day)
}

fn is_inet(text: &str) -> bool {
    if text.contains(':') {
        return text.bytes().all(|it| it.is_ascii_hexdigit() || matches!(it, b':' | b'.' | b'/'));
    }
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits)),
        None => (text, None),
    };
    let small = |it: &str, most: u32| {
        let digits = !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
        digits && it.parse::<u32>().is_ok_and(|it| it <= most)
    };
    let octets: Vec<&str> = address.split('.').collect();
    // With bits the last octets may be left out.
    (octets.len() == 4 || bits.is_some() && octets.len() < 4)
        && octets.iter().all(|it| small(it, 255))
        && bits.is_none_or(|it| small(it, 32))
}

/// Whether an element or bound that needs no quotes can be one; those in quotes and escaped ones are not looked at.
fn is_plain_value(text: &str, ty: &str, types: &TypeSystem) -> bool {
    let trimmed = text.trim_matches(is_space);
    trimmed.contains(['"', '\\']) || !is_malformed(trimmed, types.base(ty), types)
}

/// Cuts a text at commas outside of quotes and braces; `None` where those do not close.
fn at_commas(text: &str) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let mut chars = text.char_indices();
    let mut is_quoted = false;
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '{' => depth += 1,
            '}' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                parts.push(text.get(start..at)?);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..)?);
    (depth == 0 && !is_quoted).then_some(parts)
}

fn is_array(text: &str, element: &str, types: &TypeSystem) -> bool {
    if text.starts_with('[') {
        // With bounds before it, as in `[1:2]={1,2}`.
        return text.contains('=');
    }
    let Some(inside) = text.strip_prefix('{').and_then(|it| it.strip_suffix('}')) else {
        return false;
    };
    if inside.trim_matches(is_space).is_empty() {
        return true;
    }
    let Some(parts) = at_commas(inside) else { return false };
    parts.iter().map(|it| it.trim_matches(is_space)).all(|part| {
        let is_inner = part.starts_with('{');
        !part.is_empty()
            && (is_inner
                || part.eq_ignore_ascii_case("null")
                || is_plain_value(part, element, types))
    })
}

fn is_range(text: &str, subtype: &str, types: &TypeSystem) -> bool {
    if text.eq_ignore_ascii_case("empty") {
        return true;
    }
    let inside = text
        .strip_prefix(['[', '('])
        .and_then(|it| it.strip_suffix([']', ')']))
        .filter(|it| !it.contains(['"', '\\', '(', ')', '[', ']']));
    let Some(inside) = inside else {
        return text.contains(['"', '\\']) && text.starts_with(['[', '(']);
    };
    let bounds: Vec<&str> = inside.split(',').collect();
    let bound =
        |it: &&str| it.trim_matches(is_space).is_empty() || is_plain_value(it, subtype, types);
    bounds.len() == 2 && bounds.iter().all(bound)
}

/// Tells whether a text is JSON (RFC 8259); nothing is said of escapes that only `jsonb` refuses.
fn is_json(text: &str) -> bool {
    let mut reader = Json { rest: text, too_deep: false };
    reader.value(0).is_some() && reader.skip_spaces().is_empty()
}

struct Json<'t> {
    rest: &'t str,
    /// Whether the rest is taken for right.
    too_deep: bool,
}

impl<'t> Json<'t> {
    fn skip_spaces(&mut self) -> &'t str {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.rest
    }

    fn take(&mut self, token: &str) -> Option<()> {
        self.rest = self.skip_spaces().strip_prefix(token)?;
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        if MAX_DEPTH < depth {
            self.rest = "";
            self.too_deep = true;
            return Some(());
        }
        match self.skip_spaces().chars().next()? {
            '{' => self.list("{", "}", depth, |this, depth| {
                this.string()?;
                this.take(":")?;
                this.value(depth)
            }),
            '[' => self.list("[", "]", depth, Json::value),
            '"' => self.string(),
            '-' | '0'..='9' => self.number(),
            _ => ["true", "false", "null"].iter().find_map(|word| self.word(word)),
        }
    }

    fn list(
        &mut self,
        open: &str,
        close: &str,
        depth: usize,
        mut item: impl FnMut(&mut Self, usize) -> Option<()>,
    ) -> Option<()> {
        self.take(open)?;
        if self.take(close).is_some() {
            return Some(());
        }
        loop {
            item(self, depth + 1)?;
            if self.too_deep || self.take(close).is_some() {
                return Some(());
            }
            self.take(",")?;
        }
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let rest = self.rest.strip_prefix(word)?;
        self.rest = rest;
        (!rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')).then_some(())
    }

    fn string(&mut self) -> Option<()> {
        self.take("\"")?;
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = self.rest.get(at + 1..)?;
                    return Some(());
                }
                '\\' => match chars.next()?.1 {
                    '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => {}
                    'u' => {
                        for _ in 0..4 {
                            chars.next().filter(|(_, c)| c.is_ascii_hexdigit())?;
                        }
                    }
                    _ => return None,
                },
                c if (c as u32) < 0x20 => return None,
                _ => {}
            }
        }
        None
    }

    fn number(&mut self) -> Option<()> {
        let end = self.rest.find(|c: char| !(c.is_alphanumeric() || "+-._".contains(c)));
        let (number, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        let digits = number.strip_prefix('-').unwrap_or(number);
        let whole = digits.split(['.', 'e', 'E']).next().unwrap_or("");
        let fraction = digits.split_once('.').map(|(_, it)| it);
        let plain_whole = !whole.is_empty() && (whole == "0" || !whole.starts_with('0'));
        let has_fraction = fraction.is_none_or(|it| it.starts_with(|c: char| c.is_ascii_digit()));
        let modern = is_modern(digits) || digits.starts_with(['+', '-']);
        (plain_whole && has_fraction && !modern && is_number(digits) && !is_infinity(digits))
            .then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::builtin::postgresql;

    /// What PostgreSQL 15 takes and refuses, type by type.
    #[test]
    fn values() {
        let types = TypeSystem::new(&postgresql());
        let cases: [(&str, &[&str], &[&str]); 16] = [
            ("integer", &["1", " -2 ", "+3", "0x1f", "1_000"], &["", "12abc", "3000000000", "1.5"]),
            ("smallint", &["-32768"], &["-32769", "-"]),
            (
                "numeric",
                &["1e3", ".5", "5.", "-NaN", "Infinity"],
                &["1.2.3", "1,000", "1e", "", "."],
            ),
            ("double precision", &["5.", "1e-3", "-inf"], &[".e1", "1 2", "x"]),
            ("boolean", &["tru", "ON", "f", "0"], &["yess", "o", "", "2"]),
            (
                "uuid",
                &["{a0eebc999c0b4ef8bb6d6bb9bd380a11}", "A0EEBC99-9C0B4EF8-BB6D6BB9-BD380A11"],
                &["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1", "x0eebc999c0b4ef8bb6d6bb9bd380a11"],
            ),
            (
                "jsonb",
                &["[1, 2.5e-3, \"a\\u00e4\", null, true]", "{\"a\": {\"b\": []}} ", " -0 ", "1E+2"],
                &[
                    "{\"a\":1,}",
                    "{a:1}",
                    "",
                    "01",
                    "-",
                    "\"a\nb\"",
                    "{} {}",
                    "nul",
                    "\"\\x\"",
                    "[1",
                    "1.",
                    "nullx",
                ],
            ),
            ("bytea", &["\\xab", "\\x ab cd", "a\\001\\\\", ""], &["\\xa", "\\xzz", "a\\b"]),
            ("bit", &["01", "x1F", "b01", ""], &["012", "xg"]),
            (
                "date",
                &[
                    "today",
                    "2024-2-9",
                    "2024-02-29",
                    "13/45/99",
                    "0044-03-15 BC",
                    "January 8, 1999",
                    "20240230",
                ],
                &["never", "2024-13-45", "2024-02-30", "2023-02-29", "", "2024-01-00"],
            ),
            (
                "timestamp with time zone",
                &["2024-02-29T10:00", "now"],
                &["2023-02-29 10:00", "nowx"],
            ),
            ("interval", &["1 day", "P1D", "-infinity"], &["day", "", "x"]),
            (
                "inet",
                &["10.0.0.0/8", "::1/64", "10.1/16"],
                &["300.1.1.1", "1.1.1", "10.0.0.0/33", "localhost", ""],
            ),
            (
                "integer[]",
                &["{}", " { 1 , 2 } ", "{{1},{2}}", "{null,NULL}", "{\"1\",2}", "[1:2]={1,2}"],
                &["{a}", "{1,2", "1,2", "{1,,2}", "{1,2}x", ""],
            ),
            ("text[]", &["{a b, c}", "{\"a,b\",\"{\"}"], &["{a,}", "{a\"b}"]),
            (
                "int4range",
                &["[1,2)", "empty", "[,]", " [1 , 2) ", "(\"1\",2]"],
                &["[1,2", "[a,2)", "[1;2)", "1,2", ""],
            ),
        ];
        for (ty, taken, refused) in cases {
            for text in taken {
                assert!(!is_malformed(text, ty, &types), "{ty}: {text}");
            }
            for text in refused {
                assert!(is_malformed(text, ty, &types), "{ty}: {text}");
            }
        }
    }

    #[test]
    fn depth_is_bounded() {
        assert!(is_json(&"[".repeat(100_000)));
        assert!(is_json(&format!("{}{}", "[".repeat(400), "]".repeat(400))));
        assert!(!is_json(&"[".repeat(400)));
    }
}
