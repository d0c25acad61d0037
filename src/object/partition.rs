//! How tables are partitioned: `PARTITION BY`, `PARTITION OF`; `pg_partitioned_table`, `pg_class.relpartbound`. And how
//! tables are attached to their parents.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, only those of this kind are read here"
)]

use super::address::{Name, Qualified};
use super::index_element::IndexElement;
use super::reader::{Form, Reader, Scope};
use crate::sql::expr::Expr;
use crate::sql::writer::comma;
use crate::syntax::{Node, Rule};

/// How a table is partitioned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionBy {
    /// By which sort of bounds.
    pub strategy: Strategy,
    /// The key.
    pub elements: Vec<IndexElement>,
}

/// The sorts of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Strategy {
    Range,
    List,
    Hash,
}

/// What a partition is a part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionOf {
    /// The partitioned table.
    pub parent: Qualified,
    /// The rows it holds.
    pub bound: Bound,
    /// Whether it is a table of its own that is attached: its columns and constraints are all its own, in its own order.
    pub attached: bool,
}

/// The rows that a partition holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Those that no other partition holds.
    Default,
    /// From these values, included, to those, excluded.
    Range(Vec<Expr>, Vec<Expr>),
    /// These values.
    List(Vec<Expr>),
    /// Those whose hash leaves this remainder.
    Hash {
        /// The divisor.
        modulus: Name,
        /// The remainder.
        remainder: Name,
    },
}

impl PartitionBy {
    pub(crate) fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<PartitionBy> {
        let strategy = match node.child(Rule::partition_strategy)?.words().as_str() {
            "range" => Strategy::Range,
            "list" => Strategy::List,
            _ => Strategy::Hash,
        };
        let elements =
            node.all(Rule::index_element).filter_map(|it| IndexElement::read(it, cx)).collect();
        Some(PartitionBy { strategy, elements })
    }

    pub(crate) fn sql(&self) -> String {
        format!(
            "PARTITION BY {} ({})",
            self.strategy.word(),
            comma(self.elements.iter().map(IndexElement::sql))
        )
    }

    /// Returns the access method whose operator classes the key uses.
    pub(crate) fn method(&self) -> &'static str {
        match self.strategy {
            Strategy::Range | Strategy::List => "btree",
            Strategy::Hash => "hash",
        }
    }
}

impl Strategy {
    /// Returns the strategy's word, upper case.
    pub fn word(self) -> &'static str {
        match self {
            Strategy::Range => "RANGE",
            Strategy::List => "LIST",
            Strategy::Hash => "HASH",
        }
    }
}

impl PartitionOf {
    /// Reads the bound of a partition declared within its parent, whose address is the relation being read.
    pub(crate) fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<PartitionOf> {
        let parent = cx.relation();
        PartitionOf::read_bound(parent, node.child(Rule::bound)?, false, cx)
    }

    /// Reads a bound.
    pub(crate) fn read_bound(
        parent: Qualified,
        node: Node<'_>,
        attached: bool,
        cx: &mut Reader<'_>,
    ) -> Option<PartitionOf> {
        let bound = node.first()?;
        let values = |list: Node<'_>, cx: &mut Reader<'_>| -> Vec<Expr> {
            list.all(Rule::bound_value).map(|it| bound_value(it, cx)).collect()
        };
        let bound = match bound.rule() {
            Rule::bound_range => {
                let lists: Vec<Vec<Expr>> =
                    bound.all(Rule::bound_values).map(|list| values(list, cx)).collect();
                let mut lists = lists.into_iter();
                Bound::Range(lists.next()?, lists.next()?)
            }
            Rule::bound_list => {
                Bound::List(bound.child(Rule::bound_values).map(|list| values(list, cx))?)
            }
            Rule::bound_hash => {
                let mut numbers = bound.all(Rule::number).map(|it| Name::from(it.text()));
                Bound::Hash { modulus: numbers.next()?, remainder: numbers.next()? }
            }
            _ => Bound::Default,
        };
        Some(PartitionOf { parent, bound, attached })
    }

    /// Writes the statement that attaches a table as this partition; `None` where its parent makes it.
    pub(crate) fn attach_sql(&self, table: &str) -> Option<String> {
        let bound = self.bound_sql();
        self.attached
            .then(|| format!("ALTER TABLE ONLY {} ATTACH PARTITION {table} {bound}", self.parent))
    }

    pub(crate) fn bound_sql(&self) -> String {
        match &self.bound {
            Bound::Default => "DEFAULT".to_owned(),
            Bound::Range(from, to) => {
                format!("FOR VALUES FROM ({}) TO ({})", comma(from), comma(to))
            }
            Bound::List(values) => format!("FOR VALUES IN ({})", comma(values)),
            Bound::Hash { modulus, remainder } => {
                format!("FOR VALUES WITH (MODULUS {modulus}, REMAINDER {remainder})")
            }
        }
    }
}

/// Writes the statements that let a table inherit that was made by itself; `word` is `TABLE` or `FOREIGN TABLE`.
pub(crate) fn inherit_sql(
    parents: &[Qualified],
    table: &str,
    word: &str,
) -> impl Iterator<Item = String> {
    parents.iter().map(move |parent| format!("ALTER {word} {table} INHERIT {parent}"))
}

/// `minvalue` and `maxvalue` are words, not columns.
fn bound_value(node: Node<'_>, cx: &mut Reader<'_>) -> Expr {
    match node.words().as_str() {
        word @ ("minvalue" | "maxvalue") => Expr::new(&word.to_uppercase()),
        _ => cx.expr(node, Form::Value, None, Scope::default()),
    }
}
