create table p (a int not null, b int, c text not null default 'x', primary key (a));
create table q (c text not null, d int);
create table c1 (a int, b int not null, e int) inherits (p);
create table c2 (c text default 'y', f int) inherits (p, q);
create table c3 (a int primary key, c text not null) inherits (p);
create table c4 () inherits (c1); create table c5 (b int) inherits (c1);
create table pt (a int not null, b int) partition by list (a); create table pt1 (a int not null, b int); alter table pt attach partition pt1 for values in (1); create table pt2 partition of pt for values in (2);
