//! How PostgreSQL's own types may be spelled in SQL: `int`, `int4`, `timestamp with time zone` (manual 8, `gram.y`).

use std::borrow::Cow;

use super::postgresql;

/// What a spelling of a type means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spelling {
    /// The type as `format_type` prints it; the element's if [`Spelling::is_array`].
    pub name: &'static str,
    /// The spelling is that of an array type's own name: `_int4` for `integer[]`.
    pub is_array: bool,
    #[expect(missing_docs, reason = "the field speaks")]
    pub modifiers: Modifiers,
    /// `char` and `bit` mean `char(1)` and `bit(1)`; `bpchar` has no such bound.
    pub implied_length: Option<u8>,
}

/// What may stand in parentheses after the spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modifiers {
    /// Nothing.
    None,
    /// One number: a length or a precision.
    One,
    /// A precision and perhaps a scale, as of `numeric`.
    OneOrTwo,
    /// The binary digits of `float`, which choose the type; see [`float`].
    FloatDigits,
}

/// Finds what a spelling means.
///
/// The spelling is as in SQL, without modifiers and without `[]`: words in any case with any blanks between, or a
/// name in double quotes, and with or without `pg_catalog.` before a single name. `None` if no built-in type is meant:
/// then it may be a type of a user or an extension.
pub fn canonical(spelling: &str) -> Option<Spelling> {
    let spelling = normalized(spelling);
    match spelling.strip_prefix("pg_catalog.") {
        Some(name) => of_typname(name),
        None => of_grammar(&spelling).or_else(|| of_typname(&spelling)),
    }
}

/// Gives the type that `float(digits)` means; `None` if PostgreSQL refuses the number.
pub fn float(digits: u32) -> Option<&'static str> {
    match digits {
        1..=24 => Some("real"),
        25..=53 => Some("double precision"),
        _ => None,
    }
}

fn normalized(spelling: &str) -> Cow<'_, str> {
    let plain = |c: char| !c.is_ascii_uppercase() && (c == ' ' || !c.is_whitespace());
    if spelling.contains('"') || (spelling.chars().all(plain) && !spelling.contains("  ")) {
        return Cow::Borrowed(spelling.trim());
    }
    let words: Vec<_> = spelling.split_whitespace().map(str::to_ascii_lowercase).collect();
    Cow::Owned(words.join(" "))
}

/// The spellings that the grammar knows as key words.
fn of_grammar(spelling: &str) -> Option<Spelling> {
    let means =
        |name, modifiers| Some(Spelling { name, is_array: false, modifiers, implied_length: None });
    let of_one = |name| {
        Some(Spelling { name, is_array: false, modifiers: Modifiers::One, implied_length: Some(1) })
    };
    match spelling {
        "int" | "integer" => means("integer", Modifiers::None),
        "smallint" => means("smallint", Modifiers::None),
        "bigint" => means("bigint", Modifiers::None),
        "real" => means("real", Modifiers::None),
        "double precision" => means("double precision", Modifiers::None),
        "float" => means("double precision", Modifiers::FloatDigits),
        "decimal" | "dec" | "numeric" => means("numeric", Modifiers::OneOrTwo),
        "boolean" => means("boolean", Modifiers::None),
        "bit" => of_one("bit"),
        "bit varying" => means("bit varying", Modifiers::One),
        "character" | "char" | "nchar" | "national character" | "national char" => {
            of_one("character")
        }
        "varchar"
        | "character varying"
        | "char varying"
        | "nchar varying"
        | "national character varying"
        | "national char varying" => means("character varying", Modifiers::One),
        "timestamp" | "timestamp without time zone" => {
            means("timestamp without time zone", Modifiers::One)
        }
        "timestamp with time zone" => means("timestamp with time zone", Modifiers::One),
        "time" | "time without time zone" => means("time without time zone", Modifiers::One),
        "time with time zone" => means("time with time zone", Modifiers::One),
        "interval"
        | "interval second"
        | "interval day to second"
        | "interval hour to second"
        | "interval minute to second" => means("interval", Modifiers::One),
        "interval year"
        | "interval month"
        | "interval day"
        | "interval hour"
        | "interval minute"
        | "interval year to month"
        | "interval day to hour"
        | "interval day to minute"
        | "interval hour to minute" => means("interval", Modifiers::None),
        _ => None,
    }
}

/// The names of `pg_type`, bare or in double quotes.
fn of_typname(name: &str) -> Option<Spelling> {
    let typname = match name.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"')?,
        None => name,
    };
    let found = postgresql().type_of_typname(typname).filter(|found| !found.name.contains('.'));
    if let Some(found) = found {
        let modifiers = match found.name {
            "numeric" => Modifiers::OneOrTwo,
            // Only the grammar's `interval(3)` takes a precision; the name would take PostgreSQL's mask of fields.
            "interval" => Modifiers::None,
            _ if found.takes_modifiers => Modifiers::One,
            _ => Modifiers::None,
        };
        return Some(Spelling {
            name: found.name,
            is_array: false,
            modifiers,
            implied_length: None,
        });
    }
    let element =
        of_typname(typname.strip_prefix('_').filter(|element| !element.starts_with(['_', '"']))?)?;
    Some(Spelling { is_array: true, ..element })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        let name = |spelling| canonical(spelling).map(|found| found.name);
        assert_eq!(name("int"), Some("integer"));
        assert_eq!(name("INT4"), Some("integer"));
        assert_eq!(name("timestamptz"), Some("timestamp with time zone"));
        assert_eq!(name("TimeStamp  With\tTime Zone"), Some("timestamp with time zone"));
        assert_eq!(name("\"char\""), Some("\"char\""));
        assert_eq!(name("char"), Some("character"));
        assert_eq!(name("pg_catalog.int4"), Some("integer"));
        assert_eq!(name("pg_catalog.integer"), None);
        assert_eq!(name("\"integer\""), None);
        assert_eq!(name("serial"), None);
        assert_eq!(name("citext"), None);
        assert_eq!(name("\""), None);
        assert_eq!(name(""), None);
        assert_eq!(
            canonical("_int4").map(|found| (found.name, found.is_array)),
            Some(("integer", true))
        );
        assert_eq!(canonical("bpchar").and_then(|found| found.implied_length), None);
        assert_eq!(canonical("char").and_then(|found| found.implied_length), Some(1));
        assert_eq!(canonical("numeric").map(|found| found.modifiers), Some(Modifiers::OneOrTwo));
    }
}
