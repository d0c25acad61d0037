//! From one catalog to another: the statements that lead from what is to what shall be.
//!
//! # Steps
//! 1. [`fate`] says what becomes of each object: it is made, dropped, altered, or dropped and made again because
//!    something below it is.
//! 2. [`write`](mod@write) lets go of what is in the way and drops, in the reverse order of the old catalog; makes and
//!    alters, in the order of the new one; and drops last what others had to be altered away from.

mod belongings;
mod columns;
mod dependents;
mod fate;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use super::{Order, Plan, circles, order};
use crate::catalog::Catalog;
use crate::compile::{Compiled, ResultColumn};
use crate::diagnostic::Diagnostics;
use crate::object::address::Address;
use crate::object::origin::Origin;
use crate::sql::version::PgVersion;
use fate::Fates;

/// What a database holds, or shall hold.
#[derive(Clone, Copy, Debug)]
pub struct State<'s> {
    /// The objects, with what their texts use.
    pub catalog: &'s Catalog,
    /// The columns of views, as far as their types are known.
    pub views: &'s BTreeMap<Address, Vec<ResultColumn>>,
    /// Where the objects are declared.
    pub origins: &'s BTreeMap<Address, Origin>,
}

impl<'s> From<&'s Compiled> for State<'s> {
    fn from(it: &'s Compiled) -> Self {
        State { catalog: &it.catalog, views: &it.views, origins: &it.origins }
    }
}

/// How a change is planned.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Objects that are the same though their texts differ: a server shows both alike.
    pub unchanged: BTreeSet<Address>,
    /// The server's version; the oldest one that is supported where nothing is known.
    pub version: Option<PgVersion>,
}

/// Plans what leads from one state to another.
///
/// The order of columns is no difference: PostgreSQL can't change it.
///
/// # Errors
/// A diagnostic for each circle of needs that can't be broken.
pub fn change(old: State<'_>, new: State<'_>, options: &Options) -> Result<Plan, Diagnostics> {
    let fates = Fates::decide(old, new, options);
    if fates.is_empty() {
        return Ok(Plan::default());
    }
    let order_of =
        |state: State<'_>, folds: &dyn Fn(&Address) -> bool| -> Result<Order, Diagnostics> {
            order::order(state.catalog, state.views, folds)
                .map_err(|found| circles(&found, state.origins))
        };
    let old_order = order_of(old, &|_| false)?;
    let new_order = order_of(new, &|table| fates.is_made(table))?;
    Ok(write::write(&fates, &old_order, &new_order))
}
