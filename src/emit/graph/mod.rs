//! Diagrams of a schema: what its tables are and how they hang together, or which object needs which.
//!
//! # Steps
//! [`er::diagram`] or [`dependencies::diagram`] makes a [`Diagram`] of a catalog, [`select`] keeps a part of it, and
//! [`mermaid::text`], [`dot::text`] or [`svg::text`] writes it. Programs get the diagram itself, as JSON.
//!
//! # Adding a format
//! A file with a function from a [`Diagram`] to text. What is asked of all formats: the same source makes the same
//! bytes, and a name with any character in it stays text.

pub mod dependencies;
pub mod dot;
pub mod er;
pub mod mermaid;
pub mod select;
pub mod svg;

use crate::object::address::{Address, Name, Qualified};

/// What a diagram shows of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Tables with their columns, enums with their labels, foreign keys.
    Er,
    /// Every object and what it needs.
    Dependencies,
}

/// Nodes and the edges between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagram {
    /// What it shows.
    pub sort: Sort,
    /// The nodes, in order of their addresses.
    pub nodes: Vec<Node>,
    /// The edges, in order of the nodes that they leave.
    pub edges: Vec<Edge>,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The object.
    pub at: Address,
    /// Its comment.
    pub comment: Option<Box<str>>,
    /// What is shown of it.
    pub rows: Rows,
    /// Its partitions and theirs, which have no nodes of their own.
    pub partitions: Vec<Qualified>,
}

/// What is shown of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Its name alone.
    None,
    /// The columns of a table.
    Columns(Vec<Column>),
    /// The labels of an enum.
    Labels(Vec<Box<str>>),
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name.
    pub name: Name,
    /// The type in few letters: `timestamptz`, and without schema for a type of the table's own.
    pub ty: String,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Whether it is in the primary key.
    pub primary: bool,
    /// Whether it alone is unique, by a constraint or index on all rows.
    pub unique: bool,
    /// Whether it is in a foreign key.
    pub foreign: bool,
    /// Its comment.
    pub comment: Option<Box<str>>,
}

/// That one object needs another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The node that needs the other.
    pub from: usize,
    /// The node that is needed.
    pub to: usize,
    /// Why.
    pub link: Link,
}

/// Why one object needs another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// A foreign key.
    ForeignKey(ForeignKey),
    /// A column has the enum, or an array of it, for its type.
    Type {
        /// The column's place in its table.
        column: usize,
    },
    /// A table has the columns of another.
    Inherits,
    /// Anything that PostgreSQL would record in `pg_depend`.
    Needs,
}

/// A foreign key between two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// The name of the constraint.
    pub name: Name,
    /// The referencing columns.
    pub columns: Vec<Name>,
    /// The referenced columns.
    pub referenced: Vec<Name>,
    /// Whether at most one row refers to a row: the columns are unique.
    pub one: bool,
    /// Whether a row may refer to none: a column may be NULL.
    pub optional: bool,
}

impl Node {
    /// Returns the name as it is shown: with its schema, unless that is `public` or none.
    pub fn title(&self) -> String {
        let schema = &self.at.schema;
        if schema.is_empty() || schema == "public" {
            self.at.name.to_string()
        } else {
            format!("{schema}.{}", self.at.name)
        }
    }
}

/// Returns the words of a foreign key: its columns on both sides.
fn columns_shown(key: &ForeignKey) -> String {
    key.columns.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")
}
