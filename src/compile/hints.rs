//! What a source says of Rust: names, types, derives. It never changes the database.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds and rules, only some have what is looked for here"
)]

use std::collections::BTreeMap;

use super::attributes::About;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Fix, did_you_mean, nearest_alone};
use crate::object::address::{Address, Name};
use crate::object::reader::Reader;
use crate::source::Span;
use crate::syntax::{Node, Rule};

rule!(UNKNOWN_ATTRIBUTE, Error, "unknown-attribute");
rule!(WRONG_ATTRIBUTE_ARGUMENT, Error, "wrong-attribute-argument");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] =
    &[&UNKNOWN_ATTRIBUTE, &WRONG_ATTRIBUTE_ARGUMENT];

/// The hints for every object and its members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    objects: BTreeMap<Address, Hint>,
    members: BTreeMap<(Address, Name), Hint>,
}

/// What is said of one object, column, attribute or label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hint {
    /// The Rust name: `as Name`.
    pub name: Option<Name>,
    /// The Rust type of a column: `#[rust(type = path::Type)]`.
    pub ty: Option<Box<str>>,
    /// The newtype that a key column gets: `#[rust(newtype = Name)]`.
    pub newtype: Option<Name>,
    /// Traits to derive besides: `#[rust(derive = Hash)]` or `#[derive(Hash)]`.
    pub derives: Vec<Box<str>>,
    /// Whether it is left out: `#[rust(skip)]`.
    pub skip: bool,
    /// Names of relations as they are followed from Rust: `#[relation(author, inverse = posts)]`.
    pub relation: Option<(Name, Option<Name>)>,
    /// Its documentation.
    pub docs: Option<Box<str>>,
    /// Its old name: `#[renamed_from(old)]`.
    pub renamed_from: Option<Name>,
    /// The expression that makes a value of a column's new type of one of its old: `#[using('…')]`.
    pub using: Option<Box<str>>,
}

impl Hints {
    /// Returns what is said of an object.
    pub fn object(&self, at: &Address) -> Option<&Hint> {
        self.objects.get(at)
    }

    /// Returns what is said of a column, attribute or label.
    pub fn member(&self, at: &Address, name: &Name) -> Option<&Hint> {
        self.members.get(&(at.clone(), name.clone()))
    }

    /// Returns what has an old name: the object, the member of it where it is one, and that name.
    pub fn renames(&self) -> impl Iterator<Item = (&Address, Option<&Name>, &Name)> {
        let objects = self.objects.iter().map(|(at, hint)| (at, None, hint));
        let members = self.members.iter().map(|((at, name), hint)| (at, Some(name), hint));
        let all = objects.chain(members);
        all.filter_map(|(at, member, hint)| Some((at, member, hint.renamed_from.as_ref()?)))
    }

    /// Returns the expressions that make values of new types, by object and column.
    pub fn conversions(&self) -> impl Iterator<Item = (&Address, &Name, &str)> {
        let members = self.members.iter();
        members.filter_map(|((at, name), hint)| Some((at, name, hint.using.as_deref()?)))
    }

    pub(super) fn add_object(&mut self, at: Address, hint: Hint) {
        if hint != Hint::default() {
            self.objects.insert(at, hint);
        }
    }

    pub(super) fn add_member(&mut self, at: Address, name: Name, hint: Hint) {
        if hint != Hint::default() {
            self.members.insert((at, name), hint);
        }
    }
}

/// The attributes there are.
const NAMES: [&str; 10] = [
    "rust",
    "renamed_from",
    "using",
    "relation",
    "allow",
    "derive",
    "inherited",
    "comment",
    "unchecked",
    "depends_on_extension",
];

impl Hint {
    /// Reads doc-comments and attributes that stand before a node, and the `as Name` inside it.
    pub(super) fn read(metas: &[Node<'_>], node: Node<'_>, cx: &mut Reader<'_>) -> Hint {
        let mut hint = Hint { docs: super::attributes::docs(metas), ..Hint::default() };
        let named = node.child(Rule::as_rust).and_then(|it| it.child(Rule::rust_name));
        hint.name = named.map(|it| it.text().into());
        for attribute in metas.iter().filter(|it| it.rule() == Rule::attribute) {
            hint.attribute(*attribute, cx);
        }
        hint
    }

    fn attribute(&mut self, node: Node<'_>, cx: &mut Reader<'_>) {
        let Some(name) = node.child(Rule::attr_name) else { return };
        let arguments: Vec<Node<'_>> =
            node.child(Rule::attr_args).into_iter().flat_map(|it| it.all(Rule::attr_arg)).collect();
        match name.text() {
            "rust" => arguments.iter().for_each(|it| self.rust(*it, cx)),
            "renamed_from" => {
                self.renamed_from = arguments.first().map(|it| value(*it)).map(Name::from)
            }
            "using" => self.using = arguments.first().map(|it| value(*it).into()),
            "derive" => self.derives.extend(arguments.iter().map(|it| Box::from(it.text()))),
            // Read for a whole file at once (`allow.rs`): it may stand where there is no object.
            "allow" => {}
            // Read with what they stand at.
            "comment" => arguments.iter().for_each(|it| comment(*it, cx)),
            "inherited" | "unchecked" | "depends_on_extension" => {}
            "relation" => {
                let inverse = arguments
                    .iter()
                    .find(|it| key(**it) == Some("inverse"))
                    .map(|it| Name::from(value(*it)));
                self.relation = arguments
                    .iter()
                    .find(|it| !it.has(Rule::attr_key))
                    .map(|it| (Name::from(value(*it)), inverse));
            }
            other => {
                let diagnostic =
                    Diagnostic::new(&UNKNOWN_ATTRIBUTE, format!("there is no attribute `{other}`"));
                let meant = nearest_alone(other, NAMES).map(|it| Fix::instead(name.span(), it));
                let help = did_you_mean(other, NAMES)
                    .unwrap_or_else(|| format!("the attributes are {}", NAMES.join(", ")));
                cx.report(diagnostic.label(name.span(), "here").help(help).fix_if(meant));
            }
        }
    }

    fn rust(&mut self, argument: Node<'_>, cx: &mut Reader<'_>) {
        let value = value(argument);
        let value = cx.replaced(&value).into_owned();
        match key(argument) {
            Some("type") => self.ty = Some(value.into()),
            Some("newtype") => self.newtype = Some(value.into()),
            Some("derive") => self.derives.push(value.into()),
            Some("name") => self.name = Some(value.into()),
            None if value == "skip" => self.skip = true,
            other => {
                let word = other.unwrap_or(&value);
                wrong(
                    word,
                    argument.span(),
                    "`#[rust(…)]` takes `type = …`, `newtype = …`, `derive = …`, `name = …` and `skip`",
                    cx,
                );
            }
        }
    }
}

/// Reports what is no argument of `#[comment(…)]`; what is said is read with what it stands at.
fn comment(argument: Node<'_>, cx: &mut Reader<'_>) {
    let word = argument.text();
    let is_known = match key(argument) {
        Some(key) => key == "constraint",
        None => word.ends_with('\'') || About::of(word).is_some(),
    };
    if !is_known {
        let help = "it takes a text, and what it is about: `index`, `sequence`, `not_null` or `constraint = '…'`";
        wrong(key(argument).unwrap_or(word), argument.span(), help, cx);
    }
}

fn wrong(word: &str, span: Span, help: &str, cx: &mut Reader<'_>) {
    let diagnostic = Diagnostic::new(
        &WRONG_ATTRIBUTE_ARGUMENT,
        format!("`{word}` is no argument of this attribute"),
    );
    cx.report(diagnostic.label(span, "here").help(help));
}

pub(super) fn key(argument: Node<'_>) -> Option<&str> {
    argument.child(Rule::attr_key).map(Node::text)
}

/// Returns an argument's value; a string without its quotes.
pub(super) fn value(argument: Node<'_>) -> String {
    let Some(value) = argument.children().find(|it| it.rule() != Rule::attr_key) else {
        return argument.text().to_owned();
    };
    match value.rule() {
        Rule::string => crate::sql::definition::unquote(value.text()).into(),
        Rule::double_quoted => value.text().trim_matches('"').to_owned(),
        _ => value.text().to_owned(),
    }
}
