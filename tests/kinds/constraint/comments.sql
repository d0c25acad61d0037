CREATE TABLE numbered (id bigint GENERATED ALWAYS AS IDENTITY, code text, PRIMARY KEY (id), CONSTRAINT one_code UNIQUE (code));
COMMENT ON COLUMN numbered.id IS 'The key.';
COMMENT ON SEQUENCE numbered_id_seq IS 'counts';
COMMENT ON CONSTRAINT numbered_pkey ON numbered IS 'Keys are kept small.';
COMMENT ON INDEX numbered_pkey IS 'the index of the key';
COMMENT ON INDEX one_code IS 'an index alone';
