//! Attributes that say something of the database: exact comments, routines that are not read.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some have attributes of their own"
)]

use std::sync::Arc;

use super::hints::{WRONG_ATTRIBUTE_ARGUMENT, key, value};
use crate::diagnostic::Diagnostic;
use crate::object::Object;
use crate::object::address::Name;
use crate::object::column::{Column, Value};
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
        _ => {}
    }
    for (text, about, node) in comments(metas) {
        let slot = match (&mut *object, &about) {
            (_, About::Itself) => continue,
            (Object::Domain(it), About::Constraint(name)) => {
                let checks = &mut Arc::make_mut(it).checks;
                checks.iter_mut().find(|it| it.name == *name).map(|it| &mut it.comment)
            }
            (Object::Domain(it), About::NotNull) if it.not_null => {
                Some(&mut Arc::make_mut(it).not_null_comment)
            }
            (Object::Constraint(it), About::Index) if it.has_index() => {
                Some(&mut Arc::make_mut(it).index_comment)
            }
            _ => None,
        };
        match slot {
            Some(slot) => *slot = Some(text),
            None => nothing_there(&about, node, cx),
        }
    }
}

/// Takes what attributes say of a column; only tables have columns with more than a comment.
pub(super) fn of_column(column: Option<&mut Column>, metas: &[Node<'_>], cx: &mut Reader<'_>) {
    let mut column = column;
    if let Some(column) = column.as_deref_mut() {
        column.inherited |= metas.iter().any(|it| is_attribute(*it, "inherited"));
    }
    for (text, about, node) in comments(metas).filter(|(_, about, _)| *about != About::Itself) {
        let slot = column.as_deref_mut().and_then(|column| {
            let has_sequence = matches!(column.value, Value::Identity(..));
            let beside = &mut column.comments_beside;
            match about {
                About::NotNull => Some(&mut beside.get_or_insert_default().not_null),
                About::Sequence if has_sequence => {
                    Some(&mut beside.get_or_insert_default().sequence)
                }
                About::Itself | About::Constraint(_) | About::Index | About::Sequence => None,
            }
        });
        match slot {
            Some(slot) => *slot = Some(text),
            None => nothing_there(&about, node, cx),
        }
    }
}

fn nothing_there(about: &About, node: Node<'_>, cx: &mut Reader<'_>) {
    let (what, help) = match about {
        About::Constraint(name) => (format!("constraint `{name}`"), "name a check of the domain"),
        About::NotNull => ("`not null`".to_owned(), "delete the comment, or say `not null`"),
        About::Index => ("index".to_owned(), "delete `index` to say it of the constraint"),
        About::Sequence => ("sequence".to_owned(), "delete `sequence` to say it of the column"),
        About::Itself => return,
    };
    let message = format!("there is no {what} that this comment can be on");
    let diagnostic = Diagnostic::new(&WRONG_ATTRIBUTE_ARGUMENT, message);
    cx.report(diagnostic.label(node.span(), "here").help(help));
}

/// Tells whether a node is the attribute of a name.
pub(super) fn is_attribute(node: Node<'_>, name: &str) -> bool {
    node.rule() == Rule::attribute
        && node.child(Rule::attr_name).is_some_and(|it| it.text() == name)
}

/// What a comment is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// What it stands before.
    Itself,
    /// A check of the domain that it stands before.
    Constraint(Name),
    /// The NOT NULL constraint.
    NotNull,
    /// The index behind the constraint.
    Index,
    /// The sequence behind the identity column.
    Sequence,
}

impl About {
    /// Returns what a word in the attribute means.
    pub(super) fn of(word: &str) -> Option<About> {
        match word {
            "not_null" => Some(About::NotNull),
            "index" => Some(About::Index),
            "sequence" => Some(About::Sequence),
            _ => None,
        }
    }
}

/// Returns what each `#[comment('…')]` says, and what of.
fn comments<'a>(metas: &'a [Node<'_>]) -> impl Iterator<Item = (Box<str>, About, Node<'a>)> + 'a {
    metas.iter().filter(|it| is_attribute(**it, "comment")).filter_map(|it| {
        let arguments: Vec<Node<'_>> =
            it.child(Rule::attr_args).into_iter().flat_map(|it| it.all(Rule::attr_arg)).collect();
        let text = arguments.iter().find(|it| !it.has(Rule::attr_key))?;
        let constraint = arguments.iter().find(|it| key(**it) == Some("constraint"));
        let about = match constraint {
            Some(name) => About::Constraint(value(*name).into()),
            None => arguments.iter().find_map(|it| About::of(it.text())).unwrap_or(About::Itself),
        };
        Some((value(*text).into(), about, *it))
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
    let exact = comments(metas).filter(|(_, about, _)| *about == About::Itself).last();
    if let Some((text, _, _)) = exact {
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
