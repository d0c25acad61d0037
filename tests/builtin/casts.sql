-- source, target, context and method
SELECT format_type(k.castsource, NULL) || E'\t' || format_type(k.casttarget, NULL) || E'\t' || k.castcontext::text || k.castmethod::text
FROM pg_cast k
JOIN chosen c ON c.class = 'pg_cast'::regclass AND c.oid = k.oid
