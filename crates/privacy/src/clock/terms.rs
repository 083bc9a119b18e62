//! What a clock is set by: what is asked, the laws that apply, what the company has promised, and where it is.

use super::due::By;
use super::duty::{Duty, Effect, Extension, Hold, Need, Reason, Stage};
use super::{Holidays, Matter, Period, Regime};
use core::fmt;
use jiff::tz::TimeZone;

/// A law that applies, with the public holidays of its place.
#[derive(Clone, Debug)]
pub struct Law {
    pub(super) regime: Regime,
    pub(super) holidays: Holidays,
}

impl Law {
    /// This law, counted with these holidays: those of the controller's place under that law.
    pub fn new(regime: Regime, holidays: Holidays) -> Self {
        Self { regime, holidays }
    }
}

/// The company's own promise of an answer. It is held and extended only if it says so, and its last day never moves
/// to a working day.
#[derive(Clone, Debug)]
pub struct Promise {
    pub(super) name: String,
    pub(super) duty: Duty,
    pub(super) holidays: Holidays,
}

/// A promise that can be held stands still for whatever is outstanding.
const HOLDS: &[Hold] = &[held_by(Need::Identity), held_by(Need::Clarification), held_by(Need::Fee)];

const OWN: &str = "the company's own promise";

const fn held_by(need: Need) -> Hold {
    Hold { need, effect: Effect::Suspends, article: OWN }
}

impl Promise {
    /// An answer within this time, come what may. The name is how the profile calls it.
    pub fn new(name: impl Into<String>, period: Period) -> Self {
        let duty =
            Duty { stage: Stage::Answer, period, article: OWN, rolls: None, extension: None, holds: &[] };
        Self { name: name.into(), duty, holidays: Holidays::none() }
    }

    /// The promise stands still while the person owes identity, clarification or a fee, and goes on with the time
    /// that was left.
    pub fn held_while_waiting(mut self) -> Self {
        self.duty.holds = HOLDS;
        self
    }

    /// The promise can be extended to this time in all, counted from the receipt, for these reasons.
    pub fn extended_to(mut self, total: Period, reasons: &'static [Reason]) -> Self {
        self.duty.extension = Some(Extension { total, reasons, article: OWN });
        self
    }

    /// The public holidays that a promise in business days leaves out; without this it leaves out weekends alone.
    pub fn with_holidays(mut self, holidays: Holidays) -> Self {
        self.holidays = holidays;
        self
    }
}

/// All that the deadlines of one request depend on, besides what happens to it.
#[derive(Clone, Debug)]
pub struct Terms {
    pub(super) matter: Matter,
    pub(super) zone: TimeZone,
    pub(super) laws: Vec<Law>,
    pub(super) promises: Vec<Promise>,
}

impl Terms {
    /// A request of this kind to a controller whose days are those of this zone.
    pub fn new(matter: Matter, zone: TimeZone) -> Self {
        Self { matter, zone, laws: Vec::new(), promises: Vec::new() }
    }

    /// This law applies. Where it is unclear which does, name all that may: the earliest deadline counts.
    pub fn under(mut self, law: Law) -> Self {
        self.laws.push(law);
        self
    }

    /// Whether a law that applies says within which time such a request is answered.
    pub(crate) fn law_sets_the_answer(&self) -> bool {
        let mut duties = self.laws.iter().flat_map(|law| law.regime.duties(self.matter));
        duties.any(|duty| duty.stage == Stage::Answer)
    }

    /// The company has promised this besides.
    pub fn promising(mut self, promise: Promise) -> Self {
        self.promises.push(promise);
        self
    }
}

/// The laws that count and what is promised besides, by their codes: the rules of a request, as they are kept (TP-55).
impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let laws = self.laws.iter().map(|law| By::Law(law.regime));
        let promises = self.promises.iter().map(|promise| By::Promise(promise.name.clone()));
        for (place, by) in laws.chain(promises).enumerate() {
            write!(f, "{}{by}", if place == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}
