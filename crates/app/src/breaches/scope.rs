//! Whose data a breach was about and what of it: from the data map, the times, and what lies there now. Counted when it is asked;
//! no list of people is kept.

use crate::{Context, Error, Refusal};
use domain::ids::PersonId;
use domain::time::Instant;
use privacy::breach::{Case, Exposed, Exposure, Finding, Happened, Place, findings as find, places};
use std::collections::BTreeSet;
use store::breaches::{Concerned, concerned};
use store::{Fault, Tx};

/// Whose data it was, and what of it.
#[derive(Debug)]
pub struct Scope {
    /// How many people have data in what was exposed.
    pub people: usize,
    /// How many of them have no account, so that no page tells them.
    pub without_account: usize,
    /// How many accounts were erased since it began: whose data it may have been as well, and who cannot be told any more.
    pub erased_since: usize,
    /// Kind by kind, the worst first.
    pub counted: Vec<Counted>,
}

/// One kind of data.
#[derive(Debug)]
pub struct Counted {
    /// What of it was exposed, and whether it can be read.
    pub finding: Finding,
    /// How many people have some of it there.
    pub people: usize,
}

impl Scope {
    /// What of each kind was exposed.
    pub(super) fn found(&self) -> Vec<Finding> {
        self.counted.iter().map(|counted| counted.finding.clone()).collect()
    }
}

/// Whose data can be concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    Everybody,
    One(PersonId),
    /// It was one person's alone, who has no account or has left.
    Nobody,
}

/// Whether it was about one person alone.
pub(super) fn is_of_one(exposed: &[Exposed]) -> bool {
    !exposed.is_empty() && exposed.iter().all(|exposed| exposed.what.is_of_one())
}

/// What was one person's alone stands in a breach of its own: beside anything else it would be told to everybody, and what is found
/// later may be somebody else's.
pub(super) fn apart(known: &[Exposed], happened: &[(Instant, Happened)]) -> Result<(), Refusal> {
    let more = happened.iter().filter_map(|(_, happened)| match happened {
        Happened::Exposed(exposed) => Some(exposed.what),
        _ => None,
    });
    let more: Vec<_> = more.collect();
    let of_one = |what: &Exposure| what.is_of_one();
    let mixed = more.iter().any(of_one) && !more.iter().all(of_one);
    let added = !known.is_empty() && !more.is_empty() && (is_of_one(known) || more.iter().any(of_one));
    if mixed || added {
        let why = "One account or one letter is a breach of its own: record it by itself, so that its owner alone is told.";
        return Err(Refusal::field("what", why));
    }
    Ok(())
}

/// Whose data can be concerned. Whoever was alone concerned and has left leaves nobody behind, and not everybody.
pub(super) fn whom(case: &Case, subject: Option<PersonId>) -> Whom {
    match subject {
        _ if !is_of_one(case.exposed()) => Whom::Everybody,
        Some(subject) => Whom::One(subject),
        None => Whom::Nobody,
    }
}

/// What of each kind was exposed, and whether it can be read by now.
pub(super) async fn findings(ctx: &Context, tx: &Tx, case: &Case) -> Result<Vec<Finding>, Fault> {
    Ok(find(ctx.store.book(), case.exposed(), &tx.epochs_ended().await?))
}

/// Whether people need be told of it at a high risk.
pub(super) fn readable(found: &[Finding]) -> bool {
    found.iter().any(|finding| finding.reading.concerns_people())
}

async fn in_places(tx: &Tx, places: &[Place<'_>], whom: Whom) -> Result<Vec<Concerned>, Fault> {
    match whom {
        Whom::Everybody => concerned(tx, places, None).await,
        Whom::One(person) => concerned(tx, places, Some(person)).await,
        Whom::Nobody => Ok(vec![]),
    }
}

/// Whose data it was, also of those without an account: numbers and nothing else.
pub(super) async fn people(
    ctx: &Context,
    tx: &Tx,
    case: &Case,
    subject: Option<PersonId>,
) -> Result<Vec<PersonId>, Fault> {
    let all = places(ctx.store.book(), case.exposed());
    Ok(in_places(tx, &all, whom(case, subject)).await?.into_iter().map(|one| one.person).collect())
}

/// Counts whose data it was.
pub(super) async fn count(
    ctx: &Context,
    tx: &Tx,
    case: &Case,
    subject: Option<PersonId>,
) -> Result<Scope, Error> {
    let all = places(ctx.store.book(), case.exposed());
    let whom = whom(case, subject);
    let people = in_places(tx, &all, whom).await?;
    let mut counted = vec![];
    for finding in findings(ctx, tx, case).await? {
        let people = in_places(tx, &of(&all, &finding.category), whom).await?.len();
        counted.push(Counted { finding, people });
    }
    let began = case.exposed().iter().map(|exposed| exposed.from).min();
    Ok(Scope {
        without_account: people.iter().filter(|person| !person.has_account).count(),
        people: people.len(),
        erased_since: match whom {
            Whom::Everybody => erased_since(ctx, began).await?,
            Whom::One(_) => 0,
            // One account has one owner, who was there when it was recorded.
            Whom::Nobody => usize::from(case.exposed().iter().any(|e| e.what == Exposure::Account)),
        },
        counted,
    })
}

/// How many accounts were erased since then.
async fn erased_since(ctx: &Context, began: Option<Instant>) -> Result<usize, Fault> {
    let receipts = ctx.store.receipts().await?;
    Ok(receipts.iter().filter(|(_, receipt)| began.is_some_and(|began| receipt.at >= began)).count())
}

fn of<'b>(all: &[Place<'b>], category: &str) -> Vec<Place<'b>> {
    all.iter().filter(|place| place.category == category).cloned().collect()
}

/// What of one person's was exposed, in words; none if nothing was.
pub(super) async fn of_person(
    ctx: &Context,
    tx: &Tx,
    case: &Case,
    subject: Option<PersonId>,
    person: PersonId,
) -> Result<Option<Vec<Finding>>, Error> {
    let may_be = match whom(case, subject) {
        Whom::Everybody => true,
        Whom::One(one) => one == person,
        Whom::Nobody => false,
    };
    let all = places(ctx.store.book(), case.exposed());
    if !may_be || in_places(tx, &all, Whom::One(person)).await?.is_empty() {
        return Ok(None);
    }
    let (mut theirs, mut seen) = (vec![], BTreeSet::new());
    for finding in findings(ctx, tx, case).await? {
        let held = in_places(tx, &of(&all, &finding.category), Whom::One(person)).await?;
        if !held.is_empty() && seen.insert(finding.category.clone()) {
            theirs.push(finding);
        }
    }
    Ok(Some(theirs))
}
