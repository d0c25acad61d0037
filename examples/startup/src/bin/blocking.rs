//! A program that brings its database up to date when it starts, with the `postgres` crate.

#![expect(clippy::disallowed_methods, reason = "a program reads its environment")]

use std::error::Error;

use postgres::{Client, NoTls};

fn main() -> Result<(), Box<dyn Error>> {
    let mut client = Client::connect(&std::env::var("DATABASE_URL")?, NoTls)?;
    let done = schemac::migrate!("migrations").run(&mut client)?;
    println!("{} applied, {} in all", done.ran.len(), done.n_applied);
    let row = client.query_one("SELECT count(*) FROM notes", &[])?;
    println!("{} notes", row.get::<_, i64>(0));
    Ok(())
}
