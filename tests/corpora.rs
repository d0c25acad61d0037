//! Whole databases become source and come back identical, by the command line.
//!
//! Each script is loaded into a database. `schemac pull` writes that as source, `schemac check` finds no error in it, and
//! what `schemac diff empty` makes of it is loaded into an empty database of another server. `pg_dump -s` tells the
//! same of both, and the second database gives the same source, byte for byte.
//!
//! - The project's own databases run on every major version: the SQL of `tests/kinds/`, the examples, the sample
//!   schemas.
//! - Real schemas run on the PostgreSQL installed here and on 18. They are beside the project, in `../shared/corpora`,
//!   or in the folder that `SCHEMAC_CORPORA` names; where there is neither, the test says so.
//!
//! `SCHEMAC_CORPUS=pagila,lago` runs only these. What became of each is a line of the output, and of a report in the
//! target directory's `tmp/corpora/`.

mod case;
mod crew;
mod trip;

use crate::kinds::MAJORS;
use crate::support::postgres::find;

use case::{Case, own, real};

#[test]
fn own_databases_come_back_identical() {
    let [first, second, third] =
        MAJORS.map(|major| crew::run("own", &find::server(major), own(major)));
    crew::pass([first, second, third]);
}

#[test]
fn real_databases_come_back_identical() {
    let server = find::default_server();
    crew::pass([crew::run("real", &server, real_or_say_so())]);
}

#[test]
fn real_databases_come_back_identical_on_postgresql_18() {
    // Where 18 is what is installed here, the test above did it.
    if find::default_server().major != 18 {
        crew::pass([crew::run("real", &find::server(18), real_or_say_so())]);
    }
}

fn real_or_say_so() -> Vec<Case> {
    let cases = real();
    if cases.is_empty() {
        println!(
            "no real schemas: there is no ../shared/corpora, and SCHEMAC_CORPORA names no folder; \
             the project's own databases are tried in every case"
        );
    }
    cases
}
