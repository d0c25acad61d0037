//! The kinds of object. A kind is one file and one line of `list.rs`.
//!
//! # Adding a kind
//! Its file implements `ObjectKind`; `list.rs` gets a line. If it has words of its own, `grammar/` gets a file and
//! `file.pest` an alternative, `syntax/keyword.rs` a line, and `compile/read.rs` an arm that the compiler asks for.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some have what is looked for here"
)]

pub mod address;
pub(crate) mod contract;
pub(crate) mod inclusion;
mod list;
mod missing;
pub(crate) mod named_column;
pub(crate) mod names;
mod narrowing;
pub(crate) mod nullability;
pub(crate) mod options;
pub mod origin;
pub(crate) mod path;
pub mod privilege;
pub(crate) mod quotes;
pub mod reader;
pub mod sequence_options;
pub(crate) mod serial;
pub mod setting;
pub(crate) mod signature;
pub(crate) mod spelling;
pub mod steps;
pub(crate) mod type_modifier;
pub(crate) mod type_text;

pub mod class_items;
pub mod column;
pub(crate) mod column_change;
pub mod column_comments;
pub mod constraint_flags;
pub mod execute;
pub mod identity;
pub mod index_element;
pub mod partition;
pub(crate) mod renames;
pub mod replica_identity;
mod table_change;
pub mod trigger_state;
pub mod view_columns;

use std::sync::Arc;

use address::{Address, Kind, Name};
pub use contract::Alter;
use contract::{Member, ObjectKind};
pub(crate) use list::for_each_kind;
use reader::Reader;
use steps::Steps;

use crate::sql::expr::Expr;
use crate::syntax::Node;

macro_rules! object {
    ($($variant:ident in $module:ident: $word:literal),* $(,)?) => {
        $(pub mod $module;)*

        /// An object of any kind. A copy costs a count: the object itself is shared until one of them is changed.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each is documented in the file of its kind")]
        pub enum Object {
            $($variant(Arc<$module::$variant>)),*
        }

        $(impl From<$module::$variant> for Object {
            fn from(it: $module::$variant) -> Self {
                Object::$variant(Arc::new(it))
            }
        })*

        impl Object {
            /// Returns the kind.
            pub fn kind(&self) -> Kind {
                match self { $(Object::$variant(_) => Kind::$variant),* }
            }

            /// Lists the objects that must exist before this one, those that its SQL text names aside.
            pub fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
                match self { $(Object::$variant(it) => it.depends_on(at, out)),* }
            }

            /// Writes the statements that create it.
            pub fn create(&self, at: &Address, steps: &mut Steps<'_>) {
                match self { $(Object::$variant(it) => it.create(at, steps)),* }
            }

            /// Writes what can only be said once other objects exist, and names those.
            pub fn finish(&self, at: &Address, after: &mut Vec<Address>, steps: &mut Steps<'_>) {
                match self { $(Object::$variant(it) => it.finish(at, after, steps)),* }
            }

            /// Writes the statements that drop it; `target` is what SQL calls it after `ALTER`.
            pub fn drop_at(&self, at: &Address, target: &str, steps: &mut Steps<'_>) {
                match self { $(Object::$variant(it) => ObjectKind::drop(it.as_ref(), at, target, steps)),* }
            }

            /// Writes the statements that make another object of it at the same address.
            pub fn alter(&self, new: &Object, at: &Address, steps: &mut Steps<'_>) -> Alter {
                match (self, new) {
                    $((Object::$variant(old), Object::$variant(new)) => old.alter(new, at, steps),)*
                    _ => Alter::Replace,
                }
            }

            /// Takes the new names of what it refers to, its texts aside.
            pub(crate) fn rename(&mut self, at: &Address, renames: &renames::Renames) {
                match self { $(Object::$variant(it) => Arc::make_mut(it).rename(at, renames)),* }
            }

            /// Writes what takes back a part of what `finish` wrote and the new object does not ask for.
            pub fn unfinish(&self, new: &Object, at: &Address, steps: &mut Steps<'_>) {
                match (self, new) {
                    $((Object::$variant(old), Object::$variant(new)) => old.unfinish(new, at, steps),)*
                    _ => {}
                }
            }

            /// Returns the expressions and statements in it that PostgreSQL reads when it is made, to be changed.
            ///
            /// Bodies that only their language reads are none, nor are the bounds of partitions, which are constants.
            pub fn texts_mut(&mut self) -> Vec<&mut Expr> {
                match self { $(Object::$variant(it) => Arc::make_mut(it).texts_mut()),* }
            }

            /// Takes a member of the object's block.
            pub(crate) fn member(&mut self, node: Node<'_>, cx: &mut Reader<'_>) -> Member {
                match self { $(Object::$variant(it) => Arc::make_mut(it).member(node, cx)),* }
            }
        }
    };
}
for_each_kind!(object);

impl Object {
    /// Returns what SQL calls the object's kind, in lower case: of routines, which sort.
    pub fn sql_word(&self) -> &'static str {
        match self {
            Object::Routine(it) if it.sort == routine::Sort::Procedure => "procedure",
            Object::EnumType(_) | Object::RangeType(_) | Object::BaseType(_) => "type",
            Object::ForeignKey(_) => "constraint",
            _ => self.kind().word(),
        }
    }

    /// Tells whether it has a column, an attribute or a label of a name.
    pub(crate) fn has_member(&self, name: &str) -> bool {
        match self {
            Object::Table(it) => it.columns.iter().any(|it| it.name == name),
            Object::ForeignTable(it) => it.columns.iter().any(|it| it.name == name),
            Object::CompositeType(it) => it.attributes.iter().any(|it| it.name == name),
            Object::EnumType(it) => it.labels.iter().any(|it| it.as_ref() == name),
            _ => false,
        }
    }

    /// Returns a column of a table or foreign table.
    pub(crate) fn column_mut(&mut self, name: &str) -> Option<&mut column::Column> {
        let columns = match self {
            Object::Table(it) => &mut Arc::make_mut(it).columns,
            Object::ForeignTable(it) => &mut Arc::make_mut(it).columns,
            _ => return None,
        };
        columns.iter_mut().find(|it| it.name == name)
    }

    /// Returns where the comment of a column or attribute goes; `None` where there is no such column.
    pub(crate) fn comment_of(&mut self, column: &Name) -> Option<&mut Option<Box<str>>> {
        match self {
            Object::Table(_) | Object::ForeignTable(_) => {
                self.column_mut(column).map(|it| &mut it.comment)
            }
            Object::CompositeType(it) => Arc::make_mut(it)
                .attributes
                .iter_mut()
                .find(|it| it.name == *column)
                .map(|it| &mut it.comment),
            Object::View(it) => Arc::make_mut(it)
                .columns
                .iter_mut()
                .find(|it| it.name == *column)
                .map(|it| &mut it.comment),
            Object::MaterializedView(it) => Arc::make_mut(it)
                .columns
                .iter_mut()
                .find(|it| it.name == *column)
                .map(|it| &mut it.comment),
            _ => None,
        }
    }
}
