//! When a constraint is checked and for which rows: shared by constraints, foreign keys and constraint triggers.

use super::address::Address;
use super::steps::Steps;
use crate::sql::ident::quote_ident;
use crate::syntax::Node;

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timing {
    /// At once, always.
    #[default]
    Immediate,
    /// At once, or at commit if a transaction asks for it.
    Deferrable,
    /// At commit, unless a transaction asks otherwise.
    Deferred,
}

/// Whether a constraint holds for rows that were there before it, and for new ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validation {
    /// For all rows.
    #[default]
    Valid,
    /// Only for new ones.
    NotValid,
    /// For none: it documents (PostgreSQL 18 and later).
    NotEnforced,
}

/// Reads `deferrable`, `initially deferred`, `not valid`, `not enforced`.
pub(crate) fn read_flags(flags: &[Node<'_>]) -> (Timing, Validation) {
    let has = |words: &str| flags.iter().any(|flag| flag.is(words));
    let timing = match (has("initially deferred"), has("deferrable")) {
        (true, _) => Timing::Deferred,
        (false, true) => Timing::Deferrable,
        (false, false) => Timing::Immediate,
    };
    let validation = match (has("not enforced"), has("not valid")) {
        (true, _) => Validation::NotEnforced,
        (false, true) => Validation::NotValid,
        (false, false) => Validation::Valid,
    };
    (timing, validation)
}

/// Writes what [`read_flags`] reads, with a blank before each.
pub(crate) fn flags_sql(timing: Timing, validation: Validation) -> &'static str {
    match (timing, validation) {
        (Timing::Immediate, Validation::Valid) => "",
        (Timing::Immediate, Validation::NotValid) => " NOT VALID",
        (Timing::Immediate, Validation::NotEnforced) => " NOT ENFORCED",
        (Timing::Deferrable, Validation::Valid) => " DEFERRABLE",
        (Timing::Deferrable, Validation::NotValid) => " DEFERRABLE NOT VALID",
        (Timing::Deferrable, Validation::NotEnforced) => " DEFERRABLE NOT ENFORCED",
        (Timing::Deferred, Validation::Valid) => " DEFERRABLE INITIALLY DEFERRED",
        (Timing::Deferred, Validation::NotValid) => " DEFERRABLE INITIALLY DEFERRED NOT VALID",
        (Timing::Deferred, Validation::NotEnforced) => {
            " DEFERRABLE INITIALLY DEFERRED NOT ENFORCED"
        }
    }
}

/// Tells whether rows that a constraint was not held to can be held to it by and by, or whether nothing changes.
pub(super) fn validates(old: Validation, new: Validation) -> bool {
    old == new || (old, new) == (Validation::NotValid, Validation::Valid)
}

/// Writes the statement that holds the rows that were there before to a constraint.
pub(super) fn validate(at: &Address, steps: &mut Steps<'_>) {
    steps.push(format!(
        "ALTER TABLE {} VALIDATE CONSTRAINT {}",
        at.relation(),
        quote_ident(&at.name)
    ));
}

/// Writes the statement that drops a constraint.
pub(super) fn drop_constraint(at: &Address, steps: &mut Steps<'_>) {
    steps.push(format!("ALTER TABLE {} DROP CONSTRAINT {}", at.relation(), quote_ident(&at.name)));
}
