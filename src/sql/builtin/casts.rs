//! Casts: `pg_cast`.
//!
//! PostgreSQL also converts without an entry here: between arrays whose elements it converts, to text types in an
//! assignment, and from them where a cast is written. `sql::typing` knows that.

use super::Provided;
use super::rows::Row;
use super::versions::Versions;

/// A cast between two types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Cast {
    pub source: &'static str,
    pub target: &'static str,
    pub context: CastContext,
    pub method: CastMethod,
    pub versions: Versions,
}

/// Where a cast may be used unwritten; each includes those after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum CastContext {
    Implicit,
    Assignment,
    Explicit,
}

/// How a cast is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum CastMethod {
    Function,
    /// The two types have the same representation.
    Binary,
    /// By the text form.
    InOut,
}

const N_COLUMNS: usize = 3;

impl Provided {
    /// Finds the cast between two types.
    pub fn cast(&self, source: &str, target: &str) -> Option<Cast> {
        self.casts.with_key(&format!("{source}\t{target}"), N_COLUMNS).map(read).next()
    }

    /// Gives all casts, by source and target.
    pub fn all_casts(&self) -> impl Iterator<Item = Cast> + use<> {
        self.casts.all(N_COLUMNS).map(read)
    }
}

fn read(mut row: Row) -> Cast {
    let (source, target, flags) = (row.next(), row.next(), row.next());
    Cast {
        source,
        target,
        context: match flags.chars().next() {
            Some('i') => CastContext::Implicit,
            Some('a') => CastContext::Assignment,
            _ => CastContext::Explicit,
        },
        method: match flags.chars().nth(1) {
            Some('b') => CastMethod::Binary,
            Some('i') => CastMethod::InOut,
            _ => CastMethod::Function,
        },
        versions: row.versions,
    }
}

#[cfg(test)]
mod tests {
    use super::super::postgresql;
    use super::*;

    #[test]
    fn casts_are_found() {
        let cast = postgresql().cast("integer", "bigint").unwrap();
        assert_eq!((cast.context, cast.method), (CastContext::Implicit, CastMethod::Function));
        assert_eq!(
            postgresql().cast("bigint", "integer").unwrap().context,
            CastContext::Assignment
        );
        assert_eq!(
            postgresql().cast("character varying", "text").unwrap().method,
            CastMethod::Binary
        );
        assert_eq!(postgresql().cast("text", "integer"), None);
    }
}
