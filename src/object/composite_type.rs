//! Composite types: `CREATE TYPE … AS (…)`, `pg_type`, `pg_attribute`.

use super::address::{Address, Kind, Name, Qualified};
use super::column;
use super::contract::{Alter, Member, ObjectKind};
use super::reader::Reader;
use super::renames::Renames;
use super::steps::Steps;
use crate::sql::ident::quote_ident;
use crate::sql::type_name::TypeName;
use crate::sql::writer::comment_on;
use crate::syntax::{Node, Rule};

/// A composite type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompositeType {
    /// Its attributes, in order.
    pub attributes: Vec<Attribute>,
}

/// An attribute of a composite type. It has no NOT NULL and no default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The name.
    pub name: Name,
    /// The type.
    pub ty: TypeName,
    /// The collation, where it is not the type's own.
    pub collation: Option<Qualified>,
    /// Its comment.
    pub comment: Option<Box<str>>,
}

impl ObjectKind for CompositeType {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let at = cx.declared(node)?;
        Some((Address::new(Kind::CompositeType, at.schema, at.name), CompositeType::default()))
    }

    fn member(&mut self, node: Node<'_>, cx: &mut Reader<'_>) -> Member {
        if node.rule() != Rule::column {
            return Member::Misplaced;
        }
        column::only(node, &[Rule::collate], "an attribute of a composite type", cx);
        if let (Some(name), Some(ty)) = (cx.child_name(node), cx.child_type(node)) {
            if let Some(place) = node.child(Rule::type_ref) {
                column::pseudo("an attribute", &ty, place, cx);
            }
            column::differs(&name, self.attributes.iter().map(|it| &it.name), node, cx);
            self.attributes.push(Attribute { name, ty, collation: column::collation(node), comment: None });
        }
        Member::Taken
    }

    fn depends_on(&self, at: &Address, out: &mut Vec<Address>) {
        out.push(Address::global(Kind::Schema, at.schema.clone()));
        for attribute in &self.attributes {
            column::type_addresses(&attribute.ty, out);
            out.extend(attribute.collation.iter().map(column::collation_address));
        }
    }

    fn create(&self, at: &Address, steps: &mut Steps<'_>) {
        let attributes: Vec<String> = self.attributes.iter().map(|it| format!("    {}", it.sql())).collect();
        let body = if attributes.is_empty() { String::new() } else { format!("\n{}\n", attributes.join(",\n")) };
        steps.push(format!("CREATE TYPE {} AS ({body})", at.sql()));
        for it in &self.attributes {
            if let Some(comment) = &it.comment {
                let comment = crate::sql::ident::quote_literal(comment);
                steps.push(format!("COMMENT ON COLUMN {}.{} IS {comment}", at.sql(), quote_ident(&it.name)));
            }
        }
    }

    fn rename(&mut self, at: &Address, renames: &Renames) {
        for attribute in &mut self.attributes {
            renames.column(&at.relation(), &mut attribute.name);
            renames.ty(&mut attribute.ty);
        }
    }

    /// Attributes come and go in place; the order of those that stay is no change, as of the columns of a table.
    ///
    /// The type of an attribute can't be changed while a column is of the composite type (manual: ALTER TYPE).
    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        let find = |list: &[Attribute], name: &Name| list.iter().find(|it| it.name == *name).cloned();
        let other = |it: &Attribute| find(&new.attributes, &it.name);
        let differs = |it: &Attribute| other(it).is_some_and(|new| (&it.ty, &it.collation) != (&new.ty, &new.collation));
        if self.attributes.iter().any(differs) {
            return Alter::Replace;
        }
        let gone = self.attributes.iter().filter(|it| other(it).is_none());
        let lost: Vec<String> = gone.clone().map(|it| format!("the values of `{}` where a column is of {at}", it.name)).collect();
        let mut parts: Vec<String> = gone.map(|it| format!("DROP ATTRIBUTE {}", quote_ident(&it.name))).collect();
        let fresh = new.attributes.iter().filter(|it| find(&self.attributes, &it.name).is_none());
        parts.extend(fresh.map(|it| format!("ADD ATTRIBUTE {}", it.sql())));
        if !parts.is_empty() {
            let sql = format!("ALTER TYPE {} {}", at.sql(), parts.join(", "));
            if lost.is_empty() { steps.push(sql) } else { steps.push_lossy(sql, lost.join(", ")) }
        }
        for it in &new.attributes {
            let before = find(&self.attributes, &it.name).and_then(|it| it.comment);
            if before != it.comment {
                steps.push(comment_on(&format!("COLUMN {}.{}", at.sql(), quote_ident(&it.name)), it.comment.as_deref()));
            }
        }
        Alter::InPlace
    }
}

impl Attribute {
    fn sql(&self) -> String {
        let collation = self.collation.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default();
        format!("{} {}{collation}", quote_ident(&self.name), self.ty)
    }
}
