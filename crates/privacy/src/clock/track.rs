//! One limit and its own count: what holds one rule's clock need not hold another's.

use super::count::{Count, Held, day_of};
use super::{By, Due, Duty, Effect, Error, Holidays, Need, Reason, Stage, Step, Why};
use domain::time::Instant;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

/// Why a limit does not follow an event.
pub(super) enum Unmoved {
    /// The rule does not know such a thing.
    Never,
    /// It does, but not for this reason; for these.
    NotFor(&'static [Reason]),
    /// It does, but its deadline has passed.
    TooLate(Instant),
}

#[derive(Clone, Debug)]
pub(super) struct Track {
    by: By,
    duty: Duty,
    holidays: Holidays,
    received: Instant,
    from: Instant,
    restarted: Option<(Need, &'static str)>,
    outstanding: BTreeMap<Need, Effect>,
    standing_since: Option<Instant>,
    held: Vec<Held>,
    extended: Option<Reason>,
    due: Option<Due>,
}

impl Track {
    pub(super) fn new(
        by: By,
        duty: Duty,
        holidays: Holidays,
        received: Instant,
        zone: &TimeZone,
    ) -> Result<Self, Error> {
        let mut track = Self {
            by,
            duty,
            holidays,
            received,
            from: received,
            restarted: None,
            outstanding: BTreeMap::new(),
            standing_since: None,
            held: Vec::new(),
            extended: None,
            due: None,
        };
        track.reckon(zone)?;
        Ok(track)
    }

    /// The deadline; none while something is outstanding that holds it.
    pub(super) fn due(&self) -> Option<&Due> {
        self.due.as_ref()
    }

    pub(super) fn stage(&self) -> Stage {
        self.duty.stage
    }

    /// Whether it could be held for this, or why not.
    pub(super) fn may_pause(&self, need: Need, at: Instant) -> Result<(), Unmoved> {
        if !self.duty.holds.iter().any(|hold| hold.need == need) {
            return Err(Unmoved::Never);
        }
        self.in_time(at)
    }

    /// Whether it could be extended for this, or why not.
    pub(super) fn may_extend(&self, reason: Reason, at: Instant) -> Result<(), Unmoved> {
        let extension = self.duty.extension.ok_or(Unmoved::Never)?;
        if !extension.reasons.contains(&reason) {
            return Err(Unmoved::NotFor(extension.reasons));
        }
        self.in_time(at)
    }

    fn in_time(&self, at: Instant) -> Result<(), Unmoved> {
        match &self.due {
            Some(due) if due.is_over(at) => Err(Unmoved::TooLate(due.at)),
            _ => Ok(()),
        }
    }

    pub(super) fn pause(&mut self, need: Need, at: Instant) {
        let Some(hold) = self.duty.holds.iter().find(|hold| hold.need == need) else { return };
        self.outstanding.insert(need, hold.effect);
        self.due = None;
        if hold.effect != Effect::Restarts {
            self.standing_since.get_or_insert(at);
        }
    }

    /// Goes on, if this held it.
    pub(super) fn resume(&mut self, need: Need, at: Instant, zone: &TimeZone) -> Result<(), Error> {
        let Some(effect) = self.outstanding.remove(&need) else { return Ok(()) };
        let article = self.duty.holds.iter().find(|hold| hold.need == need).map_or("", |hold| hold.article);
        if effect == Effect::Restarts {
            self.from = at;
            self.restarted = Some((need, article));
        } else if self.outstanding.values().all(|other| *other == Effect::Restarts)
            && let Some(from) = self.standing_since.take()
        {
            let both_days = effect == Effect::SuspendsBothDays;
            self.held.push(Held { from, to: at, both_days, article });
        }
        self.reckon(zone)
    }

    pub(super) fn extend(&mut self, reason: Reason, zone: &TimeZone) -> Result<(), Error> {
        self.extended = Some(reason);
        self.reckon(zone)
    }

    fn reckon(&mut self, zone: &TimeZone) -> Result<(), Error> {
        if !self.outstanding.is_empty() {
            self.due = None;
            return Ok(());
        }
        let extension = self.duty.extension.zip(self.extended);
        let period = extension.map_or(self.duty.period, |(extension, _)| extension.total);
        let stage = if extension.is_some() { Stage::ExtendedAnswer } else { self.duty.stage };
        let count = Count { zone, holidays: &self.holidays, rolls: self.duty.rolls, held: &self.held };
        let mut end = count.end(self.from, period)?;
        if extension.is_some() {
            // A promise may name a total that is no longer than what it lengthens.
            let first = count.end(self.from, self.duty.period)?;
            end = if first.at > end.at { first } else { end };
        }
        let mut steps = Vec::new();
        if let Some((need, article)) = self.restarted {
            steps.push(Step::Restarted { need, received: day_of(self.received, zone), article });
        }
        if let Some((extension, reason)) = extension {
            steps.push(Step::Extended { reason, article: extension.article });
        }
        steps.extend(end.steps);
        let why = Why {
            by: self.by.clone(),
            article: self.duty.article,
            period,
            from: day_of(self.from, zone),
            steps,
        };
        self.due = Some(Due { stage, from: self.from, at: end.at, on: end.on, why });
        Ok(())
    }
}
