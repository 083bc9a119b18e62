//! Data that leaves the house for somebody else: on which ground, what of it, and when the person is told.
//!
//! Every list here is closed. Nothing is handed over on a ground that the policy in force does not name, none of it by
//! default, and nothing is kept from the person for ever. There is no sale among the reasons (FL-36, SP-20, TP-76). Pure.

use crate::book::Book;
use crate::map::Export;
use crate::plan::{self, ExportPart};
use crate::profile::Ground;
use crate::request::Unknown;
use core::str::FromStr;
use domain::time::Instant;
use jiff::Span;
use std::collections::BTreeSet;

/// What compels or permits a disclosure without consent (KA-30: recorded before anything is released).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Demand {
    /// A court orders it.
    CourtOrder,
    /// A warrant, or a seizure that a court has allowed.
    Warrant,
    /// An authority demands it by a law that binds the house.
    AuthorityOrder,
    /// An authority asks, and a law permits the answer.
    AuthorityRequest,
    /// The house needs it for its own legal claims.
    OwnClaims,
    /// Somebody's life or safety is in danger.
    Danger,
}

impl Demand {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::CourtOrder,
        Self::Warrant,
        Self::AuthorityOrder,
        Self::AuthorityRequest,
        Self::OwnClaims,
        Self::Danger,
    ];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CourtOrder => "court-order",
            Self::Warrant => "warrant",
            Self::AuthorityOrder => "authority-order",
            Self::AuthorityRequest => "authority-request",
            Self::OwnClaims => "own-claims",
            Self::Danger => "danger",
        }
    }
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::CourtOrder => "a court’s order",
            Self::Warrant => "a warrant",
            Self::AuthorityOrder => "an authority’s order that a law makes binding",
            Self::AuthorityRequest => "an authority’s request that a law permits to answer",
            Self::OwnClaims => "legal claims of this house",
            Self::Danger => "danger to somebody’s life or safety",
        }
    }
    /// The ground on which it rests; the purpose of the disclosure has its name (FL-77: which of them applied is recorded).
    pub const fn ground(self) -> Ground {
        match self {
            Self::CourtOrder | Self::Warrant | Self::AuthorityOrder => Ground::LegalCompulsion,
            Self::AuthorityRequest => Ground::LegalPermission,
            Self::OwnClaims => Ground::OwnRights,
            Self::Danger => Ground::Safety,
        }
    }
    /// The class of whoever receives it.
    pub const fn class(self) -> Class {
        match self {
            Self::CourtOrder => Class::Court,
            Self::Warrant | Self::AuthorityOrder | Self::AuthorityRequest => Class::Authority,
            Self::OwnClaims => Class::Counsel,
            Self::Danger => Class::Rescue,
        }
    }
}

/// The class of whoever receives data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// A court.
    Court,
    /// Police, a prosecutor, a tax office.
    Authority,
    /// Whoever stands for the house in a dispute.
    Counsel,
    /// Whoever averts a danger.
    Rescue,
    /// Somebody who works for the house, such as whoever runs its mail server.
    Provider,
    /// Whoever takes the house over, or negotiates to.
    Acquirer,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 6] =
        [Self::Court, Self::Authority, Self::Counsel, Self::Rescue, Self::Provider, Self::Acquirer];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Court => "court",
            Self::Authority => "authority",
            Self::Counsel => "counsel",
            Self::Rescue => "rescue",
            Self::Provider => "provider",
            Self::Acquirer => "acquirer",
        }
    }
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Court => "a court",
            Self::Authority => "an authority",
            Self::Counsel => "whoever stands for this house in a dispute",
            Self::Rescue => "whoever averts a danger",
            Self::Provider => "somebody who works for this house",
            Self::Acquirer => "whoever takes this house over, or negotiates to",
        }
    }
}

/// The legal ground of a line in the ledger of disclosures. Closed, and without a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// One of those on which data is disclosed without consent.
    Ground(Ground),
    /// It works for this house, as the house says (GDPR Art. 28).
    OnOurBehalf,
}

impl Why {
    /// Every one.
    pub fn all() -> impl Iterator<Item = Self> {
        Ground::ALL.into_iter().map(Self::Ground).chain([Self::OnOurBehalf])
    }
    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ground(ground) => ground.name(),
            Self::OnOurBehalf => "on-our-behalf",
        }
    }
    /// In words, after "because".
    pub const fn says(self) -> &'static str {
        match self {
            Self::Ground(ground) => ground.says(),
            Self::OnOurBehalf => "it works for this house and as the house says",
        }
    }
}

impl FromStr for Demand {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL.into_iter().find(|demand| demand.name() == text).ok_or(Unknown)
    }
}
impl FromStr for Class {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL.into_iter().find(|class| class.name() == text).ok_or(Unknown)
    }
}
impl FromStr for Why {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::all().find(|why| why.name() == text).ok_or(Unknown)
    }
}

/// Why something cannot be handed over so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The policy does not name the ground.
    #[error("The policy in force does not let data go because {}", .0.says())]
    Ground(Ground),
    /// Nothing was chosen.
    #[error("Choose what the paper names, kind by kind; nothing goes along by itself")]
    Nothing,
    /// This is not held, or is never handed over.
    #[error("«{0}» is not held here, or is handed to nobody")]
    NotHeld(String),
    /// The bar is over already.
    #[error("This day is past")]
    Past,
    /// The bar would last too long.
    #[error("Name a day within {MOST_YEARS} years: a bar that never ends is none")]
    TooLong,
}

/// How long the person can be left in the dark at most.
const MOST_YEARS: i64 = 5;

/// Whether data may go on this ground at all.
///
/// # Errors
/// [`Wrong::Ground`] if the policy in force does not name it (TP-40, AF-100, SP-23).
pub fn on(book: &Book, ground: Ground) -> Result<(), Wrong> {
    if book.serves(ground.name()) { Ok(()) } else { Err(Wrong::Ground(ground)) }
}

/// What can be handed over on this ground: each category that is held and that its owner could take, in the order of the
/// data map, with its words. What proves who somebody is (digests of passwords and keys) is none of it.
pub fn offered(book: &Book, ground: Ground) -> Vec<(&str, &str)> {
    let given = |name: &str| {
        let columns =
            book.map().tables().filter(|(_, t)| t.person.is_some()).flat_map(|(_, t)| t.column.values());
        let in_rows = columns
            .filter(|column| column.category() == Some(name))
            .any(|column| column.export() == Export::Included);
        let in_files =
            book.map().blob.values().any(|b| b.get_ref().about == name && b.get_ref().withheld.is_none());
        in_rows || in_files
    };
    let all =
        book.map().category.iter().map(|(name, category)| (name.as_str(), category.get_ref().says.as_str()));
    all.filter(|(name, _)| book.allows(name, ground.name()) && given(name)).collect()
}

/// What goes along when the house passes to somebody else: everything that can be handed over. To somebody who only negotiates
/// nothing goes that is kept to show what was done and what people asked: a law can forbid to tell of it.
pub fn along(book: &Book, ground: Ground) -> BTreeSet<String> {
    let shows = |name: &str| {
        let mut rules = book.rules_in_force(name);
        rules.all(|rule| matches!(rule.purpose.get_ref().as_str(), "rights" | "accountability"))
    };
    let all = offered(book, ground).into_iter().map(|(name, _)| name);
    all.filter(|name| ground != Ground::Negotiation || !shows(name)).map(str::to_owned).collect()
}

/// The categories that are handed over: exactly those chosen, at least one.
///
/// # Errors
/// [`Wrong`].
pub fn scope<'a>(
    book: &Book,
    ground: Ground,
    chosen: impl IntoIterator<Item = &'a str>,
) -> Result<BTreeSet<String>, Wrong> {
    on(book, ground)?;
    let offered = offered(book, ground);
    let mut scope = BTreeSet::new();
    for name in chosen {
        if !offered.iter().any(|(known, _)| *known == name) {
            return Err(Wrong::NotHeld(name.to_owned()));
        }
        scope.insert(name.to_owned());
    }
    if scope.is_empty() { Err(Wrong::Nothing) } else { Ok(scope) }
}

/// What of each table is handed over: columns of these categories and no others, not even those that are about nobody.
pub fn parts<'a>(book: &'a Book, scope: &BTreeSet<String>) -> Vec<ExportPart<'a>> {
    let all = plan::export(book).into_iter().map(|part| {
        let column = |name: &&str| book.map().table(part.table).and_then(|table| table.column.get(*name));
        let of_scope =
            |name: &&str| column(name).and_then(|c| c.category()).is_some_and(|c| scope.contains(c));
        let columns = part.columns.iter().copied().filter(of_scope).collect();
        ExportPart { columns, withheld: vec![], ..part }
    });
    all.filter(|part| !part.columns.is_empty()).collect()
}

/// How long people have between reading that the house passes to somebody else and their data going (SP-24): at least two weeks
/// where the policy is silent. That they are told before is always so, whatever the policy says.
pub fn time_to_leave(book: &Book) -> Span {
    let said = book.profile().disclosure.notice_of_sale.as_ref();
    said.and_then(|period| period.get_ref().parse().ok()).unwrap_or_else(|| Span::new().days(14))
}

/// From when what was told at this instant can be released.
pub fn released_from(book: &Book, told: Instant) -> Instant {
    told.plus_period(&time_to_leave(book))
}

/// When the person is told of what happens now: at once, or when the bar ends that a law puts on telling them. It ends by
/// itself.
///
/// # Errors
/// [`Wrong::Past`], [`Wrong::TooLong`].
pub fn told_at(now: Instant, barred_until: Option<Instant>) -> Result<Instant, Wrong> {
    let Some(until) = barred_until else { return Ok(now) };
    let latest = now.plus_period(&Span::new().years(MOST_YEARS));
    if until <= now {
        Err(Wrong::Past)
    } else if until > latest {
        Err(Wrong::TooLong)
    } else {
        Ok(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Sources;
    use crate::decide::{Act, Ask, Facts, Refusal, Whose, decide};
    use domain::ids::PersonId;
    use domain::person::{Actor, Reason, Role};
    use domain::random::Counting;

    fn book(profile: &str) -> Book {
        Sources::built_in(profile).unwrap().compile().unwrap()
    }

    /// Whether an operator may hand over another's account on this ground.
    fn decided(book: &Book, ground: Ground, facts: &Facts) -> Result<BTreeSet<String>, Refusal> {
        let random = Counting::default();
        let (olga, ada) = (PersonId::fresh(&random), PersonId::fresh(&random));
        let actor = Actor::Person { id: olga, role: Role::Operator, key: None, proven: true };
        let whose = Whose::Person(ada);
        let ask = Ask { actor, act: Act::Disclose, what: "person", whose, purpose: ground.name() };
        let scope = decide(book, &ask, facts)?;
        assert!(scope.logged, "what leaves is logged");
        Ok(scope.categories)
    }

    fn because() -> Facts {
        Facts { reason: Some(Reason::LegalDuty), ..Facts::default() }
    }

    #[test]
    fn each_policy_lets_data_go_on_its_own_grounds_alone() {
        use Ground::{Acquisition, Negotiation};
        use Ground::{LegalCompulsion, LegalPermission, OwnRights, Safety};
        let table: [(&str, &[Ground]); 6] = [
            ("house", &[LegalCompulsion]),
            ("kallas", &[LegalCompulsion, Acquisition]),
            ("atomform", &[LegalCompulsion, LegalPermission]),
            ("formlabs", &[LegalCompulsion, OwnRights, Acquisition]),
            ("threedpros", &[LegalCompulsion, OwnRights, Acquisition, Negotiation]),
            ("stelloloxon", &[LegalCompulsion, OwnRights, Safety, Acquisition]),
        ];
        for (profile, grounds) in table {
            let book = book(profile);
            for ground in Ground::ALL {
                let named = grounds.contains(&ground);
                assert_eq!(on(&book, ground).is_ok(), named, "{profile} {}", ground.name());
                assert_eq!(decided(&book, ground, &because()).is_ok(), named, "{profile} {}", ground.name());
                assert_eq!(offered(&book, ground).is_empty(), !named, "{profile} {}", ground.name());
            }
        }
    }

    #[test]
    fn nothing_goes_without_a_reason_or_for_somebody_who_restricted_it_where_a_law_only_permits() {
        let book = book("atomform");
        let refused = decided(&book, Ground::LegalCompulsion, &Facts::default());
        assert_eq!(refused, Err(Refusal::ReasonMissing));
        let restricted = Facts { restricted: true, ..because() };
        assert!(decided(&book, Ground::LegalCompulsion, &restricted).is_ok());
        assert_eq!(decided(&book, Ground::LegalPermission, &restricted), Err(Refusal::Restricted));
        let erased = Facts { erased: true, ..because() };
        assert_eq!(decided(&book, Ground::LegalCompulsion, &erased), Err(Refusal::NotFound));
    }

    #[test]
    fn the_scope_is_what_was_chosen_and_no_more() {
        let book = book("house");
        let scope = |chosen: &[&str]| scope(&book, Ground::LegalCompulsion, chosen.iter().copied());
        assert_eq!(scope(&[]), Err(Wrong::Nothing));
        for never in ["security.secret", "payment.record", "everything"] {
            assert_eq!(scope(&[never]), Err(Wrong::NotHeld(never.to_owned())));
        }
        let name = scope(&["account.name"]).unwrap();
        let parts = parts(&book, &name);
        let columns: Vec<(&str, &[&str])> = parts.iter().map(|p| (p.table, p.columns.as_slice())).collect();
        assert_eq!(columns, [("person", ["name"].as_slice())]);
        assert_eq!(super::scope(&book, Ground::Safety, ["account.name"]), Err(Wrong::Ground(Ground::Safety)));
    }

    #[test]
    fn what_is_shared_with_nobody_goes_only_where_a_law_compels_it() {
        let never = Sources::built_in("stelloloxon").unwrap();
        let never = never.edited("profile", "never = [\"project.files\"", "never = [\"account.name\"");
        let book = never.edited(
            "profile",
            "conflict = \"never-shared:project.files:storage\"",
            "conflict = \"none\"",
        );
        let book = book
            .edited(
                "profile",
                "[[resolved]]\nconflict = \"none\"\nreading = \"a storage provider holds sealed files alone\"\nreason = \"what cannot be read is not shared\"\n",
                "",
            )
            .compile()
            .unwrap();
        let offers = |ground| offered(&book, ground).iter().any(|(name, _)| *name == "account.name");
        assert!(offers(Ground::LegalCompulsion) && !offers(Ground::OwnRights) && !offers(Ground::Safety));
    }

    #[test]
    fn who_negotiates_sees_nothing_of_what_was_demanded() {
        let book = book("threedpros");
        let (all, shown) = (along(&book, Ground::Acquisition), along(&book, Ground::Negotiation));
        let kept: Vec<&str> = all.difference(&shown).map(String::as_str).collect();
        assert_eq!(
            kept,
            ["access.record", "breach.record", "disclosure.record", "letter.record", "request.record"]
        );
        assert!(shown.contains("account.name"));
    }

    #[test]
    fn a_bar_ends() {
        let now = Instant::on_day("2026-11-22").unwrap();
        let day = |text| Some(Instant::on_day(text).unwrap());
        assert_eq!(told_at(now, None), Ok(now));
        assert_eq!(told_at(now, day("2027-02-01")), Ok(day("2027-02-01").unwrap()));
        assert_eq!(told_at(now, day("2026-11-22")), Err(Wrong::Past));
        assert_eq!(told_at(now, day("2031-11-23")), Err(Wrong::TooLong));
    }

    #[test]
    fn every_word_reads_back() {
        assert!(Demand::ALL.into_iter().all(|demand| demand.name().parse() == Ok(demand)));
        assert!(Class::ALL.into_iter().all(|class| class.name().parse() == Ok(class)));
        assert!(Why::all().all(|why| why.name().parse() == Ok(why)));
        assert_eq!("sale".parse::<Why>(), Err(Unknown));
    }
}
