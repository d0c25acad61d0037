//! `schemac status`: which migrations a database has.

use std::time::Duration;

use serde::Serialize;

use super::database::DatabaseArgs;
use super::difference::summary;
use super::driver::Driver;
use super::failure::Failure;
use super::load::project;
use super::migrating::{Applicable, Shown};
use super::report::{Report, counted};
use super::screen::Screen;
use super::{Global, ReportArgs, drift, duration, json};
use crate::migrate::runner::read_history;
use crate::migrate::standing::{Standing, State, standings};

/// Show which migrations a database has, which it does not have yet, and what does not fit together.
///
/// Only reads. Exits with 1 where something does not fit: a file that was changed after it was applied or is missing, a
/// migration that failed or is out of order, a database that is ahead of the files. Migrations that are pending are no
/// such thing, but for `--exit-code`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac status                               the database of schemac.toml or DATABASE_URL
  schemac status --exit-code                   1 also where a migration is pending
  schemac status --drift                       and whether somebody changed the database past them
  schemac status --format json                 for programs")]
pub(super) struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    /// Wait so long for a server that is still starting.
    #[arg(long, value_name = "TIME", value_parser = duration::read, default_value = "0s")]
    wait: Duration,
    /// Exit with 1 also where a migration is pending.
    #[arg(long)]
    exit_code: bool,
    /// Compare the database with what its migrations lead to, on a scratch database; exit with 1 where they differ.
    #[arg(long)]
    drift: bool,
    /// What is printed: a line for each migration, or JSON (docs/json.md).
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    format: Shown,
}

/// Shows, and returns the exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    match show(args, global, screen) {
        Err(report) => report.finish(&ReportArgs::PLAIN, screen),
        Ok(code) => code,
    }
}

fn show(args: &Args, global: &Global, screen: &Screen) -> Result<u8, Report> {
    let project = project(global, screen)?;
    let url = args.database.url(&project)?;
    let Applicable { chain, refused, .. } = Applicable::read(&project)?;
    let mut driver = Driver::open(url.clone(), args.wait, screen)?;
    let records = driver.drive(read_history(), |_| {}).map_err(Failure::from)?;
    let standings = standings(&records.unwrap_or_default(), &chain.migrations);
    let standings = standings.map_err(Failure::from)?;
    screen.data(&match args.format {
        Shown::Human => text(&standings),
        Shown::Json => as_json(&standings),
    })?;
    let count = |wanted: State| standings.iter().filter(|it| it.state == wanted).count();
    let (applied, pending) = (count(State::Applied), count(State::Pending) + count(State::Folded));
    screen.note(&format!(
        "{applied} applied, {pending} pending, {} to look at",
        standings.len() - applied - pending
    ));
    refused
        .values()
        .filter(|_| args.format == Shown::Human)
        .for_each(|it| screen.note(&it.to_string()));
    let mut is_wrong = applied + pending < standings.len() || !refused.is_empty();
    if args.drift {
        let is_applied = |version: &str| {
            standings.iter().any(|it| it.version == version && it.state == State::Applied)
        };
        let had = chain.migrations.iter().filter(|it| is_applied(&it.version)).cloned().collect();
        let changes = drift::since(had, url, &project, global, screen)?;
        screen.note(&match changes.len() {
            0 => "the database is what its migrations lead to".to_owned(),
            n => format!(
                "the database differs in {} from what its migrations lead to:",
                counted(n, "object")
            ),
        });
        screen.note(summary(&changes).trim_end());
        is_wrong |= !changes.is_empty();
    }
    Ok(u8::from(is_wrong || (args.exit_code && 0 < pending)))
}

/// Returns a line for each migration.
fn text(standings: &[Standing]) -> String {
    let width = standings.iter().map(|it| it.version.len() + 1 + it.name.chars().count()).max();
    let width = width.unwrap_or(0);
    standings.iter().map(|it| line(it, width)).collect()
}

fn line(standing: &Standing, width: usize) -> String {
    let label = format!("{}_{}", standing.version, standing.name);
    let mut text = format!("{:<12} {label:<width$}", standing.state.word());
    if let Some(record) = &standing.record {
        match (&record.finished, record.took) {
            (Some(at), Some(took)) => {
                text.push_str(&format!("  {at} by {}, {}", record.role, duration::shown(took)))
            }
            (Some(at), None) => text.push_str(&format!("  {at} by {}, there already", record.role)),
            (None, _) => text.push_str(&format!("  {} of its statements hold", record.done)),
        }
        if let Some(error) = &record.error {
            let at = record.statement.map(|it| format!("statement {it}: ")).unwrap_or_default();
            text.push_str(&format!("\n{:13}{at}{}", "", error.replace('\n', "\n             ")));
        }
    }
    text.trim_end().to_owned() + "\n"
}

#[derive(Serialize)]
struct Shape<'r> {
    version: u32,
    migrations: Vec<StandingShape<'r>>,
}

#[derive(Serialize)]
struct StandingShape<'r> {
    version: &'r str,
    name: &'r str,
    state: &'static str,
    started: Option<&'r str>,
    finished: Option<&'r str>,
    milliseconds: Option<u64>,
    statements_done: Option<usize>,
    statement: Option<usize>,
    error: Option<&'r str>,
    role: Option<&'r str>,
    schemac_version: Option<&'r str>,
    checksum: Option<&'r str>,
}

fn as_json(standings: &[Standing]) -> String {
    let migrations = standings.iter().map(shape).collect();
    json::text(&Shape { version: json::VERSION, migrations })
}

fn shape(standing: &Standing) -> StandingShape<'_> {
    let Standing { version, name, state, record } = standing;
    let record = record.as_ref();
    StandingShape {
        version,
        name,
        state: state.word(),
        started: record.map(|it| it.started.as_str()),
        finished: record.and_then(|it| it.finished.as_deref()),
        milliseconds: record.and_then(|it| u64::try_from(it.took?.as_millis()).ok()),
        statements_done: record.map(|it| it.done),
        statement: record.and_then(|it| it.statement),
        error: record.and_then(|it| it.error.as_deref()),
        role: record.map(|it| it.role.as_str()),
        schemac_version: record.map(|it| it.schemac_version.as_str()),
        checksum: record.map(|it| it.checksum.as_str()),
    }
}
