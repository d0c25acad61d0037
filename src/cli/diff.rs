//! `schemac diff`: the SQL that leads from one side to another.

use std::path::{Path, PathBuf};
use std::slice;

use serde::Serialize;

use super::failure::Failure;
use super::load::load;
use super::report::Report;
use super::screen::Screen;
use super::{Global, ReportArgs, json, locks};
use crate::emit::sql::{self, Transactions};
use crate::plan::Plan;
use crate::project::analysis::{Made, Rust, Sql};

/// Print the SQL that leads from one side to another.
///
/// FROM is `empty`, a database with nothing in it; TO is a directory or a file of source. The SQL is one transaction.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac diff empty schemas                     the whole DDL
  schemac diff empty schemas | psql              make it so
  schemac diff empty schemas --format summary    what is made, in order")]
pub(super) struct Args {
    /// The side to start from: `empty`.
    from: String,
    /// The side to arrive at: a directory or a file of source.
    to: PathBuf,
    /// What is printed: SQL, one line for each object, or JSON (docs/json.md).
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "sql")]
    format: Shown,
    /// Exit with 1 when the sides differ.
    #[arg(long)]
    exit_code: bool,
    /// Begin a new transaction before N locks are held.
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "3000")]
    batch: Option<u32>,
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
    sides(args)?;
    let loaded = load(slice::from_ref(&args.to), global, screen, Sql::Written, |_| Ok(Rust::None))?;
    let Some(Made { plan, .. }) = &loaded.analysis.made else {
        return Err(loaded.into_report());
    };
    let transactions = args.batch.map_or(Transactions::One, Transactions::Locks);
    let text = match args.format {
        Shown::Sql => {
            if let Some(lines) = locks::warning(plan, transactions) {
                screen.note(&format!("note: {}", lines.join("\n      ")));
            }
            sql::script(plan, transactions)
        }
        Shown::Summary => summary(plan),
        Shown::Json => as_json(plan),
    };
    screen.data(&text)?;
    let is_equal = plan.steps.is_empty();
    loaded.into_report().finish(&ReportArgs::PLAIN, screen);
    Ok(is_equal)
}

/// Refuses sides that can't be compared.
fn sides(args: &Args) -> Result<(), Failure> {
    let help = "compare `empty` with a directory or a file of source: `schemac diff empty schemas`";
    let is_side = |side: &str| side == "empty" || Path::new(side).exists();
    let to = args.to.to_string_lossy();
    if args.from != "empty" {
        let message = format!("`{}` can't be compared with another side", args.from);
        return Err(Failure::usage(message, help));
    }
    let is_other =
        to == "empty" || to == "lock" || to.contains("://") || to.starts_with("migrations@");
    if is_other && !(is_side(&to) && to != "empty") {
        return Err(Failure::usage(format!("`empty` can't be compared with `{to}`"), help));
    }
    Ok(())
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
