CREATE ROLE publication_owner SUPERUSER;
CREATE TABLE t (a integer PRIMARY KEY, b text);
CREATE TABLE child () INHERITS (t);
CREATE PUBLICATION everything FOR ALL TABLES;
ALTER PUBLICATION everything OWNER TO publication_owner;
COMMENT ON PUBLICATION everything IS 'Everything.';
CREATE PUBLICATION "some" FOR TABLE t, ONLY child WITH (publish = 'insert, update', publish_via_partition_root = true);
CREATE PUBLICATION nothing;
CREATE PUBLICATION "Odd" FOR TABLE ONLY t;
