//! Which parts of a database are taken: those that patterns choose, and whatever these need.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::compile::Compiled;
use crate::object::address::{Address, Kind};

/// Patterns that choose objects: a schema's name, or `schema.name` of an object in it; `*` stands for any text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// What is taken; all where there is none.
    pub include: Vec<String>,
    /// What is left out of that.
    pub exclude: Vec<String>,
}

impl Filter {
    /// Tells whether all is taken.
    pub(super) fn is_open(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }

    /// Tells whether an object is chosen; what belongs to a relation is chosen with it, and what is in no schema always.
    fn chooses(&self, at: &Address) -> bool {
        let home = if at.kind == Kind::Schema { &at.name } else { &at.schema };
        if home.is_empty() {
            return self.include.is_empty();
        }
        let name = at.relation();
        let name = name.name.split('(').next().unwrap_or("");
        let is_meant = |pattern: &String| match pattern.split_once('.') {
            Some((schema, object)) => {
                matches(schema, home) && at.kind != Kind::Schema && matches(object, name)
            }
            None => matches(pattern, home),
        };
        let included = self.include.is_empty() || self.include.iter().any(is_meant);
        included && !self.exclude.iter().any(is_meant)
    }

    /// Returns the chosen objects and all that they need; the catalog and its meaning are of the whole database.
    pub(super) fn chosen(&self, compiled: &Compiled) -> BTreeSet<Address> {
        let catalog = &compiled.catalog;
        let mut chosen: BTreeSet<Address> = BTreeSet::new();
        let mut next: Vec<Address> =
            catalog.iter().map(|(at, _)| at.clone()).filter(|at| self.chooses(at)).collect();
        while let Some(at) = next.pop() {
            if !chosen.insert(at.clone()) {
                continue;
            }
            next.extend(needs(&at, catalog));
        }
        chosen
    }
}

/// Returns what an object needs, and all that belongs to it where it is a relation.
fn needs(at: &Address, catalog: &Catalog) -> Vec<Address> {
    let mut out: Vec<Address> = Vec::new();
    if let Some(entry) = catalog.get(at) {
        out.extend(catalog.needs(at, entry));
        out.extend(
            at.relation.iter().flat_map(|_| catalog.relation(&at.relation())).map(|(at, _)| at),
        );
    }
    if at.kind.is_relation() {
        let relation = at.relation();
        for kind in Kind::ALL {
            out.extend(catalog.of_relation(*kind, &relation).map(|(at, _)| at.clone()));
        }
    }
    out
}

/// Tells whether a name fits a pattern, in which `*` stands for any text.
fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(before) = last.replace(part) {
            let before: &str = before;
            match rest.find(before) {
                Some(at) => rest = rest.get(at + before.len()..).unwrap_or(""),
                None => return false,
            }
        }
    }
    last.map_or(rest.is_empty(), |last| rest.ends_with(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_names() {
        for (pattern, name, fits) in [
            ("app", "app", true),
            ("app", "apps", false),
            ("app*", "apps", true),
            ("*", "", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "acb", false),
            ("*_log", "audit_log", true),
            ("*_log", "audit_logs", false),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }
}
