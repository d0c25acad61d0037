CREATE TABLE t (a integer NOT NULL, b integer GENERATED ALWAYS AS (a + 1) VIRTUAL, c integer GENERATED ALWAYS AS (a + 2));
