//! Names of routines: by their argument types, or by name alone where only one can be meant.

use super::address::{Address, Kind, Name, Qualified};
use super::path::split_path;
use super::reader::Reader;
use crate::sql::ident::quote_ident;
use crate::sql::type_name::TypeName;
use crate::syntax::{Node, Rule};

/// Returns the name of a routine as addresses have it: `f(integer, text)`.
pub(crate) fn name(name: &str, arguments: &[TypeName]) -> Name {
    let types: Vec<String> = arguments.iter().map(|ty| ty.without_modifier().to_string()).collect();
    format!("{name}({})", types.join(", ")).into()
}

/// Returns an address that stands for every routine of a name.
///
/// [`crate::catalog::Catalog`] finds them all: PostgreSQL allows a name alone where it is clear, as for a handler.
pub(crate) fn by_name(function: &Qualified) -> Address {
    Address::new(Kind::Routine, function.schema.clone(), function.name.clone())
}

/// Returns the address of every routine that a text names; a bare name is in the schema given.
pub(crate) fn called(text: &str, schema: &Name) -> Address {
    by_name(&named(text, schema))
}

/// Takes the text of a function's name apart; a bare one is in the schema given.
pub(crate) fn named(text: &str, schema: &Name) -> Qualified {
    let mut parts = split_path(text);
    let name = parts.pop().map(|part| part.name).unwrap_or_default();
    Qualified { schema: parts.pop().map_or_else(|| schema.clone(), |part| part.name), name }
}

/// Writes a routine at an address as SQL: the name quoted where it must be, then the argument types.
pub(crate) fn sql(at: &Address) -> String {
    let (name, arguments) = split(&at.name);
    format!("{}.{}{arguments}", quote_ident(&at.schema), quote_ident(name))
}

/// Takes the name of a routine as addresses have it apart: `f`, `(integer, text)`. The name itself may have parentheses.
pub(crate) fn split(name: &str) -> (&str, &str) {
    let starts = name.match_indices('(').map(|(at, _)| at);
    let mut pairs = starts.filter_map(|at| name.split_at_checked(at));
    pairs.find(|(_, arguments)| is_one_group(arguments)).unwrap_or((name, "()"))
}

/// Tells whether the parenthesis that a text begins with is closed by its last character.
fn is_one_group(text: &str) -> bool {
    let (mut depth, mut quoted) = (0_u32, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + c.len_utf8() == text.len();
        }
    }
    false
}

/// Reads `name(types)` of a routine that is referred to: its address, by name alone where no types are given.
pub(crate) fn read_ref(node: Node<'_>, cx: &mut Reader<'_>) -> Option<Address> {
    let function = cx.function_ref(node.child(Rule::path)?)?;
    match node.child(Rule::signature) {
        None => Some(by_name(&function)),
        Some(list) => {
            let arguments = types(list, cx);
            Some(Address::new(Kind::Routine, function.schema, name(&function.name, &arguments)))
        }
    }
}

/// Reads the argument types of a signature: `(integer, in text, out x bigint)`. Names and modes are left out; what
/// only goes out is no part of the identity.
pub(crate) fn types(list: Node<'_>, cx: &mut Reader<'_>) -> Vec<TypeName> {
    let text = list.text();
    let inside = text.strip_prefix('(').and_then(|it| it.strip_suffix(')')).unwrap_or(text);
    let mut out = Vec::new();
    for part in split_commas(inside) {
        let mut part = part.trim();
        if part.is_empty() {
            continue;
        }
        let mode = part.split_ascii_whitespace().next().unwrap_or("").to_ascii_lowercase();
        if ["in", "inout", "variadic", "out"].contains(&mode.as_str()) {
            part = part.get(mode.len()..).unwrap_or("").trim_start();
        }
        let part = part.split_once(':').map_or(part, |(_, ty)| ty.trim());
        if mode != "out" {
            out.extend(cx.type_text(part, list.span()));
        }
    }
    out
}

/// Splits at commas outside parentheses and quotes.
fn split_commas(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut quoted, mut start) = (Vec::new(), 0, false, 0);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(text.get(start..at).unwrap_or(""));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or(""));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_of_a_routine_are_its_last_parentheses() {
        assert_eq!(split("f(integer, text)"), ("f", "(integer, text)"));
        assert_eq!(split("odd (name)(integer)"), ("odd (name)", "(integer)"));
        assert_eq!(split("f(\"t)(\")"), ("f", "(\"t)(\")"));
        assert_eq!(split("f"), ("f", "()"));
    }
}
