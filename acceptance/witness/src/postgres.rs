//! New empty databases on the PostgreSQL that was started for this run, and all that they hold.

use sqlx::{Connection as _, Executor as _, PgConnection, Row as _};
use std::path::PathBuf;

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

/// A copy of a database to which nobody is connected; its address.
pub async fn copy(address: &str) -> String {
    let (of, copy) = (name(address), database().await);
    let server = std::env::var("PRINTKEEP_TEST_POSTGRES").unwrap();
    let mut connection = PgConnection::connect(&server).await.unwrap();
    let again = format!("CREATE DATABASE {} TEMPLATE {of}", name(&copy));
    for sql in [format!("DROP DATABASE {}", name(&copy)), again] {
        connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    }
    copy
}

fn name(address: &str) -> &str {
    address.split('?').next().and_then(|path| path.rsplit('/').next()).unwrap()
}

/// The folder in which a database's files lie, written out and without old rows.
pub async fn files(address: &str) -> PathBuf {
    let mut connection = PgConnection::connect(address).await.unwrap();
    for sql in ["VACUUM FULL", "CHECKPOINT"] {
        connection.execute(sql).await.unwrap();
    }
    let place = "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database \
                 WHERE datname = current_database()";
    let folder: String = sqlx::query_scalar(place).fetch_one(&mut connection).await.unwrap();
    let folder = PathBuf::from(folder);
    assert!(!crate::traces::files(&folder).is_empty(), "{} can be read", folder.display());
    folder
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
