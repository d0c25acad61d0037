//! Pulling over a source that is there: what means the same stays as its author wrote it.
//!
//! A part is an item of the source with all that belongs to its object. Parts whose objects are what the database holds stay
//! byte for byte, comments and mixins with them; the others are written anew in their place, and what is new goes to the
//! file that holds the rest of its schema.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Entry};
use crate::compile::{Compiled, file_schema};
use crate::object::address::{Address, Kind, Name};
use crate::print::{File, Printing, Split};
use crate::source::{FileId, Sources, Span};
use crate::syntax;

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

/// Returns the files that are to be: those that there are, changed where they must be, and new ones.
pub fn merge(existing: &Existing<'_>, database: &Catalog, split: Split) -> Vec<File> {
    let parts = parts(existing);
    let printing = Printing::new(database);
    let mut edits: BTreeMap<FileId, Vec<(Span, String)>> = BTreeMap::new();
    let mut kept: BTreeSet<Address> = BTreeSet::new();
    for (span, part) in &parts {
        if part.iter().all(|at| is_same(at, existing.held, database)) {
            kept.extend(part.iter().cloned());
            continue;
        }
        // The item's own object comes first; partitions in its block are written for themselves where it changes.
        let owner = part.first().and_then(|at| Some((at, database.get(at)?)));
        let home = home(existing, span.file);
        let text = owner.map(|(at, entry)| printing.item(at, entry, &home)).unwrap_or_default();
        kept.extend(owner.map(|(at, _)| at.clone()));
        edits.entry(span.file).or_default().push((*span, text.trim_end().to_owned()));
    }
    let mut files = rewritten(existing.sources, &edits);
    let is_fresh = |at: &Address| at.relation.is_none() && !kept.contains(at);
    add(&mut files, existing, &parts, &printing, database, &is_fresh, split);
    files
}

/// The items of the source by their places, each with its objects: its own first, then partitions in its block.
type Parts = BTreeMap<Span, Vec<Address>>;

/// Finds the item of each object that belongs to no other.
fn parts(existing: &Existing<'_>) -> Parts {
    let items = items(existing.sources);
    let mut found: BTreeMap<Span, Vec<(u32, Address)>> = BTreeMap::new();
    let objects = existing.compiled.catalog.iter().filter(|(at, _)| at.relation.is_none());
    // Roles belong to the server, and what is raw is in no catalog of its own.
    let objects = objects.filter(|(at, _)| !matches!(at.kind, Kind::Role | Kind::Raw));
    for (at, _) in objects {
        let Some(origin) = existing.compiled.origins.get(at) else { continue };
        let whole = origin.place.whole;
        if let Some(item) = item_of(&items, whole) {
            found.entry(item).or_default().push((whole.start, at.clone()));
        }
    }
    let in_order = |mut part: Vec<(u32, Address)>| {
        part.sort();
        part.into_iter().map(|(_, at)| at).collect()
    };
    found.into_iter().map(|(span, part)| (span, in_order(part))).collect()
}

/// The places of the items of all files.
fn items(sources: &Sources) -> Vec<Span> {
    let (asts, _) = syntax::parse(sources);
    asts.iter().flat_map(|ast| ast.items.iter().map(|item| item.span())).collect()
}

fn item_of(items: &[Span], whole: Span) -> Option<Span> {
    items
        .iter()
        .copied()
        .find(|it| it.file == whole.file && it.start <= whole.start && whole.end <= it.end)
}

/// Returns the schema of a file's bare names.
fn home(existing: &Existing<'_>, file: FileId) -> Name {
    let (asts, _) = syntax::parse(existing.sources);
    asts.iter().find(|ast| ast.file == file).map(file_schema).unwrap_or_default()
}

/// Tells whether an object and all that belongs to it are the same on both sides.
fn is_same(at: &Address, old: &Catalog, new: &Catalog) -> bool {
    let all = |catalog: &Catalog| -> BTreeMap<Address, Entry> {
        let own = catalog.get(at).map(|entry| (at.clone(), entry.clone()));
        let relation = at.relation();
        let members = Kind::ALL.iter().flat_map(|kind| catalog.of_relation(*kind, &relation));
        let is_relation = at.kind.is_relation();
        let members =
            members.filter(|_| is_relation).map(|(at, entry)| (at.clone(), entry.clone()));
        own.into_iter().chain(members).collect()
    };
    all(old) == all(new)
}

/// Makes the edits; a line that loses all its text goes, too.
fn rewritten(sources: &Sources, edits: &BTreeMap<FileId, Vec<(Span, String)>>) -> Vec<File> {
    let file = |(id, source): (FileId, &crate::source::Source)| {
        let mut edits: Vec<&(Span, String)> = edits.get(&id).into_iter().flatten().collect();
        edits.sort_by_key(|(span, _)| span.start);
        edits.dedup_by_key(|(span, _)| span.start);
        let mut text = String::with_capacity(source.text.len());
        let mut from = 0;
        for (span, new) in edits {
            text.push_str(source.text.get(from..span.start as usize).unwrap_or(""));
            text.push_str(new);
            from = span.end as usize;
            if new.is_empty() {
                let rest = source.text.get(from..).unwrap_or("");
                from += rest.len() - rest.trim_start().len();
            }
        }
        text.push_str(source.text.get(from..).unwrap_or(""));
        File { path: source.path.to_string(), text }
    };
    sources.iter().map(file).collect()
}

/// Adds what is new: to the file that holds most of its schema, else to a file of its own.
fn add(
    files: &mut Vec<File>,
    existing: &Existing<'_>,
    parts: &Parts,
    printing: &Printing<'_>,
    database: &Catalog,
    is_fresh: &dyn Fn(&Address) -> bool,
    split: Split,
) {
    let mut counts: BTreeMap<&Name, BTreeMap<FileId, usize>> = BTreeMap::new();
    for (span, part) in parts {
        for at in part {
            *counts.entry(&at.schema).or_default().entry(span.file).or_default() += 1;
        }
    }
    let mut elsewhere: BTreeSet<&Address> = BTreeSet::new();
    for (at, entry) in database.iter().filter(|(at, _)| is_fresh(at)) {
        let most = counts.get(&at.schema).and_then(|it| it.iter().max_by_key(|(_, n)| **n));
        let path = most.map(|(file, _)| (&existing.sources.get(*file).path, *file));
        match path.and_then(|(path, id)| Some((files.iter_mut().find(|it| it.path == *path)?, id)))
        {
            Some((file, id)) => {
                let text = printing.item(at, entry, &home(existing, id));
                file.text = format!("{}\n\n{}\n", file.text.trim_end(), text.trim_end());
            }
            None => drop(elsewhere.insert(at)),
        }
    }
    files.extend(printing.files(split, &|at| elsewhere.contains(at)));
}
