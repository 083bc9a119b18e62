//! What may happen to a request, and in no order never.

use super::*;
use crate::book::Sources;
use crate::clock::{By, Need, Reason, State as Due};
use crate::profile::Channel;
use proptest::prelude::*;

fn case(matter: Matter, known: bool, events: &[Happened]) -> Result<Case, Wrong> {
    Case::replay(matter, known, false, events)
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
    let mut case = Case::received(Matter::Access, false, false);
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
fn whoever_asks_for_another_shows_that_they_may() {
    domain::proves!("TP-72", "AF-081", by = "privacy::request::Case::apply");
    use Happened as H;
    let of = |matter, events: &[H]| Case::replay(matter, false, true, events);
    let shown = [H::Given(Need::Identity), H::Asked(Need::Authority), H::Given(Need::Authority)];
    for matter in Matter::ALL.iter().copied().filter(|matter| !is_answered(*matter)) {
        let who: &[H] = if needs_identity(matter) { &shown[..1] } else { &[] };
        let case = of(matter, who).unwrap();
        let (mut early, mut late) = (case.clone(), case);
        assert_eq!(early.apply(H::Accepted), Err(Wrong::AuthorityIsNotShown), "{matter}");
        let none = H::Refused(Ground::NoAuthority);
        assert_eq!(early.apply(none), Err(Wrong::NeverAsked), "{matter}: nobody asked for it");
        early.apply(H::Asked(Need::Authority)).unwrap();
        assert_eq!(early.state(), State::CheckingWho);
        early.apply(none).unwrap_or_else(|wrong| panic!("{matter}: {wrong}"));
        for happened in &shown[1..] {
            late.apply(*happened).unwrap();
        }
        assert_eq!(late.state(), State::NeedsDecision, "{matter}");
        assert!(!late.allows(none), "{matter}: it was shown");
        assert!(late.allows(H::Accepted), "{matter}");
    }
    for matter in Matter::ALL.iter().copied().filter(|matter| is_answered(*matter)) {
        assert!(of(matter, &[H::Accepted]).is_ok(), "{matter}: anybody may");
    }
    // What a house decided before authority was asked for reads back as it was.
    for decided in [H::Accepted, H::Refused(Ground::NoAuthority)] {
        assert!(of(Matter::Access, &[H::Given(Need::Identity), decided]).is_ok(), "{decided:?}");
    }
    // For oneself no authority is asked for.
    assert_eq!(case(Matter::Access, true, &[H::Asked(Need::Authority)]).unwrap_err(), Wrong::Again);
}

#[test]
fn no_more_is_asked_for_than_is_missing() {
    domain::proves!("TP-83", by = "privacy::request::Case::has");
    let again = [Happened::Given(Need::Identity), Happened::Asked(Need::Identity)];
    for matter in Matter::ALL.iter().copied().filter(|matter| needs_identity(*matter)) {
        let asked = [Happened::Asked(Need::Identity)];
        assert_eq!(case(matter, true, &asked).unwrap_err(), Wrong::Again, "{matter}: they signed in");
        assert_eq!(case(matter, false, &again).unwrap_err(), Wrong::Again, "{matter}: it was shown");
        assert!(case(matter, false, &asked).is_ok(), "{matter}");
    }
    assert_eq!(case(Matter::OptOut, false, &again[1..]).unwrap_err(), Wrong::Again, "it takes no proof");
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
fn a_law_that_sets_another_time_overrides_what_was_promised() {
    domain::proves!("AF-085", by = "privacy::clock::Terms::law_sets_the_answer");
    let received = Instant::from_micros(1_796_083_200_000_000); // 2026-12-01
    let due = |profile: &str, matter, region| {
        let book = Sources::built_in(profile).unwrap().compile().unwrap();
        let clock = clock(&terms(&book, matter, region), received, []).unwrap();
        let dues = clock.dues();
        let answer = dues.iter().find(|due| due.stage == crate::clock::Stage::Answer).unwrap();
        (answer.on.to_string(), answer.why.to_string())
    };
    let (longer, why) = due("atomform", Matter::Access, Region::California);
    assert_eq!(longer, "2027-01-15", "45 days instead of a month");
    assert!(why.contains("california") && why.contains("7021"), "the case says which: {why}");
    assert_eq!(due("atomform", Matter::Access, Region::Brazil).0, "2026-12-16", "15 days");
    let own = due("atomform", Matter::Objection, Region::California);
    assert_eq!(own.0, "2027-01-01", "no law there sets a time, and so the promise holds");
    assert!(own.1.contains("promised by this house"), "{}", own.1);
    assert!(due("atomform", Matter::Access, Region::Unknown).0.as_str() <= "2026-12-16");
    assert_eq!(
        due("stelloloxon", Matter::Access, Region::California).0,
        "2026-12-31",
        "only where it is said"
    );
}

#[test]
fn what_is_to_be_corrected_or_erased_has_a_target_of_its_own() {
    domain::proves!("FL-96", by = "privacy::request::target");
    let received = Instant::from_micros(1_796_083_200_000_000);
    let book = Sources::built_in("formlabs").unwrap().compile().unwrap();
    for came in [Channel::Mail, Channel::Post] {
        assert!(book.profile().requests.channels.contains(&came), "{came:?}");
    }
    let due = |matter| {
        let clock = clock(&terms(&book, matter, Region::Eea), received, []).unwrap();
        let Due::Due(due) = clock.state() else { panic!("{matter}: nothing is due") };
        due.on.to_string()
    };
    assert_eq!([Matter::Rectification, Matter::Erasure].map(due), ["2026-12-08", "2026-12-08"]);
    assert_eq!(due(Matter::Access), "2027-01-01");
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
    for need in [Need::Identity, Need::Authority, Need::Clarification, Need::Fee] {
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
    all.extend([Need::Identity, Need::Authority, Need::Clarification].map(Happened::Asked));
    all.extend([Need::Identity, Need::Authority, Need::Clarification].map(Happened::Given));
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
        for_another: bool,
    ) {
        let matter = Matter::ALL[matter];
        let mut case = Case::received(matter, signed_in, for_another);
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
        prop_assert_eq!(Case::replay(matter, signed_in, for_another, &happened).unwrap().state(), case.state());
    }
}
