//! What of an old row is logged for logical replication: `ALTER TABLE … REPLICA IDENTITY`, `pg_class.relreplident`.

use super::address::{Address, Kind, Name, Qualified};
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::ident::quote_ident;
use crate::syntax::{Node, Rule};

/// What of an old row is logged for logical replication.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReplicaIdentity {
    /// The primary key.
    #[default]
    Default,
    /// All columns.
    Full,
    /// Nothing.
    Nothing,
    /// The columns of this index.
    Index(Name),
}

impl ReplicaIdentity {
    /// Reads `replica identity …`.
    pub(crate) fn read(node: Node<'_>, cx: &mut Reader<'_>) -> ReplicaIdentity {
        let kind = node.child(Rule::replica_kind).map(|it| it.words());
        match (cx.child_name(node), kind.as_deref()) {
            (Some(index), _) => ReplicaIdentity::Index(index),
            (None, Some("full")) => ReplicaIdentity::Full,
            (None, Some("nothing")) => ReplicaIdentity::Nothing,
            (None, _) => ReplicaIdentity::Default,
        }
    }

    /// Writes what needs no index; `word` is `TABLE` or `MATERIALIZED VIEW`.
    pub(crate) fn sql(&self, relation: &str, word: &str, steps: &mut Steps<'_>) {
        let identity = match self {
            ReplicaIdentity::Full => "FULL",
            ReplicaIdentity::Nothing => "NOTHING",
            ReplicaIdentity::Default | ReplicaIdentity::Index(_) => return,
        };
        steps.push(format!("ALTER {word} {relation} REPLICA IDENTITY {identity}"));
    }

    /// Writes what leads to another one that needs no index.
    pub(crate) fn alter(&self, new: &Self, relation: &str, word: &str, steps: &mut Steps<'_>) {
        match new {
            new if new == self => {}
            ReplicaIdentity::Default => {
                steps.push(format!("ALTER {word} {relation} REPLICA IDENTITY DEFAULT"));
            }
            ReplicaIdentity::Full | ReplicaIdentity::Nothing | ReplicaIdentity::Index(_) => {
                new.sql(relation, word, steps);
            }
        }
    }

    /// Writes what comes after an index.
    pub(crate) fn late_sql(
        &self,
        at: &Address,
        word: &str,
        after: &mut Vec<Address>,
        steps: &mut Steps<'_>,
    ) {
        if let ReplicaIdentity::Index(index) = self {
            after.extend(index_addresses(&at.relation(), index));
            let (relation, index) = (at.sql(), quote_ident(index));
            steps.push(format!("ALTER {word} {relation} REPLICA IDENTITY USING INDEX {index}"));
        }
    }
}

/// Returns what an index of a relation can be: one by itself, or the one behind a constraint.
pub(crate) fn index_addresses(relation: &Qualified, name: &Name) -> [Address; 2] {
    [Kind::Index, Kind::Constraint].map(|kind| Address::of(kind, relation, name.clone()))
}
