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
use crate::project::analysis::{Made, Rust, Sql};
use crate::project::config::Project;
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
    /// What is made: SQL, and Rust where it has a place, unless this says otherwise.
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
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
    /// Types for every relation, enum, domain and so on.
    Rust,
    /// A script that makes an empty database hold the schema.
    Sql,
    /// The catalog, for programs (docs/json.md).
    Json,
}

/// Runs the command and returns its exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    let (report, is_stale) =
        match load(&args.paths, global, screen, Sql::Written, |project| args.rust(project)) {
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
    let Some(made) = &loaded.analysis.made else {
        return Ok(false);
    };
    let outputs = outputs(loaded, made, args, screen);
    let rust = args.rust_directory(&loaded.project).filter(|_| args.emits_rust(&loaded.project));
    let swept: Vec<_> = rust.into_iter().map(|directory| (directory, "rs")).collect();
    let n_outputs = outputs.len();
    let of_files = |errors| of_files(errors).failures;
    let changes = compare(outputs, &swept).map_err(of_files)?;
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
    if args.emit.is_empty() && args.out.is_none() && loaded.project.config.rust.is_none() {
        screen.note("note: no Rust is made: name its place in schemac.toml (`[rust]`, `out`), or one for all with --out");
    }
    apply(&changes).map_err(|error| of_files(vec![error]))?;
    tell(&changes, n_outputs, screen);
    Ok(false)
}

impl Args {
    fn emits_sql(&self) -> bool {
        self.emit.is_empty() || self.emit.contains(&Emit::Sql)
    }

    /// Rust is made when it is asked for, and where nothing is asked for when there is a place for it.
    fn emits_rust(&self, project: &Project) -> bool {
        match self.emit.is_empty() {
            true => self.rust_directory(project).is_some(),
            false => self.emit.contains(&Emit::Rust),
        }
    }

    fn rust_directory(&self, project: &Project) -> Option<PathBuf> {
        let configured = project.config.rust.as_ref().and_then(|rust| rust.out.as_ref());
        self.out.clone().or_else(|| configured.map(|out| project.root.join(out)))
    }

    /// Returns the Rust that is to be made.
    fn rust(&self, project: &Project) -> Result<Rust, Failure> {
        if !self.emits_rust(project) {
            return Ok(Rust::None);
        }
        if self.rust_directory(project).is_none() {
            let message = "there is no place for the Rust";
            let help =
                "set `out` in `[rust]` of schemac.toml, or name a directory with `--out DIR`";
            return Err(Failure::usage(message, help));
        }
        let options = project.config.rust.as_ref().map(|rust| rust.options);
        Ok(Rust::Files(options.unwrap_or_default()))
    }
}

/// Returns everything that is made, before the first is written.
fn outputs(loaded: &Loaded, made: &Made, args: &Args, screen: &Screen) -> Vec<Output> {
    let Made { plan, rust } = made;
    let project = &loaded.project;
    let place = |name: &str| args.out.as_ref().unwrap_or(&project.root).join(name);
    let mut outputs = Vec::new();
    let n_files = loaded.sources.len();
    if args.emits_sql() {
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
    let directory = args.rust_directory(project).unwrap_or_default();
    let rust = rust.iter();
    outputs.extend(
        rust.map(|file| Output { path: directory.join(&file.path), text: file.text.clone() }),
    );
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
