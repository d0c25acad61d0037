//! What is said of a name that nothing has: what it could be instead, or what brings it.

use super::names::{Found, Sort, foreign_type};
use super::reader::{Path, Reader, UNKNOWN_FUNCTION, UNKNOWN_RELATION, UNKNOWN_TYPE};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::source::Span;
use crate::sql::builtin::{self, extensions};

impl Reader<'_> {
    pub(super) fn missing(&mut self, sort: Sort, text: &str, path: &Path, span: Span) {
        let (rule, what, bringing) = match sort {
            Sort::Relation => (&UNKNOWN_RELATION, "relation", Vec::new()),
            Sort::Type => (&UNKNOWN_TYPE, "type", extensions::providing_type(&path.name)),
            Sort::Routine => {
                (&UNKNOWN_FUNCTION, "function", extensions::providing_function(&path.name))
            }
        };
        let home = self.home();
        let candidates = self.names.candidates(sort, &home);
        let builtin = (sort == Sort::Type).then(|| builtin::postgresql().all_types());
        // Short words are near to many of PostgreSQL's own, such as `cid`.
        let builtin = builtin.filter(|_| 2 < text.len()).into_iter().flatten();
        let spellings = builtin.flat_map(|it| [it.name, it.typname]);
        let known = candidates.iter().map(String::as_str).chain(spellings);
        let elsewhere = candidates.iter().find(|it| {
            it.rsplit_once('.').is_some_and(|(_, name)| name == path.name && path.schema.is_none())
        });
        let help = match (elsewhere, bringing.first()) {
            (Some(full), _) => Some(format!("it is declared in another schema: write `{full}`")),
            (None, Some(extension)) => Some(format!(
                "the extension `{extension}` brings it: declare `extension {};`",
                crate::sql::ident::quote_ident(extension)
            )),
            (None, None) if sort == Sort::Relation && self.is_column_of(path) => path
                .schema
                .as_ref()
                .map(|table| format!("name the column in parentheses: `{table} ({})`", path.name)),
            (None, None) if sort == Sort::Type => foreign_type(text)
                .map(|ours| format!("PostgreSQL has `{ours}` for it"))
                .or_else(|| did_you_mean(text, known)),
            (None, None) => did_you_mean(text, known),
        };
        let diagnostic =
            Diagnostic::new(rule, format!("there is no {what} `{text}`")).label(span, "used here");
        let written = if self.is_as_written() { text } else { "" };
        self.report(diagnostic.help_if(help).as_meant(span, written));
    }

    /// Tells whether a name of two parts looks like a relation and its column.
    fn is_column_of(&self, path: &Path) -> bool {
        let Some(table) = &path.schema else { return false };
        matches!(self.names.find(Sort::Relation, None, table, &self.home()), Found::Declared(_))
    }
}
