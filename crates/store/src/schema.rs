//! The schema: forward-only migrations in one text for both engines, and what the schema is now.

use crate::fault::Fault;
use crate::sql::{Conn, Engine, Pool};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Migrations of the state database, in order. Never change one that was released; add another.
pub(crate) const STATE: &[(i64, &str, &str)] = &[
    (1, "foundation", include_str!("../migrations/0001_foundation.sql")),
    (2, "printing", include_str!("../migrations/0002_printing.sql")),
    (3, "models", include_str!("../migrations/0003_models.sql")),
    (4, "machines", include_str!("../migrations/0004_machines.sql")),
    (5, "oversight", include_str!("../migrations/0005_oversight.sql")),
    (6, "findings", include_str!("../migrations/0006_findings.sql")),
    (7, "print again", include_str!("../migrations/0007_print_again.sql")),
    (8, "requests", include_str!("../migrations/0008_requests.sql")),
    (9, "restrictions", include_str!("../migrations/0009_restrictions.sql")),
    (10, "policy versions", include_str!("../migrations/0010_policy_versions.sql")),
    (11, "disclosures", include_str!("../migrations/0011_disclosures.sql")),
    (12, "history pages", include_str!("../migrations/0012_history_pages.sql")),
    (13, "duties", include_str!("../migrations/0013_duties.sql")),
    (14, "told", include_str!("../migrations/0014_told.sql")),
    (15, "request rules", include_str!("../migrations/0015_request_rules.sql")),
    (16, "region", include_str!("../migrations/0016_region.sql")),
    (17, "acquisitions", include_str!("../migrations/0017_acquisitions.sql")),
    (18, "leaf times", include_str!("../migrations/0018_leaf_times.sql")),
    (19, "breaches", include_str!("../migrations/0019_breaches.sql")),
    (20, "letters", include_str!("../migrations/0020_letters.sql")),
    (21, "passkeys", include_str!("../migrations/0021_passkeys.sql")),
    (22, "provider accounts", include_str!("../migrations/0022_provider_accounts.sql")),
    (23, "unused accounts", include_str!("../migrations/0023_unused_accounts.sql")),
    (24, "legal holds", include_str!("../migrations/0024_legal_holds.sql")),
    (25, "letters tried", include_str!("../migrations/0025_letters_tried.sql")),
    (27, "retention outcomes", include_str!("../migrations/0027_retention_outcomes.sql")),
    (28, "agreements", include_str!("../migrations/0028_agreements.sql")),
    (30, "declared fields", include_str!("../migrations/0030_declared_fields.sql")),
    (31, "amends", include_str!("../migrations/0031_amends.sql")),
    (32, "corrected under a bar", include_str!("../migrations/0032_corrected_under_a_bar.sql")),
];

/// Migrations of the key database.
pub(crate) const KEYS: &[(i64, &str, &str)] = &[
    (1, "keys", include_str!("../migrations/keys_0001.sql")),
    (2, "receipts", include_str!("../migrations/keys_0002_receipts.sql")),
];

/// The text of a migration in an engine's own types.
fn in_words_of(engine: Engine, text: &str) -> String {
    let types: [(&str, &str, &str); 11] = [
        ("{id}", "BLOB", "UUID"),
        ("{instant}", "INTEGER", "BIGINT"),
        ("{int}", "INTEGER", "BIGINT"),
        ("{real}", "REAL", "DOUBLE PRECISION"),
        ("{text}", "TEXT", "TEXT"),
        ("{bytes}", "BLOB", "BYTEA"),
        ("{sealed}", "BLOB", "BYTEA"),
        ("{flag}", "INTEGER", "BOOLEAN"),
        ("{false}", "0", "FALSE"),
        ("{serial}", "INTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
        ("{strict}", " STRICT", ""),
    ];
    types.iter().fold(text.to_owned(), |text, (word, sqlite, postgres)| {
        text.replace(word, if engine == Engine::Sqlite { sqlite } else { postgres })
    })
}

/// Brings a database up to date.
pub(crate) async fn migrate(pool: &Pool, list: &'static [(i64, &str, &str)]) -> Result<(), Fault> {
    let engine = pool.engine();
    let migrations = list.iter().map(|(version, name, text)| {
        let sql = AssertSqlSafe(in_words_of(engine, text)).into_sql_str();
        Migration::new(*version, Cow::Borrowed(*name), MigrationType::Simple, sql, false)
    });
    let migrator = Migrator::with_migrations(migrations.collect());
    match pool {
        Pool::Sqlite { write, .. } => migrator.run(write).await?,
        Pool::Postgres(pool) => migrator.run(pool).await?,
    }
    Ok(())
}

/// The tables and columns that a database has now, whoever made them.
pub(crate) async fn columns(conn: &mut Conn) -> Result<BTreeMap<String, BTreeSet<String>>, Fault> {
    let sql = match conn.engine() {
        Engine::Sqlite => {
            "SELECT m.name AS t, c.name AS c FROM sqlite_schema m JOIN pragma_table_info(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        }
        Engine::Postgres => {
            "SELECT table_name::text AS t, column_name::text AS c FROM information_schema.columns \
             WHERE table_schema = 'public'"
        }
    };
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in conn.rows(sql, &[]).await? {
        all.entry(row.text("t")?.to_owned()).or_default().insert(row.text("c")?.to_owned());
    }
    Ok(all)
}
