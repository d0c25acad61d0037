//! What breaks code that runs while the migration does, and was written before it.

use super::Hazard;
use crate::diagnostic::rule::rule;
use crate::hazard::statement::Named;
use crate::object::address::{Name, Qualified};
use crate::sql::lex::TextRange;

rule!(RENAMES_TABLE, Warning, "renames-table");
rule!(RENAMES_COLUMN, Warning, "renames-column");
rule!(RENAMES_LABEL, Warning, "renames-label");
rule!(DROPS_VIEW, Warning, "drops-view");
rule!(DROPS_ROUTINE, Warning, "drops-routine");
rule!(ADDS_REQUIRED_COLUMN, Warning, "adds-required-column");
rule!(DROPS_NEEDED_DEFAULT, Warning, "drops-needed-default");
rule!(HIDES_ROWS, Warning, "hides-rows");
rule!(REVOKES_PRIVILEGE, Note, "revokes-privilege");
rule!(DROPS_CONSTRAINT, Note, "drops-constraint");
rule!(DROPS_NOT_NULL, Note, "drops-not-null");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[
    &RENAMES_TABLE,
    &RENAMES_COLUMN,
    &RENAMES_LABEL,
    &DROPS_VIEW,
    &DROPS_ROUTINE,
    &ADDS_REQUIRED_COLUMN,
    &DROPS_NEEDED_DEFAULT,
    &HIDES_ROWS,
    &REVOKES_PRIVILEGE,
    &DROPS_CONSTRAINT,
    &DROPS_NOT_NULL,
];

pub(in crate::hazard) fn renames_table(table: &Qualified, at: TextRange, to: &str) -> Hazard {
    let message = format!("code that runs and names `{table}` fails once it is {to}");
    Hazard::new(&RENAMES_TABLE, message, at)
        .label("renamed here")
        .help("leave a view of the old name in the same transaction until no code uses it")
}

pub(in crate::hazard) fn renames_column(table: &Qualified, from: &Named, to: &Name) -> Hazard {
    let message = format!("code that runs and names `{}` of `{table}` fails", from.name);
    let help = "add the new column, keep both alike by a trigger, move the code over, then drop \
                the old one";
    Hazard::new(&RENAMES_COLUMN, message, from.at)
        .label(format!("`{to}` from here on"))
        .help(help)
        .table(table)
}

pub(in crate::hazard) fn renames_label(
    name: &Qualified,
    from: &str,
    to: &str,
    at: TextRange,
) -> Hazard {
    let message = format!("code that runs and gives `{from}` to `{name}` fails");
    Hazard::new(&RENAMES_LABEL, message, at)
        .label(format!("`{from}` becomes `{to}`"))
        .help("deploy code that takes both labels first")
}

pub(in crate::hazard) fn drops_view(view: &Qualified, at: TextRange) -> Hazard {
    Hazard::new(&DROPS_VIEW, format!("code that runs and reads `{view}` fails"), at)
        .label("dropped here")
        .help("deploy code that does not use it first, or make it again in the same transaction")
}

pub(in crate::hazard) fn drops_routine(name: &Name, at: TextRange) -> Hazard {
    Hazard::new(&DROPS_ROUTINE, format!("code that runs and calls `{name}` fails"), at)
        .label("dropped here")
        .help("deploy code that does not call it first, or use `CREATE OR REPLACE`")
}

pub(in crate::hazard) fn adds_required_column(table: &Qualified, column: &Named) -> Hazard {
    let message =
        format!("`{}` is needed by all rows of `{table}`, and old ones have no value", column.name);
    let help = "add it with a default, or without NOT NULL, fill it, and set NOT NULL then";
    Hazard::new(&ADDS_REQUIRED_COLUMN, message, column.at)
        .label("fails where there is a row, and code that runs gives no value")
        .help(help)
        .table(table)
}

pub(in crate::hazard) fn drops_needed_default(table: &Qualified, column: &Named) -> Hazard {
    let message =
        format!("code that runs and leaves `{}` of `{table}` to its default fails", column.name);
    Hazard::new(&DROPS_NEEDED_DEFAULT, message, column.at)
        .label("it can't be NULL, and has no default any more")
        .help("deploy code that always gives a value first")
        .table(table)
}

pub(in crate::hazard) fn hides_rows(table: &Qualified, at: TextRange) -> Hazard {
    let message = format!("`{table}` has no policy: all but its owner see none of its rows");
    Hazard::new(&HIDES_ROWS, message, at)
        .label("enabled here")
        .help("create its policies before, in the same transaction")
        .table(table)
}

pub(in crate::hazard) fn revokes_privilege() -> Hazard {
    let message = "code that runs with this privilege fails".to_owned();
    Hazard { at: None, ..Hazard::new(&REVOKES_PRIVILEGE, message, TextRange::default()) }
        .label("taken away here")
        .help("see to it that no code relies on it any more")
}

pub(in crate::hazard) fn drops_constraint(table: &Qualified, name: &Named, what: &str) -> Hazard {
    let message = format!("rows of `{table}` that break this {what} are taken from here on");
    Hazard::new(&DROPS_CONSTRAINT, message, name.at)
        .label("dropped here")
        .help("see to it that nothing relies on it; it comes back only if all rows fit it then")
        .table(table)
}

pub(in crate::hazard) fn drops_not_null(table: &Qualified, column: &Named) -> Hazard {
    let message = format!("`{}` of `{table}` may be NULL from here on", column.name);
    Hazard::new(&DROPS_NOT_NULL, message, column.at)
        .label("code that reads it may not expect that")
        .help("deploy code that can read NULL first")
        .table(table)
}
