//! What the author wants of each rule: for the project, for a file, for an item.

use std::collections::BTreeMap;

use super::{Diagnostic, Level, Rule, Switch};
use crate::source::Span;

/// The levels that a project gives to rules.
#[derive(Clone, Debug)]
pub struct Levels {
    /// Every rule there is.
    rules: &'static [&'static Rule],
    /// By the rule's name; `None` switches it off.
    set: BTreeMap<&'static str, Option<Level>>,
}

impl Levels {
    /// Has each rule report at its own level.
    pub fn new(rules: &'static [&'static Rule]) -> Self {
        Levels { rules, set: BTreeMap::new() }
    }

    /// Gives a rule a level, or switches it off. A check is an error whatever is said of it.
    pub fn set(&mut self, rule: &'static Rule, level: Option<Level>) {
        self.set.insert(rule.name, level);
    }

    /// Returns the level of a rule; `None` where it is switched off.
    pub fn of(&self, rule: &Rule) -> Option<Level> {
        match (rule.switch, self.set.get(rule.name)) {
            (Switch::Fixed, _) => Some(rule.level),
            (_, Some(level)) => *level,
            (Switch::On, None) => Some(rule.level),
            (Switch::Off, None) => None,
        }
    }

    /// Returns every rule there is.
    pub fn rules(&self) -> &'static [&'static Rule] {
        self.rules
    }
}

/// An attribute `#[allow(rule)]` of an item or member, or `#![allow(rule)]` of a file.
#[derive(Clone, Debug)]
pub struct Allow {
    /// The rule that it names.
    pub rule: String,
    /// The place of that name.
    pub place: Span,
    /// What to delete to be rid of it.
    pub whole: Span,
    /// Where the rule is not to be reported.
    pub region: Span,
}

impl Allow {
    /// Tells whether a diagnostic of its rule lies in its region, or was brought there by an include.
    pub fn covers(&self, it: &Diagnostic) -> bool {
        let places = it.span().into_iter().chain(it.included.iter().map(|include| include.site));
        self.rule == it.rule.name && places.into_iter().any(|place| is_inside(place, self.region))
    }
}

fn is_inside(place: Span, region: Span) -> bool {
    place.file == region.file && region.start <= place.start && place.end <= region.end
}
