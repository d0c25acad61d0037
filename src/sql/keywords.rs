//! The keywords of SQL as PostgreSQL reserves them (manual: appendix C).
//!
//! The table is the union of the majors 14 to 18, and a word is as reserved as in the strictest of them: what is quoted
//! by it can be read by each.

mod table;

/// How far a keyword is reserved, as `pg_get_keywords()` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Usable as any name.
    Unreserved,
    /// Usable as a column's or table's name, but not as a function's or type's.
    ColName,
    /// Usable as a function's or type's name, but not as a column's or table's.
    TypeFuncName,
    /// Usable as a name only in double quotes.
    Reserved,
}

/// Finds a keyword's category; the word is in lower case, as folded.
///
/// Returns `None` for a word that is no keyword.
pub fn category(word: &str) -> Option<Category> {
    find(word).map(|(_, category, _)| *category)
}

/// Tells whether the word may follow an output expression as its label without `AS`.
///
/// A word that is no keyword may.
pub fn is_bare_label(word: &str) -> bool {
    find(word).is_none_or(|(_, _, bare_label)| *bare_label)
}

fn find(word: &str) -> Option<&'static (&'static str, Category, bool)> {
    let at = table::TABLE.binary_search_by(|(keyword, _, _)| (*keyword).cmp(word)).ok()?;
    table::TABLE.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_sorted() {
        assert!(table::TABLE.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn categories() {
        assert_eq!(category("select"), Some(Category::Reserved));
        assert_eq!(category("between"), Some(Category::ColName));
        assert_eq!(category("left"), Some(Category::TypeFuncName));
        assert_eq!(category("index"), Some(Category::Unreserved));
        assert_eq!(category("users"), None);
        assert!(is_bare_label("users") && is_bare_label("index") && !is_bare_label("year"));
    }
}
