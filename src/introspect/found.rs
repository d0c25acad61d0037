//! What was read so far: objects with their numbers, and what later queries hang on them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::row::{Oid, Row, Unreadable};
use crate::catalog::Entry;
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::column::Column;
use crate::object::signature;
use crate::object::type_text;
use crate::sql::definition::Definition;
use crate::sql::type_name::TypeName;
use crate::sql::version::PgVersion;

/// A catalog of PostgreSQL whose rows are objects: what `pg_description` and `pg_depend` call a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Class(pub(crate) &'static str);

/// Who owns an object and who may do what, as the catalogs say it.
#[derive(Debug, Default)]
pub(crate) struct Ownership {
    pub(crate) owner: Option<Name>,
    pub(crate) acl: Option<Acl>,
}

/// The privileges of an object: `aclitem`s as text (manual 5.8).
#[derive(Clone, Debug)]
pub(crate) struct Acl {
    pub(crate) items: Vec<Box<str>>,
    /// Those it was born with.
    pub(crate) base: Vec<Box<str>>,
    /// The column, where they are privileges on one.
    pub(crate) column: Option<Name>,
    /// Who owns the object.
    pub(crate) owner: Name,
}

/// A column of any relation, with what only introspection wants to know of it.
#[derive(Debug)]
pub(crate) struct FoundColumn {
    pub(crate) number: i16,
    pub(crate) column: Column,
    /// The name of its NOT NULL constraint, from PostgreSQL 18 on.
    pub(crate) not_null_name: Option<Name>,
    /// Whether PostgreSQL would give it that name.
    pub(crate) has_default_not_null_name: bool,
    /// Whether that constraint comes from parents only.
    pub(crate) not_null_inherited: bool,
    pub(crate) type_number: Oid,
    pub(crate) collation_number: Oid,
    /// Whether the relation declares it itself, and does not only inherit it.
    pub(crate) local: bool,
}

/// What comes with an object and has a number of its own.
#[derive(Clone, Debug)]
pub(crate) enum Beside {
    /// A check of a domain.
    DomainCheck(Oid, Name),
    /// The NOT NULL constraint of a domain.
    DomainNotNull(Oid),
    /// The NOT NULL constraint of a relation's column.
    NotNull(Oid, i16),
    /// The sequence of a relation's identity column.
    Sequence(Oid, i16),
}

/// All that was read.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) version: PgVersion,
    pub(crate) entries: Vec<(Address, Entry)>,
    numbers: FxHashMap<(&'static str, Oid), usize>,
    /// The privileges of entries, by their place in the list.
    pub(crate) acls: Vec<(usize, Acl)>,
    /// The columns of each relation, in order.
    pub(crate) columns: FxHashMap<Oid, Vec<FoundColumn>>,
    /// How PostgreSQL writes a type with its modifier.
    pub(crate) types: FxHashMap<(Oid, i32), TypeName>,
    pub(crate) classes: super::index::Classes,
    /// Indexes of partitions, and those of their parents that they belong to.
    pub(crate) index_parents: Vec<(Oid, Oid)>,
    /// Checks that a relation has from its parents only: the relation and the constraint.
    pub(crate) inherited_checks: Vec<(Oid, Oid)>,
    /// What has a comment of its own and is no object of its own, by class and number.
    pub(crate) beside: FxHashMap<(&'static str, Oid), Beside>,
    /// Default privileges, which are no objects of a number.
    pub(crate) defaults: Vec<super::default_privileges::FoundDefaults>,
    /// Entries that are left to others, by their places in the list.
    removed: FxHashSet<usize>,
    /// What can't be held, for people.
    pub(crate) problems: Vec<Problem>,
    /// What is left out because it serves nothing, for people.
    pub(crate) notes: Vec<Problem>,
}

/// Something that the database holds and a source can't, or need not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The object, as PostgreSQL identifies it.
    pub object: String,
    /// What of it is lost, and why.
    pub what: String,
    /// What to do.
    pub help: String,
}

impl Found {
    pub(crate) fn new(version: PgVersion) -> Self {
        Found {
            version,
            entries: Vec::new(),
            numbers: FxHashMap::default(),
            acls: Vec::new(),
            columns: FxHashMap::default(),
            types: FxHashMap::default(),
            classes: super::index::Classes::default(),
            index_parents: Vec::new(),
            inherited_checks: Vec::new(),
            beside: FxHashMap::default(),
            defaults: Vec::new(),
            removed: FxHashSet::default(),
            problems: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Adds an object that the class knows by this number.
    pub(crate) fn add(
        &mut self,
        class: Class,
        oid: Oid,
        at: Address,
        object: impl Into<Object>,
    ) -> &mut Entry {
        self.add_owned(class, oid, at, object, Ownership::default())
    }

    /// Adds an object with its owner and privileges.
    pub(crate) fn add_owned(
        &mut self,
        class: Class,
        oid: Oid,
        at: Address,
        object: impl Into<Object>,
        ownership: Ownership,
    ) -> &mut Entry {
        let index = self.entries.len();
        self.numbers.insert((class.0, oid), index);
        self.acls.extend(ownership.acl.map(|acl| (index, acl)));
        let entry = Entry { owner: ownership.owner, ..Entry::new(object.into()) };
        self.entries.push((at, entry));
        let (_, entry) = self.entries.last_mut().expect("it was pushed just now");
        entry
    }

    /// Lets an object be found by a second number, as a constraint by that of its index.
    pub(crate) fn alias(&mut self, class: Class, oid: Oid, of: (Class, Oid)) {
        if let Some(index) = self.numbers.get(&(of.0.0, of.1)).copied() {
            self.numbers.insert((class.0, oid), index);
        }
    }

    /// Returns the address of an object; `None` for one that is left out, such as an extension's.
    pub(crate) fn address(&self, class: Class, oid: Oid) -> Option<&Address> {
        self.index(class.0, oid).and_then(|index| self.entries.get(index)).map(|(at, _)| at)
    }

    /// Returns the place of an object in the list of entries.
    pub(crate) fn index(&self, class: &str, oid: Oid) -> Option<usize> {
        // The key wants a text that lives forever; a class that nobody added has no objects.
        let class = super::CLASSES.iter().find(|it| it.0 == class)?;
        self.numbers.get(&(class.0, oid)).copied()
    }

    /// Returns an object to be changed.
    pub(crate) fn entry_mut(&mut self, class: Class, oid: Oid) -> Option<&mut Entry> {
        let index = self.numbers.get(&(class.0, oid)).copied()?;
        self.entries.get_mut(index).map(|(_, entry)| entry)
    }

    /// Returns the name of a relation; `None` for one that is left out.
    pub(crate) fn relation(&self, oid: Oid) -> Option<Qualified> {
        self.address(super::PG_CLASS, oid).map(Address::relation)
    }

    /// Returns a relation's column to be changed.
    pub(crate) fn column_mut(&mut self, relation: Oid, number: i16) -> Option<&mut FoundColumn> {
        let columns = self.columns.get_mut(&relation)?;
        let at = columns.binary_search_by_key(&number, |it| it.number).ok()?;
        columns.get_mut(at)
    }

    /// Returns a relation's column.
    pub(crate) fn found_column(&self, relation: Oid, number: i16) -> Option<&FoundColumn> {
        let columns = self.columns.get(&relation)?;
        let at = columns.binary_search_by_key(&number, |it| it.number).ok()?;
        columns.get(at)
    }

    /// Returns the name of a relation's column.
    pub(crate) fn column(&self, relation: Oid, number: i16) -> Option<&Name> {
        self.found_column(relation, number).map(|it| &it.column.name)
    }

    /// Returns the names of a relation's columns.
    pub(crate) fn column_names(&self, relation: Oid, numbers: &[i16]) -> Option<Vec<Name>> {
        numbers.iter().map(|number| self.column(relation, *number).cloned()).collect()
    }

    /// Returns the numbers of a class's objects.
    pub(crate) fn numbers_of(&self, class: Class) -> impl Iterator<Item = Oid> {
        self.numbers.keys().filter(move |(it, _)| *it == class.0).map(|(_, oid)| *oid)
    }

    /// Leaves out the schema `public` where it is as every database has it.
    pub(crate) fn drop_plain_public(&mut self) {
        let is_plain = |(at, entry): &(Address, Entry)| {
            at.kind == Kind::Schema
                && at.name == "public"
                && entry.comment.is_none()
                && entry.privileges.is_empty()
                && entry.owner.as_ref().is_none_or(|it| it == "pg_database_owner")
        };
        let place = self.entries.iter().position(is_plain);
        self.removed.extend(place);
    }

    /// Leaves out what is there only for its privileges and has none to say.
    pub(crate) fn drop_empty_privileges(&mut self) {
        let is_empty = |(_, (at, entry)): &(usize, &(Address, Entry))| {
            at.kind == Kind::PrivilegesOn && entry.privileges.is_empty()
        };
        let empty = self.entries.iter().enumerate().filter(is_empty).map(|(n, _)| n);
        self.removed.extend(empty);
    }

    /// Leaves out entries at these places.
    pub(crate) fn remove(&mut self, places: &FxHashSet<usize>) {
        self.removed.extend(places);
    }

    /// Returns the entries that are not left out.
    pub(crate) fn into_entries(self) -> Vec<(Address, Entry)> {
        let removed = self.removed;
        let all = self.entries.into_iter().enumerate();
        all.filter(|(n, _)| !removed.contains(n)).map(|(_, it)| it).collect()
    }

    /// Says that something can't be held.
    pub(crate) fn problem(
        &mut self,
        object: impl Into<String>,
        what: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.problems.push(Problem { object: object.into(), what: what.into(), help: help.into() });
    }

    /// Says that something is left out, and nothing is lost by that.
    pub(crate) fn note(
        &mut self,
        object: impl Into<String>,
        what: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.notes.push(Problem { object: object.into(), what: what.into(), help: help.into() });
    }
}

impl Row<'_> {
    /// Takes what [`super::query::ownership`] asks for.
    pub(crate) fn ownership(&mut self) -> Result<Ownership, Unreadable> {
        let owner = self.optional_name();
        let has_acl = self.peek().is_some();
        let (items, base) = (self.strings()?, self.strings()?);
        let acl = owner.clone().filter(|_| has_acl);
        let acl = acl.map(|owner| Acl { items, base, column: None, owner });
        Ok(Ownership { owner, acl })
    }

    /// Takes a type as `format_type` writes it while the search path is empty.
    pub(crate) fn ty(&mut self) -> Result<TypeName, Unreadable> {
        self.text().map(type_text::parse)
    }

    /// Takes what [`super::query::routine`] asks for; `None` for NULL.
    pub(crate) fn routine(&mut self) -> Result<Option<Address>, Unreadable> {
        let parts = self.strings()?;
        let [schema, name, types @ ..] = parts.as_slice() else { return Ok(None) };
        let types: Vec<TypeName> = types.iter().map(|it| type_text::parse(it)).collect();
        let name = signature::name(name, &types);
        Ok(Some(Address::new(Kind::Routine, &**schema, name)))
    }

    /// Takes values of a definition list, one a name, and leaves out those that are NULL. What is said is SQL.
    pub(crate) fn definitions(&mut self, names: &[&str]) -> Vec<Definition> {
        let read = |name: &&str| {
            let value = self.option()?;
            // A name alone stands for what is on.
            let value = (value != FLAG).then(|| value.into());
            Some(Definition { name: (*name).into(), value })
        };
        names.iter().filter_map(read).collect()
    }
}

/// What a query gives for a name of a definition list that has no value.
pub(crate) const FLAG: &str = "\u{1}";
