//! What a database holds beside what the source declares: it is left alone unless schemac made it.
//!
//! Schemac made what an earlier source declared that was brought to the database, and what the lock holds. All else is
//! somebody's: objects, columns of declared tables, and what the source is silent about (comments, privileges,
//! collations, whether a table is logged or its policies are forced).

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalog::{Catalog, Entry};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::column::Column;
use crate::object::constraint_flags::Timing;
use crate::object::table::Table;
use crate::plan::Rename;

/// The schema that schemac keeps for itself.
pub const OWN_SCHEMA: &str = "schemac";

/// What a database shall hold.
#[derive(Clone, Debug, Default)]
pub struct Adopted {
    /// What the source declares, with what is left alone.
    pub catalog: Catalog,
    /// What is left alone, as people read it.
    pub left: Vec<String>,
}

/// Who made what.
#[derive(Clone, Copy, Debug)]
pub struct Ownership<'o> {
    /// What schemac made, as far as it is known.
    pub made: &'o [&'o Catalog],
    /// The schemas that are managed; `None` for all.
    pub schemas: &'o BTreeSet<Name>,
    /// What is renamed: the old name is not somebody else's.
    pub renames: &'o [Rename],
    /// Whether what was never declared goes as well.
    pub prune: bool,
}

impl Ownership<'_> {
    fn is_managed(&self, at: &Address) -> bool {
        let home = if at.kind == Kind::Schema { &at.name } else { &at.schema };
        home.is_empty() || self.schemas.contains(home)
    }

    fn base(&self, at: &Address) -> Option<&Entry> {
        self.made.iter().find_map(|it| it.get(at))
    }

    /// Tells whether an object goes where the source lacks it.
    fn is_ours(&self, at: &Address) -> bool {
        let is_pruned = self.prune && self.is_managed(at) && !at.schema.is_empty();
        is_pruned || self.made.iter().any(|it| it.get(at).is_some())
    }

    fn is_renamed(&self, at: &Address) -> bool {
        self.renames.iter().any(|it| match it {
            Rename::Object { from, .. } => from == at || from.relation() == at.relation(),
            Rename::Member { .. } => false,
        })
    }

    fn is_renamed_column(&self, at: &Address, name: &Name) -> bool {
        self.renames.iter().any(|it| match it {
            Rename::Member { of, from, .. } => of == at && from == name,
            Rename::Object { .. } => false,
        })
    }
}

/// Decides what a database shall hold: what is declared, and what there is that schemac did not make.
pub fn adopt(live: &Catalog, wanted: &Catalog, owners: Ownership<'_>) -> Adopted {
    let mut out = Adopted::default();
    let mut entries: Vec<(Address, Entry)> = Vec::new();
    let goes =
        |at: &Address| wanted.get(at).is_none() && (owners.is_ours(at) || owners.is_renamed(at));
    for (at, entry) in live.iter() {
        if let Some(declared) = wanted.get(at) {
            let base = owners.base(at).filter(|_| !owners.prune);
            let mut declared = declared.clone();
            if !owners.prune {
                keep(at, &mut declared, entry, base, owners, &mut out.left);
            }
            entries.push((at.clone(), declared));
            continue;
        }
        let relation = at.relation.as_ref().and_then(|_| live.relation(&at.relation()));
        let goes_along = relation.is_some_and(|(relation, _)| goes(&relation));
        if goes(at) || goes_along {
            continue;
        }
        if at.schema != OWN_SCHEMA && at.name != OWN_SCHEMA && owners.is_managed(at) {
            out.left.push(at.to_string());
        }
        entries.push((at.clone(), entry.clone()));
    }
    let fresh = wanted.iter().filter(|(at, _)| live.get(at).is_none());
    entries.extend(fresh.map(|(at, entry)| (at.clone(), entry.clone())));
    out.catalog = Catalog::from_entries(entries);
    out
}

/// Keeps what a declared object has and the source never said anything about.
fn keep(
    at: &Address,
    declared: &mut Entry,
    live: &Entry,
    base: Option<&Entry>,
    owners: Ownership<'_>,
    left: &mut Vec<String>,
) {
    let mut tell = |kept: bool, what: &str| {
        if kept {
            left.push(format!("{what} of {at}"));
        }
    };
    tell(silent(&mut declared.comment, &live.comment, base.map(|it| &it.comment)), "the comment");
    let privileges = base.map(|it| &it.privileges);
    tell(silent(&mut declared.privileges, &live.privileges, privileges), "the privileges");
    match (&mut declared.object, &live.object, base.map(|it| &it.object)) {
        (Object::Table(declared), Object::Table(live), base) => {
            let base = match base {
                Some(Object::Table(it)) => Some(it.as_ref()),
                _ => None,
            };
            keep_of_table(at, Arc::make_mut(declared), live, base, owners, left);
        }
        (Object::ForeignKey(declared), Object::ForeignKey(live), base) => {
            let base = match base {
                Some(Object::ForeignKey(it)) => Some(&it.timing),
                _ => None,
            };
            let kept = keep_timing(&mut Arc::make_mut(declared).timing, &live.timing, base);
            tell(kept, "when it is checked,");
        }
        (Object::Constraint(declared), Object::Constraint(live), base) => {
            let base = match base {
                Some(Object::Constraint(it)) => Some(&it.timing),
                _ => None,
            };
            let kept = keep_timing(&mut Arc::make_mut(declared).timing, &live.timing, base);
            tell(kept, "when it is checked,");
        }
        _ => {}
    }
}

fn keep_timing(declared: &mut Timing, live: &Timing, base: Option<&Timing>) -> bool {
    silent(declared, live, base)
}

/// Takes over a value that the source is silent about and an earlier one was, too; tells whether it did.
fn silent<T: Clone + Default + PartialEq>(declared: &mut T, live: &T, base: Option<&T>) -> bool {
    let nothing = T::default();
    let was_said = base.is_some_and(|it| *it != nothing);
    let keeps = *declared == nothing && *live != nothing && !was_said;
    if keeps {
        *declared = live.clone();
    }
    keeps
}

fn keep_of_table(
    at: &Address,
    declared: &mut Table,
    live: &Table,
    base: Option<&Table>,
    owners: Ownership<'_>,
    left: &mut Vec<String>,
) {
    let kept = [
        (silent(&mut declared.unlogged, &live.unlogged, base.map(|it| &it.unlogged)), "UNLOGGED"),
        (
            silent(
                &mut declared.row_security.enabled,
                &live.row_security.enabled,
                base.map(|it| &it.row_security.enabled),
            ),
            "row level security",
        ),
        (
            silent(
                &mut declared.row_security.forced,
                &live.row_security.forced,
                base.map(|it| &it.row_security.forced),
            ),
            "forced row level security",
        ),
    ];
    left.extend(kept.iter().filter(|(kept, _)| *kept).map(|(_, what)| format!("{what} of {at}")));
    for column in &live.columns {
        let of_base = base.and_then(|it| find(&it.columns, &column.name));
        match declared.columns.iter_mut().find(|it| it.name == column.name) {
            Some(it) => {
                let same_type = it.ty == column.ty;
                let collation = of_base.map(|it| &it.collation);
                if same_type && silent(&mut it.collation, &column.collation, collation) {
                    left.push(format!("the collation of column {} of {at}", column.name));
                }
                if silent(&mut it.comment, &column.comment, of_base.map(|it| &it.comment)) {
                    left.push(format!("the comment of column {} of {at}", column.name));
                }
            }
            None if of_base.is_none() && !owners.is_renamed_column(at, &column.name) => {
                left.push(format!("column {} of {at}", column.name));
                declared.columns.push(column.clone());
            }
            None => {}
        }
    }
}

fn find<'c>(columns: &'c [Column], name: &Name) -> Option<&'c Column> {
    columns.iter().find(|it| it.name == *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::source::{Source, Sources};

    fn of(text: &str) -> Catalog {
        compile(&Sources::from_iter([Source::new("a.schema", text)])).catalog
    }

    fn left(live: &str, wanted: &str, made: &str, prune: bool) -> (Vec<String>, bool) {
        let (live, wanted, made) = (of(live), of(wanted), of(made));
        let schemas = BTreeSet::from([Name::new_static("public")]);
        let made = [&made];
        let owners = Ownership { made: &made, schemas: &schemas, renames: &[], prune };
        let adopted = adopt(&live, &wanted, owners);
        (adopted.left, adopted.catalog == wanted)
    }

    #[test]
    fn what_schemac_did_not_make_stays() {
        let declared = "table t { a: integer; }";
        let grown = "table t { a: integer; b: text?; index (a); } table u { c: integer; }";
        let all = ["table public.u", "column b of table public.t", "index t_a_idx on public.t"];
        let (mut found, _) = left(grown, declared, declared, false);
        found.sort();
        let mut expected = all.map(str::to_owned).to_vec();
        expected.sort();
        assert_eq!(found, expected);
        assert_eq!(left(grown, declared, grown, false), (Vec::new(), true));
        assert_eq!(left(grown, declared, "", true), (Vec::new(), true));
        assert_eq!(left(declared, declared, "", false), (Vec::new(), true));
        let (found, _) = left("unlogged table t { a: integer; }", declared, declared, false);
        assert_eq!(found, ["UNLOGGED of table public.t"]);
    }
}
