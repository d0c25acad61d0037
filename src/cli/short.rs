//! Reports of one line each, as compilers write them and editors read them.

use super::report::Report;
use crate::diagnostic::Rendered;

/// Returns the lines of the reports that are shown: `path:line:column: level[rule] message`.
pub(super) fn text(report: &Report, most: usize) -> String {
    let mut out = String::new();
    for failure in &report.failures {
        let place = failure.path.as_ref().map(|path| format!("{path}: ")).unwrap_or_default();
        let message = one_line(&failure.message);
        out.push_str(&format!("{place}error[{}] {message}\n", failure.name));
    }
    let (shown, left_out) = report.shown(most);
    for it in shown {
        let place = Rendered::new(it, &report.sources).place();
        let place = place.map(|place| format!("{place}: ")).unwrap_or_default();
        let message = one_line(&it.message);
        out.push_str(&format!("{place}{}[{}] {message}\n", it.level.word(), it.rule.name));
    }
    left_out.iter().for_each(|line| out.push_str(&format!("{line}\n")));
    out
}

/// A name can have a line end in it; a report can't.
fn one_line(message: &str) -> String {
    message.replace(['\n', '\r'], " ")
}
