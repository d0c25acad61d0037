//! Reports for programs: the shape that docs/json.md describes.

use serde::Serialize;

use super::report::Report;
use crate::diagnostic::{Certainty, Diagnostic, Fix, Included, Label, Level};
use crate::project::fix::Taken;
use crate::source::{Sources, Span};

/// Grows when a field changes its meaning or goes; new fields may come at any time.
pub(super) const VERSION: u32 = 1;

#[derive(Serialize)]
struct Shape<'r> {
    version: u32,
    diagnostics: Vec<DiagnosticShape<'r>>,
    failures: Vec<FailureShape<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mended: Option<Vec<MendedShape<'r>>>,
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
    included: Vec<IncludeShape<'r>>,
    help: Option<&'r str>,
    fix: Option<FixShape<'r>>,
}

#[derive(Serialize)]
struct IncludeShape<'r> {
    mixin: &'r str,
    path: &'r str,
    span: SpanShape,
}

#[derive(Serialize)]
struct FixShape<'r> {
    text: &'r str,
    certain: bool,
    edits: Vec<EditShape<'r>>,
}

#[derive(Serialize)]
struct EditShape<'r> {
    path: &'r str,
    span: SpanShape,
    text: &'r str,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    sqlstate: Option<&'r str>,
}

#[derive(Serialize)]
struct MendedShape<'r> {
    rule: &'static str,
    message: &'r str,
    path: &'r str,
    line: u32,
    column: u32,
    text: &'r str,
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
        sqlstate: failure.sqlstate.as_deref(),
    });
    let shape = Shape {
        version: VERSION,
        diagnostics: report.diagnostics.iter().map(|it| diagnostic(it, sources)).collect(),
        failures: failures.collect(),
        mended: report.mended.as_ref().map(|taken| taken.iter().map(mended).collect()),
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
        included: diagnostic.included.iter().map(|it| include(it, sources)).collect(),
        help: diagnostic.help.as_deref(),
        fix: diagnostic.fix.as_ref().map(|it| fix(it, sources)),
    }
}

fn include<'r>(include: &'r Included, sources: &'r Sources) -> IncludeShape<'r> {
    IncludeShape {
        mixin: &include.mixin,
        path: &sources.get(include.site.file).path,
        span: span(include.site, sources),
    }
}

fn fix<'r>(fix: &'r Fix, sources: &'r Sources) -> FixShape<'r> {
    let edits = fix.edits.iter().map(|edit| EditShape {
        path: &sources.get(edit.span.file).path,
        span: span(edit.span, sources),
        text: &edit.text,
    });
    let certain = fix.certainty == Certainty::Certain;
    FixShape { text: &fix.text, certain, edits: edits.collect() }
}

fn mended(taken: &Taken) -> MendedShape<'_> {
    MendedShape {
        rule: taken.rule.name,
        message: &taken.message,
        path: &taken.path,
        line: taken.line,
        column: taken.column,
        text: &taken.text,
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
