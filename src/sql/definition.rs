//! `name = value` lists, as CREATE AGGREGATE, CREATE OPERATOR, WITH and others take them.

use smol_str::SmolStr;

/// One `name = value`, or a name alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Definition {
    /// Lower case unless it was quoted; a schema and a dot before it as in `toast.autovacuum_enabled`.
    pub name: SmolStr,
    /// The value as written.
    pub value: Option<Box<str>>,
}

/// Returns the value of a name.
pub fn value<'d>(list: &'d [Definition], name: &str) -> Option<&'d str> {
    list.iter().find(|it| it.name == name).and_then(|it| it.value.as_deref())
}

/// Writes a list without its parentheses, in the order given.
pub fn write(list: &[Definition]) -> String {
    let parts = list.iter().map(|it| match &it.value {
        Some(value) => format!("{} = {value}", it.name),
        None => it.name.to_string(),
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Storage and other parameters, as WITH takes them: kept as they were given, equal whatever their order.
#[derive(Clone, Debug, Default, Eq)]
pub struct Parameters(pub Vec<Definition>);

impl PartialEq for Parameters {
    fn eq(&self, other: &Self) -> bool {
        let sorted = |it: &Parameters| {
            let mut list = it.0.clone();
            list.sort();
            list
        };
        sorted(self) == sorted(other)
    }
}

impl Parameters {
    /// Writes ` WITH (…)`, or nothing for none.
    pub fn sql(&self) -> String {
        if self.0.is_empty() { String::new() } else { format!(" WITH ({})", write(&self.0)) }
    }
}

/// Returns what leads from some parameters to others where none can be reset: those that are gone get what they have
/// where nothing is said.
pub fn restored<'d>(
    old: &Parameters,
    new: &Parameters,
    default: impl Fn(&str) -> Option<&'d str>,
) -> Vec<Definition> {
    let gone = old.0.iter().filter(|it| new.0.iter().all(|other| other.name != it.name));
    let restored = gone.filter_map(|it| {
        let value = default(&it.name)?;
        Some(Definition { name: it.name.clone(), value: Some(value.into()) })
    });
    let fresh = new.0.iter().filter(|it| !old.0.contains(it)).cloned();
    restored.chain(fresh).collect()
}

/// One `name 'value'` of OPTIONS.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignOption {
    /// The name.
    pub name: SmolStr,
    /// The string literal as written, with its quotes.
    pub value: Box<str>,
}

/// Writes ` OPTIONS (…)`, or nothing for none.
pub fn write_options(options: &[ForeignOption]) -> String {
    if options.is_empty() {
        return String::new();
    }
    let parts =
        options.iter().map(|it| format!("{} {}", super::ident::quote_ident(&it.name), it.value));
    format!(" OPTIONS ({})", parts.collect::<Vec<_>>().join(", "))
}

/// Returns what a string literal stands for: `'it''s'`, `E'a\n'` (PostgreSQL manual 4.1.2).
pub fn unquote(literal: &str) -> Box<str> {
    let text = literal.trim();
    let escapes = text.starts_with(['e', 'E']);
    let inside = text.trim_start_matches(|c| c != '\'');
    let inside = inside.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')).unwrap_or(inside);
    let plain = inside.replace("''", "'");
    if !escapes || !plain.contains('\\') {
        return plain.into();
    }
    let mut out = String::with_capacity(plain.len());
    let mut chars = plain.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some(other) => out.push(other),
            None => {}
        }
    }
    out.into()
}
