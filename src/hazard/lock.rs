//! PostgreSQL's locks on relations (manual 13.3.1).

/// What a lock on a relation keeps others from, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockLevel {
    /// What reading takes.
    AccessShare,
    /// What `SELECT … FOR UPDATE` takes.
    RowShare,
    /// What writing rows takes.
    RowExclusive,
    /// Keeps others from changing the schema and from vacuuming.
    ShareUpdateExclusive,
    /// Keeps others from writing.
    Share,
    /// Keeps others from writing, one at a time.
    ShareRowExclusive,
    /// Lets others read, and no more.
    Exclusive,
    /// Keeps others from reading.
    AccessExclusive,
}

impl LockLevel {
    /// Every level, weakest first.
    pub const ALL: [LockLevel; 8] = [
        LockLevel::AccessShare,
        LockLevel::RowShare,
        LockLevel::RowExclusive,
        LockLevel::ShareUpdateExclusive,
        LockLevel::Share,
        LockLevel::ShareRowExclusive,
        LockLevel::Exclusive,
        LockLevel::AccessExclusive,
    ];

    /// Returns PostgreSQL's name of it.
    pub fn sql(self) -> &'static str {
        match self {
            LockLevel::AccessShare => "ACCESS SHARE",
            LockLevel::RowShare => "ROW SHARE",
            LockLevel::RowExclusive => "ROW EXCLUSIVE",
            LockLevel::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            LockLevel::Share => "SHARE",
            LockLevel::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            LockLevel::Exclusive => "EXCLUSIVE",
            LockLevel::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// Returns the level of `mode` in `pg_locks`, as `AccessShareLock`.
    pub fn of_pg_locks(mode: &str) -> Option<LockLevel> {
        let name = mode.strip_suffix("Lock")?;
        LockLevel::ALL
            .into_iter()
            .find(|level| level.sql().replace(' ', "").eq_ignore_ascii_case(name))
    }

    /// Returns the level of `LOCK TABLE … IN … MODE`; without a mode it is the strongest.
    pub(super) fn of_sql(mode: &str) -> LockLevel {
        let named = LockLevel::ALL.into_iter().find(|level| level.sql().eq_ignore_ascii_case(mode));
        named.unwrap_or(LockLevel::AccessExclusive)
    }

    /// Tells whether others can't write while it is held.
    pub fn blocks_writes(self) -> bool {
        LockLevel::Share <= self
    }

    /// Tells whether others can't read while it is held.
    pub fn blocks_reads(self) -> bool {
        self == LockLevel::AccessExclusive
    }

    /// Says what others can't do while it is held.
    pub(super) fn in_words(self) -> &'static str {
        if self.blocks_reads() {
            "blocks reads and writes"
        } else if self.blocks_writes() {
            "blocks writes"
        } else {
            "blocks neither reads nor writes"
        }
    }
}
