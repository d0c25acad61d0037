//! What a statement changes of what is known.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many statements and commands, only some change what is known"
)]

use super::{Column, Constraint, Demand, Domain, Enum, Index, Relation, State};
use crate::hazard::statement::{
    self, Action, Alter, ColumnDef, Command, ConstraintDef, CreateIndex, CreateTable, Drop,
    Dropped, Path, Sort, Statement, TablePart, TransactionWord, TypeChange,
};
use crate::object::address::{Name, Qualified};
use crate::sql::default_name::object_name;
use crate::sql::type_name::TypeName;

impl State {
    /// Takes what is known past a statement.
    pub(in crate::hazard) fn apply(&mut self, statement: &Statement) {
        match statement {
            Statement::Alter(it) => self.alter(it),
            Statement::CreateTable(it) => self.create_table(it),
            Statement::CreateIndex(it) => self.create_index(it),
            Statement::CreateView(it) => {
                let name = self.made(&it.name);
                if !self.relations.contains_key(&name) {
                    self.add(name, Relation::default());
                }
            }
            Statement::CreateSequence(path) => {
                let name = self.made(path);
                self.add(name, Relation::default());
            }
            Statement::CreateEnum(path, _) => {
                let name = self.made(path);
                self.new.insert(name.clone());
                self.enums.insert(name, Enum::default());
            }
            Statement::CreateDomain(path, it) => {
                let name = self.made(path);
                self.new.insert(name.clone());
                let domain = Domain { base: it.base.clone(), constrained: it.constrained };
                self.domains.insert(name, domain);
            }
            Statement::CreateRoutine { name, volatile } => {
                let name = self.made(name);
                self.routines.insert(name, *volatile);
            }
            Statement::OnTable { what, action, table, .. } => {
                let table = self.resolve(table);
                if let Some(it) = self.relations.get_mut(&table) {
                    count(it, *what, *action);
                }
            }
            Statement::Drop(it) => self.forget(it),
            Statement::AlterDomain(path, change) => self.alter_domain(path, change),
            Statement::AlterType(path, change) => self.alter_type(path, change),
            Statement::Block(statements) => statements.iter().for_each(|it| self.apply(it)),
            Statement::SetSearch(schemas) => self.search.clone_from(schemas),
            Statement::Transaction(TransactionWord::End) => self.commit(),
            _ => {}
        }
    }

    fn add(&mut self, name: Qualified, relation: Relation) {
        self.any_parents |= !relation.parents.is_empty();
        self.new.insert(name.clone());
        self.relations.insert(name, relation);
    }

    fn create_table(&mut self, it: &CreateTable) {
        let name = self.made(&it.name);
        if it.if_not_exists && self.relations.contains_key(&name) {
            return;
        }
        let parent = it.partition_of.as_ref().map(|path| self.resolve(path));
        let parents: Vec<Qualified> =
            it.inherits.iter().map(|path| self.resolve(path)).chain(parent).collect();
        let made = Relation {
            parents,
            partitioned: it.partitioned,
            partition: it.partition_of.is_some(),
            default_partition: it.is_default,
            ..Relation::default()
        };
        self.add(name.clone(), made);
        it.columns.iter().for_each(|column| self.add_column(&name, column));
        it.constraints.iter().for_each(|constraint| self.add_constraint_to(&name, constraint));
    }

    fn add_column(&mut self, table: &Qualified, column: &ColumnDef) {
        let serial = is_serial(&column.ty);
        let made = Column {
            name: column.name.name.clone(),
            ty: serial_type(&column.ty).unwrap_or_else(|| column.ty.clone()),
            not_null: column.not_null || serial,
            has_default: column.default.is_some()
                || column.generated.is_some()
                || column.identity
                || serial,
            identity: column.identity,
        };
        self.relations.entry(table.clone()).or_default().columns.push(made);
        if column.identity || serial {
            self.own_sequence(table, &column.name.name);
        }
        for constraint in &column.constraints {
            self.add_constraint_to(table, constraint);
        }
    }

    fn own_sequence(&mut self, table: &Qualified, column: &Name) {
        let name = Qualified::new(table.schema.clone(), object_name(&table.name, column, "seq"));
        let owned_by = Some((table.clone(), column.clone()));
        self.add(name, Relation { owned_by, ..Relation::default() });
    }

    fn add_constraint_to(&mut self, table: &Qualified, it: &ConstraintDef) {
        let demand = match &it.demand {
            statement::Demand::Check(text) => Demand::Check(text.clone()),
            statement::Demand::NotNull(column) => Demand::NotNull(column.clone()),
            statement::Demand::PrimaryKey(columns) => Demand::PrimaryKey(columns.clone()),
            statement::Demand::Unique(columns) => Demand::Unique(columns.clone()),
            statement::Demand::Exclude => Demand::Exclude,
            statement::Demand::UsingIndex { index, primary } => {
                return self.use_index(table, it, index, *primary);
            }
            statement::Demand::ForeignKey { columns, table } => {
                Demand::ForeignKey { columns: columns.clone(), table: self.resolve(table) }
            }
        };
        let name = it.name.clone().unwrap_or_else(|| default_name(table, &demand));
        self.constrain(table, name, Constraint { demand, validated: !it.not_valid });
    }

    /// Makes a key of an index, which takes the name of the constraint.
    fn use_index(&mut self, table: &Qualified, it: &ConstraintDef, index: &Name, primary: bool) {
        let of = |name: &Name| Qualified::new(table.schema.clone(), name.clone());
        let name = it.name.clone().unwrap_or_else(|| index.clone());
        let keys = self.indexes.remove(&of(index)).map(|it| it.keys).unwrap_or_default();
        let columns = keys.into_iter().flatten().collect();
        let demand = if primary { Demand::PrimaryKey(columns) } else { Demand::Unique(columns) };
        self.constrain(table, name, Constraint { demand, validated: true });
    }

    fn create_index(&mut self, it: &CreateIndex) {
        let table = self.resolve(&it.table);
        let columns: Vec<&str> = it.keys.iter().flatten().map(Name::as_str).collect();
        let default = || object_name(&table.name, &columns.join("_"), "idx").into();
        let name = Qualified::new(table.schema.clone(), it.name.clone().unwrap_or_else(default));
        let index =
            Index { keys: it.keys.clone(), words: it.words.clone(), unique: it.unique, table };
        self.new.insert(name.clone());
        self.indexes.insert(name, index);
    }

    fn forget(&mut self, it: &Drop) {
        for path in &it.names {
            let name = self.resolve(path);
            match it.what {
                Dropped::Table | Dropped::View | Dropped::MaterializedView | Dropped::Sequence => {
                    self.forget_relation(&name);
                }
                Dropped::Index => {
                    self.indexes.remove(&name);
                }
                Dropped::Domain | Dropped::Type => {
                    self.domains.remove(&name);
                    self.enums.remove(&name);
                }
                Dropped::Schema => {
                    let within: Vec<Qualified> = self
                        .relations
                        .keys()
                        .filter(|it| it.schema == path.name)
                        .cloned()
                        .collect();
                    within.iter().for_each(|it| self.forget_relation(it));
                }
                Dropped::Routine | Dropped::Statistics | Dropped::Extension | Dropped::Other => {}
            }
        }
    }

    fn forget_relation(&mut self, name: &Qualified) {
        self.relations.remove(name);
        self.indexes.retain(|_, it| it.table != *name);
        self.relations.retain(|_, it| it.owned_by.as_ref().is_none_or(|(table, _)| table != name));
        self.new.remove(name);
    }

    fn alter_domain(&mut self, path: &Path, change: &statement::DomainChange) {
        let name = self.resolve(path);
        match change {
            statement::DomainChange::AddConstraint { .. } | statement::DomainChange::SetNotNull => {
                if let Some(it) = self.domains.get_mut(&name) {
                    it.constrained = true;
                }
            }
            statement::DomainChange::Rename(to) => {
                if let Some(it) = self.domains.remove(&name) {
                    self.domains.insert(Qualified::new(name.schema, to.clone()), it);
                }
            }
            statement::DomainChange::Validate | statement::DomainChange::Other => {}
        }
    }

    fn alter_type(&mut self, path: &Path, change: &TypeChange) {
        let name = self.resolve(path);
        let is_new = self.is_new(&name);
        match change {
            TypeChange::AddValue(label) if !is_new => {
                self.enums.entry(name).or_default().fresh.push(label.clone());
            }
            TypeChange::Rename(to) => {
                let renamed = Qualified::new(name.schema.clone(), to.clone());
                if let Some(it) = self.enums.remove(&name) {
                    self.enums.insert(renamed.clone(), it);
                }
                if is_new {
                    self.new.insert(renamed);
                }
            }
            TypeChange::AddValue(_)
            | TypeChange::RenameValue { .. }
            | TypeChange::Attributes
            | TypeChange::Other => {}
        }
    }

    fn alter(&mut self, it: &Alter) {
        let name = self.resolve(&it.relation);
        for (command, _) in &it.commands {
            match (command, it.sort) {
                (Command::RenameTo(to), Sort::Index) => {
                    let renamed = Qualified::new(name.schema.clone(), to.clone());
                    if let Some(index) = self.indexes.remove(&name) {
                        self.indexes.insert(renamed, index);
                    }
                }
                (Command::RenameTo(to), _) => {
                    self.move_relation(&name, Qualified::new(name.schema.clone(), to.clone()));
                }
                (Command::SetSchema(to), _) => {
                    self.move_relation(&name, Qualified::new(to.clone(), name.name.clone()));
                }
                (Command::Attach(partition), _) => {
                    let partition = self.resolve(partition);
                    let child = self.relations.entry(partition).or_default();
                    child.parents.push(name.clone());
                    child.partition = true;
                    self.any_parents = true;
                }
                (Command::Inherit(parent), _) => {
                    let parent = self.resolve(parent);
                    self.relations.entry(name.clone()).or_default().parents.push(parent);
                    self.any_parents = true;
                }
                (Command::NoInherit(parent), _) => {
                    let parent = self.resolve(parent);
                    let child = self.relations.entry(name.clone()).or_default();
                    child.parents.retain(|it| *it != parent);
                }
                (Command::Detach { partition, .. }, _) => {
                    let partition = self.resolve(partition);
                    let child = self.relations.entry(partition).or_default();
                    child.parents.retain(|it| *it != name);
                    child.partition = false;
                }
                (Command::AddConstraint(constraint), _) => {
                    self.add_constraint_to(&name, constraint);
                }
                (command, _) => self.alter_columns(&name, command),
            }
        }
    }

    fn alter_columns(&mut self, table: &Qualified, command: &Command) {
        if let Command::AddColumn { column, if_not_exists } = command {
            if !(*if_not_exists && self.column(table, &column.name.name).is_some()) {
                self.add_column(table, column);
            }
            return;
        }
        if let Command::AddIdentity(column) = command {
            self.own_sequence(table, &column.name);
        }
        if let Command::DropColumn { column } = command {
            let drops =
                |it: &Index| it.table == *table && it.keys.contains(&Some(column.name.clone()));
            self.indexes.retain(|_, it| !drops(it));
        }
        for name in self.tree(table) {
            if let Some(relation) = self.relations.get_mut(&name) {
                change(relation, command);
            }
        }
        if let Command::DropConstraint(constraint) = command {
            self.indexes.remove(&Qualified::new(table.schema.clone(), constraint.name.clone()));
        }
    }

    fn move_relation(&mut self, from: &Qualified, to: Qualified) {
        let Some(relation) = self.relations.remove(from) else { return };
        if self.new.remove(from) {
            self.new.insert(to.clone());
        }
        self.indexes.values_mut().filter(|it| it.table == *from).for_each(|it| {
            it.table = to.clone();
        });
        for other in self.relations.values_mut() {
            other.parents.iter_mut().filter(|it| **it == *from).for_each(|it| *it = to.clone());
            if let Some((table, _)) = &mut other.owned_by
                && table == from
            {
                *table = to.clone();
            }
        }
        self.relations.insert(to, relation);
    }
}

/// Counts what belongs to a table.
fn count(relation: &mut Relation, what: TablePart, action: Action) {
    let n = match what {
        TablePart::Policy => &mut relation.n_policies,
        TablePart::Trigger => &mut relation.n_triggers,
        TablePart::Rule => return,
    };
    match action {
        Action::Create => *n += 1,
        Action::Drop => *n = n.saturating_sub(1),
        Action::Alter => {}
    }
}

/// Changes what is known of a table's columns and constraints.
fn change(relation: &mut Relation, command: &Command) {
    let columns = &mut relation.columns;
    match command {
        Command::DropColumn { column } => {
            columns.retain(|it| it.name != column.name);
            relation.constraints.retain(|_, it| !names(&it.demand).contains(&column.name));
        }
        Command::AlterType { column, ty, .. } => {
            if let Some(it) = named(columns, &column.name) {
                it.ty = ty.clone();
            }
        }
        Command::SetDefault(column) | Command::AddIdentity(column) => {
            if let Some(it) = named(columns, &column.name) {
                it.has_default = true;
                it.identity |= matches!(command, Command::AddIdentity(_));
            }
        }
        Command::DropDefault(column)
        | Command::DropIdentity(column)
        | Command::DropExpression(column) => {
            if let Some(it) = named(columns, &column.name) {
                it.has_default = false;
                it.identity = false;
            }
        }
        Command::SetNotNull(column) | Command::DropNotNull(column) => {
            if let Some(it) = named(columns, &column.name) {
                it.not_null = matches!(command, Command::SetNotNull(_));
            }
        }
        Command::RenameColumn { from, to } => {
            if let Some(it) = named(columns, &from.name) {
                it.name = to.clone();
            }
        }
        Command::Validate(name) => {
            if let Some(it) = relation.constraints.get_mut(&name.name) {
                it.validated = true;
            }
        }
        Command::DropConstraint(name) => {
            relation.constraints.remove(&name.name);
        }
        Command::RenameConstraint { from, to } => {
            if let Some(it) = relation.constraints.remove(from) {
                relation.constraints.insert(to.clone(), it);
            }
        }
        _ => {}
    }
}

fn named<'c>(columns: &'c mut [Column], name: &Name) -> Option<&'c mut Column> {
    columns.iter_mut().find(|it| it.name == *name)
}

/// Returns the columns that a constraint names, those of a check aside.
fn names(demand: &Demand) -> &[Name] {
    match demand {
        Demand::PrimaryKey(columns)
        | Demand::Unique(columns)
        | Demand::ForeignKey { columns, .. } => columns,
        Demand::NotNull(column) => std::slice::from_ref(column),
        Demand::Check(_) | Demand::Exclude => &[],
    }
}

/// Returns the name that PostgreSQL gives a constraint, where no other has it.
fn default_name(table: &Qualified, demand: &Demand) -> Name {
    let (columns, label) = match demand {
        Demand::PrimaryKey(_) => (&[][..], "pkey"),
        Demand::Unique(columns) => (&columns[..], "key"),
        Demand::ForeignKey { columns, .. } => (&columns[..], "fkey"),
        Demand::NotNull(column) => (std::slice::from_ref(column), "not_null"),
        Demand::Check(_) => (&[][..], "check"),
        Demand::Exclude => (&[][..], "excl"),
    };
    let columns: Vec<&str> = columns.iter().map(Name::as_str).collect();
    object_name(&table.name, &columns.join("_"), label).into()
}

/// Tells whether a type is one of the words that stand for an integer with a sequence.
pub(in crate::hazard) fn is_serial(ty: &TypeName) -> bool {
    serial_type(ty).is_some()
}

fn serial_type(ty: &TypeName) -> Option<TypeName> {
    if ty.is_builtin() || !ty.schema.is_empty() || ty.dimensions != 0 {
        return None;
    }
    let name = match ty.name.as_str() {
        "serial" | "serial4" => "integer",
        "bigserial" | "serial8" => "bigint",
        "smallserial" | "serial2" => "smallint",
        _ => return None,
    };
    Some(TypeName::builtin(name))
}
