//! Schemas that another tool's validator takes and that PostgreSQL refuses, or that lose data or waste work later: each
//! is reported once, at the token that is to blame.

use schemac::diagnostic::Rendered;

use crate::support::compiled::{Lints, compile_with};

/// The source, with `«…»` around what is to blame, and the rule.
const GAPS: &[(&str, &str)] = &[
    // PostgreSQL refuses these.
    (
        "table a { id: uuid primary key; }\ntable b { id: bigint primary key; a: text «references a»; index (a); }",
        "foreign-key-type-mismatch",
    ),
    ("enum e { 'one'; «'one'»; }\ntable t { id: bigint primary key; e: e; }", "duplicate-label"),
    (
        "enum e { «'0123456789012345678901234567890123456789012345678901234567890123'»; }\ntable t { id: bigint primary key; e: e; }",
        "label-too-long",
    ),
    ("table t { id: bigint primary key; «\"\"»: text; }", "empty-name"),
    ("table t { id: bigint primary key; a: integer default «nonsens»(1); }", "unknown-function"),
    ("table t { id: bigint primary key; a: integer default 1 «+»; }", "unfinished-expression"),
    (
        "table t { id: bigint primary key; a: integer; index (a) where «nonsense»; }",
        "unknown-column",
    ),
    (
        "table t { id: bigint primary key; a: integer; index (a) where a = «'x'»; }",
        "malformed-literal",
    ),
    // These are cut off without a word, and look like another table or column in every later comparison.
    (
        "table «t123456789012345678901234567890123456789012345678901234567890123» { id: bigint primary key; }",
        "name-too-long",
    ),
    (
        "table t { id: bigint primary key; «c123456789012345678901234567890123456789012345678901234567890123»: text; }",
        "name-too-long",
    ),
    (
        "table t { id: bigint primary key; a: text; constraint «c123456789012345678901234567890123456789012345678901234567890123» unique (a); }",
        "name-too-long",
    ),
    // Every INSERT that uses the default fails.
    (
        "table t { id: bigint primary key; a: integer default «3000000000»; }",
        "default-does-not-fit",
    ),
    ("table t { id: bigint primary key; a: varchar(3) default «'abcd'»; }", "default-does-not-fit"),
    // These fail when a row is deleted.
    (
        "table a { id: bigint primary key; }\ntable b { id: bigint primary key; a: bigint references a «on delete set default»; index (a); }",
        "set-default-without-default",
    ),
    (
        "table a { id: bigint primary key; }\ntable b { id: bigint primary key; a: bigint references a «on delete set null»; index (a); }",
        "set-null-on-not-null",
    ),
    // Waste.
    ("table t { id: bigint primary key «unique»; }", "unique-primary-key"),
    (
        "table t { id: bigint primary key; a: text; b: text; «index (a)»; index (a, b); }",
        "redundant-index",
    ),
    (
        "table a { id: bigint primary key; }\ntable b { id: bigint primary key; a: bigint «references a»; }",
        "missing-foreign-key-index",
    ),
    ("enum «e» { 'one'; }\ntable t { id: bigint primary key; }", "unused-type"),
    ("table t { id: jsonb «primary key»; }", "json-key"),
    ("table t { id: bigint primary key; a: text; index (a); «index (a)»; }", "duplicate-index"),
    ("table «t» { a: text; }", "missing-primary-key"),
    // No row can ever be inserted.
    (
        "table a { id: bigint primary key; b: bigint «references b»; index (b); }\ntable b { id: bigint primary key; a: bigint references a; index (a); }",
        "required-foreign-key-cycle",
    ),
    // Columns that do not exist.
    ("table t { id: bigint primary key; }\nview v { as select «nmae» from t; }", "unknown-column"),
    ("table t { id: bigint primary key; }\nview v { as select id from «tt»; }", "unknown-relation"),
];

#[test]
fn each_is_reported_once_at_its_place() {
    assert_eq!(GAPS.len(), 25);
    let mut wrong = Vec::new();
    for (marked, rule) in GAPS {
        let source = marked.replace(['«', '»'], "");
        let start = marked.find('«').unwrap();
        let end = marked.find('»').unwrap() - '«'.len_utf8();
        let outcome = compile_with([("gap.schema", source.as_str())], Lints::UsualAnd(rule));
        let found: Vec<(&str, usize, usize)> = outcome
            .diagnostics
            .iter()
            .map(|it| {
                assert!(Rendered::new(it, &outcome.sources).place().is_some());
                let span = it.span().unwrap();
                (it.rule.name, span.start as usize, span.end as usize)
            })
            .collect();
        if found != [(*rule, start, end)] {
            wrong.push(format!("{marked}\n{found:?}\n{}", outcome.shown()));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), GAPS.len(), wrong.join("\n"));
}
