//! Where a breach stands: computed from when the house became aware and from what happened since, never set.

use super::{Exposed, Happened, Phase, Risk, Topic};
use domain::time::Instant;
use jiff::Span;
use std::collections::BTreeSet;

/// A breach, as far as it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    aware_at: Instant,
    due_at: Instant,
    last_at: Instant,
    exposed: Vec<Exposed>,
    learned: BTreeSet<Topic>,
    risk: Option<Risk>,
    authority: Vec<(Instant, Phase)>,
    /// When people were told, and whether more was found to be exposed since.
    people: Option<(Instant, bool)>,
    closed_at: Option<Instant>,
}

/// How it stands with telling the authority (Art. 33).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// It need not be told: a risk is unlikely.
    NotNeeded,
    /// It must be told by then, as far as is known.
    Due(Instant),
    /// It must have been told by then; the notice says why it comes later.
    Late(Instant),
    /// It was told, and more follows. `late`: after its day.
    InPhases {
        /// When it was told first.
        since: Instant,
        /// Whether that was late.
        late: bool,
    },
    /// It was told everything.
    Told {
        /// When it was told first.
        since: Instant,
        /// Whether that was late.
        late: bool,
    },
}

/// How it stands with telling the people concerned (Art. 34).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum People {
    /// Nobody has said yet how great the risk is.
    NotAssessed,
    /// They need not be told: the risk is not high.
    NotHigh,
    /// They need not be told: nobody can read what was exposed (Art. 34(3)(a)).
    Unintelligible,
    /// They must be told, without undue delay.
    Owed,
    /// They were told.
    Told(Instant),
}

/// Why something cannot happen to a breach now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// It is closed.
    #[error("This breach is closed. Record what comes after as a new one.")]
    Closed,
    /// In the future.
    #[error("This lies in the future. Give the time at which it happened, in UTC.")]
    Future,
    /// Before the house knew of it, or before what happened last.
    #[error("This was {0} at the earliest, by what stands here already. Give a later time.")]
    TooEarly(Instant),
    /// An exposure that ended before it began.
    #[error("It ended before it began. Give the two times in their order.")]
    EndsBefore,
    /// No words, where some are needed.
    #[error("Say it in a few words: {0}.")]
    WordsMissing(&'static str),
    /// The authority is told after its day, and no reason is given (Art. 33(1)).
    #[error(
        "The authority had to be told by {0}. Give the reason why it was later: the notice must hold it."
    )]
    LateWithoutReason(Instant),
    /// There was a first notice already.
    #[error("The authority was told first already. Choose a further or the last notice.")]
    NotFirst,
    /// There was no first notice yet.
    #[error(
        "The authority was not told yet. Choose the first notice, or the last one if it is the only one."
    )]
    NothingBefore,
    /// Something that people must be told is not known (Art. 34(2)).
    #[error(
        "People are told what happened, what is likely to come of it and what is done. Write down first {0}."
    )]
    NotKnown(&'static str),
    /// What must be done before it is closed.
    #[error("This cannot be closed yet: {0}.")]
    Open(&'static str),
}

impl Case {
    /// A breach of which the house became aware then. `period`: within what time the authority is told. Hours run through nights,
    /// weekends and holidays (Regulation 1182/71 Art. 3(4) moves no period of hours); the day never moves.
    pub fn aware(aware_at: Instant, period: &Span) -> Self {
        Self {
            aware_at,
            due_at: aware_at.plus_period(period),
            last_at: aware_at,
            exposed: vec![],
            learned: BTreeSet::new(),
            risk: None,
            authority: vec![],
            people: None,
            closed_at: None,
        }
    }

    /// The same after this has happened.
    pub fn after(mut self, at: Instant, happened: Happened) -> Self {
        match happened {
            Happened::Exposed(exposed) => {
                self.exposed.push(exposed);
                self.people = self.people.map(|(told_at, _)| (told_at, true));
            }
            Happened::Learned(topic) => {
                self.learned.insert(topic);
            }
            Happened::Assessed(risk) => self.risk = Some(risk),
            Happened::ToldAuthority(phase) => self.authority.push((at, phase)),
            Happened::ToldPeople => self.people = Some((at, false)),
            Happened::Closed => self.closed_at = Some(at),
        }
        self.last_at = self.last_at.max(at);
        self
    }

    /// Whether this can happen now: `at` is when it did, `said` whether there are words with it. `readable`: whether what was
    /// exposed concerns people, as [`super::Reading::concerns_people`] says.
    ///
    /// # Errors
    /// [`Wrong`]: why not, and what to do.
    pub fn may(
        &self,
        now: Instant,
        at: Instant,
        happened: Happened,
        said: bool,
        readable: bool,
    ) -> Result<(), Wrong> {
        if self.closed_at.is_some() {
            return Err(Wrong::Closed);
        }
        if at > now {
            return Err(Wrong::Future);
        }
        match happened {
            Happened::Exposed(exposed) if exposed.until > now => Err(Wrong::Future),
            Happened::Exposed(exposed) if exposed.until < exposed.from => Err(Wrong::EndsBefore),
            Happened::Learned(topic) if !said => Err(Wrong::WordsMissing(topic.says())),
            Happened::Assessed(_) if !said => {
                Err(Wrong::WordsMissing("why the risk is so great and no greater"))
            }
            Happened::ToldAuthority(phase) => self.may_tell_authority(at, phase, said),
            Happened::ToldPeople => Topic::ALL
                .into_iter()
                .find(|topic| !self.learned.contains(topic))
                .map_or(Ok(()), |topic| Err(Wrong::NotKnown(topic.says()))),
            Happened::Closed => self.may_close(now, said, readable),
            _ => Ok(()),
        }
    }

    fn may_tell_authority(&self, at: Instant, phase: Phase, said: bool) -> Result<(), Wrong> {
        let last = self.authority.last();
        let earliest = last.map_or(self.aware_at, |(last, _)| *last);
        match (phase, last) {
            (Phase::First, Some(_)) => Err(Wrong::NotFirst),
            (Phase::Further, None) => Err(Wrong::NothingBefore),
            _ if at < earliest => Err(Wrong::TooEarly(earliest)),
            (_, None) if at > self.due_at && !said => Err(Wrong::LateWithoutReason(self.due_at)),
            _ => Ok(()),
        }
    }

    fn may_close(&self, now: Instant, said: bool, readable: bool) -> Result<(), Wrong> {
        let owed = match (self.authority(now), self.people(readable)) {
            _ if self.risk.is_none() => Some("say first how great the risk is"),
            (Authority::Due(_) | Authority::Late(_), _) => Some("the authority was not told yet"),
            (Authority::InPhases { .. }, _) => Some("the authority waits for the last notice"),
            (_, People::Owed) => Some("the people concerned were not told yet"),
            _ => None,
        };
        match owed {
            Some(owed) => Err(Wrong::Open(owed)),
            None if !said => Err(Wrong::WordsMissing("what was learned from it")),
            None => Ok(()),
        }
    }

    /// When the house became aware.
    pub const fn aware_at(&self) -> Instant {
        self.aware_at
    }
    /// By when the authority must be told.
    pub const fn due_at(&self) -> Instant {
        self.due_at
    }
    /// What was exposed, in the order in which it was found.
    pub fn exposed(&self) -> &[Exposed] {
        &self.exposed
    }
    /// How great the risk is, by whoever said so last.
    pub const fn risk(&self) -> Option<Risk> {
        self.risk
    }
    /// When it was closed.
    pub const fn closed_at(&self) -> Option<Instant> {
        self.closed_at
    }
    /// When the people concerned were told last, of as much as was known then.
    pub fn people_told_at(&self) -> Option<Instant> {
        self.people.map(|(at, _)| at)
    }
    /// Which notice to the authority comes next; the last one can be the first.
    pub const fn next_phase(&self) -> Phase {
        if self.authority.is_empty() { Phase::First } else { Phase::Further }
    }

    /// How it stands with telling the authority. Until somebody has said that a risk is unlikely, its clock runs.
    pub fn authority(&self, now: Instant) -> Authority {
        let Some((since, _)) = self.authority.first().copied() else {
            return match self.risk {
                Some(Risk::Unlikely) => Authority::NotNeeded,
                _ if now > self.due_at => Authority::Late(self.due_at),
                _ => Authority::Due(self.due_at),
            };
        };
        let late = since > self.due_at;
        match self.authority.last() {
            Some((_, Phase::Final)) => Authority::Told { since, late },
            _ => Authority::InPhases { since, late },
        }
    }

    /// How it stands with telling the people concerned. Who were told before more was found to be exposed are told again.
    pub fn people(&self, readable: bool) -> People {
        match (self.people, self.risk) {
            (Some((_, true)) | None, Some(Risk::High)) if readable => People::Owed,
            (Some((at, more_since)), risk) if !more_since || risk.is_some() => People::Told(at),
            (_, None) => People::NotAssessed,
            (_, Some(Risk::High)) => People::Unintelligible,
            (_, Some(Risk::Unlikely | Risk::Risk)) => People::NotHigh,
        }
    }
}
