//! The contrib extensions and what each brings along. Of other extensions nothing is known.

use std::sync::OnceLock;

use super::Provided;
use super::rows::Rows;
use super::versions::Versions;

/// An extension as its newest control file describes it.
#[derive(Debug, Clone)]
pub struct Extension {
    #[expect(missing_docs, reason = "the field speaks")]
    pub name: &'static str,
    /// A user with `CREATE` on the database may create it.
    pub trusted: bool,
    #[expect(missing_docs, reason = "the field speaks")]
    pub relocatable: bool,
    /// The schema it must be in, if it insists on one.
    pub schema: Option<&'static str>,
    /// The extensions it cannot be without.
    pub requires: Vec<&'static str>,
    /// Its objects; `None` if no more than the extension's existence is known.
    pub provided: Option<Provided>,
    #[expect(missing_docs, reason = "the field speaks")]
    pub versions: Versions,
}

/// Gives all extensions known, by name.
pub fn all() -> &'static [Extension] {
    static ALL: OnceLock<Vec<Extension>> = OnceLock::new();
    ALL.get_or_init(|| {
        include_str!("data/extensions.txt").split("\n= ").skip(1).map(read).collect()
    })
}

/// Finds an extension by its name.
pub fn find(name: &str) -> Option<&'static Extension> {
    all().iter().find(|extension| extension.name == name)
}

/// Gives the extensions whose objects satisfy a condition.
pub fn providing(condition: impl Fn(&Provided) -> bool) -> Vec<&'static str> {
    let provide = |extension: &&Extension| extension.provided.as_ref().is_some_and(&condition);
    all().iter().filter(provide).map(|extension| extension.name).collect()
}

/// Gives the extensions that have a type of this name.
pub fn providing_type(name: &str) -> Vec<&'static str> {
    providing(|provided| provided.type_named(name).is_some())
}

/// Gives the extensions that have a function of this name.
pub fn providing_function(name: &str) -> Vec<&'static str> {
    providing(|provided| provided.functions(name).next().is_some())
}

/// Gives the extensions that have an operator of this symbol.
pub fn providing_operator(symbol: &str) -> Vec<&'static str> {
    providing(|provided| provided.operators(symbol).next().is_some())
}

/// Gives the extensions that have an operator class of this name for the access method.
pub fn providing_operator_class(access_method: &str, name: &str) -> Vec<&'static str> {
    providing(|provided| provided.operator_class(access_method, name).is_some())
}

fn read(section: &'static str) -> Extension {
    let (header, blocks) = section.split_once('\n').unwrap_or((section, ""));
    let mut fields = header.split('\t');
    let mut next = || fields.next().unwrap_or_default();
    let (name, flags, schema, requires, versions) = (next(), next(), next(), next(), next());
    Extension {
        name,
        trusted: flags.contains('T'),
        relocatable: flags.contains('R'),
        schema: (!schema.is_empty()).then_some(schema),
        requires: requires.split(',').filter(|required| !required.is_empty()).collect(),
        provided: (!flags.contains('U')).then(|| provided(blocks)),
        versions: Versions::read(versions),
    }
}

/// Reads the blocks of a section, each headed by `- ` and the table's name.
fn provided(blocks: &'static str) -> Provided {
    let mut provided = Provided::default();
    for block in blocks.strip_prefix("- ").unwrap_or_default().split("\n- ") {
        let (table, rows) = block.split_once('\n').unwrap_or((block, ""));
        let rows = Rows::new(rows);
        match table {
            "types" => provided.types = rows,
            "functions" => provided.functions = rows,
            "operators" => provided.operators = rows,
            "casts" => provided.casts = rows,
            "operator_classes" => provided.operator_classes = rows,
            "objects" => provided.objects = rows,
            "relations" => provided.relations = rows,
            _ => {}
        }
    }
    provided
}

#[cfg(test)]
mod tests {
    use super::super::objects::ObjectKind;
    use super::*;

    #[test]
    fn extensions_are_found() {
        assert_eq!(providing_type("citext"), ["citext"]);
        assert_eq!(providing_type("text"), [""; 0]);
        assert_eq!(providing_function("uuid_generate_v4"), ["uuid-ossp"]);
        assert_eq!(providing_operator_class("gin", "gin_trgm_ops"), ["pg_trgm"]);
        assert_eq!(find("earthdistance").unwrap().requires, ["cube"]);
        assert!(find("postgis").is_none());
        assert!(find("plpython3u").unwrap().provided.is_none());
        let plpgsql = find("plpgsql").unwrap().provided.unwrap();
        assert!(plpgsql.object(ObjectKind::Language, "plpgsql").is_some());
        let statements = find("pg_stat_statements").unwrap().provided.unwrap();
        assert!(statements.relation("pg_stat_statements").unwrap().columns.len() > 40);
    }

    #[test]
    fn dropped_extensions_have_their_majors() {
        assert_eq!(find("adminpack").unwrap().versions.until, 16);
        assert_eq!(find("pg_walinspect").unwrap().versions.since, 15);
    }
}
