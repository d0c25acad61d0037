CREATE SCHEMA "in schema; // {";
CREATE TABLE "in schema; // {"."table" ("as" integer, "-- no comment" text, "🎈 }" integer, "new
line" varchar(10), "a""b" integer, "select" integer, "old" integer);
CREATE FUNCTION "in schema; // {"."execute" () RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE TRIGGER "when (" BEFORE UPDATE OF "as", "🎈 }", "new
line" ON "in schema; // {"."table" FOR EACH ROW WHEN (old."as" IS DISTINCT FROM new."-- no comment"::integer AND new."old" > old."select") EXECUTE FUNCTION "in schema; // {"."execute"('//', '}', '{ ; $$', '-- x', '"', '');
CREATE TRIGGER "new
line" AFTER DELETE ON "in schema; // {"."table" REFERENCING OLD TABLE AS "when (x)" FOR EACH STATEMENT EXECUTE FUNCTION "in schema; // {"."execute"();
CREATE TRIGGER disabled AFTER INSERT ON "in schema; // {"."table" FOR EACH STATEMENT EXECUTE FUNCTION "in schema; // {"."execute"();
CREATE TRIGGER "before" AFTER INSERT ON "in schema; // {"."table" FOR EACH STATEMENT EXECUTE FUNCTION "in schema; // {"."execute"();
CREATE RULE "do instead" AS ON UPDATE TO "in schema; // {"."table" WHERE new."a""b" = 1 AND old."new
line" IN ('do', '; {', '//') DO ALSO (INSERT INTO "in schema; // {"."table" ("as") VALUES (1); DELETE FROM "in schema; // {"."table" t WHERE t."as" = old."as" AND t."-- no comment" = E'}\n--');
CREATE RULE "on" AS ON DELETE TO "in schema; // {"."table" WHERE old."as" = 1 DO INSTEAD NOTHING;
CREATE POLICY "using (" ON "in schema; // {"."table" USING ("-- no comment" = '{ // }' OR "🎈 }" = 1) WITH CHECK ("select" > 0 AND "-- no comment" <> 'a;b');
CREATE POLICY "for" ON "in schema; // {"."table" AS RESTRICTIVE FOR SELECT USING ((SELECT "a""b" > 0));
CREATE STATISTICS "in schema; // {"."on" ON "as", "select", (lower("-- no comment" || '// {')) FROM "in schema; // {"."table";
CREATE STATISTICS "in schema; // {"."a.b" (mcv) ON "as", "🎈 }" FROM "in schema; // {"."table";
CREATE STATISTICS "public" ON "as", "a""b" FROM "in schema; // {"."table";
CREATE VIEW "in schema; // {"."view" AS SELECT "as", "-- no comment" AS "with", '{' || "new
line" || ';' AS "}", $$ $x$ $$ AS "$$" FROM "in schema; // {"."table" "as" WHERE "-- no comment" LIKE '%// {%';
COMMENT ON COLUMN "in schema; // {"."view"."}" IS '} // {
  *  ';
COMMENT ON TRIGGER "when (" ON "in schema; // {"."table" IS E'a\n\n  b';
COMMENT ON POLICY "for" ON "in schema; // {"."table" IS '///';
COMMENT ON RULE "on" ON "in schema; // {"."table" IS E'tab\there ';
COMMENT ON STATISTICS "in schema; // {"."a.b" IS E'carriage\r\nreturn';
CREATE MATERIALIZED VIEW "as" AS SELECT "as" FROM "in schema; // {"."view" WHERE "with" = '$$';
CREATE UNIQUE INDEX "where" ON "as" ("as") WHERE "as" > 0;
ALTER MATERIALIZED VIEW "as" ALTER COLUMN "as" SET STATISTICS 7;
CREATE TABLE "ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ1" ("ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ1" integer, b integer);
CREATE STATISTICS "anon" ON "ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ1", b FROM "ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ1";
CREATE STATISTICS "ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ1" ON b, "ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ1" FROM "ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ1";
CREATE VIEW "ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ2" AS SELECT count(*) AS "ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ1" FROM "ÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜÄÖÜ1";
CREATE RULE "notify" AS ON INSERT TO "in schema; // {"."table" DO ALSO NOTIFY "to do; {";
