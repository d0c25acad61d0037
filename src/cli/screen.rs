//! The terminal, or whatever the standard streams lead to.

use std::env;
use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal, Write};

use clap::ColorChoice;
use miette::{GraphicalReportHandler, GraphicalTheme};

use super::Global;
use super::failure::Failure;

/// Where reports and data go, and how they look there.
pub(super) struct Screen {
    handler: GraphicalReportHandler,
    pub(super) loudness: Loudness,
    /// How many columns a text may have.
    pub(super) width: usize,
    /// Whether data on the standard output is colored.
    pub(super) data_color: bool,
}

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Loudness {
    Quiet,
    Normal,
    Verbose,
}

/// The width of a report where nothing says how wide it may be.
const DEFAULT_WIDTH: usize = 100;

/// A report that is narrower can't be read.
const LEAST_WIDTH: usize = 20;

impl Screen {
    pub(super) fn new(global: &Global) -> Self {
        let loudness = match (global.quiet, global.verbose) {
            (true, _) => Loudness::Quiet,
            (false, true) => Loudness::Verbose,
            (false, false) => Loudness::Normal,
        };
        let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        let theme = match (has_color(global.color, &io::stderr()), is_dumb) {
            (true, false) => GraphicalTheme::unicode(),
            (true, true) => GraphicalTheme::ascii(),
            (false, false) => GraphicalTheme::unicode_nocolor(),
            (false, true) => GraphicalTheme::none(),
        };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_links(false)
            .with_width(width())
            .with_cause_chain();
        let data_color = has_color(global.color, &io::stdout());
        Screen { handler, loudness, width: width(), data_color }
    }

    /// Shows a report.
    pub(super) fn report(&self, report: &dyn miette::Diagnostic) {
        let mut text = String::new();
        if self.handler.render_report(&mut text, report).is_err() {
            text = format!("{report}\n");
        }
        // Lines of the drawing that have no text end in blanks.
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        self.say(&format!("{}\n", lines.join("\n").trim_matches('\n')));
    }

    /// Says a line to people.
    pub(super) fn say(&self, line: &str) {
        // Nobody may be listening, and then there is nobody to tell it.
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// Makes room for a new report where people look at a terminal.
    pub(super) fn clear(&self) {
        let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        if io::stderr().is_terminal() && !is_dumb {
            let _ = write!(io::stderr().lock(), "\u{1b}[2J\u{1b}[H");
        }
    }

    /// Says a line to people who did not ask for silence, and tells whether it could be said.
    pub(super) fn is_heard(&self, line: &str) -> bool {
        self.loudness == Loudness::Quiet || writeln!(io::stderr().lock(), "{line}").is_ok()
    }

    /// Says a line to people who want to know more.
    pub(super) fn detail(&self, line: impl FnOnce() -> String) {
        if self.loudness == Loudness::Verbose {
            self.say(&line());
        }
    }

    /// Says a line to people who did not ask for silence.
    pub(super) fn note(&self, line: &str) {
        if Loudness::Quiet < self.loudness {
            self.say(line);
        }
    }

    /// Writes data. A reader that has read enough is no trouble.
    pub(super) fn data(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            Err(error) => {
                let message = format!("the standard output can't be written: {error}");
                Err(Failure::environment("unwritable", message))
            }
        }
    }
}

/// Returns what `--color` says before the arguments are read, for errors in them.
pub(super) fn wanted_color(args: &[OsString]) -> ColorChoice {
    let words = args.iter().map(|arg| arg.to_string_lossy());
    let values = words.clone().zip(words.skip(1).map(Some).chain([None]));
    let choice = values
        .filter_map(|(word, next)| match word.strip_prefix("--color")? {
            "" => next.map(|it| it.to_string()),
            value => value.strip_prefix('=').map(str::to_owned),
        })
        .last();
    match choice.as_deref() {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => ColorChoice::Auto,
    }
}

/// Decides about color: the flag, then `NO_COLOR`, then `CLICOLOR_FORCE`, then what the stream is.
fn has_color(choice: ColorChoice, stream: &impl IsTerminal) -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_off = |name| env::var_os(name).is_some_and(|value| value == "0");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if is_set("NO_COLOR") => false,
        ColorChoice::Auto if is_set("CLICOLOR_FORCE") && !is_off("CLICOLOR_FORCE") => true,
        ColorChoice::Auto => {
            let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
            stream.is_terminal() && !is_dumb && !is_off("CLICOLOR")
        }
    }
}

/// Returns the width of the terminal, or what `COLUMNS` says where there is none.
fn width() -> usize {
    let terminal =
        terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
    let columns = || env::var("COLUMNS").ok()?.parse().ok();
    terminal.or_else(columns).unwrap_or(DEFAULT_WIDTH).max(LEAST_WIDTH)
}
