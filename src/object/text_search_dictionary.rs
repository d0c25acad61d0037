//! Text search dictionaries: `CREATE TEXT SEARCH DICTIONARY`, `pg_ts_dict`.

use super::address::{Address, Kind};
use super::contract::{Alter, ObjectKind};
use super::options;
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::definition::{self, Definition};
use crate::syntax::Node;

/// A text search dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextSearchDictionary {
    /// What it is made of, as written.
    pub definition: Vec<Definition>,
}

impl ObjectKind for TextSearchDictionary {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        let definition = options::required(node, &["template"], cx);
        Some((Address::new(Kind::TextSearchDictionary, at.schema, at.name), TextSearchDictionary { definition }))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        if let Some(template) = definition::value(&self.definition, "template") {
            let template = super::signature::named(template, &at.schema);
            out.push(Address::new(Kind::TextSearchTemplate, template.schema, template.name));
        }
        // A thesaurus reads its words by another dictionary, which may be named as a string.
        if let Some(other) = definition::value(&self.definition, "dictionary") {
            let other = if other.contains('\'') { definition::unquote(other) } else { other.into() };
            let other = super::signature::named(&other, &at.schema);
            out.push(Address::new(Kind::TextSearchDictionary, other.schema, other.name));
        }
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        steps.push(format!("CREATE TEXT SEARCH DICTIONARY {} ({})", at.sql(), definition::write(&self.definition)));
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let template = |it: &Self| definition::value(&it.definition, "template").map(str::to_owned);
        if template(self) != template(new) {
            return Alter::Replace;
        }
        let gone = self.definition.iter().filter(|it| new.definition.iter().all(|other| other.name != it.name));
        // A name alone takes the option away (manual: ALTER TEXT SEARCH DICTIONARY).
        let gone = gone.map(|it| Definition { name: it.name.clone(), value: None });
        let fresh = new.definition.iter().filter(|it| !self.definition.contains(it)).cloned();
        let changes: Vec<Definition> = gone.chain(fresh).collect();
        if !changes.is_empty() {
            steps.push(format!("ALTER TEXT SEARCH DICTIONARY {} ({})", at.sql(), definition::write(&changes)));
        }
        Alter::InPlace
    }
}
