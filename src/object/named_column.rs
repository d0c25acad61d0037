//! Columns that something outside of the relation's own members names: privileges, publications, owned sequences.
//! They are looked up once every relation is known.

use std::sync::Arc;

use super::address::{Name, Qualified};
use super::inclusion::Inclusion;
use super::names::Sort;
use super::reader::{Path, Reader};
use crate::source::Span;
use crate::syntax::Node;

/// A column that is named.
#[derive(Debug)]
pub(crate) struct NamedColumn {
    pub(crate) relation: Qualified,
    pub(crate) name: Name,
    pub(crate) span: Span,
    pub(crate) inclusion: Option<Arc<Inclusion>>,
}

impl Reader<'_> {
    /// Keeps the column that a node names.
    pub(crate) fn names_column(&mut self, relation: &Qualified, node: Node<'_>) -> Name {
        let name = self.name(node);
        self.keep_column(relation, &name, node.span());
        name
    }

    /// Keeps a column that is named at a place.
    pub(crate) fn keep_column(&mut self, relation: &Qualified, name: &Name, span: Span) {
        let (relation, name) = (relation.clone(), name.clone());
        let inclusion = self.inclusion.clone();
        self.named_columns.push(NamedColumn { relation, name, span, inclusion });
    }

    /// Finds the relation that a part of a node's text names, and reports one that does not exist.
    pub(crate) fn relation_named(&mut self, path: &Path, span: Span) -> Option<Qualified> {
        let text = match &path.schema {
            Some(schema) => format!("{schema}.{}", path.name),
            None => path.name.to_string(),
        };
        self.find_path(Sort::Relation, path, &text, span)
    }
}
