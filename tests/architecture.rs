//! Holds the code to its floors: a module imports from lower floors only, a kind of object from no other kind, and
//! each outside crate is named in one place.

use crate::support::{files, source};

/// The floors, lowest first; the modules of one floor do not import each other.
const FLOORS: [&[&str]; 16] = [
    &["source"],
    &["diagnostic"],
    &["syntax"],
    &["sql"],
    &["object", "format"],
    &["catalog", "database"],
    &["compile", "introspect"],
    &["lint", "print"],
    &["hazard"],
    &["plan", "pull", "compare", "migrate"],
    &["emit"],
    &["chain"],
    &["project"],
    &["rules"],
    &["build_script"],
    &["cli"],
];

/// Pairs that must not meet although the floors would let them, and why.
const APART: [(&str, &str, &str); 1] =
    [("sql", "syntax", "SQL is read the same wherever it comes from")];

/// What only these modules may name.
const OUTSIDE: [(&str, &[&str]); 28] = [
    ("pest", &["syntax"]),
    ("pest_derive", &["syntax"]),
    ("petgraph", &["plan"]),
    ("miette", &["diagnostic", "cli", "build_script"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("ctrlc", &["cli"]),
    ("serde_json", &["cli"]),
    ("similar", &["cli"]),
    ("unicode_ident", &["emit"]),
    ("terminal_size", &["cli"]),
    ("textwrap", &["cli"]),
    ("glob", &["project"]),
    ("serde", &["cli", "project"]),
    ("toml", &["cli", "project"]),
    ("postgres", &["migrate"]),
    ("futures_util", &["database"]),
    ("tokio", &["database", "migrate"]),
    ("tokio_postgres", &["database", "migrate"]),
    ("tokio_postgres_rustls", &["database"]),
    ("rustls", &["database"]),
    ("rustls_native_certs", &["database"]),
    ("whoami", &["database"]),
    ("sha2", &["migrate"]),
    ("x509_cert", &["database"]),
    ("std::fs", &["cli", "project", "build_script", "database", "migrate"]),
    ("std::env", &["cli", "project", "build_script", "database"]),
];

/// Parts of the library's root, which may name everything.
const ROOT: [&str; 2] = ["lib", "main"];

#[test]
fn modules_import_from_lower_floors_only() {
    let kinds = kinds(&files::read(&files::root().join("src/object/list.rs")));
    assert!(20 < kinds.len(), "the list of kinds is not read");
    let found: Vec<String> = source::all()
        .iter()
        .flat_map(|file| violations(&file.shown(), &code(file), &kinds))
        .collect();
    assert!(found.is_empty(), "{} wrong imports:\n{}", found.len(), found.join("\n"));
}

#[test]
fn a_planted_import_of_each_sort_is_found() {
    let kinds = ["table".to_owned(), "view".to_owned()];
    let check = |path: &str, text: &str| violations(path, text, &kinds);
    let wrong = [
        ("src/sql/expr.rs", "use crate::object::address::Name;"),
        ("src/sql/expr.rs", "fn f() { crate::plan::create() }"),
        ("src/sql/expr.rs", "use crate::syntax::Node;"),
        ("src/syntax/mod.rs", "use crate::{source::Source, sql::{ident::fold}};"),
        ("src/syntax/form.rs", "use super::super::plan::Plan;"),
        ("src/object/table.rs", "use super::view::View;"),
        ("src/object/table.rs", "use crate::object::{address::Name, view};"),
        ("src/object/column.rs", "use crate::object::table::Table;"),
        ("src/compile/read.rs", "use pest::Parser;"),
        ("src/plan/mod.rs", "fn f() -> ::postgres::Client {}"),
        ("src/emit/sql.rs", "use std::{fmt, fs};"),
        ("src/novelty.rs", "use crate::source::Span;"),
    ];
    for (path, text) in wrong {
        assert_eq!(check(path, text).len(), 1, "{path}: {text}");
    }
    let right = [
        ("src/plan/mod.rs", "use crate::compile::ResultColumn;\nuse super::plan;"),
        ("src/object/table.rs", "use crate::object::address::Name;\nuse super::reader::Reader;"),
        ("src/object/mod.rs", "pub mod table;\nuse table::Table;"),
        ("src/cli/mod.rs", "use crate::{plan, sql};"),
        ("src/syntax/mod.rs", "use pest::Parser;\nuse super::pest_like::X;"),
        ("src/lib.rs", "pub mod cli;"),
    ];
    for (path, text) in right {
        assert_eq!(check(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}

/// Returns the code of a file in front of its tests, without comments and strings.
fn code(file: &source::SourceFile) -> String {
    file.code().map(|(_, line)| source::without_text(line) + "\n").collect()
}

/// Returns the modules of the kinds, as `list.rs` names them.
fn kinds(list: &str) -> Vec<String> {
    let lines = list.lines().filter_map(|line| line.trim().split_once(" in "));
    lines.filter_map(|(_, rest)| Some(rest.split_once(':')?.0.to_owned())).collect()
}

/// Says what a file imports that it must not.
fn violations(path: &str, text: &str, kinds: &[String]) -> Vec<String> {
    let module = module_of(path);
    let own = module.first().map_or("", String::as_str);
    if ROOT.contains(&own) {
        return Vec::new();
    }
    let Some(floor) = floor_of(own) else {
        return vec![format!("{path}: give `{own}` a floor in tests/architecture.rs")];
    };
    let mut found = Vec::new();
    for import in imports(&module, text) {
        let shown = import.join("::");
        let Some(top) = import.first().map(String::as_str) else { continue };
        if let Some(other) = floor_of(top).filter(|_| top != own)
            && floor <= other
        {
            found.push(format!("{path}: `{own}` (floor {floor}) imports {shown} (floor {other})"));
        }
        if let Some((_, _, why)) = APART.iter().find(|(a, b, _)| (*a, *b) == (own, top)) {
            found.push(format!("{path}: `{own}` imports {shown}, but {why}"));
        }
        if let ("object", "object", [_, other, ..], [_, file]) =
            (own, top, &import[..], &module[..])
            && kinds.contains(other)
            && other != file
        {
            found.push(format!("{path}: imports the kind `{other}`"));
        }
    }
    for (name, allowed) in OUTSIDE {
        if !allowed.contains(&own) && names_outside(text, name) {
            found.push(format!("{path}: names `{name}`, which only {allowed:?} may"));
        }
    }
    found
}

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

/// Returns the path of the module that a file is: `src/sql/parse/mod.rs` is `sql`, `parse`.
fn module_of(path: &str) -> Vec<String> {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').map(str::to_owned).collect()
}

/// Returns the paths that a file names from the crate's root.
fn imports(module: &[String], text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        if !text[..at].ends_with('$') {
            expand(&text[at + "crate::".len()..], &mut Vec::new(), &mut found);
        }
    }
    for (at, _) in text.match_indices("super::") {
        if text[..at].ends_with("super::") {
            continue;
        }
        let mut rest = &text[at..];
        let mut base = module.to_vec();
        while let Some(inner) = rest.strip_prefix("super::") {
            base.pop();
            rest = inner;
        }
        expand(rest, &mut base, &mut found);
    }
    found
}

/// Adds the paths of a use tree, such as `a::{b, c::d}`.
fn expand<'t>(text: &'t str, base: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> &'t str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (word, mut rest) = text.split_at(end);
    let pushed = !word.is_empty();
    if pushed {
        base.push(word.to_owned());
    }
    if let Some(tail) = rest.strip_prefix("::") {
        rest = expand(tail, base, found);
    } else if !pushed && let Some(mut tail) = rest.strip_prefix('{') {
        loop {
            tail = tail.trim_start();
            if tail.is_empty() || tail.starts_with('}') {
                break;
            }
            let before = tail.len();
            tail = expand(tail, base, found);
            let next = tail.find([',', '}']).unwrap_or(tail.len());
            tail = tail[next..].strip_prefix(',').unwrap_or(&tail[next..]);
            assert!(tail.len() < before || tail.starts_with('}'), "a use tree is not read: {text}");
        }
        rest = tail.strip_prefix('}').unwrap_or(tail);
    } else {
        found.push(base.clone());
    }
    if pushed {
        base.pop();
    }
    rest
}

/// Tells whether the code names an outside crate or a module of `std`.
fn names_outside(text: &str, name: &str) -> bool {
    if let Some((head, module)) = name.split_once("::") {
        let mut found = Vec::new();
        for (at, _) in text.match_indices(&format!("{head}::")) {
            expand(&text[at + head.len() + 2..], &mut Vec::new(), &mut found);
        }
        return found.iter().any(|path| path.first().is_some_and(|it| it == module));
    }
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].trim_end_matches("::");
        let rooted = before.len() < at && before.ends_with(|c: char| c.is_alphanumeric());
        let whole = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        whole && !rooted && text[at + name.len()..].starts_with("::")
    })
}
