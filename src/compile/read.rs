//! Reads items: heads by their kinds, members in their blocks, what belongs to every object beside.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds and rules, only some have what is looked for here"
)]

use std::sync::Arc;

use super::attributes::{docs, extensions, of_column, of_object};
use super::check::columns::UNKNOWN_COLUMN;
use super::declare::{self, file_schema};
use super::head::{read_item, whole};
use super::hints::{Hint, Hints};
use super::mixin::{MemberNode, Mixins};
use super::naming::{self, Named};
use super::once::{CLAUSES, first_word, one_schema, repeated, stands_once};
use super::parts::{self, Part, names_in};
use super::query::Query;
use super::{Compiled, Grant, GrantScope, Text, check, resolve};
use crate::catalog::Entry;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name};
use crate::object::column::DUPLICATE_COLUMN;
use crate::object::constraint::Constraint;
use crate::object::contract::Member;
use crate::object::foreign_key::ForeignKey;
use crate::object::inclusion::Inclusion;
use crate::object::names::Names;
use crate::object::origin::{Origin, Place};
use crate::object::privilege;
use crate::object::reader::{Reader, SqlText};
use crate::source::Span;
use crate::syntax::{Ast, Item, Node, Rule, State};

rule!(MISPLACED_MEMBER, Error, "misplaced-member");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&MISPLACED_MEMBER];

/// An object as it was read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) at: Address,
    pub(super) entry: Entry,
    pub(super) origin: Origin,
    /// The places of its clauses and of what they name.
    pub(super) parts: Vec<Part>,
}

impl Read {
    /// Returns the place of its name, or of the whole where it has none.
    pub(super) fn span(&self) -> Span {
        self.origin.place.name
    }

    /// Returns the include that brought it.
    pub(super) fn inclusion(&self) -> Option<&Inclusion> {
        self.origin.place.inclusion.as_deref()
    }

    /// Returns the place of a name in it, or its own.
    pub(super) fn place(&self, name: &str) -> Span {
        self.origin.member(name).unwrap_or(&self.origin.place).name
    }

    /// Returns the place where a name in it stands last, or its own.
    pub(super) fn last_place(&self, name: &str) -> Span {
        let last = self.origin.members.iter().rev().find(|(it, _)| it == name);
        last.map_or(&self.origin.place, |(_, place)| place).name
    }
}

/// `grant … on …` and `revoke … on …` as items.
pub(super) struct GrantItem<'a> {
    pub(super) node: Node<'a>,
    pub(super) schema: Name,
}

/// Everything that was read, before it is named and checked.
#[derive(Default)]
pub(super) struct Reading<'a> {
    pub(super) objects: Vec<Read>,
    pub(super) texts: Vec<SqlText>,
    pub(super) grants: Vec<GrantItem<'a>>,
    /// What each `grant` and `revoke` says, once it is known whom it is about.
    pub(super) given: Vec<Grant>,
    pub(super) queries: Vec<(Query, usize)>,
    pub(super) hints: Vec<(usize, Option<Name>, Hint)>,
    /// Where the file that is read says `in schema`.
    in_schema: Option<Span>,
}

/// Reads every item of every file, and checks and resolves what was read.
pub(super) fn read(asts: &[Ast<'_>]) -> Compiled {
    let names = declare::names(asts);
    let mut cx = Reader::new(&names, declare::PUBLIC.into());
    let mixins = Mixins::gather(asts, &mut cx);
    let mut reading = Reading::default();
    for ast in asts {
        cx.schema = file_schema(ast);
        reading.in_schema = None;
        for item in ast.items.iter().filter(|item| item.state != State::Broken) {
            reading.item(item, &mixins, &mut cx);
        }
    }
    reading.texts = std::mem::take(&mut cx.texts);
    let named = reading.objects.iter_mut();
    let mut named: Vec<Named<'_>> =
        named.map(|it| Named { at: &mut it.at, object: &it.entry.object }).collect();
    naming::name_all(&mut named);
    let uses = mixins.uses();
    let mut compiled = finish(reading, &names, cx);
    compiled.mixins = uses;
    compiled
}

fn finish(mut reading: Reading<'_>, names: &Names, mut cx: Reader<'_>) -> Compiled {
    let mut hints = Hints::default();
    for (owner, member, hint) in std::mem::take(&mut reading.hints) {
        let Some(read) = reading.objects.get(owner) else { continue };
        match member {
            None => hints.add_object(read.at.clone(), hint),
            Some(name) => hints.add_member(read.at.clone(), name, hint),
        }
    }
    let queries = std::mem::take(&mut reading.queries);
    let (catalog, origins) = check::catalog(&mut reading, names, &mut cx);
    let mut compiled = Compiled { catalog, origins, hints, ..Compiled::default() };
    resolve::resolve(&mut compiled, &reading, names, &queries, &mut cx.diagnostics);
    check::columns::exist_in_views(&reading.objects, &compiled.views, &mut cx);
    check::columns::named_elsewhere_exist(&reading.objects, &compiled.views, &mut cx);
    compiled.queries = queries.into_iter().map(|(query, _)| query).collect();
    compiled.diagnostics = cx.diagnostics;
    compiled.grants = reading.given;
    let address = |owner: usize| reading.objects.get(owner).map(|read| read.at.clone());
    let texts = reading.texts.into_iter();
    compiled.texts = texts.map(|sql| Text { at: address(sql.owner), sql }).collect();
    compiled
}

impl<'a> Reading<'a> {
    fn item(&mut self, item: &'a Item<'a>, mixins: &Mixins<'a>, cx: &mut Reader<'_>) {
        let nodes: Vec<Node<'a>> = item.nodes().collect();
        let Some((node, metas)) = nodes.split_last() else { return };
        match node.rule() {
            Rule::in_schema_item => one_schema(*node, &mut self.in_schema, cx),
            Rule::mixin_item | Rule::file_doc | Rule::file_attribute => {}
            Rule::grant_item | Rule::revoke_item => {
                self.grants.push(GrantItem { node: *node, schema: cx.schema.clone() })
            }
            Rule::query_item => {
                cx.owner = usize::MAX;
                self.queries
                    .extend(Query::read(metas, *node, cx).map(|query| (query, cx.texts.len())));
            }
            _ => {
                let incomplete = item.state == State::Incomplete;
                self.object(
                    MemberNode { metas: metas.to_vec(), node: *node, inclusion: None },
                    incomplete,
                    mixins,
                    cx,
                );
            }
        }
    }

    /// Reads one object and all that stands in its block.
    fn object(
        &mut self,
        source: MemberNode<'a>,
        incomplete: bool,
        mixins: &Mixins<'a>,
        cx: &mut Reader<'_>,
    ) {
        let node = source.node;
        cx.owner = self.objects.len();
        cx.inclusion = source.inclusion.clone();
        cx.once(node, CLAUSES);
        let n_texts = cx.texts.len();
        let Some((at, mut object)) = whole(node, cx, |cx| read_item(node, cx)) else { return };
        of_object(&mut object, &source.metas, n_texts, cx);
        let outer = cx.relation.replace(at.relation());
        let owner = self.add(at, object, &source, cx);
        let block = node.child(Rule::members);
        let n_before = cx.diagnostics.len();
        let members = block.map(|block| mixins.members(block, cx)).unwrap_or_default();
        if let Some(read) = self.objects.get_mut(owner) {
            // What an include would have brought is not missing: the include was reported.
            read.origin.incomplete = incomplete || n_before < cx.diagnostics.len();
        }
        self.own_members(owner, &members, cx);
        self.check_whole(owner, node, cx);
        for member in members {
            self.child(member, mixins, cx);
        }
        cx.relation = outer;
        cx.inclusion = None;
    }

    /// Adds an object; its comment, hints and owner are those before and in its node.
    fn add(
        &mut self,
        at: Address,
        object: Object,
        source: &MemberNode<'a>,
        cx: &mut Reader<'_>,
    ) -> usize {
        let owner = self.objects.len();
        let node = source.node;
        let mut entry = Entry::new(object);
        entry.comment = docs(&source.metas).filter(|_| at.kind.takes_comment());
        entry.extensions = extensions(&source.metas);
        let said = node.child(Rule::owner).and_then(|it| cx.child_name(it));
        entry.owner = said.or_else(|| parts::owner_of_relation(&self.objects, &at));
        let hint = Hint::read(&source.metas, node, cx);
        self.hints.push((owner, None, hint));
        let name = node
            .child(Rule::path)
            .or_else(|| node.child(Rule::name))
            .or_else(|| node.child(Rule::operator_name));
        let named = name.or_else(|| node.child(Rule::constraint_name));
        let span = named.unwrap_or(node).span();
        let inclusion = source.inclusion.clone();
        let ty = node.child(Rule::type_ref).map(Node::span);
        let place = Place { name: span, whole: node.span(), ty, inclusion };
        let members = if is_child(node.rule()) { names_in(node) } else { Vec::new() };
        let origin = Origin { place, members, incomplete: false };
        let mut parts = Vec::new();
        parts::gather(node, &mut parts);
        self.objects.push(Read { at, entry, origin, parts });
        owner
    }

    /// Gives the object its columns, labels and clauses, and what every object has.
    fn own_members(&mut self, owner: usize, members: &[MemberNode<'a>], cx: &mut Reader<'_>) {
        let mut seen: Vec<(Rule, Span)> = Vec::new();
        for member in members {
            cx.owner = owner;
            cx.inclusion = member.inclusion.clone();
            let node = member.node;
            if stands_once(node.rule()) {
                match seen.iter().find(|(rule_of, _)| *rule_of == node.rule()) {
                    Some((_, first)) => {
                        repeated(node, *first, cx);
                        continue;
                    }
                    None => seen.push((node.rule(), node.span())),
                }
            }
            let Some(read) = self.objects.get_mut(owner) else { return };
            match node.rule() {
                _ if is_child(node.rule()) => {}
                Rule::owner => read.entry.owner = cx.child_name(node),
                Rule::grant | Rule::revoke => {
                    let granted = privilege::read(node, read.at.kind, cx);
                    read.entry.privileges.extend(granted.iter().cloned());
                    self.given.push(Grant {
                        at: read.at.clone(),
                        privileges: granted,
                        whole: node.span(),
                        inclusion: member.inclusion.clone(),
                        scope: GrantScope::One,
                    });
                }
                _ => match read.entry.object.member(node, cx) {
                    Member::Taken => self.member_taken(owner, member, cx),
                    Member::Misplaced => misplaced(&read.at, node, cx),
                },
            }
        }
    }

    /// Keeps place, comment and hints of a column, attribute or label.
    fn member_taken(&mut self, owner: usize, member: &MemberNode<'a>, cx: &mut Reader<'_>) {
        let node = member.node;
        let Some(read) = self.objects.get_mut(owner) else { return };
        match node.rule() {
            Rule::column => parts::gather_column(node, &mut read.parts),
            _ => parts::gather(node, &mut read.parts),
        }
        let (name, span) = match (node.rule(), node.child(Rule::name), node.child(Rule::string)) {
            (Rule::column, Some(name), _) => (cx.name(name), name.span()),
            (Rule::label, _, Some(label)) => {
                (Name::from(&*crate::sql::definition::unquote(label.text())), label.span())
            }
            (Rule::partition_by, _, _) => {
                read.origin.members.extend(names_in(node));
                return;
            }
            _ => return,
        };
        if node.rule() == Rule::column {
            match read.entry.object.comment_of(&name) {
                Some(slot) => *slot = docs(&member.metas).or(slot.take()),
                // Its type was reported.
                None => read.origin.incomplete = true,
            }
            of_column(read.entry.object.column_mut(&name), &member.metas, cx);
        }
        if let Some(first) = read.origin.member(&name) {
            let first = first.name;
            cx.diagnostics.label_last(&DUPLICATE_COLUMN, span, first, "first here");
        }
        let place = Place {
            name: span,
            whole: node.span(),
            ty: node.child(Rule::type_ref).map(Node::span),
            inclusion: member.inclusion.clone(),
        };
        read.origin.members.push((name.clone(), place));
        let hint = Hint::read(&member.metas, node, cx);
        self.hints.push((owner, Some(name), hint));
    }

    /// Reports what an object lacks once its block is read.
    fn check_whole(&mut self, owner: usize, node: Node<'_>, cx: &mut Reader<'_>) {
        let Some(read) = self.objects.get(owner).filter(|read| !read.origin.incomplete) else {
            return;
        };
        match &read.entry.object {
            Object::View(view) => view.check(node, cx),
            Object::MaterializedView(view) => view.check(node, cx),
            Object::ForeignTable(table) if table.server.is_empty() => {
                cx.missing_clause(node, "server", "server NAME;");
            }
            _ => {}
        }
    }

    /// Reads a member that is an object of its own, or the constraints of a column.
    fn child(&mut self, member: MemberNode<'a>, mixins: &Mixins<'a>, cx: &mut Reader<'_>) {
        let node = member.node;
        cx.inclusion = member.inclusion.clone();
        match node.rule() {
            Rule::column => self.column_constraints(&member, cx),
            Rule::partition | Rule::partition_block => self.object(member, false, mixins, cx),
            Rule::constraint if node.has(Rule::table_not_null) => self.not_null(node, cx),
            rule_of if is_child(rule_of) => {
                if let Some(parent) = self.parent(cx).filter(|parent| !allows(parent.kind, node)) {
                    misplaced(&parent.clone(), node, cx);
                    return;
                }
                cx.owner = self.objects.len();
                cx.once(node, CLAUSES);
                let n_texts = cx.texts.len();
                if let Some((at, mut object)) = whole(node, cx, |cx| read_item(node, cx)) {
                    of_object(&mut object, &member.metas, n_texts, cx);
                    self.add(at, object, &member, cx);
                }
            }
            _ => {}
        }
    }

    /// Returns the address of the relation whose block is read.
    fn parent(&self, cx: &Reader<'_>) -> Option<&Address> {
        let relation = cx.relation.as_ref()?;
        self.objects.iter().rev().map(|read| &read.at).find(|at| {
            at.relation.is_none() && at.schema == relation.schema && at.name == relation.name
        })
    }

    /// Reads the constraints among a column's clauses. A name and flags belong to the constraint they stand at.
    fn column_constraints(&mut self, member: &MemberNode<'a>, cx: &mut Reader<'_>) {
        let node = member.node;
        if node.children().all(|it| !is_constraint(it.rule())) {
            return;
        }
        let Some(column) = cx.child_name(node) else { return };
        let clauses: Vec<Node<'a>> = node.children().collect();
        for (n, clause) in clauses.iter().enumerate().filter(|(_, it)| is_constraint(it.rule())) {
            let before = n
                .checked_sub(1)
                .and_then(|n| clauses.get(n))
                .filter(|it| it.rule() == Rule::constraint_name);
            let name = before.and_then(|it| cx.child_name(*it));
            let flags: Vec<Node<'a>> = clauses
                .iter()
                .skip(n + 1)
                .take_while(|it| it.rule() == Rule::constraint_flag)
                .copied()
                .collect();
            cx.owner = self.objects.len();
            let columns = [column.clone()];
            let read = whole(*clause, cx, |cx| match clause.rule() {
                Rule::references => ForeignKey::of(name, *clause, &flags, &columns, cx)
                    .map(|(at, it)| (at, it.into())),
                _ => Constraint::of(name, *clause, &flags, &columns, cx)
                    .map(|(at, it)| (at, it.into())),
            });
            if let Some((at, object)) = read {
                let span = clause.span();
                let inclusion = member.inclusion.clone();
                let place = Place { name: span, whole: span, ty: None, inclusion };
                let members = names_in(*clause);
                let origin = Origin { place, members, incomplete: false };
                self.objects.push(Read {
                    at,
                    entry: Entry::new(object),
                    origin,
                    parts: Vec::new(),
                });
            }
        }
    }

    /// Reads `constraint name not null column`, which is a property of the column.
    fn not_null(&mut self, node: Node<'_>, cx: &mut Reader<'_>) {
        let name = node.child(Rule::constraint_name).and_then(|it| cx.child_name(it));
        let Some(clause) = node.child(Rule::table_not_null) else { return };
        let Some(column) = cx.child_name(clause) else { return };
        let Some(relation) = cx.relation.clone() else { return };
        let table = self
            .objects
            .iter_mut()
            .rev()
            .find(|read| read.at.kind == Kind::Table && read.at.relation() == relation);
        let Some(Read { entry, origin, .. }) = table else { return };
        let Object::Table(table) = &mut entry.object else { return };
        let columns = &mut Arc::make_mut(table).columns;
        if let Some(found) = columns.iter_mut().find(|it| it.name == column) {
            found.not_null = true;
            found.not_null_name = name;
            found.not_null_no_inherit = clause.has(Rule::no_inherit);
        } else if !origin.incomplete {
            let message = format!("`{}` declares no column `{column}`", relation.name);
            let place = clause.child(Rule::name).unwrap_or(clause);
            let diagnostic =
                Diagnostic::new(&UNKNOWN_COLUMN, message).label(place.span(), "named here");
            let help = did_you_mean(&column, columns.iter().map(|it| it.name.as_str()));
            cx.report(diagnostic.help_if(help));
        }
    }
}

fn is_constraint(rule_of: Rule) -> bool {
    matches!(rule_of, Rule::primary_key | Rule::unique | Rule::check | Rule::references)
}

/// Tells whether a member is an object of its own.
fn is_child(rule_of: Rule) -> bool {
    matches!(
        rule_of,
        Rule::index
            | Rule::trigger
            | Rule::constraint
            | Rule::policy
            | Rule::rule_member
            | Rule::statistics
            | Rule::partition
            | Rule::partition_block
            | Rule::security_label
    )
}

/// Tells whether a relation of this kind can have a member that is an object of its own.
fn allows(parent: Kind, member: Node<'_>) -> bool {
    match parent {
        Kind::Table => true,
        Kind::ForeignTable => match member.rule() {
            Rule::constraint => member.has(Rule::check),
            other => matches!(other, Rule::trigger | Rule::security_label | Rule::statistics),
        },
        Kind::View => {
            matches!(member.rule(), Rule::trigger | Rule::rule_member | Rule::security_label)
        }
        Kind::MaterializedView => {
            matches!(member.rule(), Rule::index | Rule::statistics | Rule::security_label)
        }
        _ => member.rule() == Rule::security_label,
    }
}

fn misplaced(parent: &Address, node: Node<'_>, cx: &mut Reader<'_>) {
    let word = first_word(node);
    let what = if node.rule() == Rule::column { "column" } else { word };
    let article = if parent.kind.word().starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    let message = format!("{article} {} has no `{what}`", parent.kind.word());
    cx.report(
        Diagnostic::new(&MISPLACED_MEMBER, message)
            .label(node.span(), "here")
            .help("delete it, or move it where it belongs"),
    );
}
