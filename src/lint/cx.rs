//! What a lint looks at, and where it reports.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::relation::{Relation, relations};
use super::shared::Shared;
use crate::catalog::Catalog;
use crate::compile::Compiled;
use crate::diagnostic::{Diagnostic, Diagnostics, Levels, Rule};
use crate::object::address::{Address, Qualified};
use crate::object::inclusion::{Inclusion, in_mixin};
use crate::object::origin::{Origin, Place};
use crate::source::{Sources, Span};

/// What a lint looks at.
pub(super) struct Cx<'c> {
    sources: &'c Sources,
    levels: &'c Levels,
    /// The meaning of the source.
    pub(super) compiled: &'c Compiled,
    /// Tables and foreign tables with what belongs to each, by address.
    pub(super) relations: Vec<Relation<'c>>,
    /// What is found once, when the first lint asks for it.
    pub(super) shared: Shared<'c>,
    numbers: FxHashMap<Qualified, usize>,
    found: RefCell<Diagnostics>,
}

impl<'c> Cx<'c> {
    pub(super) fn new(sources: &'c Sources, compiled: &'c Compiled, levels: &'c Levels) -> Self {
        let (relations, numbers) = relations(compiled);
        Cx {
            sources,
            levels,
            compiled,
            relations,
            shared: Shared::default(),
            numbers,
            found: RefCell::default(),
        }
    }

    /// Returns the text of a place.
    pub(super) fn text(&self, span: Span) -> &'c str {
        self.sources.text(span)
    }

    /// Returns the text of the file that a place lies in.
    pub(super) fn file_text(&self, span: Span) -> &'c str {
        &self.sources.get(span.file).text
    }

    /// Returns every object by address.
    pub(super) fn catalog(&self) -> &'c Catalog {
        &self.compiled.catalog
    }

    /// Returns where an object is declared.
    pub(super) fn origin(&self, at: &Address) -> Option<&'c Origin> {
        self.compiled.origins.get(at)
    }

    /// Returns the place of an object.
    pub(super) fn place(&self, at: &Address) -> Option<&'c Place> {
        self.origin(at).map(|origin| &origin.place)
    }

    /// Returns the place of a table among the relations.
    pub(super) fn relation_number(&self, name: &Qualified) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    /// Returns a table.
    pub(super) fn relation(&self, name: &Qualified) -> Option<&Relation<'c>> {
        self.relations.get(self.relation_number(name)?)
    }

    /// Returns the comment of an object.
    pub(super) fn comment(&self, at: &Address) -> Option<&'c str> {
        self.catalog().get(at)?.comment.as_deref()
    }

    /// Tells whether a rule is on.
    pub(super) fn is_on(&self, rule: &Rule) -> bool {
        self.levels.of(rule).is_some()
    }

    /// Returns all that was reported.
    pub(super) fn into_found(self) -> Diagnostics {
        self.found.into_inner()
    }

    /// Reports a fault of what stands at a place. Its first label is the diagnostic's own.
    pub(super) fn report(&self, place: &Place, diagnostic: Diagnostic) {
        self.report_in(place.inclusion.as_deref(), diagnostic);
    }

    /// Reports a fault of what an include brought, or of what stands in no mixin.
    pub(super) fn report_in(&self, inclusion: Option<&Inclusion>, diagnostic: Diagnostic) {
        self.found.borrow_mut().push(in_mixin(diagnostic, inclusion));
    }
}
