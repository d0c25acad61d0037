//! Every object of a database, under its address: the one model that all producers make and all consumers take.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some have what is looked for here"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::column::Column;
use crate::object::privilege::Privilege;
use crate::object::steps::Steps;

/// An object with what every kind of object has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The object.
    pub object: Object,
    /// Its comment.
    pub comment: Option<Box<str>>,
    /// Its owner, where the source says one.
    pub owner: Option<Name>,
    /// What is given to roles and taken from them, in order.
    pub privileges: Vec<Privilege>,
    /// Extensions that take it with them when they are dropped, though it is not theirs, by name.
    pub extensions: Vec<Name>,
}

impl Entry {
    /// Makes an entry without comment, owner and privileges.
    pub fn new(object: Object) -> Self {
        Entry { object, comment: None, owner: None, privileges: Vec::new(), extensions: Vec::new() }
    }
}

/// What an object's SQL text names: an edge that PostgreSQL would record in `pg_depend`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The object that is named.
    pub target: Address,
    /// The column of the using object whose default or generation names it; `None` for the object itself.
    pub column: Option<Name>,
    /// Whether the using object can be made before it.
    pub strength: Strength,
}

/// Whether an object can be made before one that its text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// It can't.
    Hard,
    /// It can while `check_function_bodies` is off: the text of a function is read when it runs.
    Soft,
}

/// The model of a database.
///
/// Two catalogs are equal when their entries are: what objects use follows from what they are.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    entries: BTreeMap<Address, Entry>,
    uses: BTreeMap<Address, Vec<Use>>,
    search: BTreeMap<Address, Vec<Name>>,
}

impl PartialEq for Catalog {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl Catalog {
    /// Makes a catalog of entries that have different addresses.
    pub(crate) fn from_entries(entries: Vec<(Address, Entry)>) -> Self {
        Catalog { entries: entries.into_iter().collect(), ..Catalog::default() }
    }

    /// Returns the entry at an address.
    pub fn get(&self, at: &Address) -> Option<&Entry> {
        self.entries.get(at)
    }

    pub(crate) fn get_mut(&mut self, at: &Address) -> Option<&mut Entry> {
        self.entries.get_mut(at)
    }

    /// Adds an entry at an address that has none yet.
    pub(crate) fn add(&mut self, at: Address, entry: Entry) {
        self.entries.entry(at).or_insert(entry);
    }

    pub(crate) fn entries_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.entries.values_mut()
    }

    /// Returns all entries by address, to be changed.
    #[cfg(feature = "postgres")]
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&Address, &mut Entry)> {
        self.entries.iter_mut()
    }

    /// Returns all entries by address.
    pub fn iter(&self) -> impl Iterator<Item = (&Address, &Entry)> {
        self.entries.iter()
    }

    /// Keeps the entries at addresses that are wanted.
    #[cfg(feature = "postgres")]
    pub(crate) fn retain(&mut self, is_wanted: impl Fn(&Address) -> bool) {
        self.entries.retain(|at, _| is_wanted(at));
    }

    /// Returns the entries of one kind, by schema and name.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = (&Address, &Entry)> {
        let first = Address::new(kind, "", "");
        self.entries.range(first..).take_while(move |(at, _)| at.kind == kind)
    }

    /// Returns the entries of one kind that belong to a relation, by name.
    pub fn of_relation<'c>(
        &'c self,
        kind: Kind,
        relation: &'c Qualified,
    ) -> impl Iterator<Item = (&'c Address, &'c Entry)> {
        let first = Address::of(kind, relation, "");
        let belongs = move |at: &Address| {
            at.kind == kind
                && at.schema == relation.schema
                && at.relation.as_ref() == Some(&relation.name)
        };
        self.entries.range(first..).take_while(move |(at, _)| belongs(at))
    }

    /// Returns the relation of a name, whatever its kind.
    pub fn relation(&self, name: &Qualified) -> Option<(Address, &Entry)> {
        Kind::RELATIONS.into_iter().find_map(|kind| {
            let at = Address::new(kind, name.schema.clone(), name.name.clone());
            self.entries.get(&at).map(|entry| (at, entry))
        })
    }

    /// Returns the columns of a table or foreign table; those of a view follow from its query.
    pub fn columns(&self, name: &Qualified) -> Option<&[Column]> {
        match &self.relation(name)?.1.object {
            Object::Table(table) => Some(&table.columns),
            Object::ForeignTable(table) => Some(&table.columns),
            _ => None,
        }
    }

    /// Returns the routines and aggregates of a name, whatever their arguments.
    pub fn routines<'c>(
        &'c self,
        name: &'c Qualified,
    ) -> impl Iterator<Item = (&'c Address, &'c Entry)> {
        [Kind::Routine, Kind::Aggregate]
            .into_iter()
            .flat_map(move |kind| self.with_prefix(kind, &name.schema, &name.name))
    }

    /// Returns the addresses that one may stand for: itself, or every routine or operator of its bare name.
    pub fn matching<'c>(&'c self, at: &'c Address) -> impl Iterator<Item = &'c Address> {
        let exact = self.entries.get_key_value(at).map(|(at, _)| at);
        let has_types = matches!(at.kind, Kind::Routine | Kind::Aggregate | Kind::Operator);
        let by_name = (has_types && exact.is_none()).then_some(at.kind);
        let kinds: &[Kind] = match by_name {
            Some(Kind::Operator) => &[Kind::Operator],
            Some(_) if !at.name.contains('(') => &[Kind::Routine, Kind::Aggregate],
            // An aggregate is named as a function is.
            Some(_) => &[],
            None => &[],
        };
        let others =
            kinds.iter().flat_map(move |kind| self.with_prefix(*kind, &at.schema, &at.name));
        exact.into_iter().chain(others.map(|(at, _)| at))
    }

    /// Returns the entries of a kind whose name is this one followed by argument types.
    fn with_prefix<'c>(
        &'c self,
        kind: Kind,
        schema: &'c Name,
        name: &'c str,
    ) -> impl Iterator<Item = (&'c Address, &'c Entry)> {
        let first = Address::new(kind, schema.clone(), format!("{name}("));
        let belongs = move |at: &Address| {
            at.kind == kind
                && at.schema == *schema
                && at.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('('))
        };
        self.entries
            .range((Bound::Included(first), Bound::Unbounded))
            .take_while(move |(at, _)| belongs(at))
    }

    /// Returns what the SQL text of an object names.
    pub fn uses(&self, at: &Address) -> &[Use] {
        self.uses.get(at).map_or(&[], Vec::as_slice)
    }

    /// Returns the objects of the catalog that one of its entries needs, each once, in order.
    pub fn needs(&self, at: &Address, entry: &Entry) -> BTreeSet<Address> {
        let mut named = Vec::new();
        entry.object.depends_on(at, &mut named);
        entry.object.finish(at, &mut named, &mut Steps::default());
        let roles = entry.owner.iter().chain(entry.privileges.iter().flat_map(Privilege::roles));
        named.extend(roles.map(|role| Address::global(Kind::Role, role.clone())));
        named.extend(self.uses(at).iter().map(|it| it.target.clone()));
        let found = named.iter().flat_map(|target| self.matching(target)).filter(|it| *it != at);
        found.cloned().collect()
    }

    pub(crate) fn set_uses(&mut self, at: &Address, mut uses: Vec<Use>) {
        uses.sort();
        uses.dedup();
        if !uses.is_empty() {
            self.uses.insert(at.clone(), uses);
        }
    }

    /// Returns the schemas, in order, that bare names in an object's SQL text are looked up in; empty where none needs it.
    pub fn search(&self, at: &Address) -> &[Name] {
        self.search.get(at).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn set_search(&mut self, at: &Address, schemas: Vec<Name>) {
        self.search.insert(at.clone(), schemas);
    }

    /// Returns the number of objects.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Tells whether there is no object.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
