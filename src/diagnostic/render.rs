//! Shows a diagnostic in its source, as miette draws it.

use std::fmt;

use miette::{
    LabeledSpan, MietteError, MietteSpanContents, Severity, SourceCode, SourceSpan, SpanContents,
};

use super::{Diagnostic, Label, Level};
use crate::source::{FileId, Source, Sources, Span};

/// A diagnostic together with the sources that its places are in.
///
/// It implements [`miette::Diagnostic`]: any of miette's report handlers can draw it.
pub struct Rendered<'a> {
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
    source: Option<FileView<'a>>,
    labels: Vec<Label>,
    related: Vec<Elsewhere<'a>>,
}

impl<'a> Rendered<'a> {
    /// Joins a diagnostic with its sources. Places in other files than the first are shown below as related.
    pub fn new(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Self {
        let file = diagnostic.span().map(|span| span.file);
        let (labels, elsewhere): (Vec<Label>, Vec<Label>) =
            diagnostic.shown_labels().into_iter().partition(|label| Some(label.span.file) == file);
        let related = elsewhere.into_iter().map(|label| Elsewhere {
            view: FileView(sources.get(label.span.file)),
            span: label.span,
            text: label.text,
        });
        let source = file.map(|file| FileView(sources.get(file)));
        Rendered { diagnostic, sources, source, labels, related: related.collect() }
    }

    /// Returns the first place as `path:line:column`.
    pub fn place(&self) -> Option<String> {
        let span = self.diagnostic.span()?;
        let source = self.sources.get(span.file);
        let position = source.position(span.start);
        Some(format!("{}:{}:{}", source.path, position.line, position.column))
    }

    fn labels_in(&self, file: FileId) -> impl Iterator<Item = LabeledSpan> + '_ {
        self.labels.iter().enumerate().map(move |(n, label)| {
            let text = Some(label.text.clone());
            let span = source_span(label.span, self.sources.get(file));
            if n == 0 {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        })
    }
}

/// Returns the part of a place that is shown.
fn source_span(span: Span, source: &Source) -> SourceSpan {
    let mut end = (span.end as usize).min(span.start as usize + MOST_BYTES);
    while !source.text.is_char_boundary(end) {
        end -= 1;
    }
    SourceSpan::new((span.start as usize).into(), end.saturating_sub(span.start as usize))
}

impl fmt::Debug for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl fmt::Display for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Rendered<'_> {}

impl miette::Diagnostic for Rendered<'_> {
    fn code<'c>(&'c self) -> Option<Box<dyn fmt::Display + 'c>> {
        Some(Box::new(self.diagnostic.rule.name))
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.diagnostic.level {
            Level::Note => Severity::Advice,
            Level::Warning => Severity::Warning,
            Level::Error => Severity::Error,
        })
    }

    fn help<'h>(&'h self) -> Option<Box<dyn fmt::Display + 'h>> {
        self.diagnostic.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|view| view as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let file = self.diagnostic.span()?.file;
        Some(Box::new(self.labels_in(file)))
    }

    fn related<'r>(&'r self) -> Option<Box<dyn Iterator<Item = &'r dyn miette::Diagnostic> + 'r>> {
        if self.related.is_empty() {
            return None;
        }
        Some(Box::new(self.related.iter().map(|it| it as &dyn miette::Diagnostic)))
    }
}

/// A place in another file than the diagnostic's first.
struct Elsewhere<'a> {
    view: FileView<'a>,
    span: Span,
    text: String,
}

impl fmt::Debug for Elsewhere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Elsewhere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Elsewhere<'_> {}

impl miette::Diagnostic for Elsewhere<'_> {
    fn severity(&self) -> Option<Severity> {
        Some(Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.view)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_primary_with_span(
            Some("here".into()),
            source_span(self.span, self.view.0),
        );
        Some(Box::new(std::iter::once(label)))
    }
}

/// A place that is longer is shown up to here.
const MOST_BYTES: usize = 2_000;

/// A line that is longer is shown in part, and not at all where it is only next to a place.
const LONG_LINE: u32 = 400;

/// How much of a long line is shown on each side of a place.
const MARGIN: u32 = 60;

/// Reads the lines around a place by the line index, so that a report costs no scan of its file.
struct FileView<'a>(&'a Source);

impl FileView<'_> {
    fn is_long(&self, line: u32) -> bool {
        self.0.line(line).is_none_or(|(start, end)| LONG_LINE < end - start)
    }

    /// Returns the first line to show of what is in front of a place, and the offset where to begin.
    fn view_start(&self, offset: u32, n_lines: u32) -> (u32, u32) {
        let line = self.0.position(offset).line;
        if self.is_long(line) {
            let start = self.0.line(line).map_or(0, |(start, _)| start);
            return (line, start.max(self.boundary_before(offset.saturating_sub(MARGIN))));
        }
        let mut first = line;
        while 1 < first && line - first < n_lines && !self.is_long(first - 1) {
            first -= 1;
        }
        (first, self.0.line(first).map_or(0, |(start, _)| start))
    }

    /// Returns the last line to show of what follows a place, and the offset where to end.
    fn view_end(&self, offset: u32, n_lines: u32) -> (u32, u32) {
        let line = self.0.position(offset).line;
        let end_of = |line| self.0.line(line).map_or(offset, |(_, end)| end);
        if self.is_long(line) {
            let end = end_of(line).min(offset.saturating_add(MARGIN));
            return (line, self.boundary_before(end));
        }
        let mut last = line;
        while last < self.0.n_lines() && last - line < n_lines && !self.is_long(last + 1) {
            last += 1;
        }
        (last, end_of(last))
    }

    /// Returns the offset of the character that a byte belongs to.
    fn boundary_before(&self, offset: u32) -> u32 {
        let is_boundary = |at: &u32| self.0.text.is_char_boundary(*at as usize);
        (0..=offset).rev().find(is_boundary).unwrap_or(0)
    }
}

impl SourceCode for FileView<'_> {
    fn read_span<'t>(
        &'t self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'t> + 't>, MietteError> {
        let source = self.0;
        let at = source.position(span.offset() as u32);
        if lines_before == 0 && lines_after == 0 {
            // So miette asks for the line and column of the place itself.
            let text = source
                .text
                .get(span.offset()..span.offset() + span.len())
                .ok_or(MietteError::OutOfBounds)?;
            let name = source.path.clone();
            let (line, column) = (at.line as usize - 1, at.column as usize - 1);
            return Ok(Box::new(MietteSpanContents::new_named(
                name,
                text.as_bytes(),
                *span,
                line,
                column,
                1,
            )));
        }
        if MOST_BYTES < span.len() {
            // So miette shows two places that are far apart each on its own.
            return Err(MietteError::OutOfBounds);
        }
        let (first, start) = self.view_start(span.offset() as u32, lines_before as u32);
        let (last, end) = self.view_end((span.offset() + span.len()) as u32, lines_after as u32);
        let data = source
            .text
            .as_bytes()
            .get(start as usize..end as usize)
            .ok_or(MietteError::OutOfBounds)?;
        let whole = SourceSpan::new((start as usize).into(), data.len());
        let contents = MietteSpanContents::new_named(
            source.path.clone(),
            data,
            whole,
            first as usize - 1,
            source.position(start).column as usize - 1,
            (last - first + 1) as usize,
        );
        Ok(Box::new(contents))
    }
}
