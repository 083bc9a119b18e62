//! New empty databases on the PostgreSQL that was started for this run, and all that they hold.

use sqlx::{Connection as _, Executor as _, PgConnection, Row as _};

/// A new empty database; its address.
pub async fn database() -> String {
    let server = std::env::var("PRINTKEEP_TEST_POSTGRES")
        .expect("no PostgreSQL for this run: use `cargo nextest run`, which starts one");
    let mut connection = PgConnection::connect(&server).await.unwrap();
    let random = "SELECT 't' || replace(gen_random_uuid()::text, '-', '')";
    let name: String = sqlx::query_scalar(random).fetch_one(&mut connection).await.unwrap();
    let sql = format!("CREATE DATABASE {name} TEMPLATE template0");
    connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    server.replace("/postgres?", &format!("/{name}?"))
}

/// Every row of every table of a database, as text; bytes in hexadecimal.
pub async fn content(address: &str) -> Vec<u8> {
    let mut connection = PgConnection::connect(address).await.unwrap();
    let sql = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'";
    let mut all = Vec::new();
    for table in connection.fetch_all(sql).await.unwrap() {
        let sql = format!("SELECT t::text FROM \"{}\" t", table.get::<String, _>(0));
        for row in connection.fetch_all(sqlx::AssertSqlSafe(sql)).await.unwrap() {
            all.extend_from_slice(row.get::<Option<String>, _>(0).unwrap_or_default().as_bytes());
            all.push(b'\n');
        }
    }
    all
}
