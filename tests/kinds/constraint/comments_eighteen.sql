CREATE DOMAIN there AS text NOT NULL;
COMMENT ON CONSTRAINT there_not_null ON DOMAIN there IS 'always there';
CREATE TABLE filled (a there NOT NULL, b text CONSTRAINT b_there NOT NULL);
COMMENT ON CONSTRAINT filled_a_not_null ON filled IS 'of the column';
COMMENT ON CONSTRAINT b_there ON filled IS 'by its own name';
