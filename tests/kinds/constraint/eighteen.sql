CREATE EXTENSION btree_gist;
CREATE TABLE rooms (id integer NOT NULL, during daterange NOT NULL, PRIMARY KEY (id, during WITHOUT OVERLAPS));
ALTER TABLE rooms ADD UNIQUE (id, during WITHOUT OVERLAPS);
CREATE TABLE bookings (room integer NOT NULL, during daterange NOT NULL, FOREIGN KEY (room, PERIOD during) REFERENCES rooms (id, PERIOD during));
CREATE TABLE keyed (id integer PRIMARY KEY);
CREATE TABLE loose (a integer NOT NULL CHECK (a > 0) NOT ENFORCED, r integer, b integer CONSTRAINT b_there NOT NULL, c integer, CONSTRAINT c_there NOT NULL c,
  d integer CONSTRAINT d_there NOT NULL NO INHERIT, e integer, CONSTRAINT e_there NOT NULL e NO INHERIT,
  FOREIGN KEY (r) REFERENCES keyed (id) NOT ENFORCED);
