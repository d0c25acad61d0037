//! The canonical layout: cases as files, and the laws that hold whatever the source.
//!
//! A case is a file `format/….schema`; the snapshot beside it is what the formatter makes of it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;
use schemac::compile::{self, Compiled};
use schemac::diagnostic::{Diagnostic, Diagnostics};
use schemac::format::{self, Formatted};
use schemac::source::{Source, Sources};
use schemac::syntax::{self, Node, Rule};

use crate::robust::{config, mutated, mutation, texts, token};
use crate::support::files;

fn sources(text: &str) -> Sources {
    Sources::from_iter([Source::new("input.schema", text)])
}

/// Formats a text.
fn formatted(text: &str) -> Formatted {
    let sources = sources(text);
    let (file, _) = sources.iter().next().unwrap();
    format::format(&sources, file)
}

/// Fails with a readable difference.
#[track_caller]
fn same(expected: &str, found: &str, what: &str) {
    let diff = similar::TextDiff::from_lines(expected, found);
    assert!(expected == found, "{what}:\n{}", diff.unified_diff());
}

/// Formats a text and holds the result to the laws.
#[track_caller]
fn lawful(text: &str) -> String {
    let before = sources(text);
    let plain = &before.iter().next().unwrap().1.text;
    let first = formatted(text);
    same(&first.text, &formatted(&first.text).text, &format!("not idempotent, from\n{text}"));
    assert_eq!(format::apply(plain, &first.edits), first.text, "edits make another text\n{text}");
    assert_eq!(comments(plain), comments(&first.text), "comments of\n{text}");
    same(&tree(&before), &tree(&sources(&first.text)), &format!("another tree of\n{text}"));
    first.text
}

/// Holds the result to what a source means, too.
#[track_caller]
fn equal_catalogs(text: &str) -> String {
    let new = lawful(text);
    let (before, after) = (compile(text), compile(&new));
    let what = format!("in what is formatted of\n{text}\nwhich is\n{new}");
    assert!(before.catalog == after.catalog, "another catalog {what}");
    assert!(before.hints == after.hints, "other hints {what}");
    assert_eq!(queries(&before), queries(&after), "other queries {what}");
    assert_eq!(said(&before.diagnostics), said(&after.diagnostics), "other reports {what}");
    new
}

fn compile(text: &str) -> Compiled {
    compile::compile(&sources(text))
}

/// The typed queries but for their places.
fn queries(compiled: &Compiled) -> Vec<String> {
    let shown = compiled.queries.iter().map(|it| {
        let statements: Vec<&str> = it.statements.iter().map(|it| it.text()).collect();
        format!(
            "{:?}",
            (&it.name, &it.schema, &it.parameters, it.cardinality, &it.row, statements, &it.docs)
        )
    });
    shown.collect()
}

/// The rules that are broken, and how often.
fn said(diagnostics: &Diagnostics) -> BTreeMap<&str, usize> {
    diagnostics.iter().fold(BTreeMap::new(), |mut counts, it: &Diagnostic| {
        *counts.entry(it.rule.name).or_default() += 1;
        counts
    })
}

/// The nodes of all items, with the text of those at the bottom but for blanks, case, quotes and aliases of types.
fn tree(sources: &Sources) -> String {
    fn add(node: Node<'_>, depth: usize, out: &mut String) {
        let is_leaf = node.first().is_none();
        let text = match (is_leaf, node.rule()) {
            (false, _) | (_, Rule::type_ref | Rule::signature) => String::new(),
            (true, Rule::dollar | Rule::string) => node.text().to_owned(),
            (true, _) => plain(node.text()),
        };
        out.push_str(&format!("{}{:?} {text}\n", "  ".repeat(depth), node.rule()));
        node.children().for_each(|child| add(child, depth + 1, out));
    }
    let (asts, _) = syntax::parse(sources);
    let mut out = String::new();
    for item in asts.iter().flat_map(|it| &it.items) {
        out.push_str(&format!("{:?}\n", item.state));
        item.nodes().for_each(|node| add(node, 1, &mut out));
    }
    out
}

/// A text without quotes, upper case, and blanks that separate no words.
fn plain(text: &str) -> String {
    let words = text.split_ascii_whitespace().map(|it| it.replace('"', "").to_ascii_lowercase());
    let mut text = words.collect::<Vec<_>>().join(" ");
    for mark in ["(", ")", "{", "}", "[", "]", ",", ";", ":", "=", "///", "//!"] {
        text = text.replace(&format!(" {mark}"), mark).replace(&format!("{mark} "), mark);
    }
    text
}

/// The comments of a text, sorted, without the blanks at the ends of their lines. It reads strings as PostgreSQL does.
fn comments(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let n = match first {
            '/' if rest.starts_with("//") => line(rest, &mut found),
            '-' if rest.starts_with("--") => line(rest, &mut found),
            '/' if rest.starts_with("/*") => block(rest, &mut found),
            '\'' | '"' => rest[1..].find(first).map_or(1, |at| at + 2),
            '$' => dollar(rest),
            _ => first.len_utf8(),
        };
        rest = &rest[n..];
    }
    found.sort();
    found
}

/// Returns the length of a dollar quote, or of the `$` alone.
fn dollar(text: &str) -> usize {
    let tag = text[1..]
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .and_then(|at| text.get(..at + 2));
    let Some(tag) = tag.filter(|it| it.ends_with('$')) else { return 1 };
    text[tag.len()..].find(tag).map_or(1, |at| at + 2 * tag.len())
}

fn line(text: &str, found: &mut Vec<String>) -> usize {
    let line = text.split('\n').next().unwrap();
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    found.push(words.join(" ").replace("/// ", "///").replace("//! ", "//!"));
    line.len()
}

fn block(text: &str, found: &mut Vec<String>) -> usize {
    let mut depth = 0;
    let mut marks = text.match_indices('*').filter_map(|(at, _)| {
        let (before, after) = (text[..at].ends_with('/'), text[at + 1..].starts_with('/'));
        // `/*/` opens.
        depth += i32::from(before && (depth == 0 || !text[..at - 1].ends_with('*')));
        depth -= i32::from(after && !before);
        (depth == 0).then_some(at + 2)
    });
    let end = marks.next().unwrap_or(2);
    let words: Vec<&str> = text[..end].split_ascii_whitespace().collect();
    found.push(words.join(" "));
    end
}

/// Every source in the project, by its path.
fn all() -> Vec<(String, String)> {
    let folders = ["tests/cases", "tests/kinds", "tests/format", "schemas", "examples"];
    let paths = folders.iter().flat_map(|folder| files::below(folder, ".schema"));
    paths.map(|path| (files::shown(&path), files::read(&path))).collect()
}

#[test]
fn each_case_is_as_its_snapshot_shows() {
    for path in files::below("tests/format", ".schema") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = equal_catalogs(&files::read(&path));
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(path.parent().unwrap());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
}

#[test]
fn laws_hold_for_every_source() {
    for (path, text) in all() {
        println!("{path}");
        equal_catalogs(&text);
    }
}

#[test]
fn what_people_read_is_formatted() {
    for folder in ["schemas", "examples", "src"] {
        for path in files::below(folder, ".schema") {
            let text = files::read(&path);
            same(&text, &format::text(&text), &format!("`schemac fmt {}`", files::shown(&path)));
        }
    }
}

#[test]
fn line_ends_and_byte_order_marks_stay() {
    let text = "table t{a:int;}\nfunction f() returns text language sql as $$\n select 'x'\n$$;\n";
    let new = format::text(text);
    let windows = text.replace('\n', "\r\n");
    assert_eq!(format::text(&windows), new.replace('\n', "\r\n"));
    assert_eq!(
        format::text(&format!("\u{feff}{windows}")),
        format!("\u{feff}{}", format::text(&windows))
    );
    assert_eq!(format::text(&format!("\u{feff}{text}")), format!("\u{feff}{new}"));
    assert_eq!(format::text(""), "");
    assert_eq!(format::text("\n\n"), "");
}

/// Formats what a range touches and holds the result to the laws.
#[track_caller]
fn lawful_range(text: &str, range: std::ops::Range<usize>) -> String {
    let whole = formatted(text);
    let part = format::apply(text, &whole.edits_in(text, range.clone()));
    same(
        &whole.text,
        &formatted(&part).text,
        &format!("the rest of {range:?} of\n{text}\nwhich is\n{part}"),
    );
    assert_eq!(comments(text), comments(&part), "comments of {range:?} of\n{text}");
    part
}

#[test]
fn a_range_touches_whole_members_alone() {
    let text = "table  t {\n    a:int;\n    b:int ,c;\n    // c\n    d:   int default\n 1;\n  e:int;\n}\ntable u{a:int;}\n";
    let at = |part: &str| text.find(part).unwrap()..text.find(part).unwrap() + part.len();
    assert_eq!(lawful_range(text, at("a:int")), text.replace("    a:int;", "  a: integer;"));
    let d = text.replace("    d:   int default\n 1;", "  d: integer default 1;");
    assert_eq!(lawful_range(text, at("default")), d);
    assert_eq!(lawful_range(text, at("int default\n")), d);
    assert_eq!(lawful_range(text, at(" 1;")), d);
    assert_eq!(lawful_range(text, at("// c")), text.replace("    // c", "  // c"));
    assert_eq!(lawful_range(text, at("b:int ,c;")), text);
    assert_eq!(lawful_range(text, at("table u{")), text.replace("table u{", "\ntable u {"));
    assert_eq!(lawful_range(text, at("\n    // c")), text.replace("    // c", "  // c"));
    assert_eq!(lawful_range(text, 0..text.len()), formatted(text).text);
    assert_eq!(lawful_range(text, 4_000..5_000), text);
}

/// What can be put between two tokens, or in place of the blanks between them.
fn blanks() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        " ",
        " ",
        "  ",
        "\n",
        "\n\n",
        "\n\n\n",
        "\t",
        "\n  ",
        "\n\t ",
        " /* c */ ",
        "/*c*/",
        "\n/* a\n b */\n",
        " // c\n",
        "\n// c\n",
        " -- c \n",
        "\n  -- c\n   ",
        "\r\n",
        " /* a /* b */ */",
        "\n/// doc\n",
        ";",
    ])
}

/// Puts blanks and comments in place of others, and beside marks; writes words in upper case.
fn jiggled(text: &str, changes: &[(Index, &str, u8)]) -> String {
    let is_mark = |c: char| c.is_ascii_whitespace() || "{}()[],;:=".contains(c);
    let places: Vec<usize> = text.match_indices(is_mark).map(|(at, _)| at).collect();
    if places.is_empty() {
        return text.to_owned();
    }
    let at = |index: &Index| places[index.index(places.len())];
    let changes: BTreeMap<usize, _> = changes.iter().map(|it| (at(&it.0), it)).collect();
    let mut out = text.to_owned();
    // From the end, so that the places hold.
    for (at, (_, blanks, sort)) in changes.iter().rev() {
        let is_blank = text.as_bytes()[*at].is_ascii_whitespace();
        let rest = &text[at + 1..];
        match sort {
            0 => {
                let n = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
                out.replace_range(at + 1..at + 1 + n, &rest[..n].to_ascii_uppercase());
            }
            1 => out.insert_str(at + 1, blanks),
            2 => out.insert_str(*at, blanks),
            _ => out.replace_range(*at..at + usize::from(is_blank), blanks),
        }
    }
    out
}

fn changes() -> impl Strategy<Value = Vec<(Index, &'static str, u8)>> {
    prop::collection::vec((any::<Index>(), blanks(), 0..4_u8), 1..12)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_blanks_and_comments(text in any::<Index>(), changes in changes()) {
        let text: &String = text.get(texts());
        equal_catalogs(&jiggled(text, &changes));
    }

    #[test]
    fn any_change_of_a_source(
        text in any::<Index>(),
        mutations in prop::collection::vec((any::<Index>(), mutation()), 1..6),
        range in (any::<Index>(), 0..200_usize),
    ) {
        let text: &String = text.get(texts());
        let text = sources_text(&mutated(text, &mutations));
        equal_catalogs(&text);
        let start = range.0.index(text.len() + 1);
        lawful_range(&text, start..start + range.1);
    }

    #[test]
    fn any_words(tokens in prop::collection::vec(token(), 0..80)) {
        equal_catalogs(&tokens.concat());
        equal_catalogs(&format!("table t {{ {} }}\ntable u {{ a: int; }}", tokens.concat()));
    }
}

/// The text as it is read.
fn sources_text(text: &str) -> String {
    sources(text).iter().next().unwrap().1.text.clone()
}
