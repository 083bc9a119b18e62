//! What is told of a policy: its notice, its differences from another, and the same in others' vocabularies.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]
use jiff::civil::{Date, date};
use privacy::california::Statutory;
use privacy::diff::{Change, Needs, diff};
use privacy::notice::{Class, Disclosed, Line, Past, in_house, kinds, notice};
use privacy::request::Region;
use privacy::{Book, Sources, vocabularies};
use std::collections::{BTreeMap, BTreeSet};

const TODAY: Date = date(2026, 11, 22);

fn book(profile: &str) -> Book {
    Sources::built_in(profile).unwrap().compile().unwrap()
}

fn edited(from: &str, to: &str) -> Book {
    let before = Sources::built_in("house").unwrap();
    let after = before.clone().edited("profile", from, to);
    assert_ne!(format!("{before:?}"), format!("{after:?}"), "the edit must change something: {from}");
    after.compile().unwrap_or_else(|p| panic!("{p:#?}"))
}

/// What changes when the house's policy is edited so.
fn changes(from: &str, to: &str) -> Vec<Change> {
    diff(&book("house"), &edited(from, to))
}

#[track_caller]
fn check(from: &str, to: &str, about: &str, needs: Needs, reduces: bool) {
    let changes = changes(from, to);
    let found = changes.iter().find(|c| c.about == about).unwrap_or_else(|| panic!("{about}: {changes:#?}"));
    assert_eq!((found.needs, found.reduces), (needs, reduces), "{found:?}");
}

#[test]
fn nothing_changes_from_a_policy_to_itself() {
    for profile in Sources::profiles() {
        assert_eq!(diff(&book(profile), &book(profile)), [], "{profile}");
    }
}

const HISTORY_RULE: &str = "for = \"history\"\nkeep = { from = \"print.collected\", at_most = \"P90D\" }";

#[test]
fn what_reaches_further_is_told_or_asked_again() {
    let purpose = |basis: &str| {
        format!(
            "[[purpose]]\nid = \"news\"\nsays = \"tell news\"\n{basis}\nfides = \"x\"\ndpv = \"local\"\n\n[[rule]]\ndata = [\"contact.email\"]\nfor = \"news\"\nkeep = {{}}\n\n# ---- Rules"
        )
    };
    let consent = purpose("basis = \"consent\"\nasks = \"May we?\"\nstops = \"News stops.\"");
    check("# ---- Rules", &consent, "purpose news", Needs::Asking, false);
    let interest = purpose("basis = \"legitimate-interest\"\nassessment = \"Weighed.\"");
    // nobody is asked, so that everybody has less of a say
    check("# ---- Rules", &interest, "purpose news", Needs::Telling, true);
    // a consent covers the time that it was given for
    let longer = HISTORY_RULE.replace("P90D", "P120D");
    check(HISTORY_RULE, &longer, "rule print.facts for history", Needs::Asking, true);
    let operate = HISTORY_RULE.replace("history", "operate");
    check(&operate, &operate.replace("P90D", "P120D"), "rule print.facts for operate", Needs::Telling, true);
    let recipient = "[[recipient]]\nid = \"host\"\nname = \"A host\"\nrole = \"processor\"\ncountry = \"DE\"\n\n# ---- Purposes";
    check("# ---- Purposes", recipient, "recipient host", Needs::Telling, true);
    let refusable = recipient.replace("\n\n#", "\nfor = [\"history\"]\n\n#");
    check("# ---- Purposes", &refusable, "recipient host", Needs::Asking, false);
    check("asks = \"Keep a history", "asks = \"Keep everything", "purpose history", Needs::Asking, false);
}

#[test]
fn what_takes_a_right_away_says_so() {
    let shorter = HISTORY_RULE.replace("P90D", "P30D");
    check(HISTORY_RULE, &shorter, "rule print.facts for history", Needs::Telling, true);
    let fixed = "basis = \"contract\" # ";
    check("basis = \"consent\"\nasks", &format!("{fixed}\nasks"), "purpose history", Needs::Telling, true);
    let terms = |terms: &str| edited("# ---- Purposes", &format!("{terms}\n\n# ---- Purposes"));
    let month = terms("[requests]\ndeadline = \"P30D\"\nchannels = [\"mail\", \"post\"]");
    let longer = terms("[requests]\ndeadline = \"P3M\"\nchannels = [\"mail\"]");
    let about: BTreeSet<(String, bool)> =
        diff(&month, &longer).into_iter().map(|c| (c.about, c.reduces)).collect();
    let expected = [("requests deadline".to_owned(), true), ("requests channels".to_owned(), true)];
    assert_eq!(about, BTreeSet::from(expected));
    let back: Vec<Change> = diff(&longer, &month);
    assert!(back.iter().all(|c| !c.reduces && c.needs == Needs::Publishing), "{back:#?}");
    let silent = book("house");
    let worse = [
        ("incognito = true", "incognito = false", "printing incognito"),
        ("backups = \"P35D\"", "backups = \"P90D\"", "keys backups"),
        ("epoch = \"P7D\"", "epoch = \"P70D\"", "keys epoch"),
        ("erase_grace_days = 14", "erase_grace_days = 90", "people erase_grace_days"),
        ("log_review = \"P30D\"", "log_review = \"P300D\"", "people log_review"),
        ("staff_at_most = 12", "staff_at_most = 13", "people staff_at_most"),
        ("history = \"asked\"", "history = \"on\"", "printing history"),
        (
            "only_for = [\"print\", \"rights\"]",
            "only_for = [\"print\", \"rights\", \"support\"]",
            "lock model.geometry",
        ),
    ];
    for (from, to, about) in worse {
        check(from, to, about, Needs::Telling, true);
    }
    let worse = [
        ("[requests]\ndeadline = \"P3M\"", "requests deadline"),
        ("[requests]\nchannels = [\"mail\"]", "requests channels"),
        ("[requests]\nextension = \"P2M\"", "requests extension"),
        ("[disclosure]\ntell_person = false", "disclosure tell_person"),
        ("[disclosure]\ngrounds = [\"legal-compulsion\", \"own-rights\"]", "disclosure grounds"),
        ("[transfers]\nallowed = [\"adequacy\", \"clauses\", \"consent\"]", "transfers allowed"),
        ("[signals]\ndo_not_track = false", "signals do_not_track"),
        ("[transfers]\nhome = [\"US\"]", "transfers home"),
        ("[messages]\nmandatory = [\"news\"]", "messages mandatory"),
    ];
    for (added, about) in worse {
        let changes = diff(&silent, &terms(added));
        assert!(
            changes.iter().any(|c| c.about == about && c.reduces),
            "silence is strict: {about}: {changes:#?}"
        );
        let back = diff(&terms(added), &silent);
        assert!(back.iter().all(|c| !c.reduces), "{about}: {back:#?}");
    }
    let capped = terms("[[cap]]\ndata = [\"web.log\"]\nat_most = \"P2Y\"\npromise = \"TP-43\"");
    assert!(diff(&capped, &silent).iter().any(|c| c.about == "cap" && c.reduces));
    assert_eq!(diff(&silent, &capped), []);
    let reduced = terms("[changes]\nreduction_needs_consent = false");
    assert!(diff(&book("house"), &reduced).iter().any(|c| c.reduces), "that rights need consent is a right");
}

#[test]
fn what_leaves_people_with_less_of_a_say_reduces_their_rights() {
    let law = HISTORY_RULE.replace("\"P90D\" }", "\"P90D\", at_least = \"P30D\", law = \"a law\" }");
    check(HISTORY_RULE, &law, "rule print.facts for history", Needs::Telling, true);
    // whoever could object to a use cannot any more
    let news = "[[purpose]]\nid = \"news\"\nsays = \"tell news\"\nbasis = \"legitimate-interest\"\nassessment = \"Weighed.\"\nfides = \"x\"\ndpv = \"local\"\n\n[[rule]]\ndata = [\"contact.email\"]\nfor = \"news\"\nkeep = {}\n\n# ---- Rules";
    let before = edited("# ---- Rules", news);
    let agreed = edited("# ---- Rules", &news.replace("legitimate-interest", "contract"));
    let found = |old: &Book, new: &Book, about: &str| {
        let changes = diff(old, new);
        changes.iter().find(|c| c.about == about).unwrap_or_else(|| panic!("{about}: {changes:#?}")).reduces
    };
    assert!(found(&before, &agreed, "purpose news"));
    assert!(!found(&agreed, &before, "purpose news"));
    assert!(!found(&before, &book("house"), "purpose news"), "less is done than before");
    // a use more without being asked
    let more = |purpose: &str| {
        format!("[[rule]]\ndata = [\"account.age\"]\nfor = \"{purpose}\"\nkeep = {{}}\n\n# ---- Rules")
    };
    let used = |purpose: &str| edited("# ---- Rules", &more(purpose));
    assert!(found(&book("house"), &used("support"), "rule account.age for support"));
}

#[test]
fn filling_in_who_answers_takes_nothing_from_anybody() {
    check("names = [\"\"]", "names = [\"A club\"]", "controller names", Needs::Publishing, false);
    let another =
        diff(&edited("names = [\"\"]", "names = [\"A club\"]"), &edited("names = [\"\"]", "names = [\"B\"]"));
    assert_eq!(another.iter().map(|c| c.needs).collect::<Vec<_>>(), [Needs::Telling]);
}

#[test]
fn better_words_are_published_and_nothing_more() {
    let changes = changes("says = \"keep a history of your prints", "says = \"remember your prints");
    assert_eq!(changes.len(), 1, "{changes:#?}");
    assert_eq!((changes[0].needs, changes[0].reduces), (Needs::Publishing, false));
}

#[test]
fn every_topic_has_a_short_answer_that_leads_to_the_whole() {
    domain::proves!("TP-04", by = "privacy::notice::Notice::to_markdown");
    for profile in Sources::profiles() {
        let notice = notice(&book(profile));
        let markdown = notice.to_markdown();
        for topic in &notice.topics {
            assert!(!topic.short.is_empty(), "{profile}: {}", topic.id);
            let anchor = topic.title.to_lowercase().replace(',', "").replace(' ', "-");
            let entry = format!("- [{}](#{anchor}): {}", topic.title, topic.short);
            let (contents, whole) = markdown.split_once("\n## Who answers").unwrap();
            assert!(contents.contains(&entry), "{profile}: {}", topic.id);
            assert!(
                format!("\n## Who answers{whole}").contains(&format!("\n## {}\n", topic.title)),
                "{}",
                topic.id
            );
        }
        let ids: BTreeSet<&str> = notice.topics.iter().map(|t| t.id).collect();
        assert_eq!(ids.len(), notice.topics.len(), "each is reached by its own address");
    }
}

#[test]
fn the_notice_tells_every_use_and_nothing_that_waits_for_a_module() {
    domain::proves!("SP-02", by = "privacy::notice::kinds");
    domain::proves!("SP-02", by = "privacy::check::Checker::purposes");
    let wordless = Sources::built_in("stelloloxon").unwrap();
    let wordless =
        wordless.edited("profile", "says = \"prepare your models as you specified\"", "says = \" \"");
    let problems = wordless.compile().unwrap_err();
    assert!(problems.iter().any(|p| p.what.contains("told in no words")), "{problems:#?}");
    for profile in Sources::profiles() {
        let book = book(profile);
        let kept = kinds(&book);
        let words: BTreeSet<&str> = kept.iter().map(|k| k.says.as_str()).collect();
        for (name, category) in &book.map().category {
            assert_eq!(
                words.contains(category.get_ref().says.as_str()),
                book.may_store(name),
                "{profile}: {name}"
            );
        }
        for kind in &kept {
            assert!(!kind.purposes.is_empty() && !kind.until.is_empty(), "{profile}: {}", kind.says);
        }
        let told = format!("{:?}", notice(&book).topics);
        for purpose in &book.profile().purpose {
            let purpose = purpose.get_ref();
            assert!(!purpose.says.trim().is_empty(), "{profile}: {}", purpose.id.get_ref());
            assert_eq!(
                told.contains(&purpose.says),
                book.serves(purpose.id.get_ref()),
                "{profile}: {}",
                purpose.id.get_ref()
            );
        }
    }
}

#[test]
fn contradictions_and_silence_are_told() {
    let stelloloxon = notice(&book("stelloloxon"));
    let text = stelloloxon.to_markdown();
    assert!(
        text.contains("«Last Updated» and «Last Modified»")
            && text.contains("read here as: one date under one name")
    );
    let house = notice(&book("house"));
    assert!(!house.topics.iter().any(|t| t.id == "readings"), "the house does not contradict itself");
    let silence = house.topics.iter().find(|t| t.id == "silence").unwrap();
    let term =
        |wanted: &str| silence.full.iter().any(|l| matches!(l, Line::Term(what, _) if what.contains(wanted)));
    assert!(term("how soon a request is answered") && term("Do Not Track"));
    let threedpros = notice(&book("threedpros"));
    let silence = threedpros.topics.iter().find(|t| t.id == "silence").unwrap();
    assert!(!format!("{silence:?}").contains("Do Not Track"), "TP speaks of it");
}

#[test]
fn the_authority_of_wherever_somebody_lives_is_named() {
    domain::proves!("KA-45", "TP-56", by = "privacy::notice::rights");
    for profile in ["kallas", "threedpros"] {
        let notice = notice(&book(profile));
        let rights = notice.topics.iter().find(|topic| topic.id == "rights").unwrap();
        let pages = rights.full.iter().filter_map(|line| match line {
            Line::Elsewhere(pages) => Some(pages),
            _ => None,
        });
        let pages: Vec<_> = pages.flatten().collect();
        let leads = |to: &str| pages.iter().any(|(_, address)| address == to);
        for region in Region::ALL {
            let (name, address) = region.authority();
            assert!(leads(address), "{profile}: {name}");
        }
    }
    let of = |region: Region| region.authority().1;
    assert!(of(Region::UnitedKingdom).contains("ico.org.uk") && of(Region::Switzerland).contains("edoeb"));
    assert!(of(Region::Eea).contains("edpb.europa.eu"), "every authority of the European Economic Area");
}

#[test]
fn every_kind_of_data_has_its_retention_class() {
    domain::proves!("AF-101", by = "privacy::notice::kinds::Class::of");
    let class = |sources: Sources, category: &str| {
        let all = kinds(&sources.compile().unwrap());
        let kind = all.iter().find(|kind| kind.category == category).unwrap().clone();
        assert!(kind.until.starts_with(kind.class.says()), "{category}: {}", kind.until);
        (kind.class, kind.until)
    };
    let atomform = || Sources::built_in("atomform").unwrap();
    assert_eq!(class(atomform(), "model.geometry").0, Class::UntilRemoved);
    assert_eq!(class(atomform(), "account.name").0, Class::UntilAccountDeleted);
    let fixed = (Class::Fixed, "for a fixed time: 24 months after it was written".to_owned());
    assert_eq!(class(atomform(), "access.record"), fixed);
    let by_law = "at_most = \"P24M\", law = \"a law\"";
    let longer = atomform().edited(
        "profile",
        "from = \"access.logged\", at_most = \"P24M\"",
        &format!("from = \"access.logged\", {by_law}"),
    );
    assert_eq!(class(longer, "access.record").0, Class::Extended);
    let told = notice(&book("atomform")).to_markdown();
    for class in [Class::Fixed, Class::UntilRemoved, Class::UntilAccountDeleted] {
        assert!(told.contains(class.says()), "{}", class.says());
    }
}

#[test]
fn the_list_of_recipients_is_the_register() {
    domain::proves!("AF-178", by = "privacy::check::Checker::recipients");
    domain::proves!("AF-178", by = "privacy::notice::receivers");
    let clauses = "safeguards = [{ is = \"clauses\" }]\n";
    let given = |policy: &str| {
        let more = format!(
            "safeguards = [{{ is = \"clauses\", text = \"Clause 1\" }}]\ncontract = \"C-1\"\non_instructions = true\nconfidential = true\n{policy}"
        );
        Sources::built_in("atomform").unwrap().edited("profile", clauses, &more).compile()
    };
    for (policy, why) in
        [("", "does not say its policy"), ("policy = \"javascript:alert(1)\"\n", "no address of a policy")]
    {
        let problems = given(policy).unwrap_err();
        assert!(problems.iter().any(|p| p.what.contains(why)), "{problems:?}");
    }
    let book = given("policy = \"https://host.example/privacy\"\n").unwrap();
    let told = notice(&book).to_markdown();
    let mut named = 0;
    for recipient in book.profile().recipients() {
        let line = told.lines().find(|l| l.starts_with(&format!("- **{}**", recipient.name)));
        assert_eq!(line.is_some(), recipient.is_active(), "nobody is named by halves: {}", recipient.name);
        let Some(line) = line else { continue };
        named += 1;
        for part in [recipient.class.as_str(), recipient.role.says(), recipient.country.get_ref()] {
            assert!(line.contains(part), "{part}: {line}");
        }
        for purpose in recipient.purposes.iter().filter(|purpose| book.serves(purpose.get_ref())) {
            assert!(line.contains(&book.profile().purpose(purpose.get_ref()).unwrap().says), "{line}");
        }
    }
    assert_eq!(named, 1);
    assert!(told.contains("nobody receives anything; who it is stands here before"), "{told}");
    assert!(told.contains("https://host.example/privacy"));
}

#[test]
fn no_notice_promises_that_anything_is_safe_in_every_event() {
    domain::proves!("KA-35", "TP-47", "SP-33", by = "privacy::profile::Head::caution");
    let parts =
        [("kallas", "fully secure"), ("threedpros", "own risk"), ("stelloloxon", "absolute security")];
    let blank =
        Sources::built_in("kallas").unwrap().edited("profile", "caution = \"", "caution = \" \" # \"");
    assert!(
        blank.compile().unwrap_err().iter().any(|p| p.what.contains("caution")),
        "nor is it silent on that"
    );
    for (profile, part) in parts.into_iter().chain([("house", "in every event")]) {
        let told = notice(&book(profile)).to_markdown();
        assert!(told.contains(part), "{profile}: {told}");
    }
}

#[test]
fn the_table_of_californian_law_is_computed() {
    domain::proves!("TP-67", by = "privacy::california::collected");
    domain::proves!("TP-67", by = "privacy::check::Checker::california");
    let book = book("threedpros");
    let answers = |stored: &[&str]| {
        let stored = stored.iter().map(|name| (*name).to_owned()).collect();
        let notice = in_house(&book, &Past { today: TODAY, disclosed: Disclosed::Unknown, stored });
        let table = notice.topics.into_iter().find(|topic| topic.id == "california").unwrap();
        let answers = table.full.into_iter().map(|line| match line {
            Line::Term(what, answer) => (what, answer == "yes"),
            other => panic!("{other:?}"),
        });
        answers.collect::<BTreeMap<_, _>>()
    };
    let now = answers(&[]);
    assert_eq!(now.len(), 11);
    for category in Statutory::ALL {
        let of_it = |name: &String| book.map().category(name).unwrap().ccpa.contains(&category);
        let stored = book.map().category.keys().any(|name| of_it(name) && book.may_store(name));
        assert_eq!(now[category.says()], stored, "{}", category.says());
    }
    assert!(now["A. Identifiers"] && !now["H. Sound, pictures and the like"]);
    let then = answers(&["camera.media"]);
    assert!(then["H. Sound, pictures and the like"], "a version in force this year could store them");
    let wrong = Sources::built_in("threedpros").unwrap();
    let wrong = wrong.edited("profile", "collects = [\"customer-records\"", "collects = [\"biometric\"");
    let problems = wrong.compile().unwrap_err();
    for code in ["ccpa:biometric", "ccpa:customer-records"] {
        assert!(problems.iter().any(|p| p.what.contains(code)), "published otherwise: {problems:#?}");
    }
}

#[test]
fn signals_are_told_as_they_are_set() {
    domain::proves!("TP-60", by = "privacy::notice::signals");
    let told = |profile: &str| notice(&book(profile)).to_markdown();
    assert!(told("threedpros").contains("Do Not Track signals are not answered"));
    assert!(told("house").contains("Do Not Track is honoured"));
}

#[test]
fn others_vocabularies_hold_what_the_book_holds() {
    for profile in Sources::profiles() {
        let book = book(profile);
        let in_use = book.purposes_in_use().count();
        let dpv = vocabularies::dpv(&book);
        assert_eq!(dpv["dpv:hasProcess"].as_array().unwrap().len(), in_use, "{profile}");
        let ropa = vocabularies::ropa(&book);
        assert_eq!(ropa["activities"].as_array().unwrap().len(), in_use, "{profile}");
        for activity in ropa["activities"].as_array().unwrap() {
            // Art. 30(1)(b), (c), (f): purposes, categories, time limits
            for key in ["purpose", "data", "time_limits"] {
                assert!(
                    !activity[key].is_null() && activity[key].as_array().is_none_or(|a| !a.is_empty()),
                    "{key}: {activity}"
                );
            }
        }
        let fides = vocabularies::fides(&book);
        let tables = fides["dataset"][0]["collections"].as_array().unwrap();
        assert_eq!(tables.len(), book.map().tables().count(), "{profile}");
        let fields: usize = tables.iter().map(|t| t["fields"].as_array().unwrap().len()).sum();
        let columns: usize = book.map().tables().map(|(_, t)| t.column.len()).sum();
        assert_eq!(fields, columns, "{profile}");
        let terms = dpv["dpv:hasProcess"].to_string();
        assert!(terms.contains("dpv:hasLegalBasis") && !terms.contains("\"local\""), "{profile}");
    }
}
