//! Trees to the catalog: names are gathered, items read, mixins put in, everything checked and resolved.

mod allow;
mod attributes;
pub(crate) mod check;
mod declare;
mod head;
pub(crate) mod mixin;
pub(crate) mod naming;
pub(crate) mod once;
mod parts;
pub(crate) mod read;
pub(crate) mod resolve;

pub mod hints;
pub mod query;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;

use crate::catalog::Catalog;
use crate::diagnostic::{Allow, Diagnostics};
use crate::object::address::{Address, Name};
use crate::object::inclusion::Inclusion;
use crate::object::origin::Origin;
use crate::object::privilege::Privilege;
use crate::object::reader::SqlText;
use crate::source::{Sources, Span};
use crate::sql::lex::TextRange;
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
    /// SQL text, in the order of reading, for those who look into it.
    pub(crate) texts: Vec<Text>,
    /// Mixins, by name.
    pub(crate) mixins: Vec<MixinUse>,
    /// What each `grant` and `revoke` gives and takes, in the order of reading.
    pub(crate) grants: Vec<Grant>,
    /// What is wrong with the source.
    pub diagnostics: Diagnostics,
}

/// SQL text of an object, or of a query, which has no address.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) at: Option<Address>,
    pub(crate) sql: SqlText,
}

impl Text {
    /// Returns the place of a part of the text, or of all of it where a mixin changed it.
    pub(crate) fn place(&self, range: TextRange) -> Span {
        if self.sql.exact { self.sql.span.part(range.start, range.end) } else { self.sql.span }
    }
}

/// Whether and how a mixin is used.
#[derive(Debug)]
pub(crate) struct MixinUse {
    pub(crate) name: Name,
    /// Its name.
    pub(crate) place: Span,
    /// All of it.
    pub(crate) whole: Span,
    /// Whether some object has its members.
    pub(crate) included: bool,
    /// Parameters that its members do not name.
    pub(crate) unused: Vec<(Name, Span)>,
}

/// What one `grant` or `revoke` says of one object.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) at: Address,
    pub(crate) privileges: Vec<Privilege>,
    /// All of it.
    pub(crate) whole: Span,
    pub(crate) inclusion: Option<Arc<Inclusion>>,
    /// How many objects it names.
    pub(crate) scope: GrantScope,
}

/// How many objects a `grant` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GrantScope {
    /// One: it stands in its block, or names no other.
    One,
    /// A list of them, or all of a schema.
    Many,
}

#[cfg(feature = "postgres")]
pub(crate) use declare::file_schema;
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
