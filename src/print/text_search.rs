//! Text search: parsers, templates, dictionaries, configurations.

use super::Print;
use super::printer::{Printer, definitions};
use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::text_search_configuration::TextSearchConfiguration;
use crate::object::text_search_dictionary::TextSearchDictionary;
use crate::object::text_search_parser::TextSearchParser;
use crate::object::text_search_template::TextSearchTemplate;
use crate::sql::definition::Definition;
use crate::sql::writer::comma;

impl Print for TextSearchParser {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        head("parser", at, &self.definition, entry, out);
        out.push(";\n");
    }
}

impl Print for TextSearchTemplate {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        head("template", at, &self.definition, entry, out);
        out.push(";\n");
    }
}

impl Print for TextSearchDictionary {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        head("dictionary", at, &self.definition, entry, out);
        out.push(";\n");
    }
}

impl Print for TextSearchConfiguration {
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>) {
        head("configuration", at, &self.definition, entry, out);
        if self.mappings.is_empty() {
            out.push(";\n");
            return;
        }
        out.push(" {\n");
        for it in &self.mappings {
            let (tokens, dictionaries) = (out.names(&it.tokens), comma(&it.dictionaries));
            out.push(&format!("mapping for {tokens} with {dictionaries};\n"));
        }
        out.push("}\n");
    }
}

fn head(word: &str, at: &Address, definition: &[Definition], entry: &Entry, out: &mut Printer<'_>) {
    let (name, owner) = (out.declared(at), out.owner(entry));
    out.push(&format!("text search {word} {name} ({}){owner}", definitions(definition)));
}
