//! Holds the text of the project to its rules: sizes, words, paths in documents.

use std::collections::BTreeSet;

use schemac::rules;

use crate::support::files;
use crate::support::source::{self, SourceFile, without_text};

/// The most lines of a function.
const MAX_FUNCTION: usize = 70;
/// The most lines of a file without its tests.
const MAX_FILE: usize = 500;
/// The most lines of a file.
const MAX_WHOLE_FILE: usize = 800;

/// Fails with every finding.
fn none(findings: Vec<String>, rule: &str) {
    assert!(findings.is_empty(), "{rule}; {} do not:\n{}", findings.len(), findings.join("\n"));
}

/// Looks at each line of code of each file.
fn lines(finding: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for file in source::all() {
        for (n, line) in file.code().filter(|(_, line)| finding(line)) {
            found.push(format!("{}:{n}: {}", file.shown(), line.trim()));
        }
    }
    found
}

#[test]
fn every_file_says_what_it_is() {
    let found = source::all().into_iter().filter(|file| !file.text.starts_with("//! "));
    none(found.map(|file| file.shown()).collect(), "a file begins with `//! ` and a sentence");
}

#[test]
fn files_are_short() {
    let mut found = Vec::new();
    for file in source::all().iter().filter(|file| !file.is_generated()) {
        let (code, whole) = (file.code().count(), file.text.lines().count());
        if MAX_FILE < code || MAX_WHOLE_FILE < whole {
            found.push(format!("{}: {code} lines of code, {whole} in all", file.shown()));
        }
    }
    none(found, "files have at most 500 lines without tests and 800 in all");
}

#[test]
fn functions_are_short() {
    let mut found = Vec::new();
    for file in source::all().iter().filter(|file| !file.is_generated()) {
        for (name, line, length) in functions(file) {
            // A table of words is one long `match`, and is read as a table.
            if MAX_FUNCTION < length && name != "in_words" {
                found.push(format!("{}:{line}: `{name}` has {length}", file.shown()));
            }
        }
    }
    none(found, "functions have at most 70 lines");
}

/// Returns name, first line and number of lines of each function. rustfmt puts its `}` below its `fn`.
fn functions(file: &SourceFile) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    let mut open: Vec<(String, usize, usize)> = Vec::new();
    for (n, line) in file.code() {
        let indent = line.len() - line.trim_start().len();
        let code = without_text(line);
        if let Some((head, rest)) = code.split_once("fn ")
            && head.trim().split(' ').all(|word| {
                word.is_empty()
                    || ["pub", "pub(crate)", "pub(super)", "const", "async", "extern"]
                        .contains(&word)
                    || word.starts_with("pub(in")
                    || word.ends_with(')')
            })
            && !code.trim_end().ends_with([';', '}'])
        {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            open.push((rest[..end].to_owned(), n, indent));
        }
        if code.trim() == "}"
            && let Some((name, start, _)) = open.pop_if(|(_, _, at)| *at == indent)
        {
            found.push((name, start, n - start + 1));
        }
    }
    assert!(open.is_empty(), "{}: the ends of functions are not found", file.shown());
    found
}

#[test]
fn nothing_is_left_to_do() {
    let words = ["todo!", "unimplemented!", "dbg!", "FIXME", "TODO", "XXX"];
    none(
        lines(|line| words.iter().any(|word| line.contains(word))),
        "code holds nothing that is left to do",
    );
}

#[test]
fn paths_go_up_one_module_at_most() {
    none(lines(|line| line.contains("super::super")), "paths start at `crate` rather than climb");
}

#[test]
fn paths_in_documents_exist() {
    let mut found = Vec::new();
    for path in files::below("", ".md") {
        let text = files::read(&path);
        for name in paths_named(&text) {
            if !files::root().join(&name).exists() {
                found.push(format!("{}: {name}", files::shown(&path)));
            }
        }
    }
    none(found, "paths that a document names exist");
}

/// Folders of the project that a document's paths begin with.
const FOLDERS: [&str; 8] =
    ["src/", "tests/", "grammar/", "docs/", "benches/", "examples/", ".ci/", "editors/"];

/// Returns the paths of the project that a document names in backquotes, outside its blocks of code.
fn paths_named(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut block = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            block = !block;
        }
        for word in line.split('`').skip(1).step_by(2).filter(|_| !block) {
            let is_path = FOLDERS.iter().any(|folder| word.starts_with(folder));
            if is_path && !word.contains(['<', '*', '{', ' ', '…']) {
                found.insert(word.trim_end_matches('/').to_owned());
            }
        }
    }
    found
}

#[test]
fn nothing_names_a_place_of_one_machine() {
    let mut found = Vec::new();
    let endings = [".rs", ".md", ".toml", ".pest", ".schema", ".snap", ".sh", ".sql"];
    let folders = ["home", "root", "Users", "work", "private"].map(|it| format!("/{it}/"));
    let roots = [&folders[..], &[format!("C:{}", '\\')]].concat();
    for path in endings.iter().flat_map(|ending| files::below("", ending)) {
        for (n, line) in files::read(&path).lines().enumerate() {
            if roots.iter().any(|root| line.contains(root.as_str())) {
                found.push(format!("{}:{}: {}", files::shown(&path), n + 1, line.trim()));
            }
        }
    }
    none(found, "no file names a place of one machine");
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = files::read(&files::root().join("Cargo.toml"));
    let mut found = Vec::new();
    let (mut section, mut reason) = (String::new(), false);
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line.trim_matches(['[', ']']).to_owned();
            reason = false;
        } else if line.starts_with('#') {
            reason = true;
        } else if line.is_empty() {
            reason = false;
        } else if section.ends_with("dependencies") && !line.starts_with([' ', ']']) {
            // Crates of one name stand under one reason, as `serde` and `serde_json` may.
            if !reason {
                found.push(line.to_owned());
            }
        }
    }
    none(found, "a dependency of Cargo.toml has its reason in a comment above it");
}

#[test]
fn every_rule_is_listed_once() {
    let mut written: Vec<String> = Vec::new();
    for file in source::all() {
        let code: String =
            file.text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for declaration in code.split("rule!(").skip(1) {
            let name = declaration.split('"').nth(1).unwrap_or_default();
            let declared = declaration.split(',').next().unwrap_or_default();
            if declared.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c == ' ') {
                written.push(name.to_owned());
            }
        }
    }
    written.sort();
    let listed: Vec<&str> = rules::RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(listed, written, "src/rules.rs lists every rule of the source, each once");
    for name in &written {
        assert!(rules::find(name).is_some_and(|rule| rule.name == name));
    }
}

#[test]
fn names_of_rules_are_words_joined_by_hyphens() {
    let plain = |name: &str| {
        name.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()))
    };
    let found = rules::RULES.iter().filter(|rule| !plain(rule.name) || rule.name.len() > 40);
    none(found.map(|rule| rule.name.to_owned()).collect(), "a rule's name is kebab-case");
}
