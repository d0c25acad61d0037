//! What gets a Rust name: every relation and type of a catalog, and the newtypes of its keys.

use std::collections::BTreeMap;

use super::names;
use super::writer::Writer;
use crate::compile::Compiled;
use crate::compile::hints::Hint;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::composite_type::CompositeType;
use crate::object::constraint::Demand;
use crate::object::domain::Domain;
use crate::object::enum_type::EnumType;
use crate::object::foreign_key::ForeignKey;
use crate::object::foreign_table::ForeignTable;
use crate::object::materialized_view::MaterializedView;
use crate::object::partition::PartitionOf;
use crate::object::range_type::RangeType;
use crate::object::table::Table;
use crate::object::view::View;
use crate::object::view_columns::ViewColumn;
use crate::sql::type_name::TypeName;

rule!(RUST_NAME_COLLISION, Error, "rust-name-collision");
rule!(WRONG_RUST_NAME, Error, "wrong-rust-name");

/// The module of what the others share.
pub(super) const SHARED: &str = "pg";

/// The kinds that become Rust items, in the order in which a module has them.
const KINDS: [Kind; 8] = [
    Kind::EnumType,
    Kind::Domain,
    Kind::CompositeType,
    Kind::RangeType,
    Kind::Table,
    Kind::ForeignTable,
    Kind::View,
    Kind::MaterializedView,
];

/// An object of a kind that becomes a Rust item.
#[derive(Clone, Copy)]
pub(super) enum Shape<'c> {
    Enum(&'c EnumType),
    Domain(&'c Domain),
    Composite(&'c CompositeType),
    Range(&'c RangeType),
    Table(&'c Table),
    ForeignTable(&'c ForeignTable),
    View(&'c View),
    MaterializedView(&'c MaterializedView),
}

impl<'c> Shape<'c> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "of all kinds these few become Rust items")]
    pub(super) fn of(object: &'c Object) -> Option<Self> {
        Some(match object {
            Object::EnumType(it) => Shape::Enum(it),
            Object::Domain(it) => Shape::Domain(it),
            Object::CompositeType(it) => Shape::Composite(it),
            Object::RangeType(it) => Shape::Range(it),
            Object::Table(it) => Shape::Table(it),
            Object::ForeignTable(it) => Shape::ForeignTable(it),
            Object::View(it) => Shape::View(it),
            Object::MaterializedView(it) => Shape::MaterializedView(it),
            _ => return None,
        })
    }

    /// Returns the columns that the author of a view declares; `None` for what is no view.
    pub(super) fn view_columns(self) -> Option<&'c [ViewColumn]> {
        match self {
            Shape::View(it) => Some(&it.columns),
            Shape::MaterializedView(it) => Some(&it.columns),
            Shape::Enum(_) | Shape::Domain(_) | Shape::Composite(_) | Shape::Range(_) => None,
            Shape::Table(_) | Shape::ForeignTable(_) => None,
        }
    }

    /// Returns what a partition is a part of.
    fn partition_of(self) -> Option<&'c PartitionOf> {
        match self {
            Shape::Table(it) => it.partition_of.as_ref(),
            Shape::ForeignTable(it) => it.partition_of.as_ref(),
            Shape::Enum(_) | Shape::Domain(_) | Shape::Composite(_) | Shape::Range(_) => None,
            Shape::View(_) | Shape::MaterializedView(_) => None,
        }
    }
}

/// An object that gets a Rust item.
pub(super) struct Item<'c> {
    pub(super) at: &'c Address,
    pub(super) shape: Shape<'c>,
    pub(super) name: String,
}

impl Item<'_> {
    /// Allows the author's own style of naming.
    pub(super) fn lints(&self, out: &mut Writer) {
        type_lints(&self.name, out);
    }
}

/// Allows the author's own style of naming a type or variant.
pub(super) fn type_lints(name: &str, out: &mut Writer) {
    if !names::is_camel(name) {
        out.line("#[allow(non_camel_case_types)]");
    }
    if 2 < name.len() && name.chars().all(|c| c.is_ascii_uppercase()) {
        out.line("#[allow(clippy::upper_case_acronyms)]");
    }
}

/// The type of its own that a key column gets.
pub(super) struct Newtype<'c> {
    pub(super) name: String,
    /// The relation that has the column, whose module has the type.
    pub(super) relation: Qualified,
    pub(super) column: &'c Name,
    pub(super) ty: &'c TypeName,
    /// Whether another column with the same `#[rust(newtype = …)]` has it already.
    pub(super) shared: bool,
}

/// The keys of a relation.
#[derive(Default)]
struct Keys<'c> {
    primary: &'c [Name],
    foreign: Vec<&'c ForeignKey>,
}

/// All items, with their names.
pub(super) struct Items<'c> {
    pub(super) compiled: &'c Compiled,
    list: Vec<Item<'c>>,
    by_address: BTreeMap<&'c Address, usize>,
    modules: BTreeMap<&'c Name, String>,
    keys: BTreeMap<Qualified, Keys<'c>>,
    newtypes: BTreeMap<(Qualified, Name), Newtype<'c>>,
}

impl<'c> Items<'c> {
    /// Names everything and reports names that are not names or not the only ones.
    pub(super) fn gather(compiled: &'c Compiled, diagnostics: &mut Diagnostics) -> Self {
        let mut items = Items {
            compiled,
            list: Vec::new(),
            by_address: BTreeMap::new(),
            modules: BTreeMap::new(),
            keys: keys(compiled),
            newtypes: BTreeMap::new(),
        };
        let mut taken = Taken { compiled, types: BTreeMap::new(), diagnostics };
        for (at, entry) in KINDS.into_iter().flat_map(|kind| compiled.catalog.of(kind)) {
            let hint = compiled.hints.object(at);
            let shape = Shape::of(&entry.object);
            let Some(shape) = shape.filter(|it| is_written(*it, hint)) else { continue };
            let name = taken.type_name(at, hint);
            taken.take(at, &name, at);
            items.by_address.insert(at, items.list.len());
            items.list.push(Item { at, shape, name });
        }
        items.name_modules(&mut taken);
        items.name_newtypes(&mut taken);
        items
    }

    /// Returns the items in the order in which modules have them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Item<'c>> {
        self.list.iter()
    }

    /// Returns the item of an object.
    pub(super) fn get(&self, at: &Address) -> Option<&Item<'c>> {
        self.list.get(*self.by_address.get(at)?)
    }

    /// Returns the module of a schema.
    pub(super) fn module(&self, schema: &Name) -> &str {
        self.modules.get(schema).map_or("", String::as_str)
    }

    /// Returns the documentation of a schema.
    pub(super) fn schema_docs(&self, schema: &Name) -> Option<String> {
        let at = Address::global(Kind::Schema, schema.clone());
        let docs = self.compiled.hints.object(&at).and_then(|it| it.docs.as_deref());
        Some(docs.map_or_else(
            || format!("The schema `{}`.", crate::sql::ident::quote_ident(schema)),
            str::to_owned,
        ))
    }

    /// Returns the documentation of an item.
    pub(super) fn docs(&self, item: &Item<'_>) -> Option<&str> {
        self.hint(item).and_then(|it| it.docs.as_deref())
    }

    /// Returns the traits that the author wants derived for an item.
    pub(super) fn derives(&self, item: &Item<'_>) -> impl Iterator<Item = &str> {
        self.hint(item).into_iter().flat_map(|it| &it.derives).map(|it| &**it)
    }

    fn hint(&self, item: &Item<'_>) -> Option<&Hint> {
        self.compiled.hints.object(item.at)
    }

    /// Returns what is said of a column where it is declared.
    pub(super) fn column_hint(&self, relation: &Qualified, column: &Name) -> Option<&'c Hint> {
        let (at, _) = self.compiled.catalog.relation(relation)?;
        self.compiled.hints.member(&at, column)
    }

    /// Tells whether a column is one of the primary key.
    pub(super) fn is_primary(&self, relation: &Qualified, column: &Name) -> bool {
        self.keys.get(relation).is_some_and(|it| it.primary.contains(column))
    }

    /// Returns the newtypes of a relation's columns.
    pub(super) fn newtypes_of(&self, relation: &Qualified) -> impl Iterator<Item = &Newtype<'c>> {
        let from = self.newtypes.range((relation.clone(), Name::default())..).map(|(_, it)| it);
        from.take_while(move |it| it.relation == *relation).filter(|it| !it.shared)
    }

    /// Returns where the type of a key column comes from: the column itself, or what its foreign keys lead to.
    pub(super) fn source_of(&self, relation: &Qualified, column: &Name) -> (Qualified, Name) {
        let mut path = vec![(relation.clone(), column.clone())];
        while let Some((table, name)) = path.last() {
            let hint = self.column_hint(table, name);
            if hint.is_some_and(|it| it.ty.is_some() || it.newtype.is_some()) {
                return (table.clone(), name.clone());
            }
            let Some(next) = self.target(table, name) else { break };
            if let Some(start) = path.iter().position(|it| *it == next) {
                // Keys that point at each other have the type of the first.
                let least = path.iter().skip(start).min().cloned();
                return least.unwrap_or(next);
            }
            path.push(next);
        }
        let own = path.iter().rev().find(|(table, name)| self.is_single_key(table, name));
        own.or_else(|| path.first()).cloned().unwrap_or_else(|| (relation.clone(), column.clone()))
    }

    /// Returns the newtype of a column that is its own source.
    pub(super) fn newtype(&self, relation: &Qualified, column: &Name) -> Option<&Newtype<'c>> {
        self.newtypes.get(&(relation.clone(), column.clone()))
    }

    fn is_single_key(&self, relation: &Qualified, column: &Name) -> bool {
        self.keys.get(relation).is_some_and(|it| it.primary == std::slice::from_ref(column))
    }

    /// Returns the column that the first foreign key of a column points at; one of that column alone goes before.
    fn target(&self, relation: &Qualified, column: &Name) -> Option<(Qualified, Name)> {
        let keys = self.keys.get(relation)?;
        let holds = |it: &&&ForeignKey| it.columns.contains(column);
        let single = keys.foreign.iter().filter(holds).find(|it| it.columns.len() == 1);
        let key = single.or_else(|| keys.foreign.iter().find(holds))?;
        let n = key.columns.iter().position(|it| it == column)?;
        let referenced = match key.referenced.is_empty() {
            true => self.keys.get(&key.table)?.primary.get(n)?,
            false => key.referenced.get(n)?,
        };
        Some((key.table.clone(), referenced.clone()))
    }

    fn name_modules(&mut self, taken: &mut Taken<'c, '_>) {
        let mut found: BTreeMap<String, &'c Name> = BTreeMap::new();
        for item in &self.list {
            let schema = &item.at.schema;
            if self.modules.contains_key(schema) {
                continue;
            }
            let at = Address::global(Kind::Schema, schema.clone());
            let wanted = self.compiled.hints.object(&at).and_then(|it| it.name.as_deref());
            let name = match wanted {
                Some(name) if names::is_ident(name) => names::raw(name),
                Some(_) | None => names::field_name(schema),
            };
            let name = if matches!(name.as_str(), SHARED | "r#mod") {
                format!("{}_", name.trim_start_matches("r#"))
            } else {
                name
            };
            if let Some(first) = found.insert(name.clone(), schema) {
                let message = format!(
                    "the schemas `{first}` and `{schema}` both become the Rust module `{name}`"
                );
                taken.collision(
                    message,
                    &at,
                    &Address::global(Kind::Schema, first.clone()),
                    "give one of them another name: `#[rust(name = …)]` before `schema`",
                );
            }
            self.modules.insert(schema, name);
        }
    }

    fn name_newtypes(&mut self, taken: &mut Taken<'c, '_>) {
        let mut shared: BTreeMap<(&Name, String), &TypeName> = BTreeMap::new();
        for item in &self.list {
            let relation = item.at.relation();
            for column in self.compiled.catalog.columns(&relation).unwrap_or_default() {
                let hint = self.compiled.hints.member(item.at, &column.name);
                let wanted = hint.and_then(|it| it.newtype.as_deref());
                let own =
                    wanted.is_some() || self.has_own(item, &relation, &column.name, &column.ty);
                if !own || hint.is_some_and(|it| it.skip || it.ty.is_some()) {
                    continue;
                }
                let name = wanted.map_or_else(|| format!("{}Id", item.name), str::to_owned);
                if !names::is_type_name(&name) {
                    taken.wrong(item.at, &name, "name of a type");
                }
                let name = names::raw(&name);
                let known = shared.insert((&item.at.schema, name.clone()), &column.ty);
                let shared = wanted.is_some() && known == Some(&column.ty);
                if !shared {
                    taken.take(item.at, &name, item.at);
                }
                let newtype = Newtype {
                    name,
                    relation: relation.clone(),
                    column: &column.name,
                    ty: &column.ty,
                    shared,
                };
                self.newtypes.insert((relation.clone(), column.name.clone()), newtype);
            }
        }
    }

    /// Tells whether a column gets a newtype without being told so: it alone is the key, and has no type of its own.
    fn has_own(&self, item: &Item<'_>, relation: &Qualified, column: &Name, ty: &TypeName) -> bool {
        let kinds = [Kind::EnumType, Kind::CompositeType, Kind::RangeType, Kind::BaseType];
        let declared = kinds.into_iter().any(|kind| {
            self.compiled
                .catalog
                .get(&Address::new(kind, ty.schema.clone(), ty.name.clone()))
                .is_some()
        });
        matches!(item.shape, Shape::Table(_))
            && self.is_single_key(relation, column)
            && ty.dimensions == 0
            && !declared
            && !ty.is("boolean")
            && self.source_of(relation, column) == (relation.clone(), column.clone())
    }
}

/// Tells whether an object gets a Rust item.
fn is_written(shape: Shape<'_>, hint: Option<&Hint>) -> bool {
    if hint.is_some_and(|it| it.skip || it.ty.is_some()) {
        return false;
    }
    shape.partition_of().is_none() || hint.is_some_and(|it| it.name.is_some())
}

fn keys(compiled: &Compiled) -> BTreeMap<Qualified, Keys<'_>> {
    let mut keys: BTreeMap<Qualified, Keys<'_>> = BTreeMap::new();
    for (at, entry) in compiled.catalog.of(Kind::Constraint) {
        if let Object::Constraint(it) = &entry.object
            && let Demand::PrimaryKey(index) = &it.demand
        {
            keys.entry(at.relation()).or_default().primary = &index.columns;
        }
    }
    for (at, entry) in compiled.catalog.of(Kind::ForeignKey) {
        if let Object::ForeignKey(it) = &entry.object {
            keys.entry(at.relation()).or_default().foreign.push(it);
        }
    }
    keys
}

/// The names of types that are taken, each in its schema.
struct Taken<'c, 'd> {
    compiled: &'c Compiled,
    types: BTreeMap<(&'c Name, String), &'c Address>,
    diagnostics: &'d mut Diagnostics,
}

impl<'c> Taken<'c, '_> {
    fn type_name(&mut self, at: &Address, hint: Option<&Hint>) -> String {
        let Some(name) = hint.and_then(|it| it.name.as_deref()) else {
            return names::type_name(&at.name);
        };
        if !names::is_type_name(name) {
            self.wrong(at, name, "name of a type");
        }
        names::raw(name)
    }

    fn wrong(&mut self, at: &Address, name: &str, what: &str) {
        self.diagnostics.push(wrong_name(self.compiled, at, name, what));
    }

    fn take(&mut self, at: &'c Address, name: &str, what: &Address) {
        let Some(first) = self.types.insert((&at.schema, name.to_owned()), at) else { return };
        let message = match first == at {
            true => format!("`{name}` would be the Rust name of {what} and of its key"),
            false => format!("`{name}` would be the Rust name of {first} and of {what}"),
        };
        self.collision(message, at, first, "give one of them another name: `as Name`, or for a key column `#[rust(newtype = Name)]`");
    }

    fn collision(&mut self, message: String, second: &Address, first: &Address, help: &str) {
        let diagnostic = Diagnostic::new(&RUST_NAME_COLLISION, message)
            .label_if(self.compiled.origins.get(second).map(|it| it.place.name), "second here")
            .label_if(self.compiled.origins.get(first).map(|it| it.place.name), "first here");
        self.diagnostics.push(diagnostic.help(help));
    }
}

/// Makes the diagnostic of a name that can't stand in Rust.
pub(super) fn wrong_name(compiled: &Compiled, at: &Address, name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(&WRONG_RUST_NAME, format!("`{name}` can't be the {what} in Rust"))
        .label_if(compiled.origins.get(at).map(|it| it.place.name), "named so here")
        .help("choose an identifier that is not `self`, `super`, `crate` or a name of the prelude such as `Option`")
}

/// Reports members of one item that get the same Rust name.
pub(super) fn members_differ<'n>(
    item: &Item<'_>,
    what: &str,
    members: impl Iterator<Item = (&'n str, &'n str)>,
    compiled: &Compiled,
    diagnostics: &mut Diagnostics,
) {
    let mut found: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, sql) in members {
        if let Some(first) = found.insert(name, sql) {
            let message = format!(
                "the {what}s `{first}` and `{sql}` of {} both become `{name}` in Rust",
                item.at
            );
            let way = if matches!(item.shape, Shape::Enum(_)) {
                format!("give one of them another name: `'{sql}' as Name;`")
            } else {
                format!("give one of them another name: `#[rust(name = …)]` before `{sql}`")
            };
            let span = compiled.origins.get(item.at).map(|it| it.place.name);
            diagnostics.push(
                Diagnostic::new(&RUST_NAME_COLLISION, message)
                    .label_if(span, "declared here")
                    .help(way),
            );
        }
    }
}
