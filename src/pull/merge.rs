//! Pulling over a source that is there: what means the same stays as its author wrote it.
//!
//! A part is an item of the source with all that belongs to its object. Parts whose objects are what the database holds stay
//! byte for byte, comments and mixins with them. Of others, the members that changed are written anew in their place
//! (`members.rs`), else the whole item; and what is new goes to the file that holds the rest of its schema.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::Layout;
use super::rewrite::{Change, Edits, Written, edits};
use crate::catalog::Catalog;
use crate::compile::{Compiled, compile};
use crate::format;
use crate::object::address::{Address, Kind, Name};
use crate::print::{File, Printing, Split};
use crate::source::{FileId, Source, Sources, Span};

/// A source that is there.
#[derive(Debug)]
pub struct Existing<'s> {
    /// Its files.
    pub sources: &'s Sources,
    /// What they mean.
    pub compiled: &'s Compiled,
    /// What a server makes of them: in PostgreSQL's own words, as a live database is read.
    pub held: &'s Catalog,
}

/// What a live database holds of what is asked for.
#[derive(Debug)]
pub struct Wanted<'d> {
    /// What is asked for.
    pub database: &'d Catalog,
    /// What the database holds besides: what the source says of it stays.
    pub left_out: &'d BTreeSet<Address>,
}

/// Returns the files that are to be: those that there are, changed where they must be, and new ones.
pub fn merge(existing: &Existing<'_>, wanted: &Wanted<'_>, split: Split) -> Vec<File> {
    let database = wanted.database;
    let layout = Layout::of(existing.sources);
    let parts = parts(existing, &layout);
    let stays = |at: &Address| wanted.left_out.contains(at) || is_same(at, existing.held, database);
    let (same, changed): (Vec<_>, Vec<_>) =
        parts.iter().partition(|(_, part)| part.iter().all(stays));
    let mut kept: BTreeSet<Address> = same.into_iter().flat_map(|(_, it)| it).cloned().collect();
    let in_mixins = layout.in_mixins();
    let change = |(span, part): (&Span, &Vec<Address>)| {
        let (at, nested) = part.split_first()?;
        let (at, nested) = (at.clone(), nested.to_vec());
        Some(Change {
            item: layout.item(*span)?,
            home: layout.home(span.file),
            at,
            nested,
            in_mixins: &in_mixins,
        })
    };
    let changes: Vec<Change<'_>> = changed.into_iter().filter_map(change).collect();
    let printing = Printing::new(database);
    let old = Written::of(&changes, existing.held, &Printing::new(existing.held));
    let new = Written::of(&changes, database, &printing);
    let meaning = compile(&new.sources);
    let mut all = Edits::new();
    for (n, change) in changes.iter().enumerate() {
        let sides = [(&old, existing.held), (&new, database)];
        let edits = edits(change, n, existing, sides, &meaning, &mut kept);
        edits.into_iter().for_each(|(span, text)| {
            all.entry(span.file).or_default().insert(span, text);
        });
    }
    let mut files = rewritten(existing.sources, &all);
    let is_fresh = |at: &Address| is_item(at) && !kept.contains(at);
    add(&mut files, existing.sources, &parts, &layout, (database, &printing), &is_fresh, split);
    files
}

/// The items of the source by their places, each with its objects: its own first, then partitions in its block.
type Parts = BTreeMap<Span, Vec<Address>>;

/// Tells whether an object is written as an item, or as a partition in one, and not as a member of a relation.
fn is_item(at: &Address) -> bool {
    at.relation.is_none() || at.kind == Kind::PrivilegesOn
}

/// Finds the item of each object that is written as one.
fn parts(existing: &Existing<'_>, layout: &Layout<'_>) -> Parts {
    let mut found: BTreeMap<Span, Vec<(u32, Address)>> = BTreeMap::new();
    // Roles belong to the server, and what is raw is in no catalog of its own.
    let objects = existing.compiled.catalog.iter().map(|(at, _)| at);
    let objects = objects.filter(|at| is_item(at) && !matches!(at.kind, Kind::Role | Kind::Raw));
    for at in objects {
        let Some(origin) = existing.compiled.origins.get(at) else { continue };
        let whole = origin.place.whole;
        if let Some(item) = layout.item(whole) {
            found.entry(item.span()).or_default().push((whole.start, at.clone()));
        }
    }
    let in_order = |mut part: Vec<(u32, Address)>| {
        part.sort();
        part.into_iter().map(|(_, at)| at).collect()
    };
    found.into_iter().map(|(span, part)| (span, in_order(part))).collect()
}

/// Tells whether an object and all that belongs to it are the same on both sides.
pub(super) fn is_same(at: &Address, old: &Catalog, new: &Catalog) -> bool {
    let relation = at.relation();
    let children =
        Kind::ALL.iter().filter(|it| at.kind.is_relation() && **it != Kind::PrivilegesOn);
    let mut children = children.copied();
    old.get(at) == new.get(at)
        && children.all(|it| old.of_relation(it, &relation).eq(new.of_relation(it, &relation)))
}

/// Makes the edits. A line that loses all its text goes, too, and a file that was laid out stays so.
fn rewritten(sources: &Sources, edits: &Edits) -> Vec<File> {
    let file = |(id, source): (FileId, &crate::source::Source)| {
        let path = source.path.to_string();
        let Some(edits) = edits.get(&id) else {
            return File { path, text: source.text.to_string() };
        };
        let text = without_lone_head(super::rewrite::edited(&source.text, edits));
        let is_laid_out = format::format(sources, id).text == *source.text;
        let text = if is_laid_out { format::text(&text) } else { text };
        File { path, text }
    };
    sources.iter().map(file).collect()
}

/// Takes `in schema` out of a file that has no other item left: the schema may be gone, too.
fn without_lone_head(text: String) -> String {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("", text));
    let layout = Layout::of(&sources);
    let text = sources.get(file).text.to_string();
    match layout.only_head(file) {
        Some(head) => super::rewrite::edited(&text, &BTreeMap::from([(head, String::new())])),
        None => text,
    }
}

/// Returns the schema whose file an object belongs in.
fn home(at: &Address) -> &Name {
    if at.kind == Kind::Schema { &at.name } else { &at.schema }
}

/// Adds what is new: to the file that holds most of its schema, else to a file of its own.
fn add(
    files: &mut Vec<File>,
    sources: &Sources,
    parts: &Parts,
    layout: &Layout<'_>,
    (database, printing): (&Catalog, &Printing<'_>),
    is_fresh: &dyn Fn(&Address) -> bool,
    split: Split,
) {
    let mut counts: BTreeMap<&Name, BTreeMap<FileId, usize>> = BTreeMap::new();
    for (span, part) in parts {
        for at in part {
            *counts.entry(home(at)).or_default().entry(span.file).or_default() += 1;
        }
    }
    let mut elsewhere: BTreeSet<&Address> = BTreeSet::new();
    for (at, entry) in database.iter().filter(|(at, _)| is_fresh(at)) {
        let most = counts.get(home(at)).and_then(|it| it.iter().max_by_key(|(_, n)| **n));
        let path = most.map(|(file, _)| (&sources.get(*file).path, *file));
        match path.and_then(|(path, id)| Some((files.iter_mut().find(|it| it.path == *path)?, id)))
        {
            Some((file, id)) => {
                let home = layout.home(id);
                let text = printing.item(at, entry, &home) + &printing.grants(at, entry, &home);
                file.text = format!("{}\n\n{}\n", file.text.trim_end(), text.trim_end());
            }
            None => drop(elsewhere.insert(at)),
        }
    }
    files.extend(printing.files(split, &|at| elsewhere.contains(at)));
}
