//! Looking for what must not be there: everywhere that the house or a machine may keep something.

use crate::house::House;
use std::collections::BTreeMap;
use store::Database;
pub use witness::traces::{Hunt, files};

/// Where something of it is: files of the house and of the printer, the database's rows, what was logged.
pub async fn found(house: &House, hunt: &Hunt) -> Vec<String> {
    let folder = house.folder.path();
    let inside = |file: &std::path::PathBuf| file.strip_prefix(folder).unwrap().display().to_string();
    let mut places: Vec<String> = hunt.files_in(folder).iter().map(inside).collect();
    if let Database::Postgres { state, keys } = &house.settings.database {
        for (name, address) in [("rows", state), ("keys", keys)] {
            if hunt.is_in(&witness::postgres::content(address).await) {
                places.push(name.to_owned());
            }
        }
    }
    if hunt.is_in(&witness::log::captured().bytes()) {
        places.push("log".to_owned());
    }
    places
}

/// How many rows each table holds.
pub async fn rows(house: &House) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for table in house.ctx.store.columns().await.unwrap().into_keys() {
        let count = match &house.settings.database {
            Database::Embedded => {
                use sqlx::Connection as _;
                let path = house.data().join("state.db");
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).read_only(true);
                let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
                let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
                sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut connection).await.unwrap()
            }
            Database::Postgres { state, .. } => {
                use sqlx::Connection as _;
                let mut connection = sqlx::PgConnection::connect(state).await.unwrap();
                let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
                sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut connection).await.unwrap()
            }
        };
        counts.insert(table, count);
    }
    counts
}
