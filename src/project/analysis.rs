//! All that is found out of a source before anything is made of it.

use crate::compile::{Compiled, compile};
use crate::diagnostic::{Diagnostics, Levels};
use crate::emit::rust::{self, File, Options};
use crate::lint;
use crate::plan::{self, Plan};
use crate::source::Sources;

/// What a source means, and what is made of it.
#[derive(Debug)]
pub struct Analysis {
    /// The meaning, with all that is wrong.
    pub compiled: Compiled,
    /// What is made of it; nothing where there is an error.
    pub made: Option<Made>,
}

/// What is made of a source without errors.
#[derive(Debug)]
pub struct Made {
    /// The statements in order.
    pub plan: Plan,
    /// The Rust that is wanted.
    pub rust: Vec<File>,
}

/// The SQL that is wanted of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sql {
    /// None: that its statements can be ordered is enough.
    Ordered,
    /// All statements.
    Written,
}

/// The Rust that is wanted of a source.
#[derive(Clone, Copy, Debug)]
pub enum Rust {
    /// None: whether its types have one in Rust does not matter.
    None,
    /// A module of several files.
    Files(Options),
    /// One file for `include!`, called [`SINGLE_FILE`].
    Single(Options),
}

/// The name of the one file of Rust.
pub const SINGLE_FILE: &str = "schema.rs";

/// Compiles a source and, where it has no error, makes what is wanted of it, in memory.
///
/// The levels say which lints run, and how grave what they find is.
pub fn analyse(sources: &Sources, sql: Sql, wanted: Rust, levels: &Levels) -> Analysis {
    let mut compiled = compile(sources);
    compiled.diagnostics.extend(lint::unknown_rules(&compiled.allows, levels));
    let made = make(&mut compiled, sql, wanted);
    if made.is_some() {
        compiled.diagnostics.extend(lint::lint(sources, &compiled, levels));
    }
    lint::settle(&mut compiled.diagnostics, &compiled.allows, levels);
    let made = made.filter(|_| !compiled.diagnostics.has_errors());
    Analysis { compiled, made }
}

/// Makes what is wanted of a source without errors; what can't be made is reported.
fn make(compiled: &mut Compiled, sql: Sql, wanted: Rust) -> Option<Made> {
    let sound = compiled.sound()?;
    let plan = match sql {
        Sql::Written => plan::create(&sound.catalog, &sound.views, &sound.origins),
        Sql::Ordered => {
            plan::order(&sound.catalog, &sound.views, &sound.origins).map(|_| Plan::default())
        }
    };
    let rust = match wanted {
        Rust::None => Ok(Vec::new()),
        Rust::Files(options) => rust::files(sound, &options),
        Rust::Single(options) => rust::single(sound, &options)
            .map(|text| vec![File { path: SINGLE_FILE.to_owned(), text }]),
    };
    let made = both(plan, rust);
    made.map_err(|faults| compiled.diagnostics.extend(faults)).ok()
}

/// Joins two results so that the faults of both are shown.
fn both(
    plan: Result<Plan, Diagnostics>,
    rust: Result<Vec<File>, Diagnostics>,
) -> Result<Made, Diagnostics> {
    match (plan, rust) {
        (Ok(plan), Ok(rust)) => Ok(Made { plan, rust }),
        (plan, rust) => {
            let mut faults = plan.err().unwrap_or_default();
            faults.extend(rust.err().unwrap_or_default());
            Err(faults)
        }
    }
}
