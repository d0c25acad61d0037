//! From a catalog to the statements that bring it about, in an order that PostgreSQL accepts.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many kinds and rules, only some have what is looked for here"
)]

pub mod change;
mod fold;
mod graph;
pub mod online;
mod order;
mod repair;

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Entry};
use crate::compile::ResultColumn;
use crate::diagnostic::rule::rule;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::object::Object;
use crate::object::address::{Address, Kind, Name, Qualified};
use crate::object::origin::Origin;
use crate::object::privilege;
use crate::object::steps::{Outline, Steps};
use crate::sql::ident::{quote_ident, quote_literal};
pub use change::{Options, Rename, State, change, renames};
use graph::Node;
pub use order::Order;

rule!(DEPENDENCY_CYCLE, Error, "dependency-cycle");

/// The rules of this module.
pub(crate) static RULES: &[&crate::diagnostic::Rule] = &[&DEPENDENCY_CYCLE];

/// A statement and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The object.
    pub at: Address,
    /// What is done to it.
    pub action: Action,
    /// The statement, without its `;`.
    pub sql: String,
    /// The schemas that bare names in it are looked up in; empty where it has none.
    pub search: Vec<Name>,
    /// Whether it runs in the transaction of its neighbours.
    pub transaction: Transaction,
    /// What it loses that was in the database, and no other statement brings back.
    pub loss: Option<String>,
    /// Locks that it holds until the transaction ends, as a rule of thumb: for each table, index, sequence and so on
    /// that it makes or changes.
    pub n_locks: u32,
}

/// Whether a statement runs in a transaction with others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transaction {
    /// It does.
    #[default]
    Inside,
    /// It runs by itself: PostgreSQL refuses it in a transaction block, or refuses what follows until it is committed.
    Alone,
}

/// What is done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Action {
    Create,
    Alter,
    Drop,
}

impl Action {
    /// Returns its word.
    pub fn word(self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Alter => "alter",
            Action::Drop => "drop",
        }
    }
}

/// The statements that lead from one catalog to another, or make an empty database hold one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// In order.
    pub steps: Vec<Step>,
    /// Tables whose columns will stand in another order than the catalog to arrive at has them in: no statement of
    /// PostgreSQL's moves a column.
    pub reordered: Vec<Address>,
}

/// Plans the creation of everything in a catalog.
///
/// # Errors
/// A diagnostic for each circle that can't be broken, with the places of all that are in it.
pub fn create(
    catalog: &Catalog,
    views: &BTreeMap<Address, Vec<ResultColumn>>,
    origins: &BTreeMap<Address, Origin>,
) -> Result<Plan, Diagnostics> {
    order(catalog, views, origins).map(|order| write(catalog, views, &order))
}

/// Orders everything in a catalog without writing its statements.
///
/// # Errors
/// As [`create`].
pub fn order(
    catalog: &Catalog,
    views: &BTreeMap<Address, Vec<ResultColumn>>,
    origins: &BTreeMap<Address, Origin>,
) -> Result<Order, Diagnostics> {
    order::order(catalog, views, &|_| true).map_err(|found| circles(&found, origins))
}

/// Says of circles that can't be broken who needs whom.
fn circles(found: &[Vec<Address>], origins: &BTreeMap<Address, Origin>) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    found.iter().for_each(|circle| diagnostics.push(explain(circle, origins)));
    diagnostics
}

/// Says who needs whom all the way round.
fn explain(circle: &[Address], origins: &BTreeMap<Address, Origin>) -> Diagnostic {
    let names: Vec<String> =
        circle.iter().chain(circle.first()).map(|at| format!("`{at}`")).collect();
    let message = format!("objects need each other in a circle: {}", names.join(" needs "));
    let mut diagnostic = Diagnostic::new(&DEPENDENCY_CYCLE, message);
    for (n, at) in circle.iter().enumerate() {
        let next = circle.get((n + 1) % circle.len()).unwrap_or(at);
        diagnostic =
            diagnostic.label_if(origins.get(at).map(|it| it.place.name), &format!("needs {next}"));
    }
    diagnostic.help(
        "take one of the references out, or put it into a function whose text is read when it runs",
    )
}

/// Writes the statements in their order.
fn write(catalog: &Catalog, views: &BTreeMap<Address, Vec<ResultColumn>>, order: &Order) -> Plan {
    let steps = order.nodes.iter().flat_map(|node| of_node(node, catalog, views, order));
    Plan { steps: steps.collect(), reordered: Vec::new() }
}

/// Writes the statements that make an object, or what of it comes late.
fn of_node(
    node: &Node,
    catalog: &Catalog,
    views: &BTreeMap<Address, Vec<ResultColumn>>,
    order: &Order,
) -> Vec<Step> {
    let Some(entry) = catalog.get(node.at()) else { return Vec::new() };
    let folded = order.folded.get(node.at()).cloned().unwrap_or_default();
    let mut steps = Steps {
        folded: &folded,
        later_defaults: order.later_defaults.get(node.at()).cloned().unwrap_or_default(),
        outline: if order.outlined.contains(node.at()) { Outline::Only } else { Outline::Whole },
        columns: views.get(node.at()).map(|columns| known_columns(columns)).unwrap_or_default(),
        ..Steps::default()
    };
    match node {
        Node::Main(at) => entry.object.create(at, &mut steps),
        Node::Late(at) => entry.object.finish(at, &mut Vec::new(), &mut steps),
    }
    if completes(node, order) {
        belongings(node.at(), entry, &mut steps);
    }
    let mut search = search(catalog, node.at());
    for (name, _) in &folded {
        let constraint = Address::of(Kind::Constraint, &node.at().relation(), name.clone());
        if let Some(entry) = catalog.get(&constraint) {
            belongings(&constraint, entry, &mut steps);
        }
        search.extend(
            catalog
                .search(&constraint)
                .iter()
                .filter(|it| !search.contains(it))
                .cloned()
                .collect::<Vec<_>>(),
        );
    }
    let n_locks = locks(&entry.object);
    let written = steps.statements.into_iter().enumerate();
    let step = |(n, sql)| Step {
        at: node.at().clone(),
        action: Action::Create,
        sql,
        search: search.clone(),
        loss: None,
        transaction: Transaction::Inside,
        n_locks: if n == 0 { n_locks } else { 0 },
    };
    written.map(step).collect()
}

/// Returns the schemas in which bare names are looked up: those of SQL text, and of definitions that keep names as written.
fn search(catalog: &Catalog, at: &Address) -> Vec<Name> {
    let keeps_names = matches!(
        at.kind,
        Kind::Aggregate
            | Kind::BaseType
            | Kind::Conversion
            | Kind::Operator
            | Kind::OperatorClass
            | Kind::OperatorFamily
            | Kind::RangeType
            | Kind::TextSearchConfiguration
            | Kind::TextSearchDictionary
            | Kind::TextSearchParser
            | Kind::TextSearchTemplate
    );
    let found = catalog.search(at);
    if found.is_empty() && keeps_names && at.schema != "public" {
        return vec![at.schema.clone(), Name::new_static("public")];
    }
    found.to_vec()
}

/// Tells whether an owner, a comment and privileges can be given after this part: only the owner of a shell type can make
/// a type of it.
fn completes(node: &Node, order: &Order) -> bool {
    match node {
        Node::Main(at) if matches!(at.kind, Kind::BaseType | Kind::RangeType) => {
            !order.nodes.contains(&Node::Late(at.clone()))
        }
        Node::Main(_) => true,
        Node::Late(at) => matches!(at.kind, Kind::BaseType | Kind::RangeType),
    }
}

fn known_columns(columns: &[ResultColumn]) -> Vec<(Name, crate::sql::type_name::TypeName)> {
    columns.iter().filter_map(|it| Some((it.name.clone(), it.ty.clone()?))).collect()
}

/// Owner, comment and privileges, which every kind of object has.
fn belongings(at: &Address, entry: &Entry, steps: &mut Steps<'_>) {
    if let Some(owner) = &entry.owner {
        let target = alter_target(at, entry);
        steps.push(format!("ALTER {target} OWNER TO {}", privilege::role_sql(owner)));
    }
    if let Some(comment) = &entry.comment {
        steps.push(format!("COMMENT ON {} IS {}", alter_target(at, entry), quote_literal(comment)));
    }
    if let Object::Constraint(it) = &entry.object
        && let Some(comment) = &it.index_comment
    {
        let index = Qualified::new(at.schema.clone(), at.name.clone());
        steps.push(format!("COMMENT ON INDEX {index} IS {}", quote_literal(comment)));
    }
    for extension in &entry.extensions {
        let extension = quote_ident(extension);
        steps.push(format!("ALTER {} DEPENDS ON EXTENSION {extension}", alter_target(at, entry)));
    }
    let target = privilege_target(at, entry);
    privilege::commands(&entry.privileges, &target).into_iter().for_each(|sql| steps.push(sql));
}

/// Returns what GRANT and REVOKE call the object.
fn privilege_target(at: &Address, entry: &Entry) -> String {
    // All sorts of relations are called TABLE there.
    let word = match at.kind {
        Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView => "table",
        Kind::Server => "foreign server",
        // An aggregate is a function where privileges are given.
        Kind::Aggregate => "function",
        _ => entry.object.sql_word(),
    };
    match &entry.object {
        Object::PrivilegesOn(it) => it.target.to_string(),
        Object::Routine(it) => format!("{} {}", word.to_uppercase(), it.sql_name(at)),
        _ => privilege::target(at, word),
    }
}

/// Returns what ALTER … OWNER TO and COMMENT ON call the object.
fn alter_target(at: &Address, entry: &Entry) -> String {
    let upper = entry.object.sql_word().to_uppercase();
    if let Object::Aggregate(it) = &entry.object {
        let name = quote_ident(crate::object::signature::split(&at.name).0);
        return format!("{upper} {}.{name}({})", quote_ident(&at.schema), it.arguments_sql());
    }
    if let Object::Statistics(it) = &entry.object {
        return format!("{upper} {}", it.sql_name(at));
    }
    if let Object::Routine(it) = &entry.object {
        return format!("{upper} {}", it.sql_name(at));
    }
    match at.kind {
        Kind::Constraint | Kind::ForeignKey | Kind::Trigger | Kind::Policy | Kind::Rule => {
            format!("{upper} {} ON {}", quote_ident(&at.name), at.relation())
        }
        Kind::Operator => {
            let (symbol, types) = at.name.split_once('(').unwrap_or((&at.name, ")"));
            format!("{upper} {}.{symbol} ({types}", quote_ident(&at.schema))
        }
        Kind::OperatorClass | Kind::OperatorFamily => {
            let (name, method) = at.name.rsplit_once(" using ").unwrap_or((&at.name, "btree"));
            format!(
                "{upper} {}.{} USING {}",
                quote_ident(&at.schema),
                quote_ident(name),
                quote_ident(method)
            )
        }
        Kind::Cast => format!("{upper} {}", at.name),
        Kind::Transform => {
            let (ty, language) = at.name.split_once(" language ").unwrap_or((&at.name, ""));
            format!("{upper} FOR {ty} LANGUAGE {}", quote_ident(language))
        }
        _ => format!("{upper} {}", at.sql()),
    }
}

/// Returns about how many locks making the object holds until the end of its transaction: measured on PostgreSQL 15, a
/// table with a key, a sequence and a TOAST table holds 12, an index 2, a foreign key 4.
fn locks(object: &Object) -> u32 {
    match object {
        Object::Table(_) => 12,
        Object::MaterializedView(_) => 6,
        Object::ForeignKey(_) => 4,
        Object::View(_) | Object::ForeignTable(_) => 3,
        Object::Index(_)
        | Object::Constraint(_)
        | Object::Sequence(_)
        | Object::CompositeType(_) => 2,
        _ => 1,
    }
}
