//! Collations: `CREATE COLLATION`, `pg_collation`.

use super::address::{Address, Kind, Qualified};
use super::column::collation_name;
use super::contract::ObjectKind;
use super::options;
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::definition::{self, Definition};
use crate::syntax::{Node, Rule};

/// A collation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collation {
    /// The collation it is a copy of.
    pub from: Option<Qualified>,
    /// Locale, provider and the like.
    pub definition: Vec<Definition>,
}

impl ObjectKind for Collation {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        let from = node.child(Rule::collation_from).map(|it| collation_name(it.text()));
        let definition = options::child_definitions(node, cx);
        Some((Address::new(Kind::Collation, at.schema, at.name), Collation { from, definition }))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        out.extend(self.from.iter().map(|from| Address::new(Kind::Collation, from.schema.clone(), from.name.clone())));
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let how = match &self.from {
            Some(from) => format!("FROM {from}"),
            None => format!("({})", definition::write(&self.definition)),
        };
        steps.push(format!("CREATE COLLATION {} {how}", at.sql()));
    }
}
