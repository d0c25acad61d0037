//! Names that must differ, as PostgreSQL's catalogs demand: `pg_class`, `pg_type`, constraints of one relation.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds and rules, only some have what is looked for here"
)]

use rustc_hash::{FxHashMap, FxHashSet};

use super::{DUPLICATE_OBJECT, Objects, report};
use crate::compile::read::Read;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::object::Object;
use crate::object::address::{Kind, Name, Qualified};
use crate::object::constraint::Demand;
use crate::object::reader::Reader;

rule!(NAME_IN_USE, Error, "name-in-use");
rule!(TWO_PRIMARY_KEYS, Error, "two-primary-keys");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&NAME_IN_USE, &TWO_PRIMARY_KEYS];

/// Every name is declared once, and names that share a catalog differ.
pub(super) fn names_differ(objects: &Objects<'_>, cx: &mut Reader<'_>) {
    let mut by_address: FxHashMap<_, &Read> =
        FxHashMap::with_capacity_and_hasher(objects.reads.len(), Default::default());
    let mut classes: FxHashMap<Qualified, &Read> = FxHashMap::default();
    let mut types: FxHashMap<Qualified, &Read> = FxHashMap::default();
    let mut constraints: FxHashMap<(Qualified, &Name), &Read> = FxHashMap::default();
    // What stands in a relation that is declared twice is there twice for that reason only.
    let mut twice: FxHashSet<Qualified> = FxHashSet::default();
    for read in objects.reads {
        if read.at.relation.is_some() && twice.contains(&read.at.relation()) {
            continue;
        }
        if let Some(first) = by_address.insert(&read.at, read) {
            if read.at.relation.is_none() {
                twice.insert(read.at.relation());
            }
            let message = format!("`{}` is declared twice", read.at);
            let diagnostic =
                Diagnostic::new(&DUPLICATE_OBJECT, message).label(read.span(), "again here");
            report(
                read,
                diagnostic.label(first.span(), "first here").help("rename or delete one of them"),
                cx,
            );
            continue;
        }
        let at = Qualified { schema: read.at.schema.clone(), name: read.at.name.clone() };
        if is_class(read) {
            clash(classes.insert(at.clone(), read), read, cx);
        }
        if Kind::TYPES.contains(&read.at.kind)
            || read.at.kind.is_relation() && read.at.kind != Kind::Sequence
        {
            clash(types.insert(at, read), read, cx);
        }
        if matches!(read.at.kind, Kind::Constraint | Kind::ForeignKey) {
            clash(constraints.insert((read.at.relation(), &read.at.name), read), read, cx);
        }
    }
    one_primary_key(objects, &twice, cx);
}

/// Tells whether the object is a row of `pg_class`: a relation, an index, or a constraint with an index.
fn is_class(read: &Read) -> bool {
    match &read.entry.object {
        Object::Constraint(it) => !matches!(it.demand, Demand::Check { .. }),
        _ => read.at.kind.is_relation() || read.at.kind == Kind::Index,
    }
}

fn clash(first: Option<&Read>, read: &Read, cx: &mut Reader<'_>) {
    let Some(first) = first.filter(|first| first.at != read.at) else { return };
    // A composite type is in both catalogs and would be reported twice.
    let message =
        format!("the name `{}` is in use twice: `{}` and `{}`", read.at.name, first.at, read.at);
    let diagnostic = Diagnostic::new(&NAME_IN_USE, message).label(read.span(), "again here");
    report(read, diagnostic.label(first.span(), "first here").help("rename one of them"), cx);
}

fn one_primary_key(objects: &Objects<'_>, twice: &FxHashSet<Qualified>, cx: &mut Reader<'_>) {
    let mut keys: FxHashMap<Qualified, &Read> = FxHashMap::default();
    for read in objects.reads {
        let Object::Constraint(it) = &read.entry.object else { continue };
        if !matches!(it.demand, Demand::PrimaryKey(_)) || twice.contains(&read.at.relation()) {
            continue;
        }
        if let Some(first) = keys.insert(read.at.relation(), read) {
            let message = format!("the table `{}` has two primary keys", read.at.relation().name);
            let diagnostic =
                Diagnostic::new(&TWO_PRIMARY_KEYS, message).label(read.span(), "second here");
            report(
                read,
                diagnostic
                    .label(first.span(), "first here")
                    .help("make one key of both, as `primary key (a, b)`, or make one `unique`"),
                cx,
            );
        }
    }
}
