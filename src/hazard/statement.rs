//! What a statement says, as far as its locks, its work and its dangers depend on it.

use crate::object::address::Name;
use crate::sql::lex::TextRange;
use crate::sql::type_name::TypeName;

/// A name and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub name: Name,
    pub at: TextRange,
}

/// A name with the schema it was written with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub schema: Option<Name>,
    pub name: Name,
    pub at: TextRange,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Statement {
    Alter(Alter),
    CreateTable(Box<CreateTable>),
    CreateIndex(CreateIndex),
    CreateView(CreateView),
    CreateSequence(Path),
    CreateEnum(Path, Vec<String>),
    CreateDomain(Path, Domain),
    CreateRoutine {
        name: Path,
        volatile: bool,
    },
    /// A trigger, rule or policy of a table.
    OnTable {
        what: TablePart,
        action: Action,
        table: Path,
        name: Name,
    },
    Drop(Drop),
    AlterDomain(Path, DomainChange),
    AlterType(Path, TypeChange),
    /// Something about a relation that changes nothing but what is known of it.
    Note {
        relations: Vec<Path>,
    },
    CreateStatistics {
        tables: Vec<Path>,
    },
    Publication {
        tables: Vec<Path>,
    },
    Reindex {
        what: Reindexed,
        name: Option<Path>,
        concurrently: bool,
    },
    Cluster(Option<Path>),
    Vacuum {
        full: bool,
        tables: Vec<Path>,
    },
    Analyze(Vec<Path>),
    Refresh {
        view: Path,
        concurrently: bool,
    },
    Truncate {
        tables: Vec<Path>,
        cascade: bool,
    },
    Write(Write),
    LockTable {
        tables: Vec<Path>,
        mode: String,
    },
    SetSearch(Vec<Name>),
    SetTimeout,
    /// The start or end of a transaction.
    Transaction(TransactionWord),
    /// What can't run in a transaction, by its name.
    Alone(&'static str),
    DropDatabase,
    /// Takes privileges away.
    Revoke,
    /// Locks no relation that others use.
    Harmless,
    /// `DO`: statements of a block, whether or not each is reached.
    Block(Vec<Statement>),
    /// It can't be told what it does.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TransactionWord {
    Begin,
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TablePart {
    Trigger,
    Rule,
    Policy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Create,
    Alter,
    Drop,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reindexed {
    Index,
    Table,
    /// A schema or a database.
    Many,
}

/// A change of rows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Write {
    pub table: Path,
    pub verb: Verb,
    /// Whether a condition chooses the rows.
    pub narrowed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Insert,
    Update,
    Delete,
}

/// What sort of relation a statement says it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Table,
    Index,
    View,
    MaterializedView,
    Sequence,
    ForeignTable,
}

/// `ALTER TABLE` and its like.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Alter {
    pub sort: Sort,
    pub relation: Path,
    pub only: bool,
    pub commands: Vec<(Command, TextRange)>,
}

/// One thing that `ALTER TABLE` does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    AddColumn {
        column: Box<ColumnDef>,
        if_not_exists: bool,
    },
    DropColumn {
        column: Named,
    },
    AlterType {
        column: Named,
        ty: TypeName,
        collation: Option<Name>,
        using: Option<String>,
    },
    SetDefault(Named),
    DropDefault(Named),
    SetNotNull(Named),
    DropNotNull(Named),
    AddIdentity(Named),
    SetIdentity(Named),
    DropIdentity(Named),
    SetExpression(Named),
    DropExpression(Named),
    /// Statistics and options of a column.
    TuneColumn,
    /// Storage and compression of a column.
    StoreColumn,
    AddConstraint(ConstraintDef),
    Validate(Named),
    DropConstraint(Named),
    AlterConstraint(Named),
    RenameTo(Name),
    RenameColumn {
        from: Named,
        to: Name,
    },
    RenameConstraint {
        from: Name,
        to: Name,
    },
    SetSchema(Name),
    Owner,
    SetLogged,
    Tablespace,
    AccessMethod,
    /// Storage parameters.
    Options(Vec<Name>),
    ReplicaIdentity,
    /// `CLUSTER ON` and its opposite.
    ClusterOn,
    TriggerState,
    RuleState,
    RowSecurity {
        enabled: bool,
    },
    Inherit(Path),
    NoInherit(Path),
    OfType,
    Attach(Path),
    Detach {
        partition: Path,
        concurrently: bool,
    },
    AttachIndex(Path),
    Sequence,
    /// Options of a foreign table, dependence on an extension and the like.
    Other,
}

/// A column as `CREATE TABLE` and `ADD COLUMN` have it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ColumnDef {
    pub name: Named,
    pub ty: TypeName,
    pub not_null: bool,
    pub default: Option<String>,
    pub generated: Option<Generated>,
    pub identity: bool,
    pub constraints: Vec<ConstraintDef>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Generated {
    Stored,
    Virtual,
}

/// A constraint as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ConstraintDef {
    pub name: Option<Name>,
    pub demand: Demand,
    pub not_valid: bool,
    /// Its text.
    pub at: TextRange,
}

/// What a constraint demands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Demand {
    Check(String),
    NotNull(Name),
    PrimaryKey(Vec<Name>),
    Unique(Vec<Name>),
    /// `UNIQUE` or `PRIMARY KEY` by an index that is there; the flag says which.
    UsingIndex {
        index: Name,
        primary: bool,
    },
    Exclude,
    ForeignKey {
        columns: Vec<Name>,
        table: Path,
    },
}

/// `CREATE TABLE`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CreateTable {
    pub name: Path,
    pub if_not_exists: bool,
    pub foreign: bool,
    pub columns: Vec<ColumnDef>,
    pub constraints: Vec<ConstraintDef>,
    pub inherits: Vec<Path>,
    pub partition_of: Option<Path>,
    /// Whether it is the partition for rows that no other takes.
    pub is_default: bool,
    pub partitioned: bool,
}

/// `CREATE INDEX`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CreateIndex {
    pub name: Option<Name>,
    pub table: Path,
    pub only: bool,
    pub unique: bool,
    pub concurrently: bool,
    pub if_not_exists: bool,
    /// The columns of its key; `None` for an expression.
    pub keys: Vec<Option<Name>>,
    /// The words of its expressions and its predicate; it has none of these where there are none.
    pub words: Vec<Name>,
    /// Whether it stores columns besides its key.
    pub includes: bool,
}

/// `CREATE VIEW` and `CREATE MATERIALIZED VIEW`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CreateView {
    pub name: Path,
    pub replace: bool,
    pub materialized: bool,
}

/// A domain.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Domain {
    pub base: TypeName,
    pub constrained: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum DomainChange {
    AddConstraint { valid: bool },
    Validate,
    SetNotNull,
    Rename(Name),
    Other,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TypeChange {
    AddValue(String),
    RenameValue {
        from: String,
        to: String,
    },
    /// Attributes of a composite type.
    Attributes,
    Rename(Name),
    Other,
}

/// `DROP`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drop {
    pub what: Dropped,
    pub names: Vec<Path>,
    pub concurrently: bool,
    pub cascade: bool,
}

/// What is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dropped {
    Table,
    View,
    MaterializedView,
    Index,
    Sequence,
    Schema,
    Type,
    Domain,
    Routine,
    Statistics,
    Extension,
    Other,
}
