//! Pieces of SQL that many of the catalog queries have in common.

/// The condition that an object's schema, of this OID, is the users', as `pg_dump` has it.
pub(crate) fn in_user_schema(schema: &str) -> String {
    format!(
        "{schema} IN (SELECT oid FROM pg_namespace \
         WHERE nspname !~ '^pg_' AND nspname <> 'information_schema')"
    )
}

/// The condition that no extension owns the object of this OID in this catalog.
pub(crate) fn of_no_extension(catalog: &str, oid: &str) -> String {
    format!(
        "NOT EXISTS (SELECT FROM pg_depend WHERE classid = '{catalog}'::regclass \
         AND objid = {oid} AND deptype = 'e')"
    )
}

/// The condition that an object is neither PostgreSQL's own nor an extension's: for those that are in no schema
/// (`FirstNormalObjectId` in `transam.h`).
pub(crate) fn is_users(catalog: &str, oid: &str) -> String {
    format!("{oid} >= 16384 AND {}", of_no_extension(catalog, oid))
}

/// Three values of the select list, which [`super::row::Row::ownership`] takes: owner, privileges, and the privileges
/// that the object was born with. `sort` is the letter of `acldefault` (manual 9.26.2).
pub(crate) fn ownership(catalog: &str, oid: &str, owner: &str, acl: &str, sort: &str) -> String {
    format!(
        "pg_get_userbyid({owner}), {acl}, CASE WHEN {acl} IS NOT NULL THEN coalesce(\
         (SELECT initprivs FROM pg_init_privs WHERE classoid = '{catalog}'::regclass \
         AND objoid = {oid} AND objsubid = 0), acldefault('{sort}', {owner})) END"
    )
}

/// Three values for [`super::row::Row::ownership`], for what has an owner and no privileges.
pub(crate) fn owner(owner: &str) -> String {
    format!("pg_get_userbyid({owner}), NULL, NULL")
}
