//! Whatever an author writes, there is an answer: no panic, no hang, and the laws hold.
//!
//! `fuzz/run SECONDS` starts from every source of the project.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use schemac::diagnostic::{Diagnostic, Levels};
use schemac::emit::rust::Options;
use schemac::format;
use schemac::project::analysis::{Analysis, Rust, Sql, analyse};
use schemac::rules::RULES;
use schemac::source::{Source, Sources, Span};

/// Every rule, those that are off by default too.
static LEVELS: LazyLock<Levels> = LazyLock::new(|| {
    let mut levels = Levels::new(&RULES);
    RULES.iter().for_each(|rule| levels.set(rule, Some(rule.level)));
    levels
});

fuzz_target!(|text: &str| {
    let (sources, analysis) = answer(text);
    let found = &analysis.compiled.diagnostics;
    assert!(analysis.made.is_some() != found.has_errors(), "something is made, or there are errors");
    found.iter().for_each(|it| places_exist(it, &sources));
    layout_keeps_the_laws(&sources, &analysis);
});

/// What is formatted means the same, and formatting it again changes nothing.
fn layout_keeps_the_laws(sources: &Sources, before: &Analysis) {
    let Some((file, source)) = sources.iter().next() else { return };
    let once = format::format(sources, file);
    assert_eq!(once.text, format::apply(&source.text, &once.edits), "the edits make the text");
    let (again, after) = answer(&once.text);
    assert_eq!(before.compiled.catalog, after.compiled.catalog, "the catalog changes");
    assert_eq!(before.made.is_some(), after.made.is_some(), "errors come or go");
    let Some((file, _)) = again.iter().next() else { return };
    assert_eq!(format::format(&again, file).text, once.text, "formatting again changes the text");
}

fn answer(text: &str) -> (Sources, Analysis) {
    let sources = Sources::from_iter([Source::new("input.schema", text)]);
    let analysis = analyse(&sources, Sql::Written, Rust::Single(Options::default()), &LEVELS);
    (sources, analysis)
}

fn places_exist(diagnostic: &Diagnostic, sources: &Sources) {
    let rule = diagnostic.rule.name;
    assert!(!diagnostic.message.is_empty(), "{rule} says nothing");
    assert!(!diagnostic.labels.is_empty(), "{rule} has no place");
    let exists = |span: Span| {
        let text = &sources.get(span.file).text;
        let range = span.start as usize..span.end as usize;
        assert!(text.get(range.clone()).is_some(), "{rule}: {range:?} is no part of the text");
    };
    diagnostic.labels.iter().for_each(|label| exists(label.span));
    let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits);
    edits.for_each(|edit| exists(edit.span));
}
