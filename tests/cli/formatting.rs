//! `schemac fmt`: files, streams, and what becomes of a file that can't be replaced.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use super::{BAD, Done, GOOD, Place};

/// A source that is laid out otherwise.
const UGLY: &str =
    "TABLE users{id:INT8 primary key; // the key\n  email :  text;\n index( email );}\n";

const PRETTY: &str =
    "table users {\n  id: bigint primary key; // the key\n  email: text;\n  index (email);\n}\n";

/// Runs a command with a text on its standard input.
fn with_stdin(place: &Place, args: &str, text: impl AsRef<[u8]>) -> Done {
    let mut command = place.command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_ref()).unwrap();
    let output = child.wait_with_output().unwrap();
    Done {
        args: args.to_owned(),
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn files_are_replaced_only_where_they_change() {
    let place = Place::with(&[("schemas/a.schema", UGLY), ("schemas/b.schema", GOOD)]);
    let file = fs::File::options().write(true).open(place.path("schemas/b.schema")).unwrap();
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    file.set_modified(long_ago).unwrap();
    let mode = fs::Permissions::from_mode(0o640);
    fs::set_permissions(place.path("schemas/a.schema"), mode).unwrap();
    place.run("fmt").exits(0).says(&["1 file formatted, 1 unchanged"]);
    assert_eq!(place.read("schemas/a.schema"), PRETTY);
    let modified = fs::metadata(place.path("schemas/b.schema")).unwrap().modified().unwrap();
    assert_eq!(modified, long_ago);
    let mode = fs::metadata(place.path("schemas/a.schema")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(place.list("schemas"), ["a.schema", "b.schema"]);
    place.run("fmt --check").exits(0).says(&["0 files would be formatted, 2 unchanged"]);
    assert_eq!(place.run("fmt -q").exits(0).err, "");
}

#[test]
fn a_check_shows_what_would_change() {
    let place = Place::with(&[("schemas/a.schema", UGLY), ("schemas/b.schema", GOOD)]);
    place.run("fmt --check").exits(1).is_as("fmt_check");
    assert_eq!(place.read("schemas/a.schema"), UGLY);
    assert!(with_stdin(&place, "fmt --check -", UGLY).exits(1).out.contains("+  email: text;"));
    assert_eq!(with_stdin(&place, "fmt --check -", GOOD).exits(0).out, "");
}

#[test]
fn the_standard_input_goes_to_the_standard_output() {
    let place = Place::new();
    let done = with_stdin(&place, "fmt -", UGLY).exits(0);
    assert_eq!((done.out.as_str(), done.err.as_str()), (PRETTY, ""));
    let windows = format!("\u{feff}{}", UGLY.replace('\n', "\r\n"));
    let done = with_stdin(&place, "fmt -", windows).exits(0);
    assert_eq!(done.out, format!("\u{feff}{}", PRETTY.replace('\n', "\r\n")));
    with_stdin(&place, "fmt - a.schema", "").exits(2).says(&["`-` stands alone"]);
    with_stdin(&place, "fmt -", b"\xff").exits(1).says(&["`<stdin>` is not UTF-8"]);
    let done = with_stdin(&place, "fmt - --stdin-path db/a.schema", "tabel x;\ntable  t;").exits(1);
    assert_eq!(done.out, "tabel x;\ntable t;\n");
    done.says(&["db/a.schema:1:1"]);
}

#[test]
fn what_cannot_be_read_stays_and_is_reported() {
    let ugly = "table  t {a:int;  b c d ;\n}\ntabel x  {\n a:int }\n";
    let place = Place::with(&[("a.schema", ugly), ("bad.schema", BAD)]);
    place.run("fmt a.schema").exits(1).says(&["a.schema:1:21", "a.schema:3:1", "1 file formatted"]);
    let new = "table t {\n  a: int;  b c d ;\n}\ntabel x  {\n a:int }\n";
    assert_eq!(place.read("a.schema"), new.replace(": int;", ": integer;"));
    place.run("fmt bad.schema").exits(1).says(&["0 files formatted, 1 unchanged"]);
}

#[test]
fn lines_of_a_file_can_be_formatted_alone() {
    let place = Place::with(&[("a.schema", UGLY), ("b.schema", GOOD)]);
    let done = with_stdin(&place, "fmt - --range 2:2", UGLY).exits(0);
    assert_eq!(done.out, UGLY.replace("email :  text", "email: text"));
    place.run("fmt a.schema --range 3:30").exits(0).says(&["1 file formatted"]);
    assert_eq!(place.read("a.schema"), UGLY.replace(" index( email );}", "  index (email);\n}"));
    place.run("fmt --range 1:2 a.schema b.schema").exits(2).says(&["there are 2 files"]);
    for wrong in ["0:1", "3:2", "a", "1:", "1-2"] {
        place.run(&format!("fmt --range {wrong} a.schema")).exits(2);
    }
}

#[test]
fn a_file_that_cannot_be_replaced_stays() {
    let place = Place::with(&[("a.schema", UGLY), ("b.schema", UGLY)]);
    let read_only = fs::Permissions::from_mode(0o444);
    fs::set_permissions(place.path("b.schema"), read_only).unwrap();
    place.run("fmt a.schema b.schema").exits(3).says(&["`b.schema` is read-only"]);
    // Neither is changed, nor is anything left beside them.
    assert_eq!((place.read("a.schema"), place.read("b.schema")), (UGLY.into(), UGLY.into()));
    assert_eq!(place.list("."), ["a.schema", "b.schema"]);
    place.run("fmt --check b.schema").exits(1);
    place.run("fmt nowhere.schema").exits(3).says(&["`nowhere.schema`"]);
}

#[test]
fn a_link_stays_one() {
    let place = Place::with(&[("real/a.schema", UGLY)]);
    symlink("real/a.schema", place.path("link.schema")).unwrap();
    place.run("fmt link.schema").exits(0);
    assert!(fs::symlink_metadata(place.path("link.schema")).unwrap().is_symlink());
    assert_eq!(place.read("real/a.schema"), PRETTY);
}
