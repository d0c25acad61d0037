//! Reports as GitHub Actions shows them beside the changed lines.
//!
//! GitHub documentation: Workflow commands for GitHub Actions, "Setting an error message".

use super::report::Report;
use crate::diagnostic::{Diagnostic, Level};
use crate::source::Sources;

/// Returns a workflow command for each report that is shown.
pub(super) fn text(report: &Report, most: usize) -> String {
    let mut out = String::new();
    for failure in &report.failures {
        let file = failure.path.as_ref().map(|path| format!("file={},", property(path)));
        let title = property(&format!("schemac: {}", failure.name));
        let message = with_help(&failure.message, failure.help.as_deref());
        out.push_str(&format!("::error {}title={title}::{message}\n", file.unwrap_or_default()));
    }
    let (shown, left_out) = report.shown(most);
    shown.iter().for_each(|it| out.push_str(&command(it, &report.sources)));
    left_out.iter().for_each(|line| out.push_str(&format!("::notice::{}\n", data(line))));
    out
}

fn command(it: &Diagnostic, sources: &Sources) -> String {
    let word = match it.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let mut properties = Vec::new();
    if let Some(span) = it.span() {
        let source = sources.get(span.file);
        let (start, end) = (source.position(span.start), source.position(span.end));
        properties.push(format!("file={}", property(&source.path)));
        properties.push(format!("line={},endLine={}", start.line, end.line));
        // Columns of a place of several lines are refused.
        if start.line == end.line {
            let last = end.column.saturating_sub(1).max(start.column);
            properties.push(format!("col={},endColumn={last}", start.column));
        }
    }
    properties.push(format!("title={}", property(&format!("schemac: {}", it.rule.name))));
    let message = with_help(&it.message, it.help.as_deref());
    format!("::{word} {}::{message}\n", properties.join(","))
}

fn with_help(message: &str, help: Option<&str>) -> String {
    let help = help.map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    data(&format!("{message}{help}"))
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
