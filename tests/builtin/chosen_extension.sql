-- What the extension has brought along.
CREATE TEMPORARY TABLE chosen ON COMMIT DROP AS
SELECT d.classid::regclass AS class, d.objid AS oid
FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = '{extension}'
