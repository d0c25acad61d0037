//! How far long work is: a line that is drawn over on a terminal, a line now and then elsewhere, nothing with `--quiet` or
//! `--no-progress`.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use super::Global;
use super::screen::{Loudness, Screen};

/// How long work may take before anything is said: what is soon done needs no bar.
const SOON: Duration = Duration::from_millis(300);

/// How often the line is drawn over.
const BLINK: Duration = Duration::from_millis(50);

/// How often a line is said where it can't be drawn over.
const PAUSE: Duration = Duration::from_secs(5);

/// How many columns the bar has.
const WIDTH: usize = 24;

/// Work that is done in steps.
pub(super) struct Bar {
    shown: Shown,
    /// When something may be said next.
    next: Instant,
    is_drawn: bool,
}

#[derive(Clone, Copy)]
enum Shown {
    Never,
    DrawnOver,
    Lines,
}

impl Bar {
    pub(super) fn new(screen: &Screen, global: &Global) -> Self {
        let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        let shown = if screen.loudness == Loudness::Quiet || global.no_progress {
            Shown::Never
        } else if io::stderr().is_terminal() && !is_dumb {
            Shown::DrawnOver
        } else {
            Shown::Lines
        };
        let first = match shown {
            Shown::Never | Shown::DrawnOver => SOON,
            Shown::Lines => PAUSE,
        };
        Bar { shown, next: Instant::now() + first, is_drawn: false }
    }

    /// Says what is being done, and how much is done already.
    pub(super) fn step(&mut self, done: usize, total: usize, what: &str) {
        let now = Instant::now();
        if now < self.next {
            return;
        }
        // Nobody may be listening.
        match self.shown {
            Shown::Never => {}
            Shown::DrawnOver => {
                let _ = write!(io::stderr().lock(), "\r\u{1b}[K{}", line(done, total, what));
                (self.is_drawn, self.next) = (true, now + BLINK);
            }
            Shown::Lines => {
                let _ = writeln!(io::stderr().lock(), "{what}: {done} of {total} done");
                self.next = now + PAUSE;
            }
        }
    }

    /// Takes the line away.
    pub(super) fn finish(self) {
        drop(self);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.is_drawn {
            let _ = write!(io::stderr().lock(), "\r\u{1b}[K");
        }
    }
}

/// Returns a bar with its numbers.
fn line(done: usize, total: usize, what: &str) -> String {
    let filled = WIDTH * done.min(total) / total.max(1);
    let bar = format!("{}{}", "█".repeat(filled), "░".repeat(WIDTH - filled));
    format!("{bar} {done}/{total} {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills() {
        assert_eq!(line(0, 0, "x"), format!("{} 0/0 x", "░".repeat(24)));
        assert_eq!(line(6, 24, "x"), format!("{}{} 6/24 x", "█".repeat(6), "░".repeat(18)));
        assert_eq!(line(9, 3, "x"), format!("{} 9/3 x", "█".repeat(24)));
    }
}
