//! Partitions and children fit their parents.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds and rules, only some have what is looked for here"
)]

use rustc_hash::FxHashMap;

use super::{Objects, report};
use crate::compile::read::Read;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::{Kind, Qualified};
use crate::object::partition::{Bound, PartitionOf, Strategy};
use crate::object::reader::Reader;
use crate::object::table::Table;
use crate::sql::expr::Expr;
use crate::syntax::Rule;

rule!(PARENT_NOT_PARTITIONED, Error, "parent-not-partitioned");
rule!(WRONG_BOUND, Error, "wrong-partition-bound");
rule!(PARTITION_KEY_MISSING, Error, "key-without-partition-columns");
rule!(HASH_DEFAULT, Error, "hash-default-partition");
rule!(TWO_DEFAULT_PARTITIONS, Error, "two-default-partitions");
rule!(OVERLAPPING_PARTITIONS, Error, "overlapping-partitions");
rule!(INHERITANCE_CYCLE, Error, "inheritance-cycle");
rule!(HASH_REMAINDER, Error, "hash-remainder");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[
    &PARENT_NOT_PARTITIONED,
    &WRONG_BOUND,
    &PARTITION_KEY_MISSING,
    &HASH_DEFAULT,
    &TWO_DEFAULT_PARTITIONS,
    &OVERLAPPING_PARTITIONS,
    &INHERITANCE_CYCLE,
    &HASH_REMAINDER,
];

/// Every partition has a bound of its parent's sort, and every key of a partitioned table has its partition columns.
pub(super) fn parents_fit(objects: &Objects<'_>, cx: &mut Reader<'_>) {
    let mut defaults: FxHashMap<&Qualified, &Read> = FxHashMap::default();
    let mut values: FxHashMap<(&Qualified, String), &Read> = FxHashMap::default();
    let split = split_partitions(objects);
    for read in objects.reads {
        if let Some(of) = partition_of(read) {
            bound_fits(read, of, objects, cx);
            for value in values_of(&of.bound) {
                if let Some(first) = values.insert((&of.parent, value.clone()), read) {
                    overlap(read, first, &value, cx);
                }
            }
            if of.bound == Bound::Default
                && let Some(first) = defaults.insert(&of.parent, read)
            {
                let diagnostic = Diagnostic::new(
                    &TWO_DEFAULT_PARTITIONS,
                    format!("`{}` has two default partitions", of.parent.name),
                );
                report(
                    read,
                    diagnostic
                        .label(read.span(), "second here")
                        .label(first.span(), "first here")
                        .help("keep one of them"),
                    cx,
                );
            }
        }
        no_circle(read, objects, cx);
        keys_hold_partition_columns(read, &split, objects, cx);
    }
}

/// What a bound claims for its partition, as far as two partitions must not claim the same: each value of a list, the
/// remainder of a hash, the lower end of a range.
fn values_of(bound: &Bound) -> Vec<String> {
    let joined = |list: &[Expr]| list.iter().map(Expr::text).collect::<Vec<_>>().join(", ");
    match bound {
        Bound::Default => Vec::new(),
        Bound::List(values) => values.iter().map(|it| it.text().to_owned()).collect(),
        Bound::Hash { modulus, remainder } => {
            vec![format!("modulus {modulus} remainder {remainder}")]
        }
        Bound::Range(from, _) => vec![format!("from ({})", joined(from))],
    }
}

fn overlap(read: &Read, first: &Read, value: &str, cx: &mut Reader<'_>) {
    let message = format!("two partitions hold `{value}`");
    let diagnostic = Diagnostic::new(&OVERLAPPING_PARTITIONS, message)
        .label(read.span(), "second here")
        .label(first.span(), "first here");
    report(read, diagnostic.help("give each row one partition"), cx);
}

/// How far down partitions of partitions are looked at.
const MAX_LEVELS: usize = 64;

/// The partitions that are partitioned themselves, below each of the tables that they belong to.
fn split_partitions<'r>(objects: &Objects<'r>) -> FxHashMap<Qualified, Vec<&'r Table>> {
    let mut below: FxHashMap<Qualified, Vec<&Table>> = FxHashMap::default();
    for read in objects.reads {
        let Object::Table(table) = &read.entry.object else { continue };
        if table.partition_by.is_none() {
            continue;
        }
        let mut of = table.partition_of.as_ref();
        for _ in 0..MAX_LEVELS {
            let Some(PartitionOf { parent, .. }) = of else { break };
            below.entry(parent.clone()).or_default().push(table);
            of = table_of(objects, parent).and_then(|(_, it)| it.partition_of.as_ref());
        }
    }
    below
}

fn partition_of(read: &Read) -> Option<&PartitionOf> {
    match &read.entry.object {
        Object::Table(it) => it.partition_of.as_ref(),
        Object::ForeignTable(it) => it.partition_of.as_ref(),
        _ => None,
    }
}

fn table_of<'r>(objects: &Objects<'r>, name: &Qualified) -> Option<(&'r Read, &'r Table)> {
    let read = objects.relation(name)?;
    match &read.entry.object {
        Object::Table(table) => Some((read, table)),
        _ => None,
    }
}

fn bound_fits(read: &Read, of: &PartitionOf, objects: &Objects<'_>, cx: &mut Reader<'_>) {
    let Some((parent_read, parent)) = table_of(objects, &of.parent) else { return };
    let Some(by) = &parent.partition_by else {
        if parent_read.origin.incomplete {
            return;
        }
        let diagnostic = Diagnostic::new(
            &PARENT_NOT_PARTITIONED,
            format!("`{}` is not partitioned", of.parent.name),
        )
        .label(read.span(), "this is a partition of it");
        let diagnostic = diagnostic.label(parent_read.span(), "declared here");
        report(read, diagnostic.help("add `partition by range|list|hash (…);` to it"), cx);
        return;
    };
    let fits = match (&of.bound, by.strategy) {
        (Bound::Default, Strategy::Hash) => {
            let diagnostic = Diagnostic::new(
                &HASH_DEFAULT,
                "a table that is partitioned by hash has no default partition",
            );
            report(
                read,
                diagnostic
                    .label(read.clause(Rule::bound), "here")
                    .help("write `modulus N remainder N`"),
                cx,
            );
            true
        }
        (Bound::Default, _) | (Bound::List(_), Strategy::List) => true,
        (Bound::Hash { modulus, remainder }, Strategy::Hash) => {
            remainder_fits(read, modulus, remainder, cx);
            true
        }
        (Bound::Range(from, to), Strategy::Range) => {
            from.len() == by.elements.len() && to.len() == by.elements.len()
        }
        _ => false,
    };
    if !fits {
        let (sort, form) = match by.strategy {
            Strategy::Range => {
                ("range", format!("from and to, each with {} values", by.elements.len()))
            }
            Strategy::List => ("list", "`in (…)`".to_owned()),
            Strategy::Hash => ("hash", "`modulus N remainder N`".to_owned()),
        };
        let diagnostic =
            Diagnostic::new(&WRONG_BOUND, format!("`{}` is partitioned by {sort}", of.parent.name))
                .label(read.clause(Rule::bound), "this bound does not fit");
        report(read, diagnostic.help(format!("give it {form}")), cx);
    }
}

fn remainder_fits(read: &Read, modulus: &str, remainder: &str, cx: &mut Reader<'_>) {
    if let (Ok(modulus), Ok(remainder)) = (modulus.parse::<u64>(), remainder.parse::<u64>())
        && (modulus == 0 || modulus <= remainder)
    {
        let diagnostic = Diagnostic::new(
            &HASH_REMAINDER,
            format!("modulus {modulus} never leaves remainder {remainder}"),
        );
        report(
            read,
            diagnostic
                .label(read.clause(Rule::bound), "here")
                .help("use a remainder from 0 to one less than the modulus"),
            cx,
        );
    }
}

/// A primary key or unique constraint of a partitioned table has all partition columns (manual 5.12.2.3), also those
/// of its partitions, which get the key too.
fn keys_hold_partition_columns(
    read: &Read,
    split: &FxHashMap<Qualified, Vec<&Table>>,
    objects: &Objects<'_>,
    cx: &mut Reader<'_>,
) {
    let Object::Constraint(constraint) = &read.entry.object else { return };
    let Some(key) = constraint.key() else { return };
    let relation = read.at.relation();
    let Some((_, table)) = table_of(objects, &relation) else { return };
    let below = split.get(&relation).into_iter().flatten().copied();
    let missing = std::iter::once(table)
        .chain(below)
        .filter_map(|table| table.partition_by.as_ref())
        .flat_map(|by| &by.elements)
        .filter_map(|element| element.column())
        .find(|column| !key.columns.contains(column));
    if let Some(column) = missing {
        let message = format!(
            "a key of a partitioned table holds its partition columns, and `{column}` is missing"
        );
        report(
            read,
            Diagnostic::new(&PARTITION_KEY_MISSING, message)
                .label(read.span(), "here")
                .help(format!("add `{column}` to the key")),
            cx,
        );
    }
}

/// No table inherits from itself. A circle is reported once, at the table whose name comes first.
fn no_circle(read: &Read, objects: &Objects<'_>, cx: &mut Reader<'_>) {
    if read.at.kind != Kind::Table {
        return;
    }
    let start = read.at.relation();
    let mut todo: Vec<(Qualified, Option<usize>)> =
        parents(read).into_iter().map(|it| (it, None)).collect();
    let mut seen: Vec<(Qualified, Option<usize>)> = Vec::new();
    while let Some((parent, below)) = todo.pop() {
        if parent == start {
            circle(read, &seen, below, cx);
            return;
        }
        if parent < start || seen.iter().any(|(it, _)| *it == parent) {
            continue;
        }
        seen.push((parent.clone(), below));
        let above = objects.relation(&parent).map(parents).unwrap_or_default();
        todo.extend(above.into_iter().map(|it| (it, Some(seen.len() - 1))));
    }
}

fn circle(
    read: &Read,
    seen: &[(Qualified, Option<usize>)],
    last: Option<usize>,
    cx: &mut Reader<'_>,
) {
    let mut path = vec![read.at.name.clone()];
    let mut at = last.and_then(|n| seen.get(n));
    while let Some((table, below)) = at {
        path.push(table.name.clone());
        at = below.and_then(|n| seen.get(n));
    }
    path.push(read.at.name.clone());
    path.reverse();
    let path: Vec<String> = path.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("a table inherits from itself: {}", path.join(" from "));
    let diagnostic =
        Diagnostic::new(&INHERITANCE_CYCLE, message).label(read.span(), "in this table");
    report(read, diagnostic.help("take one of the parents out"), cx);
}

fn parents(read: &Read) -> Vec<Qualified> {
    match &read.entry.object {
        Object::Table(it) => it
            .inherits
            .iter()
            .chain(it.partition_of.as_ref().map(|it| &it.parent))
            .cloned()
            .collect(),
        _ => Vec::new(),
    }
}
