//! Compares the texts of two `pg_dump -s` runs.
//!
//! `pg_dump` writes an object as a comment, `-- Name: t; Type: TABLE; Schema: public; Owner: me`, and the statements
//! that make it. [`parse`] reads the text into a map from object to statements. The order of objects and of one
//! object's statements does not count, nor do header, settings and comments; all else does, such as the order of
//! columns and each space in a function's body.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use similar::TextDiff;

/// The objects of a dump, each with its statements in order of their text.
pub(crate) type Dump = BTreeMap<Object, Vec<String>>;

/// What `pg_dump` calls an object.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Object {
    pub(crate) kind: String,
    /// `-` for what is in no schema.
    pub(crate) schema: String,
    pub(crate) name: String,
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}.{}", self.kind, self.schema, self.name)
    }
}

/// Asserts that two dumps make the same schema.
///
/// # Panics
/// Where they do not, with what differs: `-` is the left dump's, `+` the right one's.
#[track_caller]
pub(crate) fn assert_same(left: &str, right: &str) {
    let differences = differences(&parse(left), &parse(right));
    let count = differences.len();
    assert!(
        differences.is_empty(),
        "{count} objects differ, - is left, + is right\n\n{}",
        differences.join("\n")
    );
}

/// Says for each object that is not the same on both sides what differs.
pub(crate) fn differences(left: &Dump, right: &Dump) -> Vec<String> {
    let objects: BTreeSet<_> = left.keys().chain(right.keys()).collect();
    let text = |dump: &Dump, object| dump.get(object).map(|it| it.join("\n")).unwrap_or_default();
    objects
        .into_iter()
        .filter_map(|object| {
            let (left, right) = (text(left, object) + "\n", text(right, object) + "\n");
            let diff = TextDiff::from_lines(&left, &right);
            let lines = diff.unified_diff().context_radius(1).to_string();
            (left != right).then(|| format!("{object}\n{lines}"))
        })
        .collect()
}

/// Reads the text of a dump.
pub(crate) fn parse(text: &str) -> Dump {
    let mut dump = Dump::new();
    let mut object = None;
    for piece in (Scanner { rest: text }) {
        match piece {
            Piece::Comment(comment) => object = object_of(comment).or(object),
            Piece::Statement(statement) if is_setting(statement) => {}
            Piece::Statement(statement) => {
                if let Some(object) = &object {
                    let statements: &mut Vec<_> = dump.entry(Object::clone(object)).or_default();
                    statements.push(statement.to_owned());
                    statements.sort();
                }
            }
        }
    }
    dump
}

/// Returns the statements of a script as a dump is written: without their semicolons, and without comments between them.
pub(crate) fn statements(text: &str) -> Vec<&str> {
    let piece = |piece| match piece {
        Piece::Statement(statement) => Some(statement),
        Piece::Comment(_) => None,
    };
    Scanner { rest: text }.filter_map(piece).collect()
}

/// The object that a comment announces, as in `-- Name: t; Type: TABLE; Schema: public; Owner: me`.
fn object_of(comment: &str) -> Option<Object> {
    let (name, rest) = comment.strip_prefix("-- Name: ")?.rsplit_once("; Type: ")?;
    let (kind, rest) = rest.split_once("; Schema: ")?;
    let (schema, _owner) = rest.rsplit_once("; Owner:")?;
    Some(Object { kind: kind.to_owned(), schema: schema.to_owned(), name: name.to_owned() })
}

/// Whether a statement only sets up the session that restores the dump.
fn is_setting(statement: &str) -> bool {
    statement.starts_with("SET ") || statement.starts_with("SELECT pg_catalog.set_config(")
}

/// A part of a dump at the outermost level.
enum Piece<'a> {
    /// A comment to the end of its line.
    Comment(&'a str),
    /// A statement without its semicolon.
    Statement(&'a str),
}

/// Splits a dump into comments and statements.
struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.starts_with("--") {
                return Some(Piece::Comment(self.take(line_length(self.rest))));
            }
            // `\restrict` and its like are for psql, and differ in each dump.
            if !self.rest.starts_with('\\') {
                break;
            }
            self.take(line_length(self.rest));
        }
        if self.rest.is_empty() {
            return None;
        }
        let statement = self.take(statement_length(self.rest));
        self.rest = self.rest.strip_prefix(';').unwrap_or(self.rest);
        Some(Piece::Statement(statement))
    }
}

impl<'a> Scanner<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }
}

fn line_length(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// The length in bytes of the statement that a text starts with, to its semicolon or the text's end.
///
/// A semicolon in quotes, in parentheses (as in a rule) or in a `BEGIN ATOMIC` body ends nothing.
fn statement_length(text: &str) -> usize {
    let (mut depth, mut previous, mut rest) = (0_u32, "", text);
    while let Some(first) = rest.chars().next() {
        if first == ';' && depth == 0 {
            break;
        }
        let (token, after) = rest.split_at(token_length(rest, first));
        match token {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            "ATOMIC" if previous == "BEGIN" => depth += 1,
            // In a body, which is the only place where `END` is a word of the statement itself.
            "CASE" => depth += 1,
            "END" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if !token.trim().is_empty() {
            previous = token;
        }
        rest = after;
    }
    text.len() - rest.len()
}

/// The length in bytes of the token that a text starts with.
fn token_length(text: &str, first: char) -> usize {
    match first {
        '\'' | '"' => quoted_length(text, first, Backslash::Plain),
        'E' if text.starts_with("E'") => {
            1 + quoted_length(text.split_at(1).1, '\'', Backslash::Escapes)
        }
        '$' => dollar_quoted_length(text),
        _ if is_word(first) => text.find(|it| !is_word(it)).unwrap_or(text.len()),
        _ => first.len_utf8(),
    }
}

/// What a backslash in quotes does.
#[derive(Clone, Copy, PartialEq)]
enum Backslash {
    Plain,
    Escapes,
}

/// A doubled quote needs no care: its halves read as the end of one quoted text and the start of the next.
fn quoted_length(text: &str, quote: char, backslash: Backslash) -> usize {
    let mut escaped = false;
    for (at, it) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if it == '\\' {
            escaped = backslash == Backslash::Escapes;
        } else if it == quote {
            return at + 1;
        }
    }
    text.len()
}

fn dollar_quoted_length(text: &str) -> usize {
    let tag = text.split_at(1).1.find(|it| !is_word(it) || it == '$').map_or(1, |at| at + 1);
    let (opening, rest) = text.split_at(tag);
    match rest.strip_prefix('$') {
        Some(body) => {
            let delimiter = format!("{opening}$");
            body.find(&delimiter).map_or(text.len(), |at| at + 2 * delimiter.len())
        }
        // A parameter such as `$1`.
        None => tag,
    }
}

fn is_word(it: char) -> bool {
    it.is_alphanumeric() || it == '_' || it == '$'
}

#[cfg(test)]
mod tests {
    use super::{Object, assert_same, differences, parse};

    const HEADER: &str = "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\nSET statement_timeout = 0;\n\
                          SELECT pg_catalog.set_config('search_path', '', false);\n\n";

    /// A dump with one entry for each of these kinds, names and statements.
    fn dump(entries: &[(&str, &str, &str)]) -> String {
        let mut text = HEADER.to_owned();
        for (kind, name, statements) in entries {
            text += &format!(
                "--\n-- Name: {name}; Type: {kind}; Schema: s; Owner: me\n--\n\n{statements}\n\n"
            );
        }
        text + "--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n"
    }

    /// The statements of the only object in a dump of these statements.
    fn statements(text: &str) -> Vec<String> {
        let dump = parse(&dump(&[("FUNCTION", "f(integer)", text)]));
        let object = Object {
            kind: "FUNCTION".to_owned(),
            schema: "s".to_owned(),
            name: "f(integer)".to_owned(),
        };
        assert!(dump.keys().eq([&object]), "{dump:?}");
        dump.into_values().flatten().collect()
    }

    #[test]
    fn order_of_objects_and_grants_does_not_count() {
        let left = dump(&[
            ("TABLE", "a", "CREATE TABLE s.a (\n    x integer\n);"),
            ("ACL", "TABLE a", "GRANT SELECT ON TABLE s.a TO p;\nGRANT SELECT ON TABLE s.a TO q;"),
        ]);
        let right = dump(&[
            ("ACL", "TABLE a", "GRANT SELECT ON TABLE s.a TO q;\nGRANT SELECT ON TABLE s.a TO p;"),
            ("TABLE", "a", "SET default_tablespace = '';\n\nCREATE TABLE s.a (\n    x integer\n);"),
        ]);
        assert_same(&left, &right.replace("abc", "xyz"));
    }

    #[test]
    fn order_of_columns_counts() {
        let table = |columns| dump(&[("TABLE", "a", columns)]);
        let left = table("CREATE TABLE s.a (\n    x integer,\n    y integer,\n    z integer\n);");
        let right = table("CREATE TABLE s.a (\n    y integer,\n    x integer,\n    z integer\n);");
        let differences = differences(&parse(&left), &parse(&right));
        assert_eq!(
            differences,
            ["TABLE s.a\n@@ -1,4 +1,4 @@\n CREATE TABLE s.a (\n+    y integer,\n     x integer,\n\
              -    y integer,\n     z integer\n"]
        );
    }

    #[test]
    fn an_object_of_one_side_is_shown_whole() {
        let left = dump(&[("SEQUENCE", "q", "CREATE SEQUENCE s.q;")]);
        let differences = differences(&parse(&left), &parse(&dump(&[])));
        assert_eq!(differences, ["SEQUENCE s.q\n@@ -1 +1 @@\n-CREATE SEQUENCE s.q\n+\n"]);
    }

    #[test]
    fn semicolons_in_quotes_end_nothing() {
        for quoted in ["'a;''b;'", r"E'a\';b'", "\"a;b\"", "$$a;b$$", "$x$ ; $$ ; $x$", "(a; b)"] {
            let statement = format!("CALL f({quoted}, $1)");
            assert_eq!(statements(&format!("{statement};\nSELECT 2;")), [&statement, "SELECT 2"]);
        }
    }

    #[test]
    fn a_body_of_statements_is_one_statement() {
        let function = "CREATE FUNCTION s.f(integer) RETURNS integer\n    LANGUAGE sql\n    BEGIN ATOMIC\n \
                        SELECT CASE WHEN true THEN 1 END;\n SELECT 2;\nEND";
        let owner = "ALTER FUNCTION s.f(integer) OWNER TO me";
        assert_eq!(statements(&format!("{function};\n\n\n{owner};")), [owner, function]);
    }

    #[test]
    fn what_looks_like_a_comment_in_a_body_stays() {
        let function = "CREATE FUNCTION s.f(integer) AS $$\n-- Name: x; Type: TABLE; Schema: s; Owner: me\n\n\
                        \\restrict\n$$";
        assert_eq!(statements(&format!("{function};")), [function]);
    }
}
