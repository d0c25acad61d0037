//! Labels that are added to an enum and used at once.
//!
//! PostgreSQL takes `ALTER TYPE … ADD VALUE` in a transaction, but refuses the label until that is committed (SQLSTATE
//! 55P04; manual: ALTER TYPE, notes).

use std::collections::BTreeSet;

use crate::object::address::{Address, Kind};
use crate::plan::{Plan, Transaction};
use crate::sql::lex::{TokenKind, tokens};

/// Brings the labels that other statements name before all of them, each committed by itself.
pub(super) fn commit_first(plan: &mut Plan) {
    let added = |sql: &str| -> Option<String> {
        let (_, rest) = sql.split_once(" ADD VALUE ")?;
        let label = tokens(rest).first().map(|it| it.range.of(rest).to_owned());
        label.filter(|_| sql.starts_with("ALTER TYPE "))
    };
    let is_adding = |at: &Address| at.kind == Kind::EnumType;
    let labels: Vec<(usize, String)> = plan
        .steps
        .iter()
        .enumerate()
        .filter(|(_, step)| is_adding(&step.at))
        .filter_map(|(n, step)| Some((n, added(&step.sql)?)))
        .collect();
    if labels.is_empty() {
        return;
    }
    let wanted: BTreeSet<&str> = labels.iter().map(|(_, label)| label.as_str()).collect();
    let is_label = |n: usize| labels.iter().any(|(other, _)| *other == n);
    let others = plan.steps.iter().enumerate().filter(|(n, _)| !is_label(*n));
    let is_used = others.flat_map(|(_, step)| literals(&step.sql)).any(|it| wanted.contains(it));
    if !is_used {
        return;
    }
    let places: BTreeSet<usize> = labels.iter().map(|(n, _)| *n).collect();
    let mut first = Vec::new();
    let mut rest = Vec::new();
    for (n, mut step) in std::mem::take(&mut plan.steps).into_iter().enumerate() {
        if places.contains(&n) {
            step.transaction = Transaction::Alone;
            first.push(step);
        } else {
            rest.push(step);
        }
    }
    // A type is renamed before its labels are.
    let types: BTreeSet<Address> = first.iter().map(|it| it.at.clone()).collect();
    let is_rename = |sql: &str| sql.contains(" RENAME TO ") || sql.contains(" SET SCHEMA ");
    let (mut before, rest): (Vec<_>, Vec<_>) =
        rest.into_iter().partition(|it| types.contains(&it.at) && is_rename(&it.sql));
    before.extend(first);
    before.extend(rest);
    plan.steps = before;
}

/// Returns the string literals of a statement, those in its own strings too, as a body has them.
fn literals(sql: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for token in tokens(sql) {
        let text = token.range.of(sql);
        match token.kind {
            TokenKind::String => out.push(text),
            TokenKind::DollarString => {
                let inside =
                    text.trim_matches('$').trim_start_matches(|c| c != '$').trim_matches('$');
                out.extend(tokens(inside).iter().map(|it| it.range.of(inside)));
            }
            _ => {}
        }
    }
    out
}
