//! What keeps others waiting: rewrites and scans under a strong lock.

use super::Hazard;
use crate::diagnostic::rule::rule;
use crate::object::address::Qualified;
use crate::sql::lex::TextRange;

rule!(REWRITES_TABLE, Warning, "rewrites-table");
rule!(SCANS_UNDER_STRONG_LOCK, Warning, "scans-under-strong-lock");
rule!(CHECK_WITHOUT_NOT_VALID, Warning, "check-without-not-valid");
rule!(FOREIGN_KEY_WITHOUT_NOT_VALID, Warning, "foreign-key-without-not-valid");
rule!(NOT_NULL_WITHOUT_CHECK, Warning, "not-null-without-check");
rule!(KEY_WITHOUT_INDEX, Warning, "key-without-index");
rule!(INDEX_NOT_CONCURRENT, Warning, "index-not-concurrent");
rule!(DROP_INDEX_NOT_CONCURRENT, Warning, "drop-index-not-concurrent");
rule!(REINDEX_NOT_CONCURRENT, Warning, "reindex-not-concurrent");
rule!(REFRESH_NOT_CONCURRENT, Warning, "refresh-not-concurrent");
rule!(ATTACH_WITHOUT_CHECK, Warning, "attach-without-check");
rule!(DETACH_NOT_CONCURRENT, Warning, "detach-not-concurrent");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[
    &REWRITES_TABLE,
    &SCANS_UNDER_STRONG_LOCK,
    &CHECK_WITHOUT_NOT_VALID,
    &FOREIGN_KEY_WITHOUT_NOT_VALID,
    &NOT_NULL_WITHOUT_CHECK,
    &KEY_WITHOUT_INDEX,
    &INDEX_NOT_CONCURRENT,
    &DROP_INDEX_NOT_CONCURRENT,
    &REINDEX_NOT_CONCURRENT,
    &REFRESH_NOT_CONCURRENT,
    &ATTACH_WITHOUT_CHECK,
    &DETACH_NOT_CONCURRENT,
];

pub(in crate::hazard) fn rewrites_table(
    table: &Qualified,
    at: TextRange,
    reason: String,
    help: &str,
) -> Hazard {
    let message = format!("`{table}` is written anew, and nobody can read it until that is done");
    Hazard::new(&REWRITES_TABLE, message, at).label(reason).help(help).table(table)
}

pub(in crate::hazard) fn scans(table: &Qualified, at: TextRange, reason: &str) -> Hazard {
    let message = format!("`{table}` is read from end to end under a strong lock");
    Hazard::new(&SCANS_UNDER_STRONG_LOCK, message, at)
        .label(reason)
        .help("do it while nobody needs the table")
        .table(table)
}

pub(in crate::hazard) fn check_at_once(table: &Qualified, at: TextRange) -> Hazard {
    let message = format!("all rows of `{table}` are checked while nobody can read it");
    Hazard::new(&CHECK_WITHOUT_NOT_VALID, message, at)
        .label("checked here")
        .help("add the check `NOT VALID`, then `VALIDATE CONSTRAINT` in a transaction of its own")
        .table(table)
}

pub(in crate::hazard) fn foreign_key_at_once(
    table: &Qualified,
    referenced: &Qualified,
    at: TextRange,
) -> Hazard {
    let message =
        format!("all rows of `{table}` are checked while nobody can write it or `{referenced}`");
    let help =
        "add the foreign key `NOT VALID`, then `VALIDATE CONSTRAINT` in a transaction of its own";
    Hazard::new(&FOREIGN_KEY_WITHOUT_NOT_VALID, message, at)
        .label("checked here")
        .help(help)
        .table(table)
}

pub(in crate::hazard) fn not_null_without_check(
    table: &Qualified,
    what: &str,
    at: TextRange,
) -> Hazard {
    let message = format!("all rows of `{table}` are looked through while nobody can read it");
    let help = "add a check `… IS NOT NULL` that is `NOT VALID`, validate it, set NOT NULL, and \
                drop the check";
    Hazard::new(&NOT_NULL_WITHOUT_CHECK, message, at)
        .label(format!("no validated check says that {what} can't be NULL"))
        .help(help)
        .table(table)
}

pub(in crate::hazard) fn key_without_index(table: &Qualified, at: TextRange) -> Hazard {
    let message = format!("the index of this key is built while nobody can read `{table}`");
    let help = "build it by `CREATE UNIQUE INDEX CONCURRENTLY`, then add the constraint \
                `USING INDEX`";
    Hazard::new(&KEY_WITHOUT_INDEX, message, at)
        .label("built here; rows that repeat a key make it fail")
        .help(help)
        .table(table)
}

pub(in crate::hazard) fn index_not_concurrent(
    table: &Qualified,
    at: TextRange,
    partitioned: bool,
) -> Hazard {
    let message = format!("nobody can write `{table}` while the index is built");
    let help = if partitioned {
        "create it `ON ONLY` this table, build one `CONCURRENTLY` on each partition, and attach \
         those"
    } else {
        "use `CREATE INDEX CONCURRENTLY`, after `-- schemac: no-transaction`"
    };
    Hazard::new(&INDEX_NOT_CONCURRENT, message, at)
        .label("locked against writes")
        .help(help)
        .table(table)
}

pub(in crate::hazard) fn drop_index_not_concurrent(
    index: &Qualified,
    table: Option<&Qualified>,
    at: TextRange,
) -> Hazard {
    let whose = table.map_or("its table".to_owned(), |table| format!("`{table}`"));
    let message = format!("dropping `{index}` waits for all who use {whose}, and all others wait");
    let hazard = Hazard::new(&DROP_INDEX_NOT_CONCURRENT, message, at)
        .label("dropped here")
        .help("use `DROP INDEX CONCURRENTLY`, after `-- schemac: no-transaction`");
    match table {
        Some(table) => hazard.table(table),
        None => hazard,
    }
}

pub(in crate::hazard) fn reindex_not_concurrent(name: &Qualified, at: TextRange) -> Hazard {
    let message = format!("nobody can write `{name}` while its indexes are built anew");
    Hazard::new(&REINDEX_NOT_CONCURRENT, message, at)
        .label("built anew here")
        .help("use `REINDEX … CONCURRENTLY`, after `-- schemac: no-transaction`")
        .table(name)
}

pub(in crate::hazard) fn refresh_not_concurrent(view: &Qualified, at: TextRange) -> Hazard {
    let message = format!("nobody can read `{view}` while it is refreshed");
    Hazard::new(&REFRESH_NOT_CONCURRENT, message, at)
        .label("refreshed here")
        .help("use `REFRESH MATERIALIZED VIEW CONCURRENTLY`, which needs a unique index on it")
        .table(view)
}

pub(in crate::hazard) fn attach_without_check(table: &Qualified, at: TextRange) -> Hazard {
    let message = format!("all rows of `{table}` are looked through while nobody can read it");
    let help = "add a check `NOT VALID` that says what the bounds say, validate it, then attach";
    Hazard::new(&ATTACH_WITHOUT_CHECK, message, at)
        .label("no validated check proves where its rows belong")
        .help(help)
        .table(table)
}

pub(in crate::hazard) fn detach_not_concurrent(
    parent: &Qualified,
    partition: &Qualified,
    at: TextRange,
) -> Hazard {
    let message = format!("detaching `{partition}` waits for all who use `{parent}`");
    Hazard::new(&DETACH_NOT_CONCURRENT, message, at)
        .label("all others wait until it has its lock")
        .help("use `DETACH PARTITION … CONCURRENTLY`, after `-- schemac: no-transaction`")
        .table(parent)
}
