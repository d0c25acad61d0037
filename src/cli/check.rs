//! `schemac check`: all that is wrong with a source, in one run.

use std::path::PathBuf;

use super::failure::Failure;
use super::load::load;
use super::report::counted;
use super::screen::Screen;
use super::{Format, Global, ReportArgs};
use crate::project::analysis::{Rust, Sql};
use crate::project::config::Project;

/// Report all that is wrong with the source.
///
/// Reads the files and directories named, or the source of the project: what `schemas` in schemac.toml names, else the
/// directory `schemas`. Writes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac check                                the source of the project
  schemac check schemas/billing.schema         one file
  schemac check --format json > report.json    for a program
  schemac check --deny-warnings                as a gate in CI")]
pub(super) struct Args {
    /// Files and directories.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    report: ReportArgs,
}

/// Runs the command and returns its exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    let report = match load(&args.paths, global, screen, Sql::Ordered, wanted_rust) {
        Err(report) => report,
        Ok(loaded) => {
            if loaded.analysis.compiled.diagnostics.is_empty()
                && args.report.format == Format::Human
            {
                let objects = counted(loaded.analysis.compiled.catalog.len(), "object");
                let files = counted(loaded.sources.len(), "file");
                screen.note(&format!("{objects} in {files}: nothing is wrong"));
            }
            loaded.into_report()
        }
    };
    report.finish(&args.report, screen)
}

/// What has no type in Rust is wrong where a project makes Rust.
fn wanted_rust(project: &Project) -> Result<Rust, Failure> {
    let rust = project.config.rust.as_ref();
    Ok(rust.map_or(Rust::None, |rust| Rust::Files(rust.options)))
}
