//! `schemac drift`: whether a live database still is what the project says.

use super::database::DatabaseArgs;
use super::difference::{as_json, summary};
use super::failure::Failure;
use super::load::project;
use super::report::{Report, counted};
use super::screen::Screen;
use super::side::{Held, Side, Sides, schemas};
use super::{Global, ReportArgs, database};
use crate::compare::{Change, compare};
use crate::database::url::Url;
use crate::migrate::directory::Migration;
use crate::project::config::Project;

/// Compare a live database with what the project says it is.
///
/// That is the lock of the migrations where there is one, else the source. What the project says is made on a scratch
/// database, so that both sides are in PostgreSQL's own words; the live one is only read. Schemas that the project does
/// not have are left out. Exits with 1 when the two differ.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac drift                                       the database of schemac.toml or DATABASE_URL
  schemac drift --database-url postgres://localhost/shop --format json
  schemac drift --scratch-url postgres://localhost/   make the scratch database there")]
pub(super) struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    /// Make scratch databases on this server; else beside the database, or on a server that is started for it.
    #[arg(long, value_name = "URL")]
    scratch_url: Option<String>,
    /// What is printed: what leads from the project to the database, a line for each object, or JSON (docs/json.md).
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "summary")]
    format: Shown,
}

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Shown {
    /// One line for each object, and what differs in it.
    Summary,
    /// One object with both texts of each.
    Json,
}

/// Compares, and returns the exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    match differs(args, global, screen) {
        Err(report) => report.finish(&ReportArgs::PLAIN, screen),
        Ok(differs) => u8::from(differs),
    }
}

fn differs(args: &Args, global: &Global, screen: &Screen) -> Result<bool, Report> {
    let project = project(global, screen)?;
    let url = args.database.url(&project)?;
    let scratch =
        args.scratch_url.as_deref().map(|it| database::read(it, "--scratch-url")).transpose()?;
    let lock = Side::read("lock", "", &project);
    let wanted = match lock {
        Ok(lock) => lock,
        Err(_) => {
            screen.note("note: there is no lock yet: the database is compared with the source");
            let first = project.config.schemas.first().map_or("schemas", String::as_str);
            Side::Source(project.root.join(first))
        }
    };
    let mut sides = Sides::new(global, screen, scratch, Some(url.clone()));
    let wanted = sides.hold(&wanted)?;
    let found = sides.hold(&Side::Database(url))?;
    let (Held { schemas, .. }, text) = (&wanted, "the database and the project");
    let managed = project
        .config
        .database
        .schemas
        .as_ref()
        .map(|it| it.iter().map(|it| it.as_str().into()).collect());
    let changes = compare(&wanted.catalog, &found.catalog, managed.as_ref().or(schemas.as_ref()));
    if let Some(problem) = found.problems.first() {
        let message = format!("{}: {}", problem.object, problem.what);
        return Err(Failure::environment("unreadable-object", message).into());
    }
    screen.data(&match args.format {
        Shown::Summary => summary(&changes),
        Shown::Json => as_json(&changes),
    })?;
    screen.note(&match changes.len() {
        0 => format!("{text} are equal"),
        n => format!("{text} differ in {}", counted(n, "object")),
    });
    Ok(!changes.is_empty())
}

/// Compares a database with what those migrations lead to that it has: returns what leads from these to it.
pub(super) fn since(
    applied: Vec<Migration>,
    url: Url,
    project: &Project,
    global: &Global,
    screen: &Screen,
) -> Result<Vec<Change>, Report> {
    let mut sides = Sides::new(global, screen, None, Some(url.clone()));
    let wanted = sides.hold(&Side::Migrations(applied))?;
    let found = sides.hold(&Side::Database(url))?;
    if let Some(problem) = found.problems.first() {
        let message = format!("{}: {}", problem.object, problem.what);
        return Err(Failure::environment("unreadable-object", message).into());
    }
    let managed = project.config.database.schemas.as_ref();
    let managed = managed.map(|it| it.iter().map(|it| it.as_str().into()).collect());
    let schemas = managed.unwrap_or_else(|| schemas(&wanted.catalog));
    Ok(compare(&wanted.catalog, &found.catalog, Some(&schemas)))
}
