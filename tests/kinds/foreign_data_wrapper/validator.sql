CREATE EXTENSION postgres_fdw;
CREATE FOREIGN DATA WRAPPER checked HANDLER postgres_fdw_handler VALIDATOR postgres_fdw_validator;
