//! Requests about one's own data over HTTP: by people with and without an account, found out who, decided, answered, and in
//! time; and what is refused on the way.

use acceptance::{Answer, Browser, House};
use app::requests::deliver;
use courier::Courier;
use domain::person::{Actor, Chore, Role};
use privacy::{Act, Ask, Whose};
use reqwest::StatusCode;
use witness::smtp::Sink;

both! { somebody_without_an_account_is_answered an_account_is_erased_by_a_request
a_request_is_forgotten_two_years_after_its_end }

const DAY: i64 = 24 * 3600;

/// What an outsider types.
const COPY: [(&str, &str); 5] = [
    ("matter", "access"),
    ("words", "WHATEVER since June"),
    ("region", "eea"),
    ("email", "nina@example.org"),
    ("called", "NINA"),
];

pub(crate) async fn follow_code(house: &House, form: &[(&str, &str)]) -> String {
    let asked = house.outsider().post("/ask", form).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
    asked.location.unwrap()
}

/// The newest request in the console.
pub(crate) async fn newest(staff: &Browser) -> String {
    let page = staff.get("/console/requests").await.body;
    let id = page.split("href=\"/console/requests/").nth(1).unwrap_or_else(|| panic!("{page}"));
    format!("/console/requests/{}", &id[..32])
}

pub(crate) async fn does(staff: &Browser, request: &str, form: &[(&str, &str)]) {
    let done = staff.post(request, form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{form:?}: {}", done.body);
}

/// Whoever works here sends the letter that waits for a hand, and says so.
pub(crate) async fn sends_by_hand(staff: &Browser, request: &str) -> String {
    let page = staff.get(request).await.body;
    let step = page.split("name=\"step\" value=\"").nth(1).unwrap_or_else(|| panic!("{page}"));
    let step = step.split('"').next().unwrap().to_owned();
    does(staff, request, &[("deed", "sent"), ("step", &step)]).await;
    page.split("<pre class=\"letter\">").last().unwrap().split("</pre>").next().unwrap().to_owned()
}

pub(crate) fn refused(answer: &Answer, why: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert!(answer.body.contains(why), "«{why}» in {}", answer.body);
}

async fn somebody_without_an_account_is_answered(house: House) {
    domain::proves!("TP-07", "KA-38", by = "app::requests::asking::ask_without_account");
    domain::proves!("KA-47", "AF-086", by = "privacy::request::Case::apply");
    domain::proves!("FL-97", by = "app::requests::letters::complaint");
    domain::proves!("TP-85", by = "store::requests::forget_said");
    domain::proves!("SP-40", by = "app::requests::letters::asks");
    let olga = house.operator("Olga").await;
    let door = house.outsider().get("/sign-in").await.body;
    let form = house.outsider().get("/ask").await.body;
    assert!(door.contains("href=\"/ask\"") && form.contains("mailto:privacy@example.org"), "{form}");
    let follow = follow_code(&house, &COPY).await;
    let page = house.outsider().get(&follow).await.body;
    assert!(page.contains("2026-12-22") && page.contains("GDPR"), "by when, and by which law: {page}");
    assert!(
        !page.contains("NINA") && !page.contains("nina@example.org"),
        "the link shows no address: {page}"
    );

    let request = newest(&olga).await;
    let seen = olga.get(&request).await.body;
    assert!(seen.contains("NINA") && seen.contains("WHATEVER since June") && seen.contains("not known yet"));
    // Nothing is carried out before it is known who asks, and nothing is closed without a decision.
    for deed in ["accept", "carry-out", "answer"] {
        let form = [("deed", deed), ("words", "here you are")];
        assert_eq!(olga.post(&request, &form).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{deed}");
    }
    refused(&olga.post(&request, &[("deed", "ask-who")]).await, "Write what the person should read");
    does(&olga, &request, &[("deed", "ask-who"), ("words", "What was your last order?")]).await;
    let waits = house.outsider().get(&follow).await.body;
    assert!(waits.contains("on its way") && !waits.contains("last order"), "not shown to a link: {waits}");
    let again = [("deed", "ask-who"), ("words", "What was your last order?")];
    refused(&olga.post(&request, &again).await, "written already");
    let letter = sends_by_hand(&olga, &request).await;
    assert!(
        letter.contains("What was your last order?") && letter.contains("The house of tests"),
        "{letter}"
    );
    assert!(house.outsider().get(&follow).await.body.contains("We have to be sure that it is you"));

    let reply = format!("{follow}/reply");
    refused(&house.outsider().post(&reply, &[("answer", " ")]).await, "Write your answer");
    let answered = house.outsider().post(&reply, &[("answer", "The ANSWER is the dragon")]).await;
    assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.body);
    assert!(olga.get(&request).await.body.contains("The ANSWER is the dragon"));
    does(&olga, &request, &[("deed", "know-who"), ("words", "they named the order")]).await;
    let known = olga.get(&request).await.body;
    assert!(known.contains("they named the order"), "how it was found out stays: {known}");
    assert!(!known.contains("ANSWER") && known.contains("what they sent for it is destroyed"), "{known}");
    let late = house.outsider().post(&reply, &[("answer", "more")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "nothing is asked any more: {}", late.body);
    let undecided = [("deed", "carry-out"), ("words", "looked")];
    refused(&olga.post(&request, &undecided).await, "somebody must decide first");
    does(&olga, &request, &[("deed", "accept")]).await;
    let by = format!("Decided: to be carried out, by the operator {}", olga.who(&house).await.person);
    assert!(olga.get(&request).await.body.contains(&by), "whoever decided has a name");
    refused(&olga.post(&request, &[("deed", "answer"), ("words", "soon")]).await, "not carried out");
    does(&olga, &request, &[("deed", "carry-out"), ("words", "looked everywhere")]).await;
    does(&olga, &request, &[("deed", "answer"), ("words", "We hold nothing but this request.")]).await;
    assert!(
        house.outsider().get(&follow).await.body.contains("We are working on it"),
        "the letter has not gone"
    );
    let answer = sends_by_hand(&olga, &request).await;
    assert!(
        answer.contains("We hold nothing but this request.") && answer.contains("Good day NINA"),
        "{answer}"
    );
    let done = house.outsider().get(&follow).await.body;
    assert!(
        done.contains("It is done.") && !done.contains("We hold nothing"),
        "a link opens no letter: {done}"
    );
    let where_to = "where you live, where you work or where you think the law was broken";
    assert!(answer.contains(where_to) && answer.contains("edpb.europa.eu"), "{answer}");
    refused(&olga.post(&request, &[("deed", "accept")]).await, "over");
}

/// With a courier: the letter that goes to an address finds out whose it is, and nothing tells whether anybody has it. The
/// account goes when its days of grace are over, of which its owner is told.
async fn an_account_is_erased_by_a_request(mut house: House) {
    domain::proves!("AF-094", "KA-55", by = "app::disclosures::ledger::letter_went");
    domain::proves!("TP-82", by = "app::requests::following::prove");
    house = house.with_mail().await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let number = ada.who(&house).await.person;
    let ask = |email| [("matter", "erasure"), ("email", email), ("region", "eea"), ("called", "ADDRESSED")];
    let known = follow_code(&house, &ask("ada@example.org")).await;
    let stranger = follow_code(&house, &ask("eve@example.org")).await;
    let page = async |follow: &str| {
        let page = house.outsider().get(follow).await.body;
        page.replace(follow.rsplit('/').next().unwrap(), "CODE")
    };
    assert_eq!(page(&known).await, page(&stranger).await, "an address is no oracle");

    let sink = Sink::start().await;
    let url = format!("smtp://127.0.0.1:{}?tls=none", sink.port);
    let courier = Courier::new(&url, "The house of tests <privacy@example.org>").unwrap();
    let deliver = async || deliver(&house.ctx, Some(&courier), &house.url).await.unwrap();
    assert_eq!(deliver().await, 2);
    let letters = sink.until(2).await;
    letters_are_in_the_ledger(&house, &olga).await;
    let to: Vec<&str> = letters.iter().flat_map(|letter| letter.to.iter().map(String::as_str)).collect();
    assert_eq!(to, ["ada@example.org", "eve@example.org"]);
    assert!(!letters[0].text.contains("ADDRESSED"), "nobody writes to strangers through this house");
    assert!(page(&known).await.contains("We have to be sure"));
    let code = letters[0].text.split("/ask/prove/").nth(1).unwrap().split_whitespace().next().unwrap();
    let prove = format!("/ask/prove/{code}");
    let asked = house.outsider().get(&prove).await.body;
    assert!(asked.contains("To have data about me erased"), "what is said yes to: {asked}");
    assert!(
        page(&known).await.contains("We have to be sure"),
        "to look at a link is not to press the button"
    );
    for line in olga.get("/console/requests").await.body.split("href=\"/console/requests/").skip(1) {
        let seen = olga.get(&format!("/console/requests/{}", &line[..32])).await.body;
        assert!(
            !seen.contains(code) && seen.contains("this letter alone holds"),
            "no staff presses it: {seen}"
        );
    }
    assert_eq!(house.outsider().post(&prove, &[]).await.status, StatusCode::OK);
    assert!(page(&known).await.contains("Somebody looks at it"));
    let wrong = house.outsider().post("/ask/prove/ABCDE-ABCDE-ABCDE-ABCDE", &[]).await;
    assert!(wrong.status.is_client_error() && wrong.body.contains("wrong, was used, or has expired"));

    let requests = olga.get("/console/requests").await.body;
    let decide = requests.split("<tr>").find(|row| row.contains("Needs a decision")).unwrap();
    let id = &decide.split("/console/requests/").nth(1).unwrap()[..32];
    let request = format!("/console/requests/{id}");
    assert!(olga.get(&request).await.body.contains("known; the account is linked"));
    does(&olga, &request, &[("deed", "accept")]).await;
    assert!(ada.get("/privacy").await.body.contains("Your account will be erased on"), "its owner is told");
    let early = olga.post(&request, &[("deed", "carry-out"), ("words", "erased")]).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "not said before it is so: {}", early.body);
    house.clock.advance(15 * DAY);
    assert_eq!(app::privacy_centre::erase_due(&house.ctx).await.unwrap(), 1);
    let olga = house.signed_in("Olga").await;
    assert_eq!(ada.get("/").await.status, StatusCode::SEE_OTHER, "signed out for ever");
    assert_eq!(house.outsider().get(&format!("/receipt/{number}")).await.status, StatusCode::OK);
    does(&olga, &request, &[("deed", "carry-out"), ("words", "the account was erased")]).await;
    does(&olga, &request, &[("deed", "answer"), ("words", "Your account is gone.")]).await;
    assert!(page(&known).await.contains("We are working on it"), "it has not gone yet");
    assert_eq!(deliver().await, 1);
    assert_eq!(deliver().await, 0, "told once, however often somebody looks");
    assert!(sink.until(3).await[2].text.contains("Your account is gone."));
    assert!(page(&known).await.contains("It is done."));
}

/// Each of two letters is a line about whom it went to: through whom, of what, and when; and a leaf.
async fn letters_are_in_the_ledger(house: &House, olga: &Browser) {
    let log = olga.get("/console/access-log.csv?act=disclose&role=house-clerk").await.body;
    let people: Vec<&str> = log.lines().skip(1).map(|line| line.rsplit(',').next().unwrap()).collect();
    assert_eq!(people.len(), 2, "{log}");
    for person in people {
        let tx = house.ctx.store.look().await.unwrap();
        let actor = Actor::House(Chore::Clerk);
        let whose = Whose::Person(person.parse().unwrap());
        let ask = Ask { actor, act: Act::Read, what: "disclosure", whose, purpose: "rights" };
        let grant = tx.authorise(ask).await.unwrap();
        let lines = store::disclosures::entries(&grant).await.unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].categories, ["contact.email", "request.record"]);
        assert_eq!((lines[0].class.as_str(), lines[0].purpose.as_str()), ("provider", "rights"));
        assert_eq!((lines[0].ground.as_str(), lines[0].at), ("on-our-behalf", tx.now()));
        assert_eq!(lines[0].recipient.as_deref(), Some("mail"));
    }
}

#[tokio::test]
async fn nobody_decides_about_their_own_request_and_a_house_keeps_its_operator() {
    let house = House::new("house").await.with_mail().await;
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    olga.post("/privacy/requests", &[("matter", "complaint")]).await;
    let own = olga.post(&newest(&olga).await, &[("deed", "accept")]).await;
    assert_eq!(own.status, StatusCode::CONFLICT, "{}", own.body);

    follow_code(&house, &[("matter", "erasure"), ("email", "olga@example.org")]).await;
    let sink = Sink::start().await;
    let url = format!("smtp://127.0.0.1:{}?tls=none", sink.port);
    let courier = Courier::new(&url, "The house of tests <privacy@example.org>").unwrap();
    deliver(&house.ctx, Some(&courier), &house.url).await.unwrap();
    let letter = sink.until(1).await.remove(0).text;
    let prove = letter.split("/ask/prove/").nth(1).unwrap().split_whitespace().next().unwrap();
    house.outsider().post(&format!("/ask/prove/{prove}"), &[]).await;
    let requests = pia.get("/console/requests").await.body;
    let row = requests.split("<tr>").find(|row| row.contains("by the form")).unwrap();
    let request = format!("/console/requests/{}", &row.split("/console/requests/").nth(1).unwrap()[..32]);
    let last = pia.post(&request, &[("deed", "accept")]).await;
    assert_eq!(last.status, StatusCode::CONFLICT, "{}", last.body);
    assert!(last.body.contains("only operator"), "{}", last.body);
    assert!(!olga.get("/privacy").await.body.contains("will be erased"), "and nothing was begun");
}

#[tokio::test]
async fn a_letter_that_cannot_go_is_for_staff_and_one_that_holds_no_more_does_not_go() {
    let house = House::new("house").await.with_mail().await;
    let olga = house.operator("Olga").await;
    for (matter, email) in [("complaint", "nobody@example.org"), ("objection", "nina@example.org")] {
        follow_code(&house, &[("matter", matter), ("email", email), ("region", "eea")]).await;
    }
    let page = olga.get("/console/requests").await.body;
    let ids: Vec<String> =
        page.split("href=\"/console/requests/").skip(1).map(|rest| rest[..32].to_owned()).collect();
    let (mut refused_by_server, mut nina) = (String::new(), String::new());
    for id in ids {
        let request = format!("/console/requests/{id}");
        let seen = olga.get(&request).await.body;
        if seen.contains("nobody@example.org") { refused_by_server = request } else { nina = request }
    }
    let ask = |words| [("deed", "ask-what"), ("words", words)];
    does(&olga, &refused_by_server, &ask("Which queue?")).await;
    does(&olga, &nina, &[("deed", "extend"), ("reason", "complexity"), ("words", "Much to read.")]).await;
    // The mail server is away until the day is over.
    house.clock.advance(40 * DAY);
    let sink = Sink::start().await;
    let url = format!("smtp://127.0.0.1:{}?tls=none", sink.port);
    let courier = Courier::new(&url, "The house of tests <privacy@example.org>").unwrap();
    let deliver = async || deliver(&house.ctx, Some(&courier), &house.url).await.unwrap();
    let olga = house.signed_in("Olga").await;
    assert_eq!(deliver().await, 2, "the one that is too late still went, and moves nothing");
    assert_eq!(deliver().await, 0, "and does not go again");
    assert!(olga.get(&nina).await.body.contains("Was due"));
    let seen = olga.get(&refused_by_server).await.body;
    assert!(seen.contains("It went"), "that address takes no mail: somebody sends it otherwise: {seen}");
    sends_by_hand(&olga, &refused_by_server).await;
    does(&olga, &refused_by_server, &[("deed", "know-what"), ("words", "the one at the door")]).await;
    // Asked once more, and taken for granted before the letter went.
    does(&olga, &refused_by_server, &ask("Which door?")).await;
    for (deed, words) in [("accept", ""), ("carry-out", "looked"), ("answer", "It is mended.")] {
        does(&olga, &refused_by_server, &[("deed", deed), ("words", words)]).await;
    }
    deliver().await;
    let texts: Vec<String> = sink.letters().into_iter().map(|letter| letter.text).collect();
    assert!(!texts.iter().any(|text| text.contains("Which door?")), "{texts:?}");
}

async fn a_request_is_forgotten_two_years_after_its_end(house: House) {
    let olga = house.operator("Olga").await;
    let follow = follow_code(&house, &COPY).await;
    assert_eq!(
        house.outsider().post(&format!("{follow}/take-back"), &[]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(olga.get("/console/requests").await.body.contains("Done"));
    house.clock.advance(800 * DAY);
    let olga = house.signed_in("Olga").await;
    assert!(!olga.get("/console/requests").await.body.contains("Done"), "not shown before the sweep comes");
    assert_eq!(house.outsider().get(&follow).await.status, StatusCode::NOT_FOUND);
    house.ctx.store.sweep().await.unwrap();
    assert_eq!(
        app::privacy_centre::erase_due(&house.ctx).await.unwrap(),
        1,
        "and who asked is forgotten too"
    );
    assert_eq!(app::privacy_centre::erase_due(&house.ctx).await.unwrap(), 0);
}

#[tokio::test]
async fn a_refusal_names_its_ground_and_how_to_complain() {
    domain::proves!("AF-088", by = "privacy::request::Case::apply");
    domain::proves!("AF-087", "AF-089", by = "privacy::request::Ground::fits");
    domain::proves!("KA-45", "TP-56", by = "app::requests::letters::complaint");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let form = [
        ("matter", "rectification"),
        ("amends", "error"),
        ("words", "My name is Countess"),
        ("region", "ch"),
    ];
    assert_eq!(ada.post("/privacy/requests", &form).await.status, StatusCode::SEE_OTHER);
    let request = newest(&olga).await;
    let page = olga.get(&request).await.body;
    assert!(page.contains("value=\"no-such-right\"") && !page.contains("value=\"legal-duty\""), "{page}");
    refused(
        &olga.post(&request, &[("deed", "refuse"), ("words", "we would rather not")]).await,
        "Name the ground",
    );
    let own = [("deed", "refuse"), ("ground", "too-much-work"), ("words", "we are few")];
    refused(&olga.post(&request, &own).await, "Name the ground");
    let uncited = [("deed", "refuse"), ("ground", "other-law")];
    refused(&olga.post(&request, &uncited).await, "Write what the person should read");
    let unfit = [("deed", "refuse"), ("ground", "legal-duty"), ("words", "some law")];
    refused(&olga.post(&request, &unfit).await, "cannot be refused on this ground");
    let silent = [("deed", "refuse"), ("ground", "out-of-scope")];
    refused(&olga.post(&request, &silent).await, "Write what the person should read");
    assert!(ada.get("/privacy/requests").await.body.contains("Somebody looks at it"), "nothing happened");
    let good = [("deed", "refuse"), ("ground", "no-such-right"), ("words", "Titles are not kept here.")];
    does(&olga, &request, &good).await;
    let mine = ada.get("/privacy/requests").await.body;
    for part in
        ["It was refused", "does not give the right", "Titles are not kept here.", "edoeb.admin.ch", "court"]
    {
        assert!(mine.contains(part), "{part}: {mine}");
    }
    let looked = ada.get("/privacy").await.body;
    assert!(
        looked.contains("asked for something about their data") || looked.contains("you asked"),
        "{looked}"
    );
}

#[tokio::test]
async fn what_came_in_a_letter_has_its_clock_from_the_day_it_came() {
    domain::proves!("KA-46", by = "app::requests::asking::enter");
    domain::proves!("AF-083", by = "store::requests::open_and_late");
    domain::proves!("AF-084", by = "app::requests::paper::Paper::letter");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let form = |received| {
        let kind = [("came", "post"), ("received", received), ("matter", "access"), ("region", "eea")];
        [&kind[..], &[("called", "Otto Brief"), ("words", "by letter")]].concat()
    };
    refused(&pia.post("/console/requests", &form("2026-12-24")).await, "not later than today");
    refused(&pia.post("/console/requests", &form("yesterday")).await, "such as 2026-11-22");
    let entered = pia.post("/console/requests", &form("2026-10-02")).await;
    let request = entered.location.expect(&entered.body);
    let page = pia.get(&request).await.body;
    assert!(page.contains("Was due") && page.contains("2026-11-02"), "{page}");
    assert!(pia.get("/console").await.body.contains("1 request is past the day"));
    pia.post("/console/requests", &form("2026-10-26")).await;
    assert!(
        pia.get("/console").await.body.contains("1 request is due within a week"),
        "told before it passes"
    );
    let late = pia.post(&request, &[("deed", "extend"), ("reason", "complexity"), ("words", "much")]).await;
    refused(&late, "too late");

    for came in ["mail", "phone"] {
        let form = [("came", came), ("received", "2026-10-01"), ("matter", "access"), ("region", "eea")];
        let entered = pia.post("/console/requests", &form).await.location.unwrap();
        let page = pia.get(&entered).await.body;
        assert!(page.contains("Was due") && page.contains("A letter, by the privacy-officer"), "{page}");
    }
    refused(&pia.post("/console/requests", &form("1926-11-18")).await, "of the last two years");

    let fresh = pia.post("/console/requests", &form("2026-11-18")).await.location.unwrap();
    assert!(pia.get(&fresh).await.body.contains("2026-12-18"));
    does(&pia, &fresh, &[("deed", "extend"), ("reason", "complexity"), ("words", "Three archives.")]).await;
    assert!(pia.get(&fresh).await.body.contains("2026-12-18"), "no letter went: the day stays");
    let page = pia.get(&fresh).await.body;
    let letters = page.matches("name=\"step\"").count();
    assert_eq!(letters, 2, "the acknowledgement and the extension: {page}");
    let step = page.split("name=\"step\" value=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    does(&pia, &fresh, &[("deed", "sent"), ("step", &step)]).await;
    let longer = pia.get(&fresh).await.body;
    assert!(longer.contains("2027-02-18") && longer.contains("extended for complexity"), "{longer}");
    refused(&pia.post(&fresh, &[("deed", "sent"), ("step", &step)]).await, "gone already");
    let forbidden = [("deed", "extend"), ("reason", "consultation"), ("words", "We ask our lawyers.")];
    let third = pia.post("/console/requests", &form("2026-11-19")).await.location.unwrap();
    refused(&pia.post(&third, &forbidden).await, "no reason to extend");
}

#[tokio::test]
async fn a_complaint_is_answered_and_a_request_can_be_taken_back() {
    domain::proves!("TP-88", by = "app::requests::asking::ask");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    ada.post("/privacy/requests", &[("matter", "complaint"), ("words", "The queue shows me too much")]).await;
    let request = newest(&olga).await;
    for form in [
        &[("deed", "accept")][..],
        &[("deed", "carry-out"), ("words", "looked at the queue")],
        &[("deed", "answer"), ("words", "The queue shows names no more.")],
    ] {
        does(&olga, &request, form).await;
    }
    let mine = ada.get("/privacy/requests").await.body;
    assert!(mine.contains("we have looked into your complaint"), "{mine}");
    assert!(
        mine.contains("The queue shows names no more.") && !mine.contains("looked at the queue"),
        "{mine}"
    );

    ada.post("/privacy/requests", &[("matter", "objection")]).await;
    let mine = ada.get("/privacy/requests").await.body;
    let back = mine.split("action=\"").find(|rest| rest.contains("/take-back")).unwrap();
    let back = back.split('"').next().unwrap().to_owned();
    let bob = house.invited(&olga, "Bob", Role::Member).await;
    assert_eq!(bob.post(&back, &[]).await.status, StatusCode::NOT_FOUND, "not by others");
    assert_eq!(ada.post(&back, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(ada.get("/privacy/requests").await.body.contains("You took it back"));
    refused(&ada.post(&back, &[]).await, "over");
}

#[tokio::test]
async fn what_is_asked_again_and_again_is_slowed_down() {
    let house = House::new("house").await;
    house.operator("Olga").await;
    let outsider = house.outsider();
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(outsider.post("/ask", &COPY).await.status);
    }
    assert!(statuses.contains(&StatusCode::TOO_MANY_REQUESTS), "{statuses:?}");
    for (field, value, why) in [
        ("email", "nobody", "not an e-mail address"),
        ("matter", "everything", "Choose what you ask for"),
        ("words", &"x".repeat(4001), "too long"),
    ] {
        let mut form = COPY.to_vec();
        form.retain(|(name, _)| *name != field);
        form.push((field, value));
        let house = House::new("house").await;
        refused(&house.outsider().post("/ask", &form).await, why);
        assert_eq!(
            store::requests::open_and_late(&house.ctx.store.look().await.unwrap()).await.unwrap().open,
            0
        );
    }
}

/// Where somebody lives is what they say and nothing else; the law of there sets the day.
#[tokio::test]
async fn the_form_asks_where_somebody_lives_and_the_law_of_there_sets_the_day() {
    domain::proves!("TP-92", "TP-66", "FL-32", by = "privacy::request::Region::laws");
    domain::proves!("AF-082", by = "app::requests::asking::ask_without_account");
    let house = House::new("house").await;
    house.operator("Olga").await;
    let form = house.outsider().get("/ask").await.body;
    for kind in ["access", "rectification", "erasure"] {
        assert!(form.contains(&format!("<option value=\"{kind}\"")), "{kind}: {form}");
    }
    for asked in ["Where do you live?", "What exactly?", "from which time", "under which name or address"] {
        assert!(form.contains(asked), "{asked}: {form}");
    }
    // From one and the same place in the network.
    let law_of = async |region: &'static str| {
        let form = [("matter", "access"), ("region", region), ("email", "nina@example.org")];
        let follow = follow_code(&house, &form).await;
        house.outsider().get(&follow).await.body
    };
    let (there, here, silent) = (law_of("us-ca").await, law_of("eea").await, law_of("").await);
    // A company that promises an earlier day than the law keeps that.
    if house.ctx.store.book().profile().requests.deadline.is_none() {
        assert!(there.contains("11 CCR") && here.contains("GDPR"), "{there} {here}");
        assert!(
            silent.contains("You get an answer by <time>2026-12-07"),
            "the earliest of all laws: {silent}"
        );
    }
    // With gaps: whoever says nothing more is taken in all the same.
    assert!(silent.contains("It arrived.") && silent.contains("You get an answer by"), "{silent}");
}

/// A question is a case with its day like any request, whichever way it came, and a person answers it.
#[tokio::test]
async fn a_question_is_answered_by_a_person_however_it_came() {
    domain::proves!("FL-06", "SP-54", "TP-91", "KA-51", "AF-067", by = "app::requests::asking::enter");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let notice = house.outsider().get("/privacy/notice").await.body;
    let controller = &house.ctx.store.book().profile().controller;
    for way in [&controller.contact, &controller.address, &controller.phone] {
        assert!(notice.contains(way.as_str()), "{way}: {notice}");
    }
    for came in ["mail", "phone", "post"] {
        let form = [
            ("came", came),
            ("received", "2026-11-20"),
            ("matter", "question"),
            ("called", "Otto Brief"),
            ("words", "Why do you keep my address for two years?"),
        ];
        let entered = olga.post("/console/requests", &form).await;
        let request = entered.location.expect(&entered.body);
        let page = olga.get(&request).await.body;
        assert!(page.contains("20 November 2026") && page.contains("2026-12-20"), "its day: {page}");
        assert!(!page.contains("value=\"out-of-scope\""), "nobody refuses to answer: {page}");
        let arrived = sends_by_hand(&olga, &request).await;
        let follow = arrived.split("/ask/").nth(1).unwrap().split_whitespace().next().unwrap();
        let answer = [
            &[("deed", "accept")][..],
            &[("deed", "carry-out"), ("words", "asked Pia")],
            &[("deed", "answer"), ("words", "Because a law wants it.")],
        ];
        for deed in answer {
            does(&olga, &request, deed).await;
        }
        let letter = sends_by_hand(&olga, &request).await;
        assert!(
            letter.contains("this is our answer to your question") && letter.contains("Otto Brief"),
            "{letter}"
        );
        assert!(letter.contains("Because a law wants it.") && !letter.contains("asked Pia"), "{letter}");
        let followed = house.outsider().get(&format!("/ask/{follow}")).await.body;
        assert!(
            followed.contains("It is done.") && !followed.contains("Because a law"),
            "a link opens no letter"
        );
    }
}

/// What is asked at a place that is not for requests is not lost: it is a request, and its letter says where to ask.
#[tokio::test]
async fn what_is_asked_elsewhere_is_taken_up_and_shown_the_way() {
    domain::proves!("AF-080", by = "app::requests::letters::the_way");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let form = |came| {
        [
            ("came", came),
            ("received", "2026-11-20"),
            ("matter", "erasure"),
            ("words", "in the chat of the fair"),
        ]
    };
    let entered = olga.post("/console/requests", &form("elsewhere")).await;
    let request = entered.location.expect(&entered.body);
    let page = olga.get(&request).await.body;
    assert!(page.contains("at a place that is not for requests") && page.contains("Due on"), "{page}");
    let letter = sends_by_hand(&olga, &request).await;
    assert!(letter.contains("/ask or write to privacy@example.org"), "{letter}");
    // Also where the letter asks first whether it is they.
    let house = House::new("house").await.with_mail().await;
    let olga = house.operator("Olga").await;
    let form_mail = [&form("elsewhere")[..], &[("email", "eve@example.org")]].concat();
    assert_eq!(olga.post("/console/requests", &form_mail).await.status, StatusCode::SEE_OTHER);
    let sink = Sink::start().await;
    let url = format!("smtp://127.0.0.1:{}?tls=none", sink.port);
    let courier = Courier::new(&url, "The house of tests <privacy@example.org>").unwrap();
    assert_eq!(deliver(&house.ctx, Some(&courier), &house.url).await.unwrap(), 1);
    let letter = sink.until(1).await.remove(0).text;
    assert!(
        letter.contains("/ask or write to privacy@example.org") && letter.contains("/ask/prove/"),
        "{letter}"
    );
    refused(&olga.post("/console/requests", &form("noticed")).await, "came some way");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let by_mail = olga.post("/console/requests", &form("mail")).await.location.unwrap();
    assert!(!sends_by_hand(&olga, &by_mail).await.contains("For the next"));
    refused(&olga.post("/console/requests", &form("page")).await, "choose one of the list");
}
