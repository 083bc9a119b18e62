//! The console: records open for a reason, the access log can be read and checked, the map is the policy's.

use acceptance::{Browser, House, email};
use domain::person::{Reason, Role};
use privacy::Sources;
use reqwest::StatusCode;

pub async fn number_of(operator: &Browser, name: &str) -> String {
    let page = operator.get("/console/people").await.body;
    let row = page.split("<tr>").find(|row| row.contains(name)).unwrap();
    row.split("/console/people/").nth(1).unwrap()[..32].to_owned()
}

#[tokio::test]
async fn a_record_opens_for_a_reason_that_the_person_reads_at_once() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let record = format!("/console/people/{}", number_of(&olga, "Ada").await);

    let asked = olga.get(&record).await.body;
    assert!(!asked.contains(&email("Ada")) && !asked.contains("<h2>Ada"), "nothing before the reason");
    for missing in [&[][..], &[("reason", "curiosity")]] {
        let refused = olga.post(&record, missing).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!refused.body.contains(&email("Ada")));
    }
    assert!(!ada.get("/privacy").await.body.contains(Reason::AskedForHelp.says()));

    let opened = olga.post(&record, &[("reason", Reason::AskedForHelp.name())]).await;
    assert_eq!(opened.status, StatusCode::OK);
    assert!(opened.body.contains(&email("Ada")));
    let seen = ada.get("/privacy").await.body;
    assert!(seen.contains(Reason::AskedForHelp.says()), "{seen}");
    // another reason is another line, also within the time in which looks count as one
    olga.post(&record, &[("reason", Reason::LegalDuty.name())]).await;
    assert!(ada.get("/privacy").await.body.contains(Reason::LegalDuty.says()));

    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    assert!(pia.post(&record, &[("reason", Reason::DataRequest.name())]).await.body.contains(&email("Ada")));
    assert_eq!(
        ada.post(&record, &[("reason", Reason::AskedForHelp.name())]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_operator_gives_parts_and_somebody_always_runs_the_house() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let part = |id: String| format!("/console/people/{id}/role");
    let (hers, own) = (part(number_of(&olga, "Ada").await), part(number_of(&olga, "Olga").await));
    assert_eq!(olga.post(&own, &[("role", "member")]).await.status, StatusCode::CONFLICT);
    assert_eq!(ada.get("/console").await.status, StatusCode::NOT_FOUND);
    assert_eq!(olga.post(&hers, &[("role", "operator")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(ada.get("/console").await.status, StatusCode::OK, "at once, in the same session");
    assert_eq!(ada.post(&own, &[("role", "member")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(olga.get("/console").await.status, StatusCode::NOT_FOUND, "and taken away at once");
    assert!(ada.get("/privacy").await.body.contains("change"), "she sees that her account was changed");
}

#[tokio::test]
async fn the_access_log_names_nobody_and_can_be_checked() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    house.invited(&olga, "Ada", Role::Member).await;
    let record = format!("/console/people/{}", number_of(&olga, "Ada").await);
    olga.post(&record, &[("reason", Reason::DataRequest.name())]).await;

    let page = olga.get("/console/access-log").await.body;
    assert!(page.contains(Reason::DataRequest.says()) && page.contains("operator"));
    assert!(!page.contains("Ada") && !page.contains(&email("Ada")), "people are numbers here");
    let none = olga.get("/console/access-log?act=disclose").await.body;
    assert!(none.contains("Nothing matches") && !none.contains(Reason::DataRequest.says()));
    let csv = olga.get("/console/access-log.csv?act=read").await;
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    assert!(csv.body.lines().skip(1).all(|line| line.contains(",operator,read,")), "{}", csv.body);
    assert!(csv.body.contains(",support,data-request,"), "{}", csv.body);

    assert!(olga.post("/console/access-log/check", &[]).await.body.contains("The log is whole"));
}

#[tokio::test]
async fn the_data_map_on_the_page_is_the_one_that_is_enforced() {
    domain::proves!("AF-043", by = "privacy::book::Book::allows");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let page = olga.get("/privacy/map").await.body;
    let book = house.ctx.store.book();
    for (name, table) in book.map().tables() {
        for column in table.column.keys() {
            assert!(page.contains(&format!("<code>{column}</code>")), "{name}.{column}");
        }
    }
    for destination in book.egress().destination.keys() {
        assert!(page.contains(destination.as_str()), "{destination}");
    }
    // a keep-time that is changed in the policy is another one on the page
    assert!(page.contains("90 days after it was collected"));
    let mut shorter = Sources::built_in("house").unwrap();
    for _ in 0..9 {
        // one place in the file at a time
        shorter = shorter.edited("profile", "P90D", "P30D");
    }
    let other = House::with(shorter).await;
    let page = other.operator("Olga").await.get("/privacy/map").await.body;
    assert!(page.contains("30 days after it was collected") && !page.contains("90 days"), "{page}");
    // and a rule that is taken away is gone from the page and from what the program does
    let rule = "data = [\"account.name\"]\nfor = \"administration\"";
    let nameless = rule.replace("account.name", "account.settings");
    let nameless = Sources::built_in("house").unwrap().edited("profile", rule, &nameless);
    let other = House::with(nameless).await;
    let olga = other.operator("Olga").await;
    let people = olga.get("/console/people").await;
    assert_eq!(people.status, StatusCode::OK);
    assert!(!people.body.contains("Olga"), "{}", people.body);
    let kinds = |page: &str| {
        page.split("<tr>").find(|row| row.contains("the name you go by here")).unwrap().to_owned()
    };
    let says = &book.profile().purpose("administration").unwrap().says;
    assert!(kinds(&house.signed_in("Olga").await.get("/privacy/map").await.body).contains(says));
    assert!(!kinds(&olga.get("/privacy/map").await.body).contains(says));
}

#[tokio::test]
async fn how_many_may_look_is_capped_and_told() {
    domain::proves!("AF-115", by = "app::people::room_for_staff");
    let few =
        Sources::built_in("house").unwrap().edited("profile", "staff_at_most = 12", "staff_at_most = 2");
    let few = few.edited("profile", "contact = \"\"", "contact = \"privacy@example.org\"");
    let house = House::with(few.edited("profile", "names = [\"\"]", "names = [\"The house\"]")).await;
    let olga = house.operator("Olga").await;
    house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    house.invited(&olga, "Ada", Role::Member).await;
    let hers = format!("/console/people/{}/role", number_of(&olga, "Ada").await);
    assert_eq!(olga.post(&hers, &[("role", "technician")]).await.status, StatusCode::CONFLICT);
    assert!(olga.get("/console").await.body.contains("2 of at most 2 can look"));
    let pia = format!("/console/people/{}/role", number_of(&olga, "Pia").await);
    assert_eq!(olga.post(&pia, &[("role", "member")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(olga.post(&hers, &[("role", "technician")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_access_log_is_reviewed_by_somebody_else_in_time() {
    domain::proves!("AF-116", by = "store::people::reviews::unreviewed");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    assert!(olga.get("/console").await.body.contains("Every look of people at others’ data was reviewed"));
    olga.get("/console/people").await;
    let alert = "A review of the access log is overdue";
    assert!(olga.get("/console").await.body.contains("wait for a review, due on"));
    assert!(!pia.get("/").await.body.contains(alert));
    house.clock.advance(20 * 24 * 3600);
    review(&olga).await;
    assert!(
        olga.get("/console").await.body.contains("wait for a review"),
        "nobody signs off their own looks"
    );
    house.clock.advance(9 * 24 * 3600);
    let pia = house.signed_in("Pia").await;
    assert!(!pia.get("/").await.body.contains(alert));
    house.clock.advance(24 * 3600 + 1);
    assert!(pia.get("/").await.body.contains(alert), "whoever can review is told on every page");
    pia.post("/console/access-log/review", &[]).await;
    assert!(pia.get("/").await.body.contains(alert), "nothing is signed of what no page showed");
    assert!(
        !pia.get("/console/access-log?act=read").await.body.contains("I have reviewed"),
        "nor a part of it"
    );
    review(&pia).await;
    assert!(!pia.get("/").await.body.contains(alert));
    assert!(pia.get("/console").await.body.contains("was reviewed"));
}

/// What the policy wants done again and again has its day, what was found, and the next day; what is overdue is flagged.
#[tokio::test]
async fn a_duty_that_is_overdue_is_flagged_until_it_is_done() {
    domain::proves!("KA-34", "SP-29", by = "privacy::profile::terms::Duty::due_at");
    let profile = witness::policy::or_in_force("kallas");
    let house = House::new(&profile).await;
    let mut olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let duties: Vec<String> =
        house.ctx.store.book().profile().duties().map(|duty| duty.id.get_ref().clone()).collect();
    let Some(duty) = duties.first() else {
        assert!(olga.get("/console/duties").await.body.contains("wants nothing done again and again"));
        return;
    };
    let page = |id: &str| format!("/console/duties/{id}");
    let flagged = async |who: &Browser| {
        who.get("/console").await.body.contains("should have been done by now, or found")
    };
    assert!(flagged(&olga).await && flagged(&pia).await, "never done is due");
    assert!(olga.get("/console/duties").await.body.contains("never done yet"));
    for (path, form, status) in [
        (page(duty), vec![("found", "")], StatusCode::UNPROCESSABLE_ENTITY),
        (page(duty), vec![("found", "open")], StatusCode::UNPROCESSABLE_ENTITY),
        (page("no-such"), vec![("found", "nothing")], StatusCode::NOT_FOUND),
    ] {
        assert_eq!(olga.post(&path, &form).await.status, status, "{form:?}");
    }
    assert_eq!(ada.post(&page(duty), &[("found", "nothing")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ada.get("/console/duties").await.status, StatusCode::NOT_FOUND);
    assert!(flagged(&olga).await, "nothing was stored");
    for duty in &duties {
        let done = pia.post(&page(duty), &[("found", "mended"), ("note", "REPORT-7, an open port")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    }
    assert!(!flagged(&olga).await);
    let stands = olga.get("/console/duties").await.body;
    for said in ["In time", "due next on", "22 November 2026", "Something, and it is mended", "REPORT-7"] {
        assert!(stands.contains(said), "{said}: {stands}");
    }
    assert!(pia.archive_text().await.contains("REPORT-7"), "it is hers too");
    // What is found and not mended presses on; and what was done stands when whoever did it is gone.
    let open = [("found", "open"), ("note", "the port is open again")];
    assert_eq!(pia.post(&page(duty), &open).await.status, StatusCode::SEE_OTHER);
    assert!(flagged(&olga).await);
    house.clock.advance(1);
    assert_eq!(olga.post(&page(duty), &[("found", "mended")]).await.status, StatusCode::SEE_OTHER);
    assert!(!flagged(&olga).await);
    let plan = pia.get("/privacy/erase").await.body;
    assert!(plan.contains("nothing in it leads to you any more"), "she is told what stays: {plan}");
    let gone = pia
        .post("/privacy/erase", &[("name", "Pia"), ("password", acceptance::PASSWORD), ("now", "1")])
        .await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.body);
    let stands = olga.get("/console/duties").await.body;
    assert!(stands.contains("somebody who is gone") && !stands.contains("REPORT-7"), "{stands}");
    house.clock.advance(190 * 24 * 3600);
    olga = house.signed_in("Olga").await;
    assert!(flagged(&olga).await, "half a year later it is due again");
    assert!(olga.get("/console/duties").await.body.contains("was due on"));
}

/// Where somebody's life is in danger a record opens also if its owner restricted its use; each such look is reviewed by somebody
/// else at once, and every page of whoever can review says so.
#[tokio::test]
async fn a_look_that_saves_a_life_is_reviewed_at_once() {
    domain::proves!("TP-25", by = "store::people::reviews::unreviewed");
    domain::proves!("TP-32", by = "app::people::purpose");
    let house = House::new(&witness::policy::or_in_force("threedpros")).await;
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let hers = format!("/console/people/{}", number_of(&olga, "Ada").await);
    review(&pia).await;
    let vital = [("reason", "vital-interest")];
    let book = house.ctx.store.book();
    let serves = book.purposes_in_use().any(|p| p.id.get_ref() == "vital");
    assert_eq!(olga.get(&hers).await.body.contains("value=\"vital-interest\""), serves);
    if !serves {
        assert_eq!(olga.post(&hers, &vital).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        return;
    }
    let restricted = ada.post("/privacy/restriction", &[("ground", "own-wish")]).await;
    assert_eq!(restricted.status, StatusCode::SEE_OTHER, "{}", restricted.body);
    let helped = olga.post(&hers, &[("reason", "asked-for-help")]).await;
    assert_eq!(helped.status, StatusCode::FORBIDDEN);
    let alert = "A review of the access log is overdue";
    assert!(!pia.get("/").await.body.contains(alert), "nothing is due yet");
    let opened = olga.post(&hers, &vital).await.body;
    assert!(opened.contains("ada@example.org"), "whom to call: {opened}");
    let told = ada.get("/privacy").await.body;
    assert!(told.contains("somebody’s life or health is in danger"), "she reads it at once: {told}");
    let log = pia.get("/console/access-log.csv?act=read").await.body;
    assert!(log.contains(",operator,read,person,vital,vital-interest,"), "a basis of its own: {log}");
    assert!(pia.get("/").await.body.contains(alert), "not in thirty days, but now");
    assert!(pia.get("/console").await.body.contains("1 look since somebody’s life or health was in danger"));
    review(&olga).await;
    assert!(pia.get("/").await.body.contains(alert), "nobody signs off their own");
    review(&pia).await;
    assert!(!pia.get("/").await.body.contains(alert));
}

/// Reads the log and signs for what was there.
async fn review(who: &Browser) {
    let page = who.get("/console/access-log").await.body;
    let upto = page.split("name=\"upto\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let signed = who.post("/console/access-log/review", &[("upto", &upto)]).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER);
}
