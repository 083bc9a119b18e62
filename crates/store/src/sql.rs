//! One small SQL layer over two engines: the same statement text, the same values, the same rows.
//!
//! Statements use `$1`, `$2`, … which both engines know. Nothing outside `store` sees this module.

use crate::fault::Fault;
use core::time::Duration;
use domain::time::Instant;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Column as _, Row as _, TypeInfo as _, ValueRef as _};
use std::path::Path;
use uuid::Uuid;

/// A value going into or coming out of the database.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// A whole number, also an instant in microseconds.
    Int(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// An id.
    Id(Uuid),
    /// Yes or no.
    Flag(bool),
}

macro_rules! values {
    ($($from:ty => |$x:ident| $into:expr;)+) => {$(
        impl From<$from> for Value {
            fn from($x: $from) -> Self { $into }
        }
    )+};
}
values! {
    i64 => |x| Self::Int(x);
    f64 => |x| Self::Real(x);
    &str => |x| Self::Text(x.to_owned());
    String => |x| Self::Text(x);
    Vec<u8> => |x| Self::Bytes(x);
    Uuid => |x| Self::Id(x);
    bool => |x| Self::Flag(x);
    Instant => |x| Self::Int(x.micros());
}
impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(x: Option<T>) -> Self {
        x.map_or(Self::Null, Into::into)
    }
}

impl Value {
    pub(crate) fn int(&self) -> Option<i64> {
        if let Self::Int(x) = self { Some(*x) } else { None }
    }
    pub(crate) fn real(&self) -> Option<f64> {
        match self {
            Self::Real(x) => Some(*x),
            Self::Int(x) => Some(*x as f64),
            _ => None,
        }
    }
    pub(crate) fn text(&self) -> Option<&str> {
        if let Self::Text(x) = self { Some(x) } else { None }
    }
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(x) = self { Some(x) } else { None }
    }
    pub(crate) fn id(&self) -> Option<Uuid> {
        match self {
            Self::Id(x) => Some(*x),
            Self::Bytes(x) => Uuid::from_slice(x).ok(),
            _ => None,
        }
    }
    pub(crate) fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(x) => Some(*x),
            Self::Int(x) => Some(*x != 0),
            _ => None,
        }
    }
}

/// A row: its columns' names and values, in the order of the statement.
#[derive(Debug)]
pub(crate) struct Row(Vec<(String, Value)>);

impl Row {
    pub(crate) fn value(&self, column: &str) -> Result<&Value, Fault> {
        self.0
            .iter()
            .find_map(|(name, value)| (name == column).then_some(value))
            .ok_or_else(|| Fault::corrupt(format!("the statement returns no column {column}")))
    }
    pub(crate) fn int(&self, column: &str) -> Result<i64, Fault> {
        self.value(column)?.int().ok_or_else(|| Fault::corrupt(format!("{column} is no number")))
    }
    pub(crate) fn text(&self, column: &str) -> Result<&str, Fault> {
        self.value(column)?.text().ok_or_else(|| Fault::corrupt(format!("{column} is no text")))
    }
    pub(crate) fn bytes(&self, column: &str) -> Result<&[u8], Fault> {
        self.value(column)?.bytes().ok_or_else(|| Fault::corrupt(format!("{column} is no bytes")))
    }
    pub(crate) fn id(&self, column: &str) -> Result<Uuid, Fault> {
        self.value(column)?.id().ok_or_else(|| Fault::corrupt(format!("{column} is no id")))
    }
    pub(crate) fn into_values(self) -> Vec<(String, Value)> {
        self.0
    }
}

/// Which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The embedded default.
    Sqlite,
    /// The way past one machine.
    Postgres,
}

/// A pool of connections to one database.
#[derive(Clone, Debug)]
pub(crate) enum Pool {
    Sqlite { write: sqlx::SqlitePool, read: sqlx::SqlitePool },
    Postgres(sqlx::PgPool),
}

/// How an SQLite file lies on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Journal {
    /// Readers do not wait for the writer.
    WriteAhead,
    /// Nothing of an old page survives a commit; for keys.
    Truncate,
}

/// SQLite before this has the WAL-reset corruption.
const OLDEST_SQLITE: &str = "3.51.3";

impl Pool {
    pub(crate) async fn sqlite(file: &Path, journal: Journal) -> Result<Self, Fault> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(match journal {
                Journal::WriteAhead => SqliteJournalMode::Wal,
                Journal::Truncate => SqliteJournalMode::Truncate,
            })
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .foreign_keys(true)
            .pragma("secure_delete", "ON")
            .pragma("temp_store", "MEMORY")
            .pragma("journal_size_limit", "4194304");
        let write = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&write).await?;
        if numbers(&version) < numbers(OLDEST_SQLITE) {
            return Err(Fault::corrupt(format!(
                "SQLite {version} is too old: {OLDEST_SQLITE} or newer is needed"
            )));
        }
        let read = SqlitePoolOptions::new().max_connections(4).connect_with(options.read_only(true)).await?;
        Ok(Self::Sqlite { write, read })
    }

    pub(crate) async fn postgres(url: &str) -> Result<Self, Fault> {
        let options: PgConnectOptions = url.parse()?;
        let pool = PgPoolOptions::new()
            .max_connections(16)
            // A begin that was cancelled in flight leaves the connection inside a transaction; nobody may borrow it so.
            .after_release(|connection, _| {
                Box::pin(async move {
                    sqlx::raw_sql("ROLLBACK").execute(&mut *connection).await?;
                    Ok(true)
                })
            })
            .connect_with(options)
            .await?;
        Ok(Self::Postgres(pool))
    }

    pub(crate) const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins a transaction that may write. The begin itself runs in a task of its own, so that a caller who
    /// gives up leaves no connection half begun.
    pub(crate) async fn begin(&self) -> Result<Conn, Fault> {
        let begun = match self.clone() {
            Self::Sqlite { write, .. } => {
                tokio::spawn(async move { write.begin_with("BEGIN IMMEDIATE").await.map(Conn::Sqlite) })
            }
            Self::Postgres(pool) => tokio::spawn(async move { pool.begin().await.map(Conn::Postgres) }),
        };
        Ok(begun.await.map_err(|_| Fault::corrupt("the database task ended"))??)
    }

    /// Begins a transaction that only reads.
    pub(crate) async fn begin_reading(&self) -> Result<Conn, Fault> {
        let begun = match self.clone() {
            Self::Sqlite { read, .. } => tokio::spawn(async move { read.begin().await.map(Conn::Sqlite) }),
            Self::Postgres(pool) => tokio::spawn(async move {
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.map(Conn::Postgres)
            }),
        };
        Ok(begun.await.map_err(|_| Fault::corrupt("the database task ended"))??)
    }

    /// Moves what was written from the write-ahead log into the database file and empties the log, so that erased
    /// pages do not linger there. PostgreSQL keeps its own log; there erasure rests on the key alone.
    /// Returns whether it is empty: somebody may have been reading from it.
    pub(crate) async fn checkpoint(&self) -> Result<bool, Fault> {
        let Self::Sqlite { write, .. } = self else { return Ok(true) };
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(write).await?;
        Ok(row.try_get::<i64, _>(0)? == 0)
    }

    /// Closes every connection and waits for it.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|n| n.parse().unwrap_or(0)).collect()
}

/// One connection inside a transaction; dropping it rolls back.
pub(crate) enum Conn {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

macro_rules! bound {
    ($sql:expr, $args:expr) => {{
        let mut query = sqlx::query(AssertSqlSafe($sql.to_owned()));
        for arg in $args {
            query = match arg.clone() {
                // A typed NULL is written into the statement's text instead.
                Value::Null => return Err(Fault::corrupt("NULL cannot be bound")),
                Value::Int(x) => query.bind(x),
                Value::Real(x) => query.bind(x),
                Value::Text(x) => query.bind(x),
                Value::Bytes(x) => query.bind(x),
                Value::Id(x) => query.bind(x),
                Value::Flag(x) => query.bind(x),
            };
        }
        query
    }};
}

impl Conn {
    pub(crate) const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a statement; returns how many rows it touched.
    pub(crate) async fn run(&mut self, sql: &str, args: &[Value]) -> Result<u64, Fault> {
        Ok(match self {
            Self::Sqlite(c) => bound!(sql, args).execute(&mut **c).await?.rows_affected(),
            Self::Postgres(c) => bound!(sql, args).execute(&mut **c).await?.rows_affected(),
        })
    }

    /// Runs a statement; returns its rows.
    pub(crate) async fn rows(&mut self, sql: &str, args: &[Value]) -> Result<Vec<Row>, Fault> {
        match self {
            Self::Sqlite(c) => bound!(sql, args).fetch_all(&mut **c).await?.iter().map(from_sqlite).collect(),
            Self::Postgres(c) => {
                bound!(sql, args).fetch_all(&mut **c).await?.iter().map(from_postgres).collect()
            }
        }
    }

    /// Runs a statement; returns its first row.
    pub(crate) async fn row(&mut self, sql: &str, args: &[Value]) -> Result<Option<Row>, Fault> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    pub(crate) async fn commit(self) -> Result<(), Fault> {
        match self {
            Self::Sqlite(c) => c.commit().await?,
            Self::Postgres(c) => c.commit().await?,
        }
        Ok(())
    }
}

fn from_sqlite(row: &SqliteRow) -> Result<Row, Fault> {
    let columns = row.columns().iter().enumerate();
    let values = columns.map(|(i, column)| {
        let raw = row.try_get_raw(i)?;
        let kind = raw.type_info();
        let value = if raw.is_null() {
            Value::Null
        } else {
            match kind.name() {
                "INTEGER" | "BOOLEAN" | "NUMERIC" => Value::Int(row.try_get(i)?),
                "REAL" => Value::Real(row.try_get(i)?),
                "TEXT" => Value::Text(row.try_get(i)?),
                _ => Value::Bytes(row.try_get(i)?),
            }
        };
        Ok((column.name().to_owned(), value))
    });
    values.collect::<Result<_, Fault>>().map(Row)
}

fn from_postgres(row: &PgRow) -> Result<Row, Fault> {
    let columns = row.columns().iter().enumerate();
    let values = columns.map(|(i, column)| {
        let raw = row.try_get_raw(i)?;
        let kind = raw.type_info();
        let value = if raw.is_null() {
            Value::Null
        } else {
            match kind.name() {
                "INT8" => Value::Int(row.try_get(i)?),
                "INT4" => Value::Int(row.try_get::<i32, _>(i)?.into()),
                "FLOAT8" => Value::Real(row.try_get(i)?),
                "BOOL" => Value::Flag(row.try_get(i)?),
                "UUID" => Value::Id(row.try_get(i)?),
                "BYTEA" => Value::Bytes(row.try_get(i)?),
                "TEXT" | "VARCHAR" | "NAME" | "CHAR" => Value::Text(row.try_get(i)?),
                other => return Err(Fault::corrupt(format!("no value is known for the type {other}"))),
            }
        };
        Ok((column.name().to_owned(), value))
    });
    values.collect::<Result<_, Fault>>().map(Row)
}
