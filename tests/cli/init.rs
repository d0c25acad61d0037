//! `init`: what it makes is good, and nothing is lost to it.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::{Place, run};

#[test]
fn a_new_project_passes() {
    let place = Place::new();
    place.run("init").exits(0).is_as("init");
    assert_eq!(place.list("."), ["migrations", "schemac.toml", "schemas"]);
    place.run("check --deny-warnings").exits(0).says(&["nothing is wrong"]);
    place.run("fmt --check").exits(0);
    place.run("build").exits(0).says(&["no Rust is made"]);
}

#[test]
fn a_crate_gets_rust() {
    let place = Place::with(&[("Cargo.toml", "")]);
    place.run("init").exits(0);
    place.run("build").exits(0).says(&["wrote src/db/public.rs"]);
}

#[test]
fn a_project_elsewhere_says_how_it_is_named() {
    let place = Place::new();
    place.run("init one/two").exits(0).says(&["schemac check --config one/two/schemac.toml"]);
    place.run("check --config one/two/schemac.toml --deny-warnings").exits(0);
    let mut spaced = place.command("init");
    spaced.arg("it's here");
    run(spaced, "").exits(0).says(&[r"schemac build --config 'it'\''s here/schemac.toml'"]);
    assert_eq!(place.run("init quiet -q").exits(0).err, "");
}

#[test]
fn nothing_is_overwritten() {
    let place = Place::with(&[
        ("schemac.toml", "# mine\n"),
        ("schemas/deep/users.schema", "table users { id: bigint primary key; }\n"),
    ]);
    place.run("init").exits(1).says(&[
        "`schemac.toml` is there already",
        "`schemas/deep/users.schema` is there already",
        "move it away",
    ]);
    assert_eq!(place.read("schemac.toml"), "# mine\n");
    assert_eq!(place.list("."), ["schemac.toml", "schemas"]);
    assert_eq!(place.list("schemas"), ["deep"]);
    let place = Place::new();
    symlink("nowhere", place.path("schemac.toml")).unwrap();
    place.run("init").exits(1).says(&["`schemac.toml` is there already"]);
    assert_eq!(place.list("."), ["schemac.toml"]);
}

#[test]
fn nothing_is_left_of_a_project_that_could_not_be_made() {
    let place = Place::with(&[("migrations", "a file\n")]);
    place.run("init").exits(3).says(&["`migrations/.gitattributes` can't be written"]);
    assert_eq!(place.list("."), ["migrations"]);
    place.write("file", "");
    place.run("init file/below").exits(3);
    fs::create_dir(place.path("locked")).unwrap();
    fs::set_permissions(place.path("locked"), fs::Permissions::from_mode(0o500)).unwrap();
    // Root writes where it likes, and then the project is there.
    let is_root = fs::write(place.path("locked/probe"), "").is_ok();
    place.run("init locked").exits(if is_root { 0 } else { 3 });
    let left = place.list("locked").len();
    assert_eq!(left, if is_root { 4 } else { 0 });
}
