CREATE TABLE a (tenant integer, id integer, PRIMARY KEY (tenant, id));
CREATE TABLE b (tenant integer NOT NULL, a_id integer DEFAULT 1, FOREIGN KEY (tenant, a_id) REFERENCES a ON DELETE SET NULL (a_id), FOREIGN KEY (tenant, a_id) REFERENCES a ON DELETE SET DEFAULT (a_id));
