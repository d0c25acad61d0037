//! Access methods: `CREATE ACCESS METHOD`, `pg_am`.

use super::address::{Address, Kind, Name, Qualified};
use super::contract::ObjectKind;
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::ident::quote_ident;
use crate::syntax::{Node, Rule};

/// An access method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessMethod {
    /// `TABLE` or `INDEX`.
    pub of: Name,
    /// The handler function.
    pub handler: Qualified,
}

impl ObjectKind for AccessMethod {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let name = cx.child_name(node)?;
        let of = node.child(Rule::access_method_type)?.text().to_uppercase().into();
        let handler = cx.function_ref(node.child(Rule::handler)?.child(Rule::path)?)?;
        Some((Address::global(Kind::AccessMethod, name), AccessMethod { of, handler }))
    }

    fn depends_on(&self, _at: &Address, out: &mut Vec<Address>) {
        out.push(super::signature::by_name(&self.handler));
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        steps.push(format!("CREATE ACCESS METHOD {} TYPE {} HANDLER {}", quote_ident(&at.name), self.of, self.handler));
    }
}
