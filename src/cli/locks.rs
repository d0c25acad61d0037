//! Says when one transaction would hold more locks than a server is sure to have room for.

use crate::emit::sql::{DEFAULT_LOCKS, Transactions, locks};
use crate::plan::Plan;

/// Returns lines of warning, if one transaction is asked for and it would hold too many locks.
pub(super) fn warning(plan: &Plan, transactions: Transactions) -> Option<[String; 3]> {
    let n_locks = locks(plan);
    if transactions != Transactions::One || n_locks <= DEFAULT_LOCKS {
        return None;
    }
    let setting = n_locks.div_ceil(100);
    Some([
        format!("One transaction for all of this holds about {n_locks} locks;"),
        format!(
            "a server with default settings has room for {DEFAULT_LOCKS} (max_locks_per_transaction = 64)."
        ),
        format!("Set it to {setting} or more, or cut the script into transactions with --batch."),
    ])
}
