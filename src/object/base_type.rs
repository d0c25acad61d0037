//! Base types and shell types: `CREATE TYPE name (INPUT = …)`, `CREATE TYPE name`.

use super::address::{Address, Kind};
use super::column;
use super::contract::{Alter, ObjectKind};
use super::options;
use super::reader::Reader;
use super::steps::{Outline, Steps};
use super::type_text;
use crate::sql::definition::{self, Definition};
use crate::sql::writer::comma;
use crate::syntax::{Node, Rule};

/// A base type, or a shell type when it has no definition.
///
/// Its input and output functions take or return the type itself: that circle is broken as `pg_dump` does, by a shell
/// type first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseType {
    /// Functions and properties, as written; the type of elements in the one spelling that it is compared by.
    pub definition: Vec<Definition>,
}

/// The functions that a base type is made of.
const FUNCTIONS: [&str; 8] =
    ["input", "output", "receive", "send", "typmod_in", "typmod_out", "analyze", "subscript"];

/// The entries that ALTER TYPE can change.
const ALTERABLE: [&str; 7] = ["receive", "send", "typmod_in", "typmod_out", "analyze", "subscript", "storage"];

/// The entry that is the type of what subscripts select.
pub(crate) const ELEMENT: &str = "element";

impl ObjectKind for BaseType {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        let mut definition = if node.has(Rule::definitions) {
            options::required(node, &["input", "output"], cx)
        } else {
            Vec::new()
        };
        options::spell_types(&mut definition, &[ELEMENT], node, cx);
        Some((Address::new(Kind::BaseType, at.schema, at.name), BaseType { definition }))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        steps.push(format!("CREATE TYPE {}", at.sql()));
    }

    fn finish(&self, at: &Address, after: &mut Vec<Address>, steps: &mut Steps<'_>) {
        if self.definition.is_empty() || steps.outline == Outline::Only {
            return;
        }
        for name in FUNCTIONS {
            if let Some(function) = definition::value(&self.definition, name) {
                after.push(super::signature::called(function, &at.schema));
            }
        }
        if let Some(element) = definition::value(&self.definition, ELEMENT) {
            column::type_addresses(&type_text::parse(element), after);
        }
        steps.push(format!("CREATE TYPE {} ({})", at.sql(), definition::write(&self.definition)));
    }

    /// Some functions and the storage can be changed in place, the latter not back to `plain` (manual: ALTER TYPE).
    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let changed = |name: &&str| definition::value(&self.definition, name) != definition::value(&new.definition, name);
        let rest = |it: &BaseType| {
            let mut rest = it.definition.clone();
            rest.retain(|it| !ALTERABLE.contains(&it.name.as_str()));
            rest.sort();
            rest
        };
        let mut parts = Vec::new();
        for name in ALTERABLE.into_iter().filter(changed) {
            match definition::value(&new.definition, name) {
                None if name == "storage" => return Alter::Replace,
                Some(storage) if name == "storage" && storage.eq_ignore_ascii_case("plain") => return Alter::Replace,
                value => parts.push(format!("{name} = {}", value.unwrap_or("NONE"))),
            }
        }
        if rest(self) != rest(new) {
            return Alter::Replace;
        }
        if !parts.is_empty() {
            steps.push(format!("ALTER TYPE {} SET ({})", at.sql(), comma(parts)));
        }
        Alter::InPlace
    }
}
