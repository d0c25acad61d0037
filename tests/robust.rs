//! Whatever the input, there is an answer: no panic, places that exist, and time that grows with the size.
//!
//! The dice are fixed, so that a failure comes again. `SCHEMAC_ROBUST=N` throws them N times, each run anew.

use std::fmt::Write as _;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;

use crate::support::compiled::{Outcome, compile};
use crate::support::files;

/// How often each property is tried where nothing else is said.
const N_CASES: u32 = 150;

pub(crate) fn config() -> ProptestConfig {
    let wanted = std::env::var("SCHEMAC_ROBUST").ok().and_then(|n| n.parse().ok());
    ProptestConfig {
        cases: wanted.unwrap_or(N_CASES),
        rng_seed: if wanted.is_some() { RngSeed::Random } else { RngSeed::Fixed(7) },
        failure_persistence: None,
        max_shrink_iters: 4_000,
        ..ProptestConfig::default()
    }
}

/// Compiles a text and looks at what is said of it.
fn answer(text: &str) -> Outcome {
    let outcome = compile([("input.schema", text)]);
    let errors = outcome.errors().count();
    assert!(outcome.sql.is_some() != (0 < errors), "a script, or errors: {errors}");
    for diagnostic in outcome.diagnostics.iter() {
        assert!(!diagnostic.message.is_empty());
        assert!(!diagnostic.labels.is_empty(), "{} has no place", diagnostic.rule.name);
        for label in &diagnostic.labels {
            let source = outcome.sources.get(label.span.file);
            let range = label.span.start as usize..label.span.end as usize;
            assert!(
                source.text.get(range.clone()).is_some(),
                "{}: {range:?} is no part of the text",
                diagnostic.rule.name
            );
        }
    }
    outcome.shown();
    outcome
}

/// Words and signs of the language and of SQL, and what is neither.
const TOKENS: &str = "table enum function procedure view materialized query domain type mixin in schema extension sequence \
    role grant revoke default privileges foreign data wrapper server user mapping publication subscription event trigger raw \
    aggregate operator class family cast collation conversion text search configuration security label transform access \
    method language unlogged column id users public pg_catalog integer bigint numeric(10,2) varchar(20) timestamp with time \
    zone interval day to second text[] array citext primary key unique not null references on delete cascade set check \
    generated always as identity by stored virtual collate constraint deferrable initially deferred include using where \
    nulls distinct index exclude policy for all to restrictive before after instead of insert update truncate each row \
    statement when execute referencing new old partition range list hash from modulus remainder inherits replica owner \
    tablespace with no cluster row level force statistics ndistinct returns setof void immutable strict select case then \
    end and or is like between exists values group order limit union join left lateral over window raw up down requires \
    { { { } } } ( ( ( ) ) ) [ ] ; ; ; ; : : : , , . .. :: = ? ? * + - / < > <> || -> ->> @> ~ ! % ^ & | # ` ' ' \" \" $$ $$ $a$ \
    $1 :name 'text' e'\\' \"Name\" U&\"\\0041\" B'01' 0 1 42 -7 3.14 1e5 0x1f /// //! // -- /* */ #[ #![ ] renamed_from rust( \
    newtype derive allow(lint) \\ é 日本 \u{1F418} \u{0} \u{FEFF} \u{2028}";

pub(crate) fn token() -> impl Strategy<Value = String> {
    let tokens: Vec<&str> = TOKENS.split_ascii_whitespace().collect();
    let blank = select(vec![" ", " ", " ", "\n", "", "\n\n", "\t", "\r\n"]);
    (select(tokens), blank).prop_map(|(token, blank)| format!("{token}{blank}"))
}

/// Every source in the project.
pub(crate) fn texts() -> &'static [String] {
    static TEXTS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let folders = ["tests/cases", "tests/kinds", "examples"];
        let paths = folders.iter().flat_map(|folder| files::below(folder, ".schema"));
        paths.map(|path| files::read(&path)).filter(|text| text.len() < 20_000).collect()
    });
    &TEXTS
}

/// A change of a text at a place.
#[derive(Clone, Debug)]
pub(crate) enum Mutation {
    Truncate,
    Delete(usize),
    Insert(String),
    Double(usize),
    /// Puts a part of another text there.
    Splice(Index, Index, usize),
}

pub(crate) fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        1 => Just(Mutation::Truncate),
        4 => (1..40_usize).prop_map(Mutation::Delete),
        4 => token().prop_map(Mutation::Insert),
        2 => (1..60_usize).prop_map(Mutation::Double),
        2 => (any::<Index>(), any::<Index>(), 1..200_usize)
            .prop_map(|(text, at, n)| Mutation::Splice(text, at, n)),
    ]
}

/// Returns the part of a text that begins at about an offset and has about `n` bytes.
fn part(text: &str, at: usize, n: usize) -> &str {
    let start = text.floor_char_boundary(at);
    &text[start..text.floor_char_boundary(start + n)]
}

pub(crate) fn mutated(text: &str, mutations: &[(Index, Mutation)]) -> String {
    let mut text = text.to_owned();
    for (place, mutation) in mutations {
        let at = text.floor_char_boundary(place.index(text.len() + 1));
        match mutation {
            Mutation::Truncate => text.truncate(at),
            Mutation::Delete(n) => drop(text.drain(at..at + part(&text, at, *n).len())),
            Mutation::Insert(token) => text.insert_str(at, token),
            Mutation::Double(n) => {
                let twice = part(&text, at, *n).to_owned();
                text.insert_str(at, &twice);
            }
            Mutation::Splice(other, from, n) => {
                let other: &String = other.get(texts());
                text.insert_str(at, part(other, from.index(other.len() + 1), *n));
            }
        }
    }
    text
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        answer(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_words(tokens in prop::collection::vec(token(), 0..120)) {
        answer(&tokens.concat());
    }

    #[test]
    fn any_words_in_a_table(tokens in prop::collection::vec(token(), 0..60)) {
        answer(&format!("table t {{\n  a: integer;\n  {}\n}}\ntable after {{ a: integer; }}\n", tokens.concat()));
    }

    #[test]
    fn any_words_as_sql(tokens in prop::collection::vec(token(), 0..40)) {
        answer(&format!("view v {{ as select {}; }}\n", tokens.concat()));
    }

    #[test]
    fn any_change_of_a_source(
        text in any::<Index>(),
        mutations in prop::collection::vec((any::<Index>(), mutation()), 1..6),
    ) {
        let text: &String = text.get(texts());
        answer(&mutated(text, &mutations));
    }
}

#[test]
fn deep_nesting_is_refused() {
    let deep = |open: &str, close: &str| open.repeat(10_000) + "1" + &close.repeat(10_000);
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("(", ""), ("[", ""), ("{", "")] {
        let nest = deep(open, close);
        for text in [
            format!("table t {{ a: integer default {nest}; }}\ntable u {{ a: integer; }}"),
            format!("table t {{ check ({nest}); }}\ntable u {{ a: integer; }}"),
            format!("view v {{ as select {nest}; }}\ntable u {{ a: integer; }}"),
            format!(
                "function f() returns integer language sql return {nest};\ntable u {{ a: integer; }}"
            ),
            format!("type t range ({nest});\ntable u {{ a: integer; }}"),
            format!("#[rust({nest})]\ntable u {{ a: integer; }}"),
            nest.clone(),
        ] {
            let outcome = answer(&text);
            assert!(0 < outcome.errors().count(), "{open}{close} in {}", &text[..40]);
            let closed = !close.is_empty() && !text.starts_with(['#', '(', '[', '{']);
            if closed {
                let rules: Vec<&str> = outcome.errors().map(|it| it.rule.name).collect();
                // A brace in parentheses ends its item all the same; what follows is another.
                let wanted =
                    if open == "{" { rules.get(..1).unwrap_or_default() } else { &rules[..] };
                assert_eq!(wanted, ["nested-too-deep"], "{open}{close} in {}", &text[..40]);
            }
        }
    }
    // What nests without brackets: the reader of SQL must bound it by itself.
    for (before, again, after) in [
        ("select ", "not ", "true"),
        ("select ", "- ", "1"),
        ("select ", "case when true then ", "1"),
        ("", "select 1 union ", "select 1"),
        ("select 1 ", "+ 1 ", ""),
        ("select 1", "::integer", ""),
        ("select a", ".b", " from t a"),
        ("select 1 from pg_class ", "join pg_class c on true ", ""),
    ] {
        let query = format!("{before}{}{after}", again.repeat(20_000));
        answer(&format!(
            "view v {{ as {query}; }}\nfunction f() returns integer language sql as $${query}$$;"
        ));
    }
    answer(&format!("/*{}", " /*".repeat(10_000)));
    answer(&format!("table t {{ a: {}; }}", "a.".repeat(10_000)));
}

#[test]
fn ten_thousand_errors_are_reported() {
    for line in [
        "  a%: integr;\n",
        "  a% integer;\n",
        "  a%: integer,\n",
        "  a%: integer default;\n",
        "  unique (nothing%);\n",
        "  check (nothing% > 0);\n",
        "  a: integer;\n",
    ] {
        let mut text = "table t {\n".to_owned();
        for n in 0..1_000 {
            text += &line.replace('%', &n.to_string());
        }
        text += "}\n";
        assert!(0 < answer(&text).errors().count(), "{line}");
    }
    let mut text = String::new();
    for n in 0..10_000 {
        let _ = writeln!(text, "tabel t{n} {{ a: integer; }}");
    }
    assert_eq!(compile([("input.schema", text)]).errors().count(), 10_000);
}

/// Twice the input takes about twice the time, not four times.
#[test]
fn time_grows_with_the_size() {
    let repeated: [(&str, &str, &str); 14] = [
        (
            "tables",
            "table t% { id: bigint primary key; a: text default 'x' check (a <> ''); index (a); }\n",
            "",
        ),
        ("columns that are broken", "table t { a b c d; e f g; }\n", ""),
        ("members without end", "table t% {\n  a: integer\n  b: integer\n  c: integer\n}\n", ""),
        ("commas", "enum e% { 'a', 'b', 'c', 'd', 'e' }\n", ""),
        ("open braces", "table t% {\n", ""),
        ("closing braces", "}\n", ""),
        ("open quotes", "table t% { a: text default 'x; }\n", ""),
        ("open dollars", "function f%() returns integer language sql as $a%$ select 1;\n", ""),
        ("one dollar", "function f%() returns integer language sql as $a$ select 1;\n", ""),
        ("open comments", "/* table t% { a: integer; }\n", ""),
        ("unknown types", "table t% { a: nothing%; b: t%; }\n", ""),
        ("references", "table t% { id: bigint primary key; up: bigint? references t0; }\n", ""),
        ("inheritance", "table t% { inherits t0; a: integer; }\n", ""),
        ("attributes", "#[rust(a = b)]\n#[\n", ""),
    ];
    let time = |line: &str, n: usize| -> Duration {
        let text: String = (0..n).map(|n| line.replace('%', &n.to_string())).collect();
        let start = Instant::now();
        compile([("input.schema", text)]);
        start.elapsed()
    };
    for (what, line, _) in repeated {
        let (once, four) = (time(line, 200), time(line, 800));
        // Linear is 4 times, quadratic 16 times. The machine may be busy with other things.
        let bound = once * 10 + Duration::from_millis(400);
        assert!(
            four < bound || time(line, 800) < bound,
            "{what}: {once:?} and {four:?} for 4 times as much"
        );
    }
}

#[test]
fn line_ends_and_byte_order_marks_mean_nothing() {
    for text in texts() {
        if text.contains('\r') {
            continue;
        }
        let plain = compile([("input.schema", text.as_str())]);
        let windows = text.replace('\n', "\r\n");
        for other in [windows.clone(), format!("\u{FEFF}{text}"), format!("\u{FEFF}{windows}")] {
            let other = compile([("input.schema", other)]);
            assert_eq!(plain.sql, other.sql);
            assert_eq!(plain.shown(), other.shown());
        }
    }
}
