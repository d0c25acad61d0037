//! Text search templates: `CREATE TEXT SEARCH TEMPLATE`, `pg_ts_template`.

use super::address::{Address, Kind};
use super::contract::ObjectKind;
use super::options;
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::definition::{self, Definition};
use crate::syntax::Node;

/// A text search template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextSearchTemplate {
    /// What it is made of, as written.
    pub definition: Vec<Definition>,
}

impl ObjectKind for TextSearchTemplate {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        let definition = options::required(node, &["lexize"], cx);
        Some((Address::new(Kind::TextSearchTemplate, at.schema, at.name), TextSearchTemplate { definition }))
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
        steps.push(format!("CREATE TEXT SEARCH TEMPLATE {} ({})", at.sql(), definition::write(&self.definition)));
    }
}
