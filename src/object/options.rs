//! Reads the lists that many kinds take: `name = value`, `OPTIONS (name 'value')`.

use super::path::split_path;
use super::reader::Reader;
use crate::sql::definition::{Definition, ForeignOption, Parameters};
use crate::sql::ident::quote_ident;
use crate::sql::writer::comma;
use crate::syntax::{Node, Rule};

/// Reads `(name = value, …)`; the node is the list itself.
pub(crate) fn definitions(list: Node<'_>, cx: &mut Reader<'_>) -> Vec<Definition> {
    let read = |node: Node<'_>| {
        let key = node.child(Rule::definition_key)?;
        let parts: Vec<String> =
            split_path(key.text()).iter().map(|part| part.name.to_string()).collect();
        let value = node.child(Rule::definition_value).map(|value| cx.text(value).as_ref().into());
        Some(Definition { name: parts.join(".").into(), value })
    };
    list.all(Rule::definition).filter_map(read).collect()
}

/// Reads the list among a node's children, and reports each of these names that it lacks.
pub(crate) fn required(node: Node<'_>, names: &[&str], cx: &mut Reader<'_>) -> Vec<Definition> {
    let list = child_definitions(node, cx);
    for name in names.iter().filter(|name| list.iter().all(|it| it.name != **name)) {
        cx.missing_clause(node, &format!("`{name}`"), &format!("{name} = …"));
    }
    list
}

/// Puts types that a list names into the one spelling that they are compared by, and reports those that do not exist.
pub(crate) fn spell_types(
    definition: &mut [Definition],
    names: &[&str],
    node: Node<'_>,
    cx: &mut Reader<'_>,
) {
    let places = node.child(Rule::definitions).into_iter().flat_map(|it| it.all(Rule::definition));
    for (it, place) in definition.iter_mut().zip(places) {
        let Some(value) = it.value.as_mut().filter(|_| names.contains(&it.name.as_str())) else {
            continue;
        };
        let span = place.child(Rule::definition_value).unwrap_or(place).span();
        if let Some(ty) = cx.type_text(value, span) {
            *value = ty.to_string().into();
        }
    }
}

/// Reads the list among a node's children; empty where there is none.
pub(crate) fn child_definitions(node: Node<'_>, cx: &mut Reader<'_>) -> Vec<Definition> {
    node.child(Rule::definitions).map(|list| definitions(list, cx)).unwrap_or_default()
}

/// Reads `with (name = value, …)` among a node's children.
pub(crate) fn with(node: Node<'_>, cx: &mut Reader<'_>) -> Parameters {
    Parameters(node.child(Rule::with).map(|with| child_definitions(with, cx)).unwrap_or_default())
}

/// Reads `options (name 'value', …)` among a node's children.
pub(crate) fn foreign(node: Node<'_>, cx: &mut Reader<'_>) -> Vec<ForeignOption> {
    let Some(list) = node.child(Rule::options) else { return Vec::new() };
    foreign_list(list, cx)
}

/// Reads the options of an `options (…)` node.
pub(crate) fn foreign_list(list: Node<'_>, cx: &mut Reader<'_>) -> Vec<ForeignOption> {
    let read = |node: Node<'_>| {
        let name = cx.child_name(node)?;
        Some(ForeignOption { name, value: node.child(Rule::string)?.text().into() })
    };
    list.all(Rule::option).filter_map(read).collect()
}

/// Writes what leads from some options to others, as `ALTER … OPTIONS (…)` takes it.
pub(crate) fn changes(old: &[ForeignOption], new: &[ForeignOption]) -> Vec<String> {
    let known = |list: &[ForeignOption], name: &str| list.iter().any(|it| it.name == name);
    let gone = old.iter().filter(|it| !known(new, &it.name));
    let mut out: Vec<String> = gone.map(|it| format!("DROP {}", quote_ident(&it.name))).collect();
    for option in new.iter().filter(|it| !old.contains(it)) {
        let word = if known(old, &option.name) { "SET" } else { "ADD" };
        out.push(format!("{word} {} {}", quote_ident(&option.name), option.value));
    }
    out
}

/// Writes what leads from some options to others as a clause, `OPTIONS (ADD a '1', DROP b)`; `None` where they are the same.
pub(crate) fn change(old: &[ForeignOption], new: &[ForeignOption]) -> Option<String> {
    let changes = changes(old, new);
    (!changes.is_empty()).then(|| format!("OPTIONS ({})", comma(changes)))
}
