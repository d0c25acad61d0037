//! Scratch databases: made where they can be, and gone afterwards, however the process ends.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use schemac::database::Connection;
use schemac::database::error::Kind;
use schemac::database::scratch::{Scratch, ScratchOptions};
use schemac::database::url::Url;

use super::replies;
use crate::support::postgres::{self, majors};

/// Tells a child process of [`nothing_outlives_the_process`] how to end.
const ENDING: &str = "SCHEMAC_TEST_SCRATCH_ENDING";

fn beside(target: &str) -> ScratchOptions {
    ScratchOptions { target: Some(Url::parse(target).unwrap()), ..ScratchOptions::default() }
}

/// Returns the first value of a query.
fn value(connection: &mut Connection, sql: &str) -> String {
    let all = replies(connection, sql).unwrap();
    all[0].trim_start_matches("0: [Some(\"").trim_end_matches("\")]").to_owned()
}

/// Returns the database that a connection is to.
fn name(connection: &mut Connection) -> String {
    value(connection, "SELECT current_database()")
}

#[test]
fn a_database_beside_the_target_is_like_it_and_goes_with_its_value() {
    for major in majors() {
        let server = postgres::major(major.into());
        let target = server.database();
        let scratch = Scratch::open(&beside(&target.url())).unwrap();
        assert!(!scratch.is_private());
        assert_eq!(scratch.version().major(), u32::from(major));
        let another = scratch.fresh().unwrap();
        let like = "SELECT concat_ws(' ', encoding, datcollate, datctype, to_jsonb(d) ->> 'datlocprovider', \
                    to_jsonb(d) ->> 'datlocale') FROM pg_database d WHERE datname = current_database()";
        let expected = value(&mut super::open(&target), like);
        let mut names = Vec::new();
        for mut connection in [scratch.connect().unwrap(), another.connect().unwrap()] {
            connection.run("CREATE TABLE t ()").unwrap();
            assert_eq!(value(&mut connection, like), expected);
            names.push(name(&mut connection));
        }
        assert!(names.iter().all(|name| name.starts_with("schemac_scratch_")), "{names:?}");
        let mut observer = super::open(&target);
        let count =
            format!("SELECT count(*) FROM pg_database WHERE datname IN ('{}')", names.join("','"));
        assert_eq!(value(&mut observer, &count), "2");
        // An open connection keeps none of them.
        let _open = another.connect().unwrap();
        drop((another, scratch));
        assert_eq!(value(&mut observer, &count), "0");
    }
}

#[test]
fn an_icu_database_has_a_scratch_database_with_its_locale() {
    let server = postgres::private();
    let target = server.database();
    let icu = "CREATE DATABASE icu TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de-u-ks-level2' LOCALE 'C'";
    if let Err(error) = target.connect().batch_execute(icu) {
        assert!(server.major() < 15, "{error}");
        return;
    }
    let scratch = Scratch::open(&beside(&target.url().replace(&target.name, "icu"))).unwrap();
    let locale = "SELECT coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') \
                  FROM pg_database d WHERE datname = current_database()";
    assert_eq!(value(&mut scratch.connect().unwrap(), locale), "de-u-ks-level2");
}

#[test]
fn who_may_not_create_databases_gets_a_server_of_the_same_version() {
    for major in [14, 18] {
        let server = postgres::major(major);
        let target = server.database();
        let role = format!("r_{}", target.name);
        target.run_sql(&format!("CREATE ROLE {role} LOGIN")).unwrap();
        let programs = vec![
            postgres::find::default_server().path.parent().unwrap().to_owned(),
            postgres::find::server(major).path.parent().unwrap().to_owned(),
        ];
        let options = ScratchOptions {
            programs: Some(programs),
            ..beside(&target.url().replace("user=postgres", &format!("user={role}")))
        };
        let scratch = Scratch::open(&options).unwrap();
        target.run_sql(&format!("DROP ROLE {role}")).unwrap();
        assert!(scratch.is_private());
        assert_eq!(scratch.version().major(), major);
        let place = place_of(&scratch);
        let another = scratch.fresh().unwrap();
        assert_ne!(name(&mut scratch.connect().unwrap()), name(&mut another.connect().unwrap()));
        another.connect().unwrap().run("CREATE TABLE t ()").unwrap();
        drop(another);
        drop(scratch);
        assert!(!place.exists() && !has_process(&place), "{} is left", place.display());
    }
}

/// Returns the directory of a private server.
fn place_of(scratch: &Scratch) -> PathBuf {
    let url = scratch.url().to_string();
    let (_, rest) = url.split_once("host=").unwrap();
    PathBuf::from(rest.split('&').next().unwrap())
}

#[test]
fn without_a_way_both_ways_out_are_named() {
    let target = "postgres://nobody@127.0.0.1:1/x";
    let options = ScratchOptions { programs: Some(vec!["/nonexistent".into()]), ..beside(target) };
    let error = Scratch::open(&options).unwrap_err();
    assert_eq!(error.kind(), Kind::NoScratch);
    assert_eq!(
        error.to_string(),
        "there is no scratch database:\n\
         beside `postgres://nobody@127.0.0.1:1/x`: no server answers at `127.0.0.1:1`: Connection refused (os error 111)\n\
         on a server of its own: no server programs of PostgreSQL 14 or later are installed; SCHEMAC_PG_BIN can name \
         their directory"
    );
    assert_eq!(
        error.help(),
        Some(
            "give `--scratch-url` a server where the role may create databases, or install PostgreSQL's server programs \
             (Debian: `apt-get install postgresql`)"
        )
    );
}

#[test]
fn the_server_that_is_given_is_the_only_one() {
    let target = postgres::default().database();
    let role = format!("r_{}", target.name);
    target.run_sql(&format!("CREATE ROLE {role} LOGIN")).unwrap();
    let url = Url::parse(&target.url().replace("user=postgres", &format!("user={role}"))).unwrap();
    let options = ScratchOptions { scratch_url: Some(url), ..ScratchOptions::default() };
    let error = Scratch::open(&options).unwrap_err();
    target.run_sql(&format!("DROP ROLE {role}")).unwrap();
    assert_eq!(error.to_string(), format!("the role `{role}` may not create databases"));
    let url = Url::parse(&target.url()).unwrap();
    let options = ScratchOptions { scratch_url: Some(url), ..ScratchOptions::default() };
    assert!(!Scratch::open(&options).unwrap().is_private());
}

#[test]
fn what_was_left_behind_long_ago_is_named_and_stays() {
    let server = postgres::private();
    let target = server.database();
    let mut admin = super::open(&target);
    let names = [
        "schemac_scratch_5f000000_0123456789abcdef",
        "schemac_scratch_mine",
        "schemac_scratch_5f000000_2",
    ];
    for name in names {
        admin.run(&format!("CREATE DATABASE {name}")).unwrap();
    }
    let used = Url::parse(&target.url()).unwrap().with_database(names[2]);
    let _used = Connection::open(&used).unwrap();
    let scratch = Scratch::open(&beside(&target.url())).unwrap();
    assert_eq!(scratch.leftovers(), [names[0]]);
    drop(scratch);
    assert_eq!(
        value(&mut admin, "SELECT count(*) FROM pg_database WHERE datname ~ '^schemac_scratch'"),
        "3"
    );
}

/// A process with both sorts of scratch databases ends in each way there is; its server is gone soon after.
#[test]
fn nothing_outlives_the_process() {
    if let Ok(ending) = std::env::var(ENDING) {
        use_a_server_and_end(&ending);
    }
    let children: Vec<_> =
        ["exit", "panic", "abort", "kill", "abandon"].map(|it| (it, start_child(it))).into();
    for (ending, mut child) in children {
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let place = lines.find_map(|line| line.unwrap().strip_prefix("server ").map(PathBuf::from));
        let place = place.unwrap_or_else(|| panic!("{ending}: the child started no server"));
        if ending == "kill" {
            assert!(has_process(&place));
            child.kill().unwrap();
        }
        child.wait().unwrap();
        if ending == "abandon" {
            assert!(!place.exists(), "{} is left", place.display());
        }
        let began = Instant::now();
        while place.exists() || has_process(&place) {
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "{ending}: {} is left",
                place.display()
            );
            sleep(Duration::from_millis(20));
        }
    }
}

fn start_child(ending: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "database::scratch::nothing_outlives_the_process", "--nocapture"])
        .env(ENDING, ending)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What a child process does: it tells its server's directory and ends.
fn use_a_server_and_end(ending: &str) -> ! {
    let programs = postgres::find::default_server().path.parent().unwrap().to_owned();
    let options = ScratchOptions { programs: Some(vec![programs]), ..ScratchOptions::default() };
    let scratch = Scratch::open(&options).unwrap();
    let _open = scratch.connect().unwrap();
    let target = scratch.url().clone();
    let beside = Scratch::open(&ScratchOptions { target: Some(target), ..options }).unwrap();
    assert!(!beside.is_private());
    println!("\nserver {}", place_of(&scratch).display());
    match ending {
        "exit" => std::process::exit(0),
        "panic" => panic!("as the test asks"),
        "abort" => std::process::abort(),
        "abandon" => {
            let mut admin = scratch.connect().unwrap();
            assert_eq!(
                value(&mut admin, "SELECT count(*) FROM pg_database WHERE datname ~ 'scratch'"),
                "2"
            );
            schemac::database::scratch::abandon();
            std::process::exit(0)
        }
        // Waits to be killed; where the parent dies first, so does this.
        _ => {
            let _ = std::io::stdin().read_line(&mut String::new());
            std::process::exit(1)
        }
    }
}

/// Whether a process names the directory in its command line, as the server and its keeper do.
fn has_process(place: &Path) -> bool {
    let place = place.to_string_lossy();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|process| fs::read(process.path().join("cmdline")).ok())
        .any(|line| String::from_utf8_lossy(&line).contains(&*place))
}
