//! Default privileges: `pg_default_acl`.

use super::found::{Acl, Found};
use super::row::{Row, Unreadable};
use super::{Section, Viewpoint};

pub(super) const SECTIONS: &[Section] = &[Section { name: "default privileges", query, read }];

/// Those of a schema add to nothing; the others stand in the place of what an object is born with.
fn query(_: Viewpoint) -> Option<String> {
    Some(
        "SELECT pg_get_userbyid(d.defaclrole), n.nspname, d.defaclobjtype, d.defaclacl, \
         CASE WHEN d.defaclnamespace = 0 THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole) END \
         FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace"
            .to_owned(),
    )
}

/// The default privileges of one role for one sort of object.
#[derive(Debug)]
pub(crate) struct FoundDefaults {
    pub(crate) role: crate::object::address::Name,
    pub(crate) schema: Option<crate::object::address::Name>,
    /// `TABLES` and so on.
    pub(crate) objects: &'static str,
    pub(crate) acl: Acl,
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let (role, schema) = (row.name()?, row.optional_name());
    let objects = match row.text()? {
        "r" => "TABLES",
        "S" => "SEQUENCES",
        "f" => "FUNCTIONS",
        "T" => "TYPES",
        "n" => "SCHEMAS",
        "L" => "LARGE OBJECTS",
        _ => return Err(row.unreadable()),
    };
    let owner = role.clone();
    let acl = Acl { items: row.strings()?, base: row.strings()?, column: None, owner };
    found.defaults.push(FoundDefaults { role, schema, objects, acl });
    Ok(())
}
