//! A plan as an SQL script that `psql` runs.

use std::fmt::Write as _;

use crate::object::address::Name;
use crate::plan::{Plan, Transaction};
use crate::sql::writer::name_list;

/// How a script is cut into transactions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transactions {
    /// All in one: everything is made, or nothing.
    #[default]
    One,
    /// A new one before this many locks are held, for servers whose lock table could not hold all.
    Locks(u32),
}

/// The locks that a server with default settings is sure to have room for: `max_locks_per_transaction` (64) times
/// `max_connections` (100) (manual 20.12).
pub const DEFAULT_LOCKS: u32 = 6_400;

/// Returns how many locks one transaction for a whole plan would hold at its end, as a rule of thumb.
pub fn locks(plan: &Plan) -> u32 {
    plan.steps.iter().map(|step| step.n_locks).sum()
}

/// Writes a plan as a script. Empty for an empty plan.
pub fn script(plan: &Plan, transactions: Transactions) -> String {
    let mut out = String::with_capacity(plan.steps.len() * 160);
    let default_path: Vec<Name> = vec![Name::new_static("public")];
    let mut path: Vec<Name> = Vec::new();
    let mut n_locks = 0;
    let mut open = false;
    for step in &plan.steps {
        let full =
            matches!(transactions, Transactions::Locks(limit) if limit < n_locks + step.n_locks);
        let alone = step.transaction == Transaction::Alone;
        if open && (full || alone) {
            out.push_str("COMMIT;\n\n");
            open = false;
        }
        if alone {
            let _ = writeln!(out, "{};\n", step.sql);
            continue;
        }
        if !open {
            out.push_str("BEGIN;\n");
            (path, n_locks, open) = (Vec::new(), 0, true);
        }
        n_locks += step.n_locks;
        let wanted = if step.search.is_empty() { &default_path } else { &step.search };
        if path != *wanted {
            // What follows is found as the language says: PostgreSQL's own, the file's schema, `public`.
            let _ = writeln!(out, "SET LOCAL search_path = {};", name_list(wanted));
            path.clone_from(wanted);
        }
        let _ = writeln!(out, "\n{};", step.sql);
    }
    if open {
        out.push_str("\nCOMMIT;\n");
    }
    out
}
