//! What is said to people about their source: one plain struct, whatever found the fault.
//!
//! # Adding a check
//! Write a `static RULE: Rule` beside the code that finds the fault, its page in `docs/rules/<name>.md`, a line for it
//! in [`crate::rules`], and a case under `tests/cases/`. The page's example must raise exactly that rule.

mod fix;
mod levels;
mod render;
pub(crate) mod rule;

use std::cell::Cell;

use crate::source::Span;

pub use fix::{Certainty, Edit, Fix};
pub use levels::{Allow, Allows, Levels};
pub use render::Rendered;
pub use rule::{Level, Rule, Switch};

/// One thing to say about the source.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// What found it.
    pub rule: &'static Rule,
    /// How grave it is: as the rule says, unless the author says otherwise.
    pub level: Level,
    /// What is wrong: lower case, no full stop, names in backquotes.
    pub message: String,
    /// Places, the one that is to blame first.
    pub labels: Vec<Label>,
    /// The includes that brought the text at fault to where it is a fault, innermost first.
    pub included: Vec<Included>,
    /// The one thing to do next, as an instruction.
    pub help: Option<String>,
    /// What does it.
    pub fix: Option<Fix>,
}

/// An include of a mixin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Included {
    /// The mixin.
    pub mixin: String,
    /// The `include`.
    pub site: Span,
}

/// A place and what it has to do with the fault.
#[derive(Clone, Debug)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What it has to do with the fault.
    pub text: String,
}

impl Diagnostic {
    /// Makes a diagnostic without places or help.
    pub fn new(rule: &'static Rule, message: impl Into<String>) -> Self {
        let message = message.into();
        Diagnostic {
            rule,
            level: rule.level,
            message,
            labels: Vec::new(),
            included: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Adds a place; the first one is shown as the place of the fault.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a place where there is one.
    #[must_use]
    pub fn label_if(self, span: Option<Span>, text: &str) -> Self {
        match span {
            Some(span) => self.label(span, text),
            None => self,
        }
    }

    /// Adds an include that brought the text at fault.
    #[must_use]
    pub fn included(mut self, mixin: impl Into<String>, site: Span) -> Self {
        self.included.push(Included { mixin: mixin.into(), site });
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what to do next where there is something to say.
    #[must_use]
    pub fn help_if(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Says what mends it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Says what mends it, where something does.
    #[must_use]
    pub fn fix_if(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix.or(self.fix);
        self
    }

    /// Offers the one name that the help asks for, instead of the name that is written at a place.
    ///
    /// What stands there is not that name alone where the lengths differ: then nothing is offered.
    #[must_use]
    pub fn as_meant(self, span: Span, written: &str) -> Self {
        let name = self.help.as_deref().and_then(name_asked_for);
        let word = name.filter(|_| span.len() == written.len()).and_then(|name| {
            if written.starts_with('\'') {
                return (!name.contains(['\'', '\\'])).then(|| format!("'{name}'"));
            }
            let n_parts = |path: &str| path.matches('.').count();
            let fits = is_plain(name) && n_parts(written) <= n_parts(name);
            (fits && is_plain(&written.to_ascii_lowercase())).then(|| name.to_owned())
        });
        let fix = word.map(|word| Fix::instead(span, word));
        self.fix_if(fix)
    }

    /// Returns the labels as they are shown: those of the diagnostic, then the first includes.
    pub fn shown_labels(&self) -> Vec<Label> {
        let more = self.included.len().saturating_sub(SHOWN_INCLUDES);
        let shown = self.included.iter().take(SHOWN_INCLUDES).enumerate().map(|(n, it)| {
            let rest = match more {
                0 => String::new(),
                more if n + 1 == SHOWN_INCLUDES => format!(", and {more} more includes"),
                _ => String::new(),
            };
            Label { span: it.site, text: format!("mixin `{}` is included here{rest}", it.mixin) }
        });
        self.labels.iter().cloned().chain(shown).collect()
    }

    /// Takes over the includes of a diagnostic that says the same of the same text.
    fn merge(&mut self, other: Diagnostic) {
        for include in other.included {
            if !self.included.contains(&include) {
                self.included.push(include);
            }
        }
        if self.fix != other.fix {
            self.fix = None;
        }
    }

    /// Returns the place of the fault.
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}

/// How many includes are shown with a diagnostic.
const SHOWN_INCLUDES: usize = 3;

/// Collects diagnostics.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds a place to the last one, if it is of a rule and at a place.
    pub(crate) fn label_last(&mut self, rule: &Rule, at: Span, place: Span, text: &str) {
        let last = self.list.last_mut().filter(|it| it.rule.name == rule.name);
        if let Some(last) = last.filter(|it| it.span() == Some(at)) {
            last.labels.push(Label { span: place, text: text.to_owned() });
        }
    }

    /// Adds all of another collection.
    pub fn extend(&mut self, other: Diagnostics) {
        self.list.extend(other.list);
    }

    /// Sorts by place, then by rule, and drops what is said twice of one place.
    ///
    /// What is wrong in a mixin is said once, with the includes.
    pub fn sort(&mut self) {
        self.list.sort_by(|a, b| {
            (a.span(), a.rule.name, &a.message).cmp(&(b.span(), b.rule.name, &b.message))
        });
        self.list.dedup_by(|a, first| {
            let in_mixin = !a.included.is_empty() && !first.included.is_empty();
            let same = a.span() == first.span()
                && a.rule.name == first.rule.name
                && (a.message == first.message || in_mixin);
            if same {
                first.merge(a.clone());
            }
            same
        });
    }

    /// Gives each the level that the author wants of its rule, and leaves out what is switched off or allowed at its
    /// place.
    pub fn settle(&mut self, levels: &Levels, allows: &Allows<'_>) {
        self.list.retain_mut(|it| {
            let allowed =
                || it.rule.switch != Switch::Fixed && allows.covering(it).next().is_some();
            let level = levels.of(it.rule).filter(|_| !allowed());
            it.level = level.unwrap_or(it.level);
            level.is_some()
        });
    }

    /// Returns all, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// Returns the number of those of a level.
    pub fn count(&self, level: Level) -> usize {
        self.list.iter().filter(|it| it.level == level).count()
    }

    /// Tells whether there is an error among them.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|it| it.level == Level::Error)
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

thread_local! {
    /// How many comparisons of names are left.
    static COMPARISONS: Cell<u32> = const { Cell::new(1_000_000) };
}

/// Returns the candidate nearest to a misspelt name by edit distance, if one is near enough to be meant.
///
/// After a million comparisons on one thread none is made any more: a source with that many wrong names is helped by
/// the first suggestions, and must not be waited for.
///
/// Near enough is at most a third of the name's length, and at least one edit. Letter case counts for nothing.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    near(name, candidates).min().map(|(_, candidate)| candidate)
}

/// Returns the nearest candidate, if no other is as near: then it is likely meant.
pub fn nearest_alone<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let mut best: Option<(usize, &str)> = None;
    let mut alone = true;
    for (distance, candidate) in near(name, candidates) {
        match best {
            Some((least, _)) if least < distance => {}
            Some((least, other)) if least == distance => alone &= other == candidate,
            _ => (best, alone) = (Some((distance, candidate)), true),
        }
    }
    best.filter(|_| alone).map(|(_, candidate)| candidate)
}

/// Returns the candidates that are near enough, with their distance.
fn near<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> impl Iterator<Item = (usize, &'c str)> {
    let wanted: Vec<char> = name.to_lowercase().chars().take(64).collect();
    let limit = (wanted.len() / 3).max(1);
    candidates
        .into_iter()
        .filter(move |candidate| {
            *candidate != name && candidate.len().abs_diff(name.len()) <= limit * 4
        })
        .take_while(|_| COMPARISONS.with(|it| it.replace(it.get().saturating_sub(1)) != 0))
        .map(move |candidate| (distance(&wanted, candidate), candidate))
        .filter(move |(distance, _)| *distance <= limit)
}

/// Returns "did you mean `x`?" for the nearest candidate, and for those that are as near.
pub fn did_you_mean<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<String> {
    let mut near: Vec<(usize, &str)> = near(name, candidates).collect();
    near.sort_unstable();
    near.dedup();
    let (least, _) = *near.first()?;
    let nearest = near.iter().take_while(|(distance, _)| *distance == least).take(SHOWN_NAMES);
    let nearest: Vec<String> = nearest.map(|(_, candidate)| format!("`{candidate}`")).collect();
    Some(match nearest.split_last() {
        Some((last, rest)) if !rest.is_empty() => {
            format!("did you mean {} or {last}?", rest.join(", "))
        }
        _ => format!("did you mean {}?", nearest.concat()),
    })
}

/// How many names that are equally near are shown.
const SHOWN_NAMES: usize = 3;

/// Returns the one name that [`did_you_mean`] asks for.
fn name_asked_for(help: &str) -> Option<&str> {
    let name = help.strip_prefix("did you mean `")?.strip_suffix("`?")?;
    (!name.contains('`')).then_some(name)
}

/// Tells whether each part of a dotted name can stand without quotes.
fn is_plain(path: &str) -> bool {
    path.split('.').all(|part| {
        part.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && part.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
    })
}

/// Returns the optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
fn distance(wanted: &[char], candidate: &str) -> usize {
    let candidate: Vec<char> = candidate.to_lowercase().chars().take(64).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=candidate.len()).collect();
    let mut last_char = None;
    for (i, a) in wanted.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in candidate.iter().enumerate() {
            let at = |line: &[usize], n: usize| line.get(n).copied().unwrap_or(usize::MAX / 2);
            let mut best =
                (at(&last, j) + usize::from(a != b)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped =
                j.checked_sub(1).and_then(|j| candidate.get(j)) == Some(a) && last_char == Some(b);
            if swapped && 0 < i {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
        last_char = Some(a);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_and_no_far_one() {
        assert_eq!(nearest("emial", ["email", "mail", "id"]), Some("email"));
        assert_eq!(nearest("Users", ["users", "user"]), Some("users"));
        assert_eq!(nearest("x", ["customers"]), None);
        assert_eq!(nearest("acount", ["amount", "account"]), Some("account"));
        assert_eq!(nearest_alone("acount", ["amounts", "account", "account"]), Some("account"));
        assert_eq!(nearest_alone("nane", ["name", "nine"]), None);
        let help = did_you_mean("nane", ["nine", "name", "other", "name"]).unwrap();
        assert_eq!(help, "did you mean `name` or `nine`?");
        assert_eq!(name_asked_for(&help), None);
        assert_eq!(name_asked_for(&did_you_mean("nane", ["name"]).unwrap()), Some("name"));
    }
}
