CREATE ROLE role_group;
CREATE ROLE role_member;
CREATE ROLE role_boss;
GRANT role_group TO role_member;
GRANT role_group TO role_boss WITH ADMIN OPTION;
