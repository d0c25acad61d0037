//! Transforms: `CREATE TRANSFORM`, `pg_transform`.

use super::address::{Address, Kind, Name};
use super::class_items::function_sql;
use super::column;
use super::contract::{Alter, ObjectKind};
use super::reader::Reader;
use super::signature;
use super::steps::Steps;
use crate::sql::ident::quote_ident;
use crate::sql::type_name::TypeName;
use crate::syntax::{Node, Rule};

/// How values of a type pass into and out of a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transform {
    /// The type.
    pub ty: TypeName,
    /// The language.
    pub language: Name,
    /// The function for values that go in.
    pub from_sql: Option<Address>,
    /// The function for values that come out.
    pub to_sql: Option<Address>,
}

impl ObjectKind for Transform {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let ty = cx.child_type(node)?;
        let language = cx.child_name(node)?;
        let mut function = |word: &str| {
            let is = |it: &Node<'_>| it.child(Rule::transform_direction).is_some_and(|direction| direction.is(word));
            let part = node.all(Rule::transform_part).find(is)?;
            signature::read_ref(part.child(Rule::routine_ref)?, cx)
        };
        let (from_sql, to_sql) = (function("from"), function("to"));
        let at = Address::global(Kind::Transform, format!("{ty} language {language}"));
        Some((at, Transform { ty, language, from_sql, to_sql }))
    }

    fn depends_on(&self, _at: &Address, out: &mut Vec<Address>) {
        column::type_addresses(&self.ty, out);
        out.push(Address::global(Kind::Language, self.language.clone()));
        out.push(Address::global(Kind::Extension, self.language.clone()));
        out.extend(self.from_sql.iter().chain(&self.to_sql).cloned());
    }

    fn create(&self, _at: &Address, steps: &mut Steps<'_>) {
        steps.push(self.create_transform("CREATE"));
    }

    fn alter(&self, new: &Self, _at: &Address, steps: &mut Steps<'_>) -> Alter {
        if self != new {
            steps.push(new.create_transform("CREATE OR REPLACE"));
        }
        Alter::InPlace
    }
}

impl Transform {
    fn create_transform(&self, verb: &str) -> String {
        let part = |word: &str, function: &Option<Address>| function.as_ref().map(|it| format!("{word} SQL WITH FUNCTION {}", function_sql(it)));
        let parts: Vec<String> = [part("FROM", &self.from_sql), part("TO", &self.to_sql)].into_iter().flatten().collect();
        format!("{verb} TRANSFORM FOR {} LANGUAGE {} ({})", self.ty, quote_ident(&self.language), parts.join(", "))
    }
}
