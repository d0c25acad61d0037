//! What an index, a key of a partitioned table or an exclusion constraint is made of: columns and expressions.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many rules of the grammar, only those of this kind are read here"
)]

use super::address::{Name, Qualified};
use super::column::collation;
use super::options;
use super::reader::{Form, Reader, Scope};
use super::renames::Renames;
use crate::sql::definition::{self, Definition};
use crate::sql::expr::Expr;
use crate::sql::ident::quote_ident;
use crate::syntax::{Node, Rule};

/// A column or an expression, and how an index treats it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexElement {
    /// What is indexed.
    pub key: Key,
    /// The collation, where it is not the column's own.
    pub collation: Option<Qualified>,
    /// The operator class, where it is not the type's default.
    pub class: Option<OperatorClassUse>,
    /// Whether the order is descending.
    pub descending: bool,
    /// `Some(true)` for NULLS FIRST; `None` where it is what the direction implies.
    pub nulls_first: Option<bool>,
    /// The statistics target of an expression.
    pub statistics: Option<Name>,
}

/// What is indexed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// A column.
    Column(Name),
    /// An expression.
    Expr(Expr),
}

impl Key {
    /// Returns the expression, to be changed.
    pub(crate) fn text_mut(&mut self) -> Option<&mut Expr> {
        match self {
            Key::Column(_) => None,
            Key::Expr(it) => Some(it),
        }
    }
}

/// An operator class and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorClassUse {
    /// The name; the schema is empty where the search path finds it.
    pub name: Qualified,
    /// Parameters, as `siglen = 32`.
    pub parameters: Vec<Definition>,
}

impl IndexElement {
    /// Takes the new name of its column; the relation has its old name here.
    pub(crate) fn rename(&mut self, relation: &Qualified, renames: &Renames) {
        if let Key::Column(name) = &mut self.key {
            renames.column(relation, name);
        }
    }

    /// Reads an element.
    pub(crate) fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<IndexElement> {
        let key = node.first()?;
        let key = match key.rule() {
            Rule::name => Key::Column(cx.name(key)),
            _ => {
                let relation = cx.relation();
                Key::Expr(cx.expr(key, Form::Expr, None, Scope::relation(&relation)))
            }
        };
        let class = node.child(Rule::operator_class).and_then(|it| {
            let path = cx.path(it.child(Rule::path)?);
            let name = Qualified { schema: path.schema.unwrap_or_default(), name: path.name };
            Some(OperatorClassUse { name, parameters: options::child_definitions(it, cx) })
        });
        let descending = node.child(Rule::direction).is_some_and(|it| it.is("desc"));
        let nulls_first = node
            .child(Rule::nulls_order)
            .map(|it| it.is("nulls first"))
            .filter(|first| *first != descending);
        let statistics = node
            .child(Rule::column_statistics)
            .and_then(|it| it.first())
            .map(|it| it.text().into());
        Some(IndexElement {
            key,
            collation: collation(node),
            class,
            descending,
            nulls_first,
            statistics,
        })
    }

    /// Writes the element.
    pub(crate) fn sql(&self) -> String {
        let mut sql = match &self.key {
            Key::Column(name) => quote_ident(name).into_owned(),
            Key::Expr(expr) => format!("({expr})"),
        };
        if let Some(collation) = &self.collation {
            sql.push_str(&format!(" COLLATE {collation}"));
        }
        if let Some(class) = &self.class {
            sql.push_str(&format!(" {}", class.name));
            if !class.parameters.is_empty() {
                sql.push_str(&format!(" ({})", definition::write(&class.parameters)));
            }
        }
        if self.descending {
            sql.push_str(" DESC");
        }
        match self.nulls_first {
            Some(true) => sql.push_str(" NULLS FIRST"),
            Some(false) => sql.push_str(" NULLS LAST"),
            None => {}
        }
        sql
    }

    /// Returns the column, unless it is an expression.
    pub fn column(&self) -> Option<&Name> {
        match &self.key {
            Key::Column(name) => Some(name),
            Key::Expr(_) => None,
        }
    }

    /// Returns what the element adds to a default name: PostgreSQL names an expression after the function it calls, where
    /// it is a call, and `expr` otherwise (`FigureIndexColname`).
    pub(crate) fn name_part(&self) -> Name {
        match &self.key {
            Key::Column(name) => name.clone(),
            Key::Expr(expr) => {
                crate::sql::figure::column_name(expr.text()).unwrap_or_else(|| "expr".into())
            }
        }
    }

    /// Adds the operator class and collation, where they may be declared.
    pub(crate) fn depends_on(
        &self,
        method: &str,
        schema: &Name,
        out: &mut Vec<super::address::Address>,
    ) {
        use super::address::{Address, Kind};
        if let Some(class) = &self.class {
            let home = if class.name.schema.is_empty() {
                schema.clone()
            } else {
                class.name.schema.clone()
            };
            out.push(Address::new(
                Kind::OperatorClass,
                home,
                format!("{} using {method}", class.name.name),
            ));
            let public = format!("{} using {method}", class.name.name);
            out.push(Address::new(Kind::OperatorClass, "public", public));
        }
        out.extend(self.collation.iter().map(super::column::collation_address));
    }
}
