//! What a catalog says of a database.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds, only some decide about locks and work"
)]

use super::{Column, Constraint, Demand, Domain, Enum, Index, Relation, State};
use crate::catalog::{Catalog, Entry};
use crate::hazard::cursor::words_of;
use crate::object::Object;
use crate::object::address::{Address, Name, Qualified};
use crate::object::column::{self, Value};
use crate::object::constraint::{self, Constraint as Declared};
use crate::object::constraint_flags::Validation;
use crate::object::domain;
use crate::object::index_element::Key;
use crate::object::partition::{Bound, PartitionOf};
use crate::object::table::Table;
use crate::sql::default_name::object_name;

impl From<&Catalog> for State {
    fn from(catalog: &Catalog) -> State {
        let mut state = State::default();
        for (at, entry) in catalog.iter() {
            state.load(at, entry);
        }
        state
    }
}

impl State {
    fn load(&mut self, at: &Address, entry: &Entry) {
        let name = Qualified::new(at.schema.clone(), at.name.clone());
        match &entry.object {
            Object::Table(it) => self.load_table(name, it),
            Object::ForeignTable(it) => {
                let columns = it.columns.iter().map(column).collect();
                let parents = parents(&it.inherits, it.partition_of.as_ref());
                let partition = it.partition_of.is_some();
                self.any_parents |= !parents.is_empty();
                self.relations
                    .insert(name, Relation { columns, parents, partition, ..Relation::default() });
            }
            Object::View(_) | Object::MaterializedView(_) => {
                self.relations.insert(name, Relation::default());
            }
            Object::Sequence(it) => {
                let owned_by = it.owned_by.clone();
                let made = Relation { owned_by, ..Relation::default() };
                self.relations.insert(name, made);
            }
            Object::Constraint(it) => self.load_constraint(at, it),
            Object::ForeignKey(it) => {
                let demand =
                    Demand::ForeignKey { columns: it.columns.clone(), table: it.table.clone() };
                self.add_constraint(at, demand, &it.validation);
            }
            Object::Index(it) => {
                let key = |key: &Key| match key {
                    Key::Column(name) => Some(name.clone()),
                    Key::Expr(_) => None,
                };
                let keys: Vec<Option<Name>> = it.elements.iter().map(|it| key(&it.key)).collect();
                let text = |key: &Key| match key {
                    Key::Column(_) => Vec::new(),
                    Key::Expr(it) => words_of(it.text()),
                };
                let mut words: Vec<Name> =
                    it.elements.iter().flat_map(|it| text(&it.key)).collect();
                words.extend(it.predicate.iter().flat_map(|it| words_of(it.text())));
                let index = Index { table: at.relation(), keys, words, unique: it.unique };
                self.indexes.insert(name, index);
            }
            Object::Domain(it) => {
                self.domains.insert(name, of_domain(it));
            }
            Object::EnumType(_) => {
                self.enums.insert(name, Enum::default());
            }
            Object::Routine(it) => {
                let steady = it.flags.iter().any(|it| it == "IMMUTABLE" || it == "STABLE");
                let bare = crate::object::signature::split(&at.name).0;
                let name = Qualified::new(at.schema.clone(), bare);
                *self.routines.entry(name).or_default() |= !steady;
            }
            Object::Policy(_) => {
                let table = self.relations.entry(at.relation()).or_default();
                table.n_policies += 1;
            }
            Object::Trigger(_) => {
                let table = self.relations.entry(at.relation()).or_default();
                table.n_triggers += 1;
            }
            _ => {}
        }
    }

    fn load_table(&mut self, name: Qualified, it: &Table) {
        let made = Relation {
            columns: it.columns.iter().map(column).collect(),
            parents: parents(&it.inherits, it.partition_of.as_ref()),
            partitioned: it.partition_by.is_some(),
            partition: it.partition_of.is_some(),
            default_partition: it
                .partition_of
                .as_ref()
                .is_some_and(|it| it.bound == Bound::Default),
            ..Relation::default()
        };
        self.any_parents |= !made.parents.is_empty();
        for column in it.columns.iter().filter(|it| matches!(it.value, Value::Identity(..))) {
            let sequence =
                Qualified::new(name.schema.clone(), object_name(&name.name, &column.name, "seq"));
            let owned_by = Some((name.clone(), column.name.clone()));
            let made = Relation { owned_by, ..Relation::default() };
            self.relations.insert(sequence, made);
        }
        self.relations.insert(name, made);
    }

    fn load_constraint(&mut self, at: &Address, it: &Declared) {
        let demand = match &it.demand {
            constraint::Demand::PrimaryKey(key) => Demand::PrimaryKey(key.columns.clone()),
            constraint::Demand::Unique(key) => Demand::Unique(key.columns.clone()),
            constraint::Demand::Check { condition, .. } => {
                Demand::Check(condition.text().to_owned())
            }
            constraint::Demand::Exclusion(_) => Demand::Exclude,
        };
        self.add_constraint(at, demand, &it.validation);
    }

    fn add_constraint(&mut self, at: &Address, demand: Demand, validation: &Validation) {
        let validated = *validation == Validation::Valid;
        let constraint = Constraint { demand, validated };
        self.constrain(&at.relation(), at.name.clone(), constraint);
    }

    /// Adds a constraint, with the index and the NOT NULL that come with a key.
    pub(super) fn constrain(&mut self, table: &Qualified, name: Name, constraint: Constraint) {
        let index = Qualified::new(table.schema.clone(), name.clone());
        let key = match &constraint.demand {
            Demand::PrimaryKey(columns) | Demand::Unique(columns) => Some(columns.clone()),
            Demand::Exclude => Some(Vec::new()),
            Demand::Check(_) | Demand::NotNull(_) | Demand::ForeignKey { .. } => None,
        };
        if let Some(columns) = key {
            let keys = columns.into_iter().map(Some).collect();
            let made = Index { table: table.clone(), keys, words: Vec::new(), unique: true };
            self.indexes.entry(index).or_insert(made);
        }
        let relation = self.relations.entry(table.clone()).or_default();
        let required: &[Name] = match &constraint.demand {
            Demand::PrimaryKey(columns) => columns,
            Demand::NotNull(column) if constraint.validated => std::slice::from_ref(column),
            Demand::Check(_)
            | Demand::NotNull(_)
            | Demand::Unique(_)
            | Demand::Exclude
            | Demand::ForeignKey { .. } => &[],
        };
        let columns = relation.columns.iter_mut();
        columns.filter(|it| required.contains(&it.name)).for_each(|it| it.not_null = true);
        relation.constraints.insert(name, constraint);
    }
}

fn column(it: &column::Column) -> Column {
    Column {
        name: it.name.clone(),
        ty: it.ty.clone(),
        not_null: it.not_null,
        has_default: it.value != Value::Null,
        identity: matches!(it.value, Value::Identity(..)),
    }
}

fn parents(inherits: &[Qualified], partition_of: Option<&PartitionOf>) -> Vec<Qualified> {
    inherits.iter().chain(partition_of.map(|it| &it.parent)).cloned().collect()
}

fn of_domain(it: &domain::Domain) -> Domain {
    Domain { base: it.base.clone(), constrained: it.not_null || !it.checks.is_empty() }
}
