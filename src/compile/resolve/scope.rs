//! The names that an expression can see: the sources of its query and of the queries around it.

use std::rc::Rc;

use smol_str::SmolStr;

use super::value::{Column, Value};
use crate::object::address::Name;
use crate::sql::ast::Path;
use crate::sql::builtin::relations::SYSTEM_COLUMNS;
use crate::sql::lex::TextRange;

/// A row source under the name that qualifies its columns.
#[derive(Clone, Debug)]
pub(super) struct Rel {
    pub(super) name: Name,
    /// The schema that may stand before the name; none for an alias.
    pub(super) schema: Option<Name>,
    pub(super) columns: Rc<Vec<Column>>,
    /// Whether the columns are all there are.
    pub(super) complete: bool,
    /// The type of a whole row.
    pub(super) row: Option<SmolStr>,
    /// Whether an outer join may make its rows NULL.
    pub(super) nullable: bool,
    /// Whether it has system columns.
    pub(super) stored: bool,
    /// Whether it certainly has no primary key, as a query has none.
    pub(super) keyless: bool,
    /// Where it stands in the text.
    pub(super) range: TextRange,
}

/// A column as a query sees it, whatever it is called: two names for one column give the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Var {
    /// The number of its entry of FROM.
    pub(super) source: usize,
    /// The number of its table in that entry; none for a column that both sides of a join are joined by.
    pub(super) rel: Option<usize>,
    /// The name; none for the whole row.
    pub(super) column: Option<Name>,
}

/// One entry of FROM: what its columns can be called by their bare names, and by qualified ones.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) rels: Vec<Rel>,
    pub(super) columns: Rc<Vec<Column>>,
    pub(super) complete: bool,
}

/// A table of a `WITH`.
#[derive(Clone, Debug)]
pub(super) struct Common {
    pub(super) name: Name,
    pub(super) columns: Rc<Vec<Column>>,
    pub(super) complete: bool,
}

/// The sources of a query, and the scope around it.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope<'p> {
    pub(super) parent: Option<&'p Scope<'p>>,
    pub(super) sources: Vec<Source>,
    pub(super) commons: Vec<Common>,
}

/// What a name means in a scope.
#[derive(Clone, Debug)]
pub(super) enum Seen {
    Value(Value),
    /// It may be a column that is not known.
    Unsure,
    Ambiguous,
    Missing,
    /// Nothing is called as the qualifier says.
    NoSource,
}

impl Source {
    /// A source whose bare and qualified names are the same.
    pub(super) fn of(rel: Rel) -> Self {
        Source { columns: rel.columns.clone(), complete: rel.complete, rels: vec![rel] }
    }

    /// Returns the number of a table as that of a column's, or none if both sides are joined by the column.
    fn rel_of(&self, rel: usize, column: &str) -> Option<usize> {
        let n_rels = self.rels.iter().filter(|it| it.has(column)).count();
        let n_columns = self.columns.iter().filter(|it| it.name == column).count();
        (n_rels <= n_columns || n_rels < 2).then_some(rel)
    }

    /// Returns the columns as a query sees them.
    pub(super) fn vars(&self, source: usize) -> impl Iterator<Item = Var> {
        self.columns.iter().map(move |column| {
            let mut having = self.rels.iter().enumerate().filter(|(_, rel)| rel.has(&column.name));
            let rel = having.next().filter(|_| having.next().is_none()).map(|(rel, _)| rel);
            Var { source, rel, column: Some(column.name.clone()) }
        })
    }

    /// Returns the source with every column nullable, as an outer join makes it.
    pub(super) fn made_nullable(mut self) -> Self {
        for column in Rc::make_mut(&mut self.columns) {
            column.value.nullable = true;
        }
        self.rels.iter_mut().for_each(|rel| rel.nullable = true);
        self
    }
}

impl Rel {
    fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|it| it.name == name)
    }

    fn column(&self, name: &str) -> Seen {
        if let Some(column) = self.columns.iter().find(|it| it.name == name) {
            return Seen::Value(column.value.clone().or_null(self.nullable));
        }
        match system_column(name).filter(|_| self.stored) {
            Some(value) => Seen::Value(value),
            None if self.complete => Seen::Missing,
            None => Seen::Unsure,
        }
    }
}

fn system_column(name: &str) -> Option<Value> {
    SYSTEM_COLUMNS.iter().find(|(column, _)| *column == name).map(|(_, ty)| Value::of(ty))
}

impl<'p> Scope<'p> {
    /// A scope inside another.
    pub(super) fn inside(parent: &'p Scope<'p>) -> Self {
        Scope { parent: Some(parent), ..Scope::default() }
    }

    /// The scopes from this one outwards.
    pub(super) fn outwards(&self) -> impl Iterator<Item = &Scope<'p>> {
        std::iter::successors(Some(self), |scope| scope.parent)
    }

    /// Finds a column or a whole row by its bare name.
    pub(super) fn bare(&self, name: &str) -> Seen {
        for scope in self.outwards() {
            match scope.bare_here(name) {
                Seen::Missing => {}
                seen => return seen,
            }
        }
        Seen::Missing
    }

    fn bare_here(&self, name: &str) -> Seen {
        let named = self
            .sources
            .iter()
            .flat_map(|source| source.columns.iter().filter(|column| column.name == name));
        let mut found = named.map(|column| &column.value);
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => return Seen::Ambiguous,
            (Some(value), None) => return Seen::Value(value.clone()),
            (None, _) => {}
        }
        let mut rels = self.sources.iter().flat_map(|source| &source.rels);
        if let Some(rel) = rels.clone().find(|rel| rel.name == name) {
            return Seen::Value(Value::with(rel.row.clone(), rel.nullable));
        }
        if let Some(value) = system_column(name).filter(|_| rels.any(|rel| rel.stored)) {
            return Seen::Value(value);
        }
        if self.sources.iter().all(|source| source.complete) { Seen::Missing } else { Seen::Unsure }
    }

    /// Finds the source that a qualifier names.
    pub(super) fn rel(&self, schema: Option<&Name>, name: &str) -> Option<&Rel> {
        let fits =
            |rel: &&Rel| rel.name == name && (schema.is_none() || rel.schema.as_ref() == schema);
        self.outwards()
            .find_map(|scope| scope.sources.iter().flat_map(|source| &source.rels).find(fits))
    }

    /// Finds a column by its qualified name.
    pub(super) fn qualified(&self, schema: Option<&Name>, table: &str, name: &str) -> Seen {
        self.rel(schema, table).map_or(Seen::NoSource, |rel| rel.column(name))
    }

    /// How many scopes deep it stands.
    pub(super) fn level(&self) -> usize {
        self.outwards().count()
    }

    /// Finds the column or row that a name means, and the level of the query whose it is.
    pub(super) fn var(&self, path: &Path) -> Option<(usize, Var)> {
        let level = self.level();
        let here = |n: usize, var: Option<Var>| Some((level - n, var?));
        match path.0.as_slice() {
            [name] => {
                self.outwards().enumerate().find_map(|(n, it)| here(n, it.bare_var(&name.name)))
            }
            [table, name] => self
                .outwards()
                .enumerate()
                .find_map(|(n, it)| here(n, it.qualified_var(None, &table.name, &name.name))),
            [schema, table, name] => self.outwards().enumerate().find_map(|(n, it)| {
                here(n, it.qualified_var(Some(&schema.name), &table.name, &name.name))
            }),
            _ => None,
        }
    }

    pub(super) fn bare_var(&self, name: &str) -> Option<Var> {
        let has = |source: &Source| source.columns.iter().any(|it| it.name == name);
        if let Some(source) = self.sources.iter().position(has) {
            let rels = &self.sources.get(source)?.rels;
            let mut having = rels.iter().enumerate().filter(|(_, rel)| rel.has(name));
            let rel = having.next().filter(|_| having.next().is_none()).map(|(rel, _)| rel);
            return Some(Var { source, rel, column: Some(name.into()) });
        }
        self.sources.iter().enumerate().find_map(|(source, it)| {
            let rel = it.rels.iter().position(|rel| rel.name == name)?;
            Some(Var { source, rel: Some(rel), column: None })
        })
    }

    pub(super) fn qualified_var(
        &self,
        schema: Option<&Name>,
        table: &str,
        name: &str,
    ) -> Option<Var> {
        let fits =
            |rel: &Rel| rel.name == table && (schema.is_none() || rel.schema.as_ref() == schema);
        self.sources.iter().enumerate().find_map(|(source, it)| {
            let rel = it.rels.iter().position(fits)?;
            Some(Var { source, rel: it.rel_of(rel, name), column: Some(name.into()) })
        })
    }

    /// Returns the table that a column is of; none for one that both sides of a join are joined by.
    pub(super) fn rel_of(&self, var: &Var) -> Option<&Rel> {
        self.sources.get(var.source)?.rels.get(var.rel?)
    }

    /// Finds a table of a `WITH`.
    pub(super) fn common(&self, name: &str) -> Option<&Common> {
        self.outwards().find_map(|scope| scope.commons.iter().rev().find(|it| it.name == name))
    }

    /// The names of columns that can be seen.
    pub(super) fn column_names(&self) -> Vec<&str> {
        let sources = self.outwards().flat_map(|scope| &scope.sources);
        sources.flat_map(|source| source.columns.iter().map(|it| it.name.as_str())).collect()
    }

    /// The names that can qualify columns.
    pub(super) fn rel_names(&self) -> Vec<&str> {
        let sources = self.outwards().flat_map(|scope| &scope.sources);
        sources.flat_map(|source| source.rels.iter().map(|it| it.name.as_str())).collect()
    }
}
