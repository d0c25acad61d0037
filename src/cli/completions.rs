//! `schemac completions`: what makes a shell complete the command line.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::Cli;
use super::failure::Failure;
use super::screen::Screen;

/// Print the completions of the command line for a shell.
///
/// For packagers, and for people who build schemac themselves. The script goes to the standard output.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  schemac completions bash > ~/.local/share/bash-completion/completions/schemac
  schemac completions zsh > ~/.zfunc/_schemac
  schemac completions fish > ~/.config/fish/completions/schemac.fish
  schemac completions powershell >> $PROFILE")]
pub(super) struct Args {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script.
///
/// # Errors
/// When the standard output can't be written.
pub(super) fn run(args: &Args, screen: &Screen) -> Result<(), Failure> {
    let mut text = Vec::new();
    generate(args.shell, &mut Cli::command(), "schemac", &mut text);
    screen.data(&String::from_utf8_lossy(&text))
}
