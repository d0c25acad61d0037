//! Programs that have their migrations in them.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use postgres::{Client, NoTls};
use schemac::Migrator;
use schemac::migrate::event::{Event, Outcome};

use super::project::{Project, dump};
use super::proxy::{Fate, Proxy};
use crate::support::postgres as servers;

/// The migrations of the example.
fn example() -> Migrator {
    schemac::migrate!("examples/startup/migrations")
}

/// Applies with `tokio-postgres`.
fn run_async(migrator: &Migrator, url: &str) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        migrator.run_async(&client).await.unwrap()
    })
}

#[test]
fn a_program_has_them_in_it_and_applies_them_once() {
    let database = servers::default().database();
    let events: Arc<Mutex<Vec<Event>>> = Arc::default();
    let log = Arc::clone(&events);
    let migrator = example().observe(move |event| log.lock().unwrap().push(event.clone()));
    let mut client = database.connect();
    let done = migrator.run(&mut client).unwrap();
    let names: Vec<&str> = done.ran.iter().map(|it| it.name.as_str()).collect();
    assert_eq!((names, done.n_applied), (vec!["notes", "search"], 2));
    assert!(matches!(&events.lock().unwrap()[0], Event::Plan(planned) if planned.len() == 2));
    let done = migrator.run(&mut client).unwrap();
    assert_eq!((done.ran.len(), done.n_applied), (0, 2));
    assert_eq!(run_async(&migrator, &database.url()), done);
    client.batch_execute("SELECT text FROM notes").unwrap();
    // The commands and the program keep the same history.
    let project = Project::new(&[]);
    for label in ["20261122T103000_notes", "20261123T090000_search"] {
        let file = format!("examples/startup/migrations/{label}/up.sql");
        let text = crate::support::files::read(&crate::support::files::root().join(file));
        project.write(&format!("migrations/{label}/up.sql"), text);
    }
    project.run("status --exit-code", &database.url()).exits(0);
}

#[test]
fn both_clients_do_the_same() {
    let (blocking, other) = (servers::default().database(), servers::default().database());
    example().run(&mut blocking.connect()).unwrap();
    run_async(&example(), &other.url());
    assert_eq!(dump(&blocking), dump(&other));
}

#[test]
fn many_programs_start_together() {
    let database = servers::default().database();
    let url = database.url();
    let migrator = example();
    let outcomes: Vec<Outcome> = thread::scope(|scope| {
        let (migrator, url) = (&migrator, &url);
        let start = |n: usize| {
            scope.spawn(move || match n % 2 {
                0 => migrator.run(&mut Client::connect(url, NoTls).unwrap()).unwrap(),
                _ => run_async(migrator, url),
            })
        };
        let threads: Vec<_> = (0..8).map(start).collect();
        threads.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert!(outcomes.iter().all(|it| it.n_applied == 2), "{outcomes:?}");
    assert_eq!(outcomes.iter().filter(|it| it.ran.len() == 2).count(), 1, "{outcomes:?}");
}

#[test]
fn the_session_of_the_program_is_left_as_it_was() {
    let database = servers::default().database();
    let mut client = database.connect();
    client.batch_execute("SET search_path = pg_catalog, public; SET lock_timeout = '17s'; SET ROLE pg_monitor; RESET ROLE").unwrap();
    example().run(&mut client).unwrap();
    for (name, value) in [
        ("search_path", "pg_catalog, public"),
        ("lock_timeout", "17s"),
        ("idle_in_transaction_session_timeout", "0"),
        ("role", "none"),
    ] {
        let found: String = client.query_one(&format!("SHOW {name}"), &[]).unwrap().get(0);
        assert_eq!(found, value, "{name}");
    }
    let locks =
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()";
    assert_eq!(client.query_one(locks, &[]).unwrap().get::<_, i64>(0), 0);
}

#[test]
fn what_is_wrong_is_an_error_with_the_way_out() {
    let database = servers::default().database();
    let mut client = database.connect();
    let migrator =
        Migrator::embedded(&[("20260101T000000_a", "SELECT 1;\nSELECT nothing;\n", None)], None);
    let error = migrator.run(&mut client).unwrap_err();
    assert_eq!(
        (error.path(), error.line(), error.code()),
        (Some("20260101T000000_a/up.sql"), Some(2), Some("42703"))
    );
    assert!(
        error.to_string().starts_with("20260101T000000_a/up.sql:2: column \"nothing\""),
        "{error}"
    );
    client.batch_execute("BEGIN").unwrap();
    let error = example().to("20261122T103000").run(&mut client).unwrap_err();
    assert_eq!(error.name(), "in-a-transaction");
    client.batch_execute("ROLLBACK").unwrap();
    for (files, name) in [
        (vec![("a", "", None)], "migration-name"),
        (vec![("20260101T000000_a", "", None), ("20260101T000000_b", "", None)], "doubled-version"),
    ] {
        assert_eq!(Migrator::embedded(&files, None).run(&mut client).unwrap_err().name(), name);
    }
    let edited = Migrator::embedded(&[("20260101T000000_a", "", None)], Some("// nonsense"));
    assert_eq!(edited.run(&mut client).unwrap_err().name(), "lock-edited");
}

#[test]
fn a_connection_that_is_lost_is_said_and_the_next_goes_on() {
    let database = servers::default().database();
    let proxy = Proxy::start(&database.url(), |_, sql| {
        if sql.starts_with("CREATE INDEX CONCURRENTLY") { Fate::Abandon } else { Fate::Pass }
    });
    let mut client = Client::connect(&proxy.url(&database.name), NoTls).unwrap();
    let error = example().run(&mut client).unwrap_err();
    assert_eq!(error.name(), "connection-lost");
    assert!(error.way_out().unwrap().contains("goes on there"), "{error}");
    let done = example().lock_wait(Duration::from_secs(60)).run(&mut database.connect()).unwrap();
    assert_eq!((done.ran.len(), done.n_applied), (1, 2));
}
