//! How a table or foreign table gets other parents and lets its triggers be: `ATTACH PARTITION`, `INHERIT`, `ENABLE TRIGGER`.

use super::address::Qualified;
use super::partition::PartitionOf;
use super::steps::Steps;
use super::trigger_state::TriggerState;
use crate::sql::ident::quote_ident;

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
