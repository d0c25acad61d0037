//! `check --watch`, and Ctrl-C.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::{GOOD, Place};

/// How long a test waits for what must come.
const DEADLINE: Duration = Duration::from_secs(60);

/// What the last line of each report says.
const WAITING: &str = "waiting for changes";

/// A command that runs until it is told to end.
struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    fn start(place: &Place, args: &str) -> Running {
        let mut child = place.command(args).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            stderr.lines().map_while(Result::ok).all(|it| sender.send(it).is_ok())
        });
        Running { child, lines }
    }

    /// Returns all that is said up to the end of the next report.
    #[track_caller]
    fn report(&self) -> String {
        let mut said = String::new();
        let deadline = Instant::now() + DEADLINE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            let line = line.unwrap_or_else(|error| panic!("{error} after:\n{said}"));
            said.push_str(&line);
            said.push('\n');
            if line.contains(WAITING) {
                return said;
            }
        }
    }

    /// Asserts that the next report says this.
    #[track_caller]
    fn reports(&self, text: &str) {
        let said = self.report();
        assert!(said.contains(text), "`{text}` is not in\n{said}");
        assert!(!said.contains('\u{1b}'), "this is no terminal:\n{said}");
    }

    fn interrupt(&mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        let done = Command::new("kill").args(["-INT", &id]).status().unwrap();
        assert!(done.success() || self.child.try_wait().unwrap().is_some());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_change_is_checked() {
    let place = Place::with(&[("schemas/a.schema", GOOD)]);
    let mut watch = Running::start(&place, "check --watch");
    watch.reports("in 1 file: nothing is wrong");
    place.write("schemas/a.schema", GOOD.replace("email: text", "email: txt"));
    watch.reports("there is no type `txt`");
    // As editors do that write beside the file and rename.
    place.write("a.schema~", GOOD);
    fs::rename(place.path("a.schema~"), place.path("schemas/a.schema")).unwrap();
    watch.reports("nothing is wrong");
    place.write("schemas/deep/b.schema", "table b { a: int; }\n");
    watch.reports("in 2 files");
    fs::rename(place.path("schemas/deep/b.schema"), place.path("schemas/c.schema")).unwrap();
    watch.reports("in 2 files");
    fs::remove_file(place.path("schemas/c.schema")).unwrap();
    watch.reports("in 1 file");
    // The settings, which were not there, lead elsewhere.
    place.write("schemac.toml", "schemas = \"other\"\n");
    watch.reports("there is no file or directory `other`");
    place.write("other/d.schema", "tabel d {}\n");
    watch.reports("`tabel` begins no declaration");
    fs::remove_file(place.path("schemac.toml")).unwrap();
    watch.reports("nothing is wrong");
    assert_eq!(watch.interrupt(), Some(130));
}

#[test]
fn nobody_hears_it() {
    let place = Place::with(&[("schemas/a.schema", GOOD)]);
    let mut child = place.command("check --watch").stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn watching_mends_nothing() {
    let place = Place::with(&[("schemas/a.schema", GOOD)]);
    place.run("check --watch --fix").exits(2);
}

#[test]
fn an_interrupted_build_leaves_no_file_behind() {
    let schemas: String =
        (0..200).map(|n| format!("schema s{n};\ntable s{n}.t {{ a: int; }}\n")).collect();
    let place = Place::with(&[("schemas/a.schema", &schemas), ("made/keep", "")]);
    let mut build = Running::start(&place, "build --out made");
    let deadline = Instant::now() + DEADLINE;
    while place.list("made").len() == 1 && build.child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < deadline, "nothing is written");
    }
    let code = build.interrupt();
    assert!(code == Some(130) || code == Some(0), "{code:?}");
    let left: Vec<String> =
        place.list("made").into_iter().filter(|it| it.contains(".tmp")).collect();
    assert!(left.is_empty(), "{left:?}");
    if code == Some(130) {
        assert!(place.list("made").len() == 1 || place.list("made").len() > 200, "all or nothing");
    }
}
