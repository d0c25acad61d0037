//! The documents for users: every example compiles and loads, the reference leaves no word of the grammar out, and no
//! link is dead. The pages of rules have a test of their own, `tests/pages.rs`.
//!
//! A block of ```` ```schema ```` stands for itself; what it needs besides stands in a comment before it (see
//! `tests/support/markdown.rs`). After `schema` may follow, with commas between:
//!
//! - `error=RULE`: it must raise that check or lint, and nothing else;
//! - `needs=…`: what it needs of a server that the servers of the tests have not, so that it is not loaded.

use std::collections::BTreeSet;

use schemac::source::{Source, Sources};
use schemac::syntax::{self, Node};

use crate::support::compiled::{self, Lints, Outcome};
use crate::support::files;
use crate::support::markdown::{self, Block, Document};
use crate::support::{pg_dump, postgres};

/// The pages that are the reference of the language.
const REFERENCE: &str = "docs/language";

/// Rules of the grammar that no example of the reference needs to show.
const NOT_SHOWN: &[(&str, &str)] = &[("null", "is read to say that `?` is written instead")];

fn documents() -> Vec<Document> {
    let docs = files::below("docs", ".md").into_iter();
    let docs = docs.filter(|it| !files::shown(it).starts_with("docs/rules/"));
    let read_me = [files::below("examples", "README.md"), vec![files::root().join("README.md")]];
    let all: Vec<Document> =
        docs.chain(read_me.concat()).map(|path| markdown::read(&path)).collect();
    let (n_blocks, n_tables) = (blocks(&all).count(), all.iter().flat_map(|it| &it.tables).count());
    assert!(n_blocks > 50 && n_tables > 5, "found are {n_blocks} blocks and {n_tables} tables");
    all
}

fn reference() -> Vec<Document> {
    let all = documents().into_iter();
    let found: Vec<Document> = all.filter(|it| it.path.starts_with(REFERENCE)).collect();
    assert!(found.len() > 1, "the reference has several pages");
    found
}

/// Returns the blocks of the language.
fn blocks(documents: &[Document]) -> impl Iterator<Item = &Block> {
    let blocks = documents.iter().flat_map(|it| &it.blocks);
    blocks.filter(|it| it.info.first().is_some_and(|it| it == "schema"))
}

/// Fails with every finding.
fn none(findings: Vec<String>, rule: &str) {
    assert!(findings.is_empty(), "{rule}; {} do not:\n{}", findings.len(), findings.join("\n"));
}

#[test]
fn examples_do_what_they_say() {
    let mut failures = Vec::new();
    let documents = documents();
    for block in blocks(&documents) {
        let lints = block.value("error").map_or(Lints::None, Lints::One);
        let outcome = compiled::compile_with(block.files(), lints).with_rust();
        let raised: BTreeSet<&str> = outcome.diagnostics.iter().map(|it| it.rule.name).collect();
        let expected: BTreeSet<&str> = block.value("error").into_iter().collect();
        if raised != expected {
            let place = &block.place;
            failures
                .push(format!("{place}: raises {raised:?}, not {expected:?}\n{}", outcome.shown()));
        }
    }
    none(failures, "a block compiles, or raises what stands after its fence");
}

#[test]
fn examples_load() {
    let database = postgres::major(18).database();
    let mut failures = Vec::new();
    let documents = documents();
    for block in blocks(&documents) {
        let outcome = compiled::compile(block.files());
        let Some(sql) = outcome.sql.filter(|_| block.value("needs").is_none()) else { continue };
        if let Err(error) = database.try_sql(&sql) {
            failures.push(format!("{}: {error}", block.place));
        }
    }
    none(failures, "PostgreSQL takes what a block makes");
}

/// The cells of a table compile, row by row, and where the row has SQL, both make the same.
#[test]
fn rows_of_tables_do_what_they_say() {
    let server = postgres::major(18);
    let mut failures = Vec::new();
    let documents = documents();
    for table in documents.iter().flat_map(|it| &it.tables) {
        let compile = |rows: &[usize]| compiled::compile([(&*table.place, table.schema(rows))]);
        for (n, _) in table.rows() {
            let outcome = compile(&[n]);
            failures
                .extend(wrong(&outcome).map(|it| format!("{}, row {}: {it}", table.place, n + 1)));
        }
        let rows: Vec<usize> = table.rows().filter(|(_, sql)| *sql).map(|(n, _)| n).collect();
        let Some(made) = compile(&rows).sql.filter(|_| !rows.is_empty()) else { continue };
        let (ours, theirs) = (server.database(), server.database());
        let ran = ours.run_sql(&made).and_then(|()| theirs.run_sql(&table.sql(&rows)));
        if let Err(error) = ran {
            failures.push(format!("{}: {error}", table.place));
            continue;
        }
        let (theirs, ours) = (pg_dump::parse(&theirs.dump()), pg_dump::parse(&ours.dump()));
        failures.extend(pg_dump::differences(&theirs, &ours));
    }
    none(failures, "a row compiles, and makes what its SQL makes");
}

fn wrong(outcome: &Outcome) -> Option<String> {
    outcome.diagnostics.iter().next().map(|_| outcome.shown())
}

#[test]
fn the_reference_shows_every_rule_of_the_grammar() {
    let mut seen = BTreeSet::new();
    let reference = reference();
    let whole = blocks(&reference).filter(|it| it.value("error").is_none());
    let sources: Sources = whole.map(|it| Source::new(it.place.clone(), it.text.clone())).collect();
    let (asts, _) = syntax::parse(&sources);
    for item in asts.iter().flat_map(|ast| &ast.items) {
        item.nodes().for_each(|node| gather(node, &mut seen));
    }
    let exempt: BTreeSet<&str> = NOT_SHOWN.iter().map(|(rule, _)| *rule).collect();
    let missing = rules_of_the_grammar().into_iter().filter(|it| !seen.contains(it));
    let missing: Vec<String> = missing.filter(|it| !exempt.contains(it.as_str())).collect();
    none(missing, "each rule of the grammar is in an example of the reference");
    let shown: Vec<&&str> = exempt.iter().filter(|it| seen.contains(**it)).collect();
    assert!(shown.is_empty(), "these are shown and need no exception: {shown:?}");
}

fn gather(node: Node<'_>, seen: &mut BTreeSet<String>) {
    seen.insert(format!("{:?}", node.rule()));
    node.children().for_each(|child| gather(child, seen));
}

fn grammar() -> String {
    files::below("grammar", ".pest").iter().map(|it| files::read(it)).collect()
}

/// Returns the rules that make nodes.
fn rules_of_the_grammar() -> Vec<String> {
    let grammar = grammar();
    let rules = grammar.lines().filter_map(|line| line.split_once('='));
    let named = rules.filter(|(name, _)| {
        let name = name.trim_end();
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    // `_{` makes no node.
    let making = named.filter(|(_, body)| !body.trim_start().starts_with('_'));
    let found: Vec<String> = making.map(|(name, _)| name.trim_end().to_owned()).collect();
    assert!(found.len() > 200, "the rules are not found: {found:?}");
    found
}

#[test]
fn the_reference_has_every_word_of_the_grammar() {
    let mut written = BTreeSet::new();
    for document in reference() {
        for code in document.code() {
            let words = code.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            written.extend(words.map(str::to_ascii_lowercase));
        }
    }
    let grammar = grammar();
    let literals = grammar.split("^\"").skip(1).filter_map(|rest| rest.split('"').next());
    let words: BTreeSet<&str> =
        literals.filter(|it| it.len() > 1 && it.chars().all(|c| c.is_ascii_alphabetic())).collect();
    assert!(words.len() > 200, "the words are not found: {words:?}");
    let missing = words.into_iter().filter(|it| !written.contains(*it)).map(str::to_owned);
    none(missing.collect(), "each word of the grammar is in the code of the reference");
}

/// What attributes there are and what `#[rust(…)]` takes is known from the messages that list them.
#[test]
fn the_reference_has_every_attribute() {
    let documents = reference();
    let code: Vec<&str> = documents.iter().flat_map(Document::code).collect();
    let attributes = listed("#[zzzzzzzz] table t { a: text; }");
    let arguments = listed("table t { #[rust(zzzzzzzz)] a: text; }");
    let mut missing = Vec::new();
    for name in attributes.iter().filter(|it| it.as_str() != "the attributes are") {
        if !code.iter().any(|it| it.contains(&format!("#[{name}"))) {
            missing.push(name.clone());
        }
    }
    for name in arguments.iter().filter(|it| !it.starts_with('#')) {
        let name = name.trim_end_matches(['=', '…', ' ']);
        if !code.iter().any(|it| it.contains("#[rust(") && it.contains(name)) {
            missing.push(name.to_owned());
        }
    }
    none(missing, "each attribute and each argument is in the code of the reference");
}

/// Returns the words that the help of the only fault lists.
fn listed(text: &str) -> Vec<String> {
    let outcome = compiled::compile([("t.schema", text)]);
    let help =
        outcome.errors().find_map(|it| it.help.clone()).expect("the help lists what there is");
    let words: Vec<String> = if help.contains('`') {
        help.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    } else {
        let list = help.trim_start_matches("the attributes are ");
        list.split(", ").map(str::to_owned).collect()
    };
    assert!(words.len() > 3, "the help lists what there is: {help}");
    words
}

#[test]
fn links_lead_somewhere() {
    let documents = documents();
    let mut dead = Vec::new();
    for document in &documents {
        for link in document.links() {
            if !leads_somewhere(document, link, &documents) {
                dead.push(format!("{}: {link}", document.path));
            }
        }
    }
    none(dead, "links lead to a file and a heading that are there");
}

/// Tells whether a link of a document leads to what is there. Of the manual, only the form of the address is known here.
fn leads_somewhere(from: &Document, link: &str, documents: &[Document]) -> bool {
    if let Some(page) = link.strip_prefix("https://www.postgresql.org/docs/") {
        return page.starts_with("current/") && page.contains(".html");
    }
    if link.contains("://") {
        return true;
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let folder = from.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let target = if path.is_empty() { from.path.clone() } else { joined(folder, path) };
    if !files::root().join(&target).exists() {
        return false;
    }
    let document = documents.iter().find(|it| it.path == target);
    anchor.is_empty() || document.is_some_and(|it| it.anchors().iter().any(|it| it == anchor))
}

/// Joins two paths, `..` taken away.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." => {}
            _ => parts.push(part),
        }
    }
    parts.join("/")
}
