//! What a migration is called where its author does not say: by what it does.

use std::collections::BTreeMap;

use crate::object::address::{Address, Kind, Qualified};
use crate::object::signature;
use crate::plan::{Action, Plan, State};

/// The most characters of a name.
const MOST: usize = 60;

/// Returns the name of a migration: `add_users`, `add_email_to_users`, `drop_orders_and_2_more`.
pub fn name(old: State<'_>, new: State<'_>, plan: &Plan) -> String {
    let mut subjects: Vec<(Qualified, Kind)> = Vec::new();
    let mut actions: BTreeMap<Qualified, Vec<(&Address, Action)>> = BTreeMap::new();
    for step in &plan.steps {
        let of = step.at.relation();
        if !actions.contains_key(&of) {
            subjects.push((of.clone(), step.at.kind));
        }
        actions.entry(of).or_default().push((&step.at, step.action));
    }
    // Tables say more than what serves them.
    let best = subjects.iter().find(|(_, kind)| *kind == Kind::Table).or(subjects.first());
    let Some((of, _)) = best else { return "nothing".to_owned() };
    if old.catalog.is_empty() && 2 < subjects.len() {
        return "init".to_owned();
    }
    let first = words(of, actions.get(of).map_or(&[], Vec::as_slice), old, new);
    let name = match subjects.len() {
        1 => first,
        n => format!("{first}_and_{}_more", n - 1),
    };
    fitting(&name)
}

/// Says what is done to one object.
fn words(of: &Qualified, actions: &[(&Address, Action)], old: State<'_>, new: State<'_>) -> String {
    let bare = |name: &str| signature::split(name).0.to_owned();
    let own = actions.iter().find(|(at, _)| at.relation.is_none());
    if let Some((at, _)) = own {
        match (old.catalog.get(at), new.catalog.get(at)) {
            (None, Some(_)) => return format!("add_{}", bare(&of.name)),
            (Some(_), None) => return format!("drop_{}", bare(&of.name)),
            _ => {}
        }
        let columns = |state: State<'_>| {
            let columns = state.catalog.columns(of).unwrap_or_default();
            columns.iter().map(|it| it.name.clone()).collect::<Vec<_>>()
        };
        let (before, after) = (columns(old), columns(new));
        let added: Vec<_> = after.iter().filter(|it| !before.contains(it)).collect();
        let dropped: Vec<_> = before.iter().filter(|it| !after.contains(it)).collect();
        return match (added.as_slice(), dropped.as_slice()) {
            ([column], []) => format!("add_{column}_to_{}", of.name),
            ([], [column]) => format!("drop_{column}_from_{}", of.name),
            _ => format!("change_{}", bare(&of.name)),
        };
    }
    match actions {
        [(at, Action::Create)] => format!("add_{}", bare(&at.name)),
        [(at, Action::Drop)] => format!("drop_{}", bare(&at.name)),
        _ => format!("change_{}", bare(&of.name)),
    }
}

/// Returns a name that can be part of a directory's.
fn fitting(name: &str) -> String {
    let safe = name.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    let name: String = safe.take(MOST).collect();
    name.trim_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{Compiled, compile};
    use crate::plan::{Options, change};
    use crate::source::{Source, Sources};

    #[test]
    fn a_migration_is_called_by_what_it_does() {
        let of = |text: &str| -> Compiled {
            compile(&Sources::from_iter([Source::new("a.schema", text)]))
        };
        let users = "table users { id: bigint primary key; }";
        for (old, new, expected) in [
            ("", users, "add_users"),
            (users, "", "drop_users"),
            (users, "table users { id: bigint primary key; email: text?; }", "add_email_to_users"),
            (
                "table users { id: bigint primary key; email: text?; }",
                users,
                "drop_email_from_users",
            ),
            (users, "table users { id: bigint primary key; index (id); }", "add_users_id_idx"),
            ("", "enum e { 'a'; } table t { e: e; }", "add_t_and_1_more"),
            ("", "enum e { 'a'; } table t { e: e; } table u { e: e; }", "init"),
        ] {
            let (old, new) = (of(old), of(new));
            let (old, new) = (State::from(&old), State::from(&new));
            let plan = change(old, new, &Options::default()).unwrap();
            assert_eq!(name(old, new, &plan), expected);
        }
        assert_eq!(fitting("add_\"A b\"/é"), "add__a_b__é");
    }
}
