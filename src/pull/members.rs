//! The members of a block of which only some changed: the others stay as their author wrote them.
//!
//! What each member says is looked up on both sides: in the source, and in the same item as the database would have it
//! written. A member stays where all that it says is the same on both; the others are replaced by what the database has, or
//! go, and what is new comes behind what stands before it there.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar and kinds, only some are looked for here"
)]

use std::collections::BTreeSet;

use super::layout::Placed;
use crate::catalog::Catalog;
use crate::compile::Compiled;
use crate::compile::once::stands_once;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::column::Column;
use crate::object::composite_type::Attribute;
use crate::object::origin::Place;
use crate::object::view_columns::ViewColumn;
use crate::source::{Sources, Span};
use crate::syntax::Rule;

/// What a member says something of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Content {
    /// A column, attribute or label.
    Column(Name),
    /// An object of its own, or one that belongs to the relation.
    Object(Address),
    /// A clause of the object itself.
    Clause(Rule),
}

/// A member and what it says.
pub(super) struct Member<'a> {
    pub(super) placed: Placed<'a>,
    pub(super) contents: Vec<Content>,
}

/// Finds out what each member of an item's block says; `None` where there is no block, or one is not understood.
///
/// `nested` are the partitions in the block.
pub(super) fn members<'a>(
    item: &Placed<'a>,
    at: &Address,
    nested: &[Address],
    compiled: &Compiled,
) -> Option<Vec<Member<'a>>> {
    let columns = &compiled.origins.get(at)?.members;
    let columns = columns.iter().map(|(name, it)| (site(it), Content::Column(name.clone())));
    let relation = at.relation();
    let children = Kind::ALL.iter().filter(|kind| **kind != Kind::PrivilegesOn);
    let children = children.flat_map(|kind| compiled.catalog.of_relation(*kind, &relation));
    let objects = children.map(|(at, _)| at).filter(|_| at.kind.is_relation()).chain(nested);
    let objects = objects.filter_map(|at| {
        Some((site(&compiled.origins.get(at)?.place), Content::Object(at.clone())))
    });
    let said: Vec<(Span, Content)> = columns.chain(objects).collect();
    let member = |placed: Placed<'a>| {
        let (rule, span) = (placed.node.rule(), placed.node.span());
        let has_columns = matches!(rule, Rule::column | Rule::label | Rule::include);
        let is_said = |(site, content): &&(Span, Content)| {
            let within = site.file == span.file && span.start <= site.start && site.end <= span.end;
            within && (has_columns || !matches!(content, Content::Column(_)))
        };
        let mut contents: Vec<Content> =
            said.iter().filter(is_said).map(|(_, content)| content.clone()).collect();
        if contents.is_empty() {
            contents.push(Content::Clause(clause(rule)?));
        }
        Some(Member { placed, contents })
    };
    item.members()?.into_iter().map(member).collect()
}

/// Returns where something stands in the block itself: of what a mixin brings, the `include`.
fn site(place: &Place) -> Span {
    let mut site = place.whole;
    let mut inclusion = place.inclusion.as_ref();
    while let Some(it) = inclusion {
        site = it.site;
        inclusion = it.outer.as_ref();
    }
    site
}

/// Returns the sort of a clause; `None` for a member that is none.
fn clause(rule: Rule) -> Option<Rule> {
    match rule {
        // Together they say who may do what.
        Rule::grant | Rule::revoke => Some(Rule::grant),
        Rule::row_level_security | Rule::trigger_state => Some(rule),
        _ => stands_once(rule).then_some(rule),
    }
}

/// The texts of an item on both sides, in the same words: the clauses that are equal there are the same.
pub(super) struct Clauses {
    same: BTreeSet<Rule>,
    changed: BTreeSet<Rule>,
}

impl Clauses {
    /// Compares the clauses; `None` where the items begin otherwise.
    pub(super) fn compare(
        (old, of_old): (&Placed<'_>, &Sources),
        (new, of_new): (&Placed<'_>, &Sources),
    ) -> Option<Clauses> {
        let head = |item: &Placed<'_>, sources: &Sources| {
            let (node, block) = (item.node.span(), item.node.child(Rule::members)?.span());
            Some(sources.text(Span { end: block.start, ..node }).to_owned())
        };
        if head(old, of_old)? != head(new, of_new)? {
            return None;
        }
        let texts = |item: &Placed<'_>, sources: &Sources| -> Option<Vec<(Rule, String)>> {
            let text = |it: &Placed<'_>| {
                Some((clause(it.node.rule())?, sources.text(it.span()).to_owned()))
            };
            Some(item.members()?.iter().filter_map(text).collect())
        };
        let (old, new) = (texts(old, of_old)?, texts(new, of_new)?);
        let of = |texts: &[(Rule, String)], rule: Rule| -> Vec<String> {
            texts.iter().filter(|(it, _)| *it == rule).map(|(_, text)| text.clone()).collect()
        };
        let rules: BTreeSet<Rule> = old.iter().chain(&new).map(|(rule, _)| *rule).collect();
        let is_same = |rule: &Rule| of(&old, *rule) == of(&new, *rule);
        let (same, changed) = rules.into_iter().partition(is_same);
        Some(Clauses { same, changed })
    }

    fn is_same(&self, rule: Rule) -> bool {
        self.same.contains(&rule)
    }

    /// Tells whether one of these changed.
    pub(super) fn changed_in(&self, rules: &BTreeSet<Rule>) -> bool {
        rules.iter().filter_map(|it| clause(*it)).any(|it| self.changed.contains(&it))
    }
}

/// What a column is, whatever it is a column of.
#[derive(PartialEq)]
enum ColumnOf<'o> {
    Column(&'o Column),
    View(&'o ViewColumn),
    Attribute(&'o Attribute),
    Label,
}

fn column<'o>(object: &'o Object, name: &str) -> Option<ColumnOf<'o>> {
    let of_view = |columns: &'o [ViewColumn]| columns.iter().find(|it| it.name == name);
    match object {
        Object::Table(it) => it.column(name).map(ColumnOf::Column),
        Object::ForeignTable(it) => {
            it.columns.iter().find(|it| it.name == name).map(ColumnOf::Column)
        }
        Object::View(it) => of_view(&it.columns).map(ColumnOf::View),
        Object::MaterializedView(it) => of_view(&it.columns).map(ColumnOf::View),
        Object::CompositeType(it) => {
            it.attributes.iter().find(|it| it.name == name).map(ColumnOf::Attribute)
        }
        Object::EnumType(it) => it.labels.iter().find(|it| &***it == name).map(|_| ColumnOf::Label),
        _ => None,
    }
}

/// Tells whether what a member says of is the same on both sides.
pub(super) fn is_same(
    content: &Content,
    at: &Address,
    (old, new): (&Catalog, &Catalog),
    clauses: &Clauses,
) -> bool {
    match content {
        Content::Column(name) => {
            let of =
                |catalog| Catalog::get(catalog, at).and_then(|entry| column(&entry.object, name));
            of(old).is_some_and(|it| of(new) == Some(it))
        }
        Content::Object(it) => old.get(it).is_some() && super::merge::is_same(it, old, new),
        Content::Clause(rule) => clauses.is_same(*rule),
    }
}

/// What becomes of the members of a block.
#[derive(Debug, Default)]
pub(super) struct Merged {
    /// The old members that stay, by number.
    pub(super) kept: BTreeSet<usize>,
    /// New members in the place of old ones: numbers of the old and the new.
    pub(super) replaced: Vec<(usize, usize)>,
    /// Old members that go.
    pub(super) gone: Vec<usize>,
    /// New members, each with the old one that it comes behind; `None` for the start of the block.
    pub(super) added: Vec<(Option<usize>, usize)>,
}

impl Merged {
    /// Decides; `None` where the columns would not stand in the order of the new side.
    pub(super) fn of(
        old: &[Member<'_>],
        new: &[Member<'_>],
        is_same: &dyn Fn(&Content) -> bool,
    ) -> Option<Merged> {
        let (kept, wanted) = keep(old, new, is_same);
        let mut merged = Merged { kept, ..Merged::default() };
        let mut free: Vec<usize> = (0..old.len()).filter(|n| !merged.kept.contains(n)).collect();
        let mut anchor = None;
        for (n, member) in new.iter().enumerate() {
            let shares = |at: &usize| {
                old.get(*at)
                    .is_some_and(|it| it.contents.iter().any(|it| member.contents.contains(it)))
            };
            if !wanted.contains(&n) {
                anchor = merged.kept.iter().copied().find(shares).or(anchor);
            } else if let Some(at) = free.iter().position(shares) {
                let at = free.remove(at);
                merged.replaced.push((at, n));
                anchor = Some(at);
            } else {
                merged.added.push((anchor, n));
            }
        }
        merged.gone = free;
        (merged.columns(old, new) == columns(new.iter())).then_some(merged)
    }

    /// Returns the columns in the order in which they will stand.
    fn columns(&self, old: &[Member<'_>], new: &[Member<'_>]) -> Vec<Name> {
        let added = |anchor: Option<usize>| {
            self.added.iter().filter(move |(it, _)| *it == anchor).filter_map(|(_, n)| new.get(*n))
        };
        let mut order: Vec<&Member<'_>> = added(None).collect();
        for (n, member) in old.iter().enumerate() {
            let replaced = self.replaced.iter().find(|(it, _)| *it == n);
            order.extend(self.kept.contains(&n).then_some(member));
            order.extend(replaced.and_then(|(_, n)| new.get(*n)));
            order.extend(added(Some(n)));
        }
        columns(order.into_iter())
    }
}

/// Returns which old members stay, and which new ones say what none of those says.
fn keep(
    old: &[Member<'_>],
    new: &[Member<'_>],
    is_same: &dyn Fn(&Content) -> bool,
) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let stays = |it: &Member<'_>| it.contents.iter().all(is_same);
    let mut kept: BTreeSet<usize> =
        old.iter().enumerate().filter(|(_, it)| stays(it)).map(|(n, _)| n).collect();
    loop {
        let of = |n: &usize| old.get(*n).map(|it| it.contents.iter()).into_iter().flatten();
        let said: BTreeSet<&Content> = kept.iter().flat_map(of).collect();
        let is_wanted = |it: &Member<'_>| it.contents.iter().any(|it| !said.contains(it));
        let wanted: BTreeSet<usize> =
            new.iter().enumerate().filter(|(_, it)| is_wanted(it)).map(|(n, _)| n).collect();
        let fresh: BTreeSet<&Content> =
            wanted.iter().filter_map(|n| new.get(*n)).flat_map(|it| &it.contents).collect();
        // What is written anew must not be said twice.
        let twice: Vec<usize> =
            kept.iter().copied().filter(|n| of(n).any(|it| fresh.contains(it))).collect();
        if twice.is_empty() {
            return (kept, wanted);
        }
        kept.retain(|it| !twice.contains(it));
    }
}

fn columns<'m, 'a: 'm>(members: impl Iterator<Item = &'m Member<'a>>) -> Vec<Name> {
    let column = |it: &Content| match it {
        Content::Column(name) => Some(name.clone()),
        Content::Object(_) | Content::Clause(_) => None,
    };
    members.flat_map(|it| it.contents.iter().filter_map(column)).collect()
}
