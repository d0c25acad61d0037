//! What is known of a database before a statement: relations, columns, constraints, indexes, types.
//!
//! It is made of a catalog, or of nothing, and every statement that is read takes it further. What is made since the
//! last [`State::settle`] is new: nobody else can have seen it, so locking it endangers nobody.

mod apply;
mod load;

pub(super) use apply::is_serial;

use std::collections::{BTreeMap, BTreeSet};

use super::read::read;
use super::statement::Path;
use crate::object::address::{Name, Qualified};
use crate::sql::type_name::TypeName;

/// What is known of a database.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub(super) relations: BTreeMap<Qualified, Relation>,
    pub(super) indexes: BTreeMap<Qualified, Index>,
    pub(super) domains: BTreeMap<Qualified, Domain>,
    /// Enums, and the labels that were added since the transaction began.
    pub(super) enums: BTreeMap<Qualified, Enum>,
    /// Whether a routine of a name is volatile.
    pub(super) routines: BTreeMap<Qualified, bool>,
    /// Whether any relation has a parent.
    any_parents: bool,
    /// Where bare names are looked up.
    search: Vec<Name>,
    /// Relations and types that were made since the last [`State::settle`].
    new: BTreeSet<Qualified>,
}

/// A relation, indexes aside.
#[derive(Clone, Debug, Default)]
pub(super) struct Relation {
    pub(super) columns: Vec<Column>,
    pub(super) constraints: BTreeMap<Name, Constraint>,
    /// What it inherits from, or is a partition of.
    pub(super) parents: Vec<Qualified>,
    pub(super) partitioned: bool,
    /// Whether it is a partition.
    pub(super) partition: bool,
    /// Whether it is the partition for rows that no other takes.
    pub(super) default_partition: bool,
    pub(super) n_policies: usize,
    pub(super) n_triggers: usize,
    /// The table that a sequence is owned by.
    pub(super) owned_by: Option<(Qualified, Name)>,
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: Name,
    pub(super) ty: TypeName,
    pub(super) not_null: bool,
    pub(super) has_default: bool,
    pub(super) identity: bool,
}

/// A constraint.
#[derive(Clone, Debug)]
pub(super) struct Constraint {
    pub(super) demand: Demand,
    pub(super) validated: bool,
}

/// What a constraint demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Demand {
    Check(String),
    NotNull(Name),
    PrimaryKey(Vec<Name>),
    Unique(Vec<Name>),
    Exclude,
    ForeignKey { columns: Vec<Name>, table: Qualified },
}

/// An index.
#[derive(Clone, Debug)]
pub(super) struct Index {
    pub(super) table: Qualified,
    /// The columns of its key; `None` for an expression.
    pub(super) keys: Vec<Option<Name>>,
    /// The words of its expressions and its predicate.
    pub(super) words: Vec<Name>,
    pub(super) unique: bool,
}

/// A domain.
#[derive(Clone, Debug)]
pub(super) struct Domain {
    pub(super) base: TypeName,
    pub(super) constrained: bool,
}

/// An enum.
#[derive(Clone, Debug, Default)]
pub(super) struct Enum {
    /// Labels that were added since the transaction began.
    pub(super) fresh: Vec<String>,
}

impl State {
    /// Returns the name that a path stands for: that of the first schema searched that has such a relation.
    pub(super) fn resolve(&self, path: &Path) -> Qualified {
        if let Some(schema) = &path.schema {
            return Qualified::new(schema.clone(), path.name.clone());
        }
        let of = |schema: &Name| Qualified::new(schema.clone(), path.name.clone());
        let mut searched = self.searched().map(of);
        let first = searched.next();
        let found = std::iter::once(first.clone()).flatten().chain(searched).find(|name| {
            self.relations.contains_key(name)
                || self.indexes.contains_key(name)
                || self.domains.contains_key(name)
                || self.enums.contains_key(name)
        });
        found.or(first).unwrap_or_else(|| Qualified::new("public", path.name.clone()))
    }

    /// Returns the name that something has that is made now.
    pub(super) fn made(&self, path: &Path) -> Qualified {
        let first = || self.searched().next().cloned().unwrap_or_else(|| "public".into());
        Qualified::new(path.schema.clone().unwrap_or_else(first), path.name.clone())
    }

    fn searched(&self) -> impl Iterator<Item = &Name> {
        const PUBLIC: &Name = &Name::new_static("public");
        let is_real = |name: &&Name| !name.starts_with('$') && *name != "pg_catalog";
        let public = self.search.is_empty().then_some(PUBLIC);
        self.search.iter().filter(is_real).chain(public)
    }

    /// Tells whether nobody else can have seen a relation or type yet.
    pub(super) fn is_new(&self, name: &Qualified) -> bool {
        self.new.contains(name)
    }

    /// Takes what is known past a statement.
    pub fn pass(&mut self, statement: &str) {
        self.apply(&read(statement));
    }

    /// Says that all that was made so far may be in use: a migration ends here.
    pub fn settle(&mut self) {
        self.new.clear();
        self.commit();
        self.search.clear();
    }

    /// Says that a transaction ends here.
    pub fn commit(&mut self) {
        self.enums.values_mut().for_each(|it| it.fresh.clear());
    }

    /// Returns a relation with all that inherit from it or are partitions of it.
    pub(super) fn tree(&self, root: &Qualified) -> Vec<Qualified> {
        let mut found = vec![root.clone()];
        if !self.any_parents {
            return found;
        }
        let mut n = 0;
        while let Some(parent) = found.get(n).cloned() {
            let children = self.children(&parent).filter(|it| !found.contains(it));
            let children: Vec<Qualified> = children.cloned().collect();
            found.extend(children);
            n += 1;
        }
        found
    }

    /// Returns a table with its partitions, theirs too; children by inheritance have indexes of their own.
    pub(super) fn tree_of_partitions(&self, root: &Qualified) -> Vec<Qualified> {
        if self.is_partitioned(root) { self.tree(root) } else { vec![root.clone()] }
    }

    pub(super) fn children<'s>(
        &'s self,
        parent: &'s Qualified,
    ) -> impl Iterator<Item = &'s Qualified> {
        let is_child = |it: &Relation| it.parents.contains(parent);
        self.relations.iter().filter(move |(_, it)| is_child(it)).map(|(name, _)| name)
    }

    /// Returns the partition of a table that takes the rows that no other does.
    pub(super) fn default_partition<'s>(&'s self, parent: &'s Qualified) -> Option<&'s Qualified> {
        let is_default =
            |name: &&Qualified| self.relations.get(name).is_some_and(|it| it.default_partition);
        self.children(parent).find(is_default)
    }

    pub(super) fn is_partitioned(&self, name: &Qualified) -> bool {
        self.relations.get(name).is_some_and(|it| it.partitioned)
    }

    /// Returns a column of a table; a partition that lists none has those of its parent.
    pub(super) fn column(&self, table: &Qualified, name: &str) -> Option<&Column> {
        let mut relation = self.relations.get(table)?;
        // As deep as no tree of partitions is, so that a circle ends.
        for _ in 0..64 {
            let found = relation.columns.iter().find(|it| it.name == name);
            if found.is_some() {
                return found;
            }
            relation = self.relations.get(relation.parents.first()?)?;
        }
        None
    }

    /// Returns the indexes of a table, those of its keys among them.
    pub(super) fn indexes_of<'s>(
        &'s self,
        table: &'s Qualified,
    ) -> impl Iterator<Item = (&'s Qualified, &'s Index)> {
        self.indexes.iter().filter(move |(_, it)| it.table == *table)
    }

    /// Returns the foreign keys that a table has: their columns and the table they refer to.
    pub(super) fn foreign_keys_of<'s>(
        &'s self,
        table: &Qualified,
    ) -> impl Iterator<Item = (&'s Name, &'s [Name], &'s Qualified)> {
        let constraints = self.relations.get(table).into_iter().flat_map(|it| &it.constraints);
        constraints.filter_map(|(name, it)| match &it.demand {
            Demand::ForeignKey { columns, table } => Some((name, columns.as_slice(), table)),
            Demand::Check(_)
            | Demand::NotNull(_)
            | Demand::PrimaryKey(_)
            | Demand::Unique(_)
            | Demand::Exclude => None,
        })
    }

    /// Returns the tables that refer to one.
    pub(super) fn referencing<'s>(
        &'s self,
        table: &'s Qualified,
    ) -> impl Iterator<Item = &'s Qualified> {
        self.relations.keys().filter(move |name| {
            *name != table
                && self.foreign_keys_of(name).any(|(_, _, referenced)| referenced == table)
        })
    }

    /// Returns the sequences that go with a table.
    pub(super) fn sequences_of<'s>(
        &'s self,
        table: &'s Qualified,
    ) -> impl Iterator<Item = (&'s Qualified, &'s Name)> {
        self.relations.iter().filter_map(move |(name, it)| {
            let (owner, column) = it.owned_by.as_ref()?;
            (owner == table).then_some((name, column))
        })
    }

    /// Returns the domain that a type is, if it is known as one.
    pub(super) fn domain(&self, ty: &TypeName) -> Option<&Domain> {
        if ty.is_builtin() || ty.dimensions != 0 {
            return None;
        }
        self.domains.get(&self.type_of(ty))
    }

    /// Returns the name of a type that is not PostgreSQL's own, with the schema it is found in.
    pub(super) fn type_of(&self, ty: &TypeName) -> Qualified {
        let schema = Some(ty.schema.clone()).filter(|it| !it.is_empty());
        let at = crate::sql::lex::TextRange::default();
        self.resolve(&Path { schema, name: ty.name.clone(), at })
    }
}
