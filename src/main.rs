//! The `schemac` command.

fn main() -> std::process::ExitCode {
    schemac::cli::run()
}
