//! All that there is to say at the end of a command, and the exit code that follows from it.

use std::collections::{BTreeMap, BTreeSet};

use super::failure::Failure;
use super::screen::{Loudness, Screen};
use super::{Format, ReportArgs, github, json, sarif, short};
use crate::diagnostic::{Certainty, Diagnostic, Diagnostics, Level, Rendered};
use crate::project::fix::Taken;
use crate::source::{FileId, Sources};

/// What went wrong, or may be.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// The files that the diagnostics are about.
    pub(super) sources: Sources,
    pub(super) diagnostics: Diagnostics,
    pub(super) failures: Vec<Failure>,
    /// What `--fix` did; nothing where it was not asked for.
    pub(super) mended: Option<Vec<Taken>>,
}

impl From<Failure> for Report {
    fn from(failure: Failure) -> Self {
        Report { failures: vec![failure], ..Report::default() }
    }
}

impl Report {
    /// Shows everything and returns the exit code.
    pub(super) fn finish(mut self, args: &ReportArgs, screen: &Screen) -> u8 {
        let most = if args.max == 0 { usize::MAX } else { args.max };
        let data = match args.format {
            Format::Human => {
                self.show(args, screen);
                None
            }
            Format::Short => Some(short::text(&self, most)),
            Format::Json => Some(json::report(&self)),
            Format::Sarif => Some(sarif::text(&self)),
            Format::Github => Some(github::text(&self, most)),
        };
        if let Some(Err(failure)) = data.map(|text| screen.data(&text)) {
            screen.report(&failure);
            self.failures.push(failure);
        }
        let denied = args.deny_warnings && 0 < self.diagnostics.count(Level::Warning);
        let from_source = u8::from(self.diagnostics.has_errors() || denied);
        let worst = self.failures.iter().map(|failure| failure.kind).max();
        worst.map_or(from_source, |kind| kind.exit_code())
    }

    fn show(&self, args: &ReportArgs, screen: &Screen) {
        self.failures.iter().for_each(|failure| screen.report(failure));
        let most = if args.max == 0 { usize::MAX } else { args.max };
        let (shown, left_out) = self.shown(most);
        let is_said =
            |it: &&&Diagnostic| it.level != Level::Note || screen.loudness != Loudness::Quiet;
        for diagnostic in shown.iter().filter(is_said) {
            screen.report(&Rendered::new(diagnostic, &self.sources).width(screen.width));
        }
        left_out.iter().for_each(|line| screen.say(line));
        if !self.diagnostics.is_empty() {
            screen.note(&self.summary());
            if args.deny_warnings && !self.diagnostics.has_errors() {
                screen.note("warnings are denied");
            }
        }
    }

    /// Returns the first so many diagnostics of each rule, in order, and a line for each rule of which there are more.
    pub(super) fn shown(&self, most: usize) -> (Vec<&Diagnostic>, Vec<String>) {
        let mut left_out: BTreeMap<&str, (usize, usize, BTreeSet<FileId>)> = BTreeMap::new();
        let mut shown = Vec::new();
        for it in self.diagnostics.iter() {
            let (n_shown, n_more, files) = left_out.entry(it.rule.name).or_default();
            if *n_shown < most {
                *n_shown += 1;
                shown.push(it);
            } else {
                *n_more += 1;
                files.extend(it.span().map(|span| span.file));
            }
        }
        let left_out = left_out.into_iter().filter(|(_, (_, n_more, _))| 0 < *n_more);
        let lines = left_out.map(|(rule, (_, n_more, files))| {
            let files = counted(files.len(), "file");
            format!("… and {n_more} more of `{rule}` in {files} (--max 0 shows all)")
        });
        (shown, lines.collect())
    }

    /// Returns a line such as `2 errors, 1 warning in 3 files`.
    fn summary(&self) -> String {
        let counts = [Level::Error, Level::Warning, Level::Note]
            .map(|level| (level, self.diagnostics.count(level)));
        let counts = counts.into_iter().filter(|(_, count)| 0 < *count);
        let counts: Vec<String> =
            counts.map(|(level, count)| counted(count, level.word())).collect();
        let certain = |it: &&Diagnostic| {
            it.fix.as_ref().is_some_and(|fix| fix.certainty == Certainty::Certain)
        };
        let mended = match self.diagnostics.iter().filter(certain).count() {
            0 => String::new(),
            n => format!("; `check --fix` mends {n}"),
        };
        format!("{} in {}{mended}", counts.join(", "), counted(self.sources.len(), "file"))
    }
}

/// Returns a number and the word for what it counts, in the right form.
pub(super) fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
