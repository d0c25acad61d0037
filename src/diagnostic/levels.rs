//! What the author wants of each rule: for the project, for a file, for an item.

use std::collections::BTreeMap;

use super::{Diagnostic, Level, Rule, Switch};
use crate::source::{FileId, Span};

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

/// The `allow`s of a source, by rule and place.
pub struct Allows<'a> {
    /// Of each rule, sorted by where their regions start.
    by_rule: BTreeMap<&'a str, Vec<Reach<'a>>>,
}

/// An `allow`, and how far it and those that start before it reach.
type Reach<'a> = (&'a Allow, (FileId, u32));

impl<'a> Allows<'a> {
    /// Sorts them. O(n log n).
    pub fn new(allows: &'a [Allow]) -> Self {
        let mut by_rule: BTreeMap<&str, Vec<Reach<'a>>> = BTreeMap::new();
        for allow in allows {
            let end = (allow.region.file, allow.region.end);
            by_rule.entry(&allow.rule).or_default().push((allow, end));
        }
        for list in by_rule.values_mut() {
            list.sort_by_key(|(allow, _)| allow.region);
            let mut greatest = None;
            for (_, end) in list {
                greatest = greatest.max(Some(*end));
                *end = greatest.unwrap_or(*end);
            }
        }
        Allows { by_rule }
    }

    /// Returns those of its rule whose region a diagnostic lies in, or into whose region an include brought it.
    pub fn covering<'s>(&'s self, it: &'s Diagnostic) -> impl Iterator<Item = &'a Allow> + 's {
        let places = it.span().into_iter().chain(it.included.iter().map(|include| include.site));
        let list = self.by_rule.get(it.rule.name).map_or(&[][..], Vec::as_slice);
        places.flat_map(move |place| {
            let key = (place.file, place.start);
            let n =
                list.partition_point(|(allow, _)| (allow.region.file, allow.region.start) <= key);
            let before = list.get(..n).unwrap_or(&[]).iter().rev();
            // Regions in front that all end before the place need no look.
            let near = before.take_while(move |(_, greatest)| (place.file, place.end) <= *greatest);
            near.map(|(allow, _)| *allow).filter(move |allow| is_inside(place, allow.region))
        })
    }
}

fn is_inside(place: Span, region: Span) -> bool {
    place.file == region.file && region.start <= place.start && place.end <= region.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Sources};

    static LINT: Rule =
        Rule { name: "lint", level: Level::Warning, switch: Switch::On, since: "0.1", page: "" };

    #[test]
    fn what_covers_a_place_is_found_among_nested_regions() {
        let file = Sources::default().add(Source::new("a", ""));
        let span = |start, end| Span { file, start, end };
        let allow = |start, end| Allow {
            rule: "lint".into(),
            place: span(start, start),
            whole: span(start, start),
            region: span(start, end),
        };
        let allows = [allow(0, 100), allow(10, 20), allow(30, 40), allow(32, 35), allow(50, 60)];
        let index = Allows::new(&allows);
        let starts = |start, end| -> Vec<u32> {
            let it = Diagnostic::new(&LINT, "x").label(span(start, end), "here");
            index.covering(&it).map(|allow| allow.region.start).collect()
        };
        assert_eq!(starts(33, 34), [32, 30, 0]);
        assert_eq!(starts(45, 46), [0]);
        assert_eq!(starts(55, 70), [0]);
        assert_eq!(starts(99, 101), [0_u32; 0]);
    }
}
