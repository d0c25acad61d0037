//! A project with migrations, and the commands that run them.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::support::postgres::database::Database;

/// A directory with migrations.
pub(crate) struct Project(TempDir);

/// What a command did.
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A migration of a test: its directory, `up.sql` and `down.sql`.
pub(crate) type Files<'f> = (&'f str, &'f str, &'f str);

impl Project {
    pub(crate) fn new(migrations: &[Files<'_>]) -> Project {
        let directory = tempfile::Builder::new().prefix("schemac-migrate-").tempdir().unwrap();
        let project = Project(directory);
        fs::create_dir(project.path().join("migrations")).unwrap();
        for (name, up, down) in migrations {
            project.write(&format!("migrations/{name}/up.sql"), up);
            project.write(&format!("migrations/{name}/down.sql"), down);
        }
        project
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn remove(&self, migration: &str) {
        fs::remove_dir_all(self.path().join("migrations").join(migration)).unwrap();
    }

    /// A command with the URL of a database, and nothing in its environment that changes it.
    pub(crate) fn command(&self, args: &str, url: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_schemac"));
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "PGOPTIONS"] {
            command.env_remove(name);
        }
        command.args(args.split_whitespace()).current_dir(self.path());
        command.env("DATABASE_URL", url).env("COLUMNS", "200").stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &str, url: &str) -> Done {
        Done::of(self.start(args, url))
    }

    pub(crate) fn start(&self, args: &str, url: &str) -> Child {
        let mut command = self.command(args, url);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }
}

impl Done {
    /// Waits for the end of a command.
    pub(crate) fn of(child: Child) -> Done {
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Done { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Done {
        assert!(!self.err.contains("panicked"), "{}", self.err);
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        self
    }

    /// Asserts that the standard error says all of this.
    #[track_caller]
    pub(crate) fn says(self, texts: &[&str]) -> Done {
        // A report is broken into lines where they end.
        let err: Vec<&str> = self.err.split(|c: char| c.is_whitespace() || c == '│').collect();
        let err: Vec<&str> = err.into_iter().filter(|word| !word.is_empty()).collect();
        let err = err.join(" ");
        for text in texts {
            assert!(err.contains(text), "`{text}` is not in\n{}", self.err);
        }
        self
    }
}

/// What a database holds, as `pg_dump -s` has it, without the random words that some versions write.
pub(crate) fn dump(database: &Database<'_>) -> String {
    let dump = database.dump();
    let lines = dump.lines().filter(|line| !line.contains("restrict ") && !line.is_empty());
    lines.map(|line| line.to_owned() + "\n").collect()
}
