CREATE TABLE t (a integer PRIMARY KEY, b integer UNIQUE, c integer UNIQUE CHECK (c > 0) REFERENCES t (b), UNIQUE (b, c), CHECK (b > c), CHECK (true), FOREIGN KEY (b, c) REFERENCES t (b, c), EXCLUDE (b WITH =));
CREATE INDEX ON t (b);
CREATE INDEX ON t (b);
CREATE INDEX ON t (lower(b::text));
CREATE INDEX ON t ((b + 1));
CREATE TABLE a_very_long_table_name_that_takes_all_of_the_sixty_three_bytes (
  a_very_long_column_name_that_takes_all_of_the_sixty_three_bytes integer PRIMARY KEY,
  a_very_long_column_name_that_takes_all_of_the_sixty_three_byte2 integer UNIQUE,
  short integer CHECK (short > 0) REFERENCES t,
  UNIQUE (a_very_long_column_name_that_takes_all_of_the_sixty_three_bytes, a_very_long_column_name_that_takes_all_of_the_sixty_three_byte2));
CREATE INDEX ON a_very_long_table_name_that_takes_all_of_the_sixty_three_bytes (a_very_long_column_name_that_takes_all_of_the_sixty_three_bytes);
CREATE INDEX ON a_very_long_table_name_that_takes_all_of_the_sixty_three_bytes (a_very_long_column_name_that_takes_all_of_the_sixty_three_byte2, short);
CREATE TABLE "ééééééééééééééééééééééééééééééé" ("üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü" integer UNIQUE CHECK ("üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü" > 1), "日本語日本語日本語日本語" bigint GENERATED ALWAYS AS IDENTITY);
CREATE INDEX ON "ééééééééééééééééééééééééééééééé" ("日本語日本語日本語日本語");
CREATE TABLE t_a (a integer NOT NULL);
CREATE TABLE u_key_key1 (a integer NOT NULL);
CREATE TABLE u (t_a_idx integer UNIQUE, key integer UNIQUE, u_key_key integer UNIQUE, "Upper" integer UNIQUE);
CREATE INDEX ON u (key, key);
