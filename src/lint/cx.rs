//! What a lint looks at, and where it reports.

use std::cell::RefCell;

use super::relation::{Relation, relations};
use crate::catalog::Catalog;
use crate::compile::Compiled;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::object::address::Address;
use crate::object::inclusion::in_mixin;
use crate::object::origin::{Origin, Place};

/// What a lint looks at.
pub(super) struct Cx<'c> {
    /// The meaning of the source.
    pub(super) compiled: &'c Compiled,
    /// Tables and foreign tables with what belongs to each, by address.
    pub(super) relations: Vec<Relation<'c>>,
    found: RefCell<Diagnostics>,
}

impl<'c> Cx<'c> {
    pub(super) fn new(compiled: &'c Compiled) -> Self {
        Cx { compiled, relations: relations(compiled), found: RefCell::default() }
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

    /// Returns all that was reported.
    pub(super) fn into_found(self) -> Diagnostics {
        self.found.into_inner()
    }

    /// Reports a fault of what stands at a place. Its first label is the diagnostic's own.
    pub(super) fn report(&self, place: &Place, diagnostic: Diagnostic) {
        self.found.borrow_mut().push(in_mixin(diagnostic, place.inclusion.as_deref()));
    }
}
