//! What must not stay behind when the process ends.
//!
//! A [`Pledge`] is kept when its database is done with; [`abandon`] keeps all that are open, from whatever thread learns
//! of Ctrl-C.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::database::Connection;
use crate::database::url::Url;

/// A database that will be dropped.
#[derive(Debug)]
pub(super) struct Pledge {
    name: String,
}

/// The databases to drop, and the URL to drop each through.
static OPEN: Mutex<BTreeMap<String, Url>> = Mutex::new(BTreeMap::new());

fn open() -> MutexGuard<'static, BTreeMap<String, Url>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pledge {
    /// Promises to drop a database. Taken before it is made, so that nothing comes between.
    pub(super) fn new(name: &str, through: &Url) -> Pledge {
        open().insert(name.to_owned(), through.clone());
        Pledge { name: name.to_owned() }
    }

    /// Drops the database.
    pub(super) fn keep(self) {
        let through = open().remove(&self.name);
        if let Some(through) = through {
            drop_database(&through, &self.name);
        }
    }

    /// Forgets the promise: the database was not made.
    pub(super) fn forget(self) {
        open().remove(&self.name);
    }
}

/// Drops a database. Where that fails, nobody is left to be told, and the next run names it.
fn drop_database(through: &Url, name: &str) {
    if let Ok(mut connection) = Connection::open(through) {
        let _ = connection.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    }
}

/// Drops all scratch databases of this process, and ends its servers: for a process that is about to end.
pub fn abandon() {
    let all = std::mem::take(&mut *open());
    for (name, through) in all {
        drop_database(&through, &name);
    }
    super::private::abandon();
}
