//! What the compiler must know of one kind of object: one method per arrow of the pipeline.

use super::address::Address;
use super::reader::Reader;
use super::renames::Renames;
use super::steps::Steps;
use crate::sql::expr::Expr;
use crate::syntax::Node;

/// One kind of object.
pub(crate) trait ObjectKind: Sized {
    /// `.schema` → object: reads an item or a member.
    ///
    /// Reports through `cx`; `None` when nothing sensible is left. An empty name in the address asks for the name that
    /// PostgreSQL would give.
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)>;

    /// Takes a member of the object's block. Members that are objects of their own never come here.
    fn member(&mut self, _node: Node<'_>, _cx: &mut Reader<'_>) -> Member {
        Member::Misplaced
    }

    /// The objects that must exist before this one, those that its SQL text names aside.
    fn depends_on(&self, at: &Address, out: &mut Vec<Address>);

    /// Its expressions and statements that PostgreSQL reads when it is made.
    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        Vec::new()
    }

    /// Writes the statements that create it.
    fn create(&self, at: &Address, steps: &mut Steps<'_>);

    /// Writes what can only be said of it once other objects exist, and names those.
    fn finish(&self, _at: &Address, _after: &mut Vec<Address>, _steps: &mut Steps<'_>) {}

    /// Writes the statements that drop it; `target` is what SQL calls it after `ALTER` or `COMMENT ON`, as
    /// `POLICY p ON s.t`.
    fn drop(&self, _at: &Address, target: &str, steps: &mut Steps<'_>) {
        steps.push(format!("DROP {target}"));
    }

    /// Writes the statements that make another of it at the same address, what [`ObjectKind::finish`] writes and what
    /// every object has (comment, owner, privileges) aside.
    ///
    /// Where PostgreSQL has no such statements it is dropped and made again, with all that depends on it.
    fn alter(&self, _new: &Self, _at: &Address, _steps: &mut Steps<'_>) -> Alter {
        Alter::Replace
    }

    /// Takes the new names of what it refers to, its texts aside; `at` is its old address.
    fn rename(&mut self, _at: &Address, _renames: &Renames) {}

    /// Writes what takes back a part of what [`ObjectKind::finish`] wrote and `new` does not ask for, before anything is
    /// dropped.
    fn unfinish(&self, _new: &Self, _at: &Address, _steps: &mut Steps<'_>) {}
}

/// How an object becomes another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alter {
    /// By the statements that were written.
    InPlace,
    /// By dropping it and making the other: what was written is thrown away.
    Replace,
}

/// Whether a member belongs in the block that it was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Member {
    Taken,
    Misplaced,
}
