//! Schemas that are written otherwise than PostgreSQL shows them: the second push finds nothing to do, without the record
//! of the first as with it.

use super::with;
use crate::cli::Place;
use crate::support::postgres;

const TRICKY: [&str; 15] = [
    "enum e1 { 'it''s'; 'b-c'; } table t1 { a: e1 default 'it''s'; b: e1 default 'b-c'; }",
    "enum e2 { 'a'; } table t2 { a: e2[] default array['a']::e2[]; b: e2[] default '{a}'; }",
    "table t3 { a: text; b: text; c: integer; d: jsonb; index (a, b desc nulls last); index (lower(a)); \
     index (a text_pattern_ops); index (c) where c > 1 and a is not null; index using hash (a); index using gin (d); \
     index using gin (d jsonb_path_ops); index using brin (c); index (c) with (fillfactor = 70); index (a) include (b); \
     unique index (b) where c <> 3; index ((a || b)); index ((d ->> 'x')); }",
    "table t4 { a: integer; b: text; c: integer? generated always as (a*2) stored; \
     d: text? generated always as (upper(b)||'x') stored; \
     e: tsvector? generated always as (to_tsvector('english', coalesce(b, ''))) stored; \
     f: integer? generated always as (case when a>1 then 1 else 2 end) stored; }",
    "table t5 { a: text[] default array['a','b']; b: text[] default array[]::text[]; c: text[] default '{\"NULL\",\"it''s\"}'; \
     d: integer[][] default '{{1,2},{3,4}}'; e: integer[] default '{}'; }",
    "table t6 { a: text check (a in ('x','y')); b: integer check (b between 1 and 10); c: text check (c ~ '^[a-z]+$'); \
     d: date check (d > '2020-01-01'); e: integer check (e = 1 or e = 2 and b > 3); }",
    "table t7 { a: timestamp default timezone('utc', now()); b: timestamptz default now() + interval '1 day'; \
     c: text default upper('x'); d: text? default null; e: text default current_user; f: text default 'a'||'b'; \
     g: jsonb default '{\"a\": \"it''s\"}'; h: uuid default gen_random_uuid(); i: boolean default true; j: date default current_date; \
     k: interval default '1 day 2 hours'; l: bytea default '\\x00'; m: bit(3) default b'101'; n: point default '(1,2)'; \
     o: time default '10:00'; p: text default E'a\\nb'; q: varchar(5) default 'abc'; r: char(3) default 'x'; }",
    "table t8 { a: numeric(10,2) default 0.10; b: bigint default 9007199254740993; c: double precision default 1e21; \
     d: real default 1.5; e: numeric default 1e+21; f: numeric(8) default -1; g: smallint default -3; h: money default 1.5; }",
    "sequence s9 start 5 increment 2; table t9 { a: integer generated always as identity (start with 10); \
     b: integer default nextval('s9'); }",
    "table t10 { a: text; owner: name default current_user; row level security; \
     policy p1 for all to pg_monitor, public using (owner=current_user) with check (a is not null); \
     policy p2 as restrictive for update using (true); }",
    "table t11_a_name_that_is_as_long_as_postgresql_lets_names_be_at_allx { id: integer primary key; b: integer; unique (b); index (b); } \
     table t11 { a: integer references t11_a_name_that_is_as_long_as_postgresql_lets_names_be_at_allx; check (a > 0); unique (a); }",
    "domain d12: text check (value <> ''); type c12 { a: integer; b: d12; } table t12 { a: d12 default 'x'; b: c12?; }",
    "table t13 { a: smallint; b: integer; c: bigint; d: numeric(8); e: real; f: double precision; g: char(3); h: varchar; \
     i: varchar(3); j: text; k: bytea; l: date; m: time(3); n: timetz; o: timestamp(2); p: timestamptz; q: interval year to month; \
     r: boolean; s: inet; t: cidr; u: macaddr; v: bit varying(5); w: uuid; x: xml; y: json; z: int4range; a2: tsvector; b2: point; }",
    "table t14 { id: integer primary key; a: text; b: integer; } \
     view v14 { as select id, a, count(*) over (partition by b) as n from t14 where a like 'x%' and b in (1,2); } \
     materialized view m14 { as select b, sum(id) as total from t14 group by b having sum(id)>1 order by 1; }",
    "table t15 { a: integer; b: integer; unique (a, b); check ((a, b) <> (1, 2)); } \
     function f15(x: integer default 1) returns setof t15 language sql stable as $$ select * from t15 where a=x $$; \
     function g15() returns trigger language plpgsql as $$ begin return new; end $$; \
     table u15 { a: integer; trigger tr15 before insert or update of a for each row when (new.a>1) execute function g15(); }",
];

#[test]
fn the_second_push_finds_nothing_to_do() {
    let mut failures = Vec::new();
    for (n, source) in TRICKY.iter().enumerate() {
        let database = postgres::default().database();
        let place = Place::with(&[("schemas/app.schema", &format!("{source}\n"))]);
        with(&place, &database, "push").exits(0);
        for forget in ["SELECT 1", "UPDATE schemac.pushed SET source_hash = ''"] {
            database.run_sql(forget).unwrap();
            let done = with(&place, &database, "push").exits(0);
            if !done.err.contains("there is nothing to do") {
                failures.push(format!("{n}: {}", done.err));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
