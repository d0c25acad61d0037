//! What is named outside of SQL text exists and serves: index methods, operator classes, collations, languages, servers,
//! the functions that aggregates, operators and types are made of.
//!
//! | file | what |
//! |---|---|
//! | `indexes.rs` | index methods and what they can do, operator classes, operators of exclusion constraints |
//! | `collations.rs` | collations, and the types that take one |
//! | `named.rs` | languages, servers, foreign data wrappers, text search |
//! | `casts.rs` | casts |
//! | `functions.rs` | functions that a definition names, with the types they are called with |
//!
//! An extension whose contents are not known, a `raw` block or an item that could not be read may bring anything, so
//! beside one of those nothing is said to be missing.

pub(crate) mod casts;
pub(crate) mod collations;
pub(crate) mod functions;
pub(crate) mod indexes;
pub(crate) mod named;

use std::cell::{Cell, RefCell};

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::world::World;
use crate::compile::read::Read;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::inclusion::in_mixin;
use crate::sql::typing::DefaultOperatorClass;

/// Checks every object.
pub(super) fn check(world: &World<'_>) {
    let cx = Fit::new(world);
    for (n, read) in world.reads.iter().enumerate() {
        cx.current.set(n);
        indexes::check(&cx, read);
        collations::check(&cx, read);
        named::check(&cx, read);
        functions::check(&cx, read);
    }
}

/// What the checks share.
struct Fit<'w, 'a> {
    world: &'w World<'a>,
    /// Whether something may exist that is not known of.
    open: bool,
    /// The number of the object that is checked.
    current: Cell<usize>,
    /// Whether a method has a default operator class for a type, as it was found before.
    default_classes: RefCell<FxHashMap<(SmolStr, SmolStr), DefaultOperatorClass>>,
}

impl<'w, 'a> Fit<'w, 'a> {
    fn new(world: &'w World<'a>) -> Self {
        let has_raw = world.reads.iter().any(|read| read.at.kind == Kind::Raw);
        let open = world.unknown_extension || world.names.unreadable || has_raw;
        Fit { world, open, current: Cell::new(0), default_classes: RefCell::default() }
    }

    /// Reports a fault of an object, with the include that brought it where one did.
    fn report(&self, read: &Read, diagnostic: Diagnostic) {
        let diagnostic = in_mixin(diagnostic, read.inclusion());
        self.world.diagnostics.borrow_mut().push(diagnostic);
    }

    /// The schemas that a bare name of an object is looked up in, or the one that is written.
    fn homes(&self, read: &Read, schema: &Name) -> Vec<Name> {
        if !schema.is_empty() {
            return vec![schema.clone()];
        }
        let home = read.inclusion().map_or(&read.at.schema, |it| &it.schema);
        vec![home.clone(), "public".into()]
    }

    /// Finds an object that is declared, by a bare name or one with its schema.
    fn declared(&self, kind: Kind, read: &Read, name: &Qualified) -> Option<&'a Address> {
        let homes = self.homes(read, &name.schema);
        let find = |home: Name| {
            self.world.catalog.of(kind).find(|(at, _)| at.schema == home && at.name == name.name)
        };
        homes.into_iter().find_map(find).map(|(at, _)| at)
    }

    /// Returns the type of a column of the relation that an object belongs to.
    fn column_type(&self, read: &Read, column: &str) -> Option<SmolStr> {
        let rel = self.world.relation(&read.at.relation())?;
        rel.columns.iter().find(|it| it.name == column)?.value.ty.clone()
    }
}

/// Says which extension brings something, or what else may be meant.
fn brought_or_meant<'c>(
    extensions: &[&str],
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<String> {
    match extensions.first() {
        Some(extension) => Some(declare_extension(extension)),
        None => did_you_mean(name, candidates),
    }
}

fn declare_extension(extension: &str) -> String {
    format!(
        "the extension `{extension}` brings it: declare `extension {};`",
        crate::sql::ident::quote_ident(extension)
    )
}
