//! All that is found out of a source before anything is made of it.

use crate::compile::{Compiled, compile};
use crate::plan::{self, Plan};
use crate::source::Sources;

/// What a source means, and the statements that make it.
#[derive(Debug)]
pub struct Analysis {
    /// The meaning, with all that is wrong.
    pub compiled: Compiled,
    /// The statements in order; none where there is an error.
    pub plan: Option<Plan>,
}

/// Compiles a source and, where it has no error, orders what it declares.
pub fn analyse(sources: &Sources) -> Analysis {
    let mut compiled = compile(sources);
    if compiled.sound().is_none() {
        return Analysis { compiled, plan: None };
    }
    match plan::create(&compiled.catalog, &compiled.views, &compiled.origins) {
        Ok(plan) => Analysis { compiled, plan: Some(plan) },
        Err(circles) => {
            compiled.diagnostics.extend(circles);
            compiled.diagnostics.sort();
            Analysis { compiled, plan: None }
        }
    }
}
