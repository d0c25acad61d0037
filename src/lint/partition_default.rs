//! Partitioned tables that have no partition, or none for the rows that no other takes.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only those that can be partitions are looked at"
)]

use rustc_hash::FxHashMap;

use super::cx::Cx;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Rule};
use crate::object::Object;
use crate::object::address::{Address, Kind, Qualified};
use crate::object::partition::{Bound, Strategy};

rule!(PARTITIONED_WITHOUT_PARTITIONS, Note, "partitioned-without-partitions");
rule!(MISSING_DEFAULT_PARTITION, Warning, Off, "missing-default-partition");

/// The rules of this module.
pub(super) static RULES: &[&Rule] =
    &[&PARTITIONED_WITHOUT_PARTITIONS, &MISSING_DEFAULT_PARTITION];

/// A partitioned table and its partitions, foreign ones among them.
pub(super) struct Family<'c> {
    pub(super) at: &'c Address,
    pub(super) strategy: Strategy,
    pub(super) partitions: Vec<(&'c Address, &'c Bound)>,
}

impl Family<'_> {
    /// Tells whether a partition takes what no other does.
    pub(super) fn has_default(&self) -> bool {
        self.partitions.iter().any(|(_, bound)| **bound == Bound::Default)
    }
}

/// Returns every partitioned table with its partitions, by address.
pub(super) fn families<'c>(cx: &Cx<'c>) -> Vec<Family<'c>> {
    let mut families: Vec<Family<'c>> = Vec::new();
    let mut numbers: FxHashMap<Qualified, usize> = FxHashMap::default();
    for relation in &cx.relations {
        if let Some(by) = &relation.table.partition_by {
            numbers.insert(relation.at.relation(), families.len());
            let (at, strategy) = (relation.at, by.strategy);
            families.push(Family { at, strategy, partitions: Vec::new() });
        }
    }
    if families.is_empty() {
        return families;
    }
    for kind in [Kind::Table, Kind::ForeignTable] {
        for (at, entry) in cx.catalog().of(kind) {
            let of = match &entry.object {
                Object::Table(it) => it.partition_of.as_ref(),
                Object::ForeignTable(it) => it.partition_of.as_ref(),
                _ => None,
            };
            let Some(of) = of else { continue };
            let number = numbers.get(&of.parent);
            if let Some(family) = number.and_then(|n| families.get_mut(*n)) {
                family.partitions.push((at, &of.bound));
            }
        }
    }
    families
}

pub(super) fn check(cx: &Cx<'_>) {
    for family in families(cx) {
        let name = &family.at.name;
        if family.partitions.is_empty() {
            if !cx.is_in_raw(family.at) {
                let message = format!("`{name}` is partitioned and has no partition");
                let (label, help) = (
                    "each insert fails until something else makes one",
                    "add a partition: `partition NAME …;`",
                );
                report(cx, &PARTITIONED_WITHOUT_PARTITIONS, &family, message, label, help);
            }
        } else if !family.has_default() && family.strategy != Strategy::Hash {
            let message = format!("`{name}` has no default partition");
            let label = "an insert of a row that no partition takes fails";
            let help = "add `partition NAME default;`";
            report(cx, &MISSING_DEFAULT_PARTITION, &family, message, label, help);
        }
    }
}

fn report(
    cx: &Cx<'_>,
    rule: &'static Rule,
    family: &Family<'_>,
    message: String,
    label: &str,
    help: &str,
) {
    let Some(place) = cx.place(family.at) else { return };
    cx.report(place, Diagnostic::new(rule, message).label(place.name, label).help(help));
}
