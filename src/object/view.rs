//! Views: `CREATE VIEW`, `pg_class` with `relkind = 'v'`, `pg_rewrite`.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, only those of this kind are read here"
)]

use super::address::{Address, Kind};
use super::column;
use super::column_change;
use super::contract::{Alter, Member, ObjectKind};
use super::options;
use super::reader::{Form, Reader, Scope};
use super::steps::{Outline, Steps};
use super::view_columns::{self, ViewColumn};
use crate::diagnostic::Diagnostic;
use crate::sql::definition::{Definition, Parameters};
use crate::sql::expr::Expr;
use crate::sql::ident::quote_ident;
use crate::syntax::{Node, Rule};

/// A view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The query; it is missing only where the source was at fault.
    pub query: Option<Expr>,
    /// Columns that the author declared: they name the columns of the query and say their types.
    pub columns: Vec<ViewColumn>,
    /// `security_barrier`, `security_invoker`.
    pub with: Parameters,
    /// Whether rows written through the view must be visible in it.
    pub check_option: CheckOption,
}

/// Whether rows written through a view must be visible in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CheckOption {
    /// They need not.
    #[default]
    None,
    /// In this view.
    Local,
    /// In this view and all below it.
    Cascaded,
}

impl ObjectKind for View {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        Some((Address::new(Kind::View, at.schema, at.name), View::default()))
    }

    fn member(&mut self, node: Node<'_>, cx: &mut Reader<'_>) -> Member {
        match node.rule() {
            Rule::view_query => self.query = node.first().map(|it| cx.expr(it, Form::Statements, None, Scope::default())),
            Rule::with => {
                self.with = Parameters(options::child_definitions(node, cx));
            }
            Rule::check_option => self.check_option = if node.is("with local check option") { CheckOption::Local } else { CheckOption::Cascaded },
            Rule::column => self.columns.extend(ViewColumn::read(node, &self.columns, cx)),
            _ => return Member::Misplaced,
        }
        Member::Taken
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        self.columns.iter().for_each(|it| column::type_addresses(&it.ty, out));
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        let defaults = self.columns.iter_mut().filter_map(|it| it.default.as_mut());
        defaults.chain(&mut self.query).collect()
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let name = at.sql();
        match steps.outline {
            Outline::Only => steps.push(format!("CREATE VIEW {name} AS\n{}", view_columns::outline(&steps.columns))),
            Outline::Whole => {
                steps.push(self.create_view(&name, "CREATE VIEW"));
                self.settings(&name).into_iter().for_each(|statement| steps.push(statement));
            }
        }
    }

    fn finish(&self, at: &Address, _after: &mut Vec<Address>, steps: &mut Steps<'_>) {
        if steps.outline == Outline::Only {
            let name = at.sql();
            steps.push(self.create_view(&name, "CREATE OR REPLACE VIEW"));
            self.settings(&name).into_iter().for_each(|statement| steps.push(statement));
        }
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let name = at.sql();
        let columns = |it: &Self| it.columns.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
        let is_same_query = self.query == new.query && columns(self) == columns(new) && steps.altering.old_columns == steps.columns;
        if is_same_query {
            column_change::parameters(&self.parameters(), &new.parameters(), &format!("ALTER VIEW {name}"), steps);
        } else if view_columns::extend(&steps.altering.old_columns, &steps.columns) {
            steps.push(new.create_view(&name, "CREATE OR REPLACE VIEW"));
        } else {
            return Alter::Replace;
        }
        view_columns::alter_defaults(&self.columns, &new.columns, &name, steps);
        view_columns::alter_comments(&self.columns, &new.columns, &name, steps);
        Alter::InPlace
    }
}

impl View {
    fn create_view(&self, name: &str, words: &str) -> String {
        let mut sql = format!("{words} {name}{}", view_columns::names(&self.columns));
        sql.push_str(&self.with.sql());
        sql.push_str(&format!(" AS\n{}", self.query.as_ref().map(Expr::text).unwrap_or_default()));
        match self.check_option {
            CheckOption::None => {}
            CheckOption::Local => sql.push_str("\nWITH LOCAL CHECK OPTION"),
            CheckOption::Cascaded => sql.push_str("\nWITH CASCADED CHECK OPTION"),
        }
        sql
    }

    /// Returns all options as PostgreSQL keeps them.
    fn parameters(&self) -> Parameters {
        let check_option = match self.check_option {
            CheckOption::None => None,
            CheckOption::Local => Some("local"),
            CheckOption::Cascaded => Some("cascaded"),
        };
        let check_option = check_option.map(|it| Definition { name: "check_option".into(), value: Some(it.into()) });
        Parameters(self.with.0.iter().cloned().chain(check_option).collect())
    }

    fn settings(&self, name: &str) -> Vec<String> {
        let default = |it: &ViewColumn| {
            let expr = it.default.as_ref()?;
            Some(format!("ALTER VIEW {name} ALTER COLUMN {} SET DEFAULT {expr}", quote_ident(&it.name)))
        };
        self.columns.iter().filter_map(default).chain(view_columns::comments(&self.columns, name)).collect()
    }

    /// Reports a view without a query.
    pub(crate) fn check(&self, node: Node<'_>, cx: &mut Reader<'_>) {
        if self.query.is_none() {
            let diagnostic = Diagnostic::new(&view_columns::VIEW_WITHOUT_QUERY, "this view has no query");
            let place: Option<Node<'_>> = node.child(Rule::path);
            cx.report(diagnostic.label(place.unwrap_or(node).span(), "here").help("add `as select …;`"));
        }
    }
}
