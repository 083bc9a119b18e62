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

async fn data_of_a_child_goes_once_it_is_known_of(house: House) {
    domain::proves!("AF-123", "FL-14", by = "privacy::request::needs_no_address");
    domain::proves!("AF-122", "FL-14", by = "app::privacy_centre::erase_at_once");
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let kim = house.invited(&olga, "Kimcanary", Role::Member).await;
    let bob = house.invited(&olga, "Bob", Role::Member).await;
    crate::models::stored(&kim, "torus.3mf").await;
    let years = house.ctx.store.book().profile().people.at_least_years;
    let notice = house.outsider().get("/privacy/notice").await.body;
    assert_eq!(
        notice.contains("href=\"/ask?matter=child-report\""),
        years > 0,
        "where an age is asked for: {notice}"
    );

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
    assert!(page.contains("Erase it at once"), "{page}");

    // A person decides whose account it is; nothing else goes.
    for (account, status) in [
        ("Kimcanary", StatusCode::UNPROCESSABLE_ENTITY),
        ("00000000000000000000000000000000", StatusCode::UNPROCESSABLE_ENTITY),
        (&pia.who(&house).await.person.to_string(), StatusCode::CONFLICT),
        (&olga.who(&house).await.person.to_string(), StatusCode::CONFLICT),
    ] {
        let wrong = pia.post(&at, &[("deed", "erase-child"), ("account", account)]).await;
        assert_eq!(wrong.status, status, "{account}: {}", wrong.body);
    }
    assert_eq!(kim.get("/models").await.status, StatusCode::OK, "nothing has gone yet");
    let number = kim.who(&house).await.person.to_string();
    let erased = pia.post(&at, &[("deed", "erase-child"), ("account", &number)]).await;
    assert_eq!(erased.status, StatusCode::SEE_OTHER, "{}", erased.body);
    assert_eq!(kim.get("/").await.status, StatusCode::SEE_OTHER, "signed out for ever");
    assert_eq!(house.outsider().get(&format!("/receipt/{number}")).await.status, StatusCode::OK);
    assert!(!olga.get("/console/people").await.body.contains("Kimcanary"));
    assert_eq!(bob.get("/").await.status, StatusCode::OK);
    for step in [&[("deed", "answer"), ("words", "It was so, and the data is gone.")][..]] {
        assert_eq!(pia.post(&at, step).await.status, StatusCode::SEE_OTHER);
    }
    assert!(house.outsider().get(&follow).await.body.contains("It is done."), "whoever reported can see so");

    // Noticed here, with nobody who asked: the same case, with its day, that is late if nobody acts.
    let form = [
        ("came", "noticed"),
        ("received", "2026-11-22"),
        ("matter", "child-report"),
        ("words", "Bob is ten"),
    ];
    let at = olga.post("/console/requests", &form).await.location.unwrap();
    assert!(olga.get(&at).await.body.contains("noticed by this house"));
    house.clock.advance(8 * DAY);
    let olga = house.signed_in("Olga").await;
    assert!(olga.get("/console").await.body.contains("1 request is past the day"));
    let bobs = bob.who(&house).await.person.to_string();
    let erased = olga.post(&at, &[("deed", "erase-child"), ("account", &bobs)]).await;
    assert_eq!(erased.status, StatusCode::SEE_OTHER, "{}", erased.body);
    assert_eq!(house.outsider().get(&format!("/receipt/{bobs}")).await.status, StatusCode::OK);
    // Of a request for something else nobody's account can be named.
    let ask = [("matter", "access"), ("email", "eve@example.org"), ("region", "eea")];
    house.outsider().post("/ask", &ask).await;
    let at = request(&olga, "have a copy").await;
    let wrong = olga.post(&at, &[("deed", "erase-child"), ("account", &bobs)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.body);
}
