//! `schemac init`: a project to start from.

use std::path::{Path, PathBuf};

use super::load::of_files;
use super::report::Report;
use super::screen::Screen;
use crate::project::config::FILE_NAME;
use crate::project::create::{absent, create};
use crate::project::output::Output;
use crate::project::{collect, shown};

/// Make a project to start from.
///
/// Writes a schemac.toml, a first schema, and a .gitattributes for the lock that the migrations will have. Asks nothing
/// and overwrites nothing: where one of them, or another schema, is there already, nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac init            here
  schemac init backend    in another directory, which is made if need be")]
pub(super) struct Args {
    /// The directory of the project.
    #[arg(value_name = "DIR", default_value = ".")]
    directory: PathBuf,
}

/// The first schema. It passes every check.
const SCHEMA: &str = include_str!("init/app.schema");

/// Makes the project.
///
/// # Errors
/// When there is one already, or the directory can't be written.
pub(super) fn run(args: &Args, screen: &Screen) -> Result<(), Report> {
    let directory = &args.directory;
    let file = |path: &str, text: String| Output { path: directory.join(path), text };
    let outputs = [
        file(FILE_NAME, settings(directory.join("Cargo.toml").is_file())),
        file("schemas/app.schema", SCHEMA.to_owned()),
        file("migrations/.gitattributes", ATTRIBUTES.to_owned()),
    ];
    let schemas = directory.join("schemas");
    let others = if schemas.is_dir() { collect::find(&schemas).map_err(of_files)? } else { vec![] };
    let paths = outputs.iter().map(|it| it.path.clone()).chain(others);
    absent(paths).map_err(of_files)?;
    create(&outputs).map_err(|error| of_files(vec![error]))?;
    outputs.iter().for_each(|it| screen.note(&format!("wrote {}", shown(&it.path))));
    let config = config_flag(directory);
    screen.note(&format!("\nnext:\n  schemac check{config}\n  schemac build{config}"));
    Ok(())
}

/// Git leaves the line ends of the lock as they are, and hosts fold it in reviews.
const ATTRIBUTES: &str = "schema.lock text eol=lf linguist-generated\n*.sql text eol=lf\n";

/// Returns what schemac.toml says. A crate has a place for Rust.
fn settings(is_crate: bool) -> String {
    let rust = "[rust]\nout = \"src/db\"\n";
    let rust = if is_crate {
        format!(
            "# Where `schemac build` writes the Rust: `mod db;` makes it part of the crate.\n{rust}"
        )
    } else {
        let lines: String = rust.lines().map(|line| format!("# {line}\n")).collect();
        format!("# Where `schemac build` writes Rust. Without this it writes none.\n{lines}")
    };
    format!(
        "# What the database should be: a directory, a file, a pattern, or a list of them.\n\
         schemas = \"schemas\"\n\n{rust}"
    )
}

/// Returns the flag that commands need where the project is not here.
fn config_flag(directory: &Path) -> String {
    let path = shown(&directory.join(FILE_NAME));
    if path == FILE_NAME {
        return String::new();
    }
    let is_plain = path.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
    if is_plain {
        format!(" --config {path}")
    } else {
        format!(" --config '{}'", path.replace('\'', r"'\''"))
    }
}
