//! Typed queries: items that are no objects of the database.

use super::attributes::docs;
use super::hints::Hint;
use crate::object::address::Name;
use crate::object::reader::{Form, Reader, Scope};
use crate::source::Span;
use crate::sql::expr::Expr;
use crate::sql::type_name::TypeName;
use crate::syntax::{Node, Rule};

/// A query that Rust code can call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The name.
    pub name: Name,
    /// The schema of its file.
    pub schema: Name,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// How many rows it gives.
    pub cardinality: Cardinality,
    /// The Rust name of its row.
    pub row: Option<Name>,
    /// Its statements, most often one.
    pub statements: Vec<Expr>,
    /// Its documentation.
    pub docs: Option<Box<str>>,
    /// Where it is declared.
    pub span: Span,
}

/// A parameter of a query, written `:name` in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: TypeName,
    /// Whether it can be NULL.
    pub nullable: bool,
}

/// How many rows a query gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cardinality {
    /// Exactly one.
    One,
    /// One or none.
    Optional,
    /// Any number.
    Many,
    /// None: it is run for what it does.
    Exec,
    /// None, but the number of rows it touched.
    Count,
}

impl Query {
    /// Reads a query.
    pub(super) fn read(metas: &[Node<'_>], node: Node<'_>, cx: &mut Reader<'_>) -> Option<Query> {
        let name = cx.child_name(node)?;
        let list = node.child(Rule::query_parameters)?;
        let mut parameters = Vec::new();
        for parameter in list.all(Rule::query_parameter) {
            let (name, ty) = (cx.child_name(parameter)?, cx.child_type(parameter));
            parameters.extend(ty.map(|ty| Parameter {
                name,
                ty,
                nullable: parameter.has(Rule::nullable),
            }));
        }
        let cardinality = match node.child(Rule::cardinality)?.words().as_str() {
            "one" => Cardinality::One,
            "optional" => Cardinality::Optional,
            "many" => Cardinality::Many,
            "exec" => Cardinality::Exec,
            _ => Cardinality::Count,
        };
        let names = parameters.iter().map(|it| (it.name.clone(), it.ty.clone())).collect();
        let scope = Scope { parameters: names, ..Scope::default() };
        let statements = node.child(Rule::sql_block)?.all(Rule::block_statement);
        let statements =
            statements.map(|it| cx.expr(it, Form::Statements, None, scope.clone())).collect();
        let hint = Hint::read(metas, node, cx);
        let span = node.child(Rule::name)?.span();
        Some(Query {
            name,
            schema: cx.schema.clone(),
            parameters,
            cardinality,
            row: hint.name,
            statements,
            docs: docs(metas),
            span,
        })
    }
}
