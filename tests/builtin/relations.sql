-- name, kind, columns; merged column by column
SELECT CASE WHEN n.nspname IN ('pg_catalog', 'information_schema') THEN n.nspname || '.' ELSE '' END || r.relname,
    r.relkind::text,
    array_agg(a.attname || ':' || format_type(a.atttypid, NULL) || CASE WHEN a.attnotnull THEN '!' ELSE '' END ORDER BY a.attnum)
FROM pg_class r
JOIN chosen c ON CASE r.relkind
    WHEN 'c' THEN c.class = 'pg_type'::regclass AND c.oid = r.reltype
    ELSE c.class = 'pg_class'::regclass AND c.oid = r.oid END
JOIN pg_namespace n ON n.oid = r.relnamespace
JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE r.relkind IN ('r', 'v', 'm', 'f', 'p', 'c', 'S') AND n.nspname <> 'pg_toast'
GROUP BY 1, 2
