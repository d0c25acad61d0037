//! One changed item: what of its text is replaced, and by what.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::{Layout, Placed};
use super::members::{self, Clauses, Member, Merged};
use super::merge::Existing;
use crate::catalog::{Catalog, Entry};
use crate::compile::{Compiled, GrantScope};
use crate::object::address::{Address, Kind, Name};
use crate::print::Printing;
use crate::source::{FileId, Source, Sources, Span};
use crate::sql::ident::quote_ident;
use crate::syntax::{Item, Rule};

/// What is replaced in each file: places and their new texts.
pub(super) type Edits = BTreeMap<FileId, BTreeMap<Span, String>>;

/// An item whose object, or something in its block, is no longer the same.
pub(super) struct Change<'a> {
    pub(super) item: &'a Item<'a>,
    /// The schema of the file's bare names.
    pub(super) home: Name,
    pub(super) at: Address,
    /// The partitions in its block.
    pub(super) nested: Vec<Address>,
    /// The sorts of members that mixins have.
    pub(super) in_mixins: &'a BTreeSet<Rule>,
}

/// The changed items as a catalog would have them written, each in a file of its own.
pub(super) struct Written {
    pub(super) sources: Sources,
    /// Each with the grants behind it; `None` where the catalog has it not.
    items: Vec<Option<(FileId, String)>>,
}

impl Written {
    pub(super) fn of(
        changes: &[Change<'_>],
        catalog: &Catalog,
        printing: &Printing<'_>,
    ) -> Written {
        let mut sources = Sources::default();
        let mut write = |change: &Change<'_>| {
            let (at, home) = (&change.at, &change.home);
            let entry = catalog.get(at)?;
            let head = format!("in schema {};\n", quote_ident(home));
            let text = head + &printing.item(at, entry, home);
            let file = sources.add(Source::new(format!("{}.schema", sources.len()), text));
            Some((file, printing.grants(at, entry, home)))
        };
        let items = changes.iter().map(&mut write).collect();
        Written { sources, items }
    }

    fn item(&self, n: usize) -> Option<&(FileId, String)> {
        self.items.get(n)?.as_ref()
    }
}

/// Makes the edits of a changed item, and adds what they leave in the source to `kept`.
///
/// `old` and `new` are the sides as they are written, `meaning` is that of the new one.
pub(super) fn edits(
    change: &Change<'_>,
    n: usize,
    existing: &Existing<'_>,
    [(old, held), (new, database)]: [(&Written, &Catalog); 2],
    meaning: &Compiled,
    kept: &mut BTreeSet<Address>,
) -> Vec<(Span, String)> {
    let whole = change.item.span();
    let (at, entries) = (&change.at, (held.get(&change.at), database.get(&change.at)));
    let Some((file, grants)) = new.item(n) else {
        return [vec![(whole, String::new())], grants_on(change, existing)].concat();
    };
    kept.insert(at.clone());
    let regrant = changes_grants(at, entries);
    let mut out = if regrant { grants_on(change, existing) } else { Vec::new() };
    let grants = if regrant { grants.trim_end() } else { "" };
    if at.kind == Kind::PrivilegesOn {
        let text = new.sources.iter().find(|(id, _)| id == file);
        let text = text.and_then(|(_, it)| it.text.split_once('\n')).map_or("", |(_, it)| it);
        out.push((whole, text.trim_end().to_owned()));
        return out;
    }
    let is_itself_same = is_same_but_privileges(at, held, database);
    if !is_itself_same {
        let layout = Layout::of_file(&new.sources, *file);
        let fresh = layout.last(*file).and_then(Placed::item);
        let theirs = Placed::item(change.item);
        let Some((fresh, theirs)) = fresh.zip(theirs) else { return out };
        let lines =
            by_members(change, n, existing, (old, new), (&theirs, &fresh), database, meaning);
        match lines {
            Some((edits, partitions)) => {
                kept.extend(partitions);
                out.extend(edits);
            }
            None => out.push((whole, grafted(&theirs, &fresh, &new.sources))),
        }
    }
    if !grants.is_empty() {
        let end = Span { start: whole.end, ..whole };
        out.push((end, format!("\n{grants}")));
    }
    out
}

/// Tells whether the grants behind an object without a block are other than they were.
fn changes_grants(at: &Address, (old, new): (Option<&Entry>, Option<&Entry>)) -> bool {
    let privileges = |it: Option<&Entry>| it.map(|it| it.privileges.clone()).unwrap_or_default();
    at.kind == Kind::PrivilegesOn || privileges(old) != privileges(new)
}

/// Tells whether an object without a block has changed in nothing but its privileges.
fn is_same_but_privileges(at: &Address, old: &Catalog, new: &Catalog) -> bool {
    let bare = |catalog: &Catalog| {
        catalog.get(at).map(|entry| Entry { privileges: Vec::new(), ..entry.clone() })
    };
    !crate::print::has_block(at.kind) && bare(old) == bare(new)
}

/// Returns the edits that delete the grants on an object that stand for themselves and name no other.
fn grants_on(change: &Change<'_>, existing: &Existing<'_>) -> Vec<(Span, String)> {
    let whole = change.item.span();
    let is_inside =
        |it: Span| it.file == whole.file && whole.start <= it.start && it.end <= whole.end;
    let grants = existing.compiled.grants.iter();
    let grants = grants.filter(|it| {
        it.at == change.at
            && it.scope == GrantScope::One
            && it.inclusion.is_none()
            && !is_inside(it.whole)
    });
    grants.map(|it| (it.whole, String::new())).collect()
}

/// The edits of a block, and the partitions that stay in it.
type ByMembers = (Vec<(Span, String)>, Vec<Address>);

/// Writes anew those members of a block that changed; `None` where that can't be.
fn by_members(
    change: &Change<'_>,
    n: usize,
    existing: &Existing<'_>,
    (old, new): (&Written, &Written),
    (theirs, fresh): (&Placed<'_>, &Placed<'_>),
    database: &Catalog,
    meaning: &Compiled,
) -> Option<ByMembers> {
    let (at, held) = (&change.at, existing.held);
    let (file, _) = old.item(n)?;
    let layout = Layout::of_file(&old.sources, *file);
    let before = Placed::item(layout.last(*file)?)?;
    let clauses = Clauses::compare((&before, &old.sources), (fresh, &new.sources))?;
    let mine = members::members(theirs, at, &change.nested, existing.compiled)?;
    let other = members::members(fresh, at, &[], meaning)?;
    let has_includes = mine.iter().any(|it| it.placed.node.rule() == Rule::include);
    if has_includes && clauses.changed_in(change.in_mixins) {
        // It may be a mixin's.
        return None;
    }
    let same = |it: &members::Content| members::is_same(it, at, (held, database), &clauses);
    let merged = Merged::of(&mine, &other, &same)?;
    let mut edits = member_edits(theirs, &mine, &other, &merged, &new.sources)?;
    let documentation = |entry: &Entry| (entry.comment.clone(), entry.extensions.clone());
    if held.get(at).map(documentation) != database.get(at).map(documentation) {
        let text = new.sources.text(fresh.before()).to_owned();
        edits.push((theirs.before(), text + &theirs.hints()));
    }
    let partitions = merged.kept.iter().filter_map(|n| mine.get(*n)).flat_map(partitions);
    Some((edits, partitions.collect()))
}

fn partitions<'m>(member: &'m Member<'_>) -> impl Iterator<Item = Address> + 'm {
    member.contents.iter().filter_map(|it| match it {
        members::Content::Object(at) if at.relation.is_none() => Some(at.clone()),
        members::Content::Object(_) | members::Content::Column(_) | members::Content::Clause(_) => {
            None
        }
    })
}

/// Returns the edits of a block.
fn member_edits(
    item: &Placed<'_>,
    old: &[Member<'_>],
    new: &[Member<'_>],
    merged: &Merged,
    of_new: &Sources,
) -> Option<Vec<(Span, String)>> {
    let text = |n: usize| new.get(n).map(|it| of_new.text(it.placed.span()));
    let mut edits = Vec::new();
    for (at, n) in &merged.replaced {
        let (old, new) = (&old.get(*at)?.placed, &new.get(*n)?.placed);
        let (before, span) = (new.before(), new.span());
        let itself = Span { start: before.end, ..span };
        let text = [of_new.text(before), &indented(&old.hints()), of_new.text(itself)].concat();
        edits.push((old.span(), text));
    }
    for at in &merged.gone {
        edits.push((old.get(*at)?.placed.span(), String::new()));
    }
    let block = item.node.child(Rule::members)?.span();
    let mut added: BTreeMap<Option<usize>, String> = BTreeMap::new();
    for (anchor, n) in &merged.added {
        added.entry(*anchor).or_default().push_str(&format!("\n  {}", text(*n)?));
    }
    for (anchor, text) in added {
        let end = match anchor {
            Some(at) => old.get(at)?.placed.span().end,
            None => block.start + 1,
        };
        edits.push((Span { start: end, end, ..block }, text));
    }
    Some(edits)
}

/// Indents all lines but the first, as they stand in a block.
fn indented(lines: &str) -> String {
    lines.replace('\n', "\n  ")
}

/// Returns an item as the new side has it, with the hints for Rust that its author gave.
fn grafted(old: &Placed<'_>, new: &Placed<'_>, of_new: &Sources) -> String {
    let whole = new.span();
    let place =
        |span: Span| Span { start: span.start - whole.start, end: span.end - whole.start, ..span };
    let mut edits: BTreeMap<Span, String> = BTreeMap::new();
    let start = new.node.span().start;
    edits.insert(place(Span { start, end: start, ..whole }), old.hints());
    if let (Some(name), Some(path)) = (old.node.child(Rule::as_rust), new.node.child(Rule::path)) {
        let said = new.node.child(Rule::as_rust);
        let span = said.map_or(path.end(), |it| Span { start: path.span().end, ..it.span() });
        edits.insert(place(span), format!(" {}", name.text()));
    }
    let named = |it: &Placed<'_>| {
        let name = it.node.child(Rule::name).filter(|_| it.node.rule() == Rule::column)?;
        Some(name.text().to_owned())
    };
    let hints: BTreeMap<String, String> = old
        .members()
        .into_iter()
        .flatten()
        .filter_map(|it| Some((named(&it)?, it.hints())))
        .collect();
    for member in new.members().into_iter().flatten() {
        let start = member.node.span().start;
        if let Some(hints) = named(&member).and_then(|name| hints.get(&name)) {
            edits.insert(place(Span { start, end: start, ..whole }), indented(hints));
        }
    }
    edited(of_new.text(whole), &edits)
}

/// Makes edits, which do not overlap; a line that loses all its text goes, too.
pub(super) fn edited(text: &str, edits: &BTreeMap<Span, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (span, new) in edits {
        out.push_str(text.get(from..span.start as usize).unwrap_or(""));
        out.push_str(new);
        from = from.max(span.end as usize);
        if new.is_empty() && !span.is_empty() {
            let rest = text.get(from..).unwrap_or("");
            from += rest.len() - rest.trim_start().len();
        }
    }
    out.push_str(text.get(from..).unwrap_or(""));
    out
}
