//! Whatever may be wrong with files: a clear message with the path, an exit code, nothing half written.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::{GOOD, Place, plain, run};
use crate::support::postgres::account;

#[test]
fn a_missing_source() {
    let place = Place::new();
    place.run("check").exits(3).is_as("missing");
    place.run("check nowhere.schema").exits(3).says(&["`nowhere.schema`"]);
    place.run("check --config nowhere.toml").exits(3).says(&["`nowhere.toml`"]);
}

#[test]
fn an_empty_directory() {
    let place = Place::with(&[("schemas/README.md", "")]);
    place.run("check").exits(1).is_as("empty");
    place.run("build").exits(1);
    assert_eq!(place.list("."), ["schemas"]);
}

#[test]
fn a_pattern_that_matches_nothing() {
    let place = Place::with(&[("schemac.toml", "schemas = [\"db/*.schema\"]\n")]);
    place.run("check").exits(1).says(&["no `.schema` file matches `db/*.schema`"]);
}

#[test]
fn a_directory_with_the_name_of_a_source() {
    let place = Place::with(&[("schemas/a.schema", GOOD), ("schemas/x.schema/y", "")]);
    place
        .run("check")
        .exits(1)
        .says(&["`schemas/x.schema` is not a file", "name a file, or rename it"]);
}

#[test]
fn a_file_that_may_not_be_read() {
    let place = Place::with(&[("schemas/a.schema", GOOD), ("schemas/b.schema", GOOD)]);
    // Root may read everything: the command runs as another user, from a place that this one can reach.
    let program = place.path("schemac");
    fs::copy(env!("CARGO_BIN_EXE_schemac"), &program).unwrap();
    fs::set_permissions(place.path("."), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(place.path("schemas/b.schema"), fs::Permissions::from_mode(0o000)).unwrap();
    let attempt = |args: &str| {
        let mut command = account::command(&program);
        plain(&mut command).current_dir(place.path(".")).args(args.split(' '));
        run(command, args)
    };
    attempt("check").exits(3).says(&["`schemas/b.schema` can't be read: Permission denied"]);
    attempt("check schemas/a.schema").exits(0);
    // Nor may it write there.
    if account::me() == 0 {
        let done = attempt("build schemas/a.schema").exits(3);
        done.says(&["`schema.sql` can't be written: Permission denied"]);
    }
    assert_eq!(place.list("."), ["schemac", "schemas"]);
}

#[test]
fn text_that_is_not_utf_8() {
    let place = Place::with(&[("schemas/a.schema", GOOD)]);
    place.write("schemas/latin.schema", b"// first\ntable \xfcber {}\n");
    place.write("schemas/wide.schema", b"\xff\xfet\0a\0b\0l\0e\0");
    place.run("check").exits(1).is_as("not_utf_8");
    let json = place.run("check --format json").exits(1).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["failures"][0]["path"], "schemas/latin.schema");
    assert_eq!(json["failures"][1]["name"], "not-utf-8");
}

#[test]
fn a_byte_order_mark_and_the_line_ends_of_windows() {
    let place = Place::new();
    place.write("schemas/a.schema", format!("\u{feff}{}", GOOD.replace('\n', "\r\n")));
    place.run("check").exits(0);
    let marked = place.run("diff empty schemas").exits(0).out;
    place.write("schemas/a.schema", GOOD);
    assert_eq!(place.run("diff empty schemas").exits(0).out, marked);
    place.write("schemas/a.schema", "\u{feff}table t {\r\n  a: txt;\r\n}\r\n");
    place.run("check").exits(1).says(&["schemas/a.schema:2:6"]);
}

#[test]
fn two_files_that_declare_the_same() {
    let place = Place::with(&[("schemas/a.schema", GOOD), ("schemas/b.schema", GOOD)]);
    let done = place.run("check").exits(1);
    done.says(&["schemas/a.schema:", "schemas/b.schema:"]).is_as("declared_twice");
}

#[test]
fn links_in_a_circle() {
    let place = Place::with(&[("schemas/a.schema", GOOD), ("schemas/sub/b.md", "")]);
    symlink("../../schemas", place.path("schemas/sub/up")).unwrap();
    place.run("check").exits(3).says(&["`schemas/sub/up` is a symbolic link that leads back"]);
    fs::remove_file(place.path("schemas/sub/up")).unwrap();
    symlink("self.schema", place.path("schemas/self.schema")).unwrap();
    place.run("check").exits(3).says(&["`schemas/self.schema`", "symbolic link"]);
    fs::remove_file(place.path("schemas/self.schema")).unwrap();
    // Links that lead elsewhere are followed, and a file that is reached twice is read once.
    place.write("elsewhere/c.schema", "table c { a: text; }\n");
    symlink("../elsewhere", place.path("schemas/more")).unwrap();
    symlink("../elsewhere", place.path("schemas/again")).unwrap();
    symlink("a.schema", place.path("schemas/same.schema")).unwrap();
    place.run("check").exits(0).says(&["in 2 files"]);
    // Nor does a pattern lead in a circle.
    place.write("schemac.toml", "schemas = [\"schemas/**/*.schema\"]\n");
    symlink("..", place.path("schemas/sub/up")).unwrap();
    symlink("../schemas", place.path("schemas/round")).unwrap();
    place.run("check").exits(3).says(&["`schemas/sub/up` is a symbolic link", "`schemas/round`"]);
    fs::remove_file(place.path("schemas/sub/up")).unwrap();
    fs::remove_file(place.path("schemas/round")).unwrap();
    place.run("check").exits(0).says(&["in 2 files"]);
    symlink("nowhere", place.path("schemas/lost.schema")).unwrap();
    place.run("check").exits(3).says(&["`schemas/lost.schema`"]);
}

#[test]
fn a_file_of_100_megabytes() {
    let place = Place::new();
    place.write("schemas/a.schema", GOOD);
    let huge = fs::File::create(place.path("schemas/huge.schema")).unwrap();
    huge.set_len(100 << 20).unwrap();
    place.run("check").exits(1).says(&["`schemas/huge.schema` has 100 MiB", "may have 64"]);
}

#[test]
fn brackets_10_000_deep() {
    let place = Place::new();
    let deep = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    place.write("schemas/a.schema", format!("table t {{\n  a: int default {deep};\n}}\n"));
    place.run("check").exits(1).says(&["nested-too-deep", "schemas/a.schema:1:1"]);
}

#[test]
fn a_line_of_a_megabyte() {
    let place = Place::new();
    place.write(
        "schemas/a.schema",
        format!("table t {{ {}b: txt; }}", "/* long */".repeat(100_000)),
    );
    let done = place.run("check").exits(1);
    assert!(done.err.len() < 4_000, "{} bytes are shown", done.err.len());
    done.says(&["schemas/a.schema:1:1000014"]);
}

#[test]
fn mistakes_in_the_file_of_settings() {
    let place = Place::with(&[("schemas/a.schema", GOOD)]);
    place.write(
        "schemac.toml",
        "schema = \"db\"\nmigrations = 3\n\n[rust]\nclients = [\"tokio\", 1]\ntime = \"crono\"\n\n[database]\n\
         lock_timeout = \"3 parsecs\"\n\n[lint]\nunknown-type = \"allow\"\nunknwn-type = \"warn\"\n\n[rest]\n",
    );
    let done = place.run("check").exits(1);
    done.says(&["did you mean `schemas`?"]).is_as("settings");
    place.write("schemac.toml", "schemas = [\"db\"\nmigrations = \n");
    place.run("check").exits(1).says(&["toml-syntax", "schemac.toml:2:"]);
    place.write("schemac.toml", b"# \xff\n");
    place.run("check").exits(1).says(&["`schemac.toml` is not UTF-8: byte 0xff at 1:3"]);
}
