-- kind, name, facts
SELECT kind || E'\t' || name || E'\t' || facts
FROM (
    SELECT 'pg_am'::regclass AS class, oid, 'access_method' AS kind, amname AS name, amtype::text
        || CASE WHEN pg_indexam_has_property(oid, 'can_order') THEN 'O' ELSE '' END
        || CASE WHEN pg_indexam_has_property(oid, 'can_unique') THEN 'U' ELSE '' END
        || CASE WHEN pg_indexam_has_property(oid, 'can_multi_col') THEN 'M' ELSE '' END
        || CASE WHEN pg_indexam_has_property(oid, 'can_exclude') THEN 'E' ELSE '' END
        || CASE WHEN pg_indexam_has_property(oid, 'can_include') THEN 'I' ELSE '' END AS facts
    FROM pg_am
    UNION ALL
    -- The OIDs of pg_collation.dat; initdb adds the others from what the machine has.
    SELECT 'pg_collation'::regclass, oid, 'collation', collname, CASE WHEN collisdeterministic THEN '' ELSE 'N' END
    FROM pg_collation WHERE oid < 10000 OR collname = 'ucs_basic'
    UNION ALL
    SELECT 'pg_language'::regclass, oid, 'language', lanname, CASE WHEN lanpltrusted THEN 'T' ELSE '' END FROM pg_language
    UNION ALL
    SELECT 'pg_ts_config'::regclass, oid, 'text_search_configuration', cfgname, '' FROM pg_ts_config
    UNION ALL
    SELECT 'pg_ts_dict'::regclass, oid, 'text_search_dictionary', dictname, '' FROM pg_ts_dict
    UNION ALL
    SELECT 'pg_ts_parser'::regclass, oid, 'text_search_parser', prsname, '' FROM pg_ts_parser
    UNION ALL
    SELECT 'pg_ts_template'::regclass, oid, 'text_search_template', tmplname, '' FROM pg_ts_template
    UNION ALL
    SELECT 'pg_foreign_data_wrapper'::regclass, oid, 'foreign_data_wrapper', fdwname, '' FROM pg_foreign_data_wrapper
    UNION ALL
    SELECT 'pg_conversion'::regclass, oid, 'conversion', conname, '' FROM pg_conversion
    UNION ALL
    SELECT 'pg_namespace'::regclass, oid, 'schema', nspname, '' FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'pg_toast')
    UNION ALL
    SELECT 'pg_authid'::regclass, oid, 'role', rolname, '' FROM pg_roles WHERE rolname LIKE 'pg\_%'
    UNION ALL
    SELECT 'pg_tablespace'::regclass, oid, 'tablespace', spcname, '' FROM pg_tablespace WHERE spcname LIKE 'pg\_%'
) x (class, oid, kind, name, facts)
JOIN chosen c USING (class, oid)
