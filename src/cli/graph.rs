//! `schemac graph`: a diagram of the source.

mod shape;

use std::path::PathBuf;

use super::Global;
use super::failure::Failure;
use super::load::{load, of_files};
use super::report::Report;
use super::screen::Screen;
use crate::diagnostic::did_you_mean;
use crate::emit::graph::{Diagram, Node, dependencies, dot, er, mermaid, select, svg};
use crate::emit::heading;
use crate::project::analysis::{Rust, Sql};
use crate::project::output::{Output, apply, compare};
use crate::project::shown;

/// Draw the tables and how they hang together, or which object needs which.
///
/// The diagram goes to the standard output, or into a file. An SVG stands alone: any browser shows it, light or dark, and
/// names the columns of a foreign key under the pointer. Partitions are part of their table.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac graph --format svg --out schema.svg      a picture of everything
  schemac graph --focus users --depth 2            what is near one table
  schemac graph --schema billing --format svg      one PostgreSQL schema
  schemac graph --format dot | dot -Tpdf           with Graphviz
  schemac graph --dependencies --focus touch       what is around a function")]
pub(super) struct Args {
    /// Files and directories.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// What is written.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "mermaid")]
    format: Format,
    /// Show every object and what it needs, not tables and foreign keys.
    #[arg(long)]
    dependencies: bool,
    /// Show only what is near this table, enum or other object.
    #[arg(long, value_name = "NAME")]
    focus: Option<String>,
    /// How many edges away from the focus; 0 shows it alone.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "focus")]
    depth: usize,
    /// Show only what lies in this PostgreSQL schema. May be given several times.
    #[arg(long, value_name = "NAME")]
    schema: Vec<String>,
    /// Write into this file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text that GitHub and many editors draw.
    Mermaid,
    /// Text that Graphviz draws.
    Dot,
    /// A picture.
    Svg,
    /// For programs (docs/json.md).
    Json,
}

/// Draws the diagram.
///
/// # Errors
/// When the source has errors, a flag names what is not there, or the output can't be written.
pub(super) fn run(args: &Args, global: &Global, screen: &Screen) -> Result<(), Report> {
    let loaded = load(&args.paths, global, screen, Sql::Ordered, |_| Ok(Rust::None))?;
    let Some(sound) = loaded.analysis.compiled.sound() else {
        return Err(loaded.into_report());
    };
    let whole = match args.dependencies {
        true => dependencies::diagram(&sound.catalog),
        false => er::diagram(&sound.catalog),
    };
    let diagram = part(whole, args)?;
    let text = text(&diagram, args.format, loaded.sources.len());
    let Some(path) = &args.out else {
        return Ok(screen.data(&text)?);
    };
    let output = Output { path: path.clone(), text };
    let changes = compare(vec![output], &[]).map_err(of_files)?;
    apply(&changes).map_err(|error| of_files(vec![error]))?;
    let verb = if changes.is_empty() { "left" } else { "wrote" };
    let as_before = if changes.is_empty() { " as before" } else { "" };
    screen.note(&format!("{verb} {}{as_before}", shown(path)));
    Ok(())
}

fn text(diagram: &Diagram, format: Format, n_files: usize) -> String {
    let heading = heading(n_files);
    match format {
        Format::Mermaid => format!("%% {heading}\n{}", mermaid::text(diagram)),
        Format::Dot => format!("// {heading}\n{}", dot::text(diagram)),
        Format::Svg => format!("<!-- {heading} -->\n{}", svg::text(diagram)),
        Format::Json => shape::json(diagram, heading),
    }
}

/// Returns what is wanted of a diagram.
fn part(whole: Diagram, args: &Args) -> Result<Diagram, Failure> {
    let mut diagram = whole;
    if !args.schema.is_empty() {
        args.schema.iter().try_for_each(|schema| is_known(&diagram, schema))?;
        diagram = select::in_schemas(&diagram, &args.schema);
    }
    if let Some(name) = &args.focus {
        let center = center(&diagram, name)?;
        diagram = select::near(&diagram, center, args.depth);
    }
    Ok(diagram)
}

/// Refuses a schema that nothing in the diagram lies in.
fn is_known(diagram: &Diagram, schema: &str) -> Result<(), Failure> {
    let schemas = || diagram.nodes.iter().map(|node| node.at.schema.as_str());
    if schemas().any(|it| it == schema) {
        return Ok(());
    }
    let mut all: Vec<&str> = schemas().filter(|it| !it.is_empty()).collect();
    all.sort_unstable();
    all.dedup();
    let others = || match all.as_slice() {
        [] => "the source has nothing to show".to_owned(),
        all => format!("name one of {}", all.join(", ")),
    };
    let help = did_you_mean(schema, all.iter().copied()).unwrap_or_else(others);
    Err(Failure::usage(format!("nothing to show lies in the schema `{schema}`"), help))
}

/// Returns the node that a name means.
fn center(diagram: &Diagram, name: &str) -> Result<usize, Failure> {
    let found = select::find(diagram, name);
    let titles = || diagram.nodes.iter().map(Node::title).collect::<Vec<_>>();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => {
            let titles = titles();
            let bare = titles.iter().filter_map(|it| Some(it.split_once('.')?.1));
            let all = titles.iter().map(String::as_str).chain(bare);
            let help = did_you_mean(name, all)
                .unwrap_or_else(|| "name a table or an enum of the source, as `users`".to_owned());
            Err(Failure::usage(format!("there is no `{name}` in the diagram"), help))
        }
        several => {
            let several = several.iter().filter_map(|n| diagram.nodes.get(*n));
            let all: Vec<String> =
                several.map(|node| format!("{} {}", node.at.kind.word(), full(node))).collect();
            let help = format!("name one with its schema: {}", all.join(", "));
            Err(Failure::usage(format!("`{name}` may mean several objects"), help))
        }
    }
}

fn full(node: &Node) -> String {
    format!("{}.{}", node.at.schema, node.at.name)
}
