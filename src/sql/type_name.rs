//! Names of types: one form for every spelling.

use std::fmt;

use smol_str::SmolStr;

use super::builtin::spelling::{self, Modifiers};
use super::ident::quote_ident;

/// The schema of PostgreSQL's own objects.
pub const PG_CATALOG: &str = "pg_catalog";

/// A type as a column or parameter has it.
///
/// Spellings that mean the same type are equal: `int4` and `integer`, `timestamptz(3)` and
/// `timestamp(3) with time zone` (manual chapter 8).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeName {
    /// `pg_catalog` for PostgreSQL's own; empty where only the server knows, as for what an unknown extension brings.
    pub schema: SmolStr,
    /// As `format_type` prints it for PostgreSQL's own (`integer`), else the name in its schema.
    pub name: SmolStr,
    /// What stands in parentheses, as `12,2`; the fields of an interval; empty without.
    pub modifier: SmolStr,
    /// Dimensions of an array; 0 for no array. PostgreSQL keeps no number of dimensions, so a type has 0 or 1.
    pub dimensions: u8,
}

impl TypeName {
    /// Makes the name of one of PostgreSQL's own types, as `format_type` prints it.
    pub fn builtin(name: &str) -> Self {
        let (name, dimensions) = name.strip_suffix("[]").map_or((name, 0), |element| (element, 1));
        TypeName {
            schema: PG_CATALOG.into(),
            name: name.into(),
            modifier: SmolStr::default(),
            dimensions,
        }
    }

    /// Makes the name of a type in a schema.
    pub fn named(schema: SmolStr, name: SmolStr) -> Self {
        TypeName { schema, name, modifier: SmolStr::default(), dimensions: 0 }
    }

    /// Tells whether the type is PostgreSQL's own.
    pub fn is_builtin(&self) -> bool {
        self.schema == PG_CATALOG
    }

    /// Tells whether this is PostgreSQL's own type of this name, with whatever modifier, and no array.
    pub fn is(&self, name: &str) -> bool {
        self.is_builtin() && self.dimensions == 0 && self.name == name
    }

    /// Returns the type without modifier, as the identity of a function has it.
    #[must_use]
    pub fn without_modifier(&self) -> TypeName {
        TypeName { modifier: SmolStr::default(), ..self.clone() }
    }

    /// Returns the type of the elements.
    #[must_use]
    pub fn element(&self) -> TypeName {
        TypeName { dimensions: 0, ..self.clone() }
    }

    /// Returns the type of arrays of this type.
    #[must_use]
    pub fn array(&self) -> TypeName {
        TypeName { dimensions: 1, ..self.clone() }
    }
}

/// Writes the type as PostgreSQL's `format_type` does, always with the schema of a type that is not PostgreSQL's own.
impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_builtin() {
            let (head, tail) = match self.name.as_str() {
                "timestamp with time zone" => ("timestamp", " with time zone"),
                "timestamp without time zone" => ("timestamp", " without time zone"),
                "time with time zone" => ("time", " with time zone"),
                "time without time zone" => ("time", " without time zone"),
                "interval" if !self.modifier.starts_with(|c: char| c.is_ascii_digit()) => {
                    f.write_str("interval")?;
                    if !self.modifier.is_empty() {
                        write!(f, " {}", self.modifier)?;
                    }
                    ("", "")
                }
                // `character` alone means one character, and `bpchar` any number of them.
                "character" if self.modifier.is_empty() => ("bpchar", ""),
                // `bit` alone means one bit; in quotes it is only the name.
                "bit" if self.modifier.is_empty() => ("\"bit\"", ""),
                name => (name, ""),
            };
            f.write_str(head)?;
            if !self.modifier.is_empty() && !head.is_empty() {
                write!(f, "({})", self.modifier)?;
            }
            f.write_str(tail)?;
        } else {
            if !self.schema.is_empty() {
                write!(f, "{}.", quote_ident(&self.schema))?;
            }
            f.write_str(&quote_ident(&self.name))?;
            if !self.modifier.is_empty() {
                write!(f, "({})", self.modifier)?;
            }
        }
        f.write_str(if self.dimensions == 0 { "" } else { "[]" })
    }
}

/// A spelling of a type taken apart, before its name is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelled<'t> {
    /// The name with its words, without modifier and brackets: `timestamp with time zone`, `auth.email`.
    pub name: std::borrow::Cow<'t, str>,
    /// The text in parentheses, blanks taken out.
    pub modifier: SmolStr,
    /// The fields of an interval.
    pub fields: SmolStr,
    /// Whether brackets or `array` follow.
    pub is_array: bool,
}

/// Takes a spelling apart.
pub fn take_apart(text: &str) -> Spelled<'_> {
    let mut rest = text.trim();
    let mut is_array = false;
    loop {
        let before = rest;
        if let Some(open) =
            rest.strip_suffix(']').and_then(|inner| inner.rfind('[').map(|at| (inner, at)))
        {
            rest = open.0.get(..open.1).unwrap_or("").trim_end();
            is_array = true;
        }
        let ends_in_array = rest.len().checked_sub(6).and_then(|at| rest.get(at..));
        if ends_in_array.is_some_and(|tail| tail.eq_ignore_ascii_case(" array")) {
            rest = rest.get(..rest.len() - 6).unwrap_or("").trim_end();
            is_array = true;
        }
        if rest.len() == before.len() {
            break;
        }
    }
    let quoted = rest.rfind('"').map_or(0, |at| at + 1);
    let open = rest.get(quoted..).and_then(|tail| tail.find('(')).map(|at| at + quoted);
    let close = rest.rfind(')');
    let (head, modifier, tail) = match (open, close) {
        (Some(open), Some(close)) if open < close => {
            let part = |from: usize, to: usize| rest.get(from..to).unwrap_or("");
            (part(0, open), part(open + 1, close), part(close + 1, rest.len()))
        }
        _ => (rest, "", ""),
    };
    let modifier: SmolStr = modifier.split(',').map(str::trim).collect::<Vec<_>>().join(",").into();
    let mut fields = SmolStr::default();
    let mut name = std::borrow::Cow::Borrowed(head.trim());
    if !tail.trim().is_empty() {
        name = std::borrow::Cow::Owned(format!("{} {}", head.trim(), tail.trim()));
    }
    if name.get(..9).is_some_and(|word| word.eq_ignore_ascii_case("interval ")) {
        let words = name.split_ascii_whitespace().skip(1).map(str::to_ascii_lowercase);
        fields = words.collect::<Vec<_>>().join(" ").into();
    }
    Spelled { name, modifier, fields, is_array }
}

/// What a spelling of one of PostgreSQL's own types means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Builtin {
    /// This type.
    Type(TypeName),
    /// A type of PostgreSQL's own, with a modifier that it does not take.
    WrongModifier(&'static str),
    /// None of PostgreSQL's own types is spelled so.
    None,
}

/// Looks a spelling up among PostgreSQL's own types.
pub fn builtin(spelled: &Spelled<'_>) -> Builtin {
    let Some(found) = spelling::canonical(&spelled.name) else { return Builtin::None };
    let n_modifiers =
        if spelled.modifier.is_empty() { 0 } else { spelled.modifier.split(',').count() };
    let numbers = spelled
        .modifier
        .split(',')
        .all(|part| part.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit()));
    let allowed = match found.modifiers {
        Modifiers::None => 0,
        Modifiers::One | Modifiers::FloatDigits => 1,
        Modifiers::OneOrTwo => 2,
    };
    if allowed < n_modifiers || !numbers {
        return Builtin::WrongModifier(found.name);
    }
    let mut name = found.name;
    let mut modifier = spelled.modifier.clone();
    if matches!(found.modifiers, Modifiers::FloatDigits) && n_modifiers == 1 {
        let Some(float) = spelled.modifier.parse().ok().and_then(spelling::float) else {
            return Builtin::WrongModifier("float");
        };
        (name, modifier) = (float, SmolStr::default());
    }
    if let (Some(length), true) = (found.implied_length, modifier.is_empty()) {
        modifier = smol_str::format_smolstr!("{length}");
    }
    // `numeric(12)` is `numeric(12,0)` (manual 8.1.2).
    if name == "numeric" && n_modifiers == 1 {
        modifier = smol_str::format_smolstr!("{modifier},0");
    }
    if !spelled.fields.is_empty() {
        modifier = match modifier.as_str() {
            "" => spelled.fields.clone(),
            digits => smol_str::format_smolstr!("{}({digits})", spelled.fields),
        };
    }
    let dimensions = u8::from(spelled.is_array || found.is_array);
    Builtin::Type(TypeName { schema: PG_CATALOG.into(), name: name.into(), modifier, dimensions })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match builtin(&take_apart(text)) {
            Builtin::Type(found) => found.to_string(),
            Builtin::WrongModifier(name) => format!("{name}: wrong modifier"),
            Builtin::None => "unknown".to_owned(),
        }
    }

    #[test]
    fn every_spelling_means_one_type() {
        for (text, expected) in [
            ("int8", "bigint"),
            ("timestamptz", "timestamp with time zone"),
            ("timestamptz(3)", "timestamp(3) with time zone"),
            ("TIMESTAMP (3)  WITH time zone", "timestamp(3) with time zone"),
            ("numeric(12)", "numeric(12,0)"),
            ("numeric( 18 , 4 )", "numeric(18,4)"),
            ("char", "character(1)"),
            ("bpchar", "bpchar"),
            ("\"char\"", "\"char\""),
            ("varchar(20)[]", "character varying(20)[]"),
            ("text array", "text[]"),
            ("int[3][3]", "integer[]"),
            ("float(20)", "real"),
            ("interval day to second(3)", "interval day to second(3)"),
            ("interval(3)", "interval(3)"),
            ("interval year", "interval year"),
            ("bit varying(5)", "bit varying(5)"),
            ("boolean(1)", "boolean: wrong modifier"),
            ("citext", "unknown"),
            ("auth.email", "unknown"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
