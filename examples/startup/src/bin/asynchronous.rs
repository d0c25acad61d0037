//! A program that brings its database up to date when it starts, with the `tokio-postgres` crate.

#![expect(clippy::disallowed_methods, reason = "a program reads its environment")]

use std::error::Error;
use std::time::Duration;

use tokio_postgres::NoTls;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, connection) =
        tokio_postgres::connect(&std::env::var("DATABASE_URL")?, NoTls).await?;
    tokio::spawn(connection);
    let migrator = schemac::migrate!("migrations")
        .lock_timeout(Duration::from_millis(500))
        .retries(50)
        .allow_ahead()
        .observe(|event| println!("{event:?}"));
    let done = migrator.run_async(&client).await?;
    println!("{} applied, {} in all", done.ran.len(), done.n_applied);
    let row = client.query_one("SELECT count(*) FROM notes", &[]).await?;
    println!("{} notes", row.get::<_, i64>(0));
    Ok(())
}
