//! Which majors of PostgreSQL have an object.

/// The oldest major that the tables tell of.
pub const OLDEST: u8 = 14;
/// The newest major that the tables tell of.
pub const NEWEST: u8 = 18;

/// The majors, from and to, that have an object with the facts beside it.
///
/// The bounds are those of the tables: an object of [`OLDEST`] may be older, and one of [`NEWEST`] may live on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields speak")]
pub struct Versions {
    pub since: u8,
    pub until: u8,
}

impl Versions {
    /// All majors of the tables.
    pub const ALL: Versions = Versions { since: OLDEST, until: NEWEST };

    /// Tells whether the major has the object.
    pub fn contain(self, major: u8) -> bool {
        (self.since..=self.until).contains(&major)
    }

    /// Reads a field: nothing, `15-`, `-16` or `15-16`.
    pub(super) fn read(field: &str) -> Versions {
        let (since, until) = field.split_once('-').unwrap_or_default();
        Versions { since: since.parse().unwrap_or(OLDEST), until: until.parse().unwrap_or(NEWEST) }
    }
}
