//! Mends a source: takes the fixes of its diagnostics, round by round, until there is none to take.
//!
//! Nothing is believed of a fix. After each round the source is analysed again, and a fix after which its own
//! diagnostic stands, or the source is worse than before, is left out and reported as a fault of ours.

use std::collections::BTreeMap;

use super::analysis::Analysis;
use crate::diagnostic::{Certainty, Diagnostic, Edit, Fix, Level, Rule};
use crate::emit::rust;
use crate::source::{FileId, Source, Sources, Span};
use crate::{plan, syntax};

/// A fix may make room for another, and a long run of members without `;` is mended in parts. What goes on for longer
/// goes round in a circle.
const MAX_ROUNDS: usize = 30;

/// How often a round's fixes are tried in ever smaller groups to find the ones that do harm.
const MAX_ATTEMPTS: usize = 200;

/// A source and what was done to it.
#[derive(Debug)]
pub struct Mended {
    /// The files; those that no fix touched are as they were.
    pub sources: Sources,
    /// What there is to say of them.
    pub analysis: Analysis,
    /// The fixes that were taken, in the order of rounds and places.
    pub taken: Vec<Taken>,
    /// The fixes that did not do what they should and were left out.
    pub refused: Vec<(Taken, Reason)>,
    /// Whether nothing is left to take.
    pub settled: bool,
}

/// A fix of one diagnostic.
#[derive(Clone, Debug)]
pub struct Taken {
    /// What found the fault.
    pub rule: &'static Rule,
    /// The fault.
    pub message: String,
    /// The file.
    pub path: String,
    /// The place of the fault in the text that the round began with. Lines count from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What the fix does, as an instruction.
    pub text: String,
}

/// Why a fix was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its diagnostic stands after it, or its edits make no sense: a fault of ours.
    Useless,
    /// As much is wrong after it as before.
    Harmful,
}

/// Takes all fixes that are at least as certain.
///
/// `analyse` says what there is to say of a source; `analysis` is that of `sources`.
pub fn mend(
    sources: Sources,
    analysis: Analysis,
    least: Certainty,
    analyse: impl Fn(&Sources) -> Analysis,
) -> Mended {
    let mut it = Mending { least, analyse, refused_at: Vec::new() };
    let mut mended =
        Mended { sources, analysis, taken: Vec::new(), refused: Vec::new(), settled: false };
    for _ in 0..MAX_ROUNDS {
        let round = it.choose(&mended);
        if round.is_empty() {
            mended.settled = true;
            return mended;
        }
        it.round(round, &mut mended);
    }
    mended.settled = it.choose(&mended).is_empty();
    mended
}

/// Returns the source with the edits of fixes made, or nothing where they overlap or leave their file.
pub fn edited<'f>(sources: &Sources, fixes: impl IntoIterator<Item = &'f Fix>) -> Option<Sources> {
    let edits = by_file(fixes.into_iter().flat_map(|fix| &fix.edits));
    let files = sources.iter().map(|(file, source)| match edits.get(&file) {
        None => Some(source.with_text(source.text.clone())),
        Some(edits) => Some(source.with_text(edited_text(&source.text, edits)?)),
    });
    files.collect()
}

fn by_file<'e>(edits: impl Iterator<Item = &'e Edit>) -> BTreeMap<FileId, Vec<&'e Edit>> {
    let mut files: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    edits.for_each(|edit| files.entry(edit.span.file).or_default().push(edit));
    files.values_mut().for_each(|edits| edits.sort_by_key(|edit| edit.span));
    files
}

fn edited_text(text: &str, edits: &[&Edit]) -> Option<String> {
    let (mut out, mut at) = (String::with_capacity(text.len() + 64), 0);
    for edit in edits {
        out.push_str(text.get(at..edit.span.start as usize)?);
        out.push_str(&edit.text);
        at = edit.span.end as usize;
        text.get(edit.span.start as usize..at)?;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// A diagnostic with its fix.
#[derive(Clone)]
struct Candidate {
    diagnostic: Diagnostic,
    fix: Fix,
}

impl Candidate {
    fn taken(&self, sources: &Sources) -> Taken {
        let Diagnostic { rule, message, .. } = &self.diagnostic;
        let place = self.place();
        let source: &Source = sources.get(place.file);
        let position = source.position(place.start);
        Taken {
            rule,
            message: message.clone(),
            path: source.path.clone(),
            line: position.line,
            column: position.column,
            text: self.fix.text.clone(),
        }
    }

    /// Returns the stage that its error belongs to, if it is an error.
    fn stage(&self) -> Option<Stage> {
        stage(&self.diagnostic)
    }

    fn place(&self) -> Span {
        self.diagnostic.span().expect("only what has a place is chosen")
    }
}

struct Mending<A> {
    least: Certainty,
    analyse: A,
    /// Rules and places of fixes that were refused, and are not tried again.
    refused_at: Vec<(&'static str, Span)>,
}

impl<A: Fn(&Sources) -> Analysis> Mending<A> {
    /// Returns the fixes to take now. One that touches another waits for the next round.
    fn choose(&self, now: &Mended) -> Vec<Candidate> {
        let mut reserved: BTreeMap<(FileId, u32), u32> = BTreeMap::new();
        let mut chosen = Vec::new();
        for diagnostic in now.analysis.compiled.diagnostics.iter() {
            let (Some(fix), Some(place)) = (&diagnostic.fix, diagnostic.span()) else { continue };
            let is_wanted = match fix.certainty {
                Certainty::Certain => true,
                Certainty::Likely => self.least == Certainty::Likely,
            };
            let is_refused = self
                .refused_at
                .iter()
                .any(|(rule, at)| *rule == diagnostic.rule.name && *at == place);
            if !is_wanted || is_refused || fix.edits.is_empty() {
                continue;
            }
            if fix.edits.iter().any(|edit| touches(&reserved, edit.span)) {
                continue;
            }
            for Edit { span, .. } in &fix.edits {
                let end = reserved.entry((span.file, span.start)).or_default();
                *end = span.end.max(*end);
            }
            chosen.push(Candidate { diagnostic: diagnostic.clone(), fix: fix.clone() });
        }
        // What text means is not known before all of it can be read.
        if chosen.iter().any(|it| it.stage() == Some(Stage::Syntax)) {
            chosen.retain(|it| it.stage() == Some(Stage::Syntax));
        }
        chosen
    }

    /// Takes those of a round's fixes that do good.
    fn round(&mut self, round: Vec<Candidate>, mended: &mut Mended) {
        let mut good: Vec<Candidate> = Vec::new();
        let mut bad: Vec<(Candidate, Reason)> = Vec::new();
        let mut result = None;
        let mut groups = vec![round];
        for _ in 0..MAX_ATTEMPTS {
            let Some(mut group) = groups.pop() else { break };
            let together: Vec<&Candidate> = good.iter().chain(&group).collect();
            match self.attempt(&together, mended) {
                Ok(better) => {
                    result = Some(better);
                    good.append(&mut group);
                }
                Err(reason) if group.len() == 1 => bad.extend(group.pop().map(|it| (it, reason))),
                Err(_) => {
                    let rest = group.split_off(group.len() / 2);
                    groups.extend([rest, group]);
                }
            }
        }
        good.sort_by_key(Candidate::place);
        mended.taken.extend(good.iter().map(|it| it.taken(&mended.sources)));
        mended.refused.extend(bad.iter().map(|(it, reason)| (it.taken(&mended.sources), *reason)));
        let edits = by_file(good.iter().flat_map(|it| &it.fix.edits));
        let moved = |span: Span| {
            let edits = edits.get(&span.file).map_or(&[][..], Vec::as_slice);
            let (start, end) = (moved(span.start, edits).1, moved(span.end, edits).1);
            Span { start, end: end.max(start), ..span }
        };
        let refused = bad.iter().map(|(it, _)| (it.diagnostic.rule.name, it.place()));
        self.refused_at.extend(refused);
        self.refused_at.iter_mut().for_each(|(_, span)| *span = moved(*span));
        if let Some((sources, analysis)) = result {
            (mended.sources, mended.analysis) = (sources, analysis);
        }
    }

    /// Returns what fixes make of a source, if all of them do what they should and nothing else comes of it.
    fn attempt(
        &self,
        fixes: &[&Candidate],
        before: &Mended,
    ) -> Result<(Sources, Analysis), Reason> {
        let sources =
            edited(&before.sources, fixes.iter().map(|it| &it.fix)).ok_or(Reason::Useless)?;
        let analysis = (self.analyse)(&sources);
        let edits = by_file(fixes.iter().flat_map(|it| &it.fix.edits));
        let old = Found::all(&before.analysis);
        let new = Found::all(&analysis);
        let stands = |it: &&Candidate| {
            let place = it.place();
            let edits = edits.get(&place.file).map_or(&[][..], Vec::as_slice);
            let (low, high) = moved(place.start, edits);
            let key = (place.file, it.diagnostic.rule.name, it.diagnostic.message.as_str());
            let now = new.0.get(&key).map_or(&[][..], Vec::as_slice);
            let n_before = old.0.get(&key).map_or(0, Vec::len);
            n_before <= now.len() && now.iter().any(|at| (low..=high).contains(at))
        };
        if fixes.iter().any(stands) {
            return Err(Reason::Useless);
        }
        if !is_better(fixes, faults(&before.analysis), faults(&analysis)) {
            return Err(Reason::Harmful);
        }
        Ok((sources, analysis))
    }
}

/// Where each thing is said.
struct Found<'a>(BTreeMap<(FileId, &'static str, &'a str), Vec<u32>>);

impl<'a> Found<'a> {
    fn all(analysis: &'a Analysis) -> Self {
        let mut found: BTreeMap<_, Vec<u32>> = BTreeMap::new();
        for it in analysis.compiled.diagnostics.iter() {
            if let Some(span) = it.span() {
                let key = (span.file, it.rule.name, it.message.as_str());
                found.entry(key).or_default().push(span.start);
            }
        }
        Found(found)
    }
}

/// Tells whether a place overlaps or touches one that is reserved.
fn touches(reserved: &BTreeMap<(FileId, u32), u32>, span: Span) -> bool {
    let up_to = reserved.range((span.file, 0)..=(span.file, span.end));
    // What is reserved does not overlap, so only the last can reach this far.
    up_to.last().is_some_and(|(_, end)| span.start <= *end)
}

/// The stages of a compiler. Each sees only what those before it let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Syntax,
    Meaning,
    /// The order of statements, and Rust.
    Making,
}

/// Returns the stage that found an error.
fn stage(it: &Diagnostic) -> Option<Stage> {
    let is_one_of = |rules: &[&Rule]| rules.iter().any(|rule| rule.name == it.rule.name);
    match it.rule.level {
        Level::Note | Level::Warning => None,
        Level::Error if is_one_of(syntax::RULES) => Some(Stage::Syntax),
        Level::Error if is_one_of(plan::RULES) || is_one_of(rust::RULES) => Some(Stage::Making),
        Level::Error => Some(Stage::Meaning),
    }
}

/// Returns the number of errors of each stage.
fn faults(analysis: &Analysis) -> [usize; 3] {
    let stages: Vec<Stage> = analysis.compiled.diagnostics.iter().filter_map(stage).collect();
    let count = |stage| stages.iter().filter(|it| **it == stage).count();
    [count(Stage::Syntax), count(Stage::Meaning), count(Stage::Making)]
}

/// Tells whether there is less wrong of the stage that the fixes are of, and no more of those before it.
///
/// Fewer errors of a stage may show more of the next. Where members lack their `;`, as many may come to light as are
/// mended.
fn is_better(fixes: &[&Candidate], old: [usize; 3], new: [usize; 3]) -> bool {
    let n_of = |stage| fixes.iter().filter(|it| it.stage() == Some(stage)).count();
    let [old_syntax, old_meaning, old_making] = old;
    let [new_syntax, new_meaning, new_making] = new;
    if new_syntax != old_syntax || 0 < n_of(Stage::Syntax) {
        return new_syntax <= old_syntax;
    }
    if new_meaning != old_meaning || 0 < n_of(Stage::Meaning) {
        return new_meaning + n_of(Stage::Meaning) <= old_meaning;
    }
    new_making + n_of(Stage::Making) <= old_making
}

/// Returns where an offset is after edits: in front of what is put in at the offset itself, and behind it.
fn moved(offset: u32, edits: &[&Edit]) -> (u32, u32) {
    let (mut low, mut high) = (i64::from(offset), i64::from(offset));
    for Edit { span, text } in edits {
        let change = text.len() as i64 - span.len() as i64;
        if span.end <= offset && span.start < offset {
            low += change;
            high += change;
        } else if span.start < offset {
            low -= i64::from(offset - span.start);
            high += text.len() as i64 - i64::from(offset - span.start);
        } else if span.start == offset {
            high += text.len() as i64;
        }
    }
    let offset = |it: i64| u32::try_from(it).unwrap_or_default();
    (offset(low.min(high)), offset(high))
}
