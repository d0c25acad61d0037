//! Writes a catalog as a source: the inverse of `compile`.
//!
//! One file a PostgreSQL schema, and one for what belongs to the whole database. Types come first, tables by how deep
//! their foreign keys reach, then views and routines; columns carry the constraints that are about them alone, and blocks
//! hold what belongs to a relation. Names that PostgreSQL would give are left out. The layout is the formatter's.
//!
//! # Law
//! Compiling what is printed gives the same catalog.

mod files;
mod printer;
mod rust_name;
mod unnamed;

mod composite_type;
mod constraint;
mod domain;
mod enum_type;
mod extension;
mod foreign_key;
mod index;
mod materialized_view;
mod policy;
mod routine;
mod rule;
mod schema;
mod sequence;
mod statistics;
mod table;
mod trigger;
mod view;

use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::{Object, for_each_kind};
use printer::Printer;

pub use files::{File, Printed, Split, print};

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

/// Kinds that are not printed yet: that is an error of the whole, never silence.
macro_rules! unprinted {
    ($($module:ident::$kind:ident),* $(,)?) => {
        $(impl Print for crate::object::$module::$kind {
            fn print(&self, at: &Address, _entry: &Entry, out: &mut Printer<'_>) {
                out.unprinted(at);
            }
        })*
    };
}
unprinted! {
    role::Role,
    language::Language,
    access_method::AccessMethod,
    foreign_data_wrapper::ForeignDataWrapper,
    server::Server,
    user_mapping::UserMapping,
    collation::Collation,
    range_type::RangeType,
    base_type::BaseType,
    aggregate::Aggregate,
    operator::Operator,
    operator_family::OperatorFamily,
    operator_class::OperatorClass,
    cast::Cast,
    conversion::Conversion,
    transform::Transform,
    text_search_parser::TextSearchParser,
    text_search_template::TextSearchTemplate,
    text_search_dictionary::TextSearchDictionary,
    text_search_configuration::TextSearchConfiguration,
    foreign_table::ForeignTable,
    event_trigger::EventTrigger,
    publication::Publication,
    subscription::Subscription,
    default_privileges::DefaultPrivileges,
    security_label::SecurityLabel,
    raw::Raw,
}
