//! What may happen to a request, and in no order never.

use super::*;
use crate::book::Sources;
use crate::clock::{By, Need, Reason, State as Due};
use proptest::prelude::*;

fn case(matter: Matter, known: bool, events: &[Happened]) -> Result<Case, Wrong> {
    Case::replay(matter, known, events)
}

#[test]
fn the_usual_life_of_a_request_by_an_outsider() {
    use Happened as H;
    let life = [
        (H::Acknowledged, State::New),
        (H::Asked(Need::Identity), State::CheckingWho),
        (H::Given(Need::Identity), State::NeedsDecision),
        (H::Asked(Need::Clarification), State::Working),
        (H::Given(Need::Clarification), State::NeedsDecision),
        (H::Extended(Reason::Complexity), State::NeedsDecision),
        (H::Accepted, State::Working),
        (H::CarriedOut, State::Working),
        (H::Answered, State::Done),
    ];
    let mut case = Case::received(Matter::Access, false);
    assert_eq!(case.state(), State::New);
    for (happened, state) in life {
        case.apply(happened).unwrap();
        assert_eq!(case.state(), state, "after {happened:?}");
    }
    assert_eq!(case.apply(H::Answered), Err(Wrong::Over));
}

#[test]
fn nothing_is_carried_out_for_somebody_unknown() {
    domain::proves!("KA-47", by = "privacy::request::Case::apply");
    for matter in Matter::ALL.iter().copied().filter(|matter| needs_identity(*matter)) {
        assert_eq!(case(matter, false, &[Happened::Accepted]).unwrap_err(), Wrong::WhoIsNotKnown, "{matter}");
        let asked = [Happened::Asked(Need::Identity), Happened::Accepted];
        assert_eq!(case(matter, false, &asked).unwrap_err(), Wrong::WhoIsNotKnown, "{matter}");
    }
    assert!(case(Matter::OptOut, false, &[Happened::Accepted]).is_ok(), "an opt-out needs no proof");
}

#[test]
fn a_refusal_has_a_ground_that_fits() {
    domain::proves!("TP-78", by = "privacy::request::Ground::fits");
    let against =
        |matter| -> Vec<Ground> { Ground::ALL.into_iter().filter(|ground| ground.fits(matter)).collect() };
    use Ground as G;
    let any = [G::NoSuchRight, G::IdentityUnverifiable, G::NoAuthority, G::OutOfScope];
    assert_eq!(against(Matter::Access), [&any[..], &[G::DisputeOverCompensation, G::OtherLaw]].concat());
    let keep = [G::StillNeeded, G::OverridingInterest, G::LegalDuty, G::LegalClaims, G::FreeSpeech];
    let erasure = [&any[..], &keep[..], &[G::IllegalActivity, G::OtherLaw]].concat();
    assert_eq!(against(Matter::Erasure), erasure);
    assert_eq!(against(Matter::Rectification), [&any[..], &[G::OtherLaw]].concat());
    for answered in [Matter::Complaint, Matter::Question, Matter::ChildReport, Matter::Recipients] {
        assert_eq!(against(answered), [], "{answered} is answered");
    }
    for ground in Ground::ALL {
        let refused = case(Matter::Rectification, true, &[Happened::Refused(ground)]);
        assert_eq!(refused.is_ok(), ground.fits(Matter::Rectification) && ground != G::IdentityUnverifiable);
    }
}

#[test]
fn an_erasure_is_refused_on_the_grounds_that_the_policy_names() {
    domain::proves!("AF-071", "TP-78", by = "privacy::request::Ground::is_named");
    use Ground as G;
    let four = [G::StillNeeded, G::OverridingInterest, G::LegalDuty, G::LegalClaims];
    let six = [&four[..], &[G::FreeSpeech, G::IllegalActivity]].concat();
    let answering = [G::NoSuchRight, G::IdentityUnverifiable, G::NoAuthority, G::OutOfScope];
    let all = [&six[..], &[G::OtherLaw]].concat();
    for (profile, grounds) in [("atomform", &four[..]), ("threedpros", &six[..]), ("house", &all[..])] {
        let book = Sources::built_in(profile).unwrap().compile().unwrap();
        let named = |matter| -> Vec<Ground> {
            Ground::ALL
                .into_iter()
                .filter(|ground| ground.fits(matter) && ground.is_named(&book, matter))
                .collect()
        };
        assert_eq!(named(Matter::Erasure), [&answering[..], grounds].concat(), "{profile}");
        let objection = [&answering[..], &all[..]].concat();
        assert_eq!(
            named(Matter::Objection),
            objection,
            "{profile}: of an objection the policy does not speak"
        );
    }
}

#[test]
fn an_opt_out_of_any_sale_takes_fifteen_days_at_most_and_no_proof() {
    domain::proves!("TP-87", by = "privacy::request::terms");
    let received = Instant::from_micros(1_796_083_200_000_000); // 2026-12-01
    let book = Sources::built_in("threedpros").unwrap().compile().unwrap();
    for region in Region::ALL {
        let clock = clock(&terms(&book, Matter::OptOut, region), received, []).unwrap();
        let Due::Due(due) = clock.state() else { panic!("{region:?}: nothing is due") };
        assert!(due.on.to_string().as_str() <= "2026-12-16", "{region:?}: {}", due.on);
    }
    assert!(!needs_identity(Matter::OptOut));
    let refusable = Ground::ALL.into_iter().filter(|ground| ground.fits(Matter::OptOut));
    assert_eq!(refusable.collect::<Vec<_>>(), [Ground::NoAuthority]);
}

#[test]
fn it_cannot_be_said_that_nobody_knows_who_asks_unless_they_were_asked() {
    let refused = Happened::Refused(Ground::IdentityUnverifiable);
    assert_eq!(case(Matter::Access, false, &[refused]).unwrap_err(), Wrong::NeverAsked);
    assert_eq!(case(Matter::Access, true, &[refused]).unwrap_err(), Wrong::NeverAsked);
    assert!(case(Matter::Access, false, &[Happened::Asked(Need::Identity), refused]).is_ok());
}

#[test]
fn a_request_is_not_over_before_the_person_has_the_answer() {
    domain::proves!("AF-088", by = "privacy::request::Case::apply");
    let refused = [Happened::Refused(Ground::NoSuchRight)];
    assert_eq!(case(Matter::Access, true, &refused).unwrap().state(), State::Working, "no letter went yet");
    let told = [refused[0], Happened::Answered];
    assert_eq!(case(Matter::Access, true, &told).unwrap().state(), State::Refused);
    let unread = [Happened::Accepted, Happened::Answered];
    assert_eq!(case(Matter::Access, true, &unread).unwrap_err(), Wrong::NotCarriedOut);
    assert_eq!(case(Matter::Access, true, &[Happened::Answered]).unwrap_err(), Wrong::NotDecided);
}

#[test]
fn the_law_of_where_somebody_lives_and_the_promise_set_the_day() {
    domain::proves!("SP-40", by = "privacy::request::terms");
    let received = Instant::from_micros(1_796_083_200_000_000); // 2026-12-01T00:00:00Z
    let due = |profile: &str, matter, region| {
        let book = Sources::built_in(profile).unwrap().compile().unwrap();
        let clock = clock(&terms(&book, matter, region), received, []).unwrap();
        let Due::Due(due) = clock.state() else { panic!("{region:?}: nothing is due") };
        (due.on.to_string(), due.why.by)
    };
    let by = |regime| By::Law(regime);
    use crate::clock::Regime as R;
    // 1 January is a Friday; no holidays are counted here.
    assert_eq!(due("threedpros", Matter::Access, Region::Eea), ("2027-01-01".to_owned(), by(R::Gdpr)));
    assert_eq!(due("threedpros", Matter::Access, Region::Brazil).1, by(R::Brazil));
    assert_eq!(due("threedpros", Matter::Access, Region::California).1, by(R::California));
    let (unknown, strictest) = due("threedpros", Matter::Access, Region::Unknown);
    let earliest = Region::ALL.map(|region| due("threedpros", Matter::Access, region).0).into_iter().min();
    assert_eq!((Some(unknown), strictest != by(R::Gdpr)), (earliest, true));
    assert_eq!(due("stelloloxon", Matter::Access, Region::Eea).0, "2026-12-31", "30 days were promised");
}

#[test]
fn a_promise_is_put_off_for_the_reasons_of_the_law_and_no_others() {
    domain::proves!("AF-084", by = "privacy::request::terms");
    let received = Instant::from_micros(1_796_083_200_000_000);
    let book = Sources::built_in("atomform").unwrap().compile().unwrap();
    let terms = terms(&book, Matter::Access, Region::Eea);
    for reason in Reason::ALL {
        let mut clock = clock(&terms, received, []).unwrap();
        let put_off = goes_on(&mut clock, received.plus_seconds(60), Happened::Extended(*reason));
        let allowed = matches!(reason, Reason::Complexity | Reason::NumberOfRequests);
        assert_eq!(put_off.is_ok(), allowed, "{reason}");
        let Due::Due(due) = clock.state() else { panic!() };
        assert_eq!(due.on.to_string(), if allowed { "2027-03-01" } else { "2027-01-01" });
    }
}

#[test]
fn what_happened_stands_when_the_rules_change() {
    let received = Instant::from_micros(1_796_083_200_000_000);
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    let terms = terms(&book, Matter::Access, Region::Brazil);
    let put_off = Happened::Extended(Reason::Consultation);
    let mut fresh = clock(&terms, received, []).unwrap();
    assert!(goes_on(&mut fresh, received, put_off).is_err());
    let told = clock(&terms, received, [(received, &put_off)]).unwrap();
    assert_eq!(told.state(), fresh.state());
}

#[test]
fn what_is_stored_reads_back() {
    let mut all = vec![
        Happened::Acknowledged,
        Happened::Accepted,
        Happened::CarriedOut,
        Happened::Answered,
        Happened::TakenBack,
    ];
    for need in [Need::Identity, Need::Clarification, Need::Fee] {
        all.extend([Happened::Asked(need), Happened::Given(need)]);
    }
    all.extend(Reason::ALL.iter().map(|reason| Happened::Extended(*reason)));
    all.extend(Ground::ALL.map(Happened::Refused));
    for happened in all {
        let (name, detail) = happened.name();
        assert_eq!(Happened::read(name, &detail), Ok(happened));
    }
    for region in Region::ALL {
        assert_eq!(region.name().parse(), Ok(region));
    }
    for came in Came::ALL {
        assert_eq!(came.name().parse(), Ok(came));
    }
    for known in Matter::ALL {
        assert_eq!(matter(&known.to_string()), Ok(*known));
    }
    assert_eq!(Happened::read("asked", "a passport"), Err(Unknown));
}

fn events() -> Vec<Happened> {
    let mut all = vec![Happened::Acknowledged, Happened::Accepted, Happened::CarriedOut, Happened::Answered];
    all.extend([Happened::TakenBack, Happened::Extended(Reason::Complexity)]);
    all.extend([Need::Identity, Need::Clarification].map(Happened::Asked));
    all.extend([Need::Identity, Need::Clarification].map(Happened::Given));
    all.extend(Ground::ALL.map(Happened::Refused));
    all
}

proptest! {
    /// In whatever order people press what: an answered request was decided once, for somebody known or on a ground.
    #[test]
    fn whatever_happens(
        picks in prop::collection::vec(0..events().len(), 0..40),
        matter in 0..Matter::ALL.len(),
        signed_in: bool,
    ) {
        let matter = Matter::ALL[matter];
        let mut case = Case::received(matter, signed_in);
        let mut happened = Vec::new();
        for pick in picks {
            let before = case.state();
            if case.apply(events()[pick]).is_ok() {
                prop_assert!(!before.is_over());
                happened.push(events()[pick]);
            }
        }
        let decisions = happened.iter().filter(|h| matches!(h, Happened::Accepted | Happened::Refused(_)));
        prop_assert!(decisions.count() <= 1);
        let accepted = happened.iter().position(|h| *h == Happened::Accepted);
        if let Some(at) = accepted {
            let told_who = happened[..at].contains(&Happened::Given(Need::Identity));
            prop_assert!(signed_in || told_who || !needs_identity(matter));
        }
        let done = happened.contains(&Happened::CarriedOut);
        prop_assert!(!done || accepted.is_some());
        if case.state() == State::Refused {
            let ground = happened.iter().find_map(|h| match h { Happened::Refused(g) => Some(*g), _ => None });
            prop_assert!(ground.is_some_and(|ground| ground.fits(matter)));
        }
        prop_assert_eq!(Case::replay(matter, signed_in, &happened).unwrap().state(), case.state());
    }
}
