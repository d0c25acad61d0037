//! Writes a catalog as a source: the inverse of `compile`.
//!
//! One file a PostgreSQL schema, and one for what belongs to the whole database. Types come first, tables by how deep
//! their foreign keys reach, then views and routines; columns carry the constraints that are about them alone, and blocks
//! hold what belongs to a relation. Names that PostgreSQL would give are left out. The layout is the formatter's.
//!
//! # Law
//! Compiling what is printed gives the same catalog.

mod aggregate;
mod base_type;
mod cast;
mod collation;
mod composite_type;
mod constraint;
mod conversion;
mod default_privileges;
mod domain;
mod enum_type;
mod event_trigger;
mod extension;
mod files;
mod foreign;
mod foreign_key;
mod index;
mod language;
mod materialized_view;
mod operator;
mod operator_class;
mod policy;
mod printer;
mod publication;
mod role;
mod routine;
mod rule;
mod rust_name;
mod schema;
mod sequence;
mod statistics;
mod table;
mod text_search;
mod texts;
mod transform;
mod trigger;
mod unnamed;
mod view;

use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::{Object, for_each_kind};
use printer::Printer;
#[cfg(feature = "postgres")]
pub(crate) use printer::has_block;

pub use files::{File, Printing, Split, print, whole};
pub use texts::Texts;

/// What a kind says in the source.
pub(crate) trait Print {
    /// Writes the object: an item with its `;` or block, or a member without one. Documentation is written before.
    fn print(&self, at: &Address, entry: &Entry, out: &mut Printer<'_>);
}

macro_rules! dispatch {
    ($($variant:ident in $module:ident: $word:literal),* $(,)?) => {
        /// Writes an object of any kind.
        fn print_object(at: &Address, entry: &Entry, out: &mut Printer<'_>) {
            match &entry.object {
                $(Object::$variant(it) => it.print(at, entry, out)),*
            }
        }
    };
}
for_each_kind!(dispatch);
