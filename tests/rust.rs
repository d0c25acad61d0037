//! Generated Rust: it is clean in every way a user may look at it, and reads what it wrote on a real server.
//!
//! The code is made for the schemas in `tests/rust` and put beside the programs of `tests/rust/consumer`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use schemac::emit::rust::{Client, Decimal, File, Options, Serde, Time};

use crate::support::compiled::{Outcome, compile};
use crate::support::{files, postgres};

/// For the package `app`: a file a schema, with serde.
const APP: Options = Options {
    client: Client::Postgres,
    time: Time::Chrono,
    decimal: Decimal::Text,
    serde: Serde::Derive,
};

/// For the package `single`: one text, with other crates and without serde.
const SINGLE: Options = Options {
    client: Client::TokioPostgres,
    time: Time::Jiff,
    decimal: Decimal::RustDecimal,
    serde: Serde::None,
};

#[test]
fn generated_code_is_clean_and_reads_what_it_wrote() {
    let directory = consumer();
    let (types, names) = (source("types.schema"), source("names.schema"));
    put_all(&directory.join("app/src/db"), types.rust_files(&APP));
    put_all(&directory.join("app/src/names"), names.rust_files(&APP));
    let single = directory.join("single/src");
    put(&single.join("jiff_types.rs"), &types.rust(&SINGLE));
    put(&single.join("time_types.rs"), &types.rust(&Options { time: Time::Time, ..SINGLE }));
    put(&single.join("odd_names.rs"), &names.rust(&SINGLE));
    for edition in ["2021", "2024"] {
        let mut rustfmt = Command::new("rustfmt");
        rustfmt.args(["--check", "--color", "never", "--edition", edition]);
        rustfmt.args(generated(&directory));
        run(&directory, rustfmt);
    }
    run(&directory, cargo(&["clippy", "--quiet", "--workspace", "--", "-D", "warnings"]));
    let database = postgres::default().database();
    database.run_sql(types.sql.as_deref().unwrap()).unwrap();
    run(&directory, cargo(&["run", "--quiet", "-p", "app", "--", &database.url()]));
}

#[test]
fn names_are_made_in_sql_too() {
    let names = source("names.schema");
    let database = postgres::default().database();
    database.run_sql(names.sql.as_deref().unwrap()).unwrap();
}

#[test]
fn the_same_source_makes_the_same_text() {
    let (first, second) = (source("types.schema"), source("types.schema"));
    assert_eq!(first.rust_files(&APP), second.rust_files(&APP));
    assert_eq!(first.rust(&SINGLE), second.rust(&SINGLE));
}

#[test]
fn partitions_and_what_is_skipped_have_no_struct() {
    let text = source("types.schema").rust(&SINGLE);
    assert!(text.contains("pub struct Logs {") && text.contains("pub struct OldLog {"));
    for absent in ["Logs2024", "Hidden", "polygon", "words:"] {
        assert!(!text.contains(absent), "{absent}");
    }
    assert!(text.contains("Its column `words` is left out: a `tsvector` can't be read."));
}

/// Compiles a schema of `tests/rust` without errors.
fn source(name: &str) -> Outcome {
    let path = files::root().join("tests/rust").join(name);
    let outcome = compile([(name, files::read(&path))]);
    assert_eq!(outcome.errors().count(), 0, "{}", outcome.shown());
    outcome
}

/// Copies the programs to a place where their dependencies stay compiled from one run to the next.
fn consumer() -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rust-consumer");
    let from = files::root().join("tests/rust/consumer");
    for path in files::below("tests/rust/consumer", "") {
        put(&directory.join(path.strip_prefix(&from).unwrap()), &files::read(&path));
    }
    directory
}

fn put_all(directory: &Path, generated: Vec<File>) {
    // What an earlier run made would be looked at too.
    let _ = fs::remove_dir_all(directory);
    generated.iter().for_each(|file| put(&directory.join(&file.path), &file.text));
}

/// Writes a file if it has another text, so that what is compiled stays so.
fn put(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Returns the roots of the generated code; rustfmt follows their modules.
fn generated(directory: &Path) -> Vec<PathBuf> {
    let app = ["app/src/db/mod.rs", "app/src/names/mod.rs"];
    let single = ["jiff_types", "time_types", "odd_names"].map(|it| format!("single/src/{it}.rs"));
    app.into_iter().map(str::to_owned).chain(single).map(|it| directory.join(it)).collect()
}

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    // Clippy would take its place as the compiler of dependencies, and flags of this run are not meant for that one.
    for name in ["RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"]
    {
        cargo.env_remove(name);
    }
    cargo.args(arguments);
    cargo
}

/// Runs a program in a directory.
fn run(directory: &Path, mut command: Command) {
    command.current_dir(directory).env("CARGO_TARGET_DIR", directory.join("target"));
    command.env("CLIPPY_CONF_DIR", directory);
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{out}\n{err}", output.status);
}
