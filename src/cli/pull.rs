//! `schemac pull`: a live database as source.

use std::path::PathBuf;

use super::Global;
use super::database::{DatabaseArgs, open};
use super::load::{of_files, project};
use super::progress::Bar;
use super::report::{Report, counted};
use super::screen::Screen;
use crate::introspect::{Options, Problem};
use crate::print;
use crate::project::config::Project;
use crate::project::create::create;
use crate::project::output::Output;
use crate::project::shown;
use crate::pull::{Pulled, pull};

/// Write a live database as source.
///
/// Reads the catalogs of a PostgreSQL database, changes nothing in it, and needs no right but to connect. What is
/// written compiles to the same database: what could not be held is said, and is an error.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac pull                                          the database of schemac.toml or DATABASE_URL, into schemas/
  schemac pull --database-url postgres://localhost/shop --out schemas
  schemac pull --split table                            a file for each table
  schemac pull --owners --no-privileges                 with owners, without grants")]
pub(super) struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    /// Write into this directory, which is made if need be; else into the first of schemac.toml's `schemas`.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// How the source is cut into files.
    #[arg(long, value_enum, value_name = "HOW", default_value = "schema")]
    split: Split,
    /// Say who owns each object.
    #[arg(long)]
    owners: bool,
    /// Leave out who may do what.
    #[arg(long)]
    no_privileges: bool,
}

/// How the source is cut into files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Split {
    /// A file for each PostgreSQL schema.
    Schema,
    /// A directory for each PostgreSQL schema, in it a file for each table.
    Table,
}

/// Pulls, and returns the exit code.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> u8 {
    match write(args, global, screen) {
        Err(report) => report.finish(&super::ReportArgs::PLAIN, screen),
        Ok(problems) => u8::from(0 < problems),
    }
}

/// Writes the source and returns how much of the database is not in it.
fn write(args: &Args, global: &Global, screen: &Screen) -> Result<usize, Report> {
    let project = project(global, screen)?;
    let mut connection = open(&args.database, &project, screen)?;
    let options = Options { owners: args.owners, privileges: !args.no_privileges };
    let split = match args.split {
        Split::Schema => print::Split::Schema,
        Split::Table => print::Split::Table,
    };
    let mut bar = Bar::new(screen, global);
    let pulled =
        pull(&mut connection, options, split, &mut |it| bar.step(it.done, it.total, it.section));
    bar.finish();
    let Pulled { files, problems, catalog, rewritten: _ } =
        pulled.map_err(super::database::of_introspection)?;
    let directory = args.out.clone().unwrap_or_else(|| first_schemas(&project));
    let outputs: Vec<Output> = files
        .into_iter()
        .map(|file| Output { path: directory.join(&file.path), text: file.text })
        .collect();
    create(&outputs).map_err(|error| of_files(vec![error]))?;
    outputs.iter().for_each(|it| screen.note(&format!("wrote {}", shown(&it.path))));
    problems.iter().for_each(|it| screen.report(&Shown(it.clone())));
    let held = counted(catalog.len(), "object");
    screen.note(&match problems.len() {
        0 => format!("{held}, all of them held"),
        n => format!("{held}; {} could not be held", counted(n, "thing")),
    });
    Ok(problems.len())
}

/// Returns the directory of the project's source.
fn first_schemas(project: &Project) -> PathBuf {
    let first = project.config.schemas.first().map_or("schemas", String::as_str);
    project.root.join(first)
}

/// A problem as a report.
#[derive(Debug)]
struct Shown(Problem);

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.0.object, self.0.what)
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn help<'h>(&'h self) -> Option<Box<dyn std::fmt::Display + 'h>> {
        Some(Box::new(&self.0.help))
    }
}
