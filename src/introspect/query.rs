//! Pieces of SQL that many of the catalog queries have in common.

/// The condition that an object's schema, of this OID, is the users', as `pg_dump` has it.
pub(crate) fn in_user_schema(schema: &str) -> String {
    format!("{schema} IN (SELECT n.oid FROM pg_namespace n WHERE {})", is_user_schema("n"))
}

/// The condition that a row of `pg_namespace` is a schema of the users': not PostgreSQL's own, and not that of the history of
/// migrations.
pub(crate) fn is_user_schema(row: &str) -> String {
    format!(
        "{row}.nspname !~ '^pg_' AND {row}.nspname <> 'information_schema' AND NOT ({row}.nspname = 'schemac' \
         AND EXISTS (SELECT FROM pg_class h WHERE h.relnamespace = {row}.oid AND h.relname = 'migrations' \
         AND obj_description(h.oid, 'pg_class') LIKE 'schemac history %'))"
    )
}

/// The condition that no extension owns the object of this OID in this catalog.
///
/// It begins with the extensions, which are few, and is a set that is made once: so it costs the same whatever the size of
/// the database, and no estimate of the planner makes it a search for each row.
pub(crate) fn of_no_extension(catalog: &str, oid: &str) -> String {
    format!(
        "{oid} NOT IN (SELECT objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass \
         AND classid = '{catalog}'::regclass AND deptype = 'e')"
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

/// A value of the select list for [`super::row::Row::routine`]: the routine of this OID, NULL for none.
pub(crate) fn routine(oid: &str) -> String {
    format!(
        "(SELECT ARRAY[fn.nspname::text, f.proname::text] || coalesce((SELECT array_agg(format_type(x.ty, -1) ORDER BY x.n) \
         FROM unnest(f.proargtypes::oid[]) WITH ORDINALITY x (ty, n)), '{{}}'::text[]) \
         FROM pg_proc f JOIN pg_namespace fn ON fn.oid = f.pronamespace WHERE f.oid = {oid})"
    )
}

/// A value of the select list: the name of the routine of this OID with its schema, as SQL; NULL for none.
pub(crate) fn routine_name(oid: &str) -> String {
    format!(
        "(SELECT quote_ident(fn.nspname) || '.' || quote_ident(f.proname) \
         FROM pg_proc f JOIN pg_namespace fn ON fn.oid = f.pronamespace WHERE f.oid = {oid})"
    )
}

/// A value of the select list: the operator of this OID with its schema, as the definition of an operator names another.
pub(crate) fn operator_name(oid: &str) -> String {
    format!(
        "(SELECT 'operator(' || quote_ident(opn.nspname) || '.' || op.oprname || ')' \
         FROM pg_operator op JOIN pg_namespace opn ON opn.oid = op.oprnamespace WHERE op.oid = {oid})"
    )
}
