-- symbol, left (empty for a prefix operator), right, result, function
SELECT o.oprname
    || E'\t' || CASE WHEN o.oprleft = 0 THEN '' ELSE format_type(o.oprleft, NULL) END
    || E'\t' || format_type(o.oprright, NULL)
    || E'\t' || format_type(o.oprresult, NULL)
    || E'\t' || p.proname
FROM pg_operator o
JOIN chosen c ON c.class = 'pg_operator'::regclass AND c.oid = o.oid
JOIN pg_proc p ON p.oid = o.oprcode
