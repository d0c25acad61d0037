//! How a table becomes another: `ALTER TABLE`.

use super::address::{Address, Qualified};
use super::column_change::{Columns, parameters};
use super::contract::Alter;
use super::partition::PartitionOf;
use super::replica_identity::ReplicaIdentity;
use super::steps::Steps;
use super::table::Table;
use super::trigger_state::TriggerState;
use crate::sql::ident::quote_ident;

/// Writes the statements that make one table of another, as far as there are any.
pub(super) fn alter(old: &Table, new: &Table, at: &Address, steps: &mut Steps<'_>) -> Alter {
    // A key of partitions can't be changed, nor can a table begin or cease to have one.
    if old.partition_by != new.partition_by {
        return Alter::Replace;
    }
    let name = at.sql();
    let (before, after) = (old.parents(), new.parents());
    before.let_go(&after, &name, "TABLE", steps);
    if old.of_type != new.of_type && old.of_type.is_some() {
        steps.push(format!("ALTER TABLE {name} NOT OF"));
    }
    if let Some(method) = new.method.as_ref().filter(|_| old.method != new.method) {
        steps.push(format!("ALTER TABLE {name} SET ACCESS METHOD {}", quote_ident(method)));
    } else if old.method != new.method {
        steps.push(format!("ALTER TABLE {name} SET ACCESS METHOD heap"));
    }
    if old.unlogged != new.unlogged {
        let word = if new.unlogged { "UNLOGGED" } else { "LOGGED" };
        steps.push(format!("ALTER TABLE {name} SET {word}"));
    }
    let columns =
        Columns { old: &old.columns, new: &new.columns, table: at.relation(), word: "TABLE" };
    columns.write(steps);
    after.take_up(&before, &name, "TABLE", steps);
    if let Some(ty) = new.of_type.as_ref().filter(|_| old.of_type != new.of_type) {
        steps.push(format!("ALTER TABLE {name} OF {ty}"));
    }
    parameters(&old.with, &new.with, &format!("ALTER TABLE {name}"), steps);
    if old.tablespace != new.tablespace {
        let tablespace = new.tablespace.as_deref().unwrap_or("pg_default");
        steps.push(format!("ALTER TABLE {name} SET TABLESPACE {}", quote_ident(tablespace)));
    }
    row_security(old, new, &name, steps);
    if old.replica_identity != new.replica_identity {
        match &new.replica_identity {
            ReplicaIdentity::Default => {
                steps.push(format!("ALTER TABLE {name} REPLICA IDENTITY DEFAULT"))
            }
            it => it.sql(&name, "TABLE", steps),
        }
    }
    trigger_states(&old.trigger_states, &new.trigger_states, &name, "TABLE", steps);
    if old.cluster_on.is_some() && new.cluster_on.is_none() {
        steps.push(format!("ALTER TABLE {name} SET WITHOUT CLUSTER"));
    }
    Alter::InPlace
}

fn row_security(old: &Table, new: &Table, name: &str, steps: &mut Steps<'_>) {
    let (before, after) = (old.row_security, new.row_security);
    if before.enabled != after.enabled {
        let word = if after.enabled { "ENABLE" } else { "DISABLE" };
        steps.push(format!("ALTER TABLE {name} {word} ROW LEVEL SECURITY"));
    }
    if before.forced != after.forced {
        let word = if after.forced { "FORCE" } else { "NO FORCE" };
        steps.push(format!("ALTER TABLE {name} {word} ROW LEVEL SECURITY"));
    }
}

/// What a table hangs on: what it is a partition of, what it inherits, and whether it is attached by itself.
pub(super) struct Parents<'p> {
    pub(super) of: Option<&'p PartitionOf>,
    pub(super) inherits: &'p [Qualified],
    pub(super) attached: bool,
}

impl Parents<'_> {
    /// Writes what detaches a table from parents that it no longer has, before anything is dropped.
    pub(super) fn let_go(&self, new: &Parents<'_>, name: &str, word: &str, steps: &mut Steps<'_>) {
        if let Some(it) = self.of.filter(|it| !new.is_of(it)) {
            steps.before.push(format!("ALTER TABLE {} DETACH PARTITION {name}", it.parent));
        }
        for parent in self.inherits.iter().filter(|it| !new.inherits.contains(it)) {
            steps.before.push(format!("ALTER {word} {name} NO INHERIT {parent}"));
        }
    }

    /// Writes what attaches a table to parents that it has not had, where `finish` does not.
    pub(super) fn take_up(&self, old: &Parents<'_>, name: &str, word: &str, steps: &mut Steps<'_>) {
        if let Some(it) = self.of.filter(|it| !it.attached && !old.is_of(it)) {
            let bound = it.bound_sql();
            steps.push(format!("ALTER TABLE {} ATTACH PARTITION {name} {bound}", it.parent));
        }
        let fresh = self.inherits.iter().filter(|it| !self.attached && !old.inherits.contains(it));
        fresh.for_each(|it| steps.push(format!("ALTER {word} {name} INHERIT {it}")));
    }

    fn is_of(&self, other: &PartitionOf) -> bool {
        self.of.is_some_and(|it| (&it.parent, &it.bound) == (&other.parent, &other.bound))
    }
}

/// Writes what takes the state of triggers back to what it is of itself.
pub(super) fn trigger_states(
    old: &[TriggerState],
    new: &[TriggerState],
    name: &str,
    word: &str,
    steps: &mut Steps<'_>,
) {
    for state in old.iter().filter(|it| !new.iter().any(|other| other.name == it.name)) {
        steps.push(format!("ALTER {word} {name} ENABLE TRIGGER {}", quote_ident(&state.name)));
    }
}
