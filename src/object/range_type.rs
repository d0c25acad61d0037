//! Range types: `CREATE TYPE … AS RANGE`, `pg_range`.

use super::address::{Address, Kind, Name, Qualified};
use super::column;
use super::contract::ObjectKind;
use super::options;
use super::reader::Reader;
use super::steps::Steps;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::sql::definition::{self, Definition};
use crate::sql::ident::MAX_BYTES;
use crate::sql::type_name::TypeName;
use crate::syntax::{Node, Rule};

rule!(RANGE_WITHOUT_SUBTYPE, Error, "range-without-subtype");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&RANGE_WITHOUT_SUBTYPE];

/// A range type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeType {
    /// The type of the bounds.
    pub subtype: TypeName,
    /// Everything but the subtype, as written: `subtype_diff`, `canonical`, `collation`, `multirange_type_name`, ….
    pub definition: Vec<Definition>,
}

impl ObjectKind for RangeType {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        let mut definition = options::child_definitions(node, cx);
        let Some(n) = definition.iter().position(|it| it.name == "subtype") else {
            let diagnostic = Diagnostic::new(&RANGE_WITHOUT_SUBTYPE, format!("the range type `{}` has no subtype", at.name));
            cx.report(diagnostic.label(node.span(), "here").help("say the type of its bounds: `range (subtype = TYPE)`"));
            return None;
        };
        let text = definition.remove(n).value.unwrap_or_default();
        let place = node.child(Rule::definitions)?.all(Rule::definition).nth(n)?;
        let subtype = cx.type_text(&text, place.span())?;
        definition.sort();
        Some((Address::new(Kind::RangeType, at.schema, at.name), RangeType { subtype, definition }))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        column::type_addresses(&self.subtype, out);
        if let Some(function) = definition::value(&self.definition, "subtype_diff") {
            out.push(super::signature::called(function, &at.schema));
        }
        let named = |name: &str| Some(super::signature::named(definition::value(&self.definition, name)?, &at.schema));
        if let Some(class) = named("subtype_opclass") {
            // Ranges are ordered by B-trees.
            out.push(Address::new(Kind::OperatorClass, class.schema, format!("{} using btree", class.name)));
        }
        out.extend(named("collation").as_ref().map(column::collation_address));
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        match self.canonical() {
            // The canonical function takes the type, so the type must exist as a shell before it.
            Some(_) => steps.push(format!("CREATE TYPE {}", at.sql())),
            None => steps.push(self.create_range(at)),
        }
    }

    fn finish(&self, at: &Address, after: &mut Vec<Address>, steps: &mut Steps<'_>) {
        if let Some(function) = self.canonical() {
            after.push(super::signature::called(function, &at.schema));
            steps.push(self.create_range(at));
        }
    }
}

impl RangeType {
    fn canonical(&self) -> Option<&str> {
        definition::value(&self.definition, "canonical")
    }

    fn create_range(&self, at: &Address) -> String {
        let rest = if self.definition.is_empty() { String::new() } else { format!(", {}", definition::write(&self.definition)) };
        format!("CREATE TYPE {} AS RANGE (SUBTYPE = {}{rest})", at.sql(), self.subtype)
    }

    /// Returns the name of the multirange type that comes with the range type.
    pub fn multirange(&self, at: &Address) -> Qualified {
        multirange(definition::value(&self.definition, "multirange_type_name"), &at.schema, &at.name)
    }
}

/// Returns the name of the multirange type of a range type, which may be given (`makeMultirangeTypeName`).
pub(crate) fn multirange(given: Option<&str>, schema: &Name, name: &str) -> Qualified {
    if let Some(given) = given {
        return super::signature::named(given, schema);
    }
    let cut = |text: &str, bytes| text.get(..text.floor_char_boundary(bytes)).unwrap_or("").to_owned();
    let full = match name.split_once("range") {
        Some((before, after)) => format!("{before}multirange{after}"),
        None => format!("{}_multirange", cut(name, MAX_BYTES - 11)),
    };
    Qualified::new(schema.clone(), cut(&full, MAX_BYTES))
}
