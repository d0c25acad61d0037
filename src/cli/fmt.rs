//! `schemac fmt`: the canonical layout of source files.

use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use similar::TextDiff;

use super::failure::Failure;
use super::load::{of_files, project};
use super::report::{Report, counted};
use super::screen::Screen;
use super::{Global, ReportArgs};
use crate::diagnostic::Diagnostics;
use crate::format::{self, Formatted};
use crate::project::collect::{collect, of_bytes};
use crate::project::rewrite::{Rewrite, rewrite};
use crate::source::{FileId, Source, Sources};

/// Lay source files out in the one canonical way.
///
/// One line a member, two blanks a level, keywords in lower case, types by their short names. Comments and single blank
/// lines stay, and so does SQL text but for its indentation: the database that the source describes is the same. What
/// can't be read stays as it is and is reported; all around it is laid out.
///
/// Formats the files and directories named, or the source of the project. Files are replaced whole or not at all, and
/// only where they change.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac fmt                           the source of the project
  schemac fmt schemas/billing.schema    one file
  schemac fmt --check                   as a gate in CI
  schemac fmt - < a.schema              as a filter
  schemac fmt --range 10:14 a.schema    what lines 10 to 14 touch, for editors")]
pub(super) struct Args {
    /// Files and directories; `-` is the standard input.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Change nothing; print what would change as a diff, and exit with 1 if anything would.
    #[arg(long)]
    check: bool,
    /// Format only the members that these lines touch, counted from 1.
    #[arg(long, value_name = "START:END")]
    range: Option<Lines>,
    /// What the standard input is called in reports.
    #[arg(long, value_name = "PATH", default_value = "<stdin>")]
    stdin_path: String,
}

/// Lines from the first to the last, counted from 1.
#[derive(Clone, Copy, Debug)]
struct Lines {
    first: u32,
    last: u32,
}

impl FromStr for Lines {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (first, last) = text.split_once(':').unwrap_or((text, text));
        match (first.parse(), last.parse()) {
            (Ok(first), Ok(last)) if 0 < first && first <= last => Ok(Lines { first, last }),
            _ => Err("two numbers of lines are needed, the first and the last: 10:14".into()),
        }
    }
}

/// A file before and after.
struct Change {
    file: FileId,
    new: String,
}

/// Runs the command and returns its exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
    let done = if args.paths.iter().any(is_stdin) {
        from_stdin(args, screen)
    } else {
        on_files(args, global, screen)
    };
    match done {
        Ok((report, differs)) => {
            report.finish(&ReportArgs::PLAIN, screen).max(u8::from(args.check && differs))
        }
        Err(report) => report.finish(&ReportArgs::PLAIN, screen),
    }
}

/// Formats what comes in, and tells whether it was something else.
fn from_stdin(args: &Args, screen: &Screen) -> Result<(Report, bool), Report> {
    if 1 < args.paths.len() {
        return Err(Failure::usage("`-` stands alone", "format files in a run of their own").into());
    }
    let source = stdin(&args.stdin_path)?;
    let sources = Sources::from_iter([source]);
    let (changes, diagnostics) = format_all(&sources, args.range);
    let change = changes.first();
    if args.check {
        print_diffs(&sources, &changes, screen)?;
    } else {
        for (file, source) in sources.iter() {
            let text = change.filter(|it| it.file == file).map_or(&source.text, |it| &it.new);
            screen.data(&source.on_disk(text))?;
        }
    }
    let differs = change.is_some();
    Ok((Report { sources, diagnostics, ..Report::default() }, differs))
}

fn stdin(path: &str) -> Result<Source, Report> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).map_err(|error| {
        Failure::environment("unreadable", format!("the standard input can't be read: {error}"))
    })?;
    of_bytes(bytes, path).map_err(|error| of_files(vec![error]))
}

/// Formats files, and tells whether any was not formatted before.
fn on_files(args: &Args, global: &Global, screen: &Screen) -> Result<(Report, bool), Report> {
    let inputs = match args.paths.is_empty() {
        true => {
            let project = project(global, screen)?;
            project.inputs().map_err(of_files)?
        }
        false => args.paths.clone(),
    };
    let collected = collect(&inputs).map_err(of_files)?;
    if args.range.is_some() && collected.sources.len() != 1 {
        let found = counted(collected.sources.len(), "file");
        let message = format!("`--range` is for one file, and there are {found}");
        return Err(Failure::usage(message, "name one file, or leave `--range` out").into());
    }
    let (changes, diagnostics) = format_all(&collected.sources, args.range);
    if args.check {
        print_diffs(&collected.sources, &changes, screen)?;
    } else {
        let files: Vec<&Path> = collected.files.iter().map(PathBuf::as_path).collect();
        write(&collected.sources, &files, &changes)?;
    }
    let (n_changed, n_files) = (changes.len(), collected.sources.len());
    screen.note(&summary(args.check, n_changed, n_files - n_changed));
    let report = Report { sources: collected.sources, diagnostics, ..Report::default() };
    Ok((report, 0 < n_changed))
}

/// Returns the files that change, and what can't be read in any.
fn format_all(sources: &Sources, lines: Option<Lines>) -> (Vec<Change>, Diagnostics) {
    let (mut changes, mut diagnostics) = (Vec::new(), Diagnostics::default());
    for (file, source) in sources.iter() {
        let formatted = format::format(sources, file);
        let new = match lines {
            None => formatted.text,
            Some(lines) => part(&formatted, source, lines),
        };
        diagnostics.extend(formatted.diagnostics);
        if new != source.text {
            changes.push(Change { file, new });
        }
    }
    diagnostics.sort();
    (changes, diagnostics)
}

/// Returns a text in which only some lines are formatted.
fn part(formatted: &Formatted, source: &Source, lines: Lines) -> String {
    let range = bytes_of(source, lines);
    format::apply(&source.text, &formatted.edits_in(&source.text, range))
}

fn bytes_of(source: &Source, lines: Lines) -> Range<usize> {
    let end = source.text.len();
    let start = source.line(lines.first).map_or(end, |(start, _)| start as usize);
    let last = source.line(lines.last).map_or(end, |(_, end)| end as usize);
    start..last.max(start)
}

fn write(sources: &Sources, files: &[&Path], changes: &[Change]) -> Result<(), Report> {
    let mut rewrites = Vec::new();
    for ((file, source), path) in sources.iter().zip(files) {
        if let Some(change) = changes.iter().find(|it| it.file == file) {
            let (old, new) = (source.on_disk(&source.text), source.on_disk(&change.new));
            rewrites.push(Rewrite { path: path.to_path_buf(), old, new });
        }
    }
    rewrite(&rewrites).map_err(of_files)
}

fn print_diffs(sources: &Sources, changes: &[Change], screen: &Screen) -> Result<(), Report> {
    for change in changes {
        let source = sources.get(change.file);
        let diff = TextDiff::from_lines(&source.text, &change.new);
        let formatted = format!("{} (formatted)", source.path);
        let text = diff.unified_diff().header(&source.path, &formatted).to_string();
        screen.data(&text)?;
    }
    Ok(())
}

fn summary(is_check: bool, n_changed: usize, n_unchanged: usize) -> String {
    let changed = counted(n_changed, "file");
    match is_check {
        true => format!("{changed} would be formatted, {n_unchanged} unchanged"),
        false => format!("{changed} formatted, {n_unchanged} unchanged"),
    }
}
