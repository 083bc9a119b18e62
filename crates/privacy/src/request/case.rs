//! One request, told from what happened to it.

use super::{Ground, Happened, Unknown, needs_authority, needs_identity};
use crate::clock::{Matter, Need};
use core::str::FromStr;
use std::collections::BTreeSet;

/// Where a request stands, in six words (the console's).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Nobody has looked at it yet.
    New,
    /// It is being found out who asks.
    CheckingWho,
    /// Decided, or waiting for something the person was asked for.
    Working,
    /// Somebody must decide.
    NeedsDecision,
    /// Carried out and answered, or taken back.
    Done,
    /// Refused, with a letter.
    Refused,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::New, Self::CheckingWho, Self::Working, Self::NeedsDecision, Self::Done, Self::Refused];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::CheckingWho => "checking-who",
            Self::Working => "working",
            Self::NeedsDecision => "needs-decision",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
    /// In the words of the console.
    pub const fn says(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::CheckingWho => "Checking who",
            Self::Working => "Working",
            Self::NeedsDecision => "Needs a decision",
            Self::Done => "Done",
            Self::Refused => "Refused",
        }
    }
    /// In the words of whoever asked.
    pub const fn says_to_the_person(self) -> &'static str {
        match self {
            Self::New => "It has arrived.",
            Self::CheckingWho => "We have to be sure that it is you.",
            Self::Working => "We are working on it.",
            Self::NeedsDecision => "Somebody looks at it.",
            Self::Done => "It is done.",
            Self::Refused => "It was refused. The letter says why, and where you can complain.",
        }
    }
    /// Whether nothing more is owed.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Refused)
    }
}

impl FromStr for State {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL.into_iter().find(|state| state.name() == text).ok_or(Unknown)
    }
}

/// What cannot happen to a request as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// It is over.
    #[error("this request is over")]
    Over,
    /// It is not known who asks.
    #[error("find out first who asks: nothing may be carried out or handed over before")]
    WhoIsNotKnown,
    /// Somebody asks for another and did not show that they may.
    #[error("find out first whether whoever asks may act for this person")]
    AuthorityIsNotShown,
    /// There was no decision.
    #[error("somebody must decide first")]
    NotDecided,
    /// There was a decision.
    #[error("this is decided already")]
    Decided,
    /// It was not carried out.
    #[error("it was accepted and is not carried out yet")]
    NotCarriedOut,
    /// This ground does not fit this kind of request.
    #[error("a request of this kind cannot be refused on this ground: carry it out, or find one that fits")]
    GroundDoesNotFit,
    /// It is known, or was never asked for.
    #[error("it cannot be said that this was not shown: ask for it first")]
    NeverAsked,
    /// It happened already.
    #[error("this was done already")]
    Again,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    Yes,
    No,
}

/// A request as it stands.
#[derive(Clone, Debug)]
pub struct Case {
    matter: Matter,
    known: bool,
    for_another: bool,
    authority: bool,
    looked_at: bool,
    asked: BTreeSet<Need>,
    ever_asked: BTreeSet<Need>,
    extended: bool,
    decision: Option<Decision>,
    carried_out: bool,
    answered: bool,
    taken_back: bool,
}

impl Case {
    /// A request that has just come; `known` if it is known who asks, since they have signed in; `for_another` if they ask for
    /// somebody else.
    pub const fn received(matter: Matter, known: bool, for_another: bool) -> Self {
        Self {
            matter,
            known: known || !needs_identity(matter),
            for_another,
            authority: !(for_another && needs_authority(matter)),
            looked_at: known,
            asked: BTreeSet::new(),
            ever_asked: BTreeSet::new(),
            extended: false,
            decision: None,
            carried_out: false,
            answered: false,
            taken_back: false,
        }
    }

    /// The request after all that has happened to it.
    ///
    /// # Errors
    /// [`Wrong`]: it cannot have happened so.
    pub fn replay<'a>(
        matter: Matter,
        known: bool,
        for_another: bool,
        events: impl IntoIterator<Item = &'a Happened>,
    ) -> Result<Self, Wrong> {
        let mut case = Self::received(matter, known, for_another);
        for happened in events {
            // What was decided before authority was asked for stands.
            case.authority |= *happened == Happened::Accepted;
            if *happened == Happened::Refused(Ground::NoAuthority) {
                case.ever_asked.insert(Need::Authority);
            }
            case.apply(*happened)?;
        }
        Ok(case)
    }

    /// Takes note of what happened.
    ///
    /// # Errors
    /// [`Wrong`]; the request is then unchanged.
    pub fn apply(&mut self, happened: Happened) -> Result<(), Wrong> {
        if self.state().is_over() {
            return Err(Wrong::Over);
        }
        match happened {
            // Decided once; what has begun to be carried out cannot be stopped by halves, and nothing more is asked for then.
            Happened::Asked(_) | Happened::TakenBack | Happened::Accepted | Happened::Refused(_)
                if self.decision.is_some() =>
            {
                return Err(Wrong::Decided);
            }
            Happened::Acknowledged => {}
            Happened::Asked(need) => {
                if self.has(need) || !self.asked.insert(need) {
                    return Err(Wrong::Again);
                }
                self.ever_asked.insert(need);
            }
            Happened::Given(need) => {
                let outstanding = self.asked.remove(&need);
                match need {
                    Need::Identity if !self.known => self.known = true,
                    Need::Authority if !self.authority => self.authority = true,
                    _ if outstanding => {}
                    _ => return Err(Wrong::Again),
                }
            }
            Happened::Extended(_) if self.extended => return Err(Wrong::Again),
            Happened::Extended(_) => self.extended = true,
            Happened::Accepted if !self.known => return Err(Wrong::WhoIsNotKnown),
            Happened::Accepted if !self.authority => return Err(Wrong::AuthorityIsNotShown),
            Happened::Accepted => self.decision = Some(Decision::Yes),
            Happened::Refused(ground) => {
                self.may_be_refused(ground)?;
                self.decision = Some(Decision::No);
            }
            Happened::CarriedOut if self.decision != Some(Decision::Yes) => return Err(Wrong::NotDecided),
            Happened::CarriedOut if self.carried_out => return Err(Wrong::Again),
            Happened::CarriedOut => self.carried_out = true,
            Happened::Answered => match self.decision {
                None => return Err(Wrong::NotDecided),
                Some(Decision::Yes) if !self.carried_out => return Err(Wrong::NotCarriedOut),
                Some(_) => self.answered = true,
            },
            Happened::TakenBack => self.taken_back = true,
        }
        self.looked_at = true;
        Ok(())
    }

    fn may_be_refused(&self, ground: Ground) -> Result<(), Wrong> {
        if !ground.fits(self.matter) {
            return Err(Wrong::GroundDoesNotFit);
        }
        let missing = match ground {
            Ground::IdentityUnverifiable => Need::Identity,
            Ground::NoAuthority if self.for_another => Need::Authority,
            _ => return Ok(()),
        };
        if self.has(missing) || !self.ever_asked.contains(&missing) {
            return Err(Wrong::NeverAsked);
        }
        Ok(())
    }

    /// Whether it is there already, so that asking for it would ask for more than is needed (TP-83).
    fn has(&self, need: Need) -> bool {
        match need {
            Need::Identity => self.known,
            Need::Authority => self.authority,
            Need::Clarification | Need::Fee => false,
        }
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        match self.decision {
            _ if self.taken_back => State::Done,
            Some(Decision::Yes) if self.answered => State::Done,
            Some(Decision::No) if self.answered => State::Refused,
            Some(_) => State::Working,
            None if self.asked.contains(&Need::Identity) || self.asked.contains(&Need::Authority) => {
                State::CheckingWho
            }
            None if !self.asked.is_empty() => State::Working,
            None if self.known && self.authority && self.looked_at => State::NeedsDecision,
            None if self.known && self.looked_at => State::CheckingWho,
            None if [Need::Identity, Need::Authority].iter().any(|who| self.ever_asked.contains(who)) => {
                State::CheckingWho
            }
            None => State::New,
        }
    }

    /// Whether it is known who asks. Before that nothing of anybody's is handed over.
    pub const fn is_known(&self) -> bool {
        self.known
    }

    /// Whether they may ask: for themselves, or for somebody who lets them.
    pub const fn has_authority(&self) -> bool {
        self.authority
    }

    /// Whether the person was asked for something and has not given it.
    pub fn awaits(&self) -> bool {
        !self.state().is_over() && !self.asked.is_empty()
    }

    /// Whether the person was asked for this and has not given it.
    pub fn asks(&self, need: Need) -> bool {
        self.awaits() && self.asked.contains(&need)
    }

    /// The grounds on which it could be refused as it stands.
    pub fn grounds(&self) -> Vec<Ground> {
        Ground::ALL.into_iter().filter(|ground| self.allows(Happened::Refused(*ground))).collect()
    }

    /// Whether this could happen now.
    pub fn allows(&self, happened: Happened) -> bool {
        self.clone().apply(happened).is_ok()
    }
}
