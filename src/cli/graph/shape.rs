//! A diagram for programs: the shape that docs/json.md describes.

use serde::Serialize;

use crate::cli::json;
use crate::emit::graph::{Column, Diagram, Edge, Link, Node, Rows, Sort};

#[derive(Serialize)]
struct Shape<'d> {
    generator: String,
    version: u32,
    diagram: &'static str,
    nodes: Vec<NodeShape<'d>>,
    edges: Vec<EdgeShape<'d>>,
}

#[derive(Serialize)]
struct NodeShape<'d> {
    kind: &'static str,
    schema: Option<&'d str>,
    name: &'d str,
    comment: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    columns: Option<Vec<ColumnShape<'d>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<Vec<&'d str>>,
    partitions: Vec<String>,
}

#[derive(Serialize)]
struct ColumnShape<'d> {
    name: &'d str,
    #[serde(rename = "type")]
    ty: &'d str,
    nullable: bool,
    primary_key: bool,
    unique: bool,
    foreign_key: bool,
    comment: Option<&'d str>,
}

#[derive(Serialize)]
struct EdgeShape<'d> {
    from: usize,
    to: usize,
    kind: &'static str,
    name: Option<&'d str>,
    columns: Vec<&'d str>,
    referenced: Vec<&'d str>,
    one: Option<bool>,
    optional: Option<bool>,
}

/// Returns a diagram as one JSON object.
pub(super) fn json(diagram: &Diagram, generator: String) -> String {
    json::text(&Shape {
        generator,
        version: json::VERSION,
        diagram: match diagram.sort {
            Sort::Er => "er",
            Sort::Dependencies => "dependencies",
        },
        nodes: diagram.nodes.iter().map(node).collect(),
        edges: diagram.edges.iter().map(|it| edge(it, diagram)).collect(),
    })
}

fn node(node: &Node) -> NodeShape<'_> {
    let (columns, labels) = match &node.rows {
        Rows::None => (None, None),
        Rows::Columns(columns) => (Some(columns.iter().map(column).collect()), None),
        Rows::Labels(labels) => (None, Some(labels.iter().map(AsRef::as_ref).collect())),
    };
    NodeShape {
        kind: node.at.kind.word(),
        schema: Some(node.at.schema.as_str()).filter(|it| !it.is_empty()),
        name: &node.at.name,
        comment: node.comment.as_deref(),
        columns,
        labels,
        partitions: node.partitions.iter().map(|it| format!("{}.{}", it.schema, it.name)).collect(),
    }
}

fn column(column: &Column) -> ColumnShape<'_> {
    ColumnShape {
        name: &column.name,
        ty: &column.ty,
        nullable: column.nullable,
        primary_key: column.primary,
        unique: column.unique,
        foreign_key: column.foreign,
        comment: column.comment.as_deref(),
    }
}

fn edge<'d>(edge: &'d Edge, diagram: &'d Diagram) -> EdgeShape<'d> {
    let Edge { from, to, link } = edge;
    let plain = |kind| EdgeShape {
        from: *from,
        to: *to,
        kind,
        name: None,
        columns: Vec::new(),
        referenced: Vec::new(),
        one: None,
        optional: None,
    };
    match link {
        Link::ForeignKey(key) => EdgeShape {
            name: Some(&key.name),
            columns: key.columns.iter().map(|it| it.as_str()).collect(),
            referenced: key.referenced.iter().map(|it| it.as_str()).collect(),
            one: Some(key.one),
            optional: Some(key.optional),
            ..plain("foreign key")
        },
        Link::Type { column } => {
            let columns = match diagram.nodes.get(*from).map(|node| &node.rows) {
                Some(Rows::Columns(columns)) => columns.get(*column).map(|it| it.name.as_str()),
                Some(Rows::None | Rows::Labels(_)) | None => None,
            };
            EdgeShape { columns: columns.into_iter().collect(), ..plain("type") }
        }
        Link::Inherits => plain("inherits"),
        Link::Needs => plain("needs"),
    }
}
