//! Encoding conversions: `CREATE CONVERSION`, `pg_conversion`.

use super::address::{Address, Kind, Name};
use super::contract::ObjectKind;
use super::reader::Reader;
use super::signature;
use super::steps::Steps;
use crate::syntax::{Node, Rule};

/// A conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// Whether it is the one used between its encodings.
    pub default: bool,
    /// The encoding it reads, a literal.
    pub from: Name,
    /// The encoding it writes, a literal.
    pub to: Name,
    /// The function, as written.
    pub function: Name,
}

impl ObjectKind for Conversion {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        let mut literals = node.all(Rule::string).map(|it| Name::from(it.text()));
        let conversion = Conversion {
            default: node.has(Rule::default_word),
            from: literals.next()?,
            to: literals.next()?,
            function: node.child(Rule::conversion_function)?.text().into(),
        };
        Some((Address::new(Kind::Conversion, at.schema, at.name), conversion))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        out.push(signature::called(&self.function, &at.schema));
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let default = if self.default { "DEFAULT " } else { "" };
        steps.push(format!("CREATE {default}CONVERSION {} FOR {} TO {} FROM {}", at.sql(), self.from, self.to, self.function));
    }
}
