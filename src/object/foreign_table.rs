//! Foreign tables: `CREATE FOREIGN TABLE`, `pg_foreign_table`.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, only those of this kind are read here"
)]

use super::address::{Address, Kind, Name, Qualified};
use super::column::{self, Column};
use super::column_change::{self, Columns};
use super::column_comments;
use super::contract::{Alter, Member, ObjectKind};
use super::options;
use super::partition::{self, PartitionOf};
use super::reader::Reader;
use super::renames::Renames;
use super::steps::Steps;
use super::table_change::{self, Parents};
use super::trigger_state::TriggerState;
use crate::sql::expr::Expr;
use crate::sql::definition::{ForeignOption, write_options};
use crate::sql::ident::quote_ident;
use crate::sql::writer::comma;
use crate::syntax::{Node, Rule};

/// A foreign table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ForeignTable {
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// The server; it is missing only where the source was at fault.
    pub server: Name,
    /// Its options.
    pub options: Vec<ForeignOption>,
    /// Tables whose columns it has too.
    pub inherits: Vec<Qualified>,
    /// Whether it is made by itself and attached to these then: its columns and checks are all its own, in its own order.
    pub attached: bool,
    /// The table it is a partition of, and for which rows.
    pub partition_of: Option<PartitionOf>,
    /// Triggers of its parent's that it does not fire when that does.
    pub trigger_states: Vec<TriggerState>,
}

impl ObjectKind for ForeignTable {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        let partition_of = PartitionOf::read(node, cx);
        Some((Address::new(Kind::ForeignTable, at.schema, at.name), ForeignTable { partition_of, ..ForeignTable::default() }))
    }

    fn member(&mut self, node: Node<'_>, cx: &mut Reader<'_>) -> Member {
        match node.rule() {
            Rule::column => {
                if let Some(column) = Column::read(node, cx) {
                    column::differs(&column.name, self.columns.iter().map(|it| &it.name), node, cx);
                    self.columns.push(column);
                }
            }
            Rule::table_server => {
                self.server = cx.child_name(node).unwrap_or_default();
                self.options.extend(options::foreign(node, cx));
            }
            Rule::options => self.options.extend(options::foreign_list(node, cx)),
            Rule::inherits => {
                self.inherits = node.all(Rule::path).filter_map(|path| cx.relation_ref(path)).collect();
                self.attached = node.has(Rule::attached);
            }
            Rule::partition_of => {
                let parent = node.child(Rule::path).and_then(|path| cx.relation_ref(path));
                let bound = node.child(Rule::bound);
                self.partition_of = parent.zip(bound).and_then(|(parent, bound)| PartitionOf::read_bound(parent, bound, node.has(Rule::attached), cx));
            }
            Rule::trigger_state => self.trigger_states.extend(TriggerState::read(node, cx)),
            _ => return Member::Misplaced,
        }
        Member::Taken
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        out.push(Address::global(Kind::Server, self.server.clone()));
        self.columns.iter().for_each(|column| column.depends_on(out));
        let parents = self.inherits.iter().chain(self.partition_of.as_ref().map(|it| &it.parent));
        parents.for_each(|parent| column::relation_addresses(parent, out));
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        self.columns.iter_mut().filter_map(Column::text_mut).collect()
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let name = at.sql();
        let partition_of = self.partition_of.as_ref().filter(|it| !it.attached);
        let own = self.columns.iter().filter(|column| !column.inherited);
        let columns = own.map(|column| {
            let without_default = steps.later_defaults.contains(&column.name);
            match partition_of {
                None => column.sql(without_default),
                Some(_) => column.without_type_sql(without_default),
            }
        });
        let constraints = steps.folded.iter().map(|(_, clause)| clause.clone());
        let elements: Vec<String> = columns.chain(constraints).map(|element| format!("    {element}")).collect();
        let mut sql = format!("CREATE FOREIGN TABLE {name}");
        if let Some(of) = partition_of {
            sql.push_str(&format!(" PARTITION OF {}", of.parent));
        }
        match (elements.is_empty(), partition_of) {
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
        sql.push_str(&format!(" SERVER {}{}", quote_ident(&self.server), write_options(&self.options)));
        steps.push(sql);
        for column in &self.columns {
            if column.inherited {
                column.overrides(&name, "FOREIGN TABLE").into_iter().for_each(|statement| steps.push(statement));
            }
            if column.inherited || partition_of.is_some() {
                column.without_type_settings(&name, "FOREIGN TABLE").into_iter().for_each(|statement| steps.push(statement));
            }
        }
        let settings = self.columns.iter().flat_map(|column| column.settings(&name, "FOREIGN TABLE"));
        settings.for_each(|statement| steps.push(statement));
        column_comments::write(&self.columns, &at.relation(), steps);
    }

    fn finish(&self, at: &Address, _after: &mut Vec<Address>, steps: &mut Steps<'_>) {
        column::late_defaults(&self.columns, &at.sql(), "FOREIGN TABLE", steps);
        steps.statements.extend(self.partition_of.as_ref().and_then(|it| it.attach_sql(&at.sql())));
        if self.attached {
            steps.statements.extend(partition::inherit_sql(&self.inherits, &at.sql(), "FOREIGN TABLE"));
        }
        steps.statements.extend(self.trigger_states.iter().map(|it| it.sql(&at.sql(), "FOREIGN TABLE")));
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        if self.server != new.server {
            return Alter::Replace;
        }
        let (name, word) = (at.sql(), "FOREIGN TABLE");
        self.parents().let_go(&new.parents(), &name, word, steps);
        let columns = Columns { old: &self.columns, new: &new.columns, table: at.relation(), word };
        columns.write(steps);
        new.parents().take_up(&self.parents(), &name, word, steps);
        let options = options::changes(&self.options, &new.options);
        if !options.is_empty() {
            steps.push(format!("ALTER FOREIGN TABLE {name} OPTIONS ({})", comma(options)));
        }
        table_change::trigger_states(&self.trigger_states, &new.trigger_states, &name, word, steps);
        Alter::InPlace
    }

    fn rename(&mut self, at: &Address, renames: &Renames) {
        column_change::rename(&mut self.columns, &at.relation(), renames);
        self.inherits.iter_mut().for_each(|it| renames.relation(it));
        self.partition_of.iter_mut().for_each(|it| renames.relation(&mut it.parent));
    }
}

impl ForeignTable {
    fn parents(&self) -> Parents<'_> {
        Parents { of: self.partition_of.as_ref(), inherits: &self.inherits, attached: self.attached }
    }

    /// Takes over whether it is attached to its parents by itself, which is no difference once it is.
    pub(crate) fn attach_like(&mut self, other: &Self) {
        self.attached = other.attached;
        if let (Some(old), Some(new)) = (&mut self.partition_of, &other.partition_of) {
            old.attached = new.attached;
        }
    }
}
