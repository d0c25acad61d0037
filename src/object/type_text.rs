//! Types as PostgreSQL writes them (`format_type`) while the search path is empty.

use super::path::split_path;
use crate::sql::type_name::{Builtin, PG_CATALOG, TypeName, builtin, take_apart};

/// Reads a type: what has no schema is PostgreSQL's own.
pub(crate) fn parse(text: &str) -> TypeName {
    let spelled = take_apart(text);
    if let Builtin::Type(ty) = builtin(&spelled) {
        return ty;
    }
    let mut parts = split_path(&spelled.name);
    let name = parts.pop().map(|it| it.name).unwrap_or_default();
    let schema = parts.pop().map_or_else(|| PG_CATALOG.into(), |it| it.name);
    TypeName { schema, name, modifier: spelled.modifier, dimensions: u8::from(spelled.is_array) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_as_postgresql_writes_them() {
        for text in [
            "integer",
            "timestamp(3) with time zone[]",
            "numeric(12,0)",
            "\"char\"",
            "bpchar",
            "character(1)",
        ] {
            assert_eq!(parse(text).to_string(), text);
            assert!(parse(text).is_builtin());
        }
        assert_eq!(parse("public.\"Mood\"[]").to_string(), "public.\"Mood\"[]");
        assert_eq!(
            parse("postgis.geometry(Point,4326)").to_string(),
            "postgis.geometry(Point,4326)"
        );
        assert_eq!(parse("\"a.b\".c").schema, "a.b");
        assert_eq!(parse("pg_class").schema, PG_CATALOG);
    }
}
