//! Names for Rust: a table `blog_posts` holds rows that are each a `BlogPost`.

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Entry};
use crate::object::Object;
use crate::object::address::{Address, Kind};

/// Proposes a name for each table, where that is a plain word and no other has it.
pub(super) fn propose(catalog: &Catalog) -> BTreeMap<Address, String> {
    let is_partition =
        |entry: &Entry| matches!(&entry.object, Object::Table(it) if it.partition_of.is_some());
    let tables = catalog.of(Kind::Table).filter(|(_, entry)| !is_partition(entry));
    let named = tables.filter_map(|(at, _)| Some((at, name(&at.name)?)));
    let mut by_name: BTreeMap<String, Vec<&Address>> = BTreeMap::new();
    for (at, name) in named {
        by_name.entry(name).or_default().push(at);
    }
    let others: Vec<String> =
        [Kind::EnumType, Kind::CompositeType, Kind::Domain, Kind::View, Kind::MaterializedView]
            .into_iter()
            .flat_map(|kind| catalog.of(kind))
            .map(|(at, _)| camel(&at.name))
            .collect();
    let free = |(name, tables): (String, Vec<&Address>)| match tables.as_slice() {
        [one] if !others.contains(&name) => Some(((*one).clone(), name)),
        _ => None,
    };
    by_name.into_iter().filter_map(free).collect()
}

/// Names that mean something in every module.
const COMMON: [&str; 12] = [
    "Box", "Option", "Vec", "String", "Result", "Some", "None", "Ok", "Err", "Self", "Default",
    "Copy",
];

fn name(table: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let is_plain = table.starts_with(|c: char| c.is_ascii_lowercase())
        && table.chars().all(plain)
        && !table.contains("__");
    let name = is_plain.then(|| camel(&singular(table)))?;
    // An underscore between digits would be lost.
    let digits = table
        .as_bytes()
        .windows(3)
        .any(|it| matches!(it, [a, b'_', b] if a.is_ascii_digit() && b.is_ascii_digit()));
    (!digits && !table.ends_with('_') && !COMMON.contains(&name.as_str())).then_some(name)
}

fn camel(name: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        chars
            .next()
            .map(|first| first.to_ascii_uppercase().to_string() + chars.as_str())
            .unwrap_or_default()
    };
    name.split('_').map(word).collect()
}

/// Returns the singular of the last word, by the regular endings of English.
fn singular(name: &str) -> String {
    let keeps = ["ss", "us", "is", "news", "series", "species"];
    let stem = |ending: &str| {
        name.strip_suffix(ending).filter(|it| 1 < it.rsplit('_').next().unwrap_or("").len())
    };
    if keeps.iter().any(|it| name.ends_with(it)) {
        return name.to_owned();
    }
    if let Some(stem) = stem("ies") {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes", "zzes"] {
        if let Some(stem) = stem(ending) {
            return format!("{stem}{}", ending.trim_end_matches("es"));
        }
    }
    stem("s").unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_called_by_what_a_row_is() {
        for (table, rust) in [
            ("users", Some("User")),
            ("blog_posts", Some("BlogPost")),
            ("categories", Some("Category")),
            ("addresses", Some("Address")),
            ("boxes", None),
            ("status", Some("Status")),
            ("order_status_history", Some("OrderStatusHistory")),
            ("Users", None),
            ("a__b", None),
            ("v_1_2", None),
            ("options", None),
        ] {
            assert_eq!(name(table).as_deref(), rust, "{table}");
        }
    }
}
