//! A plan that keeps nobody from reading or writing a table that is in use, but for moments.
//!
//! Each statement that works long under a strong lock becomes several ([`crate::hazard::online()`]). What can wait is put
//! behind all else: then the most of a plan is one transaction, and what is left over by a failure is an index or a
//! validation, not half a schema.

use super::{Action, Plan, Step, Transaction};
use crate::catalog::Catalog;
use crate::hazard::{Part, State, online as other_way};
use crate::object::address::{Address, Kind};
use crate::sql::default_name::object_name;
use crate::sql::ident::quote_ident;

/// Rewrites the steps on what a database holds already.
///
/// The plan leads to the same catalog. Statements that PostgreSQL refuses in a transaction, and long ones that must not
/// hold the locks of others, become [`Transaction::Alone`].
#[must_use]
pub fn online(plan: Plan, old: &Catalog) -> Plan {
    let mut state = State::from(old);
    let mut out = Vec::with_capacity(plan.steps.len());
    let mut tail: Vec<Step> = Vec::new();
    // What is behind all else already, by the address of its object.
    let mut moved: Vec<Address> = Vec::new();
    let swaps = Swaps::find(&plan.steps);
    for (n, step) in plan.steps.iter().enumerate() {
        let later = plan.steps.get(n + 1..).unwrap_or_default();
        let way = other_way(&step.sql, &state);
        state.pass(&step.sql);
        if moved.contains(&step.at) {
            tail.push(step.clone());
            continue;
        }
        let Some(way) = way.filter(|_| step.transaction == Transaction::Inside) else {
            out.push(step.clone());
            continue;
        };
        if swaps.is_dropped(n) {
            continue;
        }
        let now = match swaps.is_made(n) {
            true => swap(step, way.now),
            false => way.now,
        };
        let steps = steps(step, now);
        if can_wait(step, later) {
            moved.push(step.at.clone());
            tail.extend(steps);
        } else {
            out.extend(steps);
        }
        let last = parts(step, way.last);
        match later.iter().any(|it| touches(it, step)) {
            true => out.extend(last),
            false => tail.extend(last),
        }
    }
    out.append(&mut tail);
    Plan { steps: out, ..plan }
}

/// Makes steps of the parts of another way; the first one loses what the step lost.
fn steps(step: &Step, now: Vec<Part>) -> Vec<Step> {
    let mut steps = parts(step, now);
    if let Some(first) = steps.first_mut() {
        first.loss.clone_from(&step.loss);
        first.n_locks = step.n_locks;
    }
    steps
}

fn parts(step: &Step, parts: Vec<Part>) -> Vec<Step> {
    let of = |part: Part| Step {
        transaction: if part.alone { Transaction::Alone } else { Transaction::Inside },
        sql: part.sql,
        loss: None,
        n_locks: 0,
        ..step.clone()
    };
    parts.into_iter().map(of).collect()
}

/// Tells whether nothing needs what a step makes, or its absence: an index that is not unique.
fn can_wait(step: &Step, later: &[Step]) -> bool {
    if step.at.kind != Kind::Index || step.sql.contains("UNIQUE") {
        return false;
    }
    match step.action {
        Action::Create => {
            let name = step.at.name.as_str();
            !later.iter().any(|it| it.at != step.at && it.sql.contains(name))
        }
        // What the index needs may be dropped, and its table altered.
        Action::Drop => !later.iter().any(|it| it.action == Action::Drop || touches(it, step)),
        Action::Alter => false,
    }
}

/// Tells whether a step is about the relation of another.
fn touches(other: &Step, step: &Step) -> bool {
    other.at != step.at && other.at.relation() == step.at.relation()
}

/// The indexes that are dropped and made again: the new one is built before the old one goes.
struct Swaps {
    /// The steps that drop, and those that make.
    pairs: Vec<(usize, usize)>,
}

impl Swaps {
    fn find(steps: &[Step]) -> Swaps {
        let mut pairs = Vec::new();
        let is_index = |step: &Step, action| step.at.kind == Kind::Index && step.action == action;
        for (from, dropped) in steps.iter().enumerate().filter(|(_, it)| is_index(it, Action::Drop))
        {
            let made = steps
                .iter()
                .skip(from + 1)
                .position(|it| it.at == dropped.at && is_index(it, Action::Create));
            let Some(to) = made.map(|it| it + from + 1) else { continue };
            let mut between = steps.iter().take(to).skip(from + 1);
            // An index of a column that goes would go with it.
            if !between.any(|it| touches(it, dropped) || it.action == Action::Drop) {
                pairs.push((from, to));
            }
        }
        Swaps { pairs }
    }

    fn is_dropped(&self, n: usize) -> bool {
        self.pairs.iter().any(|(from, _)| *from == n)
    }

    fn is_made(&self, n: usize) -> bool {
        self.pairs.iter().any(|(_, to)| *to == n)
    }
}

/// Builds an index under another name, drops the old one, and gives the new one its name.
fn swap(step: &Step, now: Vec<Part>) -> Vec<Part> {
    let name = quote_ident(&step.at.name);
    let other = object_name(&step.at.name, "", "new");
    let quoted = quote_ident(&other);
    let [build] = now.as_slice() else { return now };
    let sql = build.sql.replacen(
        &format!("CONCURRENTLY {name} ON"),
        &format!("CONCURRENTLY {quoted} ON"),
        1,
    );
    let new = Address { name: other.as_str().into(), ..step.at.clone() };
    vec![
        Part { sql, alone: true },
        Part { sql: format!("DROP INDEX CONCURRENTLY {}", step.at.sql()), alone: true },
        Part { sql: format!("ALTER INDEX {} RENAME TO {name}", new.sql()), alone: false },
    ]
}
