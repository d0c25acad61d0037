//! What tests share: a real PostgreSQL, and the comparison of two dumps.

pub(crate) mod pg_dump;
pub(crate) mod postgres;
