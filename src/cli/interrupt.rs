//! Ctrl-C: the process ends, and leaves no file that was only begun and no scratch database.

use crate::database::scratch;
use crate::project::output;

/// The exit code of a process that Ctrl-C ended, as shells have it.
const INTERRUPTED: i32 = 130;

/// Has Ctrl-C remove what was begun, then end the process. Where the signal is ignored, it stays so.
pub(super) fn leave_nothing_behind() {
    // Without it, Ctrl-C ends the process as the system does.
    let _ = ctrlc::try_set_handler(|| {
        output::abandon();
        scratch::abandon();
        std::process::exit(INTERRUPTED);
    });
}
