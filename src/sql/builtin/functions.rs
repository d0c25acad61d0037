//! Functions, procedures, aggregates and window functions: `pg_proc`.
//!
//! What looks like a function but is grammar (`coalesce`, `greatest`, `nullif`, `extract`, `cast`, …) is not among them;
//! those words are keywords of the category `ColName`.

use super::Provided;
use super::rows::Row;
use super::versions::Versions;

/// A routine and its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// The name, with its schema if that is not `pg_catalog`.
    pub name: &'static str,
    #[expect(missing_docs, reason = "the field speaks")]
    pub kind: FunctionKind,
    #[expect(missing_docs, reason = "the field speaks")]
    pub volatility: Volatility,
    /// Returns null whenever an argument is null.
    pub strict: bool,
    #[expect(missing_docs, reason = "the field speaks")]
    pub returns_set: bool,
    /// The input arguments; the last of a variadic function is the array, or `"any"`.
    pub arguments: Vec<Parameter>,
    /// How many of the last arguments may be left out.
    pub n_defaults: usize,
    #[expect(missing_docs, reason = "the field speaks")]
    pub variadic: bool,
    /// The type of the result, `record` if [`Function::columns`] say more; empty for a procedure without output.
    pub result: &'static str,
    /// The output arguments or columns; empty if the result alone says it.
    pub columns: Vec<Parameter>,
    #[expect(missing_docs, reason = "the field speaks")]
    pub versions: Versions,
}

/// What a routine is called as (`pg_proc.prokind`, `pg_aggregate.aggkind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum FunctionKind {
    Function,
    Procedure,
    Window,
    Aggregate,
    /// Called as `f(direct arguments) WITHIN GROUP (ORDER BY aggregated arguments)`; both are in the signature.
    OrderedSet {
        n_direct: usize,
    },
    /// As an ordered set, whose aggregated arguments are of the types of the direct ones.
    HypotheticalSet {
        n_direct: usize,
    },
}

/// When a routine's result may change (manual 38.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants speak")]
pub enum Volatility {
    Immutable,
    Stable,
    Volatile,
}

/// An argument or output column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Empty if it has none.
    pub name: &'static str,
    #[expect(missing_docs, reason = "the field speaks")]
    pub type_name: &'static str,
}

const N_COLUMNS: usize = 5;

impl Provided {
    /// Gives the routines of this name.
    pub fn functions(&self, name: &str) -> impl Iterator<Item = Function> + use<> {
        self.functions.with_key(name, N_COLUMNS).map(read)
    }

    /// Gives all routines, by name.
    pub fn all_functions(&self) -> impl Iterator<Item = Function> + use<> {
        self.functions.all(N_COLUMNS).map(read)
    }
}

fn read(mut row: Row) -> Function {
    let (name, flags, arguments) = (row.next(), row.next(), row.next());
    let (result, columns) = (row.next(), row.next());
    Function {
        name,
        kind: kind(flags),
        volatility: match flags.chars().nth(1) {
            Some('i') => Volatility::Immutable,
            Some('s') => Volatility::Stable,
            _ => Volatility::Volatile,
        },
        strict: flags.contains('S'),
        returns_set: flags.contains('R'),
        arguments: parameters(arguments),
        n_defaults: number_after(flags, 'D'),
        variadic: flags.contains('V'),
        result,
        columns: parameters(columns),
        versions: row.versions,
    }
}

fn kind(flags: &str) -> FunctionKind {
    match flags.chars().next() {
        Some('p') => FunctionKind::Procedure,
        Some('w') => FunctionKind::Window,
        Some('a') => FunctionKind::Aggregate,
        Some('o') => FunctionKind::OrderedSet { n_direct: number_after(flags, 'N') },
        Some('h') => FunctionKind::HypotheticalSet { n_direct: number_after(flags, 'N') },
        _ => FunctionKind::Function,
    }
}

fn number_after(flags: &str, letter: char) -> usize {
    let digits = flags.split_once(letter).map_or("", |(_, rest)| rest);
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Reads `name:type,type,…`.
pub(super) fn parameters(list: &'static str) -> Vec<Parameter> {
    let each = list.split(',').filter(|parameter| !parameter.is_empty());
    each.map(|parameter| match parameter.split_once(':') {
        Some((name, type_name)) => Parameter { name, type_name },
        None => Parameter { name: "", type_name: parameter },
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::postgresql;
    use super::*;

    #[test]
    fn signatures() {
        let lower: Vec<_> = postgresql().functions("lower").map(|f| (f.result, f.strict)).collect();
        assert_eq!(lower, [("anyelement", true), ("anyelement", true), ("text", true)]);
        let interval = postgresql().functions("make_interval").next().unwrap();
        assert_eq!((interval.n_defaults, interval.arguments.len()), (7, 7));
        assert_eq!(interval.arguments[3], Parameter { name: "days", type_name: "integer" });
        let percentile = postgresql().functions("percentile_cont").next().unwrap();
        assert_eq!(percentile.kind, FunctionKind::OrderedSet { n_direct: 1 });
        assert!(postgresql().functions("format").any(|f| f.variadic));
        assert_eq!(postgresql().functions("json_each").next().unwrap().columns.len(), 2);
        assert_eq!(postgresql().functions("coalesce").count(), 0);
        assert_eq!(postgresql().functions("array_sort").next().unwrap().versions.since, 18);
        assert_eq!(postgresql().in_major(17).functions("array_sort").count(), 0);
    }
}
