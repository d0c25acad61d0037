//! Privileges on what no item makes: PostgreSQL's own objects and those of extensions, where somebody changed what they
//! are born with (`pg_init_privs`), and the sequences behind identity columns.

use super::found::{Acl, Found};
use super::row::{Row, Unreadable};
use super::{Section, Viewpoint};
use crate::catalog::Entry;
use crate::object::address::{Name, Qualified};
use crate::object::privileges_on::PrivilegesOn;
use crate::object::signature;
use crate::object::type_text;
use crate::sql::ident::quote_ident;
use crate::sql::type_name::TypeName;

pub(super) const SECTIONS: &[Section] =
    &[Section { name: "privileges on objects of extensions", query, read }];

/// All that has privileges, one row an object or column: its class and number, the word that GRANT has for it, schema,
/// name, argument types, column, owner, privileges, and the letter of `acldefault`.
const ALL: &str = "\
    SELECT 'pg_class'::regclass AS class, c.oid, 0 AS sub, CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END AS word, \
    c.relnamespace AS schema, c.relname AS name, NULL::oidvector AS types, NULL::name AS attribute, c.relowner AS owner, c.relacl AS acl, \
    (CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::\"char\" AS letter \
    FROM pg_class c WHERE c.relacl IS NOT NULL AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') \
    UNION ALL SELECT 'pg_class'::regclass, c.oid, a.attnum, 'table', c.relnamespace, c.relname, NULL, a.attname, c.relowner, a.attacl, 'c' \
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped \
    UNION ALL SELECT 'pg_proc'::regclass, p.oid, 0, CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, \
    p.pronamespace, p.proname, p.proargtypes, NULL, p.proowner, p.proacl, 'f' FROM pg_proc p WHERE p.proacl IS NOT NULL \
    UNION ALL SELECT 'pg_type'::regclass, t.oid, 0, 'type', t.typnamespace, t.typname, NULL, NULL, t.typowner, t.typacl, 'T' FROM pg_type t \
    LEFT JOIN pg_class c ON c.oid = t.typrelid WHERE t.typacl IS NOT NULL AND (t.typrelid = 0 OR c.relkind = 'c') \
    UNION ALL SELECT 'pg_namespace'::regclass, n.oid, 0, 'schema', NULL, n.nspname, NULL, NULL, n.nspowner, n.nspacl, 'n' FROM pg_namespace n \
    WHERE n.nspacl IS NOT NULL \
    UNION ALL SELECT 'pg_language'::regclass, l.oid, 0, 'language', NULL, l.lanname, NULL, NULL, l.lanowner, l.lanacl, 'l' FROM pg_language l \
    WHERE l.lanacl IS NOT NULL \
    UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, w.oid, 0, 'foreign data wrapper', NULL, w.fdwname, NULL, NULL, w.fdwowner, w.fdwacl, 'F' \
    FROM pg_foreign_data_wrapper w WHERE w.fdwacl IS NOT NULL \
    UNION ALL SELECT 'pg_foreign_server'::regclass, s.oid, 0, 'foreign server', NULL, s.srvname, NULL, NULL, s.srvowner, s.srvacl, 'S' \
    FROM pg_foreign_server s WHERE s.srvacl IS NOT NULL";

/// `pg_dump` leaves `information_schema` out. Where nobody changed what an object is born with, nothing is said.
fn query(_: Viewpoint) -> Option<String> {
    Some(format!(
        "SELECT k.word, n.nspname, k.name, \
         (SELECT array_agg(format_type(x.ty, -1) ORDER BY x.n) FROM unnest(k.types::oid[]) WITH ORDINALITY x (ty, n)), \
         tn.nspname, t.relname, k.attribute, pg_get_userbyid(k.owner), k.acl, \
         coalesce(i.initprivs, CASE WHEN k.sub = 0 THEN acldefault(k.letter, k.owner) END) \
         FROM ({ALL}) k LEFT JOIN pg_namespace n ON n.oid = k.schema \
         LEFT JOIN pg_init_privs i ON i.classoid = k.class AND i.objoid = k.oid AND i.objsubid = k.sub \
         LEFT JOIN pg_depend d ON d.classid = k.class AND d.objid = k.oid AND d.objsubid = 0 \
         AND (d.deptype = 'e' OR k.word = 'sequence' AND d.deptype = 'i' AND d.refclassid = 'pg_class'::regclass) \
         LEFT JOIN pg_class t ON d.deptype = 'i' AND t.oid = d.refobjid LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace \
         WHERE k.acl IS DISTINCT FROM i.initprivs AND coalesce(n.nspname, k.name) <> 'information_schema' \
         AND (d.objid IS NOT NULL OR n.nspname = 'pg_catalog' OR k.schema IS NULL AND k.oid < 16384 AND k.name <> 'public') \
         ORDER BY k.class, k.oid, k.sub"
    ))
}

fn read(row: &mut Row<'_>, found: &mut Found) -> Result<(), Unreadable> {
    let word = row.text()?;
    let (schema, name) = (row.optional_name(), row.name()?);
    let types: Vec<TypeName> = row.strings()?.iter().map(|it| type_text::parse(it)).collect();
    let table = row.optional_qualified();
    let (column, owner): (Option<Name>, Name) = (row.optional_name(), row.name()?);
    let acl = Acl { items: row.strings()?, base: row.strings()?, column, owner };
    let path = match schema {
        Some(schema) => Qualified { schema, name }.sql(),
        None => quote_ident(&name).into_owned(),
    };
    let types = match word {
        "function" | "procedure" => signature::name("", &types),
        _ => Name::default(),
    };
    let made = PrivilegesOn::new(word, &format!("{path}{types}"), table);
    let (at, object) = made.ok_or_else(|| row.unreadable())?;
    // A table and its columns come one after the other.
    if found.entries.last().is_none_or(|(last, _)| *last != at) {
        found.entries.push((at, Entry::new(object.into())));
    }
    found.acls.push((found.entries.len() - 1, acl));
    Ok(())
}
