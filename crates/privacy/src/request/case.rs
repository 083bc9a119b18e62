//! One request, told from what happened to it.

use super::{Ground, Unknown, needs_identity};
use crate::clock::{Event, Matter, Need, Reason};
use std::collections::BTreeSet;

/// What can happen to a request after its receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// The person was told that it has arrived.
    Acknowledged,
    /// The person was asked for this.
    Asked(Need),
    /// The person gave it. For identity: it is known now who asks.
    Given(Need),
    /// A letter says that the answer takes longer, and why.
    Extended(Reason),
    /// Somebody decided to carry it out.
    Accepted,
    /// Somebody decided against it.
    Refused(Ground),
    /// It was carried out.
    CarriedOut,
    /// The person has the answer.
    Answered,
    /// The person took the request back.
    TakenBack,
}

const NEEDS: [Need; 3] = [Need::Identity, Need::Clarification, Need::Fee];

impl Happened {
    /// The name in storage, and what it was about.
    pub fn name(self) -> (&'static str, String) {
        let (name, detail) = match self {
            Self::Acknowledged => ("acknowledged", None),
            Self::Asked(need) => ("asked", Some(need.to_string())),
            Self::Given(need) => ("given", Some(need.to_string())),
            Self::Extended(reason) => ("extended", Some(reason.to_string())),
            Self::Accepted => ("accepted", None),
            Self::Refused(ground) => ("refused", Some(ground.name().to_owned())),
            Self::CarriedOut => ("carried-out", None),
            Self::Answered => ("answered", None),
            Self::TakenBack => ("taken-back", None),
        };
        (name, detail.unwrap_or_default())
    }

    /// What stands in storage under these names.
    ///
    /// # Errors
    /// [`Unknown`].
    pub fn read(name: &str, detail: &str) -> Result<Self, Unknown> {
        let need = || NEEDS.into_iter().find(|need| need.to_string() == detail).ok_or(Unknown);
        Ok(match name {
            "acknowledged" => Self::Acknowledged,
            "asked" => Self::Asked(need()?),
            "given" => Self::Given(need()?),
            "extended" => Self::Extended(
                *Reason::ALL.iter().find(|reason| reason.to_string() == detail).ok_or(Unknown)?,
            ),
            "accepted" => Self::Accepted,
            "refused" => Self::Refused(detail.parse()?),
            "carried-out" => Self::CarriedOut,
            "answered" => Self::Answered,
            "taken-back" => Self::TakenBack,
            _ => return Err(Unknown),
        })
    }

    /// What it means for the clock; `None` if nothing.
    pub const fn for_the_clock(self) -> Option<Event> {
        match self {
            Self::Acknowledged => Some(Event::Acknowledged),
            Self::Asked(need) => Some(Event::Paused(need)),
            Self::Given(need) => Some(Event::Resumed(need)),
            Self::Extended(reason) => Some(Event::Extended(reason)),
            Self::Answered | Self::TakenBack => Some(Event::Answered),
            Self::Accepted | Self::Refused(_) | Self::CarriedOut => None,
        }
    }
}

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

/// What cannot happen to a request as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// It is over.
    #[error("this request is over")]
    Over,
    /// It is not known who asks.
    #[error("find out first who asks: nothing may be carried out or handed over before")]
    WhoIsNotKnown,
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
    /// Identity is known or was never asked for.
    #[error("it cannot be said that nobody could find out who asks: ask first")]
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
    looked_at: bool,
    asked: BTreeSet<Need>,
    ever_asked_who: bool,
    extended: bool,
    decision: Option<Decision>,
    carried_out: bool,
    answered: bool,
    taken_back: bool,
}

impl Case {
    /// A request that has just come; `known` if it is known who asks, since they have signed in.
    pub const fn received(matter: Matter, known: bool) -> Self {
        Self {
            matter,
            known: known || !needs_identity(matter),
            looked_at: known,
            asked: BTreeSet::new(),
            ever_asked_who: false,
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
        events: impl IntoIterator<Item = &'a Happened>,
    ) -> Result<Self, Wrong> {
        let mut case = Self::received(matter, known);
        events.into_iter().try_for_each(|happened| case.apply(*happened))?;
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
            Happened::Acknowledged => {}
            Happened::Asked(_) if self.decision.is_some() => return Err(Wrong::Decided),
            Happened::Asked(need) => {
                if (need == Need::Identity && self.known) || !self.asked.insert(need) {
                    return Err(Wrong::Again);
                }
                self.ever_asked_who |= need == Need::Identity;
            }
            Happened::Given(need) => {
                let outstanding = self.asked.remove(&need);
                if need == Need::Identity && !self.known {
                    self.known = true;
                } else if !outstanding {
                    return Err(Wrong::Again);
                }
            }
            Happened::Extended(_) if self.extended => return Err(Wrong::Again),
            Happened::Extended(_) => self.extended = true,
            Happened::Accepted | Happened::Refused(_) if self.decision.is_some() => {
                return Err(Wrong::Decided);
            }
            Happened::Accepted if !self.known => return Err(Wrong::WhoIsNotKnown),
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
            // What has begun to be carried out cannot be stopped by halves.
            Happened::TakenBack if self.decision.is_some() => return Err(Wrong::Decided),
            Happened::TakenBack => self.taken_back = true,
        }
        self.looked_at = true;
        Ok(())
    }

    fn may_be_refused(&self, ground: Ground) -> Result<(), Wrong> {
        if !ground.fits(self.matter) {
            return Err(Wrong::GroundDoesNotFit);
        }
        if ground == Ground::IdentityUnverifiable && (self.known || !self.ever_asked_who) {
            return Err(Wrong::NeverAsked);
        }
        Ok(())
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        match self.decision {
            _ if self.taken_back => State::Done,
            Some(Decision::Yes) if self.answered => State::Done,
            Some(Decision::No) if self.answered => State::Refused,
            Some(_) => State::Working,
            None if self.asked.contains(&Need::Identity) => State::CheckingWho,
            None if !self.asked.is_empty() => State::Working,
            None if self.known && self.looked_at => State::NeedsDecision,
            None if self.ever_asked_who => State::CheckingWho,
            None => State::New,
        }
    }

    /// Whether it is known who asks. Before that nothing of anybody's is handed over.
    pub const fn is_known(&self) -> bool {
        self.known
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
