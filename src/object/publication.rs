//! Publications: `CREATE PUBLICATION`, `pg_publication`.

use super::address::{Address, Kind, Name, Qualified};
use super::column::relation_addresses;
use super::contract::{Alter, ObjectKind};
use super::options;
use super::reader::{Form, Reader, Scope};
use super::renames::Renames;
use super::steps::Steps;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::rule::rule;
use crate::sql::definition::{self, Parameters};
use crate::sql::expr::Expr;
use crate::sql::ident::quote_ident;
use crate::sql::writer::{comma, name_list};
use crate::syntax::{Node, Rule};

rule!(NOT_PUBLISHABLE, Error, "not-publishable");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&NOT_PUBLISHABLE];

/// What the options are where nothing is said (manual: CREATE PUBLICATION).
const DEFAULTS: [(&str, &str); 3] = [
    ("publish", "'insert, update, delete, truncate'"),
    ("publish_via_partition_root", "false"),
    ("publish_generated_columns", "none"),
];

/// A publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Whether every table is published.
    pub all_tables: bool,
    /// Tables that are published.
    pub tables: Vec<PublishedTable>,
    /// Schemas all of whose tables are published (PostgreSQL 15 and later).
    pub schemas: Vec<Name>,
    /// `publish`, `publish_via_partition_root`.
    pub with: Parameters,
}

/// A table of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedTable {
    /// The table.
    pub table: Qualified,
    /// Whether its children are left out.
    pub only: bool,
    /// The columns that are published; empty means all (PostgreSQL 15 and later).
    pub columns: Vec<Name>,
    /// The rows that are published (PostgreSQL 15 and later).
    pub condition: Option<Expr>,
}

impl ObjectKind for Publication {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let name = cx.child_name(node)?;
        let mut it = Publication { all_tables: node.has(Rule::publication_all), tables: Vec::new(), schemas: Vec::new(), with: options::with(node, cx) };
        for object in node.all(Rule::publication_object).filter_map(|it| it.first()) {
            if object.rule() == Rule::publication_schema {
                it.schemas.extend(cx.child_name(object));
            } else {
                it.tables.extend(PublishedTable::read(object, cx));
            }
        }
        Some((Address::global(Kind::Publication, name), it))
    }

    fn depends_on(&self, _at: &Address, out: &mut Vec<Address>) {
        self.tables.iter().for_each(|it| relation_addresses(&it.table, out));
        out.extend(self.schemas.iter().map(|schema| Address::global(Kind::Schema, schema.clone())));
    }

    fn texts_mut(&mut self) -> Vec<&mut Expr> {
        self.tables.iter_mut().filter_map(|it| it.condition.as_mut()).collect()
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        // PostgreSQL 14 takes the word TABLE once.
        let tables = (!self.tables.is_empty()).then(|| format!("TABLE {}", comma(self.tables.iter().map(PublishedTable::sql))));
        let schemas = (!self.schemas.is_empty()).then(|| format!("TABLES IN SCHEMA {}", name_list(&self.schemas)));
        let objects: Vec<String> = if self.all_tables { vec!["ALL TABLES".to_owned()] } else { tables.into_iter().chain(schemas).collect() };
        let mut sql = format!("CREATE PUBLICATION {}", quote_ident(&at.name));
        if !objects.is_empty() {
            sql.push_str(&format!(" FOR {}", comma(objects)));
        }
        sql.push_str(&self.with.sql());
        steps.push(sql);
    }

    fn rename(&mut self, _at: &Address, renames: &Renames) {
        for it in &mut self.tables {
            renames.column_list(&it.table, &mut it.columns);
            renames.relation(&mut it.table);
        }
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        if self.all_tables != new.all_tables {
            return Alter::Replace;
        }
        let alter = format!("ALTER PUBLICATION {}", quote_ident(&at.name));
        // What goes is let go of before it is dropped.
        let gone = self.tables.iter().filter(|it| !new.tables.contains(it));
        let gone: Vec<String> = gone.map(|it| format!("{}{}", it.only_sql(), it.table)).collect();
        if !gone.is_empty() {
            steps.before.push(format!("{alter} DROP TABLE {}", comma(gone)));
        }
        let gone: Vec<&Name> = self.schemas.iter().filter(|it| !new.schemas.contains(it)).collect();
        if !gone.is_empty() {
            steps.before.push(format!("{alter} DROP TABLES IN SCHEMA {}", name_list(gone)));
        }
        let fresh = new.tables.iter().filter(|it| !self.tables.contains(it));
        let fresh: Vec<String> = fresh.map(PublishedTable::sql).collect();
        if !fresh.is_empty() {
            steps.push(format!("{alter} ADD TABLE {}", comma(fresh)));
        }
        let fresh: Vec<&Name> = new.schemas.iter().filter(|it| !self.schemas.contains(it)).collect();
        if !fresh.is_empty() {
            steps.push(format!("{alter} ADD TABLES IN SCHEMA {}", name_list(fresh)));
        }
        let set = definition::restored(&self.with, &new.with, |name| DEFAULTS.iter().find(|it| it.0 == name).map(|it| it.1));
        if !set.is_empty() {
            steps.push(format!("{alter} SET ({})", definition::write(&set)));
        }
        Alter::InPlace
    }
}

impl PublishedTable {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<PublishedTable> {
        let table = cx.relation_ref(node.child(Rule::path)?)?;
        if let Some(kind) = cx.kind_of(&table).filter(|it| *it != Kind::Table) {
            let message = format!("a {} can't be published", kind.word());
            let place = node.child(Rule::path).unwrap_or(node).span();
            cx.report(Diagnostic::new(&NOT_PUBLISHABLE, message).label(place, "here").help("name a table"));
        }
        let listed: Vec<Node<'_>> = node.child(Rule::columns).into_iter().flat_map(|it| it.all(Rule::name)).collect();
        let columns = listed.into_iter().map(|it| cx.names_column(&table, it)).collect();
        let condition = node.children().find(|it| matches!(it.rule(), Rule::group | Rule::dollar));
        let condition = condition.map(|it| cx.expr(it, Form::Expr, None, Scope::relation(&table)));
        Some(PublishedTable { only: node.has(Rule::publication_only), table, columns, condition })
    }

    fn only_sql(&self) -> &'static str {
        if self.only { "ONLY " } else { "" }
    }

    fn sql(&self) -> String {
        let only = self.only_sql();
        let columns = if self.columns.is_empty() { String::new() } else { format!(" ({})", name_list(&self.columns)) };
        let condition = self.condition.as_ref().map(|it| format!(" WHERE ({it})")).unwrap_or_default();
        format!("{only}{}{columns}{condition}", self.table)
    }
}
