//! Text search parsers: `CREATE TEXT SEARCH PARSER`, `pg_ts_parser`.

use super::address::{Address, Kind};
use super::contract::ObjectKind;
use super::options;
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::definition::{self, Definition};
use crate::syntax::Node;

/// A text search parser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextSearchParser {
    /// What it is made of, as written.
    pub definition: Vec<Definition>,
}

impl ObjectKind for TextSearchParser {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        let definition = options::required(node, &["start", "gettoken", "end", "lextypes"], cx);
        Some((Address::new(Kind::TextSearchParser, at.schema, at.name), TextSearchParser { definition }))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        for it in &self.definition {
            if let Some(function) = &it.value {
                out.push(super::signature::called(function, &at.schema));
            }
        }
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        steps.push(format!("CREATE TEXT SEARCH PARSER {} ({})", at.sql(), definition::write(&self.definition)));
    }
}
