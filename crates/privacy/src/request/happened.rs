//! What can happen to a request, as it is stored and told again.

use super::{Ground, Unknown};
use crate::clock::{Event, Need, Reason};

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

const NEEDS: [Need; 4] = [Need::Identity, Need::Authority, Need::Clarification, Need::Fee];

/// Whether this may happen by whoever does it: what falls on a person is decided by somebody who is named, and never by the house
/// itself (AF-077, GDPR Art. 22).
///
/// # Errors
/// [`ByNobody`].
pub const fn decided_by(happened: Happened, is_named: bool) -> Result<(), ByNobody> {
    match happened {
        Happened::Accepted | Happened::Refused(_) if !is_named => Err(ByNobody),
        _ => Ok(()),
    }
}

/// Nobody is named who decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a person of the house decides this, under their name")]
pub struct ByNobody;

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
