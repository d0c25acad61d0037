//! What a statement costs and endangers, in the words of the comment that stands above it.

use super::effect::{Effect, InTransaction, of};
use super::read::read;
use super::state::State;
use crate::catalog::Catalog;
use crate::object::address::Qualified;

/// Returns the lines that say what a statement locks, does and endangers: none where it is harmless.
///
/// A relation that was made since the last [`State::settle`] is nobody's concern, and is not named.
pub fn remarks(statement: &str, before: &State) -> Vec<String> {
    lines(&of(&read(statement), before), before)
}

/// Returns [`remarks`] on each of some statements, which run one after another on what a catalog holds. O(n) in the
/// catalog and the statements, but for tables with partitions.
pub fn remarks_of_all<'s>(
    statements: impl IntoIterator<Item = &'s str>,
    before: &Catalog,
) -> Vec<Vec<String>> {
    let mut state = State::from(before);
    let of_one = |text: &str| {
        let statement = read(text);
        let found = lines(&of(&statement, &state), &state);
        state.apply(&statement);
        found
    };
    statements.into_iter().map(of_one).collect()
}

fn lines(effect: &Effect, before: &State) -> Vec<String> {
    let in_use = |list: &[Qualified]| -> Vec<String> {
        list.iter().filter(|it| !before.is_new(it)).map(Qualified::sql).collect()
    };
    let mut lines = Vec::new();
    for (relation, level) in effect.locks.iter().filter(|(it, _)| !before.is_new(it)) {
        lines.push(format!("locks {relation}: {}, {}", level.sql(), level.in_words()));
    }
    for (words, list) in [
        ("rewrites", &effect.rewrites),
        ("rebuilds", &effect.rebuilds),
        ("reads all of", &effect.scans),
    ] {
        let names = in_use(list);
        if !names.is_empty() {
            lines.push(format!("{words} {}", names.join(", ")));
        }
    }
    if effect.transaction == InTransaction::Refused {
        lines.push("can't run in a transaction".to_owned());
    }
    lines.extend(effect.unsure.iter().map(|what| format!("not known: {what}")));
    let hazards = effect.hazards.iter().map(|it| format!("{}: {}", it.rule.name, it.message));
    lines.extend(hazards);
    lines
}
