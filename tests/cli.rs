//! Whole commands: flags in, streams, files and exit codes out. What the parts do is tested where they are.

mod bad_input;
mod database;
mod fixing;
mod formats;
mod formatting;
mod generate;
mod graph;
mod init;
mod lint;
mod packaging;
mod pictures;
mod pull;
mod push;
mod rehash;
mod reports;
mod watching;
mod writing;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A source without faults.
const GOOD: &str =
    "table users {\n  id: bigint primary key;\n  email: text;\n  index (email);\n}\n";

/// A source with two errors.
const BAD: &str =
    "table users {\n  id: bigint primary key;\n  email: txt;\n}\n\ntabel orders {\n}\n";

/// A directory for one test.
struct Place(TempDir);

/// What a command did.
struct Done {
    args: String,
    code: i32,
    out: String,
    err: String,
}

impl Place {
    fn new() -> Self {
        Place(tempfile::Builder::new().prefix("schemac-cli-").tempdir().unwrap())
    }

    /// A place with files, given by path and text.
    fn with(files: &[(&str, &str)]) -> Self {
        let place = Place::new();
        files.iter().for_each(|(path, text)| place.write(path, text));
        place
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// The names in a directory, sorted.
    fn list(&self, path: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(path)).unwrap();
        let mut names: Vec<_> =
            entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// A command in this place, with nothing in its environment that changes how reports look.
    fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_schemac"));
        plain(&mut command).current_dir(self.0.path()).args(args.split_whitespace());
        command
    }

    fn run(&self, args: &str) -> Done {
        run(self.command(args), args)
    }
}

fn plain(command: &mut Command) -> &mut Command {
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "LINES", "DATABASE_URL"] {
        command.env_remove(name);
    }
    command.env("COLUMNS", "80").stdin(Stdio::null())
}

fn run(mut command: Command, args: &str) -> Done {
    let output = command.output().unwrap();
    Done {
        args: args.to_owned(),
        code: output.status.code().expect("no signal ends it"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Done {
    /// Asserts the exit code and that no stream tells of a panic.
    #[track_caller]
    fn exits(self, code: i32) -> Self {
        assert!(!self.err.contains("panicked"), "{}", self.err);
        assert_eq!(self.code, code, "{}\n{}\n{}", self.args, self.out, self.err);
        self
    }

    /// Asserts that the standard error says all of this.
    #[track_caller]
    fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.err.contains(text), "`{text}` is not in\n{}", self.err);
        }
        self
    }

    /// Compares everything with the snapshot of this name.
    fn is_as(&self, name: &str) {
        let Done { args, code, out, err } = self;
        let shown = format!("$ schemac {args}\nexit code {code}\n-- out\n{out}-- err\n{err}");
        insta::with_settings!({
            snapshot_path => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name, shown);
        });
    }
}

#[test]
fn help_of_each_command() {
    let place = Place::new();
    place.run("--help").exits(0).is_as("help");
    for command in [
        "init",
        "check",
        "build",
        "generate",
        "verify",
        "rehash",
        "squash",
        "push",
        "diff",
        "pull",
        "drift",
        "lint",
        "status",
        "migrate",
        "rollback",
        "baseline",
        "graph",
        "explain",
        "completions",
        "man",
    ] {
        place.run(&format!("{command} --help")).exits(0).is_as(&format!("help_{command}"));
    }
    place.run("").exits(2);
    assert!(place.run("--version").exits(0).out.starts_with("schemac "));
}

#[test]
fn wrong_usage_exits_with_2() {
    let place = Place::with(&[("schemas/a.schema", GOOD)]);
    place.run("chek").exits(2).says(&["similar subcommand exists: 'check'"]);
    place.run("check --fromat json").exits(2).says(&["--format"]);
    place.run("build --emit sqll").exits(2).says(&["similar value exists: 'sql'"]);
    place.run("check -q -v").exits(2);
    place.run("diff empty").exits(2).says(&["<TO>"]);
    place.run("diff schemes empty").exits(2).says(&["`schemes` is no side", "a side is `empty`"]);
    place.run("diff empty lock").exits(2).says(&["there is no lock at `migrations/schema.lock`"]);
    let wrong = place.run("diff empty postgres://localhost:x/y").exits(2);
    wrong.says(&["in TO"]);
}

#[test]
fn a_project_is_found_from_below() {
    let place = Place::with(&[
        ("schemac.toml", "schemas = [\"db/**/*.schema\"]\n"),
        ("db/one/a.schema", GOOD),
        ("db/two/b.schema", "table t {\n  a: txt;\n}\n"),
        ("db/.hidden/c.schema", "nonsense"),
        ("src/deep/main.rs", ""),
    ]);
    let mut below = place.command("check");
    below.current_dir(place.path("src/deep"));
    run(below, "check").exits(1).says(&["../../db/two/b.schema:2:6", "in 2 files"]);
    let mut elsewhere = place.command("check --config ../schemac.toml");
    elsewhere.current_dir(place.path("src"));
    run(elsewhere, "").exits(1).says(&["../db/two/b.schema:2:6"]);
}

#[test]
fn flags_override_the_file() {
    let place = Place::with(&[("schemac.toml", "schemas = \"nowhere\"\n"), ("db/a.schema", GOOD)]);
    place.run("check").exits(3).says(&["`nowhere`"]);
    place.run("check db").exits(0).says(&["3 objects in 1 file", "nothing is wrong"]);
    place.run("check db db/a.schema ./db/../db").exits(0).says(&["in 1 file"]);
}

#[test]
fn every_key_of_the_file_is_read() {
    let place = Place::with(&[
        ("schemas/a.schema", GOOD),
        (
            "schemac.toml",
            r#"
            schemas = "schemas"
            migrations = "migrations"
            [database]
            url = "env:DATABASE_URL"
            schemas = ["public", "billing"]
            lock_timeout = "3s"
            statement_timeout = "0"
            [rust]
            out = "src/db"
            clients = ["tokio-postgres", "postgres"]
            time = "chrono"
            [lint]
            missing-foreign-key-index = "warn"
            "#,
        ),
    ]);
    place.run("check").exits(0);
}

#[test]
fn the_script_of_a_source_goes_to_the_standard_output() {
    let place = Place::with(&[("schemas/a.schema", GOOD)]);
    let done = place.run("diff empty schemas").exits(0);
    assert_eq!(done.err, "");
    done.is_as("diff_sql");
    place.run("diff empty schemas --format summary").exits(0).is_as("diff_summary");
    place.run("diff empty schemas --format json").exits(0).is_as("diff_json");
    place.run("diff empty schemas/a.schema --exit-code").exits(1);
    place.write("none/a.schema", "");
    place.run("diff empty none --exit-code").exits(0);
}

#[test]
fn a_closed_pipe_is_no_trouble() {
    let place = Place::with(&[("schemas/a.schema", GOOD)]);
    let tables: String = (0..2000).map(|n| format!("table t{n} {{ a: text; }}\n")).collect();
    place.write("schemas/many.schema", tables);
    let formats =
        ["short", "json", "sarif", "github"].map(|it| (format!("check --max 0 --format {it}"), 0));
    let all = formats
        .into_iter()
        .chain([("diff empty schemas".to_owned(), 0), ("explain --list".to_owned(), 0)]);
    for (args, code) in all {
        let mut child =
            place.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code));
        assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
    }
    place.write("schemas/bad.schema", BAD);
    let mut child = place.command("check").stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    let place = Place::with(&[("schemas/a.schema", GOOD)]);
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for args in ["diff empty schemas", "check --format json"] {
        let mut command = place.command(args);
        let output = command.stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{args}");
    }
}
