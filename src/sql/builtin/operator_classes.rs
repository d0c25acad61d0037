//! Operator classes: `pg_opclass`.

use super::Provided;
use super::rows::Row;
use super::versions::Versions;

/// An operator class of an access method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct OperatorClass {
    pub access_method: &'static str,
    pub name: &'static str,
    /// The type it indexes; may be polymorphic, as `anyarray` is.
    pub input: &'static str,
    /// The access method takes it for columns of its input type when none is written.
    pub default: bool,
    pub family: &'static str,
    pub versions: Versions,
}

const N_COLUMNS: usize = 5;

impl Provided {
    /// Finds an operator class by its access method and name.
    pub fn operator_class(&self, access_method: &str, name: &str) -> Option<OperatorClass> {
        self.operator_classes
            .with_key(&format!("{access_method}\t{name}"), N_COLUMNS)
            .map(read)
            .next()
    }

    /// Gives the operator classes of an access method, by name.
    pub fn operator_classes(
        &self,
        access_method: &str,
    ) -> impl Iterator<Item = OperatorClass> + use<> {
        self.operator_classes.with_key(access_method, N_COLUMNS).map(read)
    }

    /// Gives all operator classes, by access method and name.
    pub fn all_operator_classes(&self) -> impl Iterator<Item = OperatorClass> + use<> {
        self.operator_classes.all(N_COLUMNS).map(read)
    }
}

fn read(mut row: Row) -> OperatorClass {
    OperatorClass {
        access_method: row.next(),
        name: row.next(),
        input: row.next(),
        default: row.next() == "D",
        family: row.next(),
        versions: row.versions,
    }
}

#[cfg(test)]
mod tests {
    use super::super::postgresql;

    #[test]
    fn classes_are_found() {
        let class = postgresql().operator_class("gin", "jsonb_path_ops").unwrap();
        assert_eq!((class.input, class.default), ("jsonb", false));
        assert!(
            postgresql()
                .operator_classes("btree")
                .any(|class| class.default && class.input == "anyarray")
        );
    }
}
