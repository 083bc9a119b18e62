//! What a start publishes, what it refuses, and whom which version binds.

use super::*;
use crate::decide::{Act, Ask, Facts, Whose, decide_bound};
use domain::ids::PersonId;
use domain::person::{Actor, Role};
use domain::random::Counting;

/// What the operator says of a change.
fn said(kind: &str) -> String {
    format!("[change]\nkind = \"{kind}\"\nreason = \"Because.\"\n")
}

/// The house's profile in another version, with these edits and this word on the change.
fn version(number: u32, word: &str, edits: &[(&str, &str)]) -> Book {
    let head = format!("version = {number}\n");
    let before = Sources::built_in("house").unwrap();
    let mut sources = before.edited("profile", "version = 1\n", &head).edited(
        "profile",
        "[controller]\n",
        &format!("{word}\n[controller]\n"),
    );
    for (from, to) in edits {
        let text = format!("{sources:?}");
        sources = sources.edited("profile", from, to);
        assert_ne!(text, format!("{sources:?}"), "the edit must change something: {from}");
    }
    sources.compile().unwrap_or_else(|p| panic!("{p:#?}"))
}

const LONGER: (&str, &str) = (
    "for = \"operate\"\nkeep = { from = \"print.collected\", at_most = \"P90D\" }",
    "for = \"operate\"\nkeep = { from = \"print.collected\", at_most = \"P120D\" }",
);
const WORDS: (&str, &str) = ("says = \"keep a history of your prints", "says = \"remember your prints");
const SILENT: (&str, &str) = ("[keys]\n", "[changes]\nminor_silent = true\n\n[keys]\n");

fn first() -> Book {
    version(1, "", &[])
}

fn published(new: &Book) -> Publication {
    publication(Some(first().sources()), new).unwrap_or_else(|p| panic!("{p:#?}")).expect("a new version")
}

#[track_caller]
fn refused(new: &Book, why: &str) -> Problem {
    let problems = publication(Some(first().sources()), new).unwrap_err();
    let found = problems.iter().find(|p| p.what.contains(why)).unwrap_or_else(|| panic!("{problems:#?}"));
    assert!(found.line > 0 && found.file.ends_with("house.toml") && !found.remedy.is_empty(), "{found:?}");
    found.clone()
}

#[test]
fn the_first_is_published_and_the_same_is_not_again() {
    let only = publication(None, &first()).unwrap().unwrap();
    assert_eq!((only.kind, only.changes.as_slice(), only.waits), (None, &[][..], false));
    assert_eq!(publication(Some(first().sources()), &first()).unwrap(), None);
    let commented = version(1, "# a comment is nothing that is said", &[]);
    assert_eq!(publication(Some(first().sources()), &commented).unwrap(), None);
}

#[test]
fn a_text_is_published_under_a_number_of_its_own_only() {
    let fault = refused(&version(1, "", &[WORDS]), "differs from version 1");
    assert!(fault.remedy.contains("version = 2"), "{fault}");
    let line = first().sources().texts().1.lines().position(|l| l.starts_with("version = ")).unwrap() + 1;
    assert_eq!(fault.line, line, "{fault}");
    let second = version(2, &said("minor"), &[WORDS]);
    let back = publication(Some(second.sources()), &first()).unwrap_err();
    assert!(back[0].what.contains("never goes back"), "{back:?}");
}

#[test]
fn the_operator_says_which_kind_of_change_it_is_and_why() {
    refused(&version(2, "", &[WORDS]), "which kind of change");
    refused(&version(2, "[change]\nkind = \"minor\"\nreason = \" \"\n", &[WORDS]), "no reason");
    let minor = published(&version(2, &said("minor"), &[WORDS]));
    assert_eq!((minor.kind, minor.reason.as_str(), minor.waits), (Some(Kind::Minor), "Because.", false));
    assert_eq!(
        minor.announced,
        [Channel::Site],
        "where the policy does not say otherwise, small ones are told"
    );
    assert_eq!(minor.changes.len(), 1);
    let silent = published(&version(2, &said("significant"), &[SILENT]));
    assert!(silent.changes.iter().any(|change| change.about == "changes minor_silent"));
}

/// A purpose for which the house's policy has no word yet, on this basis.
fn news(basis: &str) -> String {
    format!(
        "[[purpose]]\nid = \"news\"\nsays = \"tell you what is new\"\n{basis}\nfides = \"marketing\"\ndpv = \"dpv:Marketing\"\n\n[[rule]]\ndata = [\"contact.email\"]\nfor = \"news\"\nkeep = {{}}\n\n# ---- Purposes"
    )
}

#[test]
fn a_purpose_is_added_by_a_new_version_only() {
    domain::proves!("AF-011", by = "privacy::versions::counts_up");
    let contract = news("basis = \"contract\"");
    let added = ("# ---- Purposes", contract.as_str());
    refused(&version(1, "", &[added]), "differs from version 1");
    let second = published(&version(2, &said("significant"), &[added]));
    assert!(second.changes.iter().any(|change| change.about == "purpose news"), "{:?}", second.changes);
}

#[test]
fn a_new_purpose_starts_with_consent_where_that_was_promised() {
    domain::proves!("TP-09", by = "privacy::versions::unasked");
    assert!(Sources::built_in("threedpros").unwrap().compile().unwrap().profile().changes.new_purpose_asks);
    let promise = ("[keys]\n", "[changes]\nnew_purpose_asks = true\n\n[keys]\n");
    let before = version(2, &said("significant"), &[promise]);
    let next = |basis: &str| {
        let added = news(basis);
        let new = version(3, &said("significant"), &[promise, ("# ---- Purposes", &added)]);
        publication(Some(before.sources()), &new)
    };
    let weighed = "basis = \"legitimate-interest\"\nassessment = \"Weighed.\"";
    for unasked in ["basis = \"contract\"", weighed] {
        let problems = next(unasked).unwrap_err();
        assert!(problems.iter().any(|p| p.what.contains("starts with consent alone")), "{problems:?}");
    }
    assert!(next("basis = \"consent\"\nasks = \"Send me news.\"\nstops = \"Nothing more comes.\"").is_ok());
}

#[test]
fn a_small_change_may_go_without_a_word_where_the_policy_says_so() {
    let before = version(2, &said("significant"), &[SILENT]);
    let minor = publication(Some(before.sources()), &version(3, &said("minor"), &[SILENT, WORDS]));
    assert_eq!(minor.unwrap().unwrap().announced, []);
}

#[test]
fn what_reaches_further_is_not_called_minor() {
    let fault = refused(&version(2, &said("minor"), &[LONGER]), "called minor");
    assert!(fault.what.contains("rule print.facts for operate"), "{fault}");
    let longer = published(&version(2, &said("significant"), &[LONGER]));
    assert!(longer.waits && longer.announced == [Channel::Site]);
}

#[test]
fn nothing_that_matters_is_published_unannounced() {
    let told = |announce: &str| format!("{}announce = {announce}\n", said("significant"));
    refused(&version(2, &told("[]"), &[LONGER]), "nobody is told");
    refused(&version(2, &told("[\"post\"]"), &[LONGER]), "does not offer letter");
    refused(&version(2, &told("[\"mail\"]"), &[LONGER]), "does not announce by e-mail");
    let mail_alone = ("[keys]\n", "[changes]\nchannels = [\"mail\"]\n\n[keys]\n");
    refused(&version(2, &said("significant"), &[LONGER, mail_alone]), "does not offer a notice on this site");
    assert_eq!(published(&version(2, &told("[\"site\"]"), &[LONGER])).announced, [Channel::Site]);
}

#[test]
fn nothing_waits_where_the_policy_before_does_not_promise_it() {
    let quick = ("[keys]\n", "[changes]\nreduction_needs_consent = false\n\n[keys]\n");
    let promised = published(&version(2, &said("significant"), &[quick]));
    assert!(promised.waits, "to drop the promise takes something away too");
    let before = version(2, &said("significant"), &[quick]);
    let longer = publication(Some(before.sources()), &version(3, &said("significant"), &[quick, LONGER]));
    assert!(!longer.unwrap().unwrap().waits);
    let by_consent = (
        "for = \"history\"\nkeep = { from = \"print.collected\", at_most = \"P90D\" }",
        "for = \"history\"\nkeep = { from = \"print.collected\", at_most = \"P120D\" }",
    );
    let longer = publication(Some(before.sources()), &version(3, &said("significant"), &[quick, by_consent]));
    assert!(longer.unwrap().unwrap().waits, "what rests on consent is not kept longer without another");
}

fn recorded(number: u32, waits: bool, asks: Option<&str>) -> Version {
    let change = |purpose: &str| Change {
        about: format!("purpose {purpose}"),
        topic: String::new(),
        says: String::new(),
        needs: Needs::Asking,
        reduces: false,
        purpose: Some(purpose.to_owned()),
    };
    Version {
        policy: "house".to_owned(),
        number,
        since: Instant::from_micros(i64::from(number)),
        kind: None,
        reason: String::new(),
        announced: vec![],
        waits,
        changes: asks.map(change).into_iter().collect(),
    }
}

#[test]
fn each_is_bound_by_the_newest_before_one_that_waits_for_them() {
    let list = [(2, false), (3, false), (5, true), (6, false), (9, true)];
    let list: Vec<Version> = list.into_iter().map(|(number, waits)| recorded(number, waits, None)).collect();
    assert_eq!(bounds(&list), [(0..5, 3), (5..9, 6)]);
    assert_eq!(bounds(&list[..2]), []);
    let book = |number| Arc::new(version(number, &said("minor"), &[]));
    let earlier = bounds(&list).into_iter().map(|(agreed, number)| Earlier { agreed, book: book(number) });
    let versions = Versions::new(list.clone(), book(9), earlier.collect());
    for (agreed, bound) in [(1, 3), (2, 3), (3, 3), (5, 6), (6, 6), (8, 6), (9, 9)] {
        assert_eq!(versions.binding(agreed).version(), bound, "of whoever agreed to {agreed}");
    }
}

#[test]
fn what_is_done_for_everybody_keeps_what_each_was_promised() {
    let (days, staff) = ("backups = \"P35D\"", "staff_at_most = 12");
    let newest = version(9, &said("minor"), &[(days, "backups = \"P90D\""), (staff, "staff_at_most = 3")]);
    let list = vec![recorded(3, false, None), recorded(9, true, None)];
    let earlier = vec![Earlier { agreed: 0..9, book: Arc::new(version(3, &said("minor"), &[])) }];
    let (alone, both) = (vec![], earlier);
    let terms = |earlier| {
        let versions = Versions::new(list.clone(), Arc::new(newest.sources().compile().unwrap()), earlier);
        let backups = versions.shortest(|p| p.keys.backups.get_ref());
        (backups.fieldwise(), versions.strictest(|p| p.people.staff_at_most))
    };
    assert_eq!(terms(alone), (Span::new().days(90).fieldwise(), 3));
    assert_eq!(terms(both), (Span::new().days(35).fieldwise(), 3), "each by itself, whoever promised it");
}

/// Whoever said yes was told who receives it: for another recipient they are asked again.
#[test]
fn a_consent_covers_the_recipients_that_were_named() {
    let host = "[[recipient]]\nid = \"host\"\nname = \"A host\"\nrole = \"processor\"\ncountry = \"DE\"\nfor = [\"history\", \"operate\"]\n\n# ---- Purposes";
    let new = version(2, &said("significant"), &[("# ---- Purposes", host)]);
    let published = published(&new);
    let of = |needs| published.changes.iter().filter(move |change| change.needs == needs);
    assert_eq!(of(Needs::Asking).map(|c| c.purpose.as_deref()).collect::<Vec<_>>(), [Some("history")]);
    assert!(of(Needs::Telling).any(|c| c.about == "recipient host" && c.reduces), "the rest is told");
    let mut second = recorded(2, false, None);
    second.changes.clone_from(&published.changes);
    let versions = Versions::new(vec![recorded(1, false, None), second], Arc::new(new), vec![]);
    assert!(!versions.covers("house/1", "history", 2) && versions.covers("house/2", "history", 2));
}

#[test]
fn a_consent_reaches_as_far_as_it_was_asked_for() {
    let list = vec![recorded(1, false, None), recorded(2, false, Some("history")), recorded(3, false, None)];
    let versions = Versions::new(list, Arc::new(version(3, &said("minor"), &[])), vec![]);
    assert!(versions.covers("house/1", "history", 1) && versions.covers("house/2", "history", 3));
    assert!(!versions.covers("house/1", "history", 2) && !versions.covers("house/1", "history", 3));
    assert!(!versions.covers("of no version", "history", 3));
    assert!(versions.covers("house/1", "geometry", 3), "it was asked about something else");
}

#[test]
fn an_earlier_version_decides_what_is_mine_and_both_what_others_do() {
    domain::proves!("AF-124", by = "privacy::decide::decide_bound");
    let random = Counting::default();
    let (ada, boss) = (PersonId::fresh(&random), PersonId::fresh(&random));
    // The newest lets those who run the house use addresses, and keeps no history any more.
    let rules = (
        "# ---- Rules",
        "[[rule]]\ndata = [\"contact.email\"]\nfor = \"administration\"\nkeep = {}\n\n# ---- Rules",
    );
    let unasked = ("basis = \"consent\"\nasks", "basis = \"contract\" # \nasks");
    let (bound, newest) = (first(), version(2, &said("significant"), &[rules, unasked]));
    let ask = |id, role, act, what, purpose| {
        let actor = Actor::Person { id, role, key: None, proven: true };
        Ask { actor, act, what, whose: Whose::Person(ada), purpose }
    };
    let looks = ask(boss, Role::Operator, Act::Read, "person", "administration");
    let told = |bound: &Book| decide_bound(bound, &newest, &looks, &Facts::default()).unwrap().categories;
    assert!(!told(&bound).contains("contact.email") && told(&newest).contains("contact.email"));
    let narrower = decide_bound(&newest, &bound, &looks, &Facts::default()).unwrap().categories;
    assert!(!narrower.contains("contact.email"), "what the newest forbids others is forbidden");
    let history = ask(ada, Role::Member, Act::Create, "print_record", "history");
    let kept = |bound: &Book| decide_bound(bound, &newest, &history, &Facts::default());
    assert!(kept(&bound).is_err(), "she was promised to be asked");
    assert!(kept(&newest).is_ok());
}

#[test]
fn to_honour_a_signal_is_a_new_version_that_says_so() {
    domain::proves!("TP-61", by = "privacy::versions::counts_up");
    let first = Sources::built_in("threedpros").unwrap();
    let honours = ("do_not_track = false", "do_not_track = true");
    let quiet = first.clone().edited("profile", honours.0, honours.1).compile().unwrap();
    let problems = publication(Some(&first), &quiet).unwrap_err();
    assert!(problems.iter().any(|p| p.remedy.contains("version")), "{problems:#?}");
    let second = first
        .clone()
        .edited("profile", honours.0, honours.1)
        .edited("profile", "version = 1\n", "version = 2\n")
        .edited("profile", "[controller]\n", &format!("{}\n[controller]\n", said("significant")))
        .compile()
        .unwrap();
    let published = publication(Some(&first), &second).unwrap().expect("a new version");
    let told = format!("{:?}", published.changes);
    assert!(told.contains("Do Not Track is honoured"), "{told}");
}

#[test]
fn a_laws_duty_that_came_later_binds_under_an_earlier_version_too() {
    let today = Sources::built_in("house").unwrap();
    let (core, text) = today.texts();
    // As a house published it before this program wrote letters, and held addresses of computers for nothing.
    let gone = ["letter.record", "network.address", "\"agreement.record\"]"];
    let kept = core.split("[[rule]]").filter(|rule| !gone.iter().any(|gone| rule.contains(gone)));
    let then = Sources::recorded("version 1", &kept.collect::<Vec<_>>().join("[[rule]]"), text);
    let (was, binds) = (then.recall().unwrap(), then.bind().unwrap());
    assert!(!was.may_store("letter.record") && binds.may_store("letter.record"));
    let used = |book: &Book, data: &str| {
        let rules = book.rules_in_force(data).map(|rule| rule.purpose.get_ref().clone());
        rules.collect::<Vec<_>>()
    };
    assert_eq!(used(&binds, "letter.record"), ["rights", "accountability"]);
    assert_eq!(
        used(&binds, "agreement.record"),
        ["rights"],
        "whoever it binds can still say yes to the next"
    );
    assert_eq!(used(&binds, "network.address"), ["rights"], "safety is an interest, and nobody's duty");
    assert_eq!(
        used(&was, "access.record"),
        used(&binds, "access.record"),
        "nothing is added to what it knows"
    );
}
