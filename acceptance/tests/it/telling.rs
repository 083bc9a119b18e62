//! Those who received what was corrected are told: the house opens a case by itself, somebody carries it out, and whom it is
//! about follows it.

use crate::console::number_of;
use crate::disclosures::{about, paper, recorded};
use acceptance::{Browser, House};
use domain::person::Role;
use reqwest::StatusCode;

both! { who_received_what_was_corrected_is_told }

/// A court demands a name, and gets it; or, if a law forbids to tell, nobody may know of it before that day.
async fn handed_to_a_court(olga: &Browser, pia: &Browser, name: &str, bar: &[(&'static str, &'static str)]) {
    let demand = recorded(olga, &about(olga, name).await, &paper(bar)).await;
    pia.taken(&format!("{demand}/release")).await.expect("a whole file");
}

async fn renames(who: &Browser, name: &str) {
    assert_eq!(who.post("/settings/name", &[("name", name)]).await.status, StatusCode::SEE_OTHER);
}

/// The cases in which recipients are to be told.
async fn cases(staff: &Browser) -> Vec<String> {
    let list = staff.get("/console/requests").await.body;
    let rows = list.split("href=\"/console/requests/").skip(1);
    let rows = rows.filter(|row| row.split("</a>").next().unwrap().contains("To tell those who received"));
    rows.map(|row| format!("/console/requests/{}", &row[..32])).collect()
}

async fn who_received_what_was_corrected_is_told(house: House) {
    domain::proves!("KA-39", by = "app::requests::telling::after_correction");
    domain::proves!("KA-39", by = "store::disclosures::demands::corrected");
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let ada = house.invited(&olga, "Adda", Role::Member).await;
    let bob = house.invited(&olga, "Bobby", Role::Member).await;
    renames(&ada, "Addah").await;
    assert_eq!(cases(&pia).await, Vec::<String>::new(), "nobody has received anything");
    handed_to_a_court(&olga, &pia, "Addah", &[]).await;
    handed_to_a_court(&olga, &pia, "Bobby", &[("barred_by", "a law"), ("barred_until", "2027-02-01")]).await;

    renames(&bob, "Bob").await;
    assert_eq!(cases(&pia).await, Vec::<String>::new(), "a case would tell of what a law forbids to tell");
    let list = pia.get("/console/disclosures").await.body;
    assert_eq!(list.matches("corrected since").count(), 1, "staff tells the court, under the bar: {list}");
    let row = list.split("<tr>").find(|row| row.contains("corrected since")).unwrap();
    let demand =
        format!("/console/disclosures/{}", &row.split("/console/disclosures/").nth(1).unwrap()[..32]);
    let page = pia.get(&demand).await.body;
    assert!(page.contains("Tell District Court of Testing how it reads now"), "{page}");
    assert!(!bob.archive_text().await.contains("District Court"), "nothing of it is told to him");
    assert_eq!(
        ada.post("/settings/email", &[("email", "ada@example.org")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(cases(&pia).await, Vec::<String>::new(), "the court has no address");
    renames(&ada, "Ada").await;
    let [case] = &cases(&pia).await[..] else { panic!("one case") };
    let page = pia.get(case).await.body;
    for part in [
        "Your name is now “Ada”. It was “Addah”.",
        "District Court of Testing (a court), last on 2026-11-22",
        "Due on",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let mine = ada.get("/privacy/requests").await.body;
    assert!(
        mine.contains("To tell those who received") && mine.contains("District Court of Testing"),
        "{mine}"
    );

    for deed in [
        &[("deed", "accept")][..],
        &[("deed", "carry-out"), ("words", "The court was told by letter.")],
        &[("deed", "answer"), ("words", "The court was told on 23 November.")],
    ] {
        let done = pia.post(case, deed).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{deed:?}: {}", done.body);
    }
    let mine = ada.get("/privacy/requests").await.body;
    assert!(mine.contains("It is done.") && mine.contains("The court was told on 23 November."), "{mine}");

    // What staff corrects at her request is told in the same way, with how it read before.
    let form = [
        ("came", "phone"),
        ("received", "2026-11-21"),
        ("matter", "rectification"),
        ("amends", "error"),
        ("region", "eea"),
    ];
    let at = olga.post("/console/requests", &form).await.location.unwrap();
    let number = number_of(&olga, "Ada").await;
    let known = olga.post(&at, &[("deed", "know-who"), ("words", "called back")]).await;
    assert_eq!(known.status, StatusCode::SEE_OTHER, "{}", known.body);
    for (account, status) in [
        ("0123", StatusCode::UNPROCESSABLE_ENTITY),
        (&number, StatusCode::SEE_OTHER),
        (&number, StatusCode::CONFLICT),
    ] {
        let linked = olga.post(&at, &[("deed", "link"), ("account", account)]).await;
        assert_eq!(linked.status, status, "once, to one that is there: {}", linked.body);
    }
    let corrected = |what, value| [("deed", "correct"), ("what", what), ("value", value)];
    let alone = olga.post(&at, &corrected("name", "Ada L.")).await;
    assert_eq!(alone.status, StatusCode::CONFLICT, "who said whose it is does not decide it: {}", alone.body);
    let address = pia.post(&at, &corrected("email", "evil@example.org")).await;
    assert_eq!(
        address.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "nobody would tell the old address: {}",
        address.body
    );
    let done = pia.post(&at, &corrected("name", "Ada L.")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let open = cases(&pia).await;
    let mut seen = String::new();
    for case in &open {
        seen += &pia.get(case).await.body;
    }
    assert!(open.len() == 2 && seen.contains("Your name is now “Ada L.”. It was “Ada”."), "{seen}");
    let asked = house.outsider().post("/ask", &[("matter", "recipients"), ("email", "x@example.org")]).await;
    assert_eq!(
        asked.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "nobody asks for what the house does by itself"
    );
}

#[tokio::test]
async fn the_rights_that_the_clauses_of_a_transfer_give_have_a_request_of_their_own() {
    domain::proves!("AF-109", by = "privacy::request::terms");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let form = house.outsider().get("/ask").await.body;
    assert!(form.contains("value=\"transfer-rights\"") && !form.contains("value=\"recipients\""), "{form}");
    let ask = [("matter", "transfer-rights"), ("region", "eea"), ("email", "nina@example.org")];
    let asked = house.outsider().post("/ask", &ask).await;
    let follow = asked.location.expect(&asked.body);
    assert!(house.outsider().get(&follow).await.body.contains("2026-12-22"), "a month, as for any other");
    let list = olga.get("/console/requests").await.body;
    assert!(list.contains("To use a right that the clauses of a transfer abroad give me"), "{list}");
}
