//! Data of a child: anybody reports it, or the house notices it, and it goes.

use acceptance::{Browser, House};
use domain::person::Role;
use reqwest::StatusCode;

both! { data_of_a_child_goes_once_it_is_known_of }

const DAY: i64 = 24 * 3600;

async fn request(staff: &Browser, words: &str) -> String {
    let list = staff.get("/console/requests").await.body;
    let row = list.split("<tr>").find(|row| row.contains(words)).unwrap_or_else(|| panic!("{list}"));
    format!("/console/requests/{}", &row.split("href=\"/console/requests/").nth(1).unwrap()[..32])
}

/// Whoever decides that it is so, and another who erases.
async fn decided(who: &Browser, at: &str) {
    let accepted = who.post(at, &[("deed", "accept")]).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.body);
}

fn files(house: &House) -> usize {
    fn count(folder: &std::path::Path) -> usize {
        let inside = std::fs::read_dir(folder).into_iter().flatten().flatten();
        inside.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
    }
    count(&house.folder().join("data/blobs"))
}

async fn data_of_a_child_goes_once_it_is_known_of(house: House) {
    domain::proves!("AF-123", "FL-14", by = "privacy::request::needs_no_address");
    domain::proves!("FL-14", by = "app::privacy_centre::erase_marked");
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let kim = house.invited(&olga, "Kimcanary", Role::Member).await;
    let bob = house.invited(&olga, "Bob", Role::Member).await;
    let before = files(&house);
    crate::models::stored(&kim, "torus.3mf").await;
    let years = house.ctx.store.book().profile().people.at_least_years;
    let notice = house.outsider().get("/privacy/notice").await.body;
    let told = notice.contains("href=\"/ask?matter=child-report\"");
    assert_eq!(told, years > 0, "where an age is asked for: {notice}");

    // Without an account, a name or an address; of anything else an address is asked for.
    let form = house.outsider().get("/ask?matter=child-report").await.body;
    assert!(form.contains("<option value=\"child-report\" selected>"), "{form}");
    let access = house.outsider().post("/ask", &[("matter", "access"), ("words", "Kimcanary")]).await;
    assert_eq!(access.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", access.body);
    let report = [("matter", "child-report"), ("words", "Kimcanary is eleven")];
    let reported = house.outsider().post("/ask", &report).await;
    assert_eq!(reported.status, StatusCode::SEE_OTHER, "{}", reported.body);
    let follow = reported.location.unwrap();
    let at = request(&pia, "child").await;
    let page = pia.get(&at).await.body;
    assert!(page.contains("Kimcanary is eleven") && page.contains("2026-11-29"), "a week: {page}");

    // What is asked back is read where it is followed, since no address was left.
    let ask = [("deed", "ask-what"), ("words", "Which of the two Kims?")];
    assert_eq!(pia.post(&at, &ask).await.status, StatusCode::SEE_OTHER);
    let asked = house.outsider().get(&follow).await.body;
    assert!(
        asked.contains("Which of the two Kims?") && !asked.contains("Letters go to the address"),
        "{asked}"
    );
    let answer = [("answer", "the one with the torus")];
    let answered = house.outsider().post(&format!("{follow}/reply"), &answer).await;
    assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.body);
    let known = [("deed", "know-what"), ("words", "the one with the torus")];
    assert_eq!(pia.post(&at, &known).await.status, StatusCode::SEE_OTHER);

    // One decides, another erases, and neither what is no account of somebody who joined.
    let number = kim.who(&house).await.person.to_string();
    let erase = |account: &str| [("deed", "erase-child".to_owned()), ("account", account.to_owned())];
    let erases = async |who: &Browser, account: &str| {
        let form = erase(account);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        who.post(&at, &form).await
    };
    assert_eq!(erases(&olga, &number).await.status, StatusCode::CONFLICT, "nobody has decided");
    decided(&pia, &at).await;
    assert!(!pia.get(&at).await.body.contains("Erase it at once"));
    assert_eq!(erases(&pia, &number).await.status, StatusCode::CONFLICT, "not by whoever decided");
    assert!(olga.get(&at).await.body.contains("Erase it at once"));
    let reporter = olga.get("/console/access-log.csv").await.body;
    let reporter = reporter.lines().rev().find(|line| line.contains(",request,")).unwrap();
    let reporter = reporter.rsplit(',').next().unwrap().to_owned();
    let own = olga.who(&house).await.person.to_string();
    for (account, status) in [
        ("Kimcanary", StatusCode::UNPROCESSABLE_ENTITY),
        ("00000000000000000000000000000000", StatusCode::UNPROCESSABLE_ENTITY),
        (&reporter, StatusCode::UNPROCESSABLE_ENTITY),
        (&own, StatusCode::CONFLICT),
    ] {
        let wrong = erases(&olga, account).await;
        assert_eq!(wrong.status, status, "{account}: {}", wrong.body);
    }
    assert_eq!(kim.get("/models").await.status, StatusCode::OK, "nothing has gone yet");
    assert!(files(&house) > before);
    let erased = erases(&olga, &number).await;
    assert_eq!(erased.status, StatusCode::SEE_OTHER, "{}", erased.body);
    assert_eq!(kim.get("/").await.status, StatusCode::SEE_OTHER, "signed out for ever");
    assert_eq!(files(&house), before, "the files too");
    assert_eq!(house.outsider().get(&format!("/receipt/{number}")).await.status, StatusCode::OK);
    assert!(!olga.get("/console/people").await.body.contains("Kimcanary"));
    assert_eq!(bob.get("/").await.status, StatusCode::OK);
    let words = [("deed", "answer"), ("words", "It was so, and the data is gone.")];
    assert_eq!(pia.post(&at, &words).await.status, StatusCode::SEE_OTHER);
    let followed = house.outsider().get(&follow).await.body;
    assert!(followed.contains("It is done.") && followed.contains("the data is gone"), "{followed}");
}

/// Noticed here, with nobody who asked: the same case, with the operator's day, that is late if nobody acts.
#[tokio::test]
async fn what_the_house_notices_has_the_day_of_the_policy() {
    domain::proves!("AF-122", by = "privacy::request::child_data");
    domain::proves!("AF-122", by = "app::privacy_centre::erase_marked");
    let sources = acceptance::named("atomform");
    let own = "[requests]\nchild_data = \"P3D\"\n";
    let text = format!("{sources:?}");
    let sources = if text.contains("\\n[requests]\\n") {
        sources.edited("profile", "[requests]\n", own)
    } else {
        sources.edited("profile", "[keys]\n", &format!("{own}\n[keys]\n"))
    };
    let house = House::with(sources).await;
    let olga = house.operator("Olga").await;
    house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let bob = house.invited(&olga, "Bob", Role::Member).await;
    let form = [
        ("came", "noticed"),
        ("received", "2026-11-22"),
        ("matter", "child-report"),
        ("words", "Bob is ten"),
    ];
    let at = olga.post("/console/requests", &form).await.location.unwrap();
    let page = olga.get(&at).await.body;
    assert!(page.contains("noticed by this house") && page.contains("2026-11-25"), "{page}");
    house.clock.advance(4 * DAY);
    let olga = house.signed_in("Olga").await;
    assert!(olga.get("/console").await.body.contains("1 request is past the day"));
    decided(&olga, &at).await;
    let pia = house.signed_in("Pia").await;
    let bobs = bob.who(&house).await.person.to_string();
    let erased = pia.post(&at, &[("deed", "erase-child"), ("account", &bobs)]).await;
    assert_eq!(erased.status, StatusCode::SEE_OTHER, "{}", erased.body);
    assert_eq!(house.outsider().get(&format!("/receipt/{bobs}")).await.status, StatusCode::OK);
    // Of a request for something else nobody's account can be named.
    let ask = [("matter", "access"), ("email", "eve@example.org"), ("region", "eea")];
    house.outsider().post("/ask", &ask).await;
    let at = request(&olga, "have a copy").await;
    let wrong = olga.post(&at, &[("deed", "erase-child"), ("account", &bobs)]).await;
    assert_eq!(wrong.status, StatusCode::CONFLICT, "{}", wrong.body);
}
