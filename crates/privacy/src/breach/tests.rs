//! Dated cases of the clock, and what is unintelligible to whom: computed from the keys exposed.

use super::*;
use crate::book::{Book, Sources};
use domain::time::{Clock as _, Instant, Standing};
use jiff::Span;
use std::collections::BTreeMap;

fn at(text: &str) -> Instant {
    Standing::at_iso(text).now()
}

fn book() -> Book {
    Sources::built_in("house").unwrap().compile().unwrap()
}

/// The time that a policy gives; silent, if empty.
fn period(said: &str) -> Span {
    let table =
        if said.is_empty() { String::new() } else { format!("[breach]\nauthority = \"{said}\"\n\n[people]") };
    let sources = Sources::built_in("house").unwrap();
    let sources = if said.is_empty() { sources } else { sources.edited("profile", "[people]", &table) };
    sources.compile().unwrap().profile().breach.authority().parse().unwrap()
}

#[test]
fn the_authority_is_due_in_hours_that_no_weekend_and_no_month_moves() {
    for (aware, said, due) in [
        // A Friday evening: the following Monday evening, and not a working day later.
        ("2026-11-20T18:10:00Z", "", "2026-11-23T18:10:00Z"),
        // Over the end of a month, of a year, of a February with 29 days, and over holidays.
        ("2027-01-30T10:00:00Z", "", "2027-02-02T10:00:00Z"),
        ("2026-12-31T23:59:59Z", "", "2027-01-03T23:59:59Z"),
        ("2028-02-27T08:00:00Z", "", "2028-03-01T08:00:00Z"),
        ("2026-12-24T16:00:00Z", "", "2026-12-27T16:00:00Z"),
        // Where the policy says another time, that one: the law may come to say 96 hours.
        ("2026-11-20T18:10:00Z", "PT96H", "2026-11-24T18:10:00Z"),
        ("2026-11-20T18:10:00Z", "PT24H", "2026-11-21T18:10:00Z"),
    ] {
        let case = Case::aware(at(aware), &period(said));
        assert_eq!(case.due_at().to_string(), due, "{aware} {said}");
        let due = at(due);
        assert_eq!(case.authority(due), Authority::Due(due), "{aware}: still in time");
        assert_eq!(case.authority(due.plus_seconds(1)), Authority::Late(due), "{aware}");
    }
}

#[test]
fn a_policy_that_says_no_time_is_refused_with_its_remedy() {
    let sources = Sources::built_in("house").unwrap();
    let wrong = sources.edited("profile", "[people]", "[breach]\nauthority = \"soon\"\n\n[people]");
    let problems = wrong.compile().map(|_| ()).unwrap_err();
    assert!(problems.iter().any(|p| p.what.contains("`soon` is not an ISO 8601 period")), "{problems:?}");
}

/// A breach known since a Friday evening.
fn friday() -> Case {
    Case::aware(at("2026-11-20T18:10:00Z"), &period(""))
}

#[test]
fn whoever_tells_late_says_why() {
    let (case, now) = (friday(), at("2026-11-25T09:00:00Z"));
    let tell = |phase, when: &str, said| case.may(now, at(when), Happened::ToldAuthority(phase), said, true);
    assert_eq!(
        tell(Phase::First, "2026-11-23T18:10:00Z", false),
        Ok(()),
        "in the last second, without a reason"
    );
    let late = Wrong::LateWithoutReason(case.due_at());
    assert_eq!(tell(Phase::First, "2026-11-23T18:10:01Z", false), Err(late));
    assert_eq!(tell(Phase::Final, "2026-11-23T18:10:01Z", false), Err(late), "also at once and whole");
    assert_eq!(tell(Phase::First, "2026-11-23T18:10:01Z", true), Ok(()), "with one");
    assert_eq!(tell(Phase::Further, "2026-11-23T18:00:00Z", true), Err(Wrong::NothingBefore));
    assert_eq!(tell(Phase::First, "2026-11-20T18:09:59Z", true), Err(Wrong::TooEarly(case.aware_at())));
    assert_eq!(tell(Phase::First, "2026-11-25T09:00:01Z", true), Err(Wrong::Future));
    let told = case.clone().after(at("2026-11-24T08:00:00Z"), Happened::ToldAuthority(Phase::First));
    assert_eq!(told.authority(now), Authority::InPhases { since: at("2026-11-24T08:00:00Z"), late: true });
    // What follows in phases needs no reason of its own, and no second first.
    let more = |phase| told.may(now, now, Happened::ToldAuthority(phase), false, true);
    assert_eq!(
        [more(Phase::First), more(Phase::Further), more(Phase::Final)],
        [Err(Wrong::NotFirst), Ok(()), Ok(())]
    );
    let whole = told.after(now, Happened::ToldAuthority(Phase::Final)).authority(now);
    assert_eq!(whole, Authority::Told { since: at("2026-11-24T08:00:00Z"), late: true });
}

#[test]
fn the_clock_runs_until_somebody_says_that_no_risk_is_likely() {
    let (case, monday) = (friday(), at("2026-11-23T08:00:00Z"));
    let assessed = |risk| case.clone().after(monday, Happened::Assessed(risk));
    assert_eq!(case.authority(monday), Authority::Due(case.due_at()));
    assert_eq!(assessed(Risk::Unlikely).authority(monday), Authority::NotNeeded);
    assert_eq!(assessed(Risk::Risk).authority(monday), Authority::Due(case.due_at()));
    let again = assessed(Risk::Unlikely).after(monday, Happened::Assessed(Risk::High));
    assert_eq!(again.authority(monday), Authority::Due(case.due_at()), "the last word counts");
    let unsaid = case.may(monday, monday, Happened::Assessed(Risk::Unlikely), false, true);
    assert!(matches!(unsaid, Err(Wrong::WordsMissing(_))), "never without a reason");
}

#[test]
fn people_are_told_at_a_high_risk_unless_nobody_can_read_it() {
    let (case, now) = (friday(), at("2026-11-21T08:00:00Z"));
    assert_eq!(case.people(true), People::NotAssessed);
    for (risk, readable, stands) in [
        (Risk::Unlikely, true, People::NotHigh),
        (Risk::Risk, true, People::NotHigh),
        (Risk::High, false, People::Unintelligible),
        (Risk::High, true, People::Owed),
    ] {
        assert_eq!(case.clone().after(now, Happened::Assessed(risk)).people(readable), stands, "{risk:?}");
    }
    // The notice says what Art. 34(2) wants; until it is known, nothing can be said.
    let high = case.after(now, Happened::Assessed(Risk::High));
    let may = |case: &Case| case.may(now, now, Happened::ToldPeople, false, true);
    assert_eq!(may(&high), Err(Wrong::NotKnown(Topic::Nature.says())));
    let known = Topic::ALL.into_iter().fold(high, |case, topic| case.after(now, Happened::Learned(topic)));
    assert_eq!(may(&known), Ok(()));
    let told = known.after(now, Happened::ToldPeople);
    assert_eq!(told.people(true), People::Told(now));
    let more = Exposed { what: Exposure::Server, from: now, until: now };
    assert_eq!(
        told.after(now, Happened::Exposed(more)).people(true),
        People::Owed,
        "of what is found later, again"
    );
}

#[test]
fn nothing_is_closed_that_is_owed_and_nothing_happens_after() {
    let (case, now) = (friday(), at("2026-11-21T08:00:00Z"));
    let close = |case: &Case| case.may(now, now, Happened::Closed, true, true);
    assert!(matches!(close(&case), Err(Wrong::Open(_))), "nobody has said how great the risk is");
    let high = case.after(now, Happened::Assessed(Risk::High));
    assert!(matches!(close(&high), Err(Wrong::Open(_))), "nobody was told");
    let begun = high.after(now, Happened::ToldAuthority(Phase::First));
    assert!(matches!(close(&begun), Err(Wrong::Open(_))), "more was to follow");
    let whole = begun.after(now, Happened::ToldAuthority(Phase::Final));
    assert_eq!(close(&whole), Err(Wrong::Open("the people concerned were not told yet")));
    let told = whole.after(now, Happened::ToldPeople);
    assert!(matches!(told.may(now, now, Happened::Closed, false, true), Err(Wrong::WordsMissing(_))));
    assert_eq!(close(&told), Ok(()));
    let closed = told.after(now, Happened::Closed);
    assert_eq!(closed.may(now, now, Happened::Learned(Topic::Nature), true, true), Err(Wrong::Closed));
}

#[test]
fn every_word_in_storage_is_read_back() {
    let exposed =
        |what| Exposed { what, from: at("2026-11-20T18:10:00Z"), until: at("2026-11-20T19:10:00Z") };
    let all = Exposure::ALL.into_iter().map(|what| Happened::Exposed(exposed(what)));
    let all = all.chain(Topic::ALL.into_iter().map(Happened::Learned));
    let all = all.chain(Risk::ALL.into_iter().map(Happened::Assessed));
    let all = all.chain(Phase::ALL.into_iter().map(Happened::ToldAuthority));
    for happened in all.chain([Happened::ToldPeople, Happened::Closed]) {
        let (kind, detail) = happened.code();
        let times = detail.parse().ok().map(exposed);
        assert_eq!(Happened::from_code(kind, detail, times), Ok(happened));
    }
    assert!(Happened::from_code("forgotten", "", None).is_err());
}

fn exposed(what: Exposure, from: &str, until: &str) -> Exposed {
    Exposed {
        what,
        from: at(&format!("2026-11-{from}:00:00Z")),
        until: at(&format!("2026-11-{until}:00:00Z")),
    }
}

/// A turn that took a minute.
fn turned(ended: &str) -> Turn {
    Turn { began: at(ended).plus_seconds(-60), ended: at(ended) }
}

fn read(all: &[Exposed], turns: &[Turn]) -> BTreeMap<String, Finding> {
    findings(&book(), all, turns).into_iter().map(|f| (f.category.clone(), f)).collect()
}

fn reading(all: &[Exposed], turns: &[Turn], category: &str) -> Reading {
    read(all, turns).get(category).map_or(Reading::NotThere, |finding| finding.reading)
}

const SEALED: [&str; 4] = ["account.name", "contact.email", "model.name", "print.name"];

#[test]
fn a_database_without_keys_names_nobody_and_says_what_is_clear() {
    let copy = [exposed(Exposure::Database, "10T08", "10T09")];
    let found = read(&copy, &[]);
    for category in SEALED {
        assert_eq!(found[category].reading, Reading::Unintelligible, "{category}");
        assert!(found[category].clear.is_empty(), "{category}");
    }
    // Blind indexes and clear columns are said, each by its name.
    assert_eq!(found["contact.email"].digests, ["person.email_index".to_owned()].into());
    assert!(found["security.secret"].digests.contains("session.token"));
    assert_eq!(found["print.facts"].reading, Reading::UnderNumber);
    assert!(found["print.facts"].clear.contains("print_record.started_at"));
    assert!(found["print.facts"].sealed.contains("slicing.facts"));
    assert_eq!(reading(&copy, &[], "print.file"), Reading::NotThere, "files lie elsewhere");
    // A letter that names somebody takes the cover from their number.
    let mut named = copy.to_vec();
    named.push(exposed(Exposure::Letter, "10T08", "10T09"));
    assert_eq!(reading(&named, &[], "print.facts"), Reading::Intelligible);
}

#[test]
fn what_is_unintelligible_is_computed_from_the_keys_exposed() {
    let database = exposed(Exposure::Database, "10T08", "10T09");
    let files = exposed(Exposure::Files, "10T08", "10T09");
    let wrapped = exposed(Exposure::KeyDatabase, "10T08", "10T09");
    let turn = [turned("2026-11-14T00:00:00Z")];
    let same = exposed(Exposure::EpochKeys, "12T08", "12T09");
    let later = exposed(Exposure::EpochKeys, "15T08", "15T09");
    let across = exposed(Exposure::EpochKeys, "13T08", "15T09");
    let before = exposed(Exposure::EpochKeys, "01T08", "02T09");
    let (yes, no) = (Reading::Intelligible, Reading::Unintelligible);
    for (what, all, turns, cells) in [
        ("the database alone", vec![database], &turn[..], no),
        ("with the wrapped keys", vec![database, wrapped], &turn, no),
        ("with an epoch key alone", vec![database, same], &turn, no),
        ("with both of one epoch", vec![database, wrapped, same], &turn, yes),
        ("with the key of an epoch that came after", vec![database, wrapped, later], &turn, no),
        ("with a folder seen before and after the turn", vec![database, wrapped, across], &turn, yes),
        ("with both, where no turn is known", vec![database, wrapped, later], &[], yes),
        ("with an older epoch key, the turn after both", vec![database, wrapped, before], &turn, yes),
        (
            "with an older one, of an epoch that had gone",
            vec![database, wrapped, before],
            &[turned("2026-11-05T00:00:00Z")],
            no,
        ),
        (
            "with a key of after, copied while it turned",
            vec![
                database,
                Exposed { from: turn[0].began, until: turn[0].began.plus_seconds(30), ..wrapped },
                later,
            ],
            &turn,
            yes,
        ),
        (
            "with a key file and its passphrase",
            vec![database, exposed(Exposure::KeyBackup, "20T08", "20T09")],
            &turn,
            yes,
        ),
    ] {
        for category in SEALED {
            assert_eq!(reading(&all, turns, category), cells, "{what}: {category}");
        }
    }
    // A file's own key lies wrapped in the database: keys and files without it open nothing.
    for (what, all, file) in [
        ("files alone", vec![files], no),
        ("files and keys", vec![files, wrapped, same], no),
        ("files, keys and database", vec![files, wrapped, same, database], yes),
        ("a backup without its keys", vec![exposed(Exposure::Backup, "10T08", "10T09")], no),
        ("the running server", vec![exposed(Exposure::Server, "10T08", "10T09")], yes),
    ] {
        assert_eq!(reading(&all, &turn, "print.file"), file, "{what}");
    }
    assert!(findings(&book(), &[wrapped, same], &turn).is_empty(), "keys alone hold nobody’s data");
    assert!(!findings(&book(), &[files], &turn).iter().any(|f| f.reading.concerns_people()));
}

#[test]
fn an_account_shows_what_its_archive_would_and_staff_what_the_roles_let_them_see() {
    let own = read(&[exposed(Exposure::Account, "10T08", "10T09")], &[]);
    assert_eq!(own["print.file"].reading, Reading::Intelligible);
    assert_eq!(own["contact.email"].reading, Reading::Intelligible);
    assert!(!own.contains_key("security.secret"), "no page shows a digest: {:?}", own.get("security.secret"));
    let staff = read(&[exposed(Exposure::StaffAccount, "10T08", "10T09")], &[]);
    assert_eq!(staff["account.name"].reading, Reading::Intelligible);
    assert!(
        !staff.contains_key("print.file") && !staff.contains_key("model.geometry"),
        "nobody sees these of others"
    );
    let lost = read(&[exposed(Exposure::Lost, "10T08", "10T09")], &[]);
    assert!(
        lost.values().all(|finding| finding.reading == Reading::Lost && finding.reading.concerns_people())
    );
}

#[test]
fn places_say_whose_rows_and_until_when() {
    let (book, copy) = (book(), [exposed(Exposure::Backup, "10T08", "10T09")]);
    let all = places(&book, &copy);
    let of = |category, table| all.iter().find(|p| p.category == category && p.table == table).unwrap();
    let files = of("print.file", "blob");
    assert_eq!((files.person, files.since, files.until), ("person", Some("created_at"), copy[0].until));
    assert!(matches!(&files.holds, Holds::Files(kinds) if kinds.contains("job-toolpath")));
    let names = of("model.name", "model");
    assert!(matches!(&names.holds, Holds::Columns(columns) if columns.contains("name")));
    assert!(places(&book, &[exposed(Exposure::EpochKeys, "10T08", "10T09")]).is_empty());
}
