//! Attributes that say something of the database: exact comments, routines that are not read.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some have attributes of their own"
)]

use std::sync::Arc;

use super::hints::{key, value};
use crate::object::Object;
use crate::object::address::Name;
use crate::object::reader::{Form, Reader};
use crate::syntax::{Node, Rule};

/// Takes what attributes say of the object itself; its texts begin at a place in the list of them.
pub(super) fn of_object(
    object: &mut Object,
    metas: &[Node<'_>],
    n_texts: usize,
    cx: &mut Reader<'_>,
) {
    match object {
        Object::Routine(routine) if metas.iter().any(|it| is_attribute(*it, "unchecked")) => {
            Arc::make_mut(routine).unchecked.0 = true;
            // What its parameters are by default is read all the same.
            let mut n = 0;
            cx.texts.retain(|text| {
                n += 1;
                n <= n_texts || text.form == Form::Value
            });
        }
        Object::Domain(domain) => {
            for (text, constraint) in comments(metas) {
                let checks = &mut Arc::make_mut(domain).checks;
                let check =
                    constraint.and_then(|name| checks.iter_mut().find(|it| it.name == name));
                if let Some(check) = check {
                    check.comment = Some(text);
                }
            }
        }
        _ => {}
    }
}

/// Tells whether a node is the attribute of a name.
pub(super) fn is_attribute(node: Node<'_>, name: &str) -> bool {
    node.rule() == Rule::attribute
        && node.child(Rule::attr_name).is_some_and(|it| it.text() == name)
}

/// Returns what `#[comment('…')]` says, and the constraint of a domain that `constraint = '…'` names.
pub(super) fn comments<'a>(
    metas: &'a [Node<'_>],
) -> impl Iterator<Item = (Box<str>, Option<Name>)> + 'a {
    metas.iter().filter(|it| is_attribute(**it, "comment")).filter_map(|it| {
        let arguments =
            || it.child(Rule::attr_args).into_iter().flat_map(|it| it.all(Rule::attr_arg));
        let text = arguments().find(|it| !it.has(Rule::attr_key))?;
        let constraint = arguments().find(|it| key(*it) == Some("constraint"));
        Some((value(text).into(), constraint.map(|it| value(it).into())))
    })
}

/// Returns the extensions that `#[depends_on_extension(…)]` names.
pub(super) fn extensions(metas: &[Node<'_>]) -> Vec<Name> {
    let found = metas.iter().filter(|it| is_attribute(**it, "depends_on_extension"));
    let arguments =
        found.filter_map(|it| it.child(Rule::attr_args)).flat_map(|it| it.all(Rule::attr_arg));
    let mut names: Vec<Name> = arguments.map(|it| Name::from(value(it))).collect();
    names.sort();
    names
}

/// Joins the lines of doc-comments; `#[comment('…')]` holds what lines can't.
pub(super) fn docs(metas: &[Node<'_>]) -> Option<Box<str>> {
    if let Some((text, None)) =
        comments(metas).filter(|(_, constraint)| constraint.is_none()).last()
    {
        return Some(text);
    }
    let lines: Vec<&str> = metas
        .iter()
        .filter(|it| it.rule() == Rule::doc)
        .map(|it| it.text().trim_start_matches("///"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n").into())
}
