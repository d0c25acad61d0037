//! Texts that are not read: a word in them that names a relation or type is taken to mean it, so that they come late
//! enough.

use super::role::Role;
use super::text::Resolver;
use crate::catalog::Strength;
use crate::diagnostic::Rule;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::{Kind, Name, Qualified};
use crate::object::names::{Found, Sort};
use crate::object::signature;
use crate::sql::SyntaxError;
use crate::sql::ident::fold;
use crate::sql::lex::{TextRange, Token, TokenKind, tokens};

rule!(UNREAD_SQL, Note, "unread-sql");
rule!(UNFINISHED_EXPRESSION, Error, "unfinished-expression");

/// The rules of this file.
pub(crate) const RULES: &[&Rule] = &[&UNREAD_SQL, &UNFINISHED_EXPRESSION];

impl Resolver<'_, '_> {
    /// Notes what the words of a text that is in another language may name.
    pub(super) fn opaque(&mut self) {
        let is_raw = self.owner.is_some_and(|it| matches!(it.entry.object, Object::Raw(_)));
        self.strength = if is_raw { Strength::Hard } else { Strength::Soft };
        self.words(if is_raw { Functions::Named } else { Functions::Unnamed });
    }

    /// Says that a text could not be read, and notes what its words may name.
    pub(super) fn unread(&mut self, error: &SyntaxError) {
        if self.is_unfinished(error) {
            let help = Some("write what is missing".to_owned());
            self.report(
                &UNFINISHED_EXPRESSION,
                format!("this is not finished: {}", error.message),
                self.last_token(),
                "it ends here",
                help,
            );
            return;
        }
        let message = "this can't be read here and is passed to PostgreSQL as it is".to_owned();
        // Where there is an error, what can't be read may follow from it.
        if self.world.sound {
            self.report(&UNREAD_SQL, message, error.at, &error.message, None);
        }
        self.words(Functions::Named);
    }

    /// Tells whether no version of PostgreSQL could read the text, because it is empty or ends after an operator.
    fn is_unfinished(&self, error: &SyntaxError) -> bool {
        if !error.at.is_empty() || (error.at.end as usize) < self.text.text.trim_end().len() {
            return false;
        }
        let tokens = tokens(&self.text.text);
        match tokens.iter().rev().find(|it| it.kind != TokenKind::Eof) {
            None => true,
            Some(last) => matches!(
                last.kind,
                TokenKind::Operator
                    | TokenKind::Plus
                    | TokenKind::Minus
                    | TokenKind::Slash
                    | TokenKind::Percent
                    | TokenKind::Less
                    | TokenKind::Greater
                    | TokenKind::Equal
                    | TokenKind::LessEqual
                    | TokenKind::GreaterEqual
                    | TokenKind::NotEqual
                    | TokenKind::Comma
                    | TokenKind::ColonColon
            ),
        }
    }

    fn last_token(&self) -> TextRange {
        let tokens = tokens(&self.text.text);
        tokens
            .iter()
            .rev()
            .find(|it| it.kind != TokenKind::Eof)
            .map(|it| it.range)
            .unwrap_or_default()
    }

    fn words(&mut self, functions: Functions) {
        let text = self.text.text.clone();
        let tokens = tokens(&text);
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            let Some(name) = word(*token, &text) else { continue };
            let mut path = vec![name];
            while tokens.get(at).is_some_and(|it| it.kind == TokenKind::Dot)
                && let Some(next) = tokens.get(at + 1).and_then(|it| word(*it, &text))
            {
                path.push(next);
                at += 2;
            }
            self.path_of_words(&path, functions);
        }
    }

    /// A name of several parts may be that of a schema's object, or of a column.
    fn path_of_words(&mut self, path: &[Name], functions: Functions) {
        let [first, rest @ ..] = path else { return };
        match rest.first() {
            Some(second) => {
                if !self.word_is(Some(first), second, functions) {
                    self.word_is(None, first, functions);
                }
            }
            None => drop(self.word_is(None, first, functions)),
        }
    }

    fn word_is(&mut self, schema: Option<&Name>, name: &Name, functions: Functions) -> bool {
        let homes = match (schema, &self.path) {
            (Some(schema), _) => vec![schema.clone()],
            (None, Some(path)) => path.clone(),
            (None, None) => vec![self.text.schema.clone(), "public".into()],
        };
        for home in homes {
            let at = Qualified { schema: home, name: name.clone() };
            let names = self.world.names;
            let is_type = names.types.contains_key(&at) || names.relations.contains_key(&at);
            if is_type {
                self.uses_type(&at);
            } else if functions == Functions::Named && names.routines.contains_key(&at) {
                self.uses(signature::by_name(&at));
            } else {
                continue;
            }
            if schema.is_none() {
                self.needs_search(None);
            }
            return true;
        }
        if schema.is_none() && self.role != Role::Opaque {
            let found = self.world.names.find(Sort::Type, None, name, &self.text.schema);
            if let Found::Extension(at, extension) = found {
                self.uses(crate::object::address::Address::global(Kind::Extension, extension));
                self.needs_search(Some(&at.schema));
            }
        }
        false
    }
}

/// Whether the words of a text may name routines that must exist before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Functions {
    Named,
    Unnamed,
}

fn word(token: Token, text: &str) -> Option<Name> {
    let text = token.range.of(text);
    if token.kind == TokenKind::Word {
        return Some(fold(text).as_ref().into());
    }
    let inside = text
        .strip_prefix('"')
        .and_then(|it| it.strip_suffix('"'))
        .filter(|_| token.kind == TokenKind::QuotedWord)?;
    Some(inside.replace("\"\"", "\"").into())
}
