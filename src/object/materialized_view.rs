//! Materialized views: `CREATE MATERIALIZED VIEW`, `pg_class` with `relkind = 'm'`.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, only those of this kind are read here"
)]

use super::address::{Address, Kind, Name};
use super::column;
use super::column_change;
use super::contract::{Alter, Member, ObjectKind};
use super::options;
use super::reader::{Form, Reader, Scope};
use super::replica_identity::ReplicaIdentity;
use super::steps::Steps;
use super::view_columns::{self, ViewColumn};
use crate::diagnostic::Diagnostic;
use crate::sql::definition::Parameters;
use crate::sql::expr::Expr;
use crate::sql::ident::quote_ident;
use crate::syntax::{Node, Rule};

/// A materialized view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MaterializedView {
    /// The query; it is missing only where the source was at fault.
    pub query: Option<Expr>,
    /// Columns that the author declared.
    pub columns: Vec<ViewColumn>,
    /// Storage parameters.
    pub with: Parameters,
    /// The table access method.
    pub method: Option<Name>,
    /// The tablespace.
    pub tablespace: Option<Name>,
    /// Whether it stays empty until it is refreshed.
    pub no_data: bool,
    /// The index that CLUSTER follows.
    pub cluster_on: Option<Name>,
    /// What of an old row is logged for replication.
    pub replica_identity: ReplicaIdentity,
}

impl ObjectKind for MaterializedView {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        Some((Address::new(Kind::MaterializedView, at.schema, at.name), MaterializedView::default()))
    }

    fn member(&mut self, node: Node<'_>, cx: &mut Reader<'_>) -> Member {
        match node.rule() {
            Rule::view_query => self.query = node.first().map(|it| cx.expr(it, Form::Statements, None, Scope::default())),
            Rule::with => {
                self.with = Parameters(options::child_definitions(node, cx));
            }
            Rule::using => self.method = cx.child_name(node),
            Rule::tablespace => self.tablespace = cx.child_name(node),
            Rule::with_no_data => self.no_data = true,
            Rule::replica_identity => self.replica_identity = ReplicaIdentity::read(node, cx),
            Rule::cluster_on => self.cluster_on = cx.child_name(node),
            Rule::column => self.columns.extend(ViewColumn::read_materialized(node, &self.columns, cx)),
            _ => return Member::Misplaced,
        }
        Member::Taken
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        out.extend(self.method.iter().map(|method| Address::global(Kind::AccessMethod, method.clone())));
        self.columns.iter().for_each(|it| column::type_addresses(&it.ty, out));
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        let defaults = self.columns.iter_mut().filter_map(|it| it.default.as_mut());
        defaults.chain(&mut self.query).collect()
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let name = at.sql();
        let mut sql = format!("CREATE MATERIALIZED VIEW {name}{}", view_columns::names(&self.columns));
        sql.push_str(&self.method.as_ref().map(|it| format!(" USING {}", quote_ident(it))).unwrap_or_default());
        sql.push_str(&self.with.sql());
        sql.push_str(&self.tablespace.as_ref().map(|it| format!(" TABLESPACE {}", quote_ident(it))).unwrap_or_default());
        sql.push_str(&format!(" AS\n{}", self.query.as_ref().map(Expr::text).unwrap_or_default()));
        if self.no_data {
            sql.push_str("\nWITH NO DATA");
        }
        steps.push(sql);
        view_columns::settings(&self.columns, &name).into_iter().for_each(|statement| steps.push(statement));
        self.replica_identity.sql(&name, "MATERIALIZED VIEW", steps);
        view_columns::comments(&self.columns, &name).for_each(|statement| steps.push(statement));
    }

    fn finish(&self, at: &Address, after: &mut Vec<Address>, steps: &mut Steps<'_>) {
        self.replica_identity.late_sql(at, "MATERIALIZED VIEW", after, steps);
        if let Some(index) = &self.cluster_on {
            after.push(Address::of(Kind::Index, &at.relation(), index.clone()));
            steps.push(format!("ALTER MATERIALIZED VIEW {} CLUSTER ON {}", at.sql(), quote_ident(index)));
        }
    }

    /// Whether it holds rows is no part of what it is: one that was filled is never emptied, one that was not may be.
    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let columns = |it: &Self| it.columns.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
        let is_declared_otherwise = !new.columns.is_empty() && !self.columns.is_empty() && columns(self) != columns(new);
        let sets_method = steps.version.is_some_and(|it| it.is_at_least(15));
        if self.query != new.query
            || is_declared_otherwise
            || steps.altering.old_columns != steps.columns
            || (self.method != new.method && !sets_method)
        {
            return Alter::Replace;
        }
        let name = at.sql();
        let alter = format!("ALTER MATERIALIZED VIEW {name}");
        if self.method != new.method {
            let method = new.method.as_deref().unwrap_or("heap");
            steps.push(format!("{alter} SET ACCESS METHOD {}", quote_ident(method)));
        }
        if self.tablespace != new.tablespace {
            let tablespace = new.tablespace.as_deref().unwrap_or("pg_default");
            steps.push(format!("{alter} SET TABLESPACE {}", quote_ident(tablespace)));
        }
        column_change::parameters(&self.with, &new.with, &alter, steps);
        view_columns::alter_settings(&self.columns, &new.columns, &name, steps);
        self.replica_identity.alter(&new.replica_identity, &name, "MATERIALIZED VIEW", steps);
        view_columns::alter_comments(&self.columns, &new.columns, &name, steps);
        if self.no_data && !new.no_data {
            steps.push(format!("REFRESH MATERIALIZED VIEW {name}"));
        }
        Alter::InPlace
    }

    fn unfinish(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) {
        if self.cluster_on.is_some() && new.cluster_on.is_none() {
            steps.before.push(format!("ALTER MATERIALIZED VIEW {} SET WITHOUT CLUSTER", at.sql()));
        }
    }
}

impl MaterializedView {
    /// Reports a view without a query.
    pub(crate) fn check(&self, node: Node<'_>, cx: &mut Reader<'_>) {
        if self.query.is_none() {
            let diagnostic = Diagnostic::new(&view_columns::VIEW_WITHOUT_QUERY, "this materialized view has no query");
            let place = node.child(Rule::path).unwrap_or(node);
            cx.report(diagnostic.label(place.span(), "here").help("add `as select …;`"));
        }
    }
}
