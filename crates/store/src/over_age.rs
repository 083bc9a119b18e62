//! Which rows are over age: those whose time is over by the version of the policy that binds the person they are about.
//!
//! A longer time does not reach whoever has not agreed to it, and a shorter one takes nothing from them (AF-124). What somebody
//! needs for a legal claim is kept until their restriction ends (GDPR Art. 18(1)(c)), and goes with the next sweep then.

use crate::fault::Fault;
use crate::sql::Value;
use crate::{Inner, Store};
use domain::time::Instant;
use privacy::restriction::Ground;
use privacy::versions::Earlier;
use privacy::{Book, plan};

/// Rows of a table that are over age.
#[derive(Debug)]
pub(crate) struct OverAge {
    pub(crate) table: String,
    /// Rows of which this instant lies at or before it are over age.
    pub(crate) horizon: Value,
    /// The column with the instant from which their time counts.
    start: String,
    /// Of whom, if not of everybody: a condition that is true or false.
    of: Option<String>,
    /// The column that names whose they are, where a claim can hold them back.
    held_for: Option<String>,
}

impl OverAge {
    /// The condition on rows that are over age, with the horizon at this place of the statement.
    pub(crate) fn due(&self, place: usize) -> String {
        let of = self.goes().map(|of| format!(" AND {of}")).unwrap_or_default();
        format!("{} <= ${place}{of}", self.start)
    }

    /// The condition on rows that are not.
    pub(crate) fn not_due(&self, place: usize) -> String {
        let of = self.goes().map(|of| format!(" OR NOT ({of})")).unwrap_or_default();
        format!("({0} IS NULL OR {0} > ${place}{of})", self.start)
    }

    /// Whose rows go, if not everybody's.
    fn goes(&self) -> Option<String> {
        let free = self.held_for.as_ref().map(|person| format!("NOT {}", is_held(&self.table, person)));
        let both: Vec<String> = self.of.iter().cloned().chain(free).collect();
        (!both.is_empty()).then(|| both.join(" AND "))
    }

    /// Counts the rows whose time is over and that a claim holds back, ground by ground, with the horizon as `$1`.
    fn kept(&self) -> Option<String> {
        let (table, person) = (&self.table, self.held_for.as_ref()?);
        let of = self.of.as_ref().map(|of| format!(" AND {of}")).unwrap_or_default();
        Some(format!(
            "SELECT held.ground AS ground, COUNT(*) AS n FROM {table} JOIN (SELECT person AS whose, MIN(ground) AS ground FROM restriction WHERE {} GROUP BY person) held ON held.whose = {table}.{person} WHERE {} <= $1{of} GROUP BY held.ground",
            holds(""),
            self.start
        ))
    }
}

/// Rows of somebody whom this version binds that are over age now.
pub(crate) fn under(book: &Book, now: Instant) -> Vec<OverAge> {
    by(book, now, |_, _| None)
}

/// Everybody's rows that are over age now.
pub(crate) fn of_all(inner: &Inner, now: Instant) -> Vec<OverAge> {
    let (newest, earlier) = (inner.versions.newest(), inner.versions.earlier());
    let mut all = by(newest, now, |table, person| {
        let others: Vec<String> =
            earlier.iter().map(|bound| format!("NOT {}", is_bound(table, person, bound))).collect();
        (!others.is_empty()).then(|| others.join(" AND "))
    });
    for bound in earlier {
        all.extend(by(&bound.book, now, |table, person| Some(is_bound(table, person, bound))));
    }
    all
}

fn by(book: &Book, now: Instant, of: impl Fn(&str, &str) -> Option<String>) -> Vec<OverAge> {
    let expiries = plan::retention(book);
    let rows = expiries.iter().map(|expiry| {
        let table = book.map().table(expiry.table);
        let person = table.and_then(|table| table.person.as_deref());
        let holds = person.filter(|_| table.is_some_and(|table| table.never_held.is_none()));
        let of = of(expiry.table, person.unwrap_or_default());
        // What a law forbids to tell yet is kept from the day on which it can be read.
        let told = table.and_then(|table| table.told.as_deref());
        OverAge {
            table: expiry.table.to_owned(),
            horizon: expiry.horizon(now).into(),
            start: told.map_or_else(
                || expiry.start.to_owned(),
                |told| format!("COALESCE({told}, {})", expiry.start),
            ),
            of,
            held_for: holds.map(str::to_owned),
        }
    });
    rows.collect()
}

/// Rows of one table whose time is over and that are kept all the same, on one ground.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The table.
    pub table: String,
    /// Why they are kept. There is nothing over age without such a ground (AF-106).
    pub ground: Ground,
    /// How many.
    pub rows: u64,
}

impl Store {
    /// What is kept beyond its time now, and on which ground.
    ///
    /// # Errors
    /// A fault.
    pub async fn kept_over_age(&self) -> Result<Vec<Kept>, Fault> {
        let tx = self.look().await?;
        let mut all = Vec::new();
        for rows in of_all(&self.0, tx.now()) {
            let Some(sql) = rows.kept() else { continue };
            for row in tx.rows(&sql, &[rows.horizon]).await? {
                let ground = row.text("ground")?.parse();
                let ground = ground.map_err(|_| Fault::corrupt("a restriction on no known ground"))?;
                all.push(Kept { table: rows.table.clone(), ground, rows: row.int("n")? as u64 });
            }
        }
        Ok(all)
    }
}

/// Whether the person whom this column names holds everything back for now: all of their data is restricted, on a ground on
/// which nothing goes.
fn is_held(table: &str, person: &str) -> String {
    format!("EXISTS (SELECT 1 FROM restriction h WHERE h.person = {table}.{person} AND {})", holds("h."))
}

/// The condition on restrictions that hold everything back, whose columns have this prefix.
fn holds(prefix: &str) -> String {
    let grounds = Ground::HOLDING.map(|ground| format!("'{}'", ground.name())).join(", ");
    format!("{prefix}ended_at IS NULL AND {prefix}purpose IS NULL AND {prefix}ground IN ({grounds})")
}

/// Whether the person whom this column names is bound by this earlier version. What is about nobody is bound by the newest.
fn is_bound(table: &str, person: &str, earlier: &Earlier) -> String {
    if person.is_empty() {
        return "(1 = 0)".to_owned();
    }
    let (from, below) = (earlier.agreed.start, earlier.agreed.end);
    format!(
        "EXISTS (SELECT 1 FROM person p WHERE p.id = {table}.{person} AND COALESCE(p.agreed, 0) >= {from} AND COALESCE(p.agreed, 0) < {below})"
    )
}
