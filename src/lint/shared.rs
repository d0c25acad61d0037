//! What several lints look up: found once, when the first of them asks.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::cx::Cx;
use crate::catalog::Entry;
use crate::compile::Text;
use crate::object::Object;
use crate::object::address::{Address, Kind};

/// See [`Cx::used`] and [`Cx::texts_of`].
#[derive(Default)]
pub(super) struct Shared<'c> {
    used: OnceCell<FxHashSet<Address>>,
    texts: OnceCell<FxHashMap<&'c Address, Vec<&'c Text>>>,
}

/// The kinds of which it is known whether something uses them.
const KINDS: [Kind; 9] = [
    Kind::EnumType,
    Kind::Domain,
    Kind::CompositeType,
    Kind::RangeType,
    Kind::Sequence,
    Kind::Routine,
    Kind::Extension,
    Kind::Role,
    Kind::Schema,
];

impl<'c> Cx<'c> {
    /// Tells whether some other object needs or names this one, which is of one of these kinds.
    pub(super) fn is_used(&self, at: &Address) -> bool {
        debug_assert!(KINDS.contains(&at.kind), "{at} is not looked for");
        self.shared.used.get_or_init(|| self.used()).contains(at)
    }

    fn used(&self) -> FxHashSet<Address> {
        let mut used = FxHashSet::default();
        let mut named = Vec::new();
        for (at, entry) in self.catalog().iter() {
            entry.object.depends_on(at, &mut named);
            named.extend(self.catalog().uses(at).iter().map(|it| it.target.clone()));
            roles(entry, &mut named);
            for target in named.drain(..) {
                if !KINDS.contains(&target.kind) || target == *at || used.contains(&target) {
                    continue;
                }
                if target.kind == Kind::Routine {
                    used.extend(self.catalog().matching(&target).cloned());
                }
                used.insert(target);
            }
        }
        used
    }

    /// Returns the SQL text of an object.
    pub(super) fn texts_of(&self, at: &Address) -> &[&'c Text] {
        let texts = self.shared.texts.get_or_init(|| {
            let mut found: FxHashMap<&Address, Vec<&Text>> = FxHashMap::default();
            for text in &self.compiled.texts {
                if let Some(at) = &text.at {
                    found.entry(at).or_default().push(text);
                }
            }
            found
        });
        texts.get(at).map_or(&[], Vec::as_slice)
    }

    /// Tells whether statements that stand as they are may say more of an object.
    pub(super) fn is_in_raw(&self, at: &Address) -> bool {
        let named = |raw: &Address, entry: &Entry| {
            let uses = self.catalog().uses(raw);
            matches!(&entry.object, Object::Raw(it) if it.requires.contains(at))
                || uses.iter().any(|it| it.target == *at)
        };
        self.catalog().of(Kind::Raw).any(|(raw, entry)| named(raw, entry))
    }
}

/// Adds the owner of an object and those that have privileges on it.
fn roles(entry: &Entry, out: &mut Vec<Address>) {
    let grantees = entry.privileges.iter().map(|it| &it.grantee);
    let names = entry.owner.iter().chain(grantees);
    out.extend(names.map(|name| Address::global(Kind::Role, name.clone())));
}
