-- name, flags, arguments, result, columns
SELECT CASE WHEN n.nspname = 'information_schema' THEN 'information_schema.' ELSE '' END || p.proname
    || E'\t'
    || CASE WHEN p.prokind <> 'a' THEN p.prokind::text WHEN a.aggkind = 'n' THEN 'a' ELSE a.aggkind::text END
    || p.provolatile::text
    || CASE WHEN p.proisstrict THEN 'S' ELSE '' END
    || CASE WHEN p.proretset THEN 'R' ELSE '' END
    || CASE WHEN p.provariadic <> 0 THEN 'V' ELSE '' END
    || CASE WHEN p.pronargdefaults > 0 THEN 'D' || p.pronargdefaults ELSE '' END
    || CASE WHEN a.aggkind <> 'n' THEN 'N' || a.aggnumdirectargs ELSE '' END
    || E'\t' || coalesce(arguments.list, '')
    || E'\t' || CASE WHEN p.prorettype = 0 THEN '' ELSE format_type(p.prorettype, NULL) END
    || E'\t' || coalesce(columns.list, '')
FROM pg_proc p
JOIN chosen c ON c.class = 'pg_proc'::regclass AND c.oid = p.oid
JOIN pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
CROSS JOIN LATERAL (
    SELECT string_agg(coalesce(nullif(u.name, '') || ':', '') || format_type(u.type, NULL), ',' ORDER BY u.position) AS list
    FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargmodes, p.proargnames)
        WITH ORDINALITY AS u (type, mode, name, position)
    WHERE u.mode IS NULL OR u.mode IN ('i', 'b', 'v')
) arguments
CROSS JOIN LATERAL (
    SELECT string_agg(coalesce(nullif(u.name, '') || ':', '') || format_type(u.type, NULL), ',' ORDER BY u.position) AS list
    FROM unnest(p.proallargtypes, p.proargmodes, p.proargnames) WITH ORDINALITY AS u (type, mode, name, position)
    WHERE u.mode IN ('o', 'b', 't')
) columns
-- Minor releases add to these, and nobody calls them but pg_upgrade.
WHERE p.proname NOT LIKE 'binary\_upgrade\_%'
