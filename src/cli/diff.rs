//! `schemac diff`: the SQL that leads from one side to another.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::slice;

use serde::Serialize;

use super::database::of_introspection;
use super::failure::Failure;
use super::load::{load, project};
use super::report::Report;
use super::screen::Screen;
use super::side::{Side, Sides};
use super::{Global, ReportArgs, database, difference, json, locks};
use crate::catalog::Catalog;
use crate::compare::compare;
use crate::compile::{Compiled, compile};
use crate::database::Connection;
use crate::database::url::Url;
use crate::emit::sql::{self, Transactions};
use crate::introspect::Options;
use crate::object::address::{Address, Kind, Name};
use crate::plan::{self, Plan, State};
use crate::print::{self, Split};
use crate::project::analysis::{Made, Rust, Sql};
use crate::pull::filter::Filter;
use crate::pull::pull;
use crate::source::Sources;
use crate::syntax::sections;

/// Compare two sides, or print the SQL that makes one.
///
/// A side is `empty` (a database with nothing in it), a directory or a file of source, `lock`, `migrations@VERSION` (what the
/// migrations up to that one lead to), or the `postgres://` URL of a live database. A source is made on a scratch database,
/// so that both sides are in PostgreSQL's own words; live databases are only read. What is printed is the SQL that leads
/// from the one to the other, in one transaction where PostgreSQL lets it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac diff empty schemas                     the whole DDL
  schemac diff empty schemas | psql              make it so
  schemac diff empty schemas --format summary    what is made, in order
  schemac diff postgres://localhost/shop schemas what would make the database equal the source
  schemac diff lock schemas --format summary     what the next migration would change
  schemac diff migrations@20261122T103000 lock   what happened since
  schemac diff postgres://a/shop postgres://b/shop --exit-code
  schemac diff old.schema new.schema             two sources")]
pub(super) struct Args {
    /// The side to start from.
    from: String,
    /// The side to arrive at.
    to: String,
    /// What is printed: SQL, one line for each object, or JSON (docs/json.md).
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Shown>,
    /// Exit with 1 when the sides differ.
    #[arg(long)]
    exit_code: bool,
    /// Begin a new transaction before N locks are held.
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "3000")]
    batch: Option<u32>,
    /// Make scratch databases on this server; else beside the live side, or on a server that is started for it.
    #[arg(long, value_name = "URL")]
    scratch_url: Option<String>,
}

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Shown {
    /// A script.
    Sql,
    /// One line for each object.
    Summary,
    /// One object with every statement.
    Json,
}

/// Runs the command and returns its exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    match print(args, global, screen) {
        Err(report) => report.finish(&ReportArgs::PLAIN, screen),
        Ok(is_equal) => u8::from(args.exit_code && !is_equal),
    }
}

/// Prints the difference and tells whether there is none.
fn print(args: &Args, global: &Global, screen: &Screen) -> Result<bool, Report> {
    let project = project(global, screen)?;
    let from = Side::read(&args.from, "FROM", &project)?;
    let to = Side::read(&args.to, "TO", &project)?;
    match (from, to) {
        (Side::Empty, Side::Source(path)) => print_source(&path, args, global, screen),
        (Side::Empty, Side::Database(url)) => print_database(&url, args, screen),
        (from, to) => print_changes(&from, &to, args, global, screen),
    }
}

/// Prints what makes a source.
fn print_source(
    path: &PathBuf,
    args: &Args,
    global: &Global,
    screen: &Screen,
) -> Result<bool, Report> {
    let loaded = load(slice::from_ref(path), global, screen, Sql::Written, |_| Ok(Rust::None))?;
    let Some(Made { plan, .. }) = &loaded.analysis.made else {
        return Err(loaded.into_report());
    };
    print_plan(plan, args, screen)?;
    let is_equal = plan.steps.is_empty();
    loaded.into_report().finish(&ReportArgs::PLAIN, screen);
    Ok(is_equal)
}

/// Prints what makes a live database again.
fn print_database(url: &Url, args: &Args, screen: &Screen) -> Result<bool, Report> {
    let mut connection = Connection::open(url).map_err(Failure::from)?;
    let options = Options { owners: false, privileges: true };
    let pulled = pull(&mut connection, options, &Filter::default(), Split::Schema, &mut |_| {})
        .map_err(of_introspection)?;
    if let Some(problem) = pulled.problems.first() {
        let message = format!("{}: {}", problem.object, problem.what);
        return Err(Failure::environment("unreadable-object", message).into());
    }
    let (sources, compiled) = (pulled.sources, pulled.compiled);
    match plan::create(&compiled.catalog, &compiled.views, &compiled.origins) {
        Ok(plan) => {
            print_plan(&plan, args, screen)?;
            Ok(plan.steps.is_empty())
        }
        Err(diagnostics) => Err(Report { sources, diagnostics, ..Report::default() }),
    }
}

fn print_plan(plan: &Plan, args: &Args, screen: &Screen) -> Result<(), Failure> {
    let transactions = args.batch.map_or(Transactions::One, Transactions::Locks);
    let text = match args.format.unwrap_or(Shown::Sql) {
        Shown::Sql => {
            if let Some(lines) = locks::warning(plan, transactions) {
                screen.note(&format!("note: {}", lines.join("\n      ")));
            }
            sql::script(plan, transactions)
        }
        Shown::Summary => summary(plan),
        Shown::Json => as_json(plan),
    };
    screen.data(&text)
}

/// Prints the objects that differ between two sides.
fn print_changes(
    from: &Side,
    to: &Side,
    args: &Args,
    global: &Global,
    screen: &Screen,
) -> Result<bool, Report> {
    let scratch =
        args.scratch_url.as_deref().map(|it| database::read(it, "--scratch-url")).transpose()?;
    let target = from.url().or(to.url()).cloned();
    let mut sides = Sides::new(global, screen, scratch, target);
    let format = args.format.unwrap_or(Shown::Sql);
    if format == Shown::Sql {
        return print_way(from, to, &mut sides, args, screen);
    }
    let (from, to) = (sides.hold(from)?, sides.hold(to)?);
    if let Some(problem) = from.problems.iter().chain(&to.problems).next() {
        let message = format!("{}: {}", problem.object, problem.what);
        return Err(Failure::environment("unreadable-object", message).into());
    }
    // A source says which schemas it is about; between two, or two databases, all count.
    let schemas = match (&from.schemas, &to.schemas) {
        (Some(one), None) | (None, Some(one)) => Some(one),
        _ => None,
    };
    let changes = compare(&from.catalog, &to.catalog, schemas);
    screen.data(&match format {
        Shown::Json => difference::as_json(&changes),
        Shown::Sql | Shown::Summary => difference::summary(&changes),
    })?;
    Ok(changes.is_empty())
}

/// Prints the SQL that leads from one side to the other.
fn print_way(
    from: &Side,
    to: &Side,
    sides: &mut Sides<'_>,
    args: &Args,
    screen: &Screen,
) -> Result<bool, Report> {
    let (old, from_schemas) = sides.planned(from)?;
    let (mut new, to_schemas) = sides.planned(to)?;
    // A source says which schemas it is about: what else a live side holds stays as it is.
    let schemas = match (from_schemas, to_schemas) {
        (Some(one), None) | (None, Some(one)) => Some(one),
        _ => None,
    };
    if let Some(schemas) = schemas {
        new = with_others(&old, new, &schemas)?;
    }
    let options = plan::Options::default();
    let planned = plan::change(State::from(&old), State::from(&new), &options);
    let plan = planned.map_err(|diagnostics| Report { diagnostics, ..Report::default() })?;
    print_plan(&plan, args, screen)?;
    Ok(plan.steps.is_empty())
}

/// Takes schemas that are not compared from the old side.
fn with_others(
    old: &Compiled,
    new: Compiled,
    schemas: &BTreeSet<Name>,
) -> Result<Compiled, Report> {
    let is_other = |at: &Address| {
        let home = if at.kind == Kind::Schema { &at.name } else { &at.schema };
        !home.is_empty() && !schemas.contains(home)
    };
    let others = |it: &Compiled| it.catalog.iter().any(|(at, _)| is_other(at));
    if !others(old) && !others(&new) {
        return Ok(new);
    }
    let kept = old.catalog.iter().filter(|(at, _)| is_other(at));
    let compared = new.catalog.iter().filter(|(at, _)| !is_other(at));
    let entries = kept.chain(compared).map(|(at, entry)| (at.clone(), entry.clone()));
    let text = print::whole(&Catalog::from_entries(entries.collect()));
    let sources: Sources = sections("the sides", &text).into_iter().collect();
    let compiled = compile(&sources);
    match compiled.diagnostics.has_errors() {
        false => Ok(compiled),
        true => Err(Report { sources, diagnostics: compiled.diagnostics, ..Report::default() }),
    }
}

/// Returns a line for each object that is made, in order.
fn summary(plan: &Plan) -> String {
    let mut lines: Vec<String> =
        plan.steps.iter().map(|step| format!("create {}\n", step.at)).collect();
    lines.dedup();
    lines.concat()
}

#[derive(Serialize)]
struct Shape<'p> {
    version: u32,
    statements: Vec<Statement<'p>>,
}

#[derive(Serialize)]
struct Statement<'p> {
    object: String,
    kind: &'static str,
    search_path: Vec<&'p str>,
    sql: &'p str,
}

fn as_json(plan: &Plan) -> String {
    let statements = plan.steps.iter().map(|step| Statement {
        object: step.at.to_string(),
        kind: step.at.kind.word(),
        search_path: step.search.iter().map(|name| name.as_str()).collect(),
        sql: &step.sql,
    });
    json::text(&Shape { version: json::VERSION, statements: statements.collect() })
}
