//! Reports for programs: the shape that docs/json.md describes.

use serde::Serialize;

use super::report::Report;
use crate::diagnostic::{Diagnostic, Label, Level};
use crate::source::{Sources, Span};

/// Grows when a field changes its meaning or goes; new fields may come at any time.
pub(super) const VERSION: u32 = 1;

#[derive(Serialize)]
struct Shape<'r> {
    version: u32,
    diagnostics: Vec<DiagnosticShape<'r>>,
    failures: Vec<FailureShape<'r>>,
    summary: Summary,
}

#[derive(Serialize)]
struct DiagnosticShape<'r> {
    rule: &'static str,
    level: &'static str,
    message: &'r str,
    path: Option<&'r str>,
    span: Option<SpanShape>,
    labels: Vec<LabelShape<'r>>,
    help: Option<&'r str>,
}

#[derive(Serialize)]
struct LabelShape<'r> {
    path: &'r str,
    span: SpanShape,
    text: &'r str,
}

#[derive(Serialize)]
struct SpanShape {
    start: u32,
    end: u32,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct FailureShape<'r> {
    name: &'static str,
    kind: &'static str,
    message: &'r str,
    path: Option<&'r str>,
    help: Option<&'r str>,
}

#[derive(Serialize)]
struct Summary {
    files: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
}

/// Returns a report as one JSON object.
pub(super) fn report(report: &Report) -> String {
    let sources = &report.sources;
    let failures = report.failures.iter().map(|failure| FailureShape {
        name: failure.name,
        kind: failure.kind.word(),
        message: &failure.message,
        path: failure.path.as_deref(),
        help: failure.help.as_deref(),
    });
    let shape = Shape {
        version: VERSION,
        diagnostics: report.diagnostics.iter().map(|it| diagnostic(it, sources)).collect(),
        failures: failures.collect(),
        summary: Summary {
            files: sources.len(),
            errors: report.diagnostics.count(Level::Error),
            warnings: report.diagnostics.count(Level::Warning),
            notes: report.diagnostics.count(Level::Note),
        },
    };
    text(&shape)
}

/// Returns a value as JSON text.
pub(super) fn text(shape: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(shape)
        .expect("all keys are strings, and nothing fails to be written");
    text.push('\n');
    text
}

fn diagnostic<'r>(diagnostic: &'r Diagnostic, sources: &'r Sources) -> DiagnosticShape<'r> {
    DiagnosticShape {
        rule: diagnostic.rule.name,
        level: diagnostic.level.word(),
        message: &diagnostic.message,
        path: diagnostic.span().map(|it| sources.get(it.file).path.as_str()),
        span: diagnostic.span().map(|it| span(it, sources)),
        labels: diagnostic.labels.iter().map(|it| label(it, sources)).collect(),
        help: diagnostic.help.as_deref(),
    }
}

fn label<'r>(label: &'r Label, sources: &'r Sources) -> LabelShape<'r> {
    LabelShape {
        path: &sources.get(label.span.file).path,
        span: span(label.span, sources),
        text: &label.text,
    }
}

fn span(span: Span, sources: &Sources) -> SpanShape {
    let source = sources.get(span.file);
    let (start, end) = (source.position(span.start), source.position(span.end));
    SpanShape {
        start: span.start,
        end: span.end,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}
