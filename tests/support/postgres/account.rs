//! The account that servers run as: PostgreSQL refuses to run as root.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

/// Who runs the tests, and who runs the servers.
struct Accounts {
    me: u32,
    /// User and group, where the tests run as root.
    server: Option<(u32, u32)>,
}

static ACCOUNTS: LazyLock<Accounts> = LazyLock::new(|| {
    let me = id(&["-u"]).expect("`id -u` works everywhere");
    let account = |name| Some((id(&["-u", name])?, id(&["-g", name])?));
    let server = (me == 0)
        .then(|| account("postgres").or_else(|| account("nobody")).unwrap_or((65534, 65534)));
    Accounts { me, server }
});

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// Returns the id of the user who runs the tests.
pub(crate) fn me() -> u32 {
    ACCOUNTS.me
}

/// Whether a user is the one who runs the tests or the servers.
pub(crate) fn is_ours(user: u32) -> bool {
    user == ACCOUNTS.me || ACCOUNTS.server.is_some_and(|(server, _)| user == server)
}

/// Returns a command that runs as the servers' account, without the variables that steer PostgreSQL.
pub(crate) fn command(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    without_pg_variables(&mut command).env("LC_ALL", "C").current_dir("/");
    if let Some((user, group)) = ACCOUNTS.server {
        command.uid(user).gid(group);
    }
    command
}

/// Removes `PGHOST`, `PGOPTIONS` and their like from a command's environment.
pub(crate) fn without_pg_variables(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"PG") {
            command.env_remove(name);
        }
    }
    command
}

/// Gives a file or folder to the servers' account.
pub(crate) fn give(path: &Path) -> io::Result<()> {
    match ACCOUNTS.server {
        Some((user, group)) => chown(path, Some(user), Some(group)),
        None => Ok(()),
    }
}

/// Gives a folder and all below it to the servers' account.
pub(crate) fn give_all(path: &Path) -> io::Result<()> {
    give(path)?;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            give_all(&entry.path())?;
        } else if kind.is_file() {
            give(&entry.path())?;
        }
    }
    Ok(())
}

/// Whether the servers' account can get to a file: for root's `nobody`, every folder above it must let others in.
pub(crate) fn reaches(path: &Path) -> bool {
    ACCOUNTS.server.is_none()
        || path
            .ancestors()
            .all(|part| fs::metadata(part).is_ok_and(|metadata| metadata.mode() & 0o001 != 0))
}
