-- The most columns, none, names as long as they can be, and relations that lead back to themselves.
do $$ begin execute 'create table widest (' || (select string_agg(format('c%s int', n), ', ') from generate_series(1, 1600) n) || ')'; end $$;
create table nothing ();
create view nothing_seen as select from nothing;
create table "ééééééééééééééééééééééééééééééé_" ("🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉" int primary key, "null" text unique, "''" text, " " int, "a
b" int check ("a
b" > 0), "\" int, "$1" int, "a.b" int, "😀" int references "ééééééééééééééééééééééééééééééé_");
create index on "ééééééééééééééééééééééééééééééé_" ("''", "null");
create table egg (id int primary key, hen int not null);
create table hen (id int primary key, egg int not null references egg deferrable initially deferred);
alter table egg add foreign key (hen) references hen;
create recursive view counted (n) as values (1) union all select n + 1 from counted where n < 9;
create view up as with recursive t (id, hen) as (select id, hen from egg union all select e.id, e.hen from egg e join t on e.hen = t.id) search depth first by id set path select id, hen, path is null as deep from t;
create function first_of() returns int language plpgsql as $$ begin return second_of(); end $$;
create function second_of() returns int language plpgsql as $$ begin return first_of(); end $$;
create table self (id int primary key, parent int references self on delete cascade, sum int generated always as (id + 1) stored);
create table "select" ("from" int, "where" text, "table" boolean, "column" int, "index" int, "include" int, "as" int, "primary" int, "owner" int, "grant" int);
create table "INCLUDE" (like "select");
create view " " as select 1 as " ", 2 as "	";
