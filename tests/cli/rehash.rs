//! `rehash` and `squash`, and `diff` with migrations: what a team does with a chain.

use super::Place;
use super::generate::{migrations, project};

const MORE: &str = "table users { id: bigint primary key; email: text; age: integer?; }\n";

/// A project with two migrations.
fn grown() -> Place {
    let place = project();
    place.write("schemas/app.schema", MORE);
    place.run("generate --no-verify").exits(0);
    place
}

#[test]
fn sql_by_hand_is_listed_when_it_holds() {
    let place = grown();
    let up = format!("migrations/{}/up.sql", migrations(&place)[1]);
    let text = place.read(&up);
    place.write(&up, format!("{text}\nINSERT INTO users (id, email) VALUES (1, 'a');\n"));
    place.run("generate").exits(1).says(&["schemac rehash"]);
    place.run("rehash").exits(0).says(&["wrote migrations/schema.lock", "they hold"]);
    place.run("verify").exits(0);
    place.write(&up, format!("{text}\nCREATE TABLE other (a integer);\n"));
    place.run("rehash").exits(1).says(&["create table public.other"]);
    place.write(&up, "SELECT nonsense;\n");
    place.run("rehash").exits(1).says(&["up.sql:1", "SQLSTATE 42703"]);
}

#[test]
fn a_merge_is_put_in_order() {
    let place = grown();
    let lock = place.read("migrations/schema.lock");
    let line = lock.lines().nth(2).unwrap();
    let marked = format!("<<<<<<< HEAD\n{line}\n=======\n// migration x\n>>>>>>> other");
    place.write("migrations/schema.lock", lock.replace(line, &marked));
    place.run("generate").exits(1).says(&["lock-conflict"].map(|_| "the marks of a merge"));
    place.run("rehash --dry-run").exits(0);
    assert!(place.read("migrations/schema.lock").contains("<<<<<<<"));
    place.run("rehash").exits(0);
    assert_eq!(place.read("migrations/schema.lock"), lock);
    std::fs::remove_file(place.path("migrations/schema.lock")).unwrap();
    place.run("generate").exits(1).says(&["schemac rehash"]);
    place.run("rehash").exits(0);
    assert_eq!(place.read("migrations/schema.lock"), lock);
}

#[test]
fn many_migrations_become_one() {
    let place = grown();
    let versions: Vec<String> =
        migrations(&place).iter().map(|it| it.split('_').next().unwrap().to_owned()).collect();
    assert!(place.run("squash --dry-run").exits(0).out.contains("-- schemac: replaces "));
    place.run("squash").exits(0).says(&["_checkpoint, which stands for 2 migrations"]);
    let left = migrations(&place);
    assert_eq!(left.len(), 1);
    let up = place.read(&format!("migrations/{}/up.sql", left[0]));
    assert!(up.contains(&format!("\n-- schemac: replaces {}\n", versions.join(" "))), "{up}");
    place.run("verify").exits(0).says(&["1 migration holds"]);
    place.run("generate").exits(0).says(&["nothing to generate"]);
    place.run("squash").exits(2).says(&["there is nothing to fold"]);
}

#[test]
fn sql_leads_from_any_side_to_any_other() {
    let place = grown();
    let first = migrations(&place)[0].split('_').next().unwrap().to_owned();
    let out = place.run(&format!("diff migrations@{first} schemas")).exits(0).out;
    assert!(out.contains("ALTER TABLE public.users ADD COLUMN age integer;"), "{out}");
    let back = place.run(&format!("diff schemas migrations@{first} --exit-code")).exits(1).out;
    assert!(back.contains("DROP COLUMN age;"), "{back}");
    assert_eq!(place.run("diff lock schemas --exit-code").exits(0).out, "");
    let gone = place.run("diff lock empty").exits(0).out;
    assert!(gone.contains("DROP TABLE public.users;"), "{gone}");
    place.run("diff migrations@20200101T000000 lock").exits(2).says(&["there is no migration"]);
}
