//! Tables and partitions: `CREATE TABLE`, `pg_class` with `relkind` `r` or `p`.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, only those of this kind are read here"
)]

use super::address::{Address, Kind, Name, Qualified};
use super::column::{self, Column};
use super::column_change::{self, Columns, parameters};
use super::column_comments;
use super::contract::{Alter, Member, ObjectKind};
use super::identity;
use super::partition::{self, PartitionBy, PartitionOf};
use super::options;
use super::reader::Reader;
use super::replica_identity::{ReplicaIdentity, index_addresses};
use super::renames::Renames;
use super::steps::Steps;
use super::table_change::{self, Parents};
use super::trigger_state::TriggerState;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::sql::expr::Expr;
use crate::sql::definition::Parameters;
use crate::sql::ident::quote_ident;
use crate::sql::writer::comma;
use crate::syntax::{Node, Rule};

rule!(TOO_MANY_COLUMNS, Error, "too-many-columns");
rule!(FOREIGN_OPTIONS, Error, "foreign-options-on-table");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&TOO_MANY_COLUMNS, &FOREIGN_OPTIONS];

/// The most columns that a table can have (manual appendix K).
pub const MAX_COLUMNS: usize = 1600;

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Its columns, in order. A partition that lists none has those of its parent.
    pub columns: Vec<Column>,
    /// Whether it is left out of the write-ahead log.
    pub unlogged: bool,
    /// How it is partitioned.
    pub partition_by: Option<PartitionBy>,
    /// The table it is a partition of, and for which rows.
    pub partition_of: Option<PartitionOf>,
    /// Triggers of its parent's that it does not fire when that does.
    pub trigger_states: Vec<TriggerState>,
    /// Tables whose columns it has too.
    pub inherits: Vec<Qualified>,
    /// Whether it is made by itself and attached to these then: its columns and checks are all its own, in its own order.
    pub attached: bool,
    /// The composite type that gives its columns.
    pub of_type: Option<Qualified>,
    /// Storage parameters.
    pub with: Parameters,
    /// The tablespace.
    pub tablespace: Option<Name>,
    /// The table access method.
    pub method: Option<Name>,
    /// What of an old row is logged for replication.
    pub replica_identity: ReplicaIdentity,
    /// The index that CLUSTER follows.
    pub cluster_on: Option<Name>,
    /// Whether policies apply, and whether to the owner too.
    pub row_security: RowSecurity,
}

/// Whether row security policies apply (`relrowsecurity`, `relforcerowsecurity`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowSecurity {
    /// Whether they apply at all.
    pub enabled: bool,
    /// Whether they apply to the owner too, where they are enabled.
    pub forced: bool,
}

impl ObjectKind for Table {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        let partition_of = PartitionOf::read(node, cx);
        let table = Table { unlogged: node.has(Rule::unlogged), partition_of, ..Table::default() };
        Some((Address::new(Kind::Table, at.schema, at.name), table))
    }

    fn member(&mut self, node: Node<'_>, cx: &mut Reader<'_>) -> Member {
        match node.rule() {
            Rule::column => self.read_column(node, cx),
            Rule::with => self.with = Parameters(options::child_definitions(node, cx)),
            Rule::tablespace => self.tablespace = cx.child_name(node),
            Rule::using => self.method = cx.child_name(node),
            Rule::partition_by => self.partition_by = PartitionBy::read(node, cx),
            Rule::partition_of => {
                let parent = node.child(Rule::path).and_then(|path| cx.relation_ref(path));
                let bound = node.child(Rule::bound);
                self.partition_of = parent.zip(bound).and_then(|(parent, bound)| PartitionOf::read_bound(parent, bound, node.has(Rule::attached), cx));
            }
            Rule::inherits => {
                self.inherits = node.all(Rule::path).filter_map(|path| cx.relation_ref(path)).collect();
                self.attached = node.has(Rule::attached);
            }
            Rule::of_type => {
                let path = node.child(Rule::path);
                let ty = path.and_then(|path| cx.type_text(path.text(), path.span()));
                self.of_type = ty.map(|ty| Qualified { schema: ty.schema, name: ty.name });
            }
            Rule::replica_identity => self.replica_identity = ReplicaIdentity::read(node, cx),
            Rule::cluster_on => self.cluster_on = cx.child_name(node),
            Rule::row_level_security => {
                // `force row level security` alone enables nothing, as in PostgreSQL.
                let alone = node.first().is_some_and(|it| it.span().start == node.span().start);
                self.row_security.enabled |= !alone;
                self.row_security.forced |= node.has(Rule::force);
            }
            Rule::trigger_state => self.trigger_states.extend(TriggerState::read(node, cx)),
            _ => return Member::Misplaced,
        }
        Member::Taken
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        self.columns.iter().for_each(|column| column.depends_on(out));
        let parents = self.inherits.iter().chain(self.partition_of.as_ref().map(|it| &it.parent));
        parents.for_each(|parent| column::relation_addresses(parent, out));
        out.extend(self.of_type.iter().map(|ty| Address::new(Kind::CompositeType, ty.schema.clone(), ty.name.clone())));
        out.extend(self.method.iter().map(|method| Address::global(Kind::AccessMethod, method.clone())));
        if let Some(by) = &self.partition_by {
            by.elements.iter().for_each(|element| element.depends_on(by.method(), &at.schema, out));
        }
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        let key = self.partition_by.iter_mut().flat_map(|it| &mut it.elements);
        let of_key = key.filter_map(|it| it.key.text_mut());
        self.columns.iter_mut().filter_map(Column::text_mut).chain(of_key).collect()
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let name = at.sql();
        steps.push(self.create_table(&name, steps));
        for column in &self.columns {
            if column.inherited {
                column.overrides(&name, "TABLE").into_iter().for_each(|statement| steps.push(statement));
            }
            if column.inherited || self.has_types_from_elsewhere() {
                column.without_type_settings(&name, "TABLE").into_iter().for_each(|statement| steps.push(statement));
            }
        }
        let settings = self.columns.iter().flat_map(|column| column.settings(&name, "TABLE"));
        settings.for_each(|statement| steps.push(statement));
        identity::write(&self.columns, &at.relation(), steps);
        column_comments::write(&self.columns, &at.relation(), steps);
        self.row_security_sql(&name).into_iter().for_each(|statement| steps.push(statement));
        self.replica_identity.sql(&name, "TABLE", steps);
    }

    fn finish(&self, at: &Address, after: &mut Vec<Address>, steps: &mut Steps<'_>) {
        let name = at.sql();
        column::late_defaults(&self.columns, &name, "TABLE", steps);
        steps.statements.extend(self.partition_of.as_ref().and_then(|it| it.attach_sql(&name)));
        if self.attached {
            steps.statements.extend(partition::inherit_sql(&self.inherits, &name, "TABLE"));
        }
        steps.statements.extend(self.trigger_states.iter().map(|it| it.sql(&name, "TABLE")));
        self.replica_identity.late_sql(at, "TABLE", after, steps);
        if let Some(it) = &self.cluster_on {
            after.extend(index_addresses(&at.relation(), it));
            steps.push(format!("ALTER TABLE {name} CLUSTER ON {}", quote_ident(it)));
        }
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        alter(self, new, at, steps)
    }

    fn rename(&mut self, at: &Address, renames: &Renames) {
        column_change::rename(&mut self.columns, &at.relation(), renames);
        self.inherits.iter_mut().for_each(|it| renames.relation(it));
        self.partition_of.iter_mut().for_each(|it| renames.relation(&mut it.parent));
        self.of_type.iter_mut().for_each(|it| renames.relation(it));
        let key = self.partition_by.iter_mut().flat_map(|it| &mut it.elements);
        key.for_each(|it| it.rename(&at.relation(), renames));
        if let ReplicaIdentity::Index(it) = &mut self.replica_identity {
            renames.index(&at.relation(), it);
        }
        self.cluster_on.iter_mut().for_each(|it| renames.index(&at.relation(), it));
    }
}

impl Table {
    pub(super) fn parents(&self) -> Parents<'_> {
        Parents { of: self.partition_of.as_ref(), inherits: &self.inherits, attached: self.attached }
    }

    /// Takes over whether it is attached to its parents by itself, which is no difference once it is.
    pub(crate) fn attach_like(&mut self, other: &Self) {
        self.attached = other.attached;
        if let (Some(old), Some(new)) = (&mut self.partition_of, &other.partition_of) {
            old.attached = new.attached;
        }
    }

    fn read_column(&mut self, node: Node<'_>, cx: &mut Reader<'_>) {
        let Some(mut column) = Column::read(node, cx) else { return };
        identity::settle(&mut column, self.unlogged);
        column::differs(&column.name, self.columns.iter().map(|it| &it.name), node, cx);
        if let Some(options) = node.child(Rule::options) {
            let diagnostic = Diagnostic::new(&FOREIGN_OPTIONS, "only the columns of a foreign table have options");
            cx.report(diagnostic.label(options.span(), "here").help("delete them, or declare a `foreign table`"));
        }
        if self.columns.len() == MAX_COLUMNS {
            let diagnostic = Diagnostic::new(&TOO_MANY_COLUMNS, format!("a table has at most {MAX_COLUMNS} columns"));
            cx.report(diagnostic.label(node.span(), "one too many").help("split the table"));
        }
        self.columns.push(column);
    }

    fn create_table(&self, name: &str, steps: &Steps<'_>) -> String {
        let unlogged = if self.unlogged { "UNLOGGED " } else { "" };
        let mut sql = format!("CREATE {unlogged}TABLE {name}");
        let own = self.columns.iter().filter(|column| !column.inherited);
        let columns = own.map(|column| match self.has_types_from_elsewhere() {
            false => column.sql(steps.later_defaults.contains(&column.name)),
            true => column.without_type_sql(steps.later_defaults.contains(&column.name)),
        });
        let constraints = steps.folded.iter().map(|(_, clause)| clause.clone());
        let elements: Vec<String> = columns.chain(constraints).map(|element| format!("    {element}")).collect();
        let typed = self.of_type.as_ref().map(|ty| format!(" OF {ty}"));
        let partition_of = self.partition_of.as_ref().filter(|it| !it.attached);
        let partition = partition_of.map(|it| format!(" PARTITION OF {}", it.parent));
        sql.push_str(&partition.clone().or(typed.clone()).unwrap_or_default());
        match (elements.is_empty(), partition.or(typed)) {
            (true, Some(_)) => {}
            (true, None) => sql.push_str(" ()"),
            (false, _) => sql.push_str(&format!(" (\n{}\n)", elements.join(",\n"))),
        }
        if !self.inherits.is_empty() && !self.attached {
            sql.push_str(&format!(" INHERITS ({})", comma(&self.inherits)));
        }
        if let Some(of) = partition_of {
            sql.push_str(&format!(" {}", of.bound_sql()));
        }
        if let Some(by) = &self.partition_by {
            sql.push_str(&format!(" {}", by.sql()));
        }
        sql.push_str(&self.method.as_ref().map(|method| format!(" USING {}", quote_ident(method))).unwrap_or_default());
        sql.push_str(&self.with.sql());
        sql.push_str(&self.tablespace.as_ref().map(|it| format!(" TABLESPACE {}", quote_ident(it))).unwrap_or_default());
        sql
    }

    /// Tells whether a parent or a type gives its columns' types.
    fn has_types_from_elsewhere(&self) -> bool {
        self.of_type.is_some() || self.partition_of.as_ref().is_some_and(|it| !it.attached)
    }

    fn row_security_sql(&self, name: &str) -> Vec<String> {
        let enable = format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY");
        let force = format!("ALTER TABLE {name} FORCE ROW LEVEL SECURITY");
        let mut out = Vec::new();
        out.extend(self.row_security.enabled.then_some(enable));
        out.extend(self.row_security.forced.then_some(force));
        out
    }

    /// Returns the column of a name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// Writes the statements that make one table of another, as far as there are any.
fn alter(old: &Table, new: &Table, at: &Address, steps: &mut Steps<'_>) -> Alter {
    // A key of partitions can't be changed, nor can a table begin or cease to have one.
    if old.partition_by != new.partition_by {
        return Alter::Replace;
    }
    let name = at.sql();
    let (before, after) = (old.parents(), new.parents());
    before.let_go(&after, &name, "TABLE", steps);
    if old.of_type != new.of_type && old.of_type.is_some() {
        steps.push(format!("ALTER TABLE {name} NOT OF"));
    }
    if let Some(method) = new.method.as_ref().filter(|_| old.method != new.method) {
        steps.push(format!("ALTER TABLE {name} SET ACCESS METHOD {}", quote_ident(method)));
    } else if old.method != new.method {
        steps.push(format!("ALTER TABLE {name} SET ACCESS METHOD heap"));
    }
    if old.unlogged != new.unlogged {
        let word = if new.unlogged { "UNLOGGED" } else { "LOGGED" };
        steps.push(format!("ALTER TABLE {name} SET {word}"));
    }
    let columns =
        Columns { old: &old.columns, new: &new.columns, table: at.relation(), word: "TABLE" };
    columns.write(steps);
    after.take_up(&before, &name, "TABLE", steps);
    if let Some(ty) = new.of_type.as_ref().filter(|_| old.of_type != new.of_type) {
        steps.push(format!("ALTER TABLE {name} OF {ty}"));
    }
    parameters(&old.with, &new.with, &format!("ALTER TABLE {name}"), steps);
    if old.tablespace != new.tablespace {
        let tablespace = new.tablespace.as_deref().unwrap_or("pg_default");
        steps.push(format!("ALTER TABLE {name} SET TABLESPACE {}", quote_ident(tablespace)));
    }
    row_security(old, new, &name, steps);
    if old.replica_identity != new.replica_identity {
        match &new.replica_identity {
            ReplicaIdentity::Default => {
                steps.push(format!("ALTER TABLE {name} REPLICA IDENTITY DEFAULT"))
            }
            it => it.sql(&name, "TABLE", steps),
        }
    }
    table_change::trigger_states(&old.trigger_states, &new.trigger_states, &name, "TABLE", steps);
    if old.cluster_on.is_some() && new.cluster_on.is_none() {
        steps.push(format!("ALTER TABLE {name} SET WITHOUT CLUSTER"));
    }
    Alter::InPlace
}

/// Writes what leads from the row security of one table to that of another.
fn row_security(old: &Table, new: &Table, name: &str, steps: &mut Steps<'_>) {
    let (before, after) = (old.row_security, new.row_security);
    if before.enabled != after.enabled {
        let word = if after.enabled { "ENABLE" } else { "DISABLE" };
        steps.push(format!("ALTER TABLE {name} {word} ROW LEVEL SECURITY"));
    }
    if before.forced != after.forced {
        let word = if after.forced { "FORCE" } else { "NO FORCE" };
        steps.push(format!("ALTER TABLE {name} {word} ROW LEVEL SECURITY"));
    }
}
