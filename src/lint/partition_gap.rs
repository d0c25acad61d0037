//! Partitions with room between them: rows that no partition takes.

use std::cmp::Ordering;

use super::cx::Cx;
use super::partition_default::{Family, families};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::address::Address;
use crate::object::partition::{Bound, Strategy};
use crate::sql::expr::Expr;

rule!(GAPPED_PARTITIONS, Warning, "gapped-partitions");

/// The rules of this module.
pub(super) static RULES: &[&crate::diagnostic::Rule] = &[&GAPPED_PARTITIONS];

/// The largest common divisor at which the remainders of partitions by hash are counted.
const MAX_MODULUS: u64 = 10_000;

pub(super) fn check(cx: &Cx<'_>) {
    for family in families(cx) {
        if family.has_default() {
            continue;
        }
        match family.strategy {
            Strategy::Range => ranges(cx, &family),
            Strategy::Hash => remainders(cx, &family),
            Strategy::List => {}
        }
    }
}

/// One end of a range of one column, as far as ends can be compared here.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    Min,
    Number(i128),
    /// A date or timestamp in ISO form, which compares as text.
    Time(String),
    Max,
}

fn end(value: &Expr) -> Option<End> {
    let text = value.text().trim();
    match text {
        "MINVALUE" => return Some(End::Min),
        "MAXVALUE" => return Some(End::Max),
        _ => {}
    }
    let bare = text.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')).unwrap_or(text);
    if let Ok(number) = bare.parse::<i128>() {
        return Some(End::Number(number));
    }
    let date = bare.get(..10)?.as_bytes();
    let is_date = date.iter().enumerate().all(|(n, byte)| match n {
        4 | 7 => *byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    // Of a time of day or a zone other than none it can't be said here how it compares.
    let rest = bare.get(10..)?;
    let midnight = matches!(rest.trim(), "" | "00:00" | "00:00:00");
    (is_date && midnight).then(|| End::Time(bare.get(..10).unwrap_or("").to_owned()))
}

impl End {
    fn compare(&self, other: &End) -> Option<Ordering> {
        match (self, other) {
            (a, b) if a == b => Some(Ordering::Equal),
            (End::Min, _) | (_, End::Max) => Some(Ordering::Less),
            (End::Max, _) | (_, End::Min) => Some(Ordering::Greater),
            (End::Number(a), End::Number(b)) => Some(a.cmp(b)),
            (End::Time(a), End::Time(b)) => Some(a.cmp(b)),
            (End::Number(_), End::Time(_)) | (End::Time(_), End::Number(_)) => None,
        }
    }
}

/// Looks for room between neighbours; nothing is said where the ends can't all be compared.
fn ranges(cx: &Cx<'_>, family: &Family<'_>) {
    let mut ranges: Vec<(End, End, &Address)> = Vec::new();
    for (at, bound) in &family.partitions {
        let Bound::Range(from, to) = bound else { return };
        let ([from], [to]) = (from.as_slice(), to.as_slice()) else { return };
        let (Some(from), Some(to)) = (end(from), end(to)) else { return };
        ranges.push((from, to, at));
    }
    let first = ranges.first().map(|(from, _, _)| from.clone());
    let comparable = |(from, to, _): &(End, End, &Address)| {
        first.as_ref().is_some_and(|first| first.compare(from).is_some())
            && first.as_ref().is_some_and(|first| first.compare(to).is_some())
    };
    if !ranges.iter().all(comparable) {
        return;
    }
    ranges.sort_by(|a, b| a.0.compare(&b.0).unwrap_or(Ordering::Equal));
    for pair in ranges.windows(2) {
        let [(_, to, before), (from, _, after)] = pair else { continue };
        if to.compare(from) == Some(Ordering::Less) {
            gap(cx, family, before, after, &format!("from {} to {}", to.shown(), from.shown()));
        }
    }
}

impl End {
    fn shown(&self) -> String {
        match self {
            End::Min => "minvalue".to_owned(),
            End::Max => "maxvalue".to_owned(),
            End::Number(number) => number.to_string(),
            End::Time(text) => format!("'{text}'"),
        }
    }
}

fn gap(cx: &Cx<'_>, family: &Family<'_>, before: &Address, after: &Address, room: &str) {
    let (Some(place), Some(other)) = (cx.place(after), cx.place(before)) else { return };
    let message = format!("no partition of `{}` takes rows {room}", family.at.name);
    let diagnostic = Diagnostic::new(&GAPPED_PARTITIONS, message)
        .label(place.name, "this one begins later than the one before it ends")
        .label(other.name, "the one before it")
        .help("move an end, or add a partition for what lies between");
    cx.report(place, diagnostic);
}

/// Counts the remainders that no partition takes.
fn remainders(cx: &Cx<'_>, family: &Family<'_>) {
    let mut taken: Vec<(u64, u64)> = Vec::new();
    for (_, bound) in &family.partitions {
        let Bound::Hash { modulus, remainder } = bound else { return };
        let (Ok(modulus), Ok(remainder)) = (modulus.parse(), remainder.parse()) else { return };
        taken.push((modulus, remainder));
    }
    // Of the moduli each divides the next (manual: CREATE TABLE), so that the largest is divided by all.
    let Some(largest) = taken.iter().map(|(modulus, _)| *modulus).max() else { return };
    if largest == 0 || MAX_MODULUS < largest {
        return;
    }
    let is_taken = |n: &u64| taken.iter().any(|(modulus, rest)| *modulus != 0 && n % modulus == *rest);
    let missing: Vec<u64> = (0..largest).filter(|n| !is_taken(n)).collect();
    let Some(first) = missing.first() else { return };
    let Some(place) = cx.place(family.at) else { return };
    let message = format!(
        "no partition of `{}` takes {} of {largest} remainders, {first} the first of them",
        family.at.name,
        missing.len()
    );
    let diagnostic = Diagnostic::new(&GAPPED_PARTITIONS, message)
        .label(place.name, "an insert whose key has such a hash fails")
        .help(format!("add a partition with `modulus {largest} remainder {first}`"));
    cx.report(place, diagnostic);
}
