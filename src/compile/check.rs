//! What must hold between objects: names differ, keys exist, grants name something.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::read::{GrantItem, Read, Reading};
use super::{Grant, GrantScope};
use crate::catalog::{Catalog, Entry};
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::identity;
use crate::object::inclusion::in_mixin;
use crate::object::names::Names;
use crate::object::origin::{Origin, Place};
use crate::object::privileges_on::{self, PrivilegesOn};
use crate::object::reader::Reader;
use crate::object::role::Membership;
use crate::object::{Object, privilege, signature};
use crate::sql::ident::quote_ident;
use crate::sql::type_name::TypeName;
use crate::syntax::{Node, Rule};

pub(crate) mod chosen_indexes;
pub(crate) mod columns;
pub(crate) mod foreign_keys;
pub(crate) mod inheritance;
pub(crate) mod namespaces;
pub(crate) mod parents;
pub(crate) mod routines;
pub(crate) mod storage;
pub(crate) mod types;

rule!(DUPLICATE_OBJECT, Error, "duplicate-object");
rule!(UNKNOWN_GRANT_TARGET, Error, "unknown-grant-target");
rule!(UNKNOWN_SCHEMA, Error, "undeclared-schema");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] =
    &[&DUPLICATE_OBJECT, &UNKNOWN_GRANT_TARGET, &UNKNOWN_SCHEMA];

/// What the checks look at, by name.
pub(super) struct Objects<'r> {
    pub(super) reads: &'r [Read],
    /// Numbers of relations.
    relations: FxHashMap<Qualified, usize>,
    /// Numbers of domains, enums and other types.
    types: FxHashMap<Qualified, usize>,
    /// Whether the source makes operators or casts of its own.
    has_operators: bool,
}

impl<'r> Objects<'r> {
    fn new(reads: &'r [Read]) -> Self {
        let has_operators =
            reads.iter().any(|read| matches!(read.at.kind, Kind::Operator | Kind::Cast));
        let (relations, types) = (FxHashMap::default(), FxHashMap::default());
        let mut objects = Objects { reads, relations, types, has_operators };
        for (n, read) in reads.iter().enumerate().filter(|(_, read)| read.at.relation.is_none()) {
            let map = match read.at.kind {
                kind if kind.is_relation() => &mut objects.relations,
                kind if Kind::TYPES.contains(&kind) => &mut objects.types,
                _ => continue,
            };
            map.entry(read.at.relation()).or_insert(n);
        }
        objects
    }

    /// Returns the object that a type names, row types aside.
    pub(super) fn type_named(&self, ty: &TypeName) -> Option<&'r Object> {
        if ty.is_builtin() {
            return None;
        }
        let at = Qualified { schema: ty.schema.clone(), name: ty.name.clone() };
        self.reads.get(*self.types.get(&at)?).map(|read| &read.entry.object)
    }

    /// Tells whether operators or casts of the source may compare what PostgreSQL alone can't.
    pub(super) fn has_operators(&self) -> bool {
        self.has_operators
    }

    /// Returns the relation of a name.
    pub(super) fn relation(&self, name: &Qualified) -> Option<&'r Read> {
        self.relations.get(name).and_then(|n| self.reads.get(*n))
    }
}

/// Checks what was read and makes a catalog of it.
pub(super) fn catalog(
    reading: &mut Reading<'_>,
    names: &Names,
    cx: &mut Reader<'_>,
) -> (Catalog, BTreeMap<Address, Origin>) {
    let grants = std::mem::take(&mut reading.grants);
    let objects = Objects::new(&reading.objects);
    namespaces::names_differ(&objects, cx);
    schemas_are_declared(&objects, names, cx);
    columns::exist(&objects, cx);
    foreign_keys::refer_to_keys(&objects, cx);
    inheritance::parents_fit(&objects, cx);
    parents::agree(&objects, cx);
    chosen_indexes::serve(&objects, cx);
    storage::parameters_exist(&objects, cx);
    types::stand_alone(&objects, cx);
    routines::fit_together(&objects, cx);
    let mut numbers: Vec<usize> = (0..reading.objects.len()).collect();
    numbers.sort_by(|a, b| {
        reading.objects.get(*a).map(|it| &it.at).cmp(&reading.objects.get(*b).map(|it| &it.at))
    });
    // Of two with one address, which was reported, the first stays.
    let mut sorted: Vec<&Read> = numbers.iter().filter_map(|n| reading.objects.get(*n)).collect();
    sorted.dedup_by(|again, first| again.at == first.at);
    let mut origins: BTreeMap<Address, Origin> =
        sorted.iter().map(|read| (read.at.clone(), read.origin.clone())).collect();
    let entries = sorted.iter().map(|read| (read.at.clone(), read.entry.clone())).collect();
    let mut catalog = Catalog::from_entries(entries);
    for item in grants {
        grant(&item, &mut catalog, &mut origins, &mut reading.given, cx);
    }
    catalog.entries_mut().for_each(|entry| privilege::sort(&mut entry.privileges));
    (catalog, origins)
}

/// Reports a fault of an object, with the include that brought it where one did.
pub(super) fn report(read: &Read, diagnostic: Diagnostic, cx: &mut Reader<'_>) {
    cx.diagnostics.push(in_mixin(diagnostic, read.inclusion()));
}

/// Every schema that something lives in is declared, `public` aside. Each is reported once.
fn schemas_are_declared(objects: &Objects<'_>, names: &Names, cx: &mut Reader<'_>) {
    let mut missing: BTreeMap<&Name, &Read> = BTreeMap::new();
    for read in
        objects.reads.iter().filter(|read| !read.at.schema.is_empty() && read.at.relation.is_none())
    {
        let schema = &read.at.schema;
        let declared =
            names.others.contains_key(&(Kind::Schema, Qualified::new("", schema.clone())));
        if !declared && schema != "public" && !names.unreadable {
            missing.entry(schema).or_insert(read);
        }
    }
    for (schema, read) in missing {
        let declared: Vec<&Name> = names
            .others
            .keys()
            .filter(|(kind, _)| *kind == Kind::Schema)
            .map(|(_, at)| &at.name)
            .collect();
        let help = did_you_mean(schema, declared.into_iter().map(Name::as_str))
            .unwrap_or_else(|| format!("declare it: `schema {schema};`"));
        let diagnostic =
            Diagnostic::new(&UNKNOWN_SCHEMA, format!("the schema `{schema}` is not declared"));
        report(read, diagnostic.label(read.span(), "declared to live in it").help(help), cx);
    }
}

/// Puts the privileges of a `grant … on …` item on the objects that it names.
fn grant(
    item: &GrantItem<'_>,
    catalog: &mut Catalog,
    origins: &mut BTreeMap<Address, Origin>,
    given: &mut Vec<Grant>,
    cx: &mut Reader<'_>,
) {
    cx.schema = item.schema.clone();
    cx.inclusion = None;
    if let Some(roles) = item.node.child(Rule::granted_roles) {
        grant_roles(item.node, roles, catalog, cx);
        return;
    }
    let Some(target) = item.node.child(Rule::grant_target) else { return };
    if let Some(all) = target.child(Rule::all_in_schema) {
        grant_all(item.node, all, catalog, given, cx);
        return;
    }
    let Some(word) = target.child(Rule::target_kind).map(|it| it.words()) else { return };
    for name in target.all(Rule::target) {
        let mut found = addresses(&word, name, catalog, cx);
        if found.is_empty() {
            match without_item(&word, name, catalog, cx) {
                Some((at, object)) => {
                    catalog.add(at.clone(), Entry::new(object.into()));
                    let place = Place {
                        name: name.span(),
                        whole: item.node.span(),
                        ty: None,
                        inclusion: None,
                    };
                    origins.entry(at.clone()).or_insert(Origin {
                        place,
                        members: Vec::new(),
                        incomplete: false,
                    });
                    found.push(at);
                }
                None => unknown_target(&word, name, catalog, cx),
            }
        }
        let is_one = found.len() == 1 && target.all(Rule::target).count() == 1;
        let scope = if is_one { GrantScope::One } else { GrantScope::Many };
        for at in found {
            cx.relation = Some(at.relation());
            if let Some(Object::PrivilegesOn(_)) = catalog.get(&at).map(|it| &it.object) {
                cx.relation = None;
            }
            give(item.node, at, scope, catalog, given, cx);
            cx.relation = None;
        }
    }
}

/// Puts the privileges of a `grant` or `revoke` on an object.
fn give(
    node: Node<'_>,
    at: Address,
    scope: GrantScope,
    catalog: &mut Catalog,
    given: &mut Vec<Grant>,
    cx: &mut Reader<'_>,
) {
    let kind = match catalog.get(&at).map(|it| &it.object) {
        Some(Object::PrivilegesOn(it)) => it.like,
        _ => at.kind,
    };
    let privileges = privilege::read(node, kind, cx);
    if let Some(entry) = catalog.get_mut(&at) {
        entry.privileges.extend(privileges.iter().cloned());
    }
    given.push(Grant { at, privileges, whole: node.span(), inclusion: None, scope });
}

/// `grant role to role`: membership is said of the role that becomes a member.
fn grant_roles(node: Node<'_>, roles: Node<'_>, catalog: &mut Catalog, cx: &mut Reader<'_>) {
    let granted = cx.names(roles);
    let option = |it: Node<'_>| Name::from(it.words().trim_start_matches("with ").to_uppercase());
    let options: Vec<Name> = node.all(Rule::with_option).map(option).collect();
    let Some(to) = node.child(Rule::to_roles) else { return };
    for member in to.all(Rule::name) {
        let name = cx.name(member);
        match catalog
            .get_mut(&Address::global(Kind::Role, name.clone()))
            .map(|entry| &mut entry.object)
        {
            Some(Object::Role(role)) => {
                let member =
                    |group: &Name| Membership { group: group.clone(), options: options.clone() };
                let role = std::sync::Arc::make_mut(role);
                role.member_of.extend(granted.iter().map(member));
                role.member_of.sort();
            }
            _ => {
                let diagnostic = Diagnostic::new(
                    &UNKNOWN_GRANT_TARGET,
                    format!("the role `{name}` is not declared"),
                )
                .label(member.span(), "here");
                cx.report(diagnostic.help(format!("declare it: `role {name};`")));
            }
        }
    }
}

fn grant_all(
    node: Node<'_>,
    all: Node<'_>,
    catalog: &mut Catalog,
    given: &mut Vec<Grant>,
    cx: &mut Reader<'_>,
) {
    let word = all.child(Rule::target_plural).map(|it| it.words()).unwrap_or_default();
    let kinds: &[Kind] = match word.as_str() {
        "tables" => &[Kind::Table, Kind::ForeignTable, Kind::View, Kind::MaterializedView],
        "sequences" => &[Kind::Sequence],
        _ => &[Kind::Routine, Kind::Aggregate],
    };
    for schema in cx.list(all, Rule::name_list) {
        let found: Vec<Address> = kinds
            .iter()
            .flat_map(|kind| catalog.of(*kind))
            .filter(|(at, entry)| at.schema == schema && is_among(&word, &entry.object))
            .map(|(at, _)| at.clone())
            .collect();
        for at in found {
            give(node, at, GrantScope::Many, catalog, given, cx);
        }
    }
}

/// Tells functions from procedures: `all functions` are no procedures, `all routines` are both.
fn is_among(word: &str, object: &Object) -> bool {
    match word {
        "functions" => object.sql_word() != "procedure",
        "procedures" => object.sql_word() == "procedure",
        _ => true,
    }
}

/// Finds the objects that a grant names.
fn addresses(word: &str, node: Node<'_>, catalog: &Catalog, cx: &mut Reader<'_>) -> Vec<Address> {
    let Some(path) = node.child(Rule::path).map(|it| cx.path(it)) else { return Vec::new() };
    let schemas: Vec<Name> = match &path.schema {
        Some(schema) => vec![schema.clone()],
        None => vec![cx.home(), "public".into()],
    };
    let kinds: &[Kind] = match word {
        "table" => &Kind::RELATIONS,
        "sequence" => &[Kind::Sequence],
        "type" | "domain" => &Kind::TYPES,
        "function" | "procedure" | "routine" => &[Kind::Routine, Kind::Aggregate],
        "schema" => &[Kind::Schema],
        "language" => &[Kind::Language],
        "foreign data wrapper" => &[Kind::ForeignDataWrapper],
        "foreign server" => &[Kind::Server],
        _ => &[],
    };
    for schema in schemas {
        let name = Qualified { schema, name: path.name.clone() };
        let found: Vec<Address> = match kinds {
            [Kind::Routine, ..] => {
                let wanted = node
                    .child(Rule::signature)
                    .map(|list| signature::name(&path.name, &signature::types(list, cx)));
                catalog
                    .routines(&name)
                    .map(|(at, _)| at.clone())
                    .filter(|at| wanted.as_ref().is_none_or(|it| *it == at.name))
                    .collect()
            }
            [Kind::Schema | Kind::Language | Kind::ForeignDataWrapper | Kind::Server] => kinds
                .iter()
                .map(|kind| Address::global(*kind, path.name.clone()))
                .filter(|at| catalog.get(at).is_some())
                .collect(),
            _ => kinds
                .iter()
                .map(|kind| Address::new(*kind, name.schema.clone(), name.name.clone()))
                .filter(|at| catalog.get(at).is_some())
                .collect(),
        };
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Finds what a grant names and no item makes: the sequence of an identity column, something of PostgreSQL's or of an
/// extension's.
fn without_item(
    word: &str,
    node: Node<'_>,
    catalog: &Catalog,
    cx: &mut Reader<'_>,
) -> Option<(Address, PrivilegesOn)> {
    let path = cx.path(node.child(Rule::path)?);
    if word == "sequence" {
        let schemas = path.schema.map_or_else(|| vec![cx.home(), "public".into()], |it| vec![it]);
        for schema in schemas {
            let name = Qualified { schema, name: path.name.clone() };
            if let Some(table) = with_identity(&name, catalog) {
                return PrivilegesOn::new(word, &name.sql(), Some(table));
            }
        }
    }
    PrivilegesOn::of(word, node, cx)
}

/// Returns the table whose identity column has this sequence.
fn with_identity(sequence: &Qualified, catalog: &Catalog) -> Option<Qualified> {
    let tables = catalog.of(Kind::Table).chain(catalog.of(Kind::ForeignTable));
    let mut tables = tables.map(|(at, _)| at.relation());
    tables.find(|table| {
        let columns = catalog.columns(table).unwrap_or_default();
        columns.iter().any(|it| identity::sequence(it, table).as_ref() == Some(sequence))
    })
}

fn unknown_target(word: &str, node: Node<'_>, catalog: &Catalog, cx: &mut Reader<'_>) {
    let text = node.text().to_owned();
    let names: Vec<&str> =
        catalog.iter().map(|(at, _)| at.name.split('(').next().unwrap_or(&at.name)).collect();
    let diagnostic = Diagnostic::new(&UNKNOWN_GRANT_TARGET, format!("there is no {word} `{text}`"))
        .label(node.span(), "granted on here");
    let help = match word {
        "database" | "parameter" => {
            Some(format!("a {word} is no part of a schema: grant this by hand, in SQL"))
        }
        _ => did_you_mean(&text, names).or_else(|| {
            let path = cx.path(node.child(Rule::path)?);
            let extension = privileges_on::brought_by(word, &path.name)?;
            let quoted = quote_ident(extension);
            Some(format!("the extension `{extension}` brings it: declare `extension {quoted};`"))
        }),
    };
    cx.report(diagnostic.help_if(help).as_meant(node.span(), &text));
}
