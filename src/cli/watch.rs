//! `check --watch`: the same again whenever a file changes.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use super::Global;
use super::screen::Screen;
use crate::project::stamp::Stamp;
use crate::rules::RULES;

/// How long nobody looks at the files.
const PAUSE: Duration = Duration::from_millis(200);

/// Looking costs at most one part in so many of the time.
const SHARE: u32 = 10;

/// Once a file has changed, others may follow: an editor that saves all, a branch that is checked out.
const QUIET: Duration = Duration::from_millis(50);

/// Whoever writes without a pause is not waited for.
const MOST_CHANGES: usize = 20;

/// Runs a check now and after each change, until Ctrl-C or until nobody hears it; returns the last exit code.
pub(super) fn run(
    paths: &[PathBuf],
    global: &Global,
    screen: &Screen,
    check: impl Fn() -> u8,
) -> u8 {
    let look = || Stamp::take(global.config.as_deref(), paths, &RULES);
    for n in 1_u64.. {
        // Taken before the files are read: what changes while they are read is seen.
        let seen = look();
        screen.clear();
        let began = Instant::now();
        let code = check();
        let took = began.elapsed();
        if !screen.is_heard(&format!("check {n} took {took:.1?}; waiting for changes, Ctrl-C ends"))
        {
            return code;
        }
        wait(&look, &seen);
    }
    0
}

/// Waits until the files look different, and then for a moment in which they stay as they are.
fn wait(look: &impl Fn() -> Stamp, seen: &Stamp) {
    let mut now;
    loop {
        let began = Instant::now();
        now = look();
        if now != *seen {
            break;
        }
        thread::sleep(PAUSE.max(began.elapsed() * SHARE));
    }
    for _ in 0..MOST_CHANGES {
        thread::sleep(QUIET);
        let next = look();
        if next == now {
            return;
        }
        now = next;
    }
}
