//! The forms of SQL/XML (manual 9.15).

use crate::sql::ast::call::{FormArg, FormKind, FormRole};
use crate::sql::ast::{Expr, ExprKind};
use crate::sql::lex::TokenKind;
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::Word;

impl Parser<'_> {
    /// Reads the form that `word` starts, if it is one of SQL/XML.
    pub(super) fn xml(&mut self, word: Word) -> Parsed<Option<ExprKind>> {
        let kind = match word {
            Word::Xmlconcat => FormKind::XmlConcat,
            Word::Xmlelement => FormKind::XmlElement,
            Word::Xmlexists => FormKind::XmlExists,
            Word::Xmlforest => FormKind::XmlForest,
            Word::Xmlparse => FormKind::XmlParse,
            Word::Xmlpi => FormKind::XmlPi,
            Word::Xmlroot => FormKind::XmlRoot,
            Word::Xmlserialize => FormKind::XmlSerialize,
            _ => return Ok(None),
        };
        self.bump();
        let form = self.in_parens(|p| {
            let mut args = Vec::new();
            let mut ty = None;
            match kind {
                FormKind::XmlConcat => args = p.values()?,
                FormKind::XmlElement => p.xml_element(&mut args)?,
                FormKind::XmlExists => {
                    args.push(Self::form_arg(FormRole::Value, p.deeper(Self::primary)?));
                    let document = p.xml_passing()?;
                    args.push(Self::form_arg(FormRole::Passing, document));
                }
                FormKind::XmlForest => args = p.labelled(FormRole::Value)?,
                FormKind::XmlParse => {
                    p.document_or_content()?;
                    args.push(Self::form_arg(FormRole::Value, p.expr()?));
                    if !p.eat_words(&[Word::Preserve, Word::Whitespace]) {
                        p.eat_words(&[Word::Strip, Word::Whitespace]);
                    }
                }
                FormKind::XmlPi => {
                    p.xml_name()?;
                    if p.eat(TokenKind::Comma) {
                        args.push(Self::form_arg(FormRole::Value, p.expr()?));
                    }
                }
                FormKind::XmlRoot => p.xml_root(&mut args)?,
                _ => {
                    p.document_or_content()?;
                    args.push(Self::form_arg(FormRole::Value, p.expr()?));
                    p.expect_word(Word::As)?;
                    ty = Some(p.type_ref()?);
                    // PostgreSQL 16 and later.
                    if !p.eat_word(Word::Indent) {
                        p.eat_words(&[Word::No, Word::Indent]);
                    }
                }
            }
            Ok(Self::form(kind, args, ty))
        })?;
        Ok(Some(form))
    }

    fn values(&mut self) -> Parsed<Vec<FormArg>> {
        self.comma_list(|p| Ok(Self::form_arg(FormRole::Value, p.expr()?)))
    }

    /// Reads `x [AS label], …`.
    fn labelled(&mut self, role: FormRole) -> Parsed<Vec<FormArg>> {
        self.comma_list(|p| {
            let value = p.expr()?;
            let label = if p.eat_word(Word::As) { Some(p.label("a name")?) } else { None };
            Ok(FormArg { role, label, value })
        })
    }

    fn xml_name(&mut self) -> Parsed<()> {
        self.expect_word(Word::Name)?;
        self.label("a name").map(drop)
    }

    fn xml_element(&mut self, args: &mut Vec<FormArg>) -> Parsed<()> {
        self.xml_name()?;
        if !self.eat(TokenKind::Comma) {
            return Ok(());
        }
        if self.at_word(Word::Xmlattributes) && self.ahead(1).kind == TokenKind::LeftParen {
            self.bump();
            args.extend(self.in_parens(|p| p.labelled(FormRole::Attribute))?);
            if !self.eat(TokenKind::Comma) {
                return Ok(());
            }
        }
        args.extend(self.values()?);
        Ok(())
    }

    fn document_or_content(&mut self) -> Parsed<()> {
        if self.eat_word(Word::Document) || self.eat_word(Word::Content) {
            return Ok(());
        }
        Err(self.expected("`DOCUMENT` or `CONTENT`"))
    }

    /// Reads `PASSING [BY REF] document [BY REF]`.
    pub(super) fn xml_passing(&mut self) -> Parsed<Expr> {
        self.expect_word(Word::Passing)?;
        self.xml_by();
        let document = self.deeper(Self::primary)?;
        self.xml_by();
        Ok(document)
    }

    fn xml_by(&mut self) {
        if !self.eat_words(&[Word::By, Word::Ref]) {
            self.eat_words(&[Word::By, Word::Value]);
        }
    }

    /// Reads `x, VERSION v [, STANDALONE YES]`.
    fn xml_root(&mut self, args: &mut Vec<FormArg>) -> Parsed<()> {
        args.push(Self::form_arg(FormRole::Value, self.expr()?));
        self.expect(TokenKind::Comma, "`,`")?;
        self.expect_word(Word::Version)?;
        if !self.eat_words(&[Word::No, Word::Value]) {
            args.push(Self::form_arg(FormRole::Value, self.expr()?));
        }
        if self.eat(TokenKind::Comma) {
            self.expect_word(Word::Standalone)?;
            let known = self.eat_word(Word::Yes)
                || self.eat_words(&[Word::No, Word::Value])
                || self.eat_word(Word::No);
            if !known {
                return Err(self.expected("`YES`, `NO` or `NO VALUE`"));
            }
        }
        Ok(())
    }
}
