//! `schemac migrate`: applies the migrations that a database does not have yet.

use super::migrating::RunArgs;
use super::screen::Screen;
use super::{Global, ReportArgs};
use crate::migrate::runner::Goal;

/// Apply the migrations that a database does not have yet.
///
/// Each migration is a transaction with its row in `schemac.migrations`; statements below `-- schemac: no-transaction` run one
/// by one, each recorded before and after. Only one runner works on a database at a time, the others wait. A run that was ended at
/// any point is taken up where it ended (docs/migrate.md).
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac migrate                              the database of schemac.toml or DATABASE_URL
  schemac migrate --dry-run                    what would run
  schemac migrate --to 20261122T103000         up to a version
  schemac migrate --wait 60s                   in a container that starts together with its database
  schemac migrate --lock-timeout 500ms --retries 50
  schemac migrate --format json                what was done, for programs")]
pub(super) struct Args {
    #[command(flatten)]
    run: RunArgs,
    /// Apply up to this version, and not what comes after it.
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,
    /// Leave a database alone that has later migrations than the files, and exit with 0: for programs of before that start again.
    #[arg(long)]
    allow_ahead: bool,
}

/// Applies, and returns the exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    let done = args.run.run(Goal::Up(args.to.clone()), args.allow_ahead, global, screen);
    done.map_or_else(|report| report.finish(&ReportArgs::PLAIN, screen), |()| 0)
}
