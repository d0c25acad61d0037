//! The catalog for programs: the shape that docs/json.md describes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::json;
use crate::catalog::Catalog;
use crate::emit;
use crate::object::address::Address;
use crate::plan::Plan;

#[derive(Serialize)]
struct Shape<'c> {
    generator: String,
    version: u32,
    objects: Vec<ObjectShape<'c>>,
}

#[derive(Serialize)]
struct ObjectShape<'c> {
    #[serde(flatten)]
    at: AddressShape,
    comment: Option<&'c str>,
    owner: Option<&'c str>,
    sql: Vec<&'c str>,
    depends_on: Vec<AddressShape>,
}

#[derive(Serialize)]
struct AddressShape {
    kind: &'static str,
    schema: Option<String>,
    relation: Option<String>,
    name: String,
}

/// Returns a catalog as one JSON object, its objects in order of their addresses.
pub(super) fn json(catalog: &Catalog, plan: &Plan, n_files: usize) -> String {
    let mut statements: BTreeMap<&Address, Vec<&str>> = BTreeMap::new();
    plan.steps.iter().for_each(|step| statements.entry(&step.at).or_default().push(&step.sql));
    let objects = catalog.iter().map(|(at, entry)| ObjectShape {
        at: shape(at),
        comment: entry.comment.as_deref(),
        owner: entry.owner.as_deref(),
        sql: statements.remove(at).unwrap_or_default(),
        depends_on: catalog.needs(at, entry).iter().map(shape).collect(),
    });
    let generator = emit::heading(n_files);
    json::text(&Shape { generator, version: json::VERSION, objects: objects.collect() })
}

fn shape(at: &Address) -> AddressShape {
    AddressShape {
        kind: at.kind.word(),
        schema: Some(at.schema.to_string()).filter(|schema| !schema.is_empty()),
        relation: at.relation.as_ref().map(ToString::to_string),
        name: at.name.to_string(),
    }
}
