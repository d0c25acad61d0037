//! `schemac pull`: a live database as source.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::slice;

use miette::Severity;
use similar::TextDiff;

use super::Global;
use super::database::{DatabaseArgs, of_introspection, open, read};
use super::load::{Loaded, load, of_files, project};
use super::progress::Bar;
use super::report::{Report, counted};
use super::screen::Screen;
use super::side::Sides;
use crate::catalog::Catalog;
use crate::introspect::{Options, Problem};
use crate::print;
use crate::project::analysis::{Rust, Sql};
use crate::project::config::Project;
use crate::project::create::create;
use crate::project::output::Output;
use crate::project::rewrite::{Rewrite, rewrite};
use crate::project::{collect, shown};
use crate::pull::filter::Filter;
use crate::pull::merge::{Existing, Wanted, merge};
use crate::pull::unfold::unfold;
use crate::pull::{Pulled, pull};

/// Write a live database as source.
///
/// Reads the catalogs of a PostgreSQL database, changes nothing in it, and needs no right but to connect. What is
/// written compiles to the same database: what could not be held is said, and is an error.
///
/// Where there is a source already, it is made on a scratch database and compared: what means the same stays as it is
/// written, with its comments and mixins, and only what differs is written anew.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac pull                                          the database of schemac.toml or DATABASE_URL, into schemas/
  schemac pull --database-url postgres://localhost/shop --out schemas
  schemac pull --dry-run                                what would change, as a patch
  schemac pull --split table                            a file for each table
  schemac pull --include 'app' --include 'billing.inv*' parts of it, and what they need
  schemac pull --exclude 'pgboss'                       all but a schema
  schemac pull --owners --no-privileges                 with owners, without grants")]
pub(super) struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    /// Write into this directory, which is made if need be; else into the first of schemac.toml's `schemas`.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// How new source is cut into files.
    #[arg(long, value_enum, value_name = "HOW", default_value = "schema")]
    split: Split,
    /// Only these, and what they need: schemas, or objects as `schema.name`; `*` stands for any text.
    #[arg(long, value_name = "PATTERN")]
    include: Vec<String>,
    /// Not these, unless what is left needs them.
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<String>,
    /// Say who owns each object.
    #[arg(long)]
    owners: bool,
    /// Leave out who may do what.
    #[arg(long)]
    no_privileges: bool,
    /// Write nothing; show what would change as a patch.
    #[arg(long)]
    dry_run: bool,
    /// Make scratch databases on this server; else beside the database, or on a server that is started for it.
    #[arg(long, value_name = "URL")]
    scratch_url: Option<String>,
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
    let url = args.database.url(&project)?;
    let mut connection = open(&args.database, &project, screen)?;
    let options = Options { owners: args.owners, privileges: !args.no_privileges };
    let split = match args.split {
        Split::Schema => print::Split::Schema,
        Split::Table => print::Split::Table,
    };
    let mut bar = Bar::new(screen, global);
    let filter = Filter { include: args.include.clone(), exclude: args.exclude.clone() };
    let pulled = pull(&mut connection, options, &filter, split, &mut |it| {
        bar.step(it.done, it.total, it.section);
    });
    bar.finish();
    let mut pulled = pulled.map_err(of_introspection)?;
    let directory = args.out.clone().unwrap_or_else(|| first_schemas(&project));
    let is_there = directory.is_dir() && !collect::find(&directory).map_err(of_files)?.is_empty();
    if is_there || directory.is_file() {
        let scratch = args.scratch_url.as_deref();
        let scratch = scratch.map(|it| read(it, "--scratch-url")).transpose()?;
        let mut sides = Sides::new(global, screen, scratch, Some(url));
        sides.options = options;
        merge_into(&directory, &mut pulled, sides, args, split)?;
    } else {
        let new = |file: &print::File| Output {
            path: directory.join(&file.path),
            text: file.text.clone(),
        };
        let outputs: Vec<Output> = pulled.files.iter().map(new).collect();
        if args.dry_run {
            outputs
                .iter()
                .try_for_each(|it| screen.data(&patch(&shown(&it.path), "", &it.text)))?;
        } else {
            create(&outputs).map_err(|error| of_files(vec![error]))?;
            outputs.iter().for_each(|it| screen.note(&format!("wrote {}", shown(&it.path))));
        }
    }
    tell(&pulled, screen);
    Ok(pulled.problems.len())
}

/// Brings a source that is there up to what the database holds.
fn merge_into(
    directory: &PathBuf,
    pulled: &mut Pulled,
    mut sides: Sides<'_>,
    args: &Args,
    split: print::Split,
) -> Result<(), Report> {
    let screen = sides.screen;
    let (loaded, mut held) = made(directory, &mut sides)?;
    let existing =
        Existing { sources: &loaded.sources, compiled: &loaded.analysis.compiled, held: &held };
    let wanted = Wanted { database: &pulled.catalog, left_out: &pulled.left_out };
    let merged = merge(&existing, &wanted, split);
    let (mut changed, mut created) = (Vec::new(), Vec::new());
    for (n, file) in merged.into_iter().enumerate() {
        match loaded.files.get(n).zip(loaded.sources.iter().nth(n)) {
            Some((path, (_, source))) if source.text != file.text => {
                let (old, new) = (source.on_disk(&source.text), source.on_disk(&file.text));
                changed.push(Rewrite { path: path.clone(), old, new });
            }
            Some(_) => {}
            None => created.push(Output { path: directory.join(&file.path), text: file.text }),
        }
    }
    for it in &changed {
        screen.data(&patch(&shown(&it.path), &it.old, &it.new))?;
    }
    for it in &created {
        screen.data(&patch(&shown(&it.path), "", &it.text))?;
    }
    if !args.dry_run {
        create(&created).map_err(|error| of_files(vec![error]))?;
        rewrite(&changed).map_err(of_files)?;
        created.iter().for_each(|it| screen.note(&format!("wrote {}", shown(&it.path))));
        changed.iter().for_each(|it| screen.note(&format!("changed {}", shown(&it.path))));
        if !changed.is_empty() {
            (_, held) = made(directory, &mut sides)?;
        }
    }
    if !args.dry_run || changed.is_empty() {
        prove(&held, pulled);
    }
    if changed.is_empty() && created.is_empty() && pulled.problems.is_empty() {
        screen.note("the source is what the database holds: nothing to change");
    }
    Ok(())
}

/// Makes a source on a scratch database, and reads what became of it.
fn made(directory: &PathBuf, sides: &mut Sides<'_>) -> Result<(Loaded, Catalog), Report> {
    let paths = slice::from_ref(directory);
    let loaded = load(paths, sides.global, sides.screen, Sql::Written, |_| Ok(Rust::None))?;
    let Some(held) = sides.make(&loaded) else { return Err(loaded.into_report()) };
    let mut held = held?.catalog;
    unfold(&mut held);
    Ok((loaded, held))
}

/// Adds a problem for all that the source, as it is made, has otherwise than the live database.
fn prove(held: &Catalog, pulled: &mut Pulled) {
    let Pulled { catalog, left_out, .. } = &*pulled;
    let lacks = catalog.iter().filter(|(at, entry)| held.get(at) != Some(entry));
    let besides = held.iter().filter(|(at, _)| catalog.get(at).is_none() && !left_out.contains(at));
    let at: BTreeSet<String> = lacks.chain(besides).map(|(at, _)| at.to_string()).collect();
    pulled.problems.extend(at.into_iter().map(|object| Problem {
        object,
        what: "the source still says otherwise of it".to_owned(),
        help: "run `schemac drift` to see how, and mend the source by hand".to_owned(),
    }));
}

/// Returns what changes in a file, as `patch` reads it.
fn patch(path: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    diff.unified_diff().context_radius(2).header(path, path).to_string()
}

/// Says what could not be held, and how much was.
fn tell(pulled: &Pulled, screen: &Screen) {
    let show = |it: &Problem, severity| screen.report(&Shown { problem: it.clone(), severity });
    pulled.notes.iter().for_each(|it| show(it, Severity::Advice));
    pulled.problems.iter().for_each(|it| show(it, Severity::Error));
    let held = counted(pulled.catalog.len(), "object");
    screen.note(&match pulled.problems.len() {
        0 => format!("{held}, all of them held"),
        n => format!("{held}; {} could not be held", counted(n, "thing")),
    });
}

/// Returns the directory of the project's source.
fn first_schemas(project: &Project) -> PathBuf {
    let first = project.config.schemas.first().map_or("schemas", String::as_str);
    project.root.join(first)
}

/// A problem as a report.
#[derive(Debug)]
struct Shown {
    problem: Problem,
    severity: Severity,
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.problem.object, self.problem.what)
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'h>(&'h self) -> Option<Box<dyn std::fmt::Display + 'h>> {
        Some(Box::new(&self.problem.help))
    }
}
