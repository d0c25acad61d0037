//! `DROP`, and statements that stand alone.

use super::{Cx, indexes};
use crate::hazard::lock::LockLevel;
use crate::hazard::rules::{blocking, data_loss, running_code, transaction};
use crate::hazard::statement::{
    Action, DomainChange, Drop, Dropped, Path, Statement, TablePart, TransactionWord, TypeChange,
    Verb, Write,
};
use crate::object::address::Qualified;
use crate::sql::lex::TextRange;

pub(super) fn drop(it: &Drop, cx: &mut Cx<'_>) {
    if it.concurrently && it.what != Dropped::Index {
        cx.refuse_transaction();
    }
    for path in &it.names {
        drop_one(it, path, cx);
    }
    let first = it.names.first();
    if let Some(path) = first.filter(|_| it.cascade && it.what != Dropped::Schema) {
        let name = cx.state.resolve(path);
        cx.unsure("what `CASCADE` drops besides");
        cx.endanger(&name, || data_loss::drops_by_cascade(&name, path.at));
    }
}

fn drop_one(it: &Drop, path: &Path, cx: &mut Cx<'_>) {
    let name = cx.state.resolve(path);
    let at = path.at;
    match it.what {
        Dropped::Table => drop_table(&name, at, cx),
        Dropped::View => {
            cx.lock(&name, LockLevel::AccessExclusive);
            cx.endanger(&name, || running_code::drops_view(&name, at));
        }
        Dropped::MaterializedView => {
            cx.lock(&name, LockLevel::AccessExclusive);
            cx.endanger(&name, || running_code::drops_view(&name, at));
        }
        Dropped::Sequence => cx.lock(&name, LockLevel::AccessExclusive),
        Dropped::Index => indexes::drop(&name, path, it.concurrently, cx),
        Dropped::Schema => {
            if it.cascade {
                cx.unsure("what is in the schema");
                cx.effect.hazards.push(data_loss::drops_schema(&path.name, at));
            }
        }
        Dropped::Routine => {
            cx.endanger(&name, || running_code::drops_routine(&path.name, at));
        }
        Dropped::Statistics => cx.unsure("the table of the statistics"),
        Dropped::Type | Dropped::Domain | Dropped::Extension | Dropped::Other => {}
    }
}

fn drop_table(table: &Qualified, at: TextRange, cx: &mut Cx<'_>) {
    let tree = cx.state.tree(table);
    cx.lock_all(&tree, LockLevel::AccessExclusive);
    for name in &tree {
        let others: Vec<Qualified> = cx
            .state
            .foreign_keys_of(name)
            .map(|(_, _, referenced)| referenced.clone())
            .chain(cx.state.referencing(name).cloned())
            .collect();
        cx.lock_all(&others, LockLevel::AccessExclusive);
        let sequences: Vec<Qualified> =
            cx.state.sequences_of(name).map(|(name, _)| name.clone()).collect();
        cx.lock_all(&sequences, LockLevel::AccessExclusive);
    }
    let partition = cx.state.relations.get(table).filter(|it| it.partition);
    let parents = partition.map(|it| it.parents.clone()).unwrap_or_default();
    for parent in parents {
        cx.lock(&parent, LockLevel::AccessExclusive);
        if let Some(default) = cx.state.default_partition(&parent).cloned() {
            cx.lock(&default, LockLevel::AccessExclusive);
        }
    }
    cx.endanger(table, || data_loss::drops_table(table, at));
}

pub(super) fn rest(statement: &Statement, cx: &mut Cx<'_>) {
    match statement {
        Statement::CreateView(it) => {
            let name = cx.state.made(&it.name);
            if it.replace && cx.state.relations.contains_key(&name) {
                cx.lock(&name, LockLevel::AccessExclusive);
            }
        }
        Statement::OnTable { what, action, table, .. } => {
            let table = cx.state.resolve(table);
            cx.lock(&table, on_table(*what, *action));
        }
        Statement::AlterDomain(path, change) => alter_domain(path, change, cx),
        Statement::AlterType(path, change) => alter_type(path, change, cx),
        Statement::Note { relations }
        | Statement::CreateStatistics { tables: relations }
        | Statement::Publication { tables: relations }
        | Statement::Analyze(relations) => {
            for path in relations {
                let name = cx.state.resolve(path);
                cx.lock(&name, LockLevel::ShareUpdateExclusive);
            }
        }
        Statement::Cluster(path) => cluster(path.as_ref(), cx),
        Statement::Vacuum { full, tables } => vacuum(*full, tables, cx),
        Statement::Refresh { view, concurrently } => refresh(view, *concurrently, cx),
        Statement::Truncate { tables, cascade } => truncate(tables, *cascade, cx),
        Statement::Write(it) => write(it, cx),
        Statement::LockTable { tables, mode } => {
            for path in tables {
                let tree = cx.state.tree(&cx.state.resolve(path));
                cx.lock_all(&tree, LockLevel::of_sql(mode));
            }
        }
        Statement::Alone(_) => cx.refuse_transaction(),
        Statement::DropDatabase => {
            cx.refuse_transaction();
            cx.effect.hazards.push(data_loss::drops_database());
        }
        Statement::Revoke => cx.effect.hazards.push(running_code::revokes_privilege()),
        Statement::Block(statements) => {
            for it in statements {
                if *it == Statement::Transaction(TransactionWord::End) {
                    cx.refuse_transaction();
                }
                cx.join(super::of(it, cx.state));
            }
        }
        Statement::Unknown => {
            cx.unsure("what it does: it is not understood");
            cx.effect.hazards.push(transaction::not_understood());
        }
        _ => {}
    }
}

/// Returns how what belongs to a table is locked with it (measured).
fn on_table(what: TablePart, action: Action) -> LockLevel {
    match (what, action) {
        (TablePart::Trigger, Action::Create) => LockLevel::ShareRowExclusive,
        (TablePart::Trigger | TablePart::Rule | TablePart::Policy, _) => LockLevel::AccessExclusive,
    }
}

fn alter_domain(path: &Path, change: &DomainChange, cx: &mut Cx<'_>) {
    let reads = match change {
        DomainChange::AddConstraint { valid } => *valid,
        DomainChange::Validate | DomainChange::SetNotNull => true,
        DomainChange::Rename(_) | DomainChange::Other => false,
    };
    if !reads {
        return;
    }
    let domain = cx.state.resolve(path);
    let uses = |table: &&Qualified| {
        let columns = cx.state.relations.get(table).map_or(&[][..], |it| &it.columns);
        columns.iter().any(|it| !it.ty.is_builtin() && cx.state.type_of(&it.ty) == domain)
    };
    let tables: Vec<Qualified> = cx.state.relations.keys().filter(uses).cloned().collect();
    cx.lock_all(&tables, LockLevel::Share);
    cx.scan_all(&tables);
    for table in tables {
        let reason = format!("the domain `{domain}` is checked");
        cx.endanger(&table, || blocking::scans(&table, path.at, &reason));
    }
}

fn alter_type(path: &Path, change: &TypeChange, cx: &mut Cx<'_>) {
    let name = cx.state.resolve(path);
    match change {
        TypeChange::RenameValue { from, to } => {
            cx.endanger(&name, || running_code::renames_label(&name, from, to, path.at));
        }
        TypeChange::Attributes => {
            cx.lock(&name, LockLevel::AccessExclusive);
            cx.unsure("which typed tables follow the type");
        }
        TypeChange::AddValue(_) | TypeChange::Rename(_) | TypeChange::Other => {}
    }
}

fn cluster(path: Option<&Path>, cx: &mut Cx<'_>) {
    let Some(path) = path else {
        cx.refuse_transaction();
        cx.unsure("which tables were clustered before");
        return;
    };
    let table = cx.state.resolve(path);
    if cx.state.is_partitioned(&table) {
        cx.refuse_transaction();
    }
    rewrite_whole(&table, path.at, "`CLUSTER` writes all rows in the order of an index", cx);
}

fn vacuum(full: bool, tables: &[Path], cx: &mut Cx<'_>) {
    cx.refuse_transaction();
    if tables.is_empty() {
        cx.unsure("which tables there are");
    }
    for path in tables {
        let table = cx.state.resolve(path);
        if full {
            rewrite_whole(&table, path.at, "`VACUUM FULL` writes all rows anew", cx);
        } else {
            cx.lock(&table, LockLevel::ShareUpdateExclusive);
        }
    }
}

fn rewrite_whole(table: &Qualified, at: TextRange, reason: &str, cx: &mut Cx<'_>) {
    cx.lock(table, LockLevel::AccessExclusive);
    cx.rewrite(table);
    let help = "use a tool that follows changes while it copies, such as pg_repack, or do it while \
                nobody needs the table";
    cx.endanger(table, || blocking::rewrites_table(table, at, reason.to_owned(), help));
}

fn refresh(view: &Path, concurrently: bool, cx: &mut Cx<'_>) {
    let name = cx.state.resolve(view);
    if concurrently {
        cx.lock(&name, LockLevel::Exclusive);
        cx.scan(&name);
        return;
    }
    cx.lock(&name, LockLevel::AccessExclusive);
    cx.rewrite(&name);
    cx.endanger(&name, || blocking::refresh_not_concurrent(&name, view.at));
}

fn truncate(tables: &[Path], cascade: bool, cx: &mut Cx<'_>) {
    for path in tables {
        let table = cx.state.resolve(path);
        let mut all = cx.state.tree(&table);
        if cascade {
            all.extend(cx.state.referencing(&table).cloned());
        }
        cx.lock_all(&all, LockLevel::AccessExclusive);
        cx.endanger(&table, || data_loss::truncates_table(&table, path.at));
    }
}

fn write(it: &Write, cx: &mut Cx<'_>) {
    let table = cx.state.resolve(&it.table);
    let tree = cx.state.tree(&table);
    let level = LockLevel::RowExclusive;
    match it.verb {
        Verb::Insert => cx.lock(&table, level),
        Verb::Update | Verb::Delete => cx.lock_all(&tree, level),
    }
    if !it.narrowed && it.verb != Verb::Insert {
        cx.scan_all(&tree);
        let verb = if it.verb == Verb::Update { "UPDATE" } else { "DELETE" };
        cx.endanger(&table, || data_loss::writes_every_row(&table, verb, it.table.at));
    }
}
