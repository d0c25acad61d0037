//! Windows: `OVER …` after a call and `WINDOW …` in a query (manual 4.2.8).

use crate::sql::ast::call::{Frame, FrameBound, FrameExclude, FrameUnit, Over, Window};
use crate::sql::lex::TokenKind;
use crate::sql::parse::{Parsed, Parser};
use crate::sql::word::Word;

impl Parser<'_> {
    /// Reads `OVER name` or `OVER (…)` if it stands here.
    pub(super) fn over(&mut self) -> Parsed<Option<Over>> {
        if !self.eat_word(Word::Over) {
            return Ok(None);
        }
        if self.at(TokenKind::LeftParen) {
            return Ok(Some(Over::Window(Box::new(self.window()?))));
        }
        Ok(Some(Over::Name(self.name("a window")?)))
    }

    /// Reads a window with its parentheses.
    pub(super) fn window(&mut self) -> Parsed<Window> {
        let start = self.open()?.range.start;
        let starts_clause =
            matches!(self.now.word, Word::Partition | Word::Range | Word::Rows | Word::Groups);
        let base = if Self::is_column_name(self.now) && !starts_clause {
            Some(self.ident())
        } else {
            None
        };
        let partition_by = if self.eat_word(Word::Partition) {
            self.expect_word(Word::By)?;
            self.expr_list()?
        } else {
            Vec::new()
        };
        let order_by = self.order_by()?;
        let frame = self.frame()?;
        self.close()?;
        Ok(Window { range: self.since(start), base, partition_by, order_by, frame })
    }

    fn frame(&mut self) -> Parsed<Option<Frame>> {
        let unit = match self.now.word {
            Word::Rows => FrameUnit::Rows,
            Word::Range => FrameUnit::Range,
            Word::Groups => FrameUnit::Groups,
            _ => return Ok(None),
        };
        self.bump();
        let (start, end) = if self.eat_word(Word::Between) {
            let start = self.frame_bound()?;
            self.expect_word(Word::And)?;
            (start, Some(self.frame_bound()?))
        } else {
            (self.frame_bound()?, None)
        };
        let exclude = if self.eat_word(Word::Exclude) { Some(self.exclusion()?) } else { None };
        Ok(Some(Frame { unit, start, end, exclude }))
    }

    fn frame_bound(&mut self) -> Parsed<FrameBound> {
        if self.eat_words(&[Word::Unbounded, Word::Preceding]) {
            return Ok(FrameBound::UnboundedPreceding);
        }
        if self.eat_words(&[Word::Unbounded, Word::Following]) {
            return Ok(FrameBound::UnboundedFollowing);
        }
        if self.eat_words(&[Word::Current, Word::Row]) {
            return Ok(FrameBound::CurrentRow);
        }
        let distance = self.expr()?;
        if self.eat_word(Word::Preceding) {
            Ok(FrameBound::Preceding(distance))
        } else if self.eat_word(Word::Following) {
            Ok(FrameBound::Following(distance))
        } else {
            Err(self.expected("`PRECEDING` or `FOLLOWING`"))
        }
    }

    fn exclusion(&mut self) -> Parsed<FrameExclude> {
        if self.eat_words(&[Word::Current, Word::Row]) {
            Ok(FrameExclude::CurrentRow)
        } else if self.eat_words(&[Word::No, Word::Others]) {
            Ok(FrameExclude::NoOthers)
        } else if self.eat_word(Word::Group) {
            Ok(FrameExclude::Group)
        } else if self.eat_word(Word::Ties) {
            Ok(FrameExclude::Ties)
        } else {
            Err(self.expected("`CURRENT ROW`, `GROUP`, `TIES` or `NO OTHERS`"))
        }
    }
}
