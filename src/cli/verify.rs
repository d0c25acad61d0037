//! `schemac verify`: whether the chain of migrations leads to what the source says, and back.

use serde::Serialize;

use super::database::{DatabaseArgs, read};
use super::load::load;
use super::migrations::Chain;
use super::proof::{Claim, prove, report};
use super::report::{Report, counted};
use super::screen::Screen;
use super::side::Sides;
use super::{Global, ReportArgs, json};
use crate::print;
use crate::project::analysis::{Rust, Sql};

/// Prove the migrations on a scratch database.
///
/// Applies every up.sql to an empty database, and compares what is there then with what the lock and the source say, as
/// PostgreSQL shows them. Then every down.sql is run, last first: each must bring back what was there before its up.sql.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac verify
  schemac verify --no-down                               leave the down.sql files out
  schemac verify --scratch-url postgres://localhost/     make the scratch database there")]
pub(super) struct Args {
    /// Leave out the down.sql files.
    #[arg(long)]
    no_down: bool,
    /// Make scratch databases on this server; else beside the database, or on a server that is started for it.
    #[arg(long, value_name = "URL")]
    scratch_url: Option<String>,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    report: ReportArgs,
}

#[derive(Serialize)]
struct Shape {
    version: u32,
    migrations: usize,
    holds: bool,
}

/// Proves, and returns the exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    match holds(args, global, screen) {
        Err(report) => report.finish(&args.report, screen),
        Ok(n) if args.report.format == super::Format::Json => {
            let shape = Shape { version: json::VERSION, migrations: n, holds: true };
            screen.data(&json::text(&shape)).map_or_else(
                |failure| Report::from(failure).finish(&ReportArgs::PLAIN, screen),
                |()| 0,
            )
        }
        Ok(n) => {
            let holds = if n == 1 { "holds: it leads" } else { "hold: they lead" };
            let back = if args.no_down { "" } else { ", and back" };
            screen.note(&format!("{} {holds} to the source{back}", counted(n, "migration")));
            0
        }
    }
}

/// Proves, and returns how many migrations there are.
fn holds(args: &Args, global: &Global, screen: &Screen) -> Result<usize, Report> {
    let loaded = load(&[], global, screen, Sql::Ordered, |_| Ok(Rust::None))?;
    if loaded.analysis.made.is_none() {
        return Err(loaded.into_report());
    }
    let chain = Chain::read(&loaded.project)?;
    let lock = chain.lock()?;
    chain.agrees(&lock)?;
    let state = chain.state(&lock)?;
    let scratch = args.scratch_url.as_deref().map(|it| read(it, "--scratch-url")).transpose()?;
    let target = args.database.url(&loaded.project).ok();
    let mut sides = Sides::new(global, screen, scratch, target);
    let source = &loaded.analysis.compiled;
    let mut ends = vec![(&state, "what the lock says")];
    if print::whole(&source.catalog) != lock.body {
        ends.push((source, "what the source says"));
    }
    let n = chain.migrations.len();
    let first_down = if args.no_down { n } else { 0 };
    let claim = Claim { migrations: &chain.migrations, first_down, ends };
    match prove(&claim, &mut sides, screen, global)? {
        Ok(()) => Ok(n),
        Err(fault) => {
            let compiled = &loaded.analysis.compiled;
            Err(report(fault, loaded.sources, compiled, &chain.migrations))
        }
    }
}
