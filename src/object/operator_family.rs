//! Operator families: `CREATE OPERATOR FAMILY`, `ALTER OPERATOR FAMILY … ADD`, `pg_opfamily`.

use super::address::{Address, Kind, Name};
use super::class_items::{self, ClassItem};
use super::contract::{Alter, ObjectKind};
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::ident::quote_ident;
use crate::syntax::{Node, Rule};

/// An operator family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorFamily {
    /// The access method.
    pub method: Name,
    /// Operators and functions that belong to none of its classes.
    pub items: Vec<ClassItem>,
}

impl ObjectKind for OperatorFamily {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        let method = node.child(Rule::using).and_then(|it| cx.child_name(it))?;
        let items = class_items::read(node, cx);
        let name = format!("{} using {method}", at.name);
        Some((Address::new(Kind::OperatorFamily, at.schema, name), OperatorFamily { method, items }))
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        out.push(Address::global(Kind::AccessMethod, self.method.clone()));
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        steps.push(format!("CREATE OPERATOR FAMILY {}", name_sql(at, &self.method)));
    }

    fn finish(&self, at: &Address, after: &mut Vec<Address>, steps: &mut Steps<'_>) {
        if !self.items.is_empty() {
            class_items::depends_on(&self.items, &at.schema, after);
            // A statement an item, so that those of another family that are there already are known by their text.
            let family = name_sql(at, &self.method);
            let add = |it: &ClassItem| format!("ALTER OPERATOR FAMILY {family} ADD\n{}", class_items::sql(std::slice::from_ref(it)));
            self.items.iter().map(add).for_each(|sql| steps.push(sql));
        }
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let gone: Vec<&ClassItem> = self.items.iter().filter(|it| !new.items.contains(it)).collect();
        let slots: Option<Vec<String>> = gone.into_iter().map(ClassItem::slot).collect();
        match slots {
            // Which types the item is for is for the access method to say.
            None => return Alter::Replace,
            Some(slots) if slots.is_empty() => {}
            Some(slots) => {
                steps.push(format!("ALTER OPERATOR FAMILY {} DROP\n    {}", name_sql(at, &self.method), slots.join(",\n    ")));
            }
        }
        Alter::InPlace
    }
}

fn name_sql(at: &Address, method: &str) -> String {
    let name = at.name.rsplit_once(" using ").map_or(at.name.as_str(), |(name, _)| name);
    format!("{}.{} USING {}", quote_ident(&at.schema), quote_ident(name), quote_ident(method))
}
