//! `check --fix` and `check --diff`: what fixes make of a source, written or shown.

use std::path::PathBuf;

use similar::TextDiff;

use super::Format;
use super::load::{Loaded, of_files};
use super::report::{Report, counted};
use super::screen::Screen;
use crate::diagnostic::{Certainty, Level};
use crate::project::fix::{Mended, Reason, Taken, mend};
use crate::project::rewrite::{Rewrite, rewrite};
use crate::project::shown;
use crate::source::{Source, Sources};

/// Writes what is mended and returns the report of what is left.
pub(super) fn write(loaded: Loaded, least: Certainty, format: Format, screen: &Screen) -> Report {
    let (mended, changes) = work(loaded, least, screen);
    if let Err(errors) = rewrite(&changes) {
        return of_files(errors);
    }
    if format == Format::Human {
        screen.note(&summary("mended", &mended.taken, &changes));
        let compiled = &mended.analysis.compiled;
        if compiled.diagnostics.is_empty() {
            let objects = counted(compiled.catalog.len(), "object");
            let files = counted(mended.sources.len(), "file");
            screen.note(&format!("{objects} in {files}: nothing is wrong"));
        }
    }
    Report {
        diagnostics: mended.analysis.compiled.diagnostics,
        mended: Some(mended.taken),
        sources: mended.sources,
        failures: Vec::new(),
    }
}

/// Prints what would be mended and returns the exit code.
pub(super) fn show(loaded: Loaded, least: Certainty, screen: &Screen) -> u8 {
    let (mended, changes) = work(loaded, least, screen);
    let diff: String = changes.iter().map(difference).collect();
    if let Err(failure) = screen.data(&diff) {
        screen.report(&failure);
        return failure.kind.exit_code();
    }
    screen.note(&summary("would mend", &mended.taken, &changes));
    let left = mended.analysis.compiled.diagnostics.count(Level::Error);
    if 0 < left {
        screen
            .note(&format!("{} would be left: `schemac check` shows all", counted(left, "error")));
    }
    u8::from(!changes.is_empty() || 0 < left)
}

/// Mends a source in memory and returns what changes in which file.
fn work(loaded: Loaded, least: Certainty, screen: &Screen) -> (Mended, Vec<Rewrite>) {
    let Loaded { sources, files, wanted, analysis, .. } = loaded;
    let before: Vec<String> =
        sources.iter().map(|(_, source)| source.on_disk(&source.text)).collect();
    let mended = mend(sources, analysis, least, |sources| wanted.analyse(sources));
    mended.taken.iter().for_each(|it| screen.detail(|| format!("{}: {}", place(it), it.text)));
    for (it, reason) in &mended.refused {
        let why = match reason {
            Reason::Useless => "does not mend it: this is a fault of schemac, please report it",
            Reason::Harmful => "is left out: as much would be wrong after it as before",
        };
        screen.say(&format!("note: {}: the fix of `{}` {why}", place(it), it.rule.name));
    }
    if !mended.settled {
        screen.say("note: more is mended by another run");
    }
    let changes = changes(&mended.sources, files, before);
    (mended, changes)
}

fn place(it: &Taken) -> String {
    format!("{}:{}:{}", it.path, it.line, it.column)
}

fn changes(sources: &Sources, files: Vec<PathBuf>, before: Vec<String>) -> Vec<Rewrite> {
    let written = sources.iter().map(|(_, source): (_, &Source)| source.on_disk(&source.text));
    let all = files.into_iter().zip(before).zip(written);
    all.filter(|((_, old), new)| old != new)
        .map(|((path, old), new)| Rewrite { path, old, new })
        .collect()
}

/// Returns a line such as `mended 7 faults in 3 files`.
fn summary(done: &str, taken: &[Taken], changes: &[Rewrite]) -> String {
    let (faults, files) = (counted(taken.len(), "fault"), counted(changes.len(), "file"));
    if taken.is_empty() { format!("{done} nothing") } else { format!("{done} {faults} in {files}") }
}

fn difference(change: &Rewrite) -> String {
    let path = shown(&change.path);
    let diff = TextDiff::from_lines(&change.old, &change.new);
    diff.unified_diff().header(&path, &path).to_string()
}
