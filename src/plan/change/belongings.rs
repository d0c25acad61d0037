//! What every object has, of one that stays: its comment, its owner, its privileges.

use crate::catalog::Entry;
use crate::object::address::Address;
use crate::object::steps::Steps;
use crate::plan::alter_target;
use crate::sql::ident::quote_literal;

/// Writes what leads from the comment of an object to that of another.
pub(super) fn belongings(at: &Address, old: &Entry, new: &Entry, steps: &mut Steps<'_>) {
    if old.comment != new.comment {
        let text = new.comment.as_deref().map_or("NULL".to_owned(), quote_literal);
        steps.push(format!("COMMENT ON {} IS {text}", alter_target(at, new)));
    }
}
