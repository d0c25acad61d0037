//! What is slow to make and does not change: kept between runs in a folder of the user's below the temporary one.
//!
//! An entry is made from a *source*, such as a server's program. When a new entry is made, the entries of sources
//! that are gone or changed are removed, so the folder does not grow.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::account;

/// Marks a complete entry and holds the path of its source.
const SOURCE: &str = "source";

/// Returns the folder of the cache.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        // The temporary folder that root was given may be closed to the account that runs the servers.
        let me = account::me();
        let base = if me == 0 { PathBuf::from("/tmp") } else { std::env::temp_dir() };
        let root = base.join(format!("schemac-postgres-{me}"));
        make_directory(&root, 0o755).unwrap_or_else(|error| panic!("{}: {error}", root.display()));
        root
    });
    &ROOT
}

/// Returns the folder that `fill` made from `source`, now or in an earlier run.
pub(crate) fn entry(
    kind: &str,
    source: &Path,
    version: &str,
    fill: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<PathBuf> {
    let directory = root().join(format!("{kind}-{:08x}", key((kind, source, version))));
    if directory.join(SOURCE).exists() {
        return Ok(directory);
    }
    let lock = lock_file(&root().join("lock"))?;
    lock.lock()?;
    if !directory.join(SOURCE).exists() {
        remove_stale(kind, source)?;
        make_directory(&directory, 0o755)?;
        account::give(&directory)?;
        fill(&directory)?;
        fs::write(directory.join(SOURCE), source.as_os_str().as_encoded_bytes())?;
    }
    Ok(directory)
}

/// Removes the entries of this kind that no complete, unchanged source stands behind.
fn remove_stale(kind: &str, source: &Path) -> io::Result<()> {
    for entry in fs::read_dir(root())? {
        let entry = entry?.path();
        let of_kind = entry.file_name().is_some_and(|name| {
            name.to_string_lossy().strip_prefix(kind).is_some_and(|rest| rest.starts_with('-'))
        });
        let made_from = fs::read_to_string(entry.join(SOURCE)).unwrap_or_default();
        let stale = Path::new(&made_from) == source || !Path::new(&made_from).exists();
        if of_kind && stale {
            fs::remove_dir_all(entry)?;
        }
    }
    Ok(())
}

/// Returns a number for a value, the same in every process of one build.
pub(crate) fn key(value: impl Hash) -> u32 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    let [_, _, _, _, a, b, c, d] = hasher.finish().to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}

/// Makes a folder, or leaves it where it is there already.
///
/// # Errors
/// Also where another user has made it: anyone may use these names in the temporary folder.
pub(crate) fn make_directory(path: &Path, mode: u32) -> io::Result<()> {
    match DirBuilder::new().mode(mode).create(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Err(_) => {
            let metadata = fs::symlink_metadata(path)?;
            let ours = metadata.is_dir() && account::is_ours(metadata.uid());
            ours.then_some(()).ok_or_else(|| io::Error::other("this is another user's"))
        }
    }
}

/// Opens a file to lock, which the servers' account can open too.
pub(crate) fn lock_file(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path)?;
    account::give(path)?;
    Ok(file)
}
