//! Restriction of processing and objection: data is kept and not used, for the whole of somebody's data or for one purpose.
//!
//! A restriction is in force from the moment it is asked for, needs no staff, and never ends before its owner was told
//! (GDPR Art. 18(3)). An objection restricts the use objected to until a person has decided (AF-074). Pure: what a
//! restriction bars is decided in [`crate::decide`].

use crate::book::Book;
use crate::clock::{Matter, Need};
use crate::profile::{Basis, Purpose};
use crate::request::{Happened, Unknown};
use core::str::FromStr;
use domain::time::Instant;

/// Why somebody's data is kept and not used. The first four are those of GDPR Art. 18(1) (AF-072).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ground {
    /// They say that it is not accurate, and that is looked into.
    AccuracyContested,
    /// Its use was unlawful, and they would rather have it restricted than erased.
    UnlawfulUse,
    /// The house is done with it, and they need it for legal claims.
    LegalClaims,
    /// They objected, and nobody has decided yet.
    ObjectionPending,
    /// They objected, and were right.
    ObjectionUpheld,
    /// They want it so; the house asks for no reason (TP-52, SP-37).
    OwnWish,
    /// The house needs it for a legal claim (Art. 17(3)(e)): it is used as before, and nothing of it goes. It ends on a day that is
    /// said when it begins.
    HouseClaims,
}

impl Ground {
    /// Every ground.
    pub const ALL: [Self; 7] = [
        Self::AccuracyContested,
        Self::UnlawfulUse,
        Self::LegalClaims,
        Self::ObjectionPending,
        Self::ObjectionUpheld,
        Self::OwnWish,
        Self::HouseClaims,
    ];
    /// Those that people choose from; the others follow from an objection.
    pub const CHOSEN: [Self; 4] =
        [Self::OwnWish, Self::AccuracyContested, Self::UnlawfulUse, Self::LegalClaims];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccuracyContested => "accuracy-contested",
            Self::UnlawfulUse => "unlawful-use",
            Self::LegalClaims => "legal-claims",
            Self::ObjectionPending => "objection-pending",
            Self::ObjectionUpheld => "objection-upheld",
            Self::OwnWish => "own-wish",
            Self::HouseClaims => "house-claims",
        }
    }
    /// Those on which nothing of the person's goes while they hold, though its time is over: they or the house need it for a claim,
    /// or they would rather have it kept than erased (Art. 18(1)(b) and (c), Art. 17(3)(e)).
    pub const HOLDING: [Self; 3] = [Self::LegalClaims, Self::UnlawfulUse, Self::HouseClaims];

    /// Whether the data is not used meanwhile. What the house holds for its own claim is used as before.
    pub const fn restricts(self) -> bool {
        !matches!(self, Self::HouseClaims)
    }

    /// In the words of whoever chooses it.
    pub const fn says(self) -> &'static str {
        match self {
            Self::AccuracyContested => "Something about me is wrong, and it is not settled yet",
            Self::UnlawfulUse => "My data was used against the law, and I do not want it erased",
            Self::LegalClaims => "I need it for a legal claim",
            Self::ObjectionPending => "You objected, and it is not decided yet",
            Self::ObjectionUpheld => "You objected, and that stands",
            Self::OwnWish => "I want it so",
            Self::HouseClaims => "This house needs it for a legal claim",
        }
    }
}

impl FromStr for Ground {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL.into_iter().find(|ground| ground.name() == text).ok_or(Unknown)
    }
}

/// Days between telling somebody that their restriction ends and its end.
pub const NOTICE_DAYS: i64 = 3;
const NOTICE_SECONDS: i64 = NOTICE_DAYS * 24 * 3600;

/// What is due about a restriction that ends on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing yet.
    Nothing,
    /// Its owner is told that it ends.
    Tell,
    /// It ends.
    End,
}

/// What is due now about one on this ground. What the house holds ends on its day by itself: it was said when it began.
pub fn due_on(ground: Ground, ends_at: Option<Instant>, told_at: Option<Instant>, now: Instant) -> Due {
    match ends_at.filter(|_| !ground.restricts()) {
        None => due(ends_at, told_at, now),
        Some(day) if day <= now => Due::End,
        Some(_) => Due::Nothing,
    }
}

/// What is due now. Whoever was told late, because nothing ran meanwhile, keeps the restriction for as long as anybody
/// (AF-073).
fn due(ends_at: Option<Instant>, told_at: Option<Instant>, now: Instant) -> Due {
    let Some(ends_at) = ends_at else { return Due::Nothing };
    match told_at {
        None if ends_at.plus_seconds(-NOTICE_SECONDS) <= now => Due::Tell,
        Some(told_at) if last_day(ends_at, told_at) <= now => Due::End,
        _ => Due::Nothing,
    }
}

/// When a restriction ends whose owner was told at `told_at`.
pub fn last_day(ends_at: Instant, told_at: Instant) -> Instant {
    ends_at.max(told_at.plus_seconds(NOTICE_SECONDS))
}

/// Whether somebody can object to a purpose (GDPR Art. 21, AF-075).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objection {
    /// Yes: it rests on an interest, and a person weighs it against theirs.
    Weighed,
    /// No, for this reason.
    No(&'static str),
}

/// Whether somebody can object to this purpose, and if not, what they can do instead.
pub const fn objection(purpose: &Purpose) -> Objection {
    match purpose.basis {
        Basis::LegitimateInterest => Objection::Weighed,
        Basis::Consent => Objection::No("It rests on your consent: take that back, and it stops at once."),
        Basis::Contract => Objection::No(
            "It is needed to give you what you use here. Restrict your data, or erase your account.",
        ),
        Basis::LegalObligation => Objection::No("A law demands it."),
        Basis::VitalInterest => Objection::No("It protects somebody’s life."),
    }
}

/// The purposes in use, each with whether somebody can object to it.
pub fn objections(book: &Book) -> impl Iterator<Item = (&Purpose, Objection)> {
    book.purposes_in_use().map(|purpose| (purpose, objection(purpose)))
}

/// The categories that serve a purpose here and that it can do without: of whoever objects they are not kept.
pub fn dispensable<'a>(book: &'a Book, purpose: &str) -> Vec<&'a str> {
    let mut found: Vec<&str> = book
        .profile()
        .rule
        .iter()
        .map(toml::Spanned::get_ref)
        .filter(|rule| rule.optional && rule.purpose.get_ref() == purpose)
        .flat_map(|rule| rule.data.iter().map(|category| category.get_ref().as_str()))
        .collect();
    found.dedup();
    found
}

/// What follows for restrictions from what happened to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// One begins for this reason, unless the request has begun one already.
    Begin(Ground),
    /// What the request began goes on for good.
    Uphold,
    /// What it began ends, once its owner was told.
    EndSoon,
    /// What it began ends now: its owner wants it so.
    End,
}

/// What follows from this, once it is known whose data the request is about. An objection restricts from its filing on, or
/// from when it is known who objects (AF-074); a request to restrict, when its owner has signed in or staff accepts it.
pub const fn effect(matter: Matter, happened: Happened, signed_in: bool) -> Option<Effect> {
    match (matter, happened) {
        (Matter::Objection, Happened::Acknowledged | Happened::Given(Need::Identity)) => {
            Some(Effect::Begin(Ground::ObjectionPending))
        }
        (Matter::Objection, Happened::CarriedOut) => Some(Effect::Uphold),
        (Matter::Restriction, Happened::Acknowledged) if signed_in => Some(Effect::Begin(Ground::OwnWish)),
        (Matter::Restriction, Happened::Accepted) => Some(Effect::Begin(Ground::OwnWish)),
        (Matter::Objection | Matter::Restriction, Happened::Refused(_)) => Some(Effect::EndSoon),
        (Matter::Objection | Matter::Restriction, Happened::TakenBack) => Some(Effect::End),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Sources;

    const DAY: i64 = 24 * 3600;

    fn day(n: i64) -> Instant {
        Instant::from_micros(0).plus_seconds(n * DAY)
    }

    #[test]
    fn nobody_loses_a_restriction_before_they_were_told() {
        assert_eq!(due(None, None, day(1000)), Due::Nothing);
        assert_eq!(due(Some(day(10)), None, day(6)), Due::Nothing);
        assert_eq!(due(Some(day(10)), None, day(7)), Due::Tell);
        assert_eq!(due(Some(day(10)), Some(day(7)), day(9)), Due::Nothing);
        assert_eq!(due(Some(day(10)), Some(day(7)), day(10)), Due::End);
        // Nothing ran for a year: they are told first all the same.
        assert_eq!(due(Some(day(10)), None, day(375)), Due::Tell);
        assert_eq!(due(Some(day(10)), Some(day(375)), day(377)), Due::Nothing);
        assert_eq!(due(Some(day(10)), Some(day(375)), day(378)), Due::End);
    }

    #[test]
    fn every_ground_is_read_as_it_is_written() {
        for ground in Ground::ALL {
            assert_eq!(ground.name().parse(), Ok(ground));
        }
        assert!("because".parse::<Ground>().is_err());
    }

    #[test]
    fn every_purpose_says_whether_one_can_object_in_every_profile() {
        for profile in Sources::profiles() {
            let book = Sources::built_in(profile).unwrap().compile().unwrap();
            for (purpose, objection) in objections(&book) {
                let weighed = purpose.basis == Basis::LegitimateInterest;
                assert_eq!(objection == Objection::Weighed, weighed, "{profile} {}", purpose.id.get_ref());
            }
            assert_eq!(dispensable(&book, "security"), ["network.address"], "{profile}");
        }
    }
}
