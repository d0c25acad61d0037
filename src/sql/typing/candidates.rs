//! The signatures that a call has the right number of arguments for (`FuncnameGetCandidates`).

use std::cmp::Ordering;

use super::polymorphic::is_polymorphic;
use super::{Call, Signature, VariadicWord};

/// A signature brought into the form of the call.
#[derive(Debug, Clone)]
pub(super) struct Candidate<'a> {
    /// Which of the signatures.
    pub(super) index: usize,
    /// The declared types of the call's arguments, in the call's order.
    pub(super) arguments: Vec<&'a str>,
    /// Another candidate takes the same and is no worse.
    pub(super) ambiguous: bool,
    /// It is polymorphic in an argument left to its default, whose type the signature does not tell.
    pub(super) defaults_are_polymorphic: bool,
    is_variadic: bool,
    path_position: usize,
}

impl Candidate<'_> {
    pub(super) fn is_exact(&self, arguments: &[&str]) -> bool {
        self.arguments == arguments
    }
}

/// Gives the signatures that can take the call by the number and names of its arguments.
pub(super) fn gather<'a>(call: &Call<'_>, signatures: &[Signature<'a>]) -> Vec<Candidate<'a>> {
    let mut candidates: Vec<Candidate<'a>> = Vec::new();
    for (index, signature) in signatures.iter().enumerate() {
        let Some((arguments, is_variadic)) = match_call(call, signature) else { continue };
        let n_omitted = signature.arguments.len().saturating_sub(arguments.len());
        let mut omitted = signature.arguments.iter().rev().take(n_omitted);
        let new = Candidate {
            index,
            arguments,
            ambiguous: false,
            defaults_are_polymorphic: omitted.any(|(_, declared)| is_polymorphic(declared)),
            is_variadic,
            path_position: signature.path_position,
        };
        match candidates.iter_mut().find(|old| old.arguments == new.arguments) {
            None => candidates.push(new),
            Some(old) => match rank(&new).cmp(&rank(old)) {
                Ordering::Less => *old = new,
                Ordering::Equal => old.ambiguous = true,
                Ordering::Greater => {}
            },
        }
    }
    candidates
}

/// Of two that take the same, the one earlier in the search path is meant, then the one that is not variadic.
fn rank(candidate: &Candidate<'_>) -> (usize, bool) {
    (candidate.path_position, candidate.is_variadic)
}

/// Gives the declared types of the call's arguments, and whether a variadic one is spread over them.
fn match_call<'a>(call: &Call<'_>, signature: &Signature<'a>) -> Option<(Vec<&'a str>, bool)> {
    let (n_given, n_declared) = (call.arguments.len(), signature.arguments.len());
    let spread = signature.variadic && call.variadic == VariadicWord::Absent;
    if !call.names.is_empty() {
        return if spread {
            None
        } else {
            match_named(call, signature).map(|arguments| (arguments, false))
        };
    }
    let types = signature.arguments.iter().map(|(_, type_name)| *type_name);
    if spread && n_declared <= n_given {
        let last = element_of_variadic(types.clone().next_back()?);
        let arguments =
            types.take(n_declared - 1).chain(std::iter::repeat_n(last, n_given + 1 - n_declared));
        return Some((arguments.collect(), true));
    }
    let fits = n_given <= n_declared && n_declared <= n_given + signature.n_defaults;
    fits.then(|| (types.take(n_given).collect(), false))
}

/// What `pg_proc.provariadic` has for a variadic argument of this type.
fn element_of_variadic(declared: &str) -> &str {
    match declared {
        "anyarray" => "anyelement",
        "anycompatiblearray" => "anycompatible",
        _ => declared.strip_suffix("[]").unwrap_or(declared),
    }
}

fn match_named<'a>(call: &Call<'_>, signature: &Signature<'a>) -> Option<Vec<&'a str>> {
    let n_positional = call.arguments.len().checked_sub(call.names.len())?;
    let positional = signature.arguments.get(..n_positional)?;
    let mut given: Vec<usize> = (0..n_positional).collect();
    for name in call.names {
        let at = signature.arguments.iter().position(|(declared, _)| declared == name)?;
        if given.contains(&at) {
            return None;
        }
        given.push(at);
    }
    let first_default = signature.arguments.len().checked_sub(signature.n_defaults)?;
    if !(0..first_default).all(|at| given.contains(&at)) {
        return None;
    }
    let named = given.iter().skip(n_positional).filter_map(|at| signature.arguments.get(*at));
    Some(positional.iter().chain(named).map(|(_, type_name)| *type_name).collect())
}
