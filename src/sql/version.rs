//! The version of a PostgreSQL server.
//!
//! What differs between versions asks [`PgVersion::is_at_least`], so that a search for the number finds all of it.

use std::fmt;

/// A version of PostgreSQL that schemac works with, such as 15.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PgVersion {
    /// As in `server_version_num`: 150004 is 15.4 (manual: Preset Options).
    num: u32,
}

/// A server that is older than the oldest version that schemac works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server is PostgreSQL {found}; schemac works with {} and later", PgVersion::OLDEST)]
pub struct TooOld {
    found: PgVersion,
}

impl PgVersion {
    /// The oldest major version that schemac works with.
    pub const OLDEST: u32 = 14;

    /// Returns the first version of a major one.
    #[cfg(feature = "postgres")]
    pub(crate) const fn of_major(major: u32) -> PgVersion {
        PgVersion { num: major * 10_000 }
    }

    /// Makes a version of what `SHOW server_version_num` answers.
    ///
    /// # Errors
    /// Where it is older than [`PgVersion::OLDEST`].
    pub fn from_num(num: u32) -> Result<PgVersion, TooOld> {
        let version = PgVersion { num };
        if version.is_at_least(Self::OLDEST) { Ok(version) } else { Err(TooOld { found: version }) }
    }

    /// Returns the major version, such as 15.
    pub fn major(self) -> u32 {
        self.num / 10_000
    }

    /// Returns the minor version, such as 4 of 15.4.
    pub fn minor(self) -> u32 {
        self.num % 10_000
    }

    /// Tells whether this is a major version or a later one.
    pub fn is_at_least(self, major: u32) -> bool {
        major <= self.major()
    }
}

impl fmt::Display for PgVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Before version 10 there were three parts: 90624 is 9.6.24.
        if self.major() < 10 {
            return write!(f, "{}.{}.{}", self.major(), self.minor() / 100, self.num % 100);
        }
        write!(f, "{}.{}", self.major(), self.minor())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_and_shown() {
        let version = PgVersion::from_num(150_004).expect("15 is new enough");
        assert_eq!((version.major(), version.minor()), (15, 4));
        assert_eq!(version.to_string(), "15.4");
        assert!(version.is_at_least(15) && !version.is_at_least(16));
        assert!(version < PgVersion::from_num(180_000).expect("so is 18"));
    }

    #[test]
    fn versions_that_are_too_old_are_refused() {
        let shown = |num| PgVersion::from_num(num).map_err(|error| error.to_string());
        let old = |it: &str| {
            Err(format!("the server is PostgreSQL {it}; schemac works with 14 and later"))
        };
        assert_eq!(shown(130_014), old("13.14"));
        assert_eq!(shown(90_624), old("9.6.24"));
        assert!(shown(140_000).is_ok());
    }
}
