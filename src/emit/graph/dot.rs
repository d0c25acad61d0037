//! A diagram for Graphviz.

use std::fmt::Write as _;

use super::{Column, Diagram, Edge, ForeignKey, Link, Node, Rows, columns_shown};

/// Writes the diagram.
pub fn text(diagram: &Diagram) -> String {
    let mut out = String::from(
        "digraph schema {\n  rankdir=LR;\n  nodesep=0.4;\n  ranksep=0.9;\n  \
         node [shape=plain, fontname=\"Helvetica\", fontsize=11];\n  \
         edge [fontname=\"Helvetica\", fontsize=9, color=\"#64748b\"];\n",
    );
    for (n, node) in diagram.nodes.iter().enumerate() {
        let _ =
            writeln!(out, "  n{n} [tooltip={}, label=<{}>];", string(&tooltip(node)), table(node));
    }
    for edge in &diagram.edges {
        let _ = writeln!(out, "  {}", line(diagram, edge));
    }
    out.push_str("}\n");
    out
}

fn tooltip(node: &Node) -> String {
    let name = format!("{} {}", node.at.kind.word(), node.title());
    node.comment.as_ref().map_or(name.clone(), |comment| format!("{name}: {comment}"))
}

/// Writes a node as a table: a line with its name, then its rows.
fn table(node: &Node) -> String {
    let mut out = String::from(
        "<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"4\" color=\"#94a3b8\">",
    );
    let kind = match node.rows {
        Rows::Columns(_) => String::new(),
        Rows::None | Rows::Labels(_) => format!(
            "<font color=\"#64748b\" point-size=\"9\">{}</font> ",
            html(node.at.kind.word())
        ),
    };
    let title = html(&node.title());
    let _ = write!(
        out,
        "<tr><td port=\"head\" colspan=\"2\" bgcolor=\"#e2e8f0\">{kind}<b>{title}</b></td></tr>"
    );
    match &node.rows {
        Rows::None => {}
        Rows::Columns(columns) => {
            columns.iter().enumerate().for_each(|(n, column)| row(&mut out, n, column));
        }
        Rows::Labels(labels) => labels.iter().for_each(|label| {
            let _ = write!(out, "<tr><td colspan=\"2\" align=\"left\">{}</td></tr>", html(label));
        }),
    }
    if !node.partitions.is_empty() {
        let n_partitions = node.partitions.len();
        let _ = write!(out, "<tr><td colspan=\"2\"><i>partitions: {n_partitions}</i></td></tr>");
    }
    out.push_str("</table>");
    out
}

fn row(out: &mut String, n: usize, column: &Column) {
    let name = html(&column.name);
    let name = if column.primary { format!("<u>{name}</u>") } else { name };
    let keys: String = [("PK", column.primary), ("FK", column.foreign), ("UK", column.unique)]
        .iter()
        .filter(|(_, has)| *has)
        .map(|(key, _)| format!(" <font color=\"#64748b\" point-size=\"8\">{key}</font>"))
        .collect();
    let null = if column.nullable { "?" } else { "" };
    let _ = write!(
        out,
        "<tr><td port=\"c{n}\" align=\"left\">{name}{keys}</td>\
         <td port=\"t{n}\" align=\"left\"><font color=\"#475569\">{}{null}</font></td></tr>",
        html(&column.ty)
    );
}

/// Writes an edge from the row of its last column.
fn line(diagram: &Diagram, edge: &Edge) -> String {
    let Edge { from, to, link } = edge;
    let arrows = |tail: &str, head: &str| format!("dir=both, arrowtail={tail}, arrowhead={head}");
    let port = |node: usize, column: Option<usize>| match column {
        Some(column) => format!("n{node}:c{column}:w"),
        None => format!("n{node}:head"),
    };
    match link {
        Link::ForeignKey(key) => {
            let source = port(*from, position(diagram, *from, key.columns.last()));
            let target = match position(diagram, *to, key.referenced.last()) {
                Some(column) => format!("n{to}:t{column}:e"),
                None => format!("n{to}:head"),
            };
            let (tail, head) = ends(key);
            let label = string(&columns_shown(key));
            // The referenced table stands on the left.
            format!("{target} -> {source} [{}, tooltip={label}];", arrows(head, tail))
        }
        Link::Type { column } => {
            let head = "style=dotted, arrowhead=none";
            format!("n{from}:t{column}:e -> n{to}:head [{head}];")
        }
        Link::Inherits => format!("n{to} -> n{from} [dir=back, arrowtail=onormal, style=dashed];"),
        Link::Needs => format!("n{from}:head -> n{to}:head;"),
    }
}

/// Returns the shapes of the referencing and the referenced end.
fn ends(key: &ForeignKey) -> (&'static str, &'static str) {
    let many = if key.one { "teeodot" } else { "crowodot" };
    let one = if key.optional { "teeodot" } else { "teetee" };
    (many, one)
}

fn position(
    diagram: &Diagram,
    node: usize,
    name: Option<&crate::object::address::Name>,
) -> Option<usize> {
    let name = name?;
    match &diagram.nodes.get(node)?.rows {
        Rows::Columns(columns) => columns.iter().position(|it| it.name == *name),
        Rows::None | Rows::Labels(_) => None,
    }
}

/// Returns a text as it can stand in an HTML-like label. Graphviz refuses characters that XML has none of.
fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Returns a text as a quoted string. A backslash begins an escape such as `\N`, the name of the node.
fn string(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;");
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(html("<b>&\"x\"\u{1}"), "&lt;b&gt;&amp;&quot;x&quot; ");
        assert_eq!(string("a\"b\\N\n"), "\"a\\\"b\\\\N \"");
    }
}
