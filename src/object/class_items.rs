//! What operator classes and families are made of: `pg_amop`, `pg_amproc`.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, only those of this kind are read here"
)]

use super::address::{Address, Kind, Name};
use super::reader::Reader;
use super::signature;
use crate::sql::type_name::TypeName;
use crate::sql::writer::comma;
use crate::syntax::{Node, Rule};

/// An operator or support function of an operator class or family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassItem {
    /// `OPERATOR n + (types) FOR …`.
    Operator {
        /// The strategy number.
        number: Name,
        /// The operator as written.
        operator: Name,
        /// Its types, where they are not those of the class.
        types: Vec<TypeName>,
        /// The operator family that orders its results, as written.
        order_by: Option<Name>,
    },
    /// `FUNCTION n (types) name(types)`.
    Function {
        /// The support number.
        number: Name,
        /// The types it is for, where they are not those of the class.
        types: Vec<TypeName>,
        /// The function.
        function: Address,
    },
    /// `STORAGE type`.
    Storage(TypeName),
}

/// Reads the items of an `as …` list.
pub(crate) fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Vec<ClassItem> {
    let Some(list) = node.child(Rule::class_items) else { return Vec::new() };
    list.children().filter_map(|it| read_item(it, cx)).collect()
}

fn read_item(node: Node<'_>, cx: &mut Reader<'_>) -> Option<ClassItem> {
    let number = node.child(Rule::number).map(|it| Name::from(it.text()));
    let types: Vec<TypeName> = node
        .child(Rule::arguments)
        .into_iter()
        .flat_map(|it| it.all(Rule::type_ref))
        .filter_map(|ty| cx.type_name(ty))
        .collect();
    Some(match node.rule() {
        Rule::class_operator => {
            let order_by = node
                .child(Rule::class_purpose)
                .and_then(|it| it.child(Rule::path))
                .map(|it| Name::from(it.text()));
            ClassItem::Operator {
                number: number?,
                operator: node.child(Rule::operator_name)?.text().into(),
                types,
                order_by,
            }
        }
        Rule::class_function => ClassItem::Function {
            number: number?,
            types,
            function: signature::read_ref(node.child(Rule::routine_ref)?, cx)?,
        },
        _ => ClassItem::Storage(cx.child_type(node)?),
    })
}

impl ClassItem {
    /// Returns what ALTER OPERATOR FAMILY … DROP calls the item; `None` where its types are not said.
    pub(crate) fn slot(&self) -> Option<String> {
        match self {
            ClassItem::Operator { types, .. } | ClassItem::Function { types, .. }
                if types.is_empty() =>
            {
                None
            }
            ClassItem::Operator { number, types, .. } => {
                Some(format!("OPERATOR {number} ({})", comma(types)))
            }
            ClassItem::Function { number, types, .. } => {
                Some(format!("FUNCTION {number} ({})", comma(types)))
            }
            ClassItem::Storage(_) => None,
        }
    }
}

/// Writes the items.
pub(crate) fn sql(items: &[ClassItem]) -> String {
    let types_sql = |types: &[TypeName]| {
        if types.is_empty() { String::new() } else { format!(" ({})", comma(types)) }
    };
    let write = |item: &ClassItem| match item {
        ClassItem::Operator { number, operator, types, order_by } => {
            let purpose = order_by
                .as_ref()
                .map(|family| format!(" FOR ORDER BY {family}"))
                .unwrap_or_default();
            format!("OPERATOR {number} {operator}{}{purpose}", types_sql(types))
        }
        ClassItem::Function { number, types, function } => {
            format!("FUNCTION {number}{} {}", types_sql(types), function_sql(function))
        }
        ClassItem::Storage(ty) => format!("STORAGE {ty}"),
    };
    let lines: Vec<String> = items.iter().map(|item| format!("    {}", write(item))).collect();
    lines.join(",\n")
}

/// A function named without its types keeps none.
pub(crate) fn function_sql(function: &Address) -> String {
    if function.name.contains('(') { signature::sql(function) } else { function.sql() }
}

/// Adds what the items need.
pub(crate) fn depends_on(items: &[ClassItem], schema: &Name, out: &mut Vec<Address>) {
    for item in items {
        match item {
            ClassItem::Operator { operator, types, .. } => {
                types.iter().for_each(|ty| super::column::type_addresses(ty, out));
                out.push(Address::new(
                    Kind::Operator,
                    schema.clone(),
                    operator.rsplit('.').next().unwrap_or(operator),
                ));
                out.push(Address::new(
                    Kind::Operator,
                    "public",
                    operator.rsplit('.').next().unwrap_or(operator),
                ));
            }
            ClassItem::Function { function, .. } => out.push(function.clone()),
            ClassItem::Storage(ty) => super::column::type_addresses(ty, out),
        }
    }
}
