//! `schemac rollback`: takes back the last migrations.

use super::migrating::RunArgs;
use super::screen::Screen;
use super::{Global, ReportArgs};
use crate::migrate::runner::{Goal, Lossy};

/// Take back the last migration, or more of them.
///
/// Runs `down.sql` of each, the last one first, as `migrate` runs `up.sql`. What a `down.sql` loses for good stands in it as
/// `-- data loss: …`; then nothing runs until that is accepted, and the exit code is 4.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac rollback                             the last migration
  schemac rollback -n 3                        the last three
  schemac rollback --to 20261122T103000        all after this one
  schemac rollback --to empty                  all
  schemac rollback --dry-run                   what would run
  schemac rollback --accept-data-loss          also where data is lost")]
pub(super) struct Args {
    #[command(flatten)]
    run: RunArgs,
    /// Take back all after this version, which stays; `empty` takes back all.
    #[arg(long, value_name = "VERSION", conflicts_with = "count")]
    to: Option<String>,
    /// Take back so many.
    #[arg(short = 'n', value_name = "N", default_value_t = 1)]
    count: usize,
    /// Go on where data is lost for good.
    #[arg(long)]
    accept_data_loss: bool,
}

/// Takes back, and returns the exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    let is_accepted = args.accept_data_loss || args.run.dry_run;
    let lossy = if is_accepted { Lossy::Accepted } else { Lossy::Refused };
    let goal = match args.to.clone() {
        Some(version) => Goal::BackTo { version, lossy },
        None => Goal::Back { count: args.count, lossy },
    };
    let done = args.run.run(goal, false, global, screen);
    done.map_or_else(|report| report.finish(&ReportArgs::PLAIN, screen), |()| 0)
}
