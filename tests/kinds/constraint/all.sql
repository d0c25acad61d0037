CREATE EXTENSION btree_gist;
CREATE TABLE t (
  id bigint PRIMARY KEY WITH (fillfactor = 90),
  a integer UNIQUE,
  b integer CONSTRAINT b_positive CHECK (b > 0),
  c integer UNIQUE DEFERRABLE INITIALLY DEFERRED,
  d text CHECK (d <> '') NO INHERIT,
  during tstzrange,
  CONSTRAINT named_unique UNIQUE (a, b) INCLUDE (c, d) WITH (fillfactor = 80),
  CHECK (a < b),
  CHECK (a < c),
  EXCLUDE USING gist (a WITH =, during WITH &&),
  CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&) INCLUDE (b) WHERE (a > 0) DEFERRABLE,
  EXCLUDE (b WITH =, lower(d) COLLATE "C" text_pattern_ops DESC NULLS LAST WITH =)
);
ALTER TABLE t ADD CONSTRAINT not_checked CHECK (c < 1000) NOT VALID;
CREATE TABLE named (id integer CONSTRAINT named_key PRIMARY KEY, x integer NOT NULL CONSTRAINT x_unique UNIQUE CONSTRAINT x_small CHECK (x < 9));
