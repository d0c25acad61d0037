//! `schemac lint`: what the migrations that are still to be applied cost and endanger.

use std::collections::{BTreeMap, BTreeSet};

use super::Global;
use super::ReportArgs;
use super::database::read;
use super::failure::{Failure, Kind};
use super::load::{levels, project};
use super::report::{Report, counted};
use super::screen::Screen;
use crate::database::error::DatabaseError;
use crate::database::{Connection, Reply};
use crate::diagnostic::did_you_mean;
use crate::hazard::{Migration, Size, Subject, check};
use crate::migrate::directory;
use crate::migrate::error::{Kind as Whose, MigrateError};
use crate::object::address::Qualified;
use crate::source::{Source, Sources};

/// Report what the pending migrations cost and endanger.
///
/// Reads the up.sql of every migration, in order, and says of each statement of those that are pending what it locks
/// against others, what it loses and which code it breaks, with what to do instead. Without a database and without
/// --since, all migrations are taken for pending. Nothing is run. See docs/hazards.md for the hazards.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac lint                                 all migrations
  schemac lint --since 20261122T103000         those after this one
  schemac lint --database-url postgres://localhost/shop   those that it has not applied, with the sizes of its tables
  schemac lint --format github --deny-warnings as a gate in CI")]
pub(super) struct Args {
    /// Only migrations after this version.
    #[arg(long, value_name = "VERSION")]
    since: Option<String>,
    /// Ask this database what is pending and how big its tables are.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    #[command(flatten)]
    report: ReportArgs,
}

/// Runs the command and returns its exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    found(args, global, screen).unwrap_or_else(|report| report).finish(&args.report, screen)
}

fn found(args: &Args, global: &Global, screen: &Screen) -> Result<Report, Report> {
    let project = project(global, screen)?;
    let directory = project.root.join(&project.config.migrations);
    let read_all = directory::read(&directory).map_err(|errors| Report {
        failures: errors.iter().map(failure).collect(),
        ..Report::default()
    })?;
    if let Some(version) = &args.since {
        known(version, &read_all)?;
    }
    let asked = args.database_url.as_deref().map(ask).transpose()?.unwrap_or_default();
    let mut sources = Sources::default();
    let mut migrations = Vec::new();
    let mut n_pending = 0;
    for migration in &read_all {
        let after = args.since.as_ref().is_none_or(|since| *since < migration.version);
        let pending = after && !asked.applied.contains(&migration.version);
        n_pending += usize::from(pending);
        let source = Source::new(migration.up.path.clone(), migration.up.text.clone());
        let file = sources.add(source);
        migrations.push(Migration::read(file, sources.get(file), pending));
    }
    let levels = levels(&project);
    let subject = Subject { sources: &sources, levels: &levels, sizes: &asked.sizes };
    let diagnostics = check(&migrations, &subject);
    if diagnostics.is_empty() {
        screen.note(&match n_pending {
            0 => format!("no migration is pending of {}", counted(migrations.len(), "migration")),
            n => format!("{}: nothing is endangered", counted(n, "pending migration")),
        });
    }
    Ok(Report { sources, diagnostics, ..Report::default() })
}

/// Refuses a version that no migration has: nothing would be left out, or all.
fn known(version: &str, migrations: &[directory::Migration]) -> Result<(), Failure> {
    let versions = || migrations.iter().map(|it| it.version.as_str());
    if versions().any(|it| it == version) {
        return Ok(());
    }
    let listed: Vec<&str> = versions().rev().take(3).collect();
    let newest = match listed.as_slice() {
        [] => "there is no migration yet".to_owned(),
        some => format!("the newest are {}", some.join(", ")),
    };
    let help = did_you_mean(version, versions()).unwrap_or(newest);
    Err(Failure::usage(format!("no migration has the version `{version}`"), help))
}

/// What a database says.
#[derive(Default)]
struct Asked {
    /// The versions of the migrations that it has applied.
    applied: BTreeSet<String>,
    sizes: BTreeMap<Qualified, Size>,
}

/// Partitioned tables are as big as their partitions; what was never analysed has no number of rows.
const SIZES: &str = "SELECT n.nspname, c.relname, c.reltuples::bigint,
    coalesce((SELECT sum(pg_catalog.pg_total_relation_size(relid))
        FROM pg_catalog.pg_partition_tree(c.oid)), pg_catalog.pg_total_relation_size(c.oid))
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

fn ask(url: &str) -> Result<Asked, Failure> {
    let mut connection = Connection::open(&read(url, "--database-url")?)?;
    let mut asked = Asked::default();
    for row in rows(&mut connection, SIZES)? {
        let [Some(schema), Some(table), rows, bytes] = row.as_slice() else { continue };
        let number = |it: &Option<String>| it.as_ref().and_then(|it| it.parse::<u64>().ok());
        let size = Size { rows: number(rows), bytes: number(bytes).unwrap_or(0) };
        asked.sizes.insert(Qualified::new(schema.as_str(), table.as_str()), size);
    }
    let is_there = "SELECT 1 WHERE pg_catalog.to_regclass('schemac.migrations') IS NOT NULL";
    if !rows(&mut connection, is_there)?.is_empty() {
        let applied = "SELECT version FROM schemac.migrations
            WHERE direction = 'up' AND finished IS NOT NULL";
        asked.applied = rows(&mut connection, applied)?.into_iter().flatten().flatten().collect();
    }
    Ok(asked)
}

fn rows(connection: &mut Connection, sql: &str) -> Result<Vec<Vec<Option<String>>>, DatabaseError> {
    let mut found = Vec::new();
    connection.stream(sql, |reply| -> Result<(), DatabaseError> {
        if let Reply::Row { row, .. } = reply {
            found.push((0..row.len()).map(|n| row.get(n).map(str::to_owned)).collect());
        }
        Ok(())
    })?;
    Ok(found)
}

fn failure(error: &MigrateError) -> Failure {
    let kind = match error.kind() {
        Whose::Input | Whose::Lossy => Kind::Input,
        Whose::Usage => Kind::Usage,
        Whose::Environment => Kind::Environment,
    };
    Failure {
        kind,
        name: error.name(),
        message: error.message().to_owned(),
        path: error.path().map(str::to_owned),
        help: error.way_out().map(str::to_owned),
        sqlstate: error.code().map(str::to_owned),
    }
}
