//! Data that leaves for somebody else: recorded by one, released by another, exactly what was named; what the person reads
//! of it and when; and what is refused on the way.

use crate::console::number_of;
use acceptance::{Answer, Browser, House, PASSWORD, email};
use domain::person::{Reason, Role};
use privacy::disclosure::{Demand, offered, on};
use reqwest::StatusCode;
use serde_json::Value as Json;

both! { two_people_let_go_what_was_named_and_no_more what_a_law_forbids_to_tell_is_told_when_the_bar_ends
a_bar_that_outlasts_the_log_hides_nothing_for_good the_ledger_goes_by_its_time_and_with_its_person }

const DAY: i64 = 24 * 3600;
const LIST: &str = "/console/disclosures";

/// A paper of a court, by which two kinds of data are demanded.
const PAPER: [(&str, &str); 7] = [
    ("kind", "court-order"),
    ("issuer", "District Court of Testing"),
    ("reference", "7 C 1234/26"),
    ("provision", "§ 142 ZPO"),
    ("dated", "2026-11-20"),
    ("category", "account.name"),
    ("category", "model.geometry"),
];

/// The paper with some fields filled in otherwise.
pub fn paper(other: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let kept = PAPER.into_iter().filter(|(field, _)| !other.iter().any(|(named, _)| named == field));
    kept.chain(other.iter().copied()).collect()
}

fn refused(answer: &Answer, status: StatusCode, why: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body.contains(why), "«{why}» in {}", answer.body);
}

/// Where a demand about somebody is recorded.
pub async fn about(operator: &Browser, name: &str) -> String {
    format!("{LIST}/about/{}", number_of(operator, name).await)
}

/// Records a demand; where it is from then on.
pub async fn recorded(staff: &Browser, about: &str, form: &[(&str, &str)]) -> String {
    let entered = staff.post(about, form).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.body);
    entered.location.unwrap()
}

async fn report(who: &Browser) -> Json {
    serde_json::from_str(&who.get("/privacy/uses.json").await.body).unwrap()
}

/// How many looks wait for a review, as one of the house's people is told.
async fn unreviewed(house: &House, who: &Browser) -> u64 {
    app::console::review(&house.ctx, &who.who(house).await).await.unwrap().unreviewed
}

async fn two_people_let_go_what_was_named_and_no_more(house: House) {
    domain::proves!("KA-30", "KA-19", "AF-066", by = "app::disclosures::law::enter");
    domain::proves!("AF-100", by = "app::disclosures::law::release");
    domain::proves!("AF-100", by = "store::disclosures::demands::settle");
    domain::proves!("KA-30", "AF-065", by = "privacy::disclosure::parts");
    domain::proves!("KA-55", by = "app::disclosures::law::line");
    domain::proves!("SP-39", by = "app::disclosures::ledger::report");
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let ada = house.invited(&olga, "Adacanary", Role::Member).await;
    let bob = house.invited(&olga, "Bobcanary", Role::Member).await;
    crate::models::stored(&ada, "torus.3mf").await;
    crate::models::stored(&bob, "helix.stl").await;
    let about_ada = about(&olga, "Adacanary").await;

    // What is not a paper, names nothing, or comes from somebody who may not, is refused.
    for field in ["issuer", "reference", "provision", "dated"] {
        let answer = olga.post(&about_ada, &paper(&[(field, "")])).await;
        refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, "Nothing was changed");
    }
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    refused(&olga.post(&about_ada, &paper(&[("dated", "2026-11-23")])).await, unprocessable, "on the paper");
    refused(&olga.post(&about_ada, &paper(&[("kind", "curiosity")])).await, unprocessable, "what demands it");
    refused(&olga.post(&about_ada, &PAPER[..5]).await, unprocessable, "kind by kind");
    for never in ["everything", "security.secret"] {
        let answer = olga.post(&about_ada, &paper(&[("category", never)])).await;
        refused(&answer, unprocessable, "not held here, or is handed to nobody");
    }
    assert_eq!(bob.post(&about_ada, &PAPER).await.status, StatusCode::NOT_FOUND);
    let about_olga = about(&olga, "Olga").await;
    refused(&olga.post(&about_olga, &PAPER).await, StatusCode::CONFLICT, "about yourself");
    assert!(olga.get(LIST).await.body.contains("Nobody has demanded anybody’s data"), "nothing was stored");
    assert!(!olga.get(&about_ada).await.body.contains("value=\"security.secret\""));

    // One records it, and the person reads so; but only another can release it, and nobody about themselves.
    let demand = recorded(&olga, &about_ada, &PAPER).await;
    assert!(ada.get("/privacy").await.body.contains(Reason::LegalDuty.says()), "she reads it at once");
    assert!(ada.get("/privacy").await.body.contains("What is handed to anybody becomes one"));
    let release = format!("{demand}/release");
    refused(&olga.post(&release, &[]).await, StatusCode::CONFLICT, "You recorded this yourself");
    assert!(!olga.get(&demand).await.body.contains("Release it"));
    let about_pia = recorded(&olga, &about(&olga, "Pia").await, &PAPER).await;
    for deed in ["release", "refuse"] {
        let own = pia.post(&format!("{about_pia}/{deed}"), &[]).await;
        refused(&own, StatusCode::CONFLICT, "about yourself");
        assert_eq!(ada.post(&format!("{demand}/{deed}"), &[]).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(ada.get(&demand).await.status, StatusCode::NOT_FOUND);
    let seen = pia.get(&demand).await.body;
    assert!(seen.contains("7 C 1234/26") && seen.contains("Release it") && !seen.contains("Adacanary"));

    let file = pia.taken(&release).await.expect("a whole file");
    let all: String = file.values().map(|bytes| String::from_utf8_lossy(bytes)).collect();
    let person: Json = serde_json::from_slice(&file["data/person.json"]).unwrap();
    assert_eq!(
        person["rows"],
        serde_json::json!([{ "name": "Adacanary" }]),
        "columns of what was named alone"
    );
    let data: Vec<&String> = file.keys().filter(|path| path.starts_with("data/")).collect();
    assert_eq!(data, ["data/person.json"]);
    let shapes = file.keys().filter(|path| path.starts_with("files/model-source/")).count();
    assert_eq!(shapes, 1, "{:?}", file.keys());
    assert!(!file.keys().any(|path| path.contains("picture") || path.contains("toolpath")));
    for canary in [email("Adacanary").as_str(), "torus", "Bobcanary", "bobcanary", "helix", "127.0.0.1"] {
        assert!(!all.contains(canary), "{canary}");
    }
    let seen = olga.get(&demand).await.body;
    let (entered, settled) = seen.split_once("<dt>Settled</dt>").expect(&seen);
    for (part, who, role) in [(entered, &olga, "operator"), (settled, &pia, "privacy-officer")] {
        let who = format!("by the {role} {}", who.who(&house).await.person);
        assert!(part.contains(&who), "{who}: {seen}");
    }
    refused(&pia.post(&release, &[]).await, StatusCode::CONFLICT, "settled already");
    refused(&olga.post(&format!("{demand}/refuse"), &[]).await, StatusCode::CONFLICT, "settled already");

    // The person reads to whom, what, why, when and by whom; nobody else's page says anything.
    let told = [
        "District Court of Testing",
        "7 C 1234/26",
        "§ 142 ZPO",
        "the name you go by here",
        "privacy-officer",
    ];
    for page in ["/privacy", "/privacy/uses"] {
        let page = ada.get(page).await.body;
        for word in told.iter().chain(&["a law or a court compels it", "22 November 2026, 09:00 UTC"]) {
            assert!(page.contains(word), "{word}: {page}");
        }
    }
    assert!(ada.get("/").await.body.contains("Data about you was handed over"), "the first page says so");
    assert!(bob.get("/privacy").await.body.contains("What is handed to anybody becomes one"));
    let hers = report(&ada).await;
    let shared = hers["shared"].as_array().unwrap();
    assert_eq!(shared.len(), 1);
    assert_eq!(shared[0]["what"], serde_json::json!(["the name you go by here", "the shapes you stored"]));
    assert_eq!(
        (&shared[0]["at"], &shared[0]["by"]),
        (&"2026-11-22T09:00:00Z".into(), &"privacy-officer".into())
    );
    let used = |act: &str, what: &str| {
        let uses = hers["uses"].as_array().unwrap();
        uses.iter()
            .any(|u| u["act"] == act && u["what"] == what && u["at"].is_string() && u["purpose"].is_string())
    };
    assert!(used("disclose", "person") && used("read", "person") && used("create", "demand"), "{hers:#}");
    assert!(ada.archive_text().await.contains("District Court of Testing"));

    // The act is a leaf of the log, which is whole.
    let log = olga.get("/console/access-log.csv?act=disclose").await.body;
    assert_eq!(
        log.matches(",privacy-officer,disclose,person,legal-compulsion,legal-duty,").count(),
        1,
        "{log}"
    );
    assert!(olga.post("/console/access-log/check", &[]).await.body.contains("The log is whole"));

    // Refused, nothing goes.
    let second = recorded(&olga, &about_ada, &PAPER).await;
    assert_eq!(pia.post(&format!("{second}/refuse"), &[]).await.status, StatusCode::SEE_OTHER);
    refused(&pia.post(&format!("{second}/release"), &[]).await, StatusCode::CONFLICT, "settled already");
    assert_eq!(report(&ada).await["shared"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn seven_things_can_be_known_and_are_computed() {
    domain::proves!("TP-79", by = "privacy::california::known");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let known = async || -> Vec<(String, String)> {
        let report = report(&ada).await;
        let page = ada.get("/privacy/uses").await.body.replace("&#39;", "'");
        let all = report["known"].as_array().unwrap().iter().map(|one| {
            let [asks, answer] = ["asks", "answer"].map(|part| one[part].as_str().unwrap().to_owned());
            assert!(page.contains(&asks) && page.contains(&answer), "{asks} {answer}: {page}");
            (asks, answer)
        });
        all.collect()
    };
    let before = known().await;
    assert_eq!(before.len(), 7);
    let says = |all: &[(String, String)], place: usize| all[place].1.clone();
    assert!(says(&before, 0).starts_with("Yes"));
    let collected = says(&before, 1);
    assert!(collected.contains("A. Identifiers") && !collected.contains("E. Biometric"), "{collected}");
    assert!(says(&before, 2).contains("to let you use your account"), "{}", says(&before, 2));
    assert_eq!(
        (says(&before, 4).as_str(), says(&before, 5).as_str()),
        ("Sold: nothing. Handed over: nothing.", "None.")
    );

    let demand = recorded(&olga, &about(&olga, "Ada").await, &PAPER).await;
    pia.taken(&format!("{demand}/release")).await.unwrap();
    let after = known().await;
    assert!(says(&after, 4).contains("the name you go by here"), "{}", says(&after, 4));
    assert_eq!(says(&after, 5), "a court");
    assert_eq!(says(&after, 3), says(&before, 3), "sold is nothing, whatever is handed over");
}

/// Under each policy: what it names goes, with the ground that applied; what it does not name does not.
#[tokio::test]
async fn data_goes_on_the_grounds_of_the_policy_alone_and_the_ground_is_recorded() {
    domain::proves!("TP-40", by = "privacy::disclosure::on");
    domain::proves!("FL-77", "SP-23", "TP-30", by = "privacy::disclosure::Demand::ground");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let about_ada = about(&olga, "Ada").await;
    let book = house.ctx.store.book();
    let named = book.profile().grounds();
    if book.profile().policy.id == "threedpros" {
        // That the house itself passes to somebody else is TP-39's.
        let to_others = named.iter().filter(|ground| !privacy::Ground::OF_THE_HOUSE.contains(ground));
        let names: Vec<&str> = to_others.map(|ground| ground.name()).collect();
        assert_eq!(names, ["legal-compulsion", "own-rights"], "as its notice lists, and no other");
    }
    let says = |kind: Demand| match kind {
        Demand::CourtOrder | Demand::Warrant | Demand::AuthorityOrder => "a law or a court compels it",
        Demand::AuthorityRequest => "a law permits it",
        Demand::OwnClaims => "rights need protection",
        Demand::Danger => "somebody’s safety needs it",
    };
    let mut gone = 0;
    for kind in Demand::ALL {
        let compelled = matches!(kind, Demand::CourtOrder | Demand::Warrant | Demand::AuthorityOrder);
        let ground = match kind {
            Demand::AuthorityRequest => "legal-permission",
            Demand::OwnClaims => "own-rights",
            Demand::Danger => "safety",
            _ => "legal-compulsion",
        };
        let allowed = named.iter().any(|known| known.name() == ground);
        assert!(allowed || !compelled, "every policy lets a court have what it orders");
        // What a policy shares with nobody is named by no paper but a court's.
        let named = paper(&[("kind", kind.name()), ("category", "account.name")]);
        let entered = olga.post(&about_ada, &named).await;
        if !allowed {
            refused(&entered, StatusCode::UNPROCESSABLE_ENTITY, "does not let data go because");
            assert!(!olga.get(&about_ada).await.body.contains(kind.says()), "and it is not offered");
            continue;
        }
        gone += 1;
        pia.taken(&format!("{}/release", entered.location.expect(&entered.body))).await.unwrap();
        let hers = report(&ada).await;
        let last = &hers["shared"][0];
        let shared = hers["shared"].as_array().unwrap();
        assert_eq!(shared.len(), gone);
        let text =
            shared.iter().map(|s| s["ground"].as_str().unwrap().replace('\'', "’")).collect::<Vec<_>>();
        assert!(text.iter().any(|t| t.contains(says(kind))), "{text:?} {last}");
        let log = olga.get("/console/access-log.csv?act=disclose").await.body;
        assert!(log.contains(&format!(",disclose,person,{ground},")), "{log}");
    }
}

async fn what_a_law_forbids_to_tell_is_told_when_the_bar_ends(house: House) {
    domain::proves!("SP-21", by = "app::disclosures::ledger::mine");
    domain::proves!("SP-21", by = "store::record::Grant::told_by_now");
    let mut olga = house.operator("Olga").await;
    let mut pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let mut ada = house.invited(&olga, "Ada", Role::Member).await;
    let about_ada = about(&olga, "Ada").await;
    let barred = |until| paper(&[("barred_by", "§ 99 Code of Silence"), ("barred_until", until)]);
    for (until, why) in
        [("", "on which the bar ends"), ("2026-11-22", "is past"), ("2031-12-01", "never ends")]
    {
        refused(&olga.post(&about_ada, &barred(until)).await, StatusCode::UNPROCESSABLE_ENTITY, why);
    }
    let lawless = paper(&[("barred_until", "2027-02-01")]);
    refused(&olga.post(&about_ada, &lawless).await, StatusCode::UNPROCESSABLE_ENTITY, "Fill this in");

    let demand = recorded(&olga, &about_ada, &barred("2027-02-01")).await;
    assert!(pia.get(&demand).await.body.contains("may not be told before"));
    pia.taken(&format!("{demand}/release")).await.expect("a whole file");
    let secrets = [
        "District Court",
        "Code of Silence",
        "7 C 1234/26",
        Reason::LegalDuty.says(),
        "disclose",
        "demand",
        "legal-duty",
    ];
    let silent = async |ada: &Browser| {
        // The kinds of data and of rows that the house can hold are told to everybody; what happened is not.
        let page = ada.get("/privacy").await.body;
        let page =
            page.split("id=\"handed\"").nth(1).unwrap().split("id=\"kinds\"").next().unwrap().to_owned();
        let files = ada.archive().await.unwrap();
        let rows = files.iter().filter(|(path, _)| path.starts_with("data/") && *path != "data/about.json");
        let rows: String = rows
            .map(|(_, bytes)| serde_json::from_slice::<Json>(bytes).unwrap()["rows"].to_string())
            .collect();
        let report = report(ada).await.to_string();
        for text in [page, report, rows] {
            for secret in secrets {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
        }
    };
    silent(&ada).await;
    assert!(!ada.get("/").await.body.contains("was handed over"));
    let log = olga.get("/console/access-log.csv").await.body;
    assert!(log.contains(",disclose,person,legal-compulsion,"), "whoever reviews looks sees them: {log}");

    // One about somebody who works here is not there for them either.
    let about_pia = recorded(&olga, &about(&olga, "Pia").await, &barred("2027-02-01")).await;
    let number = about_pia.rsplit('/').next().unwrap();
    assert!(olga.get(LIST).await.body.contains(number) && !pia.get(LIST).await.body.contains(number));
    assert_eq!(pia.get(&about_pia).await.status, StatusCode::NOT_FOUND);
    for deed in ["release", "refuse"] {
        assert_eq!(pia.post(&format!("{about_pia}/{deed}"), &[]).await.status, StatusCode::NOT_FOUND);
    }
    let (olgas, pias) = (unreviewed(&house, &olga).await, unreviewed(&house, &pia).await);
    assert!(pias < olgas, "a count gives nothing away either: {pias} of {olgas}");
    let newest = "9".repeat(18);
    assert_eq!(
        pia.post("/console/access-log/review", &[("upto", &newest)]).await.status,
        StatusCode::SEE_OTHER
    );
    let person = pia.who(&house).await.person.to_string();
    let lines = pia.get("/console/access-log.csv").await.body;
    assert!(!lines.lines().any(|line| line.ends_with(&person) && line.contains("demand")), "{lines}");

    // The day before nothing is there, and on the day everything, with the law that forbade it.
    house.clock.advance(70 * DAY);
    (olga, pia, ada) =
        (house.signed_in("Olga").await, house.signed_in("Pia").await, house.signed_in("Ada").await);
    silent(&ada).await;
    house.clock.advance(15 * 3600);
    for page in ["/privacy", "/privacy/uses"] {
        let page = ada.get(page).await.body;
        for word in [
            "District Court",
            "§ 99 Code of Silence",
            "22 November 2026",
            "1 February 2027",
            "a law demands it",
        ] {
            assert!(page.contains(word), "{word}: {page}");
        }
    }
    let news = async |ada: &Browser| ada.get("/").await.body.contains("Data about you was handed over");
    assert!(news(&ada).await, "told on the day");
    // Her signature did not stand for lines about herself that she could not read.
    assert!(unreviewed(&house, &pia).await > 0, "she owes a review of them now");
    assert!(ada.archive_text().await.contains("§ 99 Code of Silence"));
    assert!(pia.get(LIST).await.body.contains(number), "and she sees what is about herself");
    assert!(olga.post("/console/access-log/check", &[]).await.body.contains("The log is whole"));

    // And is told until she says that she has read it.
    house.clock.advance(40 * DAY);
    let ada = house.signed_in("Ada").await;
    assert!(news(&ada).await, "however long she stayed away");
    let page = ada.get("/").await.body;
    let shown = page.split("name=\"shown\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(ada.post("/privacy/handed/read", &[]).await.status, StatusCode::SEE_OTHER);
    assert!(news(&ada).await, "nothing is read that no page showed");
    assert_eq!(ada.post("/privacy/handed/read", &[("shown", &shown)]).await.status, StatusCode::SEE_OTHER);
    assert!(!news(&ada).await);
    assert!(ada.get("/privacy").await.body.contains("District Court"));
}

/// A look of which a law forbids to tell for longer than looks are kept is there to be read when it may be told.
async fn a_bar_that_outlasts_the_log_hides_nothing_for_good(house: House) {
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    house.invited(&olga, "Ada", Role::Member).await;
    let barred = [("barred_by", "a law"), ("barred_until", "2029-06-01")];
    let demand = recorded(&olga, &about(&olga, "Ada").await, &paper(&barred)).await;
    pia.taken(&format!("{demand}/release")).await.expect("a whole file");
    house.clock.advance(900 * DAY);
    house.ctx.store.sweep().await.unwrap();
    let disclosed = async |ada: &Browser| {
        let report = report(ada).await;
        report["uses"].as_array().unwrap().iter().filter(|used| used["act"] == "disclose").count()
    };
    assert_eq!(disclosed(&house.signed_in("Ada").await).await, 0);
    house.clock.advance(30 * DAY);
    house.ctx.store.sweep().await.unwrap();
    assert!(disclosed(&house.signed_in("Ada").await).await > 0);
    house.clock.advance(731 * DAY);
    assert_eq!(disclosed(&house.signed_in("Ada").await).await, 0, "kept as long as any, and no longer");
}

async fn the_ledger_goes_by_its_time_and_with_its_person(house: House) {
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    house.invited(&olga, "Ada", Role::Member).await;
    house.invited(&olga, "Eve", Role::Member).await;
    let barred = [("barred_by", "a law"), ("barred_until", "2027-02-01")];
    for (name, form) in [("Ada", paper(&barred)), ("Eve", paper(&[]))] {
        let demand = recorded(&olga, &about(&olga, name).await, &form).await;
        pia.taken(&format!("{demand}/release")).await.expect("a whole file");
    }
    let eve = house.signed_in("Eve").await;
    let erased = eve.post("/privacy/erase", &[("name", "Eve"), ("password", PASSWORD), ("now", "1")]).await;
    assert_eq!(erased.status, StatusCode::SEE_OTHER, "{}", erased.body);
    // Two years after she could read it, and not before.
    house.clock.advance(731 * DAY);
    let ada = house.signed_in("Ada").await;
    assert!(ada.get("/privacy").await.body.contains("District Court"), "told later, kept as long");
    house.clock.advance(71 * DAY);
    let ada = house.signed_in("Ada").await;
    assert!(
        ada.get("/privacy").await.body.contains("What is handed to anybody becomes one"),
        "not shown before the sweep"
    );
    let due = house.ctx.store.sweep_preview().await.unwrap();
    for table in ["disclosure", "demand"] {
        assert!(due.contains(&(table.to_owned(), 1)), "hers alone is left: {due:?}");
    }
    house.ctx.store.sweep().await.unwrap();
    assert!(house.signed_in("Olga").await.get(LIST).await.body.contains("Nobody has demanded"));
}

/// What a policy states of itself stands on its notice only while it is true.
#[tokio::test]
async fn the_notice_states_nothing_that_the_ledger_denies() {
    domain::proves!("TP-75", by = "app::disclosures::ledger::stated");
    const STATED: &str = "In the last twelve months nothing was handed to anybody.";
    let house = House::new("threedpros").await;
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let stated = async || house.outsider().get("/privacy/notice").await.body.contains(STATED);
    assert!(stated().await);
    let demand = recorded(&olga, &about(&olga, "Ada").await, &PAPER).await;
    assert!(stated().await, "nothing has gone yet");
    pia.taken(&format!("{demand}/release")).await.expect("a whole file");
    assert!(!stated().await);
    assert!(olga.get("/console").await.body.contains("must not say"), "and who runs the house is told");
    let erased = ada.post("/privacy/erase", &[("name", "Ada"), ("password", PASSWORD), ("now", "1")]).await;
    assert_eq!(erased.status, StatusCode::SEE_OTHER, "{}", erased.body);
    assert!(!stated().await, "it happened, also if nobody is left whom it was about");
    house.clock.advance(366 * DAY);
    assert!(stated().await);
    let other = House::new("kallas").await;
    assert!(
        !other.outsider().get("/privacy/notice").await.body.contains(STATED),
        "who does not say it says nothing"
    );
}

/// Whoever asks how their data was used and shared is told what happened, also by those who answer; and nothing of it that a
/// law forbids to tell.
#[tokio::test]
async fn a_request_is_answered_with_what_happened() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let secret = [("reference", "SECRET-1"), ("barred_by", "a law"), ("barred_until", "2027-02-01")];
    for form in [paper(&[]), paper(&secret)] {
        let demand = recorded(&olga, &about(&olga, "Ada").await, &form).await;
        pia.taken(&format!("{demand}/release")).await.expect("a whole file");
    }
    ada.post("/privacy/requests", &[("matter", "access"), ("words", "Who has had my data?")]).await;
    let list = pia.get("/console/requests").await.body;
    let request =
        format!("/console/requests/{}", &list.split("href=\"/console/requests/").nth(1).unwrap()[..32]);
    assert!(pia.get(&request).await.body.contains(&format!("{request}/uses")));
    let told = pia.get(&format!("{request}/uses")).await.body;
    assert!(
        told.contains("7 C 1234/26") && told.contains("disclose") && told.contains("run this installation"),
        "{told}"
    );
    assert!(!told.contains("SECRET-1"), "{told}");
    assert!(
        ada.get("/privacy").await.body.contains(Reason::DataRequest.says()),
        "she reads that it was looked up"
    );
    let form = [("matter", "access"), ("email", "ada@example.org"), ("region", "eea")];
    house.outsider().post("/ask", &form).await;
    let list = pia.get("/console/requests").await.body;
    let strangers = list.split("<tr>").find(|row| row.contains("by the form")).unwrap();
    let strangers =
        format!("/console/requests/{}/uses", &strangers.split("/console/requests/").nth(1).unwrap()[..32]);
    refused(&pia.get(&strangers).await, StatusCode::CONFLICT, "not known yet");
    assert_eq!(ada.get(&format!("{request}/uses")).await.status, StatusCode::NOT_FOUND);
}

/// Nothing that a policy does not hold is offered, and what a page offers is what can be released.
#[tokio::test]
async fn a_page_offers_what_can_go() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    crate::models::stored(&ada, "torus.3mf").await;
    let about_ada = about(&olga, "Ada").await;
    let page = olga.get(&about_ada).await.body;
    let book = house.ctx.store.book();
    for kind in Demand::ALL {
        let offers = page.contains(&format!("value=\"{}\"", kind.name()));
        assert_eq!(offers, on(book, kind.ground()).is_ok(), "{}", kind.name());
    }
    let ticks = page.matches("type=\"checkbox\"").count();
    assert_eq!(ticks, offered(book, Demand::CourtOrder.ground()).len(), "each by itself, and none for all");
    assert!(!page.contains("checked"), "and none of them by itself");
    // All of them at once, on each ground: nothing is offered that then does not go.
    for kind in [Demand::CourtOrder, Demand::AuthorityRequest, Demand::OwnClaims, Demand::Danger] {
        if on(book, kind.ground()).is_err() {
            continue;
        }
        let all = offered(book, kind.ground());
        let mut form = paper(&[("kind", kind.name())]);
        form.retain(|(field, _)| *field != "category");
        form.extend(all.iter().map(|(category, _)| ("category", *category)));
        let demand = recorded(&olga, &about_ada, &form).await;
        let file = pia.taken(&format!("{demand}/release")).await.expect("a whole file");
        assert!(file.keys().any(|path| path.starts_with("files/")), "{:?}", file.keys());
    }
}

/// What makes a transfer safe can be read by anybody, in the version in force.
#[tokio::test]
async fn whoever_asks_reads_the_clauses() {
    domain::proves!("AF-110", "FL-73", by = "web::pages::privacy::safeguard");
    for (profile, recipient) in [("atomform", "hosting"), ("formlabs", "payment")] {
        let clauses = "safeguards = [{ is = \"clauses\" }]\n";
        let given = "safeguards = [{ is = \"clauses\", text = \"Clause 1: CANARY\" }]\ncontract = \"C-1\"\non_instructions = true\nconfidential = true\npolicy = \"https://host.example/privacy\"\n";
        let sources = privacy::Sources::built_in(profile).unwrap().edited("profile", clauses, given);
        let house = House::with(sources).await;
        let address = format!("/privacy/safeguards/{recipient}");
        let notice = house.outsider().get("/privacy/notice").await.body;
        assert_eq!(notice.matches(&format!("href=\"{address}\"")).count(), 1, "{notice}");
        let copy = house.outsider().get(&address).await;
        assert_eq!((copy.status, copy.body.as_str()), (StatusCode::OK, "Clause 1: CANARY"));
        let other = house.outsider().get("/privacy/safeguards/carrier").await;
        assert_eq!(other.status, StatusCode::NOT_FOUND, "whose transfer needs none");
    }
}
