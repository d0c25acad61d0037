//! The relations of `pg_catalog`, `information_schema` and the extensions, and the composite types of the last.

use super::Provided;
use super::rows::Row;
use super::versions::Versions;

/// A relation and its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// With the schema `pg_catalog` or `information_schema`; bare for an extension's, which is in the extension's schema.
    pub name: &'static str,
    #[expect(missing_docs, reason = "the field speaks")]
    pub kind: RelationKind,
    /// In order. Columns that came or went have majors of their own; a column that changed is there twice.
    pub columns: Vec<Column>,
    #[expect(missing_docs, reason = "the field speaks")]
    pub versions: Versions,
}

/// What a relation is (`pg_class.relkind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum RelationKind {
    Table,
    View,
    CompositeType,
    Sequence,
}

/// A column of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Column {
    pub name: &'static str,
    pub type_name: &'static str,
    pub not_null: bool,
    pub versions: Versions,
}

/// The system columns that every table has, and their types (manual 5.6).
pub const SYSTEM_COLUMNS: [(&str, &str); 6] = [
    ("tableoid", "oid"),
    ("xmin", "xid"),
    ("cmin", "cid"),
    ("xmax", "xid"),
    ("cmax", "cid"),
    ("ctid", "tid"),
];

const N_COLUMNS: usize = 3;

impl Provided {
    /// Finds a relation by its name: `pg_catalog.pg_class`, or bare for an extension's.
    pub fn relation(&self, name: &str) -> Option<Relation> {
        self.relations.with_key(name, N_COLUMNS).next().map(|row| read(row, self.relations.major()))
    }

    /// Gives the names of all relations, at less cost than [`Provided::all_relations`].
    pub fn relation_names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.relations.all(N_COLUMNS).map(|mut row| row.next())
    }

    /// Gives all relations, by name.
    pub fn all_relations(&self) -> impl Iterator<Item = Relation> + use<> {
        let major = self.relations.major();
        self.relations.all(N_COLUMNS).map(move |row| read(row, major))
    }
}

fn read(mut row: Row, major: Option<u8>) -> Relation {
    let (name, kind, columns, versions) = (row.next(), row.next(), row.next(), row.versions);
    let columns = columns.split(',').map(|text| column(text, versions));
    Relation {
        name,
        kind: match kind {
            "v" => RelationKind::View,
            "c" => RelationKind::CompositeType,
            "S" => RelationKind::Sequence,
            _ => RelationKind::Table,
        },
        columns: columns
            .filter(|column| major.is_none_or(|major| column.versions.contain(major)))
            .collect(),
        versions,
    }
}

/// Reads `name:type!@15-16`.
fn column(text: &'static str, of_relation: Versions) -> Column {
    let (text, versions) = match text.split_once('@') {
        Some((text, versions)) => (text, Versions::read(versions)),
        None => (text, of_relation),
    };
    let (name, type_name) = text.split_once(':').unwrap_or((text, ""));
    let (type_name, not_null) = match type_name.strip_suffix('!') {
        Some(type_name) => (type_name, true),
        None => (type_name, false),
    };
    Column { name, type_name, not_null, versions }
}

#[cfg(test)]
mod tests {
    use super::super::postgresql;
    use super::*;

    #[test]
    fn columns_by_major() {
        let class = postgresql().relation("pg_catalog.pg_class").unwrap();
        let frozen = class.columns.iter().find(|column| column.name == "relallfrozen").unwrap();
        assert_eq!(
            (frozen.type_name, frozen.not_null, frozen.versions.since),
            ("integer", true, 18)
        );
        assert_eq!(
            postgresql().in_major(17).relation("pg_catalog.pg_class").unwrap().columns.len(),
            33
        );
        let columns = postgresql().relation("information_schema.columns").unwrap();
        assert_eq!((columns.kind, columns.columns.len()), (RelationKind::View, 44));
    }
}
