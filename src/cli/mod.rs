//! The command line: flags in, reports and data out, an exit code.
//!
//! # Adding a command
//! A file with its `Args` and a function `run`, a variant of `Command` and an arm in [`run`], and a test in
//! `tests/cli.rs`.
//!
//! Reports go to the standard error, data to the standard output. Exit codes: 0 done; 1 the input has problems, or a
//! difference was asked for and found; 2 wrong usage; 3 a file or the machine failed; 4 data would be lost.

#![expect(clippy::disallowed_methods, reason = "arguments, environment and clock are read here")]

mod baseline;
mod build;
mod check;
mod completions;
mod diff;
mod drift;
mod fmt;
mod generate;
mod graph;
mod init;
mod interrupt;
mod lint;
mod man;
mod migrate;
mod pull;
mod push;
mod rehash;
mod rollback;
mod squash;
mod status;
mod verify;

mod catalog;
mod database;
mod difference;
mod driver;
mod duration;
mod explain;
mod failure;
mod fix;
mod github;
mod json;
mod load;
mod locks;
mod migrating;
mod migrations;
mod page;
mod progress;
mod proof;
mod pushed;
mod report;
mod sarif;
mod screen;
mod short;
mod side;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand};

use report::Report;
use screen::Screen;

/// A schema compiler for PostgreSQL and Rust.
///
/// Reads `.schema` files and makes ordered DDL and plain Rust types of them.
#[derive(Debug, Parser)]
#[command(name = "schemac", version, arg_required_else_help = true, propagate_version = true)]
#[command(
    after_help = "Exit codes: 0 done; 1 the input has problems, or a check found a difference; 2 wrong usage; \
                        3 a file, the database or the machine failed; 4 refused because data would be lost.\n\n\
                        Environment: NO_COLOR and CLICOLOR_FORCE decide about color where --color does not."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

/// What can be done.
#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Check(check::Args),
    Fmt(fmt::Args),
    Build(build::Args),
    Generate(generate::Args),
    Verify(verify::Args),
    Rehash(rehash::Args),
    Squash(squash::Args),
    Push(push::Args),
    Diff(diff::Args),
    Pull(pull::Args),
    Drift(drift::Args),
    Lint(lint::Args),
    Status(status::Args),
    Migrate(migrate::Args),
    Rollback(rollback::Args),
    Baseline(baseline::Args),
    Graph(graph::Args),
    Explain(explain::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Flags of every command.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
struct Global {
    /// Read this schemac.toml, not the nearest from here upwards.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// When to use color.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,
    /// Say less: no summary and no notes.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more: what was read, and how long each step took.
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Show no progress of long work.
    #[arg(long, global = true)]
    no_progress: bool,
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let color = screen::wanted_color(&std::env::args_os().collect::<Vec<_>>());
    let matches = Cli::command().color(color).try_get_matches();
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        // Help and version are errors to clap, with the exit code 0.
        Err(error) => {
            // Nobody may be listening.
            let _ = error.print();
            return ExitCode::from(error.exit_code() as u8);
        }
    };
    let screen = Screen::new(&cli.global);
    interrupt::leave_nothing_behind();
    let code = match cli.command {
        Command::Init(args) => finish(init::run(&args, &screen), &screen),
        Command::Check(args) => check::run(&args, &cli.global, &screen),
        Command::Fmt(args) => fmt::run(&args, &cli.global, &screen),
        Command::Build(args) => build::run(&args, &cli.global, &screen),
        Command::Generate(args) => generate::run(&args, &cli.global, &screen),
        Command::Verify(args) => verify::run(&args, &cli.global, &screen),
        Command::Rehash(args) => rehash::run(&args, &cli.global, &screen),
        Command::Squash(args) => squash::run(&args, &cli.global, &screen),
        Command::Push(args) => push::run(&args, &cli.global, &screen),
        Command::Diff(args) => diff::run(&args, &cli.global, &screen),
        Command::Pull(args) => pull::run(&args, &cli.global, &screen),
        Command::Drift(args) => drift::run(&args, &cli.global, &screen),
        Command::Lint(args) => lint::run(&args, &cli.global, &screen),
        Command::Status(args) => status::run(&args, &cli.global, &screen),
        Command::Migrate(args) => migrate::run(&args, &cli.global, &screen),
        Command::Rollback(args) => rollback::run(&args, &cli.global, &screen),
        Command::Baseline(args) => baseline::run(&args, &cli.global, &screen),
        Command::Graph(args) => finish(graph::run(&args, &cli.global, &screen), &screen),
        Command::Explain(args) => explain::run(&args, &screen),
        Command::Completions(args) => finish(completions::run(&args, &screen), &screen),
        Command::Man(args) => finish(man::run(&args, &screen), &screen),
    };
    ExitCode::from(code)
}

/// Shows what went wrong, if anything did, as commands do that have no flags for it, and returns the exit code.
fn finish(result: Result<(), impl Into<Report>>, screen: &Screen) -> u8 {
    result.map_or_else(|wrong| wrong.into().finish(&ReportArgs::PLAIN, screen), |()| 0)
}

/// How reports are shown.
#[derive(Debug, clap::Args)]
struct ReportArgs {
    /// How reports are shown: for people on the standard error, all else on the standard output.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Show so many reports of each rule; 0 shows all. JSON and SARIF have all.
    #[arg(long, value_name = "N", default_value_t = 10)]
    max: usize,
    /// Take warnings for errors.
    #[arg(long)]
    deny_warnings: bool,
}

impl ReportArgs {
    /// For commands that have no such flags.
    const PLAIN: ReportArgs = ReportArgs { format: Format::Human, max: 10, deny_warnings: false };
}

/// How reports are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: each place in its source.
    Human,
    /// A line each: `path:line:column: level[rule] message`.
    Short,
    /// For programs: one object (docs/json.md).
    Json,
    /// For code scanning: SARIF 2.1.0.
    Sarif,
    /// For a workflow of GitHub Actions: annotations.
    Github,
}
