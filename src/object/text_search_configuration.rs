//! Text search configurations: `CREATE TEXT SEARCH CONFIGURATION`, `pg_ts_config`, `pg_ts_config_map`.

use std::collections::BTreeMap;

use super::address::{Address, Kind, Name};
use super::contract::{Alter, Member, ObjectKind};
use super::options;
use super::reader::Reader;
use super::signature;
use super::steps::Steps;
use crate::sql::definition::{self, Definition};
use crate::sql::writer::{comma, name_list};
use crate::syntax::{Node, Rule};

/// A text search configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextSearchConfiguration {
    /// `parser` or `copy`, as written.
    pub definition: Vec<Definition>,
    /// Which dictionaries look at which sorts of token.
    pub mappings: Vec<Mapping>,
}

/// Which dictionaries look at some sorts of token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// The sorts of token.
    pub tokens: Vec<Name>,
    /// The dictionaries, as written, in the order they are asked.
    pub dictionaries: Vec<Name>,
}

impl ObjectKind for TextSearchConfiguration {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        let definition = options::child_definitions(node, cx);
        if ["parser", "copy"].iter().all(|name| definition::value(&definition, name).is_none()) {
            cx.missing_clause(node, "parser", "(parser = NAME)");
        }
        let it = TextSearchConfiguration { definition, mappings: Vec::new() };
        Some((Address::new(Kind::TextSearchConfiguration, at.schema, at.name), it))
    }

    fn member(&mut self, node: Node<'_>, cx: &mut Reader<'_>) -> Member {
        if node.rule() != Rule::mapping {
            return Member::Misplaced;
        }
        let tokens = cx.list(node, Rule::name_list);
        let dictionaries = node.child(Rule::dictionaries).into_iter().flat_map(|it| it.all(Rule::path));
        self.mappings.push(Mapping { tokens, dictionaries: dictionaries.map(|it| it.text().into()).collect() });
        Member::Taken
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        let mut named = |kind: Kind, text: &str| {
            let it = signature::named(text, &at.schema);
            out.push(Address::new(kind, it.schema, it.name));
        };
        for it in &self.definition {
            match (it.name.as_str(), &it.value) {
                ("parser", Some(parser)) => named(Kind::TextSearchParser, parser),
                ("copy", Some(other)) => named(Kind::TextSearchConfiguration, other),
                _ => {}
            }
        }
        self.mappings.iter().flat_map(|it| &it.dictionaries).for_each(|it| named(Kind::TextSearchDictionary, it));
        // The dictionary may be an extension's, as `unaccent`.
        let bare = self.mappings.iter().flat_map(|it| &it.dictionaries);
        out.extend(bare.map(|it| Address::global(Kind::Extension, it.rsplit('.').next().unwrap_or(it))));
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let name = at.sql();
        steps.push(format!("CREATE TEXT SEARCH CONFIGURATION {name} ({})", definition::write(&self.definition)));
        let copied = definition::value(&self.definition, "copy").is_some();
        for it in &self.mappings {
            // A copy has a mapping for every token already.
            let verb = if copied { "ALTER" } else { "ADD" };
            let (tokens, dictionaries) = (name_list(&it.tokens), comma(&it.dictionaries));
            steps.push(format!("ALTER TEXT SEARCH CONFIGURATION {name} {verb} MAPPING FOR {tokens} WITH {dictionaries}"));
        }
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let (before, after) = (self.by_token(), new.by_token());
        let gone: Vec<&Name> = before.keys().filter(|it| !after.contains_key(*it)).copied().collect();
        let copied = definition::value(&new.definition, "copy").is_some();
        // What a copy would have there is not known.
        if self.definition != new.definition || (copied && !gone.is_empty()) {
            return Alter::Replace;
        }
        let alter = format!("ALTER TEXT SEARCH CONFIGURATION {}", at.sql());
        if !gone.is_empty() {
            steps.push(format!("{alter} DROP MAPPING FOR {}", name_list(gone)));
        }
        for mapping in &new.mappings {
            for (verb, is_there) in [("ALTER", true), ("ADD", false)] {
                let fits = |it: &&Name| {
                    let old = before.get(*it);
                    (old.is_some() || copied) == is_there && old.map(|it| &it.dictionaries) != Some(&mapping.dictionaries)
                };
                let tokens: Vec<&Name> = mapping.tokens.iter().filter(fits).collect();
                if !tokens.is_empty() {
                    let (tokens, dictionaries) = (name_list(tokens), comma(&mapping.dictionaries));
                    steps.push(format!("{alter} {verb} MAPPING FOR {tokens} WITH {dictionaries}"));
                }
            }
        }
        Alter::InPlace
    }
}

impl TextSearchConfiguration {
    /// Returns the mapping of each sort of token.
    fn by_token(&self) -> BTreeMap<&Name, &Mapping> {
        let pairs = self.mappings.iter().flat_map(|it| it.tokens.iter().map(move |token| (token, it)));
        pairs.collect()
    }
}
