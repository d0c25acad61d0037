//! `XMLTABLE` and `JSON_TABLE` (manual 9.15.3 and 9.16.4).

use crate::sql::ast::query::{DocumentColumn, DocumentKind, DocumentTable};
use crate::sql::ast::{Expr, ExprKind};
use crate::sql::lex::TokenKind;
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::Word;

impl Parser<'_> {
    /// Reads the table whose word stands here.
    pub(super) fn document_table(&mut self) -> Parsed<DocumentTable> {
        let is_xml = self.bump().word == Word::Xmltable;
        self.in_parens(|p| if is_xml { p.xml_table() } else { p.json_table() })
    }

    fn xml_table(&mut self) -> Parsed<DocumentTable> {
        let mut args = Vec::new();
        if self.at_word(Word::Xmlnamespaces) && self.ahead(1).kind == TokenKind::LeftParen {
            self.bump();
            args = self.in_parens(|p| {
                p.comma_list(|p| {
                    if p.eat_word(Word::Default) {
                        return p.restricted_expr();
                    }
                    let space = p.restricted_expr()?;
                    p.expect_word(Word::As)?;
                    p.label("a name")?;
                    Ok(space)
                })
            })?;
            self.expect(TokenKind::Comma, "`,`")?;
        }
        args.push(self.deeper(Self::primary)?);
        args.push(self.xml_passing()?);
        self.expect_word(Word::Columns)?;
        let columns = self.comma_list(Self::xml_column)?;
        Ok(DocumentTable { kind: DocumentKind::Xml, args, columns })
    }

    fn xml_column(&mut self) -> Parsed<DocumentColumn> {
        let name = self.name("a column name")?;
        if self.eat_words(&[Word::For, Word::Ordinality]) {
            return Ok(DocumentColumn::Ordinality(name));
        }
        let ty = self.type_ref()?;
        let mut exprs = Vec::new();
        loop {
            if self.eat_word(Word::Default) || self.eat_word(Word::Path) {
                exprs.push(self.restricted_expr()?);
            } else if !self.eat_words(&[Word::Not, Word::Null]) && !self.eat_word(Word::Null) {
                return Ok(DocumentColumn::Value(name, Box::new(ty), exprs));
            }
        }
    }

    fn json_table(&mut self) -> Parsed<DocumentTable> {
        let mut args = vec![self.expr()?];
        self.json_format()?;
        self.expect(TokenKind::Comma, "`,`")?;
        args.push(self.expr()?);
        if self.eat_word(Word::As) {
            self.label("a name")?;
        }
        let mut passing = Vec::new();
        self.json_passing(&mut passing)?;
        args.extend(passing.into_iter().map(|arg| arg.value));
        let columns = self.json_columns()?;
        args.extend(self.json_behaviors()?);
        Ok(DocumentTable { kind: DocumentKind::Json, args, columns })
    }

    fn json_columns(&mut self) -> Parsed<Vec<DocumentColumn>> {
        self.expect_word(Word::Columns)?;
        self.in_parens(|p| p.comma_list(Self::json_column))
    }

    fn json_column(&mut self) -> Parsed<DocumentColumn> {
        let nests = self.at_words(&[Word::Nested, Word::Path])
            || self.at_word(Word::Nested) && Self::is_string(self.ahead(1));
        if nests {
            self.bump();
            self.eat_word(Word::Path);
            self.string()?;
            if self.eat_word(Word::As) {
                self.label("a name")?;
            }
            return Ok(DocumentColumn::Nested(self.deeper(Self::json_columns)?));
        }
        let name = self.name("a column name")?;
        if self.eat_words(&[Word::For, Word::Ordinality]) {
            return Ok(DocumentColumn::Ordinality(name));
        }
        let ty = self.type_ref()?;
        self.json_format()?;
        self.eat_word(Word::Exists);
        let mut exprs = Vec::new();
        if self.eat_word(Word::Path) {
            exprs.push(self.json_path()?);
        }
        self.json_wrapper()?;
        exprs.extend(self.json_behaviors()?);
        Ok(DocumentColumn::Value(name, Box::new(ty), exprs))
    }

    fn json_path(&mut self) -> Parsed<Expr> {
        let range = self.now.range;
        let path = self.string()?;
        Ok(Self::leaf(range, ExprKind::String(path)))
    }
}
