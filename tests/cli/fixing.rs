//! `check --fix` and `check --diff`: what is mended, what is left alone, and that nothing is half written.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Stdio;

use schemac::project::rewrite::{Rewrite, rewrite};

use super::{GOOD, Place, plain, run};
use crate::support::postgres::account;

/// Three faults that are mended for sure, in one file, and one that is not.
const FAULTY: &str = "\
table Users {
  id: bigint primary key,
  email: text not null; // as in SQL
  kind: txt;
}
";

#[test]
fn what_is_certain_is_mended_and_the_rest_is_shown() {
    let place = Place::with(&[("schemas/a.schema", FAULTY), ("schemas/b.schema", GOOD)]);
    place.run("check --fix").exits(1).is_as("fix");
    let mended = "table \"Users\" {\n  id: bigint primary key;\n  email: text; // as in SQL\n  kind: txt;\n}\n";
    assert_eq!(place.read("schemas/a.schema"), mended);
    assert_eq!(place.read("schemas/b.schema"), GOOD);
    assert_eq!(place.list("schemas"), ["a.schema", "b.schema"]);
    place.run("check --fix").exits(1).says(&["mended nothing"]);
    place.write("schemas/a.schema", mended.replace("txt", "text"));
    place.run("check --fix").exits(0).says(&["mended nothing", "nothing is wrong"]);
    place.write("schemas/a.schema", FAULTY);
    place.run("check --fix -v").exits(1).says(&["schemas/a.schema:2:25: write `;`"]);
}

#[test]
fn a_difference_is_shown_and_nothing_written() {
    let place = Place::with(&[("schemas/a.schema", FAULTY), ("schemas/b.schema", GOOD)]);
    place.run("check --diff").exits(1).is_as("fix_diff");
    assert_eq!(place.read("schemas/a.schema"), FAULTY);
    place.run("check --diff schemas/b.schema").exits(0).says(&["would mend nothing"]);
    place.run("check --diff --fix").exits(2);
    place.run("check --diff --format json").exits(2);
    let mut child = place.command("check --diff").stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1), "nobody reads the difference");
}

#[test]
fn line_ends_and_byte_order_mark_stay() {
    let place = Place::new();
    let windows = format!("\u{feff}{}", FAULTY.replace('\n', "\r\n"));
    place.write("schemas/a.schema", &windows);
    place.run("check --fix").exits(1).says(&["mended 3 faults in 1 file"]);
    let expected = windows
        .replace("Users", "\"Users\"")
        .replace("key,", "key;")
        .replace("text not null", "text");
    assert_eq!(place.read("schemas/a.schema"), expected);
    // A file with both sorts of line ends keeps each.
    place.write("schemas/a.schema", "table T {\r\n  a: int\n}\r\n");
    place.run("check --fix").exits(0);
    assert_eq!(place.read("schemas/a.schema"), "table \"T\" {\r\n  a: int;\n}\r\n");
}

#[test]
fn programs_are_told_what_was_mended() {
    let place = Place::with(&[("schemas/a.schema", FAULTY)]);
    let done = place.run("check --fix --format json").exits(1);
    let json: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    let rules: Vec<&str> =
        json["mended"].as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["wrong-separator", "upper-case-name", "explicit-nullability"]);
    assert_eq!(json["mended"][0]["line"], 2);
    assert_eq!(json["diagnostics"].as_array().unwrap().len(), 1);
    let done = place.run("check --format json").exits(1);
    assert!(!done.out.contains("mended"), "nothing was asked for");
}

#[test]
fn what_is_likely_is_mended_on_request() {
    let place = Place::with(&[("schemas/a.schema", "tabel t {\n  a: int;\n}\n")]);
    place.run("check --fix").exits(1).says(&["mended nothing", "`tabel` begins no declaration"]);
    place.run("check --likely").exits(2);
    place.run("check --diff --likely").exits(1);
    place.run("check --fix --likely").exits(0).says(&["mended 1 fault in 1 file"]);
    assert_eq!(place.read("schemas/a.schema"), "table t {\n  a: int;\n}\n");
}

#[test]
fn a_fault_in_a_mixin_is_mended_once() {
    let mixin = "mixin named { Name: text; }\n";
    let tables: String = (0..50).map(|n| format!("table t{n} {{ include named; }}\n")).collect();
    let place = Place::with(&[("schemas/a.schema", mixin), ("schemas/b.schema", &tables)]);
    place.run("check --fix").exits(0).says(&["mended 1 fault in 1 file"]);
    assert_eq!(place.read("schemas/a.schema"), "mixin named { \"Name\": text; }\n");
}

#[test]
fn fixes_that_collide_wait_for_each_other() {
    let place = Place::with(&[("schemas/a.schema", "table t {\n  a: int not null not null\n}\n")]);
    place.run("check --fix").exits(0).says(&["mended 3 faults in 1 file"]);
    assert_eq!(place.read("schemas/a.schema"), "table t {\n  a: int;\n}\n");
}

#[test]
fn a_fix_that_helps_nobody_is_left_out() {
    // The other mention is of the folded name: one of both is to be chosen, by a person.
    let text = "table Users {\n  id: int primary key;\n}\ntable posts {\n  author: int references users;\n}\n";
    let place = Place::with(&[("schemas/a.schema", text)]);
    place.run("check --fix").exits(1).says(&["mended nothing", "as much would be wrong"]);
    assert_eq!(place.read("schemas/a.schema"), text);
}

#[test]
fn many_members_without_an_end() {
    let columns: String = (0..100).map(|n| format!("  c{n}: int\n")).collect();
    let place = Place::with(&[("schemas/a.schema", &format!("table t {{\n{columns}}}\n"))]);
    place.run("check --fix").exits(0).says(&["mended 100 faults in 1 file"]);
}

#[test]
fn a_read_only_file_stops_all() {
    let place = Place::with(&[("schemas/a.schema", FAULTY), ("schemas/b.schema", FAULTY)]);
    place.write("schemas/b.schema", FAULTY.replace("Users", "Others"));
    fs::set_permissions(place.path("schemas/b.schema"), fs::Permissions::from_mode(0o444)).unwrap();
    place
        .run("check --fix")
        .exits(3)
        .says(&["`schemas/b.schema` is read-only", "nothing was written"]);
    assert_eq!(place.read("schemas/a.schema"), FAULTY);
    assert_eq!(place.list("schemas"), ["a.schema", "b.schema"]);
    place.run("check --diff").exits(1);
    // Writable for another user only.
    if account::me() == 0 {
        let program = place.path("schemac");
        fs::copy(env!("CARGO_BIN_EXE_schemac"), &program).unwrap();
        for (path, mode) in [
            (".", 0o755),
            ("schemas", 0o777),
            ("schemas/a.schema", 0o666),
            ("schemas/b.schema", 0o644),
        ] {
            fs::set_permissions(place.path(path), fs::Permissions::from_mode(mode)).unwrap();
        }
        let mut command = account::command(&program);
        plain(&mut command).current_dir(place.path(".")).args(["check", "--fix"]);
        run(command, "check --fix").exits(3).says(&["`schemas/b.schema` is read-only"]);
        assert_eq!(place.read("schemas/a.schema"), FAULTY);
    }
}

#[test]
fn a_link_and_a_mode_stay() {
    let place = Place::with(&[("real/a.txt", FAULTY), ("schemas/README.md", "")]);
    fs::set_permissions(place.path("real/a.txt"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("../real/a.txt", place.path("schemas/a.schema")).unwrap();
    place.run("check --fix").exits(1).says(&["mended 3 faults in 1 file"]);
    assert!(fs::symlink_metadata(place.path("schemas/a.schema")).unwrap().is_symlink());
    assert!(place.read("real/a.txt").starts_with("table \"Users\""));
    let mode = fs::metadata(place.path("real/a.txt")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(place.list("real"), ["a.txt"]);
}

#[test]
fn what_changed_meanwhile_is_not_overwritten() {
    let place = Place::with(&[("a", "old"), ("b", "newer")]);
    let file =
        |name: &str| Rewrite { path: place.path(name), old: "old".into(), new: "new".into() };
    let errors = rewrite(&[file("a"), file("b")]).unwrap_err();
    assert!(matches!(&errors[..], [error] if error.name() == "changed"), "{errors:?}");
    assert_eq!((place.read("a"), place.read("b")), ("old".to_owned(), "newer".to_owned()));
    fs::remove_file(place.path("b")).unwrap();
    assert_eq!(rewrite(&[file("a"), file("b")]).unwrap_err()[0].name(), "not-found");
    rewrite(&[file("a")]).unwrap();
    assert_eq!((place.read("a"), place.list(".")), ("new".to_owned(), vec!["a".to_owned()]));
}
