//! Any text is taken: deep, long, cut off or shuffled, it never ends in a panic, an overflow or a long wait.
#![expect(clippy::disallowed_methods, reason = "time is what is bounded here")]

use std::time::Duration;

use super::dump;
use crate::sql::lex::tokens;
use crate::sql::{parse_expr, parse_statements, parse_type};

/// Runs on a stack of the size a deep text needs.
fn on_large_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(run).unwrap();
    thread.join().unwrap();
}

#[test]
fn depth_has_a_bound() {
    on_large_stack(|| {
        let pairs = [
            ("(", ")"),
            ("f(", ")"),
            ("(SELECT ", ")"),
            ("(SELECT 1 FROM ", " a)"),
            ("((SELECT 1) + ", ")"),
            ("ARRAY[", "]"),
            ("ARRAY[[", "]]"),
            ("a[", "]"),
            ("CASE WHEN ", " THEN 1 END"),
            ("CAST(", " AS int)"),
            ("- ", ""),
            ("NOT ", ""),
            ("@ ", ""),
            ("a BETWEEN ", " AND 1"),
            ("a AND (b OR ", ")"),
            ("x IN (", ")"),
            ("x = ANY (", ")"),
            ("EXISTS (SELECT 1 WHERE ", ")"),
            ("xmlexists(", ")"),
            ("ROW(1, 2) OVERLAPS ", ""),
            ("a::numeric(", ")"),
            ("(WITH a AS (SELECT ", ") SELECT 1)"),
            ("(SELECT 1 FROM a JOIN ", ")"),
            ("(SELECT 1 GROUP BY GROUPING SETS (", "))"),
        ];
        for (open, close) in pairs {
            for depth in [10, 400, 100_000] {
                let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                let read = parse_expr(&text);
                assert!(depth < 1000 || read.is_err(), "{open}");
                let _ = parse_expr(&open.repeat(depth));
            }
        }
        for statement in ["SELECT FROM ", "SELECT FROM (", "SELECT 1 UNION (", "TABLE a UNION ("] {
            let deep = statement.to_string() + &"(".repeat(100_000);
            assert!(parse_statements(&deep).iter().all(Result::is_err));
            assert!(parse_statements(&statement.repeat(100_000)).iter().all(Result::is_err));
        }
        let joins = format!("SELECT FROM a {}", "JOIN a ".repeat(100_000));
        assert!(parse_statements(&joins).iter().all(Result::is_err));
    });
}

#[test]
fn depth_up_to_the_bound_is_read() {
    on_large_stack(|| {
        let text = format!("{}1{}", "(".repeat(400), ")".repeat(400));
        assert_eq!(dump::expr(&parse_expr(&text).unwrap()), "1");
        let text = format!("{}SELECT 1{}", "(".repeat(900), ")".repeat(900));
        assert!(parse_expr(&text).is_ok());
    });
}

#[test]
fn length_has_no_bound_but_for_towers() {
    on_large_stack(|| {
        for (link, fits) in [
            (" AND a", true),
            (" OR a", true),
            (", a", false),
            (" || a", false),
            ("::int", false),
            ("[1]", false),
            (" IS NULL", false),
            (" COLLATE c", false),
            (" AT TIME ZONE z", false),
            (" IN (1)", false),
            (" = ANY (b)", false),
            (" AND a OR b", true),
        ] {
            let text = format!("a{}", link.repeat(100_000));
            assert_eq!(parse_expr(&text).is_ok(), fits, "{link}");
            assert!(
                link == ", a" || parse_expr(&format!("a{}", link.repeat(3000))).is_ok(),
                "{link}"
            );
        }
        for (head, link, fits) in [
            ("SELECT 1", ", 1", true),
            ("SELECT 1", " UNION SELECT 1", false),
            ("SELECT FROM a", ", a", true),
            ("SELECT FROM a", " CROSS JOIN a", false),
            ("VALUES (1)", ", (-1::int)", true),
            ("SELECT f(1", ", 1", false),
            ("SELECT FROM a", ", (SELECT 1 UNION SELECT 2 UNION SELECT 3) b", true),
            ("SELECT 1", ", (SELECT 1 UNION SELECT 2 UNION SELECT 3)", true),
            ("VALUES (((1) + 2))", ", (((1) + 2))", true),
        ] {
            let text = format!("{head}{}", link.repeat(100_000));
            assert_eq!(parse_statements(&text).iter().all(Result::is_ok), fits, "{head}{link}");
        }
        // Towers at the foot of towers count as one.
        let mut text = "a".to_string();
        for _ in 0..100 {
            text = format!("({text}{})", " || a".repeat(1000));
        }
        assert!(parse_expr(&text).is_err());
    });
}

#[test]
fn time_is_linear() {
    on_large_stack(|| {
        let mut shapes = vec![
            "(",
            "((SELECT 1) ",
            "a(",
            "a.",
            "CASE ",
            "$a$ ",
            "/*",
            "'",
            "a[",
            "- ",
            "+",
            "@-",
        ];
        shapes.extend([
            "SELECT (",
            "U&'",
            "E'\\",
            "a JOIN ",
            "WITH a AS (",
            "json_object(",
            "1 IN (",
            "::",
            "$$",
            "a b ",
        ]);
        for shape in shapes {
            let text = shape.repeat(200_000 / shape.len());
            let before = time_of_this_thread();
            let _ = (parse_expr(&text).is_ok(), parse_type(&text).is_ok());
            let _ = parse_statements(&text);
            let spent = time_of_this_thread().saturating_sub(before);
            assert!(spent < Duration::from_secs(4), "{shape}: {spent:?}");
        }
    });
}

/// Returns how long this thread has run on a processor: whatever else the machine does adds nothing. Where the system
/// does not tell, it is nothing.
fn time_of_this_thread() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = stat.split(' ').next().and_then(|it| it.parse().ok()).unwrap_or(0);
    Duration::from_nanos(nanoseconds)
}

/// A small generator of numbers that look random, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound.max(1)
    }
}

const TEXTS: &[&str] = &[
    "SELECT a.b::int[], 'ä''x' || U&'\\0061' FROM (t JOIN u USING (x)) AS v WHERE a[1:2] IS NOT NULL ORDER BY 1",
    "WITH RECURSIVE a AS (VALUES (1) UNION ALL SELECT n + 1 FROM a) INSERT INTO b SELECT * FROM a RETURNING *",
    "CASE WHEN x BETWEEN 1 AND 2 THEN interval '1' day ELSE CAST(:p AS numeric(3, 2)) END",
    "sum(DISTINCT a ORDER BY b) FILTER (WHERE c) OVER (PARTITION BY d ROWS UNBOUNDED PRECEDING)",
    "UPDATE t SET (a, b) = (SELECT 1, $q$x$q$) WHERE c LIKE 'x' ESCAPE E'\\\\'; DELETE FROM t",
    "JSON_TABLE(a, '$' COLUMNS (x int PATH '$.x', NESTED PATH '$' COLUMNS (y text)))",
    "BEGIN ATOMIC SELECT trim(BOTH 'x' FROM a); RETURN substring(b FROM 1 FOR 2); END",
];

#[test]
fn broken_texts_are_read_to_an_end() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for text in TEXTS {
        for (end, _) in text.char_indices() {
            read_all(&text[..end]);
            read_all(&text[end..]);
        }
        for _ in 0..300 {
            let mut parts: Vec<_> = tokens(text).iter().map(|token| token.range.of(text)).collect();
            for _ in 0..4 {
                let (left, right) = (random.below(parts.len()), random.below(parts.len()));
                parts.swap(left, right);
            }
            read_all(&parts.join(" "));
            let bytes: Vec<u8> = (0..random.below(60)).map(|_| random.below(256) as u8).collect();
            read_all(&String::from_utf8_lossy(&bytes));
            let letters = b"a1'\"$.()[]:;,+-*/<>=~!@#%^&|`?\\ \nEeUuXxBb_";
            let bytes: Vec<u8> =
                (0..random.below(60)).map(|_| letters[random.below(letters.len())]).collect();
            read_all(&String::from_utf8_lossy(&bytes));
        }
    }
}

/// Reads the text in every way, and makes sure that ranges lie in the text and on its characters.
fn read_all(text: &str) {
    let mut end = 0;
    for token in tokens(text) {
        let range = token.range;
        assert!(end <= range.start && range.start <= range.end, "{text:?}");
        assert!(text.get(range.start as usize..range.end as usize).is_some(), "{text:?}");
        end = range.end;
    }
    let errors = [parse_expr(text).err(), parse_type(text).err()];
    let more = parse_statements(text).into_iter().map(Result::err);
    for error in errors.into_iter().chain(more).flatten() {
        assert!(text.get(error.at.start as usize..error.at.end as usize).is_some(), "{text:?}");
        assert!(!error.message.ends_with('.'));
    }
}
