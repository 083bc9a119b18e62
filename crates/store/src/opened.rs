//! A row about a person as a grant shows it: plain columns, and sealed ones that the grant opens. What it does not
//! cover is not in it.

use crate::sql::Value;
use domain::time::Instant;
use privacy::Personal;
use uuid::Uuid;

/// A row about a person, as far as the grant allows to see it.
#[derive(Debug)]
pub struct Record(pub(crate) Vec<(String, Field)>);

#[derive(Debug)]
pub(crate) enum Field {
    Plain(Value),
    Opened(Personal<Vec<u8>>),
}

impl Record {
    fn plain(&self, column: &str) -> Option<&Value> {
        self.0.iter().find_map(|(name, field)| match field {
            Field::Plain(value) if name == column => Some(value),
            _ => None,
        })
    }
    /// A sealed column's bytes.
    pub fn opened(&self, column: &str) -> Option<&[u8]> {
        self.0.iter().find_map(|(name, field)| match field {
            Field::Opened(value) if name == column => Some(value.reveal().as_slice()),
            _ => None,
        })
    }
    /// A sealed column as text.
    pub fn personal(&self, column: &str) -> Option<Personal<String>> {
        let text = core::str::from_utf8(self.opened(column)?).ok()?;
        Some(Personal::new(text.to_owned()))
    }
    /// A plain column as text.
    pub fn text(&self, column: &str) -> Option<&str> {
        self.plain(column)?.text()
    }
    /// A plain column as bytes.
    pub(crate) fn bytes(&self, column: &str) -> Option<&[u8]> {
        self.plain(column)?.bytes()
    }
    /// A plain column as number.
    pub fn int(&self, column: &str) -> Option<i64> {
        self.plain(column)?.int()
    }
    /// A plain column as floating-point number.
    pub fn real(&self, column: &str) -> Option<f64> {
        self.plain(column)?.real()
    }
    /// A plain column as yes or no; empty is no.
    pub fn flag(&self, column: &str) -> bool {
        self.plain(column).and_then(Value::flag).unwrap_or(false)
    }
    /// A plain column as id.
    pub fn id(&self, column: &str) -> Option<Uuid> {
        self.plain(column)?.id()
    }
    /// A plain column as instant.
    pub fn instant(&self, column: &str) -> Option<Instant> {
        self.int(column).map(Instant::from_micros)
    }
    /// The columns it shows, in the order of their names.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, Result<&Value, &[u8]>)> {
        self.0.iter().map(|(name, field)| {
            let field = match field {
                Field::Plain(value) => Ok(value),
                Field::Opened(value) => Err(value.reveal().as_slice()),
            };
            (name.as_str(), field)
        })
    }
}
