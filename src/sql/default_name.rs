//! How PostgreSQL makes a name for what its author did not name.

#[cfg(feature = "postgres")]
use smol_str::SmolStr;

use super::ident::MAX_BYTES;

/// Joins a table's name, an addition and a label, and shortens the longer of the first two until all of it has
/// 63 bytes (`makeObjectName`).
pub(crate) fn object_name(table: &str, addition: &str, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(!addition.is_empty());
    let room = MAX_BYTES.saturating_sub(overhead);
    let (mut first, mut second) = (table.len(), addition.len());
    while room < first + second {
        if second < first {
            first -= 1;
        } else {
            second -= 1;
        }
    }
    let cut = |text: &str, bytes: usize| {
        text.get(..text.floor_char_boundary(bytes)).unwrap_or("").to_owned()
    };
    let mut name = cut(table, first);
    if !addition.is_empty() {
        name.push('_');
        name.push_str(&cut(addition, second));
    }
    format!("{name}_{label}")
}

/// Returns the name of the sequence of an identity column, where no other relation has it.
#[cfg(feature = "postgres")]
pub(crate) fn sequence(table: &str, column: &str) -> SmolStr {
    object_name(table, column, "seq").into()
}

/// Returns the name of a NOT NULL constraint (PostgreSQL 18), where no other constraint has it.
#[cfg(feature = "postgres")]
pub(crate) fn not_null(table: &str, column: &str) -> SmolStr {
    object_name(table, column, "not_null").into()
}

/// Returns the name of a domain's NOT NULL constraint (PostgreSQL 17), where no other constraint has it.
#[cfg(feature = "postgres")]
pub(crate) fn domain_not_null(domain: &str) -> SmolStr {
    object_name(domain, "", "not_null").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shortened_as_postgresql_does() {
        let long = "a".repeat(60);
        assert_eq!(object_name("users", "email", "key"), "users_email_key");
        assert_eq!(object_name(&long, "email", "key"), format!("{}_email_key", "a".repeat(53)));
        assert_eq!(
            object_name(&long, &"b".repeat(60), "fkey"),
            format!("{}_{}_fkey", "a".repeat(29), "b".repeat(28))
        );
        assert_eq!(object_name("users", "", "pkey"), "users_pkey");
    }
}
