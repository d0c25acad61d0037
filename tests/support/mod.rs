//! What tests share: what becomes of a source, a real PostgreSQL, the files of the project and what its documents hold, and the comparison of two
//! dumps.

pub(crate) mod compiled;
pub(crate) mod files;
pub(crate) mod markdown;
pub(crate) mod pg_dump;
pub(crate) mod postgres;
pub(crate) mod source;
