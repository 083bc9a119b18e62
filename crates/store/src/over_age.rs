//! Which rows are over age: those whose time is over by the version of the policy that binds the person they are about.
//!
//! A longer time does not reach whoever has not agreed to it, and a shorter one takes nothing from them (AF-124). What somebody
//! needs for a legal claim is kept until their restriction ends (GDPR Art. 18(1)(c)), and goes with the next sweep then.

use crate::Inner;
use crate::sql::Value;
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
}

impl OverAge {
    /// The condition on rows that are over age, with the horizon at this place of the statement.
    pub(crate) fn due(&self, place: usize) -> String {
        let of = self.of.as_ref().map(|of| format!(" AND {of}")).unwrap_or_default();
        format!("{} <= ${place}{of}", self.start)
    }

    /// The condition on rows that are not.
    pub(crate) fn not_due(&self, place: usize) -> String {
        let of = self.of.as_ref().map(|of| format!(" OR NOT ({of})")).unwrap_or_default();
        format!("({0} IS NULL OR {0} > ${place}{of})", self.start)
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
        let held = holds.map(|person| format!("NOT {}", is_held(expiry.table, person)));
        let of: Vec<String> = of(expiry.table, person.unwrap_or_default()).into_iter().chain(held).collect();
        // What a law forbids to tell yet is kept from the day on which it can be read.
        let told = table.and_then(|table| table.told.as_deref());
        OverAge {
            table: expiry.table.to_owned(),
            horizon: expiry.horizon(now).into(),
            start: told.map_or_else(
                || expiry.start.to_owned(),
                |told| format!("COALESCE({told}, {})", expiry.start),
            ),
            of: (!of.is_empty()).then(|| of.join(" AND ")),
        }
    });
    rows.collect()
}

/// Whether the person whom this column names holds everything back for now: all of their data is restricted, on a ground on
/// which nothing goes.
fn is_held(table: &str, person: &str) -> String {
    let grounds = Ground::HOLDING.map(|ground| format!("'{}'", ground.name())).join(", ");
    format!(
        "EXISTS (SELECT 1 FROM restriction h WHERE h.person = {table}.{person} AND h.ended_at IS NULL AND h.purpose IS NULL AND h.ground IN ({grounds}))"
    )
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
