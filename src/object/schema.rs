//! Schemas: `CREATE SCHEMA`, `pg_namespace`.

use super::address::{Address, Kind};
use super::contract::{Alter, ObjectKind};
use super::reader::Reader;
use super::steps::Steps;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::sql::ident::quote_ident;
use crate::syntax::Node;

rule!(RESERVED_SCHEMA, Error, "reserved-schema");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&RESERVED_SCHEMA];

/// A schema. It has nothing of its own: owner, privileges and comment are every object's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema;

impl ObjectKind for Schema {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let name = cx.child_name(node)?;
        if name.starts_with("pg_") {
            let diagnostic = Diagnostic::new(&RESERVED_SCHEMA, format!("`{name}` can't be the name of a schema"));
            cx.report(diagnostic.label(node.span(), "PostgreSQL keeps names that begin with `pg_` for itself").help("choose another name"));
        }
        Some((Address::global(Kind::Schema, name), Schema))
    }

    fn depends_on(&self, _at: &Address, _out: &mut Vec<Address>) {}

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        // Every database is born with `public`.
        if at.name != "public" {
            steps.push(format!("CREATE SCHEMA {}", quote_ident(&at.name)));
        }
    }

    fn drop(&self, at: &Address, target: &str, steps: &mut Steps<'_>) {
        if at.name != "public" {
            steps.push(format!("DROP {target}"));
        }
    }

    fn alter(&self, _new: &Self, _at: &Address, _steps: &mut Steps<'_>) -> Alter {
        Alter::InPlace
    }
}
