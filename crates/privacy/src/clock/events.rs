//! The clock of one request: opened by its receipt, moved by what happens, asked for what is due.

use super::track::{Track, Unmoved};
use super::{By, Due, Error, Need, Reason, Stage, Terms};
use domain::time::Instant;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// What happens to a request after its receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The person was told that the request has arrived.
    Acknowledged,
    /// The person was asked for this, without which the request cannot be handled.
    Paused(Need),
    /// The person has given it.
    Resumed(Need),
    /// The person has been sent a notice that the answer takes longer, and why.
    Extended(Reason),
    /// The request is answered: done, or refused with reasons.
    Answered,
}

/// Where a request stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// This comes next. It may have passed: see [`Due::is_over`].
    Due(Due),
    /// All that is still owed waits for the person to give this.
    Waiting(Vec<Need>),
    /// An answer is owed without undue delay, but no rule names a day.
    Undated,
    /// It is over.
    Answered {
        /// Since when.
        at: Instant,
        /// The limits that were missed; empty if everything was in time.
        late: Vec<Due>,
    },
}

/// The clock of one request.
#[derive(Clone, Debug)]
pub struct Clock {
    zone: TimeZone,
    tracks: Vec<Track>,
    last: Instant,
    outstanding: BTreeSet<Need>,
    acknowledged: Option<Instant>,
    extended: Option<Instant>,
    answered: Option<Instant>,
}

impl Clock {
    /// Opens the clock at the receipt of the request, by whatever channel.
    ///
    /// # Errors
    /// [`Error::NothingApplies`] if no law among the terms gives a number and nothing is promised;
    /// [`Error::OutOfCalendar`].
    pub fn received(terms: &Terms, at: Instant) -> Result<Self, Error> {
        let mut tracks = Vec::new();
        for law in &terms.laws {
            for duty in law.regime.duties(terms.matter) {
                let by = By::Law(law.regime);
                tracks.push(Track::new(by, *duty, law.holidays.clone(), at, &terms.zone)?);
            }
        }
        for promise in &terms.promises {
            let by = By::Promise(promise.name.clone());
            tracks.push(Track::new(by, promise.duty, promise.holidays.clone(), at, &terms.zone)?);
        }
        if tracks.is_empty() {
            return Err(Error::NothingApplies(terms.matter));
        }
        Ok(Self {
            zone: terms.zone.clone(),
            tracks,
            last: at,
            outstanding: BTreeSet::new(),
            acknowledged: None,
            extended: None,
            answered: None,
        })
    }

    /// The clock after all that has happened, in the order of time. What is stored is the receipt and the events.
    ///
    /// # Errors
    /// Those of [`Clock::received`] and [`Clock::apply`].
    pub fn replay(
        terms: &Terms,
        received: Instant,
        events: impl IntoIterator<Item = (Instant, Event)>,
    ) -> Result<Self, Error> {
        let mut clock = Self::received(terms, received)?;
        for (at, event) in events {
            clock.apply(at, event)?;
        }
        Ok(clock)
    }

    /// Takes note of an event. An event that some of the limits know and others do not moves the former alone: under
    /// Californian law time goes on while identity is outstanding, even where it stands still under the GDPR.
    ///
    /// # Errors
    /// An [`Error`] that names the remedy; the clock is then unchanged.
    pub fn apply(&mut self, at: Instant, event: Event) -> Result<(), Error> {
        if let Some(answered) = self.answered {
            return Err(Error::AlreadyAnswered(answered));
        }
        if at < self.last {
            return Err(Error::OutOfOrder { at, last: self.last });
        }
        match event {
            Event::Acknowledged => self.acknowledge(at)?,
            Event::Paused(need) => self.pause(need, at)?,
            Event::Resumed(need) => self.resume(need, at)?,
            Event::Extended(reason) => self.extend(reason, at)?,
            Event::Answered => self.answered = Some(at),
        }
        self.last = at;
        Ok(())
    }

    fn acknowledge(&mut self, at: Instant) -> Result<(), Error> {
        if let Some(before) = self.acknowledged {
            return Err(Error::AlreadyAcknowledged(before));
        }
        self.acknowledged = Some(at);
        Ok(())
    }

    fn pause(&mut self, need: Need, at: Instant) -> Result<(), Error> {
        if self.outstanding.contains(&need) {
            return Err(Error::AlreadyPaused(need));
        }
        let mut refusal = Error::CannotPause(need);
        let mut moved = false;
        for track in &mut self.tracks {
            match track.may_pause(need, at) {
                Ok(()) => {
                    track.pause(need, at);
                    moved = true;
                }
                Err(Unmoved::TooLate(due)) => refusal = Error::PausedTooLate(due),
                Err(Unmoved::Never | Unmoved::NotFor(_)) => {}
            }
        }
        if !moved {
            return Err(refusal);
        }
        self.outstanding.insert(need);
        Ok(())
    }

    fn resume(&mut self, need: Need, at: Instant) -> Result<(), Error> {
        if !self.outstanding.contains(&need) {
            return Err(Error::NotPaused(need));
        }
        let mut tracks = self.tracks.clone();
        for track in &mut tracks {
            track.resume(need, at, &self.zone)?;
        }
        self.tracks = tracks;
        self.outstanding.remove(&need);
        Ok(())
    }

    fn extend(&mut self, reason: Reason, at: Instant) -> Result<(), Error> {
        if let Some(before) = self.extended {
            return Err(Error::AlreadyExtended(before));
        }
        let mut tracks = self.tracks.clone();
        let mut refusal = Error::CannotExtend;
        let mut moved = false;
        for track in &mut tracks {
            match track.may_extend(reason, at) {
                Ok(()) => {
                    track.extend(reason, &self.zone)?;
                    moved = true;
                }
                Err(Unmoved::TooLate(due)) => refusal = Error::ExtendedTooLate(due),
                Err(Unmoved::NotFor(allowed)) if refusal == Error::CannotExtend => {
                    refusal = Error::ReasonNotAllowed { reason, allowed };
                }
                Err(Unmoved::Never | Unmoved::NotFor(_)) => {}
            }
        }
        if !moved {
            return Err(refusal);
        }
        self.tracks = tracks;
        self.extended = Some(at);
        Ok(())
    }

    /// What is due next, or what is waited for, or how it ended.
    pub fn state(&self) -> State {
        if let Some(at) = self.answered {
            return State::Answered { at, late: self.late(at) };
        }
        match self.open().min_by_key(|due| due.at) {
            Some(due) => State::Due(due.clone()),
            None if self.outstanding.is_empty() => State::Undated,
            None => State::Waiting(self.outstanding.iter().copied().collect()),
        }
    }

    /// Every deadline that is not met yet, the earliest first. A limit that stands still has none.
    pub fn dues(&self) -> Vec<Due> {
        let mut dues: Vec<Due> = self.open().cloned().collect();
        dues.sort_by_key(|due| due.at);
        dues
    }

    /// What the person has been asked for and has not given.
    pub fn outstanding(&self) -> impl Iterator<Item = Need> + '_ {
        self.outstanding.iter().copied()
    }

    /// Every limit that was met too late, or is not met and over at this instant.
    pub fn late(&self, now: Instant) -> Vec<Due> {
        let met = |track: &Track| self.met(track.stage()).unwrap_or(now);
        let late = self.tracks.iter().filter_map(|track| track.due().filter(|due| due.is_over(met(track))));
        late.cloned().collect()
    }

    fn open(&self) -> impl Iterator<Item = &Due> {
        self.tracks.iter().filter(|track| self.met(track.stage()).is_none()).filter_map(Track::due)
    }

    /// When this was done; an answer acknowledges too.
    fn met(&self, stage: Stage) -> Option<Instant> {
        match stage {
            Stage::Acknowledge => self.acknowledged.or(self.answered),
            Stage::Answer | Stage::ExtendedAnswer => self.answered,
        }
    }
}
