//! Makes `schema.rs` and `schema.sql` of the directory `schemas`. Where Rust alone is wanted, the one line
//! `schemac::build("schemas")` does.

fn main() -> Result<(), schemac::BuildError> {
    schemac::Build::new("schemas").sql(true).run()?;
    Ok(())
}
