//! All that there is to say at the end of a command, and the exit code that follows from it.

use std::collections::BTreeMap;

use super::failure::Failure;
use super::screen::{Loudness, Screen};
use super::{Format, ReportArgs, json};
use crate::diagnostic::{Diagnostics, Level, Rendered};
use crate::source::Sources;

/// What went wrong, or may be.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// The files that the diagnostics are about.
    pub(super) sources: Sources,
    pub(super) diagnostics: Diagnostics,
    pub(super) failures: Vec<Failure>,
}

impl From<Failure> for Report {
    fn from(failure: Failure) -> Self {
        Report { failures: vec![failure], ..Report::default() }
    }
}

impl Report {
    /// Shows everything and returns the exit code.
    pub(super) fn finish(mut self, args: &ReportArgs, screen: &Screen) -> u8 {
        match args.format {
            Format::Human => self.show(args, screen),
            Format::Json => {
                if let Err(failure) = screen.data(&json::report(&self)) {
                    screen.report(&failure);
                    self.failures.push(failure);
                }
            }
        }
        let denied = args.deny_warnings && 0 < self.diagnostics.count(Level::Warning);
        let from_source = u8::from(self.diagnostics.has_errors() || denied);
        let worst = self.failures.iter().map(|failure| failure.kind).max();
        worst.map_or(from_source, |kind| kind.exit_code())
    }

    fn show(&self, args: &ReportArgs, screen: &Screen) {
        self.failures.iter().for_each(|failure| screen.report(failure));
        let most = if args.max == 0 { usize::MAX } else { args.max };
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for diagnostic in self.diagnostics.iter() {
            if diagnostic.level == Level::Note && screen.loudness == Loudness::Quiet {
                continue;
            }
            let count = counts.entry(diagnostic.rule.name).or_default();
            *count += 1;
            if *count <= most {
                screen.report(&Rendered::new(diagnostic, &self.sources));
            }
        }
        for (rule, count) in counts.into_iter().filter(|(_, count)| most < *count) {
            screen.say(&format!("… and {} more of `{rule}` (--max 0 shows all)", count - most));
        }
        if !self.diagnostics.is_empty() {
            screen.note(&self.summary());
            if args.deny_warnings && !self.diagnostics.has_errors() {
                screen.note("warnings are denied");
            }
        }
    }

    /// Returns a line such as `2 errors, 1 warning in 3 files`.
    fn summary(&self) -> String {
        let counts = [Level::Error, Level::Warning, Level::Note]
            .map(|level| (level, self.diagnostics.count(level)));
        let counts = counts.into_iter().filter(|(_, count)| 0 < *count);
        let counts: Vec<String> =
            counts.map(|(level, count)| counted(count, level.word())).collect();
        format!("{} in {}", counts.join(", "), counted(self.sources.len(), "file"))
    }
}

/// Returns a number and the word for what it counts, in the right form.
pub(super) fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}
