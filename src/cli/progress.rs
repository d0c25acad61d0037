//! How far long work is: a line that is drawn over on a terminal, a line now and then elsewhere.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use super::Global;
use super::screen::{Loudness, Screen};

/// How often a line is said where it can't be drawn over.
const PAUSE: Duration = Duration::from_secs(5);

/// Work that is done in steps.
pub(super) struct Bar {
    shown: Shown,
    last: Instant,
    drawn: bool,
}

#[derive(PartialEq)]
enum Shown {
    Never,
    DrawnOver,
    Lines,
}

impl Bar {
    pub(super) fn new(screen: &Screen, global: &Global) -> Self {
        let shown = match (screen.loudness == Loudness::Quiet || global.no_progress, io::stderr().is_terminal()) {
            (true, _) => Shown::Never,
            (false, true) => Shown::DrawnOver,
            (false, false) => Shown::Lines,
        };
        Bar { shown, last: Instant::now(), drawn: false }
    }

    /// Says what was done.
    pub(super) fn step(&mut self, done: usize, total: usize, what: &str) {
        // Nobody may be listening.
        match self.shown {
            Shown::Never => {}
            Shown::DrawnOver => {
                let filled = 24 * done / total.max(1);
                let bar = format!("{}{}", "█".repeat(filled), "░".repeat(24 - filled));
                let _ = write!(io::stderr().lock(), "\r\u{1b}[K{bar} {done}/{total} {what}");
                self.drawn = true;
            }
            Shown::Lines if PAUSE <= self.last.elapsed() => {
                let _ = writeln!(io::stderr().lock(), "read {what} ({done} of {total})");
                self.last = Instant::now();
            }
            Shown::Lines => {}
        }
    }

    /// Takes the line away.
    pub(super) fn finish(self) {
        if self.drawn {
            let _ = write!(io::stderr().lock(), "\r\u{1b}[K");
        }
    }
}
