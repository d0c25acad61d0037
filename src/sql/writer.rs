//! Pieces of statements that many kinds write.

use std::fmt::Display;

use super::ident::{quote_ident, quote_literal};

/// Returns a name with its schema, both quoted where they must be; the name alone for an empty schema.
pub fn qualified(schema: &str, name: &str) -> String {
    match schema {
        "" => quote_ident(name).into_owned(),
        _ => format!("{}.{}", quote_ident(schema), quote_ident(name)),
    }
}

/// Returns names quoted where they must be, with commas between.
pub fn name_list<'n>(names: impl IntoIterator<Item = &'n smol_str::SmolStr>) -> String {
    comma(names.into_iter().map(|name| quote_ident(name)))
}

/// Joins parts with commas.
pub fn comma(parts: impl IntoIterator<Item = impl Display>) -> String {
    let parts: Vec<String> = parts.into_iter().map(|part| part.to_string()).collect();
    parts.join(", ")
}

/// Writes the statement that gives an object its comment, or takes it away.
pub fn comment_on(target: &str, comment: Option<&str>) -> String {
    let text = comment.map_or_else(|| "NULL".to_owned(), quote_literal);
    format!("COMMENT ON {target} IS {text}")
}
