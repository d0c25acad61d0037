//! Reports in every format: what each holds, and that those who read it can.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{BAD, Done, GOOD, Place, run};
use crate::support::files;

/// The formats for programs.
const FORMATS: [&str; 4] = ["short", "json", "sarif", "github"];

/// A source with a fault in a mixin, a fault whose two places lie in two files, and a note.
fn mixed() -> Place {
    Place::with(&[
        (
            "schemas/a.schema",
            "mixin timed {\n  made: nope;\n}\n\ntable users {\n  include timed;\n}\n",
        ),
        (
            "schemas/b, c: 100%.schema",
            "table users {\n  id: integer;\n}\n\ntable logs {\n  include timed;\n}\n",
        ),
    ])
}

#[test]
fn each_format_shows_the_same() {
    let place = mixed();
    for format in FORMATS {
        let done = place.run(&format!("check --format {format}")).exits(1);
        assert_eq!(done.err, "", "{format} is on the standard output");
        if format != "sarif" {
            done.is_as(&format!("format_{format}"));
        }
    }
    place.run("check").exits(1).is_as("format_human");
}

/// Returns a log that the schema of SARIF accepts.
fn sarif(done: &Done) -> Value {
    let script = files::root().join("tests/sarif/validate.py");
    let mut python = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3 is installed: run tests/setup");
    // Where it can't start it reads nothing, and says why.
    let _ = python.stdin.take().unwrap().write_all(done.out.as_bytes());
    let output = python.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "run tests/setup if this is no fault of the log: {said}");
    serde_json::from_str(&done.out).unwrap()
}

#[test]
fn sarif_is_valid() {
    let log = sarif(&mixed().run("check --format sarif").exits(1));
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    let names: Vec<&str> = results.iter().map(|it| it["ruleId"].as_str().unwrap()).collect();
    assert_eq!(names, ["unknown-type", "duplicate-object"]);
    for result in results {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
    let place = &results[1]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "schemas/b%2C%20c%3A%20100%25.schema");
    assert_eq!(place["region"]["startColumn"], 7);
    assert_eq!(results[0]["relatedLocations"].as_array().unwrap().len(), 2, "both includes");
    let nothing = sarif(&Place::new().run("check --format sarif").exits(3));
    assert_eq!(nothing["runs"][0]["invocations"][0]["executionSuccessful"], false);
    sarif(&Place::with(&[("schemas/a.schema", GOOD)]).run("check --format sarif").exits(0));
}

#[test]
fn sarif_carries_fixes() {
    let place = Place::with(&[(
        "schemas/a.schema",
        "table t {\n  id: bigint primary key;\n  at: timestamp;\n}\n",
    )]);
    let log = sarif(&place.run("check --format sarif").exits(0));
    let fix = &log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(fix["insertedContent"]["text"], "timestamptz");
    assert_eq!(fix["deletedRegion"]["startColumn"], 7);
}

#[test]
fn lines_are_limited_and_counted() {
    let place = Place::new();
    let columns: String = (0..500).map(|n| format!("  c{n}: txt{n};\n")).collect();
    place.write("schemas/a.schema", format!("table t {{\n{columns}}}\n"));
    place.write("schemas/b.schema", format!("table u {{\n{columns}}}\n"));
    for format in ["short", "github"] {
        let out = place.run(&format!("check --format {format} --max 3")).exits(1).out;
        assert_eq!(out.lines().count(), 4, "{out}");
        assert!(out.contains("and 997 more of `unknown-type` in 2 files"), "{out}");
        let all = place.run(&format!("check --format {format} --max 0")).exits(1).out;
        assert_eq!(all.lines().count(), 1000);
    }
    let log = sarif(&place.run("check --format sarif --max 3").exits(1));
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 1000);
}

#[test]
fn a_fault_in_a_mixin_is_one_report_with_its_places() {
    let tables: String = (0..50).map(|n| format!("table t{n} {{\n  include m;\n}}\n")).collect();
    let source = format!("mixin m {{\n  id: bigint primary key;\n  a: txt;\n}}\n{tables}");
    let place = Place::with(&[("schemas/a.schema", &source)]);
    let short = place.run("check --format short").exits(1).out;
    assert_eq!(short, "schemas/a.schema:3:6: error[unknown-type] there is no type `txt`\n");
    place.run("check").exits(1).says(&["and 47 more includes", "1 error in 1 file"]);
    let json: Value = serde_json::from_str(&place.run("check --format json").out).unwrap();
    assert_eq!(json["diagnostics"][0]["included"].as_array().unwrap().len(), 50);
}

#[test]
fn any_width_and_any_text() {
    let wide = "table t {\n\tid: txt primary key;\t-- 日本 🐘 e\u{301}\n  \"日本🐘\": tyep; \"a\u{200b}b\": x;\n}\n";
    let long = format!("table u {{ {} }}\n", "a: txt; ".repeat(2_000));
    let place = Place::with(&[("schemas/a.schema", wide), ("schemas/b.schema", &long)]);
    for width in ["1", "20", "40", "200"] {
        for args in ["check --max 2", "explain unknown-type"] {
            let mut command = place.command(args);
            command.env("COLUMNS", width);
            run(command, args).exits(i32::from(args.starts_with("check")));
        }
    }
    let mut dumb = place.command("check --max 1");
    dumb.env("TERM", "dumb");
    let shown = run(dumb, "check").exits(1).err;
    assert!(shown.lines().take(3).all(|line| line.is_ascii()), "{shown}");
}

#[test]
fn ten_thousand_errors_are_all_there() {
    let columns: String =
        (0..10_000).map(|n| format!("table t{n} {{ c: int; c: int; }}\n")).collect();
    let place = Place::with(&[("schemas/a.schema", &columns)]);
    for format in FORMATS {
        let out = place.run(&format!("check --max 0 --format {format}")).exits(1).out;
        assert!(10_000 <= out.matches("duplicate-column").count(), "{format}");
    }
    place.run("check").exits(1).says(&["… and 9990 more of `duplicate-column` in 1 file"]);
}

#[test]
fn rules_are_explained() {
    let place = Place::with(&[("schemas/a.schema", BAD)]);
    place.run("explain unknown-type").exits(0).is_as("explain");
    place.run("explain unknown-typ").exits(2).says(&["did you mean `unknown-type`?"]);
    place.run("explain").exits(2);
    place.run("explain --list unknown-type").exits(2);
    let two = place.run("explain unknown-type [unknown-column]").exits(0).out;
    assert!(two.contains("\nunknown-column (check, error"), "{two}");
    let json = place.run("explain --list --format json").exits(0).out;
    let json: Value = serde_json::from_str(&json).unwrap();
    let rules = json["rules"].as_array().unwrap();
    let of = |sort: &str| rules.iter().filter(|rule| rule["sort"] == sort).count();
    assert!(100 <= of("check") && 40 <= of("lint"), "{} and {}", of("check"), of("lint"));
    let list = place.run("explain --list").exits(0).out;
    assert!(list.contains(&format!("\n{} checks, {} lints (", of("check"), of("lint"))), "{list}");
    for rule in rules {
        let summary = rule["summary"].as_str().unwrap();
        assert!(summary.ends_with('.'), "{summary}");
        assert!(list.contains(rule["name"].as_str().unwrap()) && list.contains(summary));
    }
}
