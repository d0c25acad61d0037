//! Operators: `pg_operator`.

use super::Provided;
use super::rows::Row;
use super::versions::Versions;

/// An operator and the types it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    #[expect(missing_docs, reason = "the field speaks")]
    pub symbol: &'static str,
    /// The type before the symbol; `None` for a prefix operator.
    pub left: Option<&'static str>,
    /// The type after the symbol.
    pub right: &'static str,
    #[expect(missing_docs, reason = "the field speaks")]
    pub result: &'static str,
    /// The name of the function that computes it.
    pub function: &'static str,
    #[expect(missing_docs, reason = "the field speaks")]
    pub versions: Versions,
}

const N_COLUMNS: usize = 5;

impl Provided {
    /// Gives the operators of this symbol.
    pub fn operators(&self, symbol: &str) -> impl Iterator<Item = Operator> + use<> {
        self.operators.with_key(symbol, N_COLUMNS).map(read)
    }

    /// Finds the operator that takes exactly these types; `left` is `None` for a prefix operator.
    pub fn operator(&self, symbol: &str, left: Option<&str>, right: &str) -> Option<Operator> {
        let key = format!("{symbol}\t{}\t{right}", left.unwrap_or_default());
        self.operators.with_key(&key, N_COLUMNS).map(read).next()
    }

    /// Gives all operators, by symbol.
    pub fn all_operators(&self) -> impl Iterator<Item = Operator> + use<> {
        self.operators.all(N_COLUMNS).map(read)
    }
}

fn read(mut row: Row) -> Operator {
    let (symbol, left, right, result) = (row.next(), row.next(), row.next(), row.next());
    let left = (!left.is_empty()).then_some(left);
    Operator { symbol, left, right, result, function: row.next(), versions: row.versions }
}

#[cfg(test)]
mod tests {
    use super::super::postgresql;

    #[test]
    fn operators_are_found() {
        assert_eq!(postgresql().operator("+", Some("integer"), "bigint").unwrap().result, "bigint");
        assert_eq!(postgresql().operator("-", None, "integer").unwrap().function, "int4um");
        assert_eq!(postgresql().operator("+", Some("integer"), "text"), None);
        assert_eq!(postgresql().operators("@@@").count(), 2);
    }
}
