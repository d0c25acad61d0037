create table p (a int default 3, b int, c text default 'x');
create table c (a int, b int, c text, d int); alter table c inherit p;
create table mixed (a int, d int default 4) inherits (p); alter table mixed alter column a drop default; alter table mixed alter column c drop default;
create table q (a int default 5); create table two (a int default 6) inherits (p, q); alter table two alter column a drop default;
create table g (a int, b int generated always as (a * 2) stored); create table h (b int) inherits (g);
