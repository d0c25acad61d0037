//! What is taken back, what is lost by it, and databases that have migrations already.

use super::project::{Files, Project, dump};
use crate::support::postgres;

const A: Files<'_> = (
    "20260101T000000_a",
    "CREATE TABLE a (id integer PRIMARY KEY, b text);\n",
    "-- data loss: the table a with all of its rows\nDROP TABLE a;\n",
);
const B: Files<'_> =
    ("20260102T000000_b", "ALTER TABLE a ADD c integer;\n", "ALTER TABLE a DROP c;\n");
const C: Files<'_> = (
    "20260103T000000_c",
    "-- schemac: no-transaction\nCREATE INDEX CONCURRENTLY i ON a (b);\nCREATE INDEX CONCURRENTLY j ON a (c);\n",
    "-- schemac: no-transaction\nDROP INDEX CONCURRENTLY j;\nDROP INDEX CONCURRENTLY i;\n",
);

#[test]
fn the_last_ones_are_taken_back_and_applied_again() {
    let database = postgres::default().database();
    let project = Project::new(&[A, B, C]);
    let url = &database.url();
    project.run("rollback", url).exits(0).says(&["nothing to do: the database has 0 migrations"]);
    project.run("migrate --to 20260101T000000", url).exits(0);
    let first = dump(&database);
    project.run("migrate", url).exits(0);
    let all = dump(&database);
    let done = project.run("rollback --dry-run -n 2", url).exits(0);
    assert!(
        done.out
            .contains("-- take back 20260103T000000_c: 2 statements\nDROP INDEX CONCURRENTLY j;\n"),
        "{}",
        done.out
    );
    project
        .run("rollback", url)
        .exits(0)
        .says(&["take back 20260103T000000_c", "the database has 2 migrations"]);
    project.run("status", url).exits(0).says(&["2 applied, 1 pending"]);
    project
        .run("rollback --to 20260101T000000", url)
        .exits(0)
        .says(&["the database has 1 migration"]);
    assert_eq!(
        dump(&database).replace(char::is_whitespace, ""),
        first.replace(char::is_whitespace, "")
    );
    project.run("migrate", url).exits(0);
    assert_eq!(dump(&database), all);
    project
        .run("rollback --to 20260109T000000", url)
        .exits(2)
        .says(&["does not have the migration"]);
    project.run("rollback --to 20260101T000000 -n 2", url).exits(2);
}

#[test]
fn what_is_lost_for_good_is_accepted_first() {
    let database = postgres::default().database();
    let project = Project::new(&[A, B]);
    let url = &database.url();
    project.run("migrate", url).exits(0);
    let all = dump(&database);
    project.run("rollback -n 2", url).exits(4).says(&[
        "data would be lost for good",
        "migrations/20260101T000000_a/down.sql:1: the table a with all of its rows",
        "--accept-data-loss",
    ]);
    assert_eq!(dump(&database), all, "nothing is taken back");
    let json = project.run("rollback -n 2 --dry-run --format json", url).exits(0);
    assert!(json.out.contains("the table a with all of its rows"), "{}", json.out);
    project.run("rollback --to empty --accept-data-loss", url).exits(0);
    project.run("status", url).exits(0).says(&["0 applied, 2 pending"]);
    assert!(!database.dump().contains("TABLE public.a"));
}

#[test]
fn a_rollback_that_fails_midway_goes_on() {
    let database = postgres::default().database();
    let project = Project::new(&[A, B, C]);
    let url = &database.url();
    project.run("migrate", url).exits(0);
    let broken =
        "-- schemac: no-transaction\nDROP INDEX CONCURRENTLY j;\nDROP INDEX CONCURRENTLY k;\n";
    project.write("migrations/20260103T000000_c/down.sql", broken);
    project.run("rollback", url).exits(3).says(&["down.sql:3: index \"k\" does not exist"]);
    let status = project.run("status", url).exits(1);
    assert!(status.out.contains("undoing      20260103T000000_c"), "{}", status.out);
    project
        .run("migrate", url)
        .exits(3)
        .says(&["a rollback of `20260103T000000_c` was begun", "schemac rollback"]);
    project.write("migrations/20260103T000000_c/down.sql", broken.replace(" j;", " x;"));
    project.run("rollback", url).exits(1).says(&["its first 1 statements hold already"]);
    project.write("migrations/20260103T000000_c/down.sql", C.2);
    project
        .run("rollback", url)
        .exits(0)
        .says(&["(1 more hold already)", "the database has 2 migrations"]);
    // One that changes nothing is not begun.
    project.write(
        "migrations/20260102T000000_b/down.sql",
        "ALTER TABLE a DROP c;\nDROP TABLE nothing;\n",
    );
    project.run("rollback", url).exits(3).says(&["down.sql:2: table \"nothing\" does not exist"]);
    project.run("migrate", url).exits(0).says(&["the database has 3 migrations"]);
}

#[test]
fn a_migration_that_is_half_applied_is_not_taken_back() {
    let database = postgres::default().database();
    let broken = "CREATE TABLE b ();\n-- schemac: transaction\nnonsense;\n";
    let project = Project::new(&[A, ("20260102T000000_b", broken, "")]);
    let url = &database.url();
    project.run("migrate", url).exits(3).says(&["up.sql:3: syntax error"]);
    project
        .run("rollback", url)
        .exits(3)
        .says(&["is applied in part: 1 of its statements hold", "schemac migrate"]);
    std::fs::remove_file(project.path().join("migrations/20260101T000000_a/down.sql")).unwrap();
    project.write(
        "migrations/20260102T000000_b/up.sql",
        "CREATE TABLE b ();\n-- schemac: transaction\nSELECT 1;\n",
    );
    project.run("migrate", url).exits(0).says(&["(1 more hold already)"]);
    project.run("rollback -n 2", url).exits(1).says(&["`20260101T000000_a` has no `down.sql`"]);
}

#[test]
fn a_database_that_has_them_already_is_told_so() {
    let database = postgres::default().database();
    let project = Project::new(&[A, B, C]);
    let url = &database.url();
    database.run_sql(A.1).unwrap();
    let differs = project
        .run("baseline", url)
        .exits(1)
        .says(&["is not what the migrations up to `20260103T000000` lead to"]);
    assert!(differs.out.contains("a"), "{}", differs.out);
    assert!(!database.dump().contains("schemac"), "nothing is written");
    project
        .run("baseline 20260109T000000", url)
        .exits(2)
        .says(&["there is no migration `20260109T000000`"]);
    project.run("baseline 20260101T000000 --dry-run", url).exits(0);
    assert!(!database.dump().contains("schemac"), "nothing is written");
    project.run("baseline 20260101T000000", url).exits(0).says(&["the database has 1 migration"]);
    let status = project.run("status", url).exits(0).says(&["1 applied, 2 pending"]);
    assert!(status.out.contains("there already"), "{}", status.out);
    project.run("migrate", url).exits(0).says(&["done: 2 migrations"]);
    // A file that was changed without a meaning is taken when the database is right.
    project.write("migrations/20260102T000000_b/up.sql", format!("-- better\n{}", B.1));
    project.run("migrate", url).exits(1).says(&["was changed after it was applied"]);
    project.run("baseline", url).exits(0);
    project.run("migrate", url).exits(0).says(&["nothing to do: the database has 3 migrations"]);
}

#[test]
fn a_migration_that_stands_for_others_is_written_down() {
    let project = Project::new(&[A, B]);
    let (old, new) = (postgres::default().database(), postgres::default().database());
    let half = postgres::default().database();
    project.run("migrate", &old.url()).exits(0);
    project.run("migrate --to 20260101T000000", &half.url()).exits(0);
    project.remove("20260101T000000_a");
    project.remove("20260102T000000_b");
    let squashed = format!("-- schemac: replaces 20260101T000000 20260102T000000\n{}{}", A.1, B.1);
    project.write("migrations/20260102T000001_all/up.sql", squashed);
    project
        .run("migrate", &half.url())
        .exits(1)
        .says(&["of which this database has only some", "before they were folded"]);
    project.run("migrate", &new.url()).exits(0).says(&["apply 20260102T000001_all: 2 statements"]);
    project
        .run("migrate", &old.url())
        .exits(0)
        .says(&["write down 20260102T000001_all, which stands for 2 migrations"]);
    project.run("status --exit-code", &old.url()).exits(0).says(&["1 applied, 0 pending"]);
    assert_eq!(dump(&old), dump(&new));
}
