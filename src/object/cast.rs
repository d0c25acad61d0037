//! Casts: `CREATE CAST`, `pg_cast`.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, only those of this kind are read here"
)]

use super::address::{Address, Kind};
use super::class_items::function_sql;
use super::column;
use super::contract::ObjectKind;
use super::reader::Reader;
use super::signature;
use super::steps::Steps;
use crate::sql::type_name::TypeName;
use crate::syntax::{Node, Rule};

/// A cast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cast {
    /// From this type.
    pub source: TypeName,
    /// To this one.
    pub target: TypeName,
    /// By what.
    pub method: Method,
    /// Where it applies without being asked for.
    pub context: Context,
}

/// By what a cast is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Method {
    /// A function.
    Function(Address),
    /// Nothing: both types are stored alike.
    Binary,
    /// The output function of one and the input function of the other.
    InOut,
}

/// Where a cast applies without being asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Context {
    Explicit,
    Assignment,
    Implicit,
}

impl ObjectKind for Cast {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let mut types = node.all(Rule::type_ref);
        let (source, target) = (types.next()?, types.next()?);
        let (source, target) = (cx.type_name(source), cx.type_name(target));
        let method = node.child(Rule::cast_method)?.first()?;
        let method = match method.rule() {
            Rule::cast_with_function => Method::Function(signature::read_ref(method.child(Rule::routine_ref)?, cx)?),
            Rule::cast_without => Method::Binary,
            _ => Method::InOut,
        };
        let context = match node.child(Rule::cast_context).map(|it| it.words()).as_deref() {
            Some("as assignment") => Context::Assignment,
            Some(_) => Context::Implicit,
            None => Context::Explicit,
        };
        let (source, target) = (source?, target?);
        let at = Address::global(Kind::Cast, format!("({source} AS {target})"));
        Some((at, Cast { source, target, method, context }))
    }

    fn depends_on(&self, _at: &Address, out: &mut Vec<Address>) {
        column::type_addresses(&self.source, out);
        column::type_addresses(&self.target, out);
        if let Method::Function(function) = &self.method {
            out.push(function.clone());
        }
    }

    fn create(&self, _at: &Address, steps: &mut Steps<'_>) {
        let method = match &self.method {
            Method::Function(function) => format!("WITH FUNCTION {}", function_sql(function)),
            Method::Binary => "WITHOUT FUNCTION".to_owned(),
            Method::InOut => "WITH INOUT".to_owned(),
        };
        let context = match self.context {
            Context::Explicit => "",
            Context::Assignment => " AS ASSIGNMENT",
            Context::Implicit => " AS IMPLICIT",
        };
        steps.push(format!("CREATE CAST ({} AS {}) {method}{context}", self.source, self.target));
    }
}
