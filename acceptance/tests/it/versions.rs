//! A house whose policy changes: what is announced, what is asked again, what waits for each person's own yes, and how those
//! who have not said it go on to be treated.

use crate::scene::toolpath;
use acceptance::{Browser, House};
use domain::person::Role;
use privacy::Sources;
use reqwest::StatusCode;

both! { one_who_has_not_agreed_holds_no_sale_up
a_request_goes_by_the_rules_it_was_taken_in_by what_takes_something_away_waits_for_each_persons_yes
what_matters_is_announced_until_it_is_read_and_reading_is_no_consent a_small_change_renews_the_date
every_version_stays_readable a_receipt_of_consent_says_what_was_asked_then }

const DAY: i64 = 24 * 3600;
/// A month before the lines of version 1 go by their age, and two months later.
const NEARLY: i64 = 23 * 30 * DAY;

/// The second version of the house's policy, with what the operator says of the change.
fn second(house: &House, kind: &str, edits: &[(&str, &str)]) -> Sources {
    let said = format!("[change]\nkind = \"{kind}\"\nreason = \"The club has grown.\"\n\n[controller]\n");
    let second = house.sources().edited("profile", "version = 1\n", "version = 2\n");
    let second = second.edited("profile", "[controller]\n", &said);
    edits.iter().fold(second, |sources, (from, to)| {
        let before = format!("{sources:?}");
        let sources = sources.edited("profile", from, to);
        assert_ne!(before, format!("{sources:?}"), "the edit must change something: {from}");
        sources
    })
}

/// No print without a trace any more, and lines of who looked live longer.
const LESS: [(&str, &str); 3] = [
    ("incognito = true", "incognito = false"),
    ("access.logged\", at_most = \"P24M", "access.logged\", at_most = \"P36M"),
    ("access.logged\", at_most = \"P24M", "access.logged\", at_most = \"P36M"),
];
/// The history asks for more.
const ASKS: (&str, &str) =
    ("asks = \"Keep a history of my prints", "asks = \"Show all a history of my prints");
const WORDS: (&str, &str) =
    ("says = \"let you use your account\"", "says = \"let you in and use your account\"");

const NEWS: &str = "id=\"news\"";

async fn incognito(who: &Browser) -> StatusCode {
    let form = [("incognito", "1"), ("hold", "1")];
    who.post_file("/queue", &form, "part.gcode", toolpath(2)).await.status
}

/// The operator opens somebody's record, which leaves a line that they read.
async fn looked_at(olga: &Browser, house: &House, who: &Browser) {
    let person = who.who(house).await.person;
    let opened = olga.post(&format!("/console/people/{person}"), &[("reason", "asked-for-help")]).await;
    assert!(opened.status.is_success() || opened.status.is_redirection(), "{}", opened.body);
}

async fn says(who: &Browser, word: &str, version: &str) -> StatusCode {
    who.post("/privacy/changes", &[("on", word), ("version", version)]).await.status
}

/// What the ledger holds of somebody on this purpose: the status and the version it was given under.
async fn ledger(who: &Browser, purpose: &str) -> Vec<(String, String)> {
    let kind = if purpose == "policy" { "agreement" } else { "consent" };
    let file = who.archive().await.unwrap()[&format!("data/{kind}.json")].clone();
    let ledger: serde_json::Value = serde_json::from_slice(&file).unwrap();
    let of_it = |row: &&serde_json::Value| kind == "agreement" || row["purpose"] == purpose;
    let words = ledger["rows"].as_array().unwrap().iter().filter(of_it);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    words
        .map(|row| (text(&row["status"]), text(&row["policy"]).split('/').nth(1).unwrap().to_owned()))
        .collect()
}

fn words(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(status, version)| ((*status).to_owned(), (*version).to_owned())).collect()
}

async fn what_takes_something_away_waits_for_each_persons_yes(house: House) {
    domain::proves!("AF-124", by = "store::tx::Tx::facts");
    domain::proves!("AF-124", by = "app::policy::answer");
    let olga = house.operator("Olga").await;
    olga.post("/printers/simulated", &[("name", "Rook")]).await;
    for name in ["Ada", "Bob"] {
        let invited = house.invited(&olga, name, Role::Member).await;
        looked_at(&olga, &house, &invited).await;
        assert_eq!(incognito(&invited).await, StatusCode::SEE_OTHER, "{name}, under version 1");
    }
    let second = second(&house, "significant", &LESS);
    let house = house.restarted(&second).await;
    let (olga, ada, bob) =
        (house.signed_in("Olga").await, house.signed_in("Ada").await, house.signed_in("Bob").await);

    // Nobody is bound by using the house, and each reads what is at stake.
    assert_eq!(incognito(&ada).await, StatusCode::SEE_OTHER, "silence is no");
    let changes = ada.get("/privacy/changes").await.body;
    for words in
        ["Printing without leaving a trace", "takes something away", "The club has grown.", "36 months"]
    {
        assert!(changes.contains(words), "«{words}» in {changes}");
    }
    assert_eq!(says(&ada, "perhaps", "2").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(says(&ada, "yes", "1").await, StatusCode::CONFLICT, "of another version than the one shown");
    assert_eq!(incognito(&ada).await, StatusCode::SEE_OTHER);

    // One says yes, one says no.
    assert_eq!(says(&ada, "yes", "2").await, StatusCode::SEE_OTHER);
    assert_eq!(says(&bob, "no", "2").await, StatusCode::SEE_OTHER);
    assert_eq!(ledger(&ada, "policy").await, words(&[("accepted", "1"), ("accepted", "2")]));
    assert_eq!(ledger(&bob, "policy").await, words(&[("accepted", "1"), ("refused", "1")]));
    assert_eq!(incognito(&ada).await, StatusCode::FORBIDDEN);
    assert_eq!(incognito(&bob).await, StatusCode::SEE_OTHER, "a no takes nothing away");
    let offers = async |who: &Browser| who.get("/queue").await.body.contains("name=\"incognito\"");
    assert!(!offers(&ada).await && offers(&bob).await);
    let notice = bob.get("/privacy/notice").await.body;
    assert!(notice.contains("version 1 is in force for you"), "{notice}");
    assert!(!ada.get("/privacy/notice").await.body.contains("is in force for you"));
    assert!(bob.get("/privacy/changes").await.body.contains("You said no"));
    // Whoever comes now comes under the newest.
    let eve = house.invited(&olga, "Eve", Role::Member).await;
    assert_eq!(incognito(&eve).await, StatusCode::FORBIDDEN);
    assert!(!eve.get("/").await.body.contains(NEWS));

    // Time runs out for each by the version that binds them.
    house.clock.advance(NEARLY);
    let lines = async |name: &str| {
        let page = house.signed_in(name).await.get("/privacy").await.body;
        page.matches("something was wrong").count() + page.matches("asked for help").count()
    };
    assert!(lines("Ada").await > 0 && lines("Bob").await > 0);
    house.clock.advance(90 * DAY);
    assert!(lines("Ada").await > 0, "she agreed to 36 months");
    assert_eq!(lines("Bob").await, 0, "he did not");
    assert!(house.ctx.store.sweep().await.unwrap().rows > 0);
    assert!(lines("Ada").await > 0, "and the sweep keeps what she agreed to");

    // He may still say yes, and another start changes nothing.
    let house = house.restarted(&second).await;
    let bob = house.signed_in("Bob").await;
    assert_eq!(incognito(&bob).await, StatusCode::SEE_OTHER);
    assert_eq!(says(&bob, "yes", "2").await, StatusCode::SEE_OTHER);
    assert_eq!(incognito(&bob).await, StatusCode::FORBIDDEN);
    assert_eq!(says(&bob, "no", "2").await, StatusCode::CONFLICT, "there is nothing more to say");
}

async fn what_matters_is_announced_until_it_is_read_and_reading_is_no_consent(house: House) {
    domain::proves!("AF-125", "FL-04", "SP-52", "TP-89", by = "app::policy::news");
    domain::proves!("AF-125", "FL-04", "KA-49", by = "store::policy::record");
    domain::proves!("FL-05", by = "privacy::versions::Versions::covers");
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    assert_eq!(ada.post("/history/choice", &[("on", "yes")]).await.status, StatusCode::SEE_OTHER);
    assert!(!ada.get("/").await.body.contains(NEWS), "nothing is new in a new house");
    assert!(!house.outsider().get("/sign-in").await.body.contains(NEWS));
    house.clock.advance(40 * DAY);
    let second = second(&house, "significant", &[ASKS]);
    let house = house.restarted(&second).await;
    let (ada, olga) = (house.signed_in("Ada").await, house.signed_in("Olga").await);

    let door = house.outsider().get("/sign-in").await.body;
    assert!(door.contains(NEWS) && door.contains("The club has grown."), "{door}");
    for page in ["/", "/printers", "/queue", "/models", "/history", "/privacy", "/settings", "/help"] {
        let body = ada.get(page).await.body;
        assert!(body.contains(NEWS) && body.contains("href=\"/privacy/changes\""), "{page}: {body}");
    }
    let told = house.outsider().get("/privacy/versions").await.body;
    assert!(
        told.contains("1 January 2027, 09:00 UTC</time>, announced then by a notice on this site"),
        "{told}"
    );

    // A yes from before does not cover what is asked now, however much the house is used.
    let asked = ada.get("/privacy").await.body;
    assert!(
        asked.contains("You said yes to less than this") && asked.contains("Show all a history"),
        "{asked}"
    );
    assert!(ada.get("/history").await.body.contains("Keep a history?"));
    assert_eq!(says(&ada, "read", "2").await, StatusCode::SEE_OTHER);
    assert_eq!(says(&ada, "yes", "2").await, StatusCode::CONFLICT, "there is nothing to agree to");
    assert!(!ada.get("/").await.body.contains(NEWS), "she has read it");
    assert!(olga.get("/").await.body.contains(NEWS), "somebody else has not");
    assert_eq!(
        ledger(&ada, "policy").await,
        words(&[("accepted", "1")]),
        "to have read is to have agreed to nothing"
    );
    assert_eq!(ledger(&ada, "history").await, words(&[("given", "1")]));
    assert!(ada.get("/privacy").await.body.contains("You said yes to less than this"));
    assert_eq!(ada.post("/privacy/consents/history", &[("on", "yes")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(ledger(&ada, "history").await, words(&[("given", "1"), ("given", "2")]));
    assert!(ada.get("/history").await.body.contains("A history is kept"));
    house.clock.advance(91 * DAY);
    assert!(!house.outsider().get("/sign-in").await.body.contains(NEWS), "the door tells of it for a while");
}

async fn a_small_change_renews_the_date(house: House) {
    domain::proves!("SP-53", by = "store::policy::publish");
    domain::proves!("SP-53", by = "privacy::versions::must_be_told");
    let olga = house.operator("Olga").await;
    let told_silently = house.ctx.store.book().profile().changes.minor_silent == Some(true);
    assert!(
        olga.get("/privacy/notice").await.body.contains("Version 1, last updated <time>2026-11-22</time>")
    );
    house.clock.advance(40 * DAY);
    let second = second(&house, "minor", &[WORDS]);
    let house = house.restarted(&second).await;
    let olga = house.signed_in("Olga").await;
    assert!(
        olga.get("/privacy/notice").await.body.contains("Version 2, last updated <time>2027-01-01</time>")
    );
    assert_eq!(olga.get("/").await.body.contains(NEWS), !told_silently);
    assert!(olga.get("/privacy/changes").await.body.contains("A small change"));
}

async fn every_version_stays_readable(house: House) {
    domain::proves!("KA-50", "AF-179", by = "web::pages::versions::all");
    domain::proves!("KA-50", "AF-179", by = "web::pages::versions::one");
    house.operator("Olga").await;
    house.clock.advance(40 * DAY);
    let second = second(&house, "significant", &LESS[1..]);
    let house = house.restarted(&second).await;
    let reader = house.outsider();
    assert!(reader.get("/privacy/notice").await.body.contains("href=\"/privacy/versions\""));
    let all = reader.get("/privacy/versions").await.body;
    for words in [
        "22 November 2026, 09:00 UTC",
        "1 January 2027, 09:00 UTC",
        "The first version",
        "A significant change",
        "kept longer: 36 months after it was written instead of 24 months after it was written",
        "href=\"/privacy/versions/1\"",
        "href=\"/privacy/versions/2\"",
    ] {
        assert!(all.contains(words), "«{words}» in {all}");
    }
    let then = reader.get("/privacy/versions/1").await.body;
    assert!(then.contains("24 months") && !then.contains("36 months"), "{then}");
    assert!(then.contains("Another version came on <time>1 January 2027"), "{then}");
    let now = reader.get("/privacy/versions/2").await.body;
    assert!(now.contains("36 months") && !now.contains("Another version came"), "{now}");
    for nowhere in ["3", "0", "x", "-1"] {
        assert_eq!(reader.get(&format!("/privacy/versions/{nowhere}")).await.status, StatusCode::NOT_FOUND);
    }
}

/// What a version before could store is told for a year, and stands in the notice that is kept of its successor.
#[tokio::test]
async fn what_a_version_before_could_store_is_told_for_a_year() {
    domain::proves!("TP-67", by = "app::disclosures::ledger::past");
    domain::proves!("TP-67", by = "store::policy::past");
    // The first version keeps that somebody is old enough; the second does not.
    let age = "ccpa = []\n\n[category.\"security.secret\"]";
    let protected = age.replacen("ccpa = []", "ccpa = [\"protected-characteristics\"]", 1);
    let sources = Sources::built_in("threedpros").unwrap().edited("data", age, &protected);
    let sources = sources.edited("profile", "at_least_years = 16", "at_least_years = 0");
    let both = "collects = [\"customer-records\", \"geolocation\"]";
    let three = "collects = [\"customer-records\", \"geolocation\", \"protected-characteristics\"]";
    let first = sources.clone().edited("profile", both, three);
    let said =
        "[change]\nkind = \"significant\"\nreason = \"Nobody is asked for their age.\"\n\n[controller]\n";
    let second =
        sources.edited("profile", "version = 1\n", "version = 2\n").edited("profile", "[controller]\n", said);
    let second =
        [(); 2].iter().fold(second, |sources, ()| sources.edited("profile", ", \"account.age\"", ""));
    let house = House::with(first).await;
    let told = async |house: &House, page: &str| {
        let page = house.outsider().get(page).await.body;
        let answer =
            page.split("C. Characteristics protected by law").nth(1).unwrap_or_else(|| panic!("{page}"));
        let answer = answer.split(": ").nth(1).unwrap();
        answer.chars().take_while(|c| c.is_alphabetic()).collect::<String>()
    };
    assert_eq!(told(&house, "/privacy/notice").await, "yes");
    house.clock.advance(40 * DAY);
    let house = house.restarted(&second).await;
    assert_eq!(told(&house, "/privacy/notice").await, "yes", "it was so within the last twelve months");
    house.clock.advance(366 * DAY);
    assert_eq!(told(&house, "/privacy/notice").await, "no");
    assert_eq!(told(&house, "/privacy/versions/2").await, "yes", "as it was on its day");
}

async fn a_receipt_of_consent_says_what_was_asked_then(house: House) {
    let olga = house.operator("Olga").await;
    olga.post("/privacy/consents/history", &[("on", "yes")]).await;
    let receipts = |page: &str| -> Vec<String> {
        let ids = page.split("/privacy/receipts/").skip(1).filter_map(|rest| rest.get(..32));
        ids.map(|id| format!("/privacy/receipts/{id}")).collect()
    };
    let page = olga.get("/privacy").await.body;
    let [first] = &receipts(&page)[..] else { panic!("what she agreed to as a whole is no consent: {page}") };
    let before = olga.get(first).await.body;
    assert!(before.contains("Keep a history of my prints") && before.contains(":1\""), "{before}");

    let changed = second(&house, "significant", &[ASKS, WORDS]);
    let house = house.restarted(&changed).await;
    house.clock.advance(DAY);
    let olga = house.signed_in("Olga").await;
    assert_eq!(olga.get(first).await.body, before, "what was said then stays what it was");
    says(&olga, "yes", "2").await;
    olga.post("/privacy/consents/history", &[("on", "yes")]).await;
    let page = olga.get("/privacy").await.body;
    let [newest, oldest] = &receipts(&page)[..] else { panic!("two words: {page}") };
    assert_eq!(oldest, first);
    let after = olga.get(newest).await.body;
    assert!(after.contains("Show all a history of my prints") && after.contains(":2\""), "{after}");
}

/// The second version names a ground that the first did not: whoever has not said yes to it stays, and holds up nobody else.
async fn one_who_has_not_agreed_holds_no_sale_up(house: House) {
    let olga = house.operator("Olga").await;
    house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let bob = house.invited(&olga, "Bob", Role::Member).await;
    let (ada, bob) = (ada.who(&house).await.person.to_string(), bob.who(&house).await.person.to_string());
    let grounds = ("[keys]\n", "[disclosure]\ngrounds = [\"legal-compulsion\", \"acquisition\"]\n\n[keys]\n");
    let second = second(&house, "significant", &[grounds]);
    let house = house.restarted(&second).await;
    let signed_in = async |name: &'static str| house.signed_in(name).await;
    let (olga, pia, yes) = (signed_in("Olga").await, signed_in("Pia").await, signed_in("Ada").await);
    assert_eq!(says(&yes, "yes", "2").await, StatusCode::SEE_OTHER);
    let sale =
        [("kind", "acquisition"), ("acquirer", "Big Ltd"), ("address", "London"), ("says", "We merge.")];
    assert_eq!(olga.post("/console/acquisitions", &sale).await.status, StatusCode::SEE_OTHER);
    let page = olga.get("/console/acquisitions").await.body;
    let id = &page.split("action=\"/console/acquisitions/").nth(1).unwrap()[..32];
    let told = olga.post(&format!("/console/acquisitions/{id}/announce"), &[]).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.body);
    house.clock.advance(15 * DAY);
    pia.proves_who_it_is().await;
    let file = pia.taken(&format!("/console/acquisitions/{id}/release")).await.expect("a whole file");
    let goes = |who: &str| file.keys().any(|path| path.contains(who));
    assert!(goes(&ada) && !goes(&bob), "{:?}", file.keys());
    assert!(file.contains_key("policy/2.md") && !file.contains_key("policy/1.md"));
}

/// A later policy that promises another time moves no day of what was asked before.
async fn a_request_goes_by_the_rules_it_was_taken_in_by(house: House) {
    domain::proves!("TP-55", by = "app::requests::paper::version_of");
    let olga = house.operator("Olga").await;
    let asks = [("matter", "access"), ("region", "eea"), ("email", "nina@example.org")];
    let asked = house.outsider().post("/ask", &asks).await.location.unwrap();
    assert!(house.outsider().get(&asked).await.body.contains("2026-12-22"));
    drop(olga);
    let sooner = if format!("{:?}", house.sources()).contains("[requests]") {
        ("[requests]\n", "[requests]\ndeadline = \"P10D\"\n")
    } else {
        ("[keys]\n", "[requests]\ndeadline = \"P10D\"\n\n[keys]\n")
    };
    let second = second(&house, "significant", &[sooner]);
    let house = house.restarted(&second).await;
    let later = house.outsider().post("/ask", &asks).await.location.unwrap();
    assert!(house.outsider().get(&later).await.body.contains("2026-12-02"), "ten days are promised now");
    assert!(house.outsider().get(&asked).await.body.contains("2026-12-22"), "it was taken in by other rules");
}

/// The house may keep prints for a shorter time, and says why: nobody loses what is there before they were warned and said yes.
#[tokio::test]
async fn a_shorter_time_is_told_with_its_reason_and_takes_nothing_unwarned() {
    domain::proves!("AF-172", by = "privacy::diff::Diff::keep");
    let house = House::new("atomform").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let added = ada.post_file("/queue", &[("hold", "1")], "bracket.gcode", toolpath(2)).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let ninety = ("print.collected\", at_most = \"P90D", "print.collected\", at_most = \"P30D");
    let rules = include_str!("../../../policy/profiles/atomform.toml").matches(ninety.0).count();
    let second = second(&house, "significant", &vec![ninety; rules]);
    let house = house.restarted(&second).await;
    let ada = house.signed_in("Ada").await;
    let warned = ada.get("/privacy/changes").await.body;
    for words in
        ["kept for a shorter time", "30 days after", "instead of", "90 days after", "The club has grown."]
    {
        assert!(warned.contains(words), "«{words}» in {warned}");
    }
    assert!(house.outsider().get("/privacy/versions").await.body.contains("The club has grown."));
    house.clock.advance(31 * 24 * 3600);
    house.ctx.store.sweep().await.unwrap();
    let ada = house.signed_in("Ada").await;
    assert!(ada.get("/queue").await.body.contains("bracket.gcode"), "nothing goes before she has said yes");
    assert_eq!(says(&ada, "yes", "2").await, StatusCode::SEE_OTHER);
    assert!(!ada.get("/queue").await.body.contains("bracket.gcode"), "the shorter time counts for her now");
}
