//! What reports look like, for people and for programs.

use super::{BAD, GOOD, Place};

#[test]
fn errors_are_shown_in_their_source() {
    let place = Place::with(&[("schemas/a.schema", BAD), ("schemas/b.schema", "table t {}\n")]);
    let done = place.run("check").exits(1);
    assert_eq!(done.out, "");
    done.is_as("check");
    place.run("check -q").exits(1).is_as("check_quiet");
    place.run("build").exits(1);
    assert_eq!(place.list("."), ["schemas"], "nothing is made of a source with errors");
}

#[test]
fn a_narrow_terminal() {
    let place = Place::with(&[("schemas/a.schema", BAD)]);
    let mut narrow = place.command("check");
    narrow.env("COLUMNS", "40");
    super::run(narrow, "check").exits(1).is_as("check_narrow");
    for width in ["0", "1", "9", "nonsense"] {
        let mut command = place.command("check");
        command.env("COLUMNS", width);
        super::run(command, "check").exits(1);
    }
}

#[test]
fn reports_for_programs() {
    let place = Place::with(&[("schemas/a.schema", BAD)]);
    let done = place.run("check --format json").exits(1);
    assert_eq!(done.err, "");
    done.is_as("check_json");
    let nothing = Place::new().run("check --format json").exits(3);
    let nothing: serde_json::Value = serde_json::from_str(&nothing.out).unwrap();
    assert_eq!(nothing["failures"][0]["name"], "not-found");
    assert_eq!(nothing["version"], 1);
}

#[test]
fn color_is_as_asked() {
    let place = Place::with(&[("schemas/a.schema", BAD)]);
    let is_colored = |args: &str, variables: &[(&str, &str)]| {
        let mut command = place.command(args);
        command.envs(variables.iter().copied());
        super::run(command, args).err.contains('\u{1b}')
    };
    assert!(!is_colored("check", &[]), "the standard error is no terminal here");
    assert!(is_colored("check --color always", &[]));
    assert!(
        is_colored("check --color=always", &[("NO_COLOR", "1")]),
        "a flag is above the environment"
    );
    assert!(is_colored("check", &[("CLICOLOR_FORCE", "1")]));
    assert!(!is_colored("check", &[("CLICOLOR_FORCE", "0")]));
    assert!(!is_colored("check", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!is_colored("check --color never", &[("CLICOLOR_FORCE", "1")]));
    assert!(is_colored("chek --color always", &[]), "errors in the arguments too");
    assert!(!is_colored("chek", &[("NO_COLOR", "1")]));
}

#[test]
fn many_errors_of_a_kind_do_not_flood() {
    let place = Place::new();
    let columns: String = (0..500).map(|n| format!("  c{n}: txt{n};\n")).collect();
    place.write("schemas/a.schema", format!("table t {{\n{columns}}}\ntabel x {{}}\n"));
    let shown = |args: &str| place.run(args).exits(1).err.matches("there is no type").count();
    assert_eq!(shown("check"), 10);
    assert_eq!(shown("check --max 3"), 3);
    assert_eq!(shown("check --max 0"), 500);
    place.run("check").says(&[
        "… and 490 more of `unknown-type` in 1 file (--max 0 shows all)",
        "`tabel` begins no declaration",
        "501 errors in 1 file",
    ]);
    let json = place.run("check --format json").exits(1).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["summary"]["errors"], 501);
    assert_eq!(json["diagnostics"].as_array().unwrap().len(), 501);
}

#[test]
fn more_is_said_when_asked() {
    let place = Place::with(&[("schemas/a.schema", GOOD)]);
    place.run("check -v").exits(0).says(&["read 1 file, 1 KiB", "analysed 3 objects, in"]);
    assert_eq!(place.run("check -q").exits(0).err, "");
    assert_eq!(place.run("build -q").exits(0).err, "");
}
