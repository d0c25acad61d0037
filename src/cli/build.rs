//! `schemac build`: writes what is made of a source.

use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::failure::Failure;
use super::load::{Loaded, load, of_files};
use super::locks;
use super::report::{Report, counted};
use super::screen::Screen;
use super::{Global, ReportArgs, catalog};
use crate::emit::{self, sql, sql::Transactions};
use crate::plan::Plan;
use crate::project::output::{Change, Output, apply, compare};
use crate::project::shown;

/// Write the SQL and the Rust of the source.
///
/// `schema.sql` (and `schema.json`, where it is asked for) goes beside schemac.toml, Rust into `[rust].out`; with --out
/// all goes into one directory. Files are written whole or not at all, and only where they change. A file that schemac
/// did not write is never overwritten.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac build                            the source of the project
  schemac build --out generated            all into one directory
  schemac build --emit sql                 the script alone
  schemac build --check                    in CI: is all up to date?
  schemac build schemas/shop --out shop    without a schemac.toml")]
pub(super) struct Args {
    /// Files and directories.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write everything into this directory.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What is made.
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',', default_value = "sql")]
    emit: Vec<Emit>,
    /// Write nothing; show what is stale, and exit with 1 if anything is.
    #[arg(long)]
    check: bool,
    /// Begin a new transaction in the script before N locks are held.
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "3000")]
    batch: Option<u32>,
    #[command(flatten)]
    report: ReportArgs,
}

/// What is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Emit {
    /// A script that makes an empty database hold the schema.
    Sql,
    /// The catalog, for programs (docs/json.md).
    Json,
}

/// Runs the command and returns its exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    let (report, is_stale) = match load(&args.paths, global, screen) {
        Err(report) => (report, false),
        Ok(loaded) => match make(&loaded, args, screen) {
            Ok(is_stale) => (loaded.into_report(), is_stale),
            Err(failures) => {
                let report = loaded.into_report();
                (Report { failures, ..report }, false)
            }
        },
    };
    report.finish(&args.report, screen).max(u8::from(is_stale))
}

/// Writes what is to be written, or tells whether anything would be.
fn make(loaded: &Loaded, args: &Args, screen: &Screen) -> Result<bool, Vec<Failure>> {
    let Some(plan) = &loaded.analysis.plan else {
        return Ok(false);
    };
    let outputs = outputs(loaded, plan, args, screen);
    let n_outputs = outputs.len();
    let of_files = |errors| of_files(errors).failures;
    let changes = compare(outputs, &[]).map_err(of_files)?;
    if args.check {
        changes.iter().for_each(|change| screen.say(&difference(change)));
        let stale = changes.len();
        if 0 < stale {
            screen.say(&format!("{} not up to date: run `schemac build`", counted(stale, "file")));
        } else {
            screen.note(&format!("{} up to date", counted(n_outputs, "file")));
        }
        return Ok(0 < stale);
    }
    apply(&changes).map_err(|error| of_files(vec![error]))?;
    tell(&changes, n_outputs, screen);
    Ok(false)
}

/// Returns everything that is made, before the first is written.
fn outputs(loaded: &Loaded, plan: &Plan, args: &Args, screen: &Screen) -> Vec<Output> {
    let place = |name: &str| args.out.as_ref().unwrap_or(&loaded.project.root).join(name);
    let mut outputs = Vec::new();
    let n_files = loaded.sources.len();
    if args.emit.contains(&Emit::Sql) {
        let transactions = args.batch.map_or(Transactions::One, Transactions::Locks);
        let warning = locks::warning(plan, transactions);
        if let Some(lines) = &warning {
            screen.note(&format!("note: {}", lines.join("\n      ")));
        }
        let text = script(plan, transactions, warning, n_files);
        outputs.push(Output { path: place("schema.sql"), text });
    }
    if args.emit.contains(&Emit::Json) {
        let text = catalog::json(&loaded.analysis.compiled.catalog, plan, n_files);
        outputs.push(Output { path: place("schema.json"), text });
    }
    outputs
}

fn script(
    plan: &Plan,
    transactions: Transactions,
    warning: Option<[String; 3]>,
    n_files: usize,
) -> String {
    let mut text = format!("-- {}\n", emit::heading(n_files));
    for line in warning.into_iter().flatten() {
        text.push_str(&format!("-- {line}\n"));
    }
    text.push('\n');
    text.push_str(&sql::script(plan, transactions));
    text
}

/// Says what was written.
fn tell(changes: &[Change], n_outputs: usize, screen: &Screen) {
    for change in changes {
        let path = shown(&change.path);
        match &change.new {
            Some(text) => screen.note(&format!("wrote {path} ({} lines)", text.lines().count())),
            None => screen.note(&format!("removed {path}")),
        }
    }
    let n_written = changes.iter().filter(|change| change.new.is_some()).count();
    if n_written < n_outputs {
        let same = counted(n_outputs - n_written, "file");
        screen.note(&format!("left {same} as before"));
    }
}

/// How many lines of a difference are shown.
const SHOWN_LINES: usize = 20;

/// Returns the first lines of what differs in one file.
fn difference(change: &Change) -> String {
    let path = shown(&change.path);
    let (old, new) = match (&change.old, &change.new) {
        (Some(old), Some(new)) => (old, new),
        (Some(_), None) => return format!("{path} is no longer made"),
        (None, _) => return format!("{path} is missing"),
    };
    let diff = TextDiff::from_lines(old, new);
    let text = diff.unified_diff().context_radius(1).header(&path, &made(&change.path)).to_string();
    let mut lines: Vec<&str> = text.lines().take(SHOWN_LINES).collect();
    let more = text.lines().count().saturating_sub(SHOWN_LINES);
    let rest = format!("… and {}", counted(more, "more line"));
    if 0 < more {
        lines.push(&rest);
    }
    lines.join("\n")
}

fn made(path: &Path) -> String {
    format!("{} (made now)", shown(path))
}
