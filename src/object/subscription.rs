//! Subscriptions: `CREATE SUBSCRIPTION`, `pg_subscription`.

use super::address::{Address, Kind, Name};
use super::contract::ObjectKind;
use super::options;
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::definition::{self, Definition, Parameters};
use crate::sql::ident::quote_ident;
use crate::sql::writer::name_list;
use crate::syntax::{Node, Rule};

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// How to reach the publisher, a literal.
    pub connection: Name,
    /// What is subscribed to.
    pub publications: Vec<Name>,
    /// `slot_name`, `enabled` and the like.
    pub with: Parameters,
}

impl ObjectKind for Subscription {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let name = cx.child_name(node)?;
        let connection = node.child(Rule::string)?.text().into();
        let publications = cx.list(node, Rule::name_list);
        let with = options::with(node, cx);
        Some((Address::global(Kind::Subscription, name), Subscription { connection, publications, with }))
    }

    fn depends_on(&self, _at: &Address, _out: &mut Vec<Address>) {}

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let mut sql = format!(
            "CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {}",
            quote_ident(&at.name),
            self.connection,
            name_list(&self.publications)
        );
        // Connecting and making the slot is no part of a schema, and impossible in a transaction: as `pg_dump` writes it.
        let mut with = self.with.clone();
        if definition::value(&with.0, "connect").is_none() {
            with.0.insert(0, Definition { name: "connect".into(), value: Some("false".into()) });
        }
        sql.push_str(&with.sql());
        steps.push(sql);
    }
}
