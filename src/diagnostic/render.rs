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
    labels: Vec<Label>,
    view: View<'a>,
}

impl<'a> Rendered<'a> {
    /// Joins a diagnostic with its sources.
    pub fn new(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Self {
        let labels = diagnostic.shown_labels();
        let view = View::new(labels.iter().map(|label| label.span.file), sources);
        Rendered { diagnostic, sources, labels, view }
    }

    /// Breaks the labels so that a report has about this many columns.
    #[must_use]
    pub fn width(mut self, n_columns: usize) -> Self {
        for label in &mut self.labels {
            let source = self.sources.get(label.span.file);
            let start = source.position(label.span.start).column as usize;
            let column = GUTTER + start + label.span.len().min(MOST_BYTES) / 2;
            let room = n_columns.saturating_sub(column).max(LEAST_ROOM);
            label.text = broken(&label.text, room);
        }
        self
    }

    /// Returns the first place as `path:line:column`.
    pub fn place(&self) -> Option<String> {
        let span = self.diagnostic.span()?;
        let source = self.sources.get(span.file);
        let position = source.position(span.start);
        Some(format!("{}:{}:{}", source.path, position.line, position.column))
    }
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
        (!self.labels.is_empty()).then_some(&self.view as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        if self.labels.is_empty() {
            return None;
        }
        let labels = self.labels.iter().enumerate().filter_map(|(n, label)| {
            let text = Some(label.text.clone());
            let span = self.view.span(label.span)?;
            Some(match n {
                0 => LabeledSpan::new_primary_with_span(text, span),
                _ => LabeledSpan::new_with_span(text, span),
            })
        });
        Some(Box::new(labels))
    }
}

/// What stands before a line of source, and between a place and its label.
const GUTTER: usize = 8;

/// A label is no narrower: a word or two.
const LEAST_ROOM: usize = 16;

/// Breaks a text between words into lines of at most so many characters, where its words allow it.
fn broken(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

/// A place that is longer is shown up to here.
const MOST_BYTES: usize = 2_000;

/// A line that is longer is shown in part, and not at all where it is only next to a place.
const LONG_LINE: u32 = 400;

/// How much of a long line is shown on each side of a place.
const MARGIN: u32 = 60;

/// The files of a report one behind the other, the one with the fault first, as if they were one text.
struct View<'a> {
    /// Each with the offset of its first byte.
    files: Vec<(FileId, usize, FileView<'a>)>,
}

impl<'a> View<'a> {
    fn new(ids: impl Iterator<Item = FileId>, sources: &'a Sources) -> Self {
        let mut files: Vec<(FileId, usize, FileView<'a>)> = Vec::new();
        let mut end = 0;
        for id in ids {
            if files.iter().all(|(it, _, _)| *it != id) {
                let source = sources.get(id);
                files.push((id, end, FileView(source)));
                end += source.text.len() + 1;
            }
        }
        View { files }
    }

    /// Returns the part of a place that is shown.
    fn span(&self, span: Span) -> Option<SourceSpan> {
        let (_, base, file) = self.files.iter().find(|(id, _, _)| *id == span.file)?;
        let mut end = (span.end as usize).min(span.start as usize + MOST_BYTES);
        while !file.0.text.is_char_boundary(end) {
            end -= 1;
        }
        let n_bytes = end.saturating_sub(span.start as usize);
        Some(SourceSpan::new((base + span.start as usize).into(), n_bytes))
    }
}

impl SourceCode for View<'_> {
    fn read_span<'t>(
        &'t self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'t> + 't>, MietteError> {
        let file = self.files.iter().rev().find(|(_, base, _)| *base <= span.offset());
        let (_, base, file) = file.ok_or(MietteError::OutOfBounds)?;
        file.read(*base, span, lines_before, lines_after)
    }
}

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

/// What miette asks for.
impl FileView<'_> {
    /// Reads a place that counts from the beginning of all files; this one begins at `base`.
    fn read<'t>(
        &'t self,
        base: usize,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'t> + 't>, MietteError> {
        let source = self.0;
        let place = (span.offset() - base)..(span.offset() - base + span.len());
        if source.text.len() < place.end {
            // So miette shows places of two files each on its own.
            return Err(MietteError::OutOfBounds);
        }
        let at = source.position(place.start as u32);
        if lines_before == 0 && lines_after == 0 {
            // So miette asks for the line and column of the place itself.
            let text = source.text.get(place).ok_or(MietteError::OutOfBounds)?;
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
        let (first, start) = self.view_start(place.start as u32, lines_before as u32);
        let (last, end) = self.view_end(place.end as u32, lines_after as u32);
        let data = source
            .text
            .as_bytes()
            .get(start as usize..end as usize)
            .ok_or(MietteError::OutOfBounds)?;
        let whole = SourceSpan::new((base + start as usize).into(), data.len());
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
