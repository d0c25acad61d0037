//! `ALTER TABLE` and its like: each command's locks and work.

use super::change_type::{self, Change};
use super::{Cx, columns, constraints, partitions};
use crate::hazard::lock::LockLevel;
use crate::hazard::rules::{blocking, running_code};
use crate::hazard::statement::{Alter, Command, Named, Sort};
use crate::object::address::{Name, Qualified};
use crate::sql::lex::TextRange;

pub(super) fn alter(it: &Alter, cx: &mut Cx<'_>) {
    let relation = cx.state.resolve(&it.relation);
    let tree = if it.only { vec![relation.clone()] } else { cx.state.tree(&relation) };
    let target = Target { sort: it.sort, relation: &relation, tree: &tree };
    for (command, at) in &it.commands {
        if it.sort == Sort::Index {
            index(&target, command, cx);
        } else if it.sort == Sort::Sequence {
            sequence(&target, command, *at, cx);
        } else if !of_columns(&target, command, cx) {
            of_table(&target, command, *at, cx);
        }
    }
}

/// What is altered.
struct Target<'t> {
    sort: Sort,
    relation: &'t Qualified,
    /// With all that inherits from it.
    tree: &'t [Qualified],
}

/// Takes the commands about columns and constraints; tells whether it was one.
fn of_columns(target: &Target<'_>, command: &Command, cx: &mut Cx<'_>) -> bool {
    let Target { relation: table, tree, .. } = *target;
    match command {
        Command::AddColumn { column, if_not_exists } => {
            if *if_not_exists && cx.state.column(table, &column.name.name).is_some() {
                cx.lock(table, LockLevel::AccessExclusive);
            } else {
                columns::add(table, tree, column, cx);
            }
        }
        Command::DropColumn { column } => columns::drop(table, tree, column, cx),
        Command::AlterType { column, ty, collation, using } => {
            let collation = collation.as_ref();
            let change = Change { column, ty, collation, using: using.as_deref() };
            change_type::change(table, tree, &change, cx);
        }
        Command::SetNotNull(column) => constraints::set_not_null(table, tree, column, cx),
        Command::DropNotNull(column) => {
            cx.lock_all(tree, LockLevel::AccessExclusive);
            cx.endanger(table, || running_code::drops_not_null(table, column));
        }
        Command::DropDefault(column) => {
            cx.lock_all(tree, LockLevel::AccessExclusive);
            drops_default(table, column, cx);
        }
        Command::SetDefault(_) | Command::DropExpression(_) => {
            cx.lock_all(tree, LockLevel::AccessExclusive);
        }
        Command::SetExpression(column) => {
            cx.lock_all(tree, LockLevel::AccessExclusive);
            tree.iter().for_each(|it| cx.rewrite(it));
            let reason = format!("`{}` is computed anew for every row", column.name);
            let help = "add a column with the new expression's value, fill it in batches, and let \
                        it take the old one's place";
            cx.endanger(table, || blocking::rewrites_table(table, column.at, reason, help));
        }
        Command::AddIdentity(_) => cx.lock_all(tree, LockLevel::AccessExclusive),
        Command::SetIdentity(column) => {
            cx.lock_all(tree, LockLevel::AccessExclusive);
            lock_sequences(table, &column.name, LockLevel::ShareRowExclusive, cx);
        }
        Command::DropIdentity(column) => {
            cx.lock_all(tree, LockLevel::AccessExclusive);
            lock_sequences(table, &column.name, LockLevel::AccessExclusive, cx);
            drops_default(table, column, cx);
        }
        Command::TuneColumn => cx.lock_all(tree, LockLevel::ShareUpdateExclusive),
        Command::StoreColumn => cx.lock_all(tree, LockLevel::AccessExclusive),
        Command::AddConstraint(constraint) => constraints::add(table, tree, constraint, cx),
        Command::Validate(name) => constraints::validate(table, tree, name, cx),
        Command::DropConstraint(name) => constraints::drop(table, tree, name, cx),
        Command::AlterConstraint(_) => cx.lock_all(tree, LockLevel::AccessExclusive),
        Command::RenameColumn { from, to } => {
            cx.lock_all(tree, LockLevel::AccessExclusive);
            cx.endanger(table, || running_code::renames_column(table, from, to));
        }
        Command::RenameConstraint { .. } => cx.lock_all(tree, LockLevel::AccessExclusive),
        _ => return false,
    }
    true
}

fn drops_default(table: &Qualified, column: &Named, cx: &mut Cx<'_>) {
    let known = cx.state.column(table, &column.name);
    if known.is_none_or(|it| it.not_null && it.has_default) {
        cx.endanger(table, || running_code::drops_needed_default(table, column));
    }
}

fn lock_sequences(table: &Qualified, column: &Name, level: LockLevel, cx: &mut Cx<'_>) {
    let found: Vec<Qualified> = cx
        .state
        .sequences_of(table)
        .filter(|(_, owner)| **owner == *column)
        .map(|(name, _)| name.clone())
        .collect();
    cx.lock_all(&found, level);
}

fn lock_all_sequences(table: &Qualified, cx: &mut Cx<'_>) {
    let found: Vec<Qualified> =
        cx.state.sequences_of(table).map(|(name, _)| name.clone()).collect();
    cx.lock_all(&found, LockLevel::AccessExclusive);
}

/// Takes the commands about the table as a whole.
fn of_table(target: &Target<'_>, command: &Command, at: TextRange, cx: &mut Cx<'_>) {
    let Target { relation: table, tree, .. } = *target;
    match command {
        Command::RenameTo(to) => {
            cx.lock(table, LockLevel::AccessExclusive);
            cx.endanger(table, || running_code::renames_table(table, at, &format!("`{to}`")));
        }
        Command::SetSchema(to) => {
            cx.lock(table, LockLevel::AccessExclusive);
            lock_all_sequences(table, cx);
            let to = format!("schema `{to}`");
            cx.endanger(table, || running_code::renames_table(table, at, &to));
        }
        Command::Owner => {
            cx.lock(table, LockLevel::AccessExclusive);
            lock_all_sequences(table, cx);
        }
        Command::SetLogged | Command::Tablespace | Command::AccessMethod => {
            cx.lock(table, LockLevel::AccessExclusive);
            cx.rewrite(table);
            let reason = "all of it is written to another place".to_owned();
            let help = "do it while nobody needs the table, or copy it with a tool that follows \
                        changes, such as pg_repack";
            cx.endanger(table, || blocking::rewrites_table(table, at, reason, help));
        }
        Command::Options(names) => {
            cx.lock(table, options_level(target.sort, names));
        }
        Command::ClusterOn => cx.lock(table, LockLevel::ShareUpdateExclusive),
        Command::TriggerState => cx.lock(table, LockLevel::ShareRowExclusive),
        Command::RowSecurity { enabled } => {
            cx.lock(table, LockLevel::AccessExclusive);
            let n_policies = cx.state.relations.get(table).map(|it| it.n_policies);
            if *enabled && n_policies == Some(0) {
                cx.endanger(table, || running_code::hides_rows(table, at));
            }
        }
        Command::Inherit(parent) => {
            cx.lock(table, LockLevel::AccessExclusive);
            let parent = cx.state.resolve(parent);
            cx.lock(&parent, LockLevel::ShareUpdateExclusive);
        }
        Command::Attach(partition) => {
            let partition = cx.state.resolve(partition);
            partitions::attach(table, &partition, at, cx);
        }
        Command::Detach { partition, concurrently } => {
            let partition = cx.state.resolve(partition);
            partitions::detach(table, &partition, *concurrently, at, cx);
        }
        _ => cx.lock_all(tree.get(..1).unwrap_or(tree), LockLevel::AccessExclusive),
    }
}

/// The parameters that can be set only while nobody reads (`reloptions.c`).
const STRONG_OPTIONS: [&str; 9] = [
    "user_catalog_table",
    "fastupdate",
    "autosummarize",
    "pages_per_range",
    "gin_pending_list_limit",
    "buffering",
    "security_barrier",
    "security_invoker",
    "check_option",
];

fn options_level(sort: Sort, names: &[Name]) -> LockLevel {
    let strong = names.iter().any(|name| STRONG_OPTIONS.contains(&name.as_str()));
    match sort {
        Sort::View => LockLevel::AccessExclusive,
        _ if strong => LockLevel::AccessExclusive,
        _ => LockLevel::ShareUpdateExclusive,
    }
}

fn index(target: &Target<'_>, command: &Command, cx: &mut Cx<'_>) {
    let index = target.relation;
    match command {
        Command::RenameTo(_) | Command::TuneColumn => {
            cx.lock(index, LockLevel::ShareUpdateExclusive);
        }
        Command::Options(names) => cx.lock(index, options_level(Sort::Index, names)),
        Command::AttachIndex(_) => {}
        _ => cx.lock(index, LockLevel::AccessExclusive),
    }
}

fn sequence(target: &Target<'_>, command: &Command, at: TextRange, cx: &mut Cx<'_>) {
    let sequence = target.relation;
    match command {
        Command::Sequence => cx.lock(sequence, LockLevel::ShareRowExclusive),
        Command::RenameTo(to) => {
            cx.lock(sequence, LockLevel::AccessExclusive);
            cx.endanger(sequence, || running_code::renames_table(sequence, at, &format!("`{to}`")));
        }
        _ => cx.lock(sequence, LockLevel::AccessExclusive),
    }
}
