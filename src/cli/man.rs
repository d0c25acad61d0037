//! `schemac man`: the manual pages, made of the same text as `--help`.

use std::io;
use std::path::PathBuf;

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::Cli;
use super::load::of_files;
use super::report::{Report, counted};
use super::screen::Screen;
use crate::emit::MARKER;
use crate::project::output::{Output, apply, compare};
use crate::project::shown;

/// Print the manual page, or write one for each command.
///
/// For packagers. A file that schemac did not write is never overwritten; pages of commands that are no longer there go.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac man | man -l -                     read it
  schemac man --out /usr/share/man/man1      all pages")]
pub(super) struct Args {
    /// Write a page for each command into this directory.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Prints the main page, or writes all of them.
///
/// # Errors
/// When something can't be written, or a file that others wrote is in the way.
pub(super) fn run(args: &Args, screen: &Screen) -> Result<(), Report> {
    let command = command();
    let Some(directory) = &args.out else {
        return Ok(screen.data(&page(&command))?);
    };
    let pages = pages(&command);
    let n_pages = pages.len();
    let outputs = pages.into_iter().map(|(name, text)| Output { path: directory.join(name), text });
    let changes = compare(outputs.collect(), &[(directory.clone(), "1")]).map_err(of_files)?;
    apply(&changes).map_err(|error| of_files(vec![error]))?;
    screen.note(&format!("{} in {}", counted(n_pages, "page"), shown(directory)));
    Ok(())
}

/// Returns the command line with what clap adds to it, but `help`, which says what the pages say.
fn command() -> Command {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    command
}

/// Returns the name and text of the page of a command and of each below it.
fn pages(command: &Command) -> Vec<(String, String)> {
    let below = command.get_subcommands().filter(|it| !it.is_hide_set());
    let own = (Man::new(command.clone()).get_filename(), page(command));
    [own].into_iter().chain(below.flat_map(pages)).collect()
}

fn page(command: &Command) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut text = format!(".\\\" {MARKER} {version}. Do not edit.\n").into_bytes();
    write(command, &mut text).expect("memory takes all that is written");
    String::from_utf8_lossy(&text).into_owned()
}

/// Writes the sections, those of `after_help` as they are headed there.
fn write(command: &Command, out: &mut Vec<u8>) -> io::Result<()> {
    let man = Man::new(command.clone()).source(concat!("schemac ", env!("CARGO_PKG_VERSION")));
    man.render_title(out)?;
    man.render_name_section(out)?;
    man.render_synopsis_section(out)?;
    man.render_description_section(out)?;
    man.render_options_section(out)?;
    if command.has_subcommands() {
        man.render_subcommands_section(out)?;
    }
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let mut roff = Roff::new();
    for (heading, text) in after.split("\n\n").filter_map(|section| section.split_once(':')) {
        roff.control("SH", [heading.to_uppercase().as_str()]);
        // What begins on a line of its own has lines that stay as they are.
        match text.strip_prefix('\n') {
            Some(lines) => {
                roff.control("nf", []).text([roman(lines)]).control("fi", []);
            }
            None => {
                roff.text([roman(text.trim())]);
            }
        }
    }
    roff.to_writer(out)
}
