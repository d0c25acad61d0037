//! From one catalog to another: the statements that lead from what is to what shall be.
//!
//! # Steps
//! 1. `rename.rs` gives new names.
//! 2. `partitions.rs` detaches partitions that change their place.
//! 3. `fate.rs` says what becomes of each object: it is made, dropped, altered, or dropped and made again because
//!    something below it is.
//! 4. `write.rs` lets go of what is in the way and drops, in the reverse order of the old catalog; makes and
//!    alters, in the order of the new one; and drops last what others had to be altered away from.

mod belongings;
mod born;
mod columns;
mod dependents;
mod fate;
mod labels;
mod parents;
mod partitions;
mod privileges;
mod rename;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use super::{Order, Plan, circles, order};
use crate::catalog::Catalog;
use crate::compile::{Compiled, ResultColumn};
use crate::diagnostic::Diagnostics;
use crate::object::address::{Address, Name};
use crate::object::origin::Origin;
use crate::sql::version::PgVersion;
use fate::{Fate, Fates};

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

/// What has another name in the new state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rename {
    /// An object.
    Object {
        /// Its old address.
        from: Address,
        /// Its new one, of the same kind.
        to: Address,
    },
    /// A column, an attribute or a label.
    Member {
        /// The old address of what it belongs to.
        of: Address,
        /// Its old name.
        from: Name,
        /// Its new one.
        to: Name,
    },
}

/// How a change is planned.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What has another name in the new state. What the old state lacks is passed over.
    pub renames: Vec<Rename>,
    /// Expressions that make values of a column's new type of its old ones (`USING`), by table and column.
    pub using: BTreeMap<(Address, Name), String>,
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
    let renamed = rename::apply(old, new, &options.renames);
    let old = State { catalog: &renamed.catalog, views: &renamed.views, ..old };
    let apart = partitions::apart(old, new, options.version);
    let (old, new) = match &apart {
        Some(it) => (State { catalog: &it.old, ..old }, State { catalog: &it.new, ..new }),
        None => (old, new),
    };
    let fates = Fates::decide(old, new, options);
    let mut plan = Plan { steps: renamed.steps, reordered: fates.reordered.clone() };
    plan.steps.extend(apart.iter().flat_map(|it| it.steps.clone()));
    if fates.is_empty() {
        return Ok(plan);
    }
    let old_order = order_of(old, &fates.all(|fates, at| fates.is_gone(at)), &|_| false)?;
    let written = fates.all(|fates, at| fates.is_made(at) || fates.of(at) == Some(Fate::Alter));
    let new_order = order_of(new, &written, &|table| fates.is_made(table))?;
    plan.steps.extend(write::write(&fates, &old_order, &new_order).steps);
    labels::commit_first(&mut plan);
    Ok(plan)
}

/// Orders the objects of a state of which some are written: of one alone, or none, there is nothing to order.
fn order_of(
    state: State<'_>,
    written: &[&Address],
    folds: &dyn Fn(&Address) -> bool,
) -> Result<Order, Diagnostics> {
    match written {
        [] => Ok(Order::default()),
        [at] => Ok(Order::of_one(at)),
        _ => order::order(state.catalog, state.views, folds)
            .map_err(|found| circles(&found, state.origins)),
    }
}

impl Options {
    /// Takes what a source says of the way to it: what has another name, and how values get a new type.
    pub fn of_source(new: &Compiled, old: &Catalog) -> Options {
        let using = new.hints.conversions();
        let using = using.map(|(at, column, text)| ((at.clone(), column.clone()), text.to_owned()));
        Options { renames: renames(new, old), using: using.collect(), ..Options::default() }
    }
}

/// Returns what a source says has another name, as far as the old catalog has the old name and not the new one.
pub fn renames(new: &Compiled, old: &Catalog) -> Vec<Rename> {
    let (mut out, mut moved) = (Vec::new(), BTreeMap::new());
    let said: Vec<_> = new.hints.renames().collect();
    for (to, _, name) in said.iter().filter(|(_, member, _)| member.is_none()) {
        let from = Address { name: (*name).clone(), ..(*to).clone() };
        let of_name = old.matching(&from).next().cloned();
        if let Some(from) = of_name.filter(|_| old.get(to).is_none()) {
            moved.insert((*to).clone(), from.clone());
            out.push(Rename::Object { from, to: (*to).clone() });
        }
    }
    for (at, member, from) in said {
        let Some(to) = member else { continue };
        let of = moved.get(at).unwrap_or(at).clone();
        let has = |name: &Name| old.get(&of).is_some_and(|it| it.object.has_member(name));
        if has(from) && !has(to) {
            out.push(Rename::Member { of, from: from.clone(), to: to.clone() });
        }
    }
    out
}
