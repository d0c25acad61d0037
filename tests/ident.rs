//! Holds names, literals and the spellings of types to the servers at hand.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::support;
use postgres::Client;
use schemac::sql::builtin::spelling::{Modifiers, Spelling, canonical};
use schemac::sql::ident::{dollar_quote, fold, quote_ident, quote_literal, truncate_identifier};
use schemac::sql::keywords::{Category, category};

const PIECES: [&str; 20] = [
    "a",
    "b",
    "Z",
    "_",
    "0",
    "9",
    "$",
    "\"",
    "'",
    "\\",
    " ",
    "é",
    "日本",
    "\u{1F418}",
    "select",
    "index",
    "left",
    "$$",
    "$body$",
    "\n",
];

/// Words of up to three pieces, and long ones.
fn words() -> Vec<String> {
    let pairs = PIECES.iter().flat_map(|a| PIECES.iter().map(move |b| format!("{a}{b}")));
    let triples = pairs.clone().flat_map(|pair| PIECES.iter().map(move |c| format!("{pair}{c}")));
    let long = PIECES
        .iter()
        .flat_map(|a| (58..66).map(move |n| format!("{}{}", "x".repeat(n), a.repeat(2))));
    PIECES.iter().map(|&a| a.to_owned()).chain(pairs).chain(triples).chain(long).collect()
}

fn on_each_major(test: impl Fn(&mut Client)) {
    for major in support::postgres::majors() {
        test(&mut support::postgres::connect(major));
    }
}

#[test]
fn words_are_quoted_as_the_server_does() {
    on_each_major(|client| {
        let mut words = words();
        let keywords = client.query("SELECT word FROM pg_get_keywords()", &[]).unwrap();
        words.extend(keywords.iter().map(|row| row.get::<_, String>(0)));
        let query = "SELECT w, quote_ident(w), quote_literal(w) FROM unnest($1::text[]) AS u (w)";
        for row in client.query(query, &[&words]).unwrap() {
            let (word, ident, literal): (&str, &str, &str) = (row.get(0), row.get(1), row.get(2));
            // Ours are the keywords of all majors.
            let reserved = category(word).is_some_and(|found| found > Category::Unreserved);
            assert!(quote_ident(word) == ident || reserved, "{word}");
            assert_eq!(quote_literal(word), literal);
        }
    });
}

#[test]
fn dollar_quotes_are_read_back() {
    on_each_major(|client| {
        let words = words();
        for words in words.chunks(1000) {
            let quoted: Vec<String> = words.iter().map(|word| dollar_quote(word)).collect();
            let row =
                client.query_one(&format!("SELECT ARRAY[{}]", quoted.join(",")), &[]).unwrap();
            assert_eq!(row.get::<_, Vec<String>>(0), words);
        }
    });
}

/// Unquoted words that are names become what the server makes of them.
#[test]
fn names_are_folded_and_cut_as_the_server_does() {
    on_each_major(|client| {
        let is_name = |word: &String| {
            let word = word.as_str();
            let fine = |c: char| c.is_alphanumeric() || c == '_' || !c.is_ascii();
            word.chars().all(fine)
                && !word.starts_with(|c: char| c.is_ascii_digit())
                && category(word).is_none()
        };
        let names: Vec<String> = words().into_iter().filter(is_name).collect();
        assert!(names.len() > 500);
        for names in names.chunks(1000) {
            let columns: Vec<String> = names.iter().map(|name| format!("1 AS {name}")).collect();
            let statement = client.prepare(&format!("SELECT {}", columns.join(","))).unwrap();
            for (name, column) in names.iter().zip(statement.columns()) {
                assert_eq!(truncate_identifier(&fold(name)), column.name());
            }
        }
    });
}

/// What the server makes of a type in SQL, with its modifiers; `None` if it refuses it.
fn server_type(client: &mut Client, spelling: &str) -> Option<String> {
    let statement = client.prepare(&format!("SELECT CAST(NULL AS {spelling})")).ok()?;
    let oid = statement.columns().first().unwrap().type_().oid();
    Some(client.query_one("SELECT format_type($1, NULL)", &[&oid]).unwrap().get(0))
}

#[test]
fn types_are_spelled_as_the_server_reads_them() {
    on_each_major(|client| {
        let typnames = "SELECT typname::text FROM pg_type WHERE typtype NOT IN ('c', 'p') AND typnamespace = 'pg_catalog'::regnamespace
            AND typname NOT LIKE '\\_pg\\_%' UNION SELECT quote_ident(typname) FROM pg_type WHERE typtype = 'b'
            AND typnamespace = 'pg_catalog'::regnamespace AND typname NOT LIKE '\\_pg\\_%'";
        let rows = client.query(typnames, &[]).unwrap();
        let mut spellings: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        let words = "int integer smallint bigint real float decimal dec numeric boolean bit character char nchar varchar \
            timestamp time interval serial nosuch national double";
        spellings.extend(words.split_whitespace().map(str::to_owned));
        let further = [
            "varying",
            "precision",
            "with time zone",
            "without time zone",
            "second",
            "day",
            "day to second",
            "year to month",
            "hour to second",
            "character",
            "char",
            "character varying",
            "char varying",
        ];
        let phrases =
            words.split_whitespace().flat_map(|word| further.map(|rest| format!("{word} {rest}")));
        spellings.extend(phrases);
        spellings.extend(
            [
                "\"integer\"",
                "\"char\"",
                "pg_catalog.int4",
                "pg_catalog.integer",
                "pg_catalog.\"char\"",
            ]
            .map(str::to_owned),
        );
        for spelling in spellings {
            let ours = canonical(&spelling);
            let theirs = server_type(client, &spelling);
            let name = ours
                .map(|found| format!("{}{}", found.name, if found.is_array { "[]" } else { "" }));
            // A type of another major is known to us all the same, and `cstring` and its like are no types of columns.
            if theirs.is_some() {
                assert_eq!(name, theirs, "{spelling}");
                compare_modifiers(client, &spelling, ours.unwrap());
            } else if spelling.contains(' ') {
                assert_eq!(name, None, "{spelling}");
            }
        }
    });
}

fn compare_modifiers(client: &mut Client, spelling: &str, ours: Spelling) {
    let n_allowed = match ours.modifiers {
        Modifiers::None => 0,
        Modifiers::One | Modifiers::FloatDigits => 1,
        Modifiers::OneOrTwo => 2,
    };
    let words: Vec<&str> = spelling.splitn(2, ' ').collect();
    for (n, modifiers) in [(1, "(3)"), (2, "(3,2)")] {
        // The modifiers of times stand after their first word.
        let with = match (words.first(), words.get(1)) {
            (Some(first @ (&"time" | &"timestamp")), Some(rest)) => {
                format!("{first}{modifiers} {rest}")
            }
            _ => format!("{spelling}{modifiers}"),
        };
        let allowed = server_type(client, &with).is_some();
        assert_eq!(allowed, n <= n_allowed, "{with}");
    }
}
