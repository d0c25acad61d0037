CREATE ROLE subscription_owner SUPERUSER;
CREATE SUBSCRIPTION far CONNECTION 'host=h dbname=d' PUBLICATION one, "Two" WITH (connect = false, slot_name = 'my_slot', synchronous_commit = 'off', binary = true);
ALTER SUBSCRIPTION far OWNER TO subscription_owner;
COMMENT ON SUBSCRIPTION far IS 'From afar.';
CREATE SUBSCRIPTION plain CONNECTION 'host=h' PUBLICATION p WITH (connect = false);
