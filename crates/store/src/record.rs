//! Rows about people, read and written as the data map says: what it calls sealed is sealed, what the grant does
//! not cover stays closed, what has expired is not returned.
//!
//! This is the only code that turns personal columns into values and back; the files named after nouns put words
//! to it.

use crate::crypt::{Key, sha256};
use crate::fault::{Error, Fault};
use crate::opened::Field;
pub use crate::opened::Record;
use crate::over_age;
use crate::sql::{Row, Value};
use crate::tx::Grant;
use domain::ids::PersonId;
use privacy::{Act, Column, Personal, Refusal, Seal, Table, Whose};
use uuid::Uuid;

impl Grant<'_> {
    /// Stores a new row. Columns without a value are left empty.
    ///
    /// # Errors
    /// A refusal if the policy does not let a column's category serve the purpose; then nothing is stored.
    pub(crate) async fn insert(&self, row: Uuid, values: &[(&str, Value)]) -> Result<(), Error> {
        self.must_be(&[Act::Create])?;
        let table = self.map()?;
        let key_column = key_column(&self.table);
        let mut columns = vec![key_column];
        let mut args = vec![Value::Id(row)];
        if let (Some(column), Whose::Person(person)) = (table.person.as_deref(), self.whose)
            && column != key_column
        {
            columns.push(column);
            args.push(person.uuid().into());
        }
        for (name, value) in values.iter().filter(|(_, value)| *value != Value::Null) {
            columns.push(name);
            args.push(self.to_disk(table, name, row, value)?);
        }
        let places: Vec<String> = (1..=args.len()).map(|n| format!("${n}")).collect();
        let sql =
            format!("INSERT INTO {} ({}) VALUES ({})", self.table, columns.join(", "), places.join(", "));
        self.tx.run(&sql, &args).await?;
        Ok(())
    }

    /// Alters a row. Returns whether there was one.
    ///
    /// # Errors
    /// As [`Grant::insert`].
    pub(crate) async fn update(&self, row: Uuid, values: &[(&str, Value)]) -> Result<bool, Error> {
        self.update_if(row, &[], values).await
    }

    /// Alters a row in which these plain columns still hold these values. Returns whether there was one.
    ///
    /// # Errors
    /// As [`Grant::insert`].
    pub(crate) async fn update_if(
        &self,
        row: Uuid,
        still: &[(&str, Value)],
        values: &[(&str, Value)],
    ) -> Result<bool, Error> {
        self.must_be(&[Act::Change, Act::Create])?;
        let table = self.map()?;
        let mut args = vec![];
        let mut sets = vec![];
        for (name, value) in values {
            if *value == Value::Null {
                sets.push(format!("{name} = NULL"));
            } else {
                args.push(self.to_disk(table, name, row, value)?);
                sets.push(format!("{name} = ${}", args.len()));
            }
        }
        args.push(row.into());
        let mut sql = format!(
            "UPDATE {} SET {} WHERE {} = ${}",
            self.table,
            sets.join(", "),
            key_column(&self.table),
            args.len()
        );
        for (name, value) in still {
            args.push(value.clone());
            sql.push_str(&format!(" AND {name} = ${}", args.len()));
        }
        self.bound_to_person(table, &mut sql, &mut args);
        Ok(self.tx.run(&sql, &args).await? > 0)
    }

    /// Removes rows; `clause` is a condition on columns with `$1`, … for `args`. Returns how many went.
    ///
    /// # Errors
    /// A fault.
    pub(crate) async fn remove(&self, clause: &str, args: &[Value]) -> Result<u64, Error> {
        self.must_be(&[Act::Erase])?;
        let table = self.map()?;
        let mut args = args.to_vec();
        let mut sql = format!("DELETE FROM {} WHERE {clause}", self.table);
        self.bound_to_person(table, &mut sql, &mut args);
        Ok(self.tx.run(&sql, &args).await?)
    }

    /// One row by its id.
    ///
    /// # Errors
    /// A fault.
    pub(crate) async fn get(&self, row: Uuid) -> Result<Option<Record>, Error> {
        let clause = format!("{} = $1", key_column(&self.table));
        Ok(self.list(&clause, "", &[row.into()]).await?.into_iter().next())
    }

    /// Rows that meet `clause` (a condition with `$1`, … for `args`), in the order and number that `tail` says.
    ///
    /// # Errors
    /// A fault.
    pub(crate) async fn list(&self, clause: &str, tail: &str, args: &[Value]) -> Result<Vec<Record>, Error> {
        let table = self.map()?;
        let mut args = args.to_vec();
        let mut wanted = self.wanted(table, clause, &mut args);
        self.told_by_now(table, &mut wanted, &mut args);
        self.select(table, &format!("{wanted} {tail}"), &args).await
    }

    /// As [`Grant::list`], with what a law forbids to tell yet: for a check that tells of numbers alone.
    ///
    /// # Errors
    /// A fault.
    pub(crate) async fn list_untold(&self, tail: &str) -> Result<Vec<Record>, Error> {
        let table = self.map()?;
        let mut args = vec![];
        let wanted = self.wanted(table, "1 = 1", &mut args);
        self.select(table, &format!("{wanted} {tail}"), &args).await
    }

    /// As [`Grant::list`], `limit` rows after the first `skip` in this order, of which the rows before cost no more than
    /// their line in an index that has every column of order and expiry.
    ///
    /// # Errors
    /// A fault.
    pub(crate) async fn page(
        &self,
        clause: &str,
        order: &str,
        args: &[Value],
        (skip, limit): (usize, usize),
    ) -> Result<Vec<Record>, Error> {
        let table = self.map()?;
        let mut args = args.to_vec();
        let mut wanted = self.wanted(table, clause, &mut args);
        self.told_by_now(table, &mut wanted, &mut args);
        let key = key_column(&self.table);
        let ids =
            format!("SELECT {key} FROM {} WHERE {wanted} {order} LIMIT {limit} OFFSET {skip}", self.table);
        self.select(table, &format!("{key} IN ({ids}) {order}"), &args).await
    }

    /// The condition of rows that meet `clause`, are about whom the grant is about, and have not expired.
    fn wanted(&self, table: &Table, clause: &str, args: &mut Vec<Value>) -> String {
        let mut sql = format!("({clause})");
        self.bound_to_person(table, &mut sql, args);
        self.not_over_age(&mut sql, args);
        sql
    }

    async fn select(&self, table: &Table, wanted: &str, args: &[Value]) -> Result<Vec<Record>, Error> {
        let columns: Vec<&str> = table.column.keys().map(String::as_str).collect();
        let sql = format!("SELECT {} FROM {} WHERE {wanted}", columns.join(", "), self.table);
        let rows = self.tx.rows(&sql, args).await?;
        rows.into_iter().map(|row| Ok(self.record(table, row)?)).collect()
    }

    /// The first row whose keyed digest of `column` is that of `value`.
    ///
    /// # Errors
    /// A fault.
    pub(crate) async fn find(&self, column: &str, value: &[u8]) -> Result<Option<Record>, Error> {
        let on_disk = self.to_disk(self.map()?, column, Uuid::nil(), &Value::Bytes(value.to_vec()))?;
        Ok(self.list(&format!("{column} = $1"), "", &[on_disk]).await?.into_iter().next())
    }

    fn must_be(&self, acts: &[Act]) -> Result<(), Fault> {
        if acts.contains(&self.act) {
            return Ok(());
        }
        Err(Fault::corrupt(format!(
            "a grant to {} {} is used for something else",
            self.act.name(),
            self.table
        )))
    }

    fn map(&self) -> Result<&Table, Fault> {
        let table = self.tx.inner.book.map().table(&self.table);
        table.ok_or_else(|| Fault::corrupt(format!("the data map has no table {}", self.table)))
    }

    /// Leaves out what has expired: by the version of the policy that binds the person of this grant, or each row's own.
    fn not_over_age(&self, sql: &mut String, args: &mut Vec<Value>) {
        let all = match self.whose {
            Whose::Person(_) => over_age::under(&self.book, self.tx.now()),
            Whose::Anyone => over_age::of_all(&self.tx.inner, self.tx.now()),
        };
        for rows in all.into_iter().filter(|rows| rows.table == self.table) {
            args.push(rows.horizon.clone());
            sql.push_str(&format!(" AND {}", rows.not_due(args.len())));
        }
    }

    fn bound_to_person(&self, table: &Table, sql: &mut String, args: &mut Vec<Value>) {
        if let (Some(column), Whose::Person(person)) = (&table.person, self.whose) {
            args.push(person.uuid().into());
            sql.push_str(&format!(" AND {column} = ${}", args.len()));
        }
    }

    /// What a law forbids to tell yet is not there for the person it is about, and in nothing that is handed out.
    fn told_by_now(&self, table: &Table, sql: &mut String, args: &mut Vec<Value>) {
        let (Some(told), Some(person)) = (&table.told, &table.person) else { return };
        let handed_out = matches!(self.act, Act::Export | Act::Disclose);
        let actor = self.actor().person();
        if !handed_out && actor.is_none() {
            return;
        }
        args.push(self.tx.now().into());
        sql.push_str(&format!(" AND ({told} IS NULL OR {told} <= ${}", args.len()));
        if let Some(actor) = actor.filter(|_| !handed_out) {
            args.push(actor.uuid().into());
            sql.push_str(&format!(" OR {person} <> ${}", args.len()));
        }
        sql.push(')');
    }

    /// A value as the data map wants it on the disk, if the grant covers its category.
    fn to_disk(&self, table: &Table, name: &str, row: Uuid, value: &Value) -> Result<Value, Error> {
        let column = self.column(table, name)?;
        if let Some(category) = column.category()
            && !self.scope.categories.contains(category)
        {
            let (categories, purpose) = (category.to_owned(), "this purpose".to_owned());
            return Err(Refusal::PolicyForbids { categories, purpose }.into());
        }
        let bytes = || match value {
            Value::Text(text) => Ok(text.as_bytes().to_vec()),
            Value::Bytes(bytes) => Ok(bytes.clone()),
            _ => Err(Fault::corrupt(format!("{}.{name} is sealed and takes text or bytes", self.table))),
        };
        Ok(match column.seal {
            Seal::Plain => value.clone(),
            Seal::Cell => {
                let category = column.category().unwrap_or_default();
                let place = place(&self.table, name, row, category);
                Value::Bytes(self.key()?.derive(category)?.seal(&*self.tx.inner.random, &place, &bytes()?)?)
            }
            Seal::Blind => {
                let house: &Key = &self.tx.inner.house_key;
                Value::Bytes(house.digest(&format!("{}.{name}", self.table), &bytes()?).to_vec())
            }
            Seal::Digest => {
                let place = format!("{}.{name}", self.table);
                Value::Bytes(sha256(&[b"printkeep digest", place.as_bytes(), &bytes()?]).to_vec())
            }
        })
    }

    fn record(&self, table: &Table, row: Row) -> Result<Record, Fault> {
        let values = row.into_values();
        let key_column = key_column(&self.table);
        let id = values.iter().find_map(|(name, v)| (name == key_column).then(|| v.id()).flatten());
        let mut fields = Vec::with_capacity(values.len());
        for (name, value) in values {
            let column = self.column(table, &name)?;
            let covered = column.category().is_none_or(|c| self.scope.categories.contains(c));
            if !covered || value == Value::Null {
                continue;
            }
            let field = match (column.seal, &value, id) {
                (Seal::Plain, _, _) => Field::Plain(value),
                (Seal::Cell, Value::Bytes(sealed), Some(id)) if self.key.is_some() => {
                    let category = column.category().unwrap_or_default();
                    let key = self.key()?.derive(category)?;
                    let plain = key.open("a row", &place(&self.table, &name, id, category), sealed)?;
                    Field::Opened(Personal::new(plain))
                }
                // Sealed and not to be opened under this grant, or a digest, which says nothing.
                _ => continue,
            };
            fields.push((name, field));
        }
        Ok(Record(fields))
    }

    fn column<'m>(&self, table: &'m Table, name: &str) -> Result<&'m Column, Fault> {
        let column = table.column.get(name);
        column.ok_or_else(|| Fault::corrupt(format!("the data map has no column {}.{name}", self.table)))
    }
}

/// Every table's key is `id`, but a note has its leaf's.
fn key_column(table: &str) -> &'static str {
    if table == "access_note" { "leaf" } else { "id" }
}

fn place(table: &str, column: &str, row: Uuid, category: &str) -> Vec<u8> {
    format!("{table}|{column}|{}|{category}", row.simple()).into_bytes()
}

/// The person a record's column names.
pub(crate) fn person_of(record: &Record, column: &str) -> Result<PersonId, Fault> {
    let id = record.id(column).ok_or_else(|| Fault::corrupt(format!("{column} names nobody")))?;
    Ok(PersonId::from_uuid(id))
}
