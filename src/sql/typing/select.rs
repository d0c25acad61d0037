//! The best of several candidates (`func_select_candidate`).

use super::candidates::Candidate;
use super::coercion::can_coerce;
use super::type_system::TypeSystem;
use crate::sql::builtin::casts::CastContext;

/// Keeps the candidates whose arguments the given ones can be converted to.
pub(super) fn fitting<'a>(
    candidates: Vec<Candidate<'a>>,
    arguments: &[&str],
    types: &TypeSystem,
) -> Vec<Candidate<'a>> {
    let fits = |candidate: &Candidate<'_>| {
        can_coerce(types, arguments, &candidate.arguments, CastContext::Implicit)
    };
    candidates.into_iter().filter(fits).collect()
}

/// Chooses the best of the fitting candidates, step by step as the manual has it (10.3, step 4).
pub(super) fn best<'a>(
    fitting: Vec<Candidate<'a>>,
    arguments: &[&str],
    types: &TypeSystem,
) -> Option<Candidate<'a>> {
    let given: Vec<&str> = arguments.iter().map(|argument| types.base(argument)).collect();
    let known = |argument: &str| argument != "unknown";
    let exact = |declared: &str, given: &str| known(given) && declared == given;
    let candidates = keep_most(fitting, |candidate| count(candidate, &given, exact));
    let likely = |declared: &str, given: &str| {
        known(given)
            && (declared == given || types.category(declared) == (types.category(given).0, true))
    };
    let candidates = keep_most(candidates, |candidate| count(candidate, &given, likely));
    if candidates.len() <= 1 || given.iter().all(|argument| known(argument)) {
        return only(candidates);
    }
    let candidates = match by_category_of_unknowns(&candidates, &given, types) {
        Some(kept) if kept.len() == 1 => return only(kept),
        Some(kept) if !kept.is_empty() => kept,
        _ => candidates,
    };
    by_single_known_type(candidates, &given, types)
}

fn only(candidates: Vec<Candidate<'_>>) -> Option<Candidate<'_>> {
    let mut candidates = candidates.into_iter();
    candidates.next().filter(|_| candidates.next().is_none())
}

fn count(candidate: &Candidate<'_>, given: &[&str], matches: impl Fn(&str, &str) -> bool) -> usize {
    candidate
        .arguments
        .iter()
        .zip(given)
        .filter(|(declared, given)| matches(declared, given))
        .count()
}

/// Keeps the candidates that score highest.
fn keep_most<'a>(
    candidates: Vec<Candidate<'a>>,
    score: impl Fn(&Candidate<'a>) -> usize,
) -> Vec<Candidate<'a>> {
    let scores: Vec<usize> = candidates.iter().map(score).collect();
    let most = scores.iter().max().copied().unwrap_or_default();
    candidates
        .into_iter()
        .zip(scores)
        .filter(|(_, score)| *score == most)
        .map(|(candidate, _)| candidate)
        .collect()
}

/// Takes each untyped literal for the category that the candidates agree on, or text if any takes that.
///
/// Returns `None` if they agree on none.
fn by_category_of_unknowns<'a>(
    candidates: &[Candidate<'a>],
    given: &[&str],
    types: &TypeSystem,
) -> Option<Vec<Candidate<'a>>> {
    let mut slots = Vec::new();
    for (at, _) in given.iter().enumerate().filter(|(_, given)| **given == "unknown") {
        let declared = candidates.iter().filter_map(|candidate| candidate.arguments.get(at));
        slots.push((at, category_of_slot(declared.map(|declared| types.category(declared)))?));
    }
    let fits = |candidate: &&Candidate<'a>| {
        slots.iter().all(|(at, (slot, wants_preferred))| {
            let (category, preferred) =
                candidate.arguments.get(*at).map_or(('X', false), |name| types.category(name));
            category == *slot && (preferred || !wants_preferred)
        })
    };
    Some(candidates.iter().filter(fits).cloned().collect())
}

fn category_of_slot(declared: impl Iterator<Item = (char, bool)>) -> Option<(char, bool)> {
    let mut slot: Option<(char, bool)> = None;
    let mut conflict = false;
    for (category, preferred) in declared {
        slot = match slot {
            None => Some((category, preferred)),
            Some((old, has_preferred)) if old == category => {
                Some((old, has_preferred || preferred))
            }
            Some(_) if category == 'S' => Some((category, preferred)),
            Some(old) => {
                conflict = true;
                Some(old)
            }
        };
    }
    slot.filter(|(category, _)| !conflict || *category == 'S')
}

/// If the typed arguments are all of one type, takes the untyped ones for that type too.
fn by_single_known_type<'a>(
    candidates: Vec<Candidate<'a>>,
    given: &[&str],
    types: &TypeSystem,
) -> Option<Candidate<'a>> {
    let mut known = given.iter().filter(|argument| **argument != "unknown");
    let first = known.next().filter(|first| known.all(|other| other == *first))?;
    let alike = vec![*first; given.len()];
    only(fitting(candidates, &alike, types))
}
