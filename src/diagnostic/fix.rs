//! What mends a fault: edits of the source.

use crate::source::Span;

/// Edits that mend one fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What they do, as an instruction: "write `timestamptz`".
    pub text: String,
    /// The edits: none overlaps another.
    pub edits: Vec<Edit>,
    /// Whether they may be made without asking.
    pub certainty: Certainty,
}

/// A place and the text that is to stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty where something is put in.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

/// Whether a fix is surely what the author wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// It is: the meaning stays, or there is only one that it can have.
    Certain,
    /// It is likely: an editor offers it, `check --fix` leaves it.
    Likely,
}

impl Fix {
    /// Makes a fix that may be applied without asking.
    pub fn certain(text: impl Into<String>) -> Self {
        Fix { text: text.into(), edits: Vec::new(), certainty: Certainty::Certain }
    }

    /// Makes a fix that is offered.
    pub fn likely(text: impl Into<String>) -> Self {
        Fix { certainty: Certainty::Likely, ..Fix::certain(text) }
    }

    /// Makes a fix that is offered: a word instead of the one that stands at a place.
    pub fn instead(span: Span, word: impl Into<String>) -> Self {
        let word = word.into();
        Fix::likely(format!("write `{word}`")).replace(span, word)
    }

    /// Replaces what stands at a place.
    #[must_use]
    pub fn replace(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit { span, text: text.into() });
        self
    }

    /// Puts a text in before a place.
    #[must_use]
    pub fn insert_before(self, span: Span, text: impl Into<String>) -> Self {
        self.replace(Span { end: span.start, ..span }, text)
    }

    /// Puts a text in after a place.
    #[must_use]
    pub fn insert_after(self, span: Span, text: impl Into<String>) -> Self {
        self.replace(Span { start: span.end, ..span }, text)
    }

    /// Deletes what stands at a place.
    #[must_use]
    pub fn delete(self, span: Span) -> Self {
        self.replace(span, "")
    }
}
