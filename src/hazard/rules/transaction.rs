//! What goes wrong because of the transaction that a statement stands in.

use super::Hazard;
use crate::diagnostic::rule::rule;
use crate::object::address::Qualified;
use crate::sql::lex::TextRange;

rule!(REFUSED_IN_TRANSACTION, Error, "refused-in-transaction");
rule!(LABEL_USED_TOO_EARLY, Warning, "label-used-too-early");
rule!(LONG_WORK_UNDER_LOCK, Warning, "long-work-under-lock");
rule!(MANY_STRONG_LOCKS, Note, Off, "many-strong-locks");
rule!(LOCK_WITHOUT_TIMEOUT, Warning, Off, "lock-without-timeout");
rule!(INDEX_MAY_BE_INVALID, Note, "index-may-be-invalid");
rule!(STATEMENT_NOT_UNDERSTOOD, Note, "statement-not-understood");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[
    &REFUSED_IN_TRANSACTION,
    &LABEL_USED_TOO_EARLY,
    &LONG_WORK_UNDER_LOCK,
    &MANY_STRONG_LOCKS,
    &LOCK_WITHOUT_TIMEOUT,
    &INDEX_MAY_BE_INVALID,
    &STATEMENT_NOT_UNDERSTOOD,
];

fn of_whole(rule: &'static crate::diagnostic::Rule, message: String) -> Hazard {
    Hazard { at: None, ..Hazard::new(rule, message, TextRange::default()) }
}

pub(in crate::hazard) fn refused() -> Hazard {
    let message = "PostgreSQL refuses this statement in a transaction".to_owned();
    of_whole(&REFUSED_IN_TRANSACTION, message)
        .label("stands in a transaction here")
        .help("write `-- schemac: no-transaction` on the line before it")
}

pub(in crate::hazard) fn label_used(label: &str, at: TextRange) -> Hazard {
    let message = format!("the label `{label}` can't be used before it is committed");
    let help = "write `-- schemac: no-transaction` before the `ALTER TYPE`, and \
                `-- schemac: transaction` after it";
    Hazard::new(&LABEL_USED_TOO_EARLY, message, at)
        .label("added in the same transaction")
        .help(help)
}

pub(in crate::hazard) fn long_work(locked: &Qualified, worked: &Qualified, what: &str) -> Hazard {
    let message = format!("`{locked}` stays locked while `{worked}` is {what}");
    of_whole(&LONG_WORK_UNDER_LOCK, message)
        .label("a statement before it in this transaction took the lock")
        .help("put it into a transaction of its own, by `-- schemac: no-transaction` before it")
        .table(worked)
}

pub(in crate::hazard) fn many_locks(locked: &[Qualified]) -> Hazard {
    let names: Vec<String> = locked.iter().take(3).map(|it| format!("`{it}`")).collect();
    let more = match locked.len().saturating_sub(names.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!("one transaction locks {}{more} against everybody", names.join(", "));
    of_whole(&MANY_STRONG_LOCKS, message)
        .label("here all of them are locked")
        .help("lock one table a transaction, so that nobody waits in a circle")
}

pub(in crate::hazard) fn without_timeout(locked: &Qualified) -> Hazard {
    let message = format!("while this waits for `{locked}`, all others wait for it");
    of_whole(&LOCK_WITHOUT_TIMEOUT, message)
        .label("takes a strong lock, however long that takes")
        .help("run `SET LOCAL lock_timeout TO '3s'` before it, or let `schemac migrate` run it")
}

pub(in crate::hazard) fn index_may_be_invalid(table: &Qualified, at: TextRange) -> Hazard {
    let message =
        "an invalid index that a failed build left is taken as if it were there".to_owned();
    let help = "leave `IF NOT EXISTS` out: `schemac migrate` drops what a failed build left; \
                elsewhere drop it by `DROP INDEX CONCURRENTLY IF EXISTS` before";
    Hazard::new(&INDEX_MAY_BE_INVALID, message, at)
        .label("`IF NOT EXISTS` asks for its name only")
        .help(help)
        .table(table)
}

pub(in crate::hazard) fn not_understood() -> Hazard {
    let message = "what this statement locks and endangers can't be told".to_owned();
    of_whole(&STATEMENT_NOT_UNDERSTOOD, message)
        .label("not understood")
        .help("look at it yourself, and say so by `-- schemac: allow statement-not-understood: …`")
}
