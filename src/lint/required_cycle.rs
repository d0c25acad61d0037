//! Tables whose rows need each other, so that none can be inserted first.

use super::cx::Cx;
use super::relation::Relation;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Rule};
use crate::object::address::Address;
use crate::object::constraint_flags::{Timing, Validation};
use crate::object::foreign_key::ForeignKey;

rule!(REQUIRED_CYCLE, Warning, "required-foreign-key-cycle");
rule!(REQUIRED_SELF_REFERENCE, Note, "required-self-reference");

/// The rules of this module.
pub(super) static RULES: &[&Rule] = &[&REQUIRED_CYCLE, &REQUIRED_SELF_REFERENCE];

/// A foreign key without which no row can be: from which table it leads to which, by number.
struct Edge<'c> {
    to: usize,
    at: &'c Address,
    key: &'c ForeignKey,
}

pub(super) fn check(cx: &Cx<'_>) {
    let mut edges: Vec<Vec<Edge<'_>>> = Vec::with_capacity(cx.relations.len());
    for (n, relation) in cx.relations.iter().enumerate() {
        let mut own = Vec::new();
        for (at, key) in relation.foreign_keys.iter().filter(|(_, it)| is_required(relation, it)) {
            match cx.relation_number(&key.table) {
                Some(to) if to == n => self_reference(cx, at, key),
                Some(to) => own.push(Edge { to, at, key }),
                None => {}
            }
        }
        edges.push(own);
    }
    walk(cx, &edges);
}

/// Tells whether every row must have the row that it refers to, at the end of the statement that inserts it.
fn is_required(relation: &Relation<'_>, key: &ForeignKey) -> bool {
    let mut columns = key.columns.iter();
    let refuses = match key.match_full {
        true => columns.any(|it| relation.refuses_null(it)),
        false => columns.all(|it| relation.refuses_null(it)),
    };
    refuses && key.timing == Timing::Immediate && key.validation != Validation::NotEnforced
}

/// What is known of a table while cycles are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    /// On the way that is being walked, at this distance from its start.
    OnTheWay(usize),
    Done,
}

/// Walks along the foreign keys and reports each way that comes back to itself. O(tables + foreign keys).
fn walk(cx: &Cx<'_>, edges: &[Vec<Edge<'_>>]) {
    let mut states = vec![State::New; edges.len()];
    for start in 0..edges.len() {
        if states.get(start) != Some(&State::New) {
            continue;
        }
        // Each table on the way, with the number of the next foreign key to follow.
        let mut way: Vec<(usize, usize)> = Vec::new();
        let mut next = Some(start);
        loop {
            if let Some(table) = next.take() {
                set(&mut states, table, State::OnTheWay(way.len()));
                way.push((table, 0));
            }
            let Some((table, followed)) = way.last_mut() else { break };
            let edge = edges.get(*table).and_then(|own| own.get(*followed));
            *followed += 1;
            let Some(edge) = edge else {
                set(&mut states, *table, State::Done);
                way.pop();
                continue;
            };
            match states.get(edge.to) {
                Some(State::New) => next = Some(edge.to),
                Some(State::OnTheWay(distance)) => report(cx, edges, way.get(*distance..)),
                Some(State::Done) | None => {}
            }
        }
    }
}

fn set(states: &mut [State], table: usize, state: State) {
    if let Some(slot) = states.get_mut(table) {
        *slot = state;
    }
}

fn report(cx: &Cx<'_>, edges: &[Vec<Edge<'_>>], way: Option<&[(usize, usize)]>) {
    let followed = way.unwrap_or_default().iter().filter_map(|(table, followed)| {
        let edge = edges.get(*table)?.get(followed.checked_sub(1)?)?;
        Some((&cx.relations.get(*table)?.at.name, edge))
    });
    let followed: Vec<_> = followed.collect();
    let shown = followed.iter().take(MOST_LABELS + 1).map(|(name, _)| format!("`{name}`"));
    let mut names: Vec<String> = shown.collect();
    if names.len() < followed.len() {
        names.push(format!("{} more tables", followed.len() - names.len()));
    }
    let Some(((_, first), place)) =
        followed.first().and_then(|it| Some((it, cx.place(it.1.at)?)))
    else {
        return;
    };
    let mut diagnostic = Diagnostic::new(
        &REQUIRED_CYCLE,
        format!("no row of {} can be inserted first", names.join(", ")),
    )
    .label(place.name, format!("needs a row of `{}`", first.key.table.name));
    for (_, edge) in followed.iter().skip(1).take(MOST_LABELS) {
        if let Some(place) = cx.place(edge.at) {
            diagnostic =
                diagnostic.label(place.name, format!("needs a row of `{}`", edge.key.table.name));
        }
    }
    let help = "make one of the foreign keys `deferrable initially deferred`, or its column nullable";
    cx.report(place, diagnostic.help(help));
}

/// How many foreign keys of a cycle are shown after the first.
const MOST_LABELS: usize = 5;

fn self_reference(cx: &Cx<'_>, at: &Address, key: &ForeignKey) {
    let Some(place) = cx.place(at) else { return };
    let message = format!("every row of `{}` needs another one, or itself", key.table.name);
    let diagnostic = Diagnostic::new(&REQUIRED_SELF_REFERENCE, message)
        .label(place.name, "the first row can only refer to itself")
        .help("add `?` to the column's type, if a row without it is meant");
    cx.report(place, diagnostic);
}
