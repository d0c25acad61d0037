//! Reads the keys of a TOML table: each once, each of the right type; those that nobody asked for are reported.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{UNKNOWN_KEY, WRONG_VALUE};
use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::source::{FileId, Span};

/// A value and its place.
pub(super) type Placed<T> = (T, Span);

/// One table of the file.
pub(super) struct Keys<'t> {
    /// Its name as written, `[rust]`; empty for the file itself.
    name: &'static str,
    file: FileId,
    table: &'t DeTable<'t>,
    asked: Vec<&'static str>,
}

impl<'t> Keys<'t> {
    pub(super) fn new(name: &'static str, file: FileId, table: &'t DeTable<'t>) -> Self {
        Keys { name, file, table, asked: Vec::new() }
    }

    /// Returns a string.
    pub(super) fn text(
        &mut self,
        key: &'static str,
        out: &mut Diagnostics,
    ) -> Option<Placed<String>> {
        let value = self.value(key)?;
        let found = text_of(value, self.file);
        if found.is_none() {
            out.push(self.wrong_type(key, value, "a string"));
        }
        found
    }

    /// Returns a boolean.
    pub(super) fn flag(&mut self, key: &'static str, out: &mut Diagnostics) -> Option<bool> {
        let value = self.value(key)?;
        let DeValue::Boolean(flag) = value.get_ref() else {
            out.push(self.wrong_type(key, value, "true or false"));
            return None;
        };
        Some(*flag)
    }

    /// Returns a list of strings; a string is a list of one where that is allowed.
    pub(super) fn texts(
        &mut self,
        key: &'static str,
        single: Single,
        out: &mut Diagnostics,
    ) -> Option<Vec<Placed<String>>> {
        let value = self.value(key)?;
        let expected = match single {
            Single::Allowed => "a string or a list of strings",
            Single::Refused => "a list of strings",
        };
        if let (Single::Allowed, Some(text)) = (single, text_of(value, self.file)) {
            return Some(vec![text]);
        }
        let DeValue::Array(values) = value.get_ref() else {
            out.push(self.wrong_type(key, value, expected));
            return None;
        };
        let mut texts = Vec::new();
        for value in values.iter() {
            match text_of(value, self.file) {
                Some(text) => texts.push(text),
                None => out.push(self.wrong_type(key, value, "a list of strings only")),
            }
        }
        Some(texts)
    }

    /// Returns the keys of a table inside this one.
    pub(super) fn table(
        &mut self,
        key: &'static str,
        name: &'static str,
        out: &mut Diagnostics,
    ) -> Option<Keys<'t>> {
        let value = self.value(key)?;
        let DeValue::Table(table) = value.get_ref() else {
            out.push(self.wrong_type(key, value, "a table"));
            return None;
        };
        Some(Keys::new(name, self.file, table))
    }

    /// Returns every key with its place and its value.
    pub(super) fn all(&self) -> impl Iterator<Item = (Placed<&'t str>, &'t Spanned<DeValue<'t>>)> {
        let file = self.file;
        self.table
            .iter()
            .map(move |(key, value)| ((key.get_ref().as_ref(), place(file, key.span())), value))
    }

    /// Reports the keys that nobody asked for.
    pub(super) fn finish(self, out: &mut Diagnostics) {
        for ((key, span), _) in self.all().filter(|((key, _), _)| !self.asked.contains(key)) {
            let table = if self.name.is_empty() { "schemac.toml" } else { self.name };
            let known: Vec<String> = self.asked.iter().map(|it| format!("`{it}`")).collect();
            let help = did_you_mean(key, self.asked.iter().copied());
            let help =
                help.unwrap_or_else(|| format!("the keys of {table} are {}", known.join(", ")));
            let diagnostic = Diagnostic::new(&UNKNOWN_KEY, format!("{table} has no key `{key}`"));
            out.push(diagnostic.label(span, "unknown").help(help));
        }
    }

    fn value(&mut self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.push(key);
        self.table.iter().find(|(it, _)| it.get_ref() == key).map(|(_, value)| value)
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) -> Diagnostic {
        let found = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let label = format!("is {found}");
        wrong_value(format!("`{key}` must be {expected}"), place(self.file, value.span()), label)
    }
}

/// Whether one string may stand for a list of one.
#[derive(Clone, Copy)]
pub(super) enum Single {
    Allowed,
    Refused,
}

/// Returns a string and its place, if the value is one.
pub(super) fn text_of(value: &Spanned<DeValue<'_>>, file: FileId) -> Option<Placed<String>> {
    let DeValue::String(text) = value.get_ref() else { return None };
    Some((text.to_string(), place(file, value.span())))
}

/// Returns the place of a range of bytes.
pub(super) fn place(file: FileId, range: Range<usize>) -> Span {
    Span { file, start: range.start as u32, end: range.end as u32 }
}

/// Says that a value is not one of those that its key takes.
pub(super) fn wrong_value(message: String, at: Span, label: impl Into<String>) -> Diagnostic {
    Diagnostic::new(&WRONG_VALUE, message).label(at, label)
}
