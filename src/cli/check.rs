//! `schemac check`: all that is wrong with a source, in one run.

use std::path::PathBuf;

use clap::ArgGroup;

use super::failure::Failure;
use super::fix;
use super::load::{Loaded, load};
use super::report::{Report, counted};
use super::screen::Screen;
use super::{Format, Global, ReportArgs, watch};
use crate::diagnostic::Certainty;
use crate::project::analysis::{Rust, Sql};
use crate::project::config::Project;

/// Report all that is wrong with the source.
///
/// Reads the files and directories named, or the source of the project: what `schemas` in schemac.toml names, else the
/// directory `schemas`. Writes nothing without --fix.
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("mending").args(["fix", "diff"]))]
#[command(after_help = "Examples:
  schemac check                                the source of the project
  schemac check schemas/billing.schema         one file
  schemac check --format json > report.json    for a program
  schemac check --deny-warnings                as a gate in CI
  schemac check --diff                         what --fix would change
  schemac check --fix                          mend what can be mended for sure
  schemac check --watch                        again whenever a file changes")]
pub(super) struct Args {
    /// Files and directories.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Mend what has a certain fix, then report what is left.
    #[arg(long)]
    fix: bool,
    /// Show what --fix would change, as a unified diff on the standard output; exit with 1 if that is anything.
    #[arg(long)]
    diff: bool,
    /// Take likely fixes too: such as a name for one that is nearly the same. Look at what they did.
    #[arg(long, requires = "mending")]
    likely: bool,
    /// Check again whenever a file of the source or schemac.toml changes, until Ctrl-C.
    #[arg(long, conflicts_with = "mending")]
    watch: bool,
    #[command(flatten)]
    report: ReportArgs,
}

/// Runs the command and returns its exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    if args.watch {
        return watch::run(&args.paths, global, screen, || once(args, global, screen));
    }
    once(args, global, screen)
}

fn once(args: &Args, global: &Global, screen: &Screen) -> u8 {
    if args.diff && args.report.format != Format::Human {
        let message = "a diff has no other format";
        let failure = Failure::usage(message, "leave `--format` out, or `--diff`");
        return Report::from(failure).finish(&args.report, screen);
    }
    let loaded = match load(&args.paths, global, screen, Sql::Ordered, wanted_rust) {
        Err(report) => return report.finish(&args.report, screen),
        Ok(loaded) => loaded,
    };
    let least = if args.likely { Certainty::Likely } else { Certainty::Certain };
    if args.diff {
        return fix::show(loaded, least, screen);
    }
    let report = if args.fix {
        fix::write(loaded, least, args.report.format, screen)
    } else {
        tell(loaded, args.report.format, screen)
    };
    report.finish(&args.report, screen)
}

/// Says that nothing is wrong, where that is so.
fn tell(loaded: Loaded, format: Format, screen: &Screen) -> Report {
    if loaded.analysis.compiled.diagnostics.is_empty() && format == Format::Human {
        let objects = counted(loaded.analysis.compiled.catalog.len(), "object");
        let files = counted(loaded.sources.len(), "file");
        screen.note(&format!("{objects} in {files}: nothing is wrong"));
    }
    loaded.into_report()
}

/// What has no type in Rust is wrong where a project makes Rust.
fn wanted_rust(project: &Project) -> Result<Rust, Failure> {
    let rust = project.config.rust.as_ref();
    Ok(rust.map_or(Rust::None, |rust| Rust::Files(rust.options)))
}
