//! Looking for what must not be there: canaries in every file, raw and encoded, counts of rows and lists of files.

use crate::house::House;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all.sort();
    all
}

/// A canary as it may lie somewhere: raw, UTF-16, hexadecimal, base64 at each of three offsets.
fn disguises(canary: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(canary);
    let hex: String = canary.iter().map(|b| format!("{b:02x}")).collect();
    let mut all = vec![
        canary.to_vec(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
    ];
    for offset in 0..3 {
        let padded = [vec![0; offset], canary.to_vec()].concat();
        let encoded = BASE64_STANDARD_NO_PAD.encode(padded);
        // The first and last letters depend on their neighbours.
        all.push(encoded.as_bytes()[4..encoded.len() - 4].to_vec());
    }
    all
}

/// Files in the house and on the printer that hold a canary in any disguise.
pub fn found(house: &House, canary: &[u8]) -> Vec<PathBuf> {
    let needles = disguises(canary);
    let all = files(house.folder.path());
    let holds = |file: &PathBuf| {
        let bytes = std::fs::read(file).unwrap_or_default();
        needles.iter().any(|needle| bytes.windows(needle.len()).any(|window| window == needle))
    };
    all.into_iter().filter(holds).collect()
}

/// How many rows each table holds.
pub async fn rows(house: &House) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for table in house.ctx.store.columns().await.unwrap().into_keys() {
        let count = match &house.settings.database {
            store::Database::Embedded => {
                use sqlx::Connection as _;
                let path = house.data().join("state.db");
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).read_only(true);
                let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
                let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
                sqlx::query_scalar::<_, i64>(sql).fetch_one(&mut connection).await.unwrap()
            }
            store::Database::Postgres { state, .. } => {
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
