//! Commands that connect: which database they take, and what is said where there is none.

use super::{GOOD, Place, run};
use crate::support::postgres;

#[test]
fn the_flag_overrides_the_environment_and_the_environment_the_file() {
    let database = postgres::default().database();
    database.run_sql("CREATE TABLE t (a integer)").unwrap();
    let nowhere = "postgres:///x?host=/nowhere";
    let place = Place::with(&[("schemac.toml", "[database]\nurl = \"env:SHOP\"\n")]);
    let done = place.run("pull --out a").exits(2);
    done.says(&["no database is named: SHOP is not set", "set SHOP"]);
    let mut command = place.command("pull --out a");
    command.env("SHOP", nowhere).env("DATABASE_URL", database.url());
    run(command, "").exits(3).says(&["no server listens at the socket `/nowhere/.s.PGSQL.5432`"]);
    let mut command = place.command("pull --out a -v");
    command.args(["--database-url", &database.url()]).env("SHOP", nowhere);
    run(command, "").exits(0).says(&["connected to postgres://postgres@/", "PostgreSQL "]);
    let mut command = place.command("pull --out b");
    command.env("SHOP", database.url());
    run(command, "").exits(0);
    assert_eq!(place.list("a"), place.list("b"));
}

#[test]
fn a_wrong_url_is_said_with_its_place_and_without_its_text() {
    let place = Place::new();
    for (url, said) in [
        ("postgres://me:sec/ret@host/x", "the database URL can't be read, in DATABASE_URL"),
        (
            "mysql://me:secret@host/x",
            "the database URL has another scheme than `postgres`, in DATABASE_URL",
        ),
        ("secret", "this is no URL of a database, in DATABASE_URL"),
        ("postgres://host/x?sslmod=require", "unknown parameter `sslmod`, in DATABASE_URL"),
    ] {
        let mut command = place.command("pull");
        command.env("DATABASE_URL", url);
        let done = run(command, url).exits(2).says(&[said]);
        assert!(!done.err.contains("sec"), "{}", done.err);
    }
}

#[test]
fn a_password_in_the_file_of_settings_is_reported() {
    let with = |more: &str| {
        let settings = format!("[database]\nurl = \"postgres://me:secret@host/x\"\n{more}");
        Place::with(&[("schemas/a.schema", GOOD), ("schemac.toml", &settings)])
    };
    let done = with("").run("check").exits(0);
    done.says(&[
        "the database URL holds a password",
        "schemac.toml:2:7",
        "everyone who reads this file knows it",
    ]);
    let done = with("[lint]\npassword-in-settings = \"allow\"\n").run("check").exits(0);
    assert!(!done.err.contains("password"), "{}", done.err);
    with("[lint]\npassword-in-settings = \"deny\"\n").run("check").exits(1);
    let place =
        Place::with(&[("schemac.toml", "[database]\nurl = \"mysql://me:secret@host/x\"\n")]);
    place.run("check").exits(1).says(&["wrong-value", "another scheme than `postgres`"]);
}
