//! `schemac baseline`: a database that has the migrations already is told so.

use super::database::{self};
use super::difference::summary;
use super::failure::Failure;
use super::load::project;
use super::migrating::{Applicable, RunArgs};
use super::migrations::Chain;
use super::report::Report;
use super::screen::Screen;
use super::side::{Held, Side, Sides, schemas};
use super::{Global, ReportArgs};
use crate::compare::compare;
use crate::migrate::directory::Migration;
use crate::migrate::runner::Goal;

/// Write down that a database has migrations already, after checking that it does.
///
/// The state that the migrations lead to is made on a scratch database and compared with the live one. Only where the two are equal
/// are the migrations up to VERSION written down as applied, without running any of them. Else the difference is shown, and the exit
/// code is 1.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac baseline                             all migrations that there are
  schemac baseline 20261122T103000             those up to a version
  schemac baseline --dry-run                   compare, and write nothing")]
pub(super) struct Args {
    #[command(flatten)]
    run: RunArgs,
    /// The last migration that the database has; else the last that there is.
    #[arg(value_name = "VERSION")]
    last: Option<String>,
    /// Make scratch databases on this server; else beside the database, or on a server that is started for it.
    #[arg(long, value_name = "URL")]
    scratch_url: Option<String>,
}

/// Compares and writes, and returns the exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    match baseline(args, global, screen) {
        Err(report) => report.finish(&ReportArgs::PLAIN, screen),
        Ok(()) => 0,
    }
}

fn baseline(args: &Args, global: &Global, screen: &Screen) -> Result<(), Report> {
    let project = project(global, screen)?;
    let url = args.run.database.url(&project)?;
    let found = Applicable::read(&project)?;
    let version = wanted(args.last.as_deref(), &found.chain)?;
    let scratch =
        args.scratch_url.as_deref().map(|it| database::read(it, "--scratch-url")).transpose()?;
    let mut sides = Sides::new(global, screen, scratch, Some(url.clone()));
    let wanted = hold(&mut sides, &found, &version)?;
    let held = sides.hold(&Side::Database(url))?;
    let changes = compare(&wanted.catalog, &held.catalog, wanted.schemas.as_ref());
    if !changes.is_empty() {
        screen.data(&summary(&changes))?;
        let message = format!("the database is not what the migrations up to `{version}` lead to");
        let help = "name an earlier version, or make the database equal first: what differs is shown above";
        return Err(Failure::input("database-differs", message, help).into());
    }
    screen.note(&format!("the database is what the migrations up to `{version}` lead to"));
    args.run.run(Goal::Mark(version), false, global, screen)
}

/// Returns the version up to which migrations are written down.
fn wanted(version: Option<&str>, chain: &Chain) -> Result<String, Failure> {
    let known = |it: &&str| chain.migrations.iter().any(|other| other.version == **it);
    match (version, chain.migrations.last()) {
        (Some(version), _) if known(&version) => Ok(version.to_owned()),
        (Some(version), _) => {
            let help = "`schemac status` shows which there are";
            Err(Failure::usage(format!("there is no migration `{version}`"), help))
        }
        (None, Some(last)) => Ok(last.version.clone()),
        (None, None) => {
            let help = "run `schemac generate` first";
            Err(Failure::usage("there are no migrations", help))
        }
    }
}

/// Finds out what the migrations lead to: the lock says so of the last one; else they run on a scratch database.
fn hold(sides: &mut Sides<'_>, found: &Applicable, version: &str) -> Result<Held, Report> {
    let Applicable { chain, lock, refused } = found;
    let is_last = chain.migrations.last().is_some_and(|it| it.version == version);
    if let Some(lock) = lock.as_ref().filter(|_| is_last && refused.is_empty()) {
        return sides.compiled(&chain.state(lock)?);
    }
    let until = |it: &&Migration| it.version.as_str() <= version;
    let migrations: Vec<Migration> = chain.migrations.iter().filter(until).cloned().collect();
    let mut held = sides.hold(&Side::Migrations(migrations))?;
    held.schemas = Some(schemas(&held.catalog));
    Ok(held)
}
