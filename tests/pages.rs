//! Runs the page of every rule: its example raises exactly that rule, and what to use instead raises nothing, with all lints that
//! are on where nobody says otherwise.

use std::collections::BTreeMap;
use std::panic::catch_unwind;

use schemac::diagnostic::{Levels, Rule, Switch};
use schemac::hazard::{self, Migration, Subject};
use schemac::project::config;
use schemac::rules::RULES;
use schemac::source::{Source, Sources};

use crate::support::compiled::{Lints, compile_with};
use crate::support::{files, postgres};

/// The sections of a page, in order.
const SECTIONS: [&str; 4] = ["What it does", "Why", "Example", "Use instead"];

#[test]
fn pages_do_what_they_say() {
    let failed: Vec<&str> = RULES
        .iter()
        .filter(|rule| catch_unwind(|| check(rule)).is_err())
        .map(|it| it.name)
        .collect();
    assert!(failed.is_empty(), "{} pages fail, as said above: {failed:?}", failed.len());
}

fn check(rule: &'static Rule) {
    let sections = sections(rule);
    if sections[2].starts_with("```toml") {
        return check_settings(rule, &sections);
    }
    if sections[2].starts_with("```sql") {
        return check_migrations(rule, &sections);
    }
    for text in &sections[..2] {
        assert!(text.ends_with('.'), "{}: `{text}` is no sentence", rule.name);
    }
    let lints = Lints::UsualAnd(rule.name);
    if rule.name == "refused-by-postgresql" {
        return check_on_a_server(rule, &sections);
    }
    let example = [("example.schema", block(rule, &sections[2]))];
    let example = compile_with(example, lints).with_rust();
    let all: Vec<&str> = example.diagnostics.iter().map(|it| it.rule.name).collect();
    assert!(
        !all.is_empty() && all.iter().all(|name| *name == rule.name),
        "{}: the example raises {all:?}\n{}",
        rule.name,
        example.shown()
    );
    let better = [("better.schema", block(rule, &sections[3]))];
    let better = compile_with(better, lints).with_rust();
    assert!(
        better.diagnostics.is_empty(),
        "{}: what to use instead raises\n{}",
        rule.name,
        better.shown()
    );
}

/// The same of what only a server finds.
fn check_on_a_server(rule: &Rule, sections: &[String]) {
    let server = postgres::private();
    let database = server.database();
    let runs = |section: &String| {
        let source = [("page.schema", block(rule, section))];
        let sql = compile_with(source, Lints::UsualAnd(rule.name)).sql;
        database.try_sql(&sql.expect("schemac finds no error")).is_ok()
    };
    assert_eq!([runs(&sections[2]), runs(&sections[3])], [false, true], "{}", rule.name);
}

/// Returns the example of a rule about source.
pub(crate) fn example(rule: &Rule) -> Option<String> {
    let sections = sections(rule);
    let is_source = sections[2].contains("```schema") && rule.name != "refused-by-postgresql";
    is_source.then(|| block(rule, &sections[2]))
}

/// The same of a rule about migrations: what stands before the line `-- then` was applied before.
fn check_migrations(rule: &'static Rule, sections: &[String]) {
    let mut levels = Levels::new(&RULES);
    if rule.switch != Switch::Fixed {
        levels.set(rule, Some(rule.level));
    }
    let raised = |section: &str| -> Vec<&str> {
        let text = section.trim_start_matches("```sql\n").trim_end_matches("```");
        let (applied, pending) = text.split_once("-- then\n").unwrap_or(("", text));
        let mut sources = Sources::default();
        let mut read = |name: &str, text: &str, pending: bool| {
            let file = sources.add(Source::new(name, text));
            Migration::read(file, sources.get(file), pending)
        };
        let migrations = [read("applied.sql", applied, false), read("pending.sql", pending, true)];
        let subject = Subject { sources: &sources, levels: &levels, sizes: &BTreeMap::default() };
        let found = hazard::check(&migrations, &subject);
        found.iter().map(|it| it.rule.name).collect()
    };
    assert_eq!(raised(&sections[2]), [rule.name], "{}: the example", rule.name);
    assert_eq!(raised(&sections[3]), [""; 0], "{}: what to use instead", rule.name);
}

/// The same of a rule about schemac.toml.
fn check_settings(rule: &Rule, sections: &[String]) {
    let raised = |section: &str| -> Vec<&str> {
        let text = section.trim_start_matches("```toml").trim_end_matches("```");
        let mut sources = Sources::default();
        let file = sources.add(Source::new("schemac.toml", text));
        let (_, diagnostics) = config::read(file, sources.get(file), &RULES);
        diagnostics.iter().map(|it| it.rule.name).collect()
    };
    assert_eq!(raised(&sections[2]), [rule.name]);
    assert!(raised(&sections[3]).is_empty(), "{}: what to use instead", rule.name);
}

/// Returns the texts of the page's sections.
fn sections(rule: &Rule) -> Vec<String> {
    let mut parts = rule.page.split("\n## ");
    let title = parts.next().unwrap_or_default();
    assert_eq!(title.trim(), format!("# {}", rule.name), "the page's first line is its rule");
    let parts: Vec<(&str, &str)> =
        parts.map(|part| part.split_once('\n').expect("a section has text")).collect();
    let headings: Vec<&str> = parts.iter().map(|(heading, _)| *heading).collect();
    assert_eq!(headings, SECTIONS, "{}: the sections", rule.name);
    parts.iter().map(|(_, text)| text.trim().to_owned()).collect()
}

/// Returns the one block of source in a section.
fn block(rule: &Rule, section: &str) -> String {
    let blocks: Vec<&str> = section.split("```").skip(1).step_by(2).collect();
    let [block] = blocks[..] else { panic!("{}: one block a section", rule.name) };
    block
        .strip_prefix("schema\n")
        .unwrap_or_else(|| panic!("{}: a block of ```schema", rule.name))
        .into()
}

#[test]
fn every_page_has_its_rule() {
    for path in files::below("docs/rules", ".md") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(RULES.iter().any(|rule| rule.name == name), "there is no rule `{name}`");
    }
}
