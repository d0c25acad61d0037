-- access method, name, input type, default, family
SELECT m.amname || E'\t' || o.opcname || E'\t' || format_type(o.opcintype, NULL)
    || E'\t' || CASE WHEN o.opcdefault THEN 'D' ELSE '' END
    || E'\t' || f.opfname
FROM pg_opclass o
JOIN chosen c ON c.class = 'pg_opclass'::regclass AND c.oid = o.oid
JOIN pg_am m ON m.oid = o.opcmethod
JOIN pg_opfamily f ON f.oid = o.opcfamily
