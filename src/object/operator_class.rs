//! Operator classes: `CREATE OPERATOR CLASS`, `pg_opclass`.

use super::address::{Address, Kind, Name, Qualified};
use super::class_items::{self, ClassItem};
use super::column;
use super::contract::ObjectKind;
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::ident::quote_ident;
use crate::sql::type_name::TypeName;
use crate::syntax::{Node, Rule};

/// An operator class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorClass {
    /// Whether columns of the type use it unless told otherwise.
    pub default: bool,
    /// The type.
    pub ty: TypeName,
    /// The access method.
    pub method: Name,
    /// The family, where it is not one of the class's own name.
    pub family: Option<Qualified>,
    /// Operators, functions, storage.
    pub items: Vec<ClassItem>,
}

impl ObjectKind for OperatorClass {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        let ty = cx.child_type(node)?;
        let method = node.child(Rule::using).and_then(|it| cx.child_name(it))?;
        let family = node.child(Rule::family).and_then(|it| it.child(Rule::path)).map(|path| cx.path(path));
        let family = family.map(|path| Qualified { schema: path.schema.unwrap_or_else(|| cx.schema.clone()), name: path.name });
        let items = class_items::read(node, cx);
        let name = format!("{} using {method}", at.name);
        let class = OperatorClass { default: node.has(Rule::default_word), ty, method, family, items };
        Some((Address::new(Kind::OperatorClass, at.schema, name), class))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        out.push(Address::global(Kind::AccessMethod, self.method.clone()));
        column::type_addresses(&self.ty, out);
        if let Some(family) = &self.family {
            out.push(Address::new(Kind::OperatorFamily, family.schema.clone(), format!("{} using {}", family.name, self.method)));
        }
        class_items::depends_on(&self.items, &at.schema, out);
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let name = self.plain_name(at);
        let default = if self.default { "DEFAULT " } else { "" };
        let family = self.family.as_ref().map(|it| format!(" FAMILY {it}")).unwrap_or_default();
        steps.push(format!(
            "CREATE OPERATOR CLASS {name} {default}FOR TYPE {} USING {}{family} AS\n{}",
            self.ty,
            quote_ident(&self.method),
            class_items::sql(&self.items)
        ));
    }
}

impl OperatorClass {
    /// Returns the name with its schema.
    fn plain_name(&self, at: &Address) -> String {
        let name = at.name.rsplit_once(" using ").map_or(at.name.as_str(), |(name, _)| name);
        crate::sql::writer::qualified(&at.schema, name)
    }
}
