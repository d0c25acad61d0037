//! Changes of a text at several places at once, some within others.

use crate::sql::lex::TextRange;

/// A piece of what is written.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    New(String),
    /// A part of the text, with what is changed in it.
    Kept(TextRange),
}

impl From<&str> for Piece {
    fn from(text: &str) -> Self {
        Piece::New(text.to_owned())
    }
}

/// What stands at some places of a text instead of what stands there now.
#[derive(Debug, Default)]
pub(super) struct Edits(Vec<(TextRange, Vec<Piece>)>);

impl Edits {
    /// Puts pieces where a range is; what they keep lies within it.
    pub(super) fn replace(&mut self, range: TextRange, pieces: Vec<Piece>) {
        self.0.push((range, pieces));
    }

    /// Puts a text at a place.
    pub(super) fn insert(&mut self, at: u32, new: String) {
        self.replace(TextRange::empty(at), vec![Piece::New(new)]);
    }

    /// Returns the changed text. What is changed in a part that is not kept goes with it.
    pub(super) fn apply(mut self, text: &str) -> String {
        // Of two that start at one place, the one around the other comes first.
        self.0.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let mut out = String::with_capacity(text.len());
        // What stands after the last character belongs to the whole.
        self.render(text, TextRange::new(0, u32::MAX), &mut out);
        out
    }

    /// Writes a part of the text. It goes as deep as the tree of the text, which is bounded.
    fn render(&self, text: &str, part: TextRange, out: &mut String) {
        let mut from = part.start;
        let first = self.0.partition_point(|(range, _)| range.start < part.start);
        for (range, pieces) in self.0.iter().skip(first) {
            if part.end <= range.start {
                break;
            }
            if range.start < from || part.end < range.end {
                continue;
            }
            out.push_str(TextRange::new(from, range.start).of(text));
            for piece in pieces {
                match piece {
                    Piece::New(new) => out.push_str(new),
                    Piece::Kept(kept) => self.render(text, *kept, out),
                }
            }
            from = range.end;
        }
        let end = text.len().min(part.end as usize);
        out.push_str(text.get(from as usize..end).unwrap_or(""));
    }
}
