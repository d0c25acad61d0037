//! Names in Rust: SQL names and labels turned into identifiers.

use unicode_ident::{is_xid_continue, is_xid_start};

/// The keywords of every edition that can be written as raw identifiers.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Words that are no names even when raw.
const NEVER: [&str; 5] = ["self", "Self", "super", "crate", "_"];

/// Names of the prelude that generated code, or a macro of the client in it, writes bare: a type of the same name in the module would change them.
const PRELUDE: [&str; 10] =
    ["Box", "Option", "Vec", "String", "Result", "Ok", "Err", "Some", "None", "TryFrom"];

/// Returns the name of a type: `blog_posts` is `BlogPosts`. Whether a word is plural is not guessed.
pub(super) fn type_name(sql: &str) -> String {
    let name = variant_name(sql);
    if PRELUDE.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// Returns the name of an enum's variant: `in-progress` is `InProgress`.
pub(super) fn variant_name(label: &str) -> String {
    if label.is_empty() {
        return "Empty".to_owned();
    }
    let name: String = words(label).iter().map(|word| capital(word)).collect();
    usable(name)
}

/// Returns the name of a field or module: `type` is `r#type`.
pub(super) fn field_name(sql: &str) -> String {
    if is_snake(sql) {
        return usable(sql.to_owned());
    }
    let lower: Vec<String> = words(sql).iter().map(|word| word.to_lowercase()).collect();
    usable(lower.join("_"))
}

/// Tells whether an author's name can stand for a type or variant.
pub(super) fn is_type_name(name: &str) -> bool {
    is_ident(name) && !PRELUDE.contains(&name)
}

/// Tells whether an author's name can stand for a field or module.
pub(super) fn is_ident(name: &str) -> bool {
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|c| c == '_' || is_xid_start(c));
    starts && chars.all(is_xid_continue) && name.len() <= 63 && !NEVER.contains(&name)
}

/// Makes an author's name an identifier: a keyword becomes raw.
pub(super) fn raw(name: &str) -> String {
    if KEYWORDS.binary_search(&name).is_ok() { format!("r#{name}") } else { name.to_owned() }
}

/// Tells whether a word is as rustc wants names of types.
pub(super) fn is_camel(name: &str) -> bool {
    let name = name.trim_matches('_');
    let lower = name.chars().next().is_some_and(char::is_lowercase);
    !lower
        && !name.contains("__")
        && !name.split('_').zip(name.split('_').skip(1)).any(|(a, b)| splits(a, b))
}

/// Tells whether an underscore between two parts is needed, as between digits.
fn splits(before: &str, after: &str) -> bool {
    let digit = |c: Option<char>| c.is_some_and(char::is_numeric);
    !(digit(before.chars().next_back()) && digit(after.chars().next()))
}

/// Tells whether a word is as rustc wants names of fields.
pub(super) fn is_snake(name: &str) -> bool {
    let body = name.trim_start_matches('_');
    let starts = name.starts_with('_') || name.chars().next().is_some_and(is_xid_start);
    starts
        && !body.is_empty()
        && !body.contains("__")
        && body.chars().all(|c| is_xid_continue(c) && !c.is_uppercase())
}

/// Makes a name that is made of words an identifier.
fn usable(name: String) -> String {
    if NEVER.contains(&name.as_str()) {
        return format!("{name}_");
    }
    match name.chars().next() {
        Some(first) if first == '_' || is_xid_start(first) => raw(&name),
        Some(_) | None => format!("_{name}"),
    }
}

/// Cuts a name into words, at what can't stand in a name, at underscores, and before capital letters. Signs are words
/// only where there is no other.
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (n, &c) in chars.iter().enumerate() {
        if c == '_' || !is_xid_continue(c) {
            words.push(std::mem::take(&mut word));
            continue;
        }
        let before = n.checked_sub(1).and_then(|n| chars.get(n)).copied();
        let after_small = before.is_some_and(|c| c.is_lowercase() || c.is_numeric());
        let before_small = chars.get(n + 1).is_some_and(|c| c.is_lowercase());
        let in_capitals = before.is_some_and(char::is_uppercase);
        if c.is_uppercase() && (after_small || in_capitals && before_small) {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    if words.is_empty() { chars.into_iter().map(sign).collect() } else { words }
}

/// Writes a word with a capital letter and small ones after it.
fn capital(word: &str) -> String {
    let mut chars = word.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    first + &chars.as_str().to_lowercase()
}

/// Returns the name of a sign.
fn sign(c: char) -> String {
    let name = match c {
        '+' => "plus",
        '-' => "minus",
        '*' => "star",
        '/' => "slash",
        '%' => "percent",
        '=' => "equal",
        '<' => "less",
        '>' => "greater",
        '!' => "bang",
        '?' => "question",
        '&' => "and",
        '|' => "or",
        '#' => "hash",
        '@' => "at",
        '.' => "dot",
        ',' => "comma",
        ':' => "colon",
        ';' => "semicolon",
        '~' => "tilde",
        '$' => "dollar",
        '_' => "underscore",
        ' ' => "space",
        other => return format!("u{:x}", u32::from(other)),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (sql, ty, field) in [
            ("blog_posts", "BlogPosts", "blog_posts"),
            ("type", "Type", "r#type"),
            ("self", "Self_", "self_"),
            ("gen", "Gen", "r#gen"),
            ("option", "Option_", "option"),
            ("2fa", "_2fa", "_2fa"),
            ("_id", "Id", "_id"),
            ("userId", "UserId", "user_id"),
            ("HTTPServer", "HttpServer", "http_server"),
            ("a  b$c", "ABC", "a_b_c"),
            ("größe", "Größe", "größe"),
            ("用户", "用户", "用户"),
            ("<=", "LessEqual", "less_equal"),
            ("☃", "U2603", "u2603"),
            ("__", "UnderscoreUnderscore", "underscore_underscore"),
            ("a__b", "AB", "a_b"),
        ] {
            assert_eq!((type_name(sql).as_str(), field_name(sql).as_str()), (ty, field), "{sql}");
        }
        assert_eq!(variant_name(""), "Empty");
        assert_eq!(variant_name("IN_PROGRESS"), "InProgress");
    }

    #[test]
    fn keywords_are_sorted() {
        assert!(KEYWORDS.is_sorted());
    }
}
