-- name, name in pg_type if different, flags, length, related type
SELECT format_type(t.oid, NULL)
    || E'\t'
    || CASE WHEN format_type(t.oid, NULL) IN (t.typname, 'information_schema.' || t.typname) THEN '' ELSE t.typname::text END
    || E'\t'
    || t.typtype::text
    || t.typcategory::text
    || CASE WHEN t.typispreferred THEN 'P' ELSE '' END
    || CASE WHEN t.typcollation <> 0 THEN 'C' ELSE '' END
    || CASE WHEN t.typmodin <> 0 THEN 'M' ELSE '' END
    || CASE WHEN t.typarray <> 0 THEN 'A' ELSE '' END
    || E'\t' || t.typlen
    || E'\t'
    || CASE
        WHEN t.typtype = 'd' THEN format_type(t.typbasetype, NULL)
        WHEN t.typtype = 'r' THEN (
            SELECT format_type(rngsubtype, NULL) || ',' || format_type(rngmultitypid, NULL) FROM pg_range WHERE rngtypid = t.oid)
        WHEN t.typtype = 'm' THEN (SELECT format_type(rngtypid, NULL) FROM pg_range WHERE rngmultitypid = t.oid)
        WHEN t.typsubscript = 'array_subscript_handler'::regproc THEN 'array ' || format_type(t.typelem, NULL)
        WHEN t.typelem <> 0 THEN 'fixed ' || format_type(t.typelem, NULL)
        ELSE '' END
FROM pg_type t
JOIN chosen c ON c.class = 'pg_type'::regclass AND c.oid = t.oid
WHERE NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
  AND NOT EXISTS (SELECT FROM pg_class r WHERE r.oid = t.typrelid AND r.relkind <> 'c')
UNION ALL
SELECT t.typname || E'\t>' || format_type(t.oid, NULL)
FROM pg_type t
JOIN chosen c ON c.class = 'pg_type'::regclass AND c.oid = t.oid
WHERE NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
  AND format_type(t.oid, NULL) NOT IN (t.typname, 'information_schema.' || t.typname)
