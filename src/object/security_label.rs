//! Security labels: `SECURITY LABEL`, `pg_seclabel`. They need a provider that the server has loaded.

use super::address::{Address, Kind, Name, Qualified};
use super::column::relation_addresses;
use super::contract::{Alter, ObjectKind};
use super::path::split_path;
use super::reader::Reader;
use super::steps::Steps;
use crate::sql::ident::quote_ident;
use crate::sql::writer::qualified;
use crate::syntax::{Node, Rule};

/// A security label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityLabel {
    /// Who gives it meaning.
    pub provider: Name,
    /// What it is on, as SQL: `TABLE auth.users`.
    pub target: Box<str>,
    /// The relation it is on, where it is one.
    pub relation: Option<Qualified>,
    /// The label, a literal.
    pub label: Name,
}

impl ObjectKind for SecurityLabel {
    fn read(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(Address, Self)> {
        let provider = cx.child_name(node)?;
        let label = node.child(Rule::string)?.text().into();
        let (word, relation, target) = match node.child(Rule::label_target) {
            Some(target) => read_target(target, cx)?,
            None => {
                // A member of a relation's block.
                let relation = cx.relation();
                let word = cx.kind_of(&relation).map_or("TABLE".to_owned(), |kind| kind.word().to_uppercase());
                (word, Some(relation.clone()), relation.sql())
            }
        };
        let target: Box<str> = format!("{word} {target}").into();
        let name = format!("{provider} on {target}");
        Some((Address::global(Kind::SecurityLabel, name), SecurityLabel { provider, target, relation, label }))
    }

    fn depends_on(&self, _at: &Address, out: &mut Vec<Address>) {
        self.relation.iter().for_each(|relation| relation_addresses(relation, out));
    }

    fn create(&self, _at: &Address, steps: &mut Steps<'_>) {
        steps.push(format!("SECURITY LABEL FOR {} ON {} IS {}", quote_ident(&self.provider), self.target, self.label));
    }

    fn drop(&self, _at: &Address, _target: &str, steps: &mut Steps<'_>) {
        steps.push(format!("SECURITY LABEL FOR {} ON {} IS NULL", quote_ident(&self.provider), self.target));
    }

    fn alter(&self, new: &Self, at: &Address, steps: &mut Steps<'_>) -> Alter {
        if self != new {
            new.create(at, steps);
        }
        Alter::InPlace
    }
}

fn read_target(node: Node<'_>, cx: &mut Reader<'_>) -> Option<(String, Option<Qualified>, String)> {
    let word = node.child(Rule::label_kind)?.words().to_uppercase();
    let path = node.child(Rule::path)?;
    let mut parts: Vec<Name> = split_path(path.text()).into_iter().map(|part| part.name).collect();
    let global = ["SCHEMA", "ROLE", "LANGUAGE", "EVENT TRIGGER", "PUBLICATION", "SUBSCRIPTION", "DATABASE", "TABLESPACE"];
    if global.contains(&word.as_str()) {
        return Some((word, None, quote_ident(&parts.pop()?).into_owned()));
    }
    let column = if word == "COLUMN" { parts.pop() } else { None };
    let name = parts.pop()?;
    let schema = parts.pop().unwrap_or_else(|| cx.home());
    let is_relation = ["TABLE", "COLUMN", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE", "SEQUENCE"].contains(&word.as_str());
    let relation = is_relation.then(|| Qualified { schema: schema.clone(), name: name.clone() });
    let mut target = qualified(&schema, &name);
    target.push_str(&column.map(|column| format!(".{}", quote_ident(&column))).unwrap_or_default());
    target.push_str(node.child(Rule::signature).map_or("", |it| it.text()));
    Some((word, relation, target))
}
