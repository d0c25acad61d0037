//! The functions that triggers and event triggers run: they take nothing and return `trigger` or `event_trigger`.

use super::world::World;
use crate::compile::read::Read;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Rule};
use crate::object::Object;
use crate::object::execute::Execute;
use crate::object::inclusion::in_mixin;
use crate::object::routine::{Mode, Returns, Routine, Sort};

rule!(WRONG_TRIGGER_FUNCTION, Error, "wrong-trigger-function");

/// The rules of this file.
pub(crate) const RULES: &[&Rule] = &[&WRONG_TRIGGER_FUNCTION];

/// Checks the function of every trigger and event trigger.
pub(super) fn run_fitting_functions(world: &World<'_>) {
    for read in world.reads {
        match &read.entry.object {
            Object::Trigger(it) => check(world, read, &it.execute, "trigger"),
            Object::EventTrigger(it) => check(world, read, &it.execute, "event_trigger"),
            _ => {}
        }
    }
}

fn check(world: &World<'_>, read: &Read, execute: &Execute, wanted: &str) {
    // A routine that could not be read may be the one that is meant.
    if !world.sound {
        return;
    }
    let mut reason = None;
    for (at, entry) in world.catalog.routines(&execute.function) {
        let Object::Routine(routine) = &entry.object else { continue };
        match misfit(routine, wanted) {
            None => return,
            Some(why) => reason = reason.or(Some((at, why))),
        }
    }
    if let Some((at, why)) = reason {
        let message = format!("`{}` {why}", at.name);
        let diagnostic =
            Diagnostic::new(&WRONG_TRIGGER_FUNCTION, message).label(read.span(), "runs it");
        let help =
            format!("a function that a trigger runs takes no parameters and returns `{wanted}`");
        world.diagnostics.borrow_mut().push(in_mixin(diagnostic.help(help), read.inclusion()));
    }
}

/// Says why a trigger can't run a routine.
fn misfit(routine: &Routine, wanted: &str) -> Option<String> {
    if routine.sort == Sort::Procedure {
        return Some("is a procedure".to_owned());
    }
    if routine.parameters.iter().any(|it| it.mode != Mode::Out) {
        return Some("takes parameters".to_owned());
    }
    let fits = matches!(&routine.returns, Returns::One(ty) if ty.is(wanted));
    (!fits).then(|| format!("does not return `{wanted}`"))
}
