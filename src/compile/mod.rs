//! Trees to the catalog: names are gathered, items read, mixins put in, everything checked and resolved.

mod allow;
pub(crate) mod check;
mod declare;
mod head;
pub(crate) mod mixin;
mod naming;
pub(crate) mod once;
pub(crate) mod read;
pub(crate) mod resolve;

pub mod hints;
pub mod query;

use std::collections::BTreeMap;
use std::thread;

use crate::catalog::Catalog;
use crate::diagnostic::{Allow, Diagnostics};
use crate::object::address::Address;
use crate::object::origin::Origin;
use crate::source::Sources;
use crate::syntax::{self, STACK_BYTES};
use hints::Hints;
use query::Query;

/// What a source means.
#[derive(Debug, Default)]
pub struct Compiled {
    /// The model; half of it where there are errors.
    pub catalog: Catalog,
    /// Where each object is declared.
    pub origins: BTreeMap<Address, Origin>,
    /// What the source says of Rust.
    pub hints: Hints,
    /// The typed queries.
    pub queries: Vec<Query>,
    /// Columns of views: their names and types as far as they are known.
    pub views: BTreeMap<Address, Vec<ResultColumn>>,
    /// Columns of the result of each query, in the order of `queries`; `None` where they are not all known.
    pub query_columns: Vec<Option<Vec<ResultColumn>>>,
    /// Where the source allows what lints find.
    pub allows: Vec<Allow>,
    /// What is wrong with the source.
    pub diagnostics: Diagnostics,
}

pub use resolve::ResultColumn;

impl Compiled {
    /// Returns the source's meaning if it has no error: the only way to what is made of it.
    pub fn sound(&self) -> Option<Sound<'_>> {
        (!self.diagnostics.has_errors()).then_some(Sound(self))
    }
}

/// A source without errors.
#[derive(Clone, Copy, Debug)]
pub struct Sound<'c>(&'c Compiled);

impl<'c> std::ops::Deref for Sound<'c> {
    type Target = Compiled;

    fn deref(&self) -> &Compiled {
        self.0
    }
}

/// Finds out what a source means. Every fault is reported in one run, each cause once.
///
/// Runs on a thread of its own, whose stack is large enough for the deepest nesting that is read.
pub fn compile(sources: &Sources) -> Compiled {
    let work = || {
        let (asts, mut diagnostics) = syntax::parse(sources);
        let mut compiled = read::read(&asts);
        compiled.allows = allow::all(&asts, sources);
        diagnostics.extend(std::mem::take(&mut compiled.diagnostics));
        diagnostics.sort();
        compiled.diagnostics = diagnostics;
        compiled
    };
    thread::scope(|scope| {
        let worker = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        worker.expect("the system can start a thread").join().expect("the compiler does not panic")
    })
}
