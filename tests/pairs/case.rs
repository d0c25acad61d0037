//! The pairs: which there are, and which of them run.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::files;

/// Two scripts: one makes what is, the other what shall be.
pub(super) struct Pair {
    /// The folder's name and that of the folder above it, where it has one.
    pub(super) name: String,
    /// Where it comes from.
    pub(super) peer: String,
    pub(super) from: String,
    pub(super) to: String,
    /// Roles that both need.
    pub(super) roles: Vec<String>,
}

/// Returns the pairs that run, by name.
pub(super) fn pairs() -> Vec<Pair> {
    let shared = files::root().join("../shared/corpora/pairs");
    let named = std::env::var_os("SCHEMAC_PAIRS_FOLDER").filter(|it| !it.is_empty());
    let folder = match named {
        Some(folder) => PathBuf::from(folder),
        None if shared.is_dir() => shared,
        None => return Vec::new(),
    };
    let mut found: Vec<Pair> = Vec::new();
    for outer in folders(&folder) {
        let peer = name_of(&outer);
        if outer.join("from.sql").exists() {
            found.push(read(&outer, peer.clone(), peer));
            continue;
        }
        let inner = folders(&outer).into_iter().filter(|it| it.join("from.sql").exists());
        found.extend(inner.map(|it| read(&it, format!("{peer}/{}", name_of(&it)), peer.clone())));
    }
    assert!(!found.is_empty(), "{} has no pairs", folder.display());
    let wanted = std::env::var("SCHEMAC_PAIRS").unwrap_or_default();
    let wanted: Vec<&str> = wanted.split(',').filter(|it| !it.is_empty()).collect();
    found.retain(|pair| match wanted.as_slice() {
        [] => is_of_the_third(&pair.name),
        ["all"] => true,
        names => names.iter().any(|it| pair.name == *it || pair.peer == *it),
    });
    found.sort_by(|left, right| left.name.cmp(&right.name));
    assert!(!found.is_empty(), "SCHEMAC_PAIRS names no pair of {}", folder.display());
    found
}

/// Chooses a third of all pairs, the same ones on every machine (the hash is FNV-1a).
fn is_of_the_third(name: &str) -> bool {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    (hash >> 32).is_multiple_of(3)
}

fn read(folder: &Path, name: String, peer: String) -> Pair {
    let text = |file: &str| {
        let path = folder.join(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let meta = fs::read_to_string(folder.join("meta.json")).unwrap_or_else(|_| "{}".to_owned());
    let meta: serde_json::Value = serde_json::from_str(&meta).unwrap();
    let roles = meta["roles"].as_array().into_iter().flatten();
    let roles = roles.map(|it| it.as_str().unwrap().to_owned()).collect();
    Pair { name, peer, from: text("from.sql"), to: text("to.sql"), roles }
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|it| panic!("{}: {it}", folder.display()));
    entries.map(|it| it.unwrap().path()).filter(|it| it.is_dir()).collect()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Returns a folder below the target directory, made where it is not there.
pub(super) fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pairs").join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}
