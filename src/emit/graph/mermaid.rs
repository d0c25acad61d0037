//! A diagram for Mermaid, as GitHub and many editors show it in a Markdown block.
//!
//! Mermaid has no way to escape a character in most places (its `erDiagram` lexer knows quotes, but nothing in them), so
//! characters that it can't take are replaced, and names that would become equal are numbered.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Column, Diagram, Edge, ForeignKey, Link, Node, Rows, Sort, columns_shown};

/// Writes the diagram.
pub fn text(diagram: &Diagram) -> String {
    match diagram.sort {
        Sort::Er => er(diagram),
        Sort::Dependencies => flowchart(diagram),
    }
}

fn er(diagram: &Diagram) -> String {
    let mut out = String::from("erDiagram\n");
    let mut taken = BTreeSet::new();
    let names: Vec<String> =
        diagram.nodes.iter().map(|node| distinct(quoted(&node.title()), &mut taken)).collect();
    for (node, name) in diagram.nodes.iter().zip(&names) {
        let rows = match &node.rows {
            Rows::None => Vec::new(),
            Rows::Columns(columns) => columns.iter().map(attribute).collect(),
            Rows::Labels(labels) => labels.iter().map(|label| enum_label(label)).collect(),
        };
        if rows.is_empty() {
            let _ = writeln!(out, "    \"{name}\"");
            continue;
        }
        let _ = writeln!(out, "    \"{name}\" {{");
        rows.iter().for_each(|row| {
            let _ = writeln!(out, "        {row}");
        });
        out.push_str("    }\n");
    }
    for Edge { from, to, link } in &diagram.edges {
        let (Some(a), Some(b)) = (names.get(*from), names.get(*to)) else { continue };
        let (line, label) = match link {
            Link::ForeignKey(key) => (crow_feet(key), columns_shown(key)),
            Link::Type { column } => ("}o..||", column_name(diagram.nodes.get(*from), *column)),
            Link::Inherits => ("|o..||", "inherits".to_owned()),
            Link::Needs => ("}o..||", "needs".to_owned()),
        };
        let _ = writeln!(out, "    \"{a}\" {line} \"{b}\" : \"{}\"", quoted(&label));
    }
    out
}

fn crow_feet(key: &ForeignKey) -> &'static str {
    match (key.one, key.optional) {
        (false, false) => "}o--||",
        (false, true) => "}o--o|",
        (true, false) => "|o--||",
        (true, true) => "|o--o|",
    }
}

fn column_name(node: Option<&Node>, column: usize) -> String {
    match node.map(|node| &node.rows) {
        Some(Rows::Columns(columns)) => {
            columns.get(column).map(|it| it.name.to_string()).unwrap_or_default()
        }
        Some(Rows::None | Rows::Labels(_)) | None => String::new(),
    }
}

/// Writes `type name PK, FK "what else is to say"`.
fn attribute(column: &Column) -> String {
    let keys: Vec<&str> = [("PK", column.primary), ("FK", column.foreign), ("UK", column.unique)]
        .iter()
        .filter_map(|(key, has)| has.then_some(*key))
        .collect();
    let (name, ty) = (word(&column.name), word(&column.ty));
    let mut notes = Vec::new();
    if name != *column.name {
        notes.push(quoted(&column.name));
    }
    if ty != column.ty {
        notes.push(quoted(&column.ty));
    }
    if column.nullable {
        notes.push("nullable".to_owned());
    }
    let mut row = format!("{ty} {name}");
    if !keys.is_empty() {
        let _ = write!(row, " {}", keys.join(", "));
    }
    if !notes.is_empty() {
        let _ = write!(row, " \"{}\"", notes.join(", "));
    }
    row
}

fn enum_label(label: &str) -> String {
    let name = word(label);
    if name == label {
        format!("label {name}")
    } else {
        format!("label {name} \"{}\"", quoted(label))
    }
}

/// Returns a text as the name or type of an attribute: letters, digits, `_`, brackets.
fn word(text: &str) -> String {
    let fits = |c: char| {
        c.is_ascii_alphanumeric() || "_()[]".contains(c) || ('\u{C0}'..='\u{FFFF}').contains(&c)
    };
    let mut out: String = text.chars().map(|c| if fits(c) { c } else { '_' }).collect();
    let begins =
        |c: char| c.is_ascii_alphabetic() || c == '_' || ('\u{C0}'..='\u{FFFF}').contains(&c);
    // The lexer takes `pk` for a key wherever a word could begin.
    let mut chars = out.chars();
    let head: String = chars.by_ref().take(2).collect::<String>().to_ascii_lowercase();
    let is_key = ["pk", "fk", "uk"].contains(&head.as_str())
        && !chars.next().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_key || !out.starts_with(begins) {
        out.insert(0, '_');
    }
    out
}

/// Returns a text as it can stand between quotes.
fn quoted(text: &str) -> String {
    let out: String = text
        .chars()
        .map(|c| match c {
            '"' => '\'',
            '\\' => '/',
            // `%%` begins a comment, `#` and `;` an entity.
            '%' | '#' | ';' => '_',
            c if c.is_whitespace() || c.is_control() => ' ',
            c => c,
        })
        .collect();
    // A line with `direction LR` in it is a command, wherever that stands.
    let is_command = out.to_ascii_lowercase().contains("direction ");
    if is_command { out.replace(' ', "_") } else { out }
}

fn distinct(name: String, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.clone();
    let mut n = 1;
    while !taken.insert(candidate.clone()) {
        n += 1;
        candidate = format!("{name}_{n}");
    }
    candidate
}

fn flowchart(diagram: &Diagram) -> String {
    let mut out = String::from("flowchart LR\n");
    for (n, node) in diagram.nodes.iter().enumerate() {
        let label = escaped(&format!("{} {}", node.at.kind.word(), node.title()));
        let _ = writeln!(out, "    n{n}[\"{label}\"]");
    }
    for Edge { from, to, .. } in &diagram.edges {
        let _ = writeln!(out, "    n{from} --> n{to}");
    }
    out
}

/// Returns a text as the label of a node: what is not plain is an entity, so that it is no Markdown and no HTML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || " .,_()[]-:$@+".contains(c) {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_such_that_the_lexer_takes_them() {
        assert_eq!(word("timestamp with time zone"), "timestamp_with_time_zone");
        assert_eq!(word("numeric(12,2)[]"), "numeric(12_2)[]");
        assert_eq!(word("1st"), "_1st");
        assert_eq!(word("pk"), "_pk", "a key to the lexer");
        assert_eq!(word("PK-x"), "PK_x");
        assert_eq!(word("fké"), "_fké", "its words end before letters that are not ASCII");
        assert_eq!(word("pkey"), "pkey");
        assert_eq!(word(""), "_");
        assert_eq!(word("naïve"), "naïve");
    }

    #[test]
    fn quoted_text_has_nothing_that_ends_it() {
        assert_eq!(quoted("a\"b\\c\n%%{x};"), "a'b/c __{x}_");
        assert_eq!(quoted("my direction LR"), "my_direction_LR");
    }

    #[test]
    fn names_stay_distinct() {
        let mut taken = BTreeSet::new();
        let names = ["a'b", "a'b", "a'b_2"].map(|it| distinct(it.to_owned(), &mut taken));
        assert_eq!(names, ["a'b", "a'b_2", "a'b_2_2"]);
    }

    #[test]
    fn labels_are_no_markup() {
        assert_eq!(escaped("a<b>\"c\"`"), "a#60;b#62;#34;c#34;#96;");
    }
}
