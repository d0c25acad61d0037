//! The pictures in docs/mistakes.md show what a terminal shows today. `SCHEMAC_PICTURES=write` makes them anew.

use std::fs;

use anstyle_svg::Term;

use super::{Place, run};
use crate::support::files;

#[test]
fn pictures_show_what_a_terminal_shows() {
    let page = files::read(&files::root().join("docs/mistakes.md"));
    let mut wrong = Vec::new();
    let mut n_pictures = 0;
    for section in page.split("\n## ").skip(1) {
        let (_, rest) = section.split_once("```schema,error=").expect("a section has its source");
        let (rule, rest) = rest.split_once('\n').unwrap();
        let (source, rest) = rest.split_once("```").unwrap();
        assert!(rest.contains(&format!("](images/{rule}.svg)")), "{rule} has its picture");
        let picture = picture(source);
        let path = files::root().join(format!("docs/images/{rule}.svg"));
        if std::env::var("SCHEMAC_PICTURES").is_ok_and(|it| it == "write") {
            fs::write(&path, &picture).unwrap();
        }
        if fs::read_to_string(&path).ok().as_deref() != Some(&picture) {
            wrong.push(rule);
        }
        n_pictures += 1;
    }
    assert_eq!(n_pictures, 5);
    assert!(wrong.is_empty(), "{wrong:?}: look at them, then set SCHEMAC_PICTURES=write");
}

/// Returns a picture of what `schemac check` says of a source.
fn picture(source: &str) -> String {
    let place = Place::with(&[("schemas/shop.schema", source)]);
    let mut command = place.command("check --color always");
    command.env("COLUMNS", "84");
    let said = run(command, "check").err;
    let svg = Term::new().render_svg(&format!("$ schemac check\n{said}"));
    svg.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}
