CREATE SCHEMA other;
CREATE TABLE t (a integer PRIMARY KEY, b text, c integer);
CREATE PUBLICATION filtered FOR TABLE t (a, b) WHERE (a > 0 AND b <> '');
CREATE PUBLICATION schemas FOR TABLES IN SCHEMA other, public;
CREATE PUBLICATION "both" FOR TABLE t WHERE (a > 1), TABLES IN SCHEMA other;
