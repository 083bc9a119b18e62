//! Requests for somebody else: whoever asks shows that they may, and what showed it stays with the case; and by which rules a
//! request was taken in.

use crate::requests::{does, follow_code, newest, refused, sends_by_hand};
use acceptance::House;

both! { an_agent_shows_that_they_may }

async fn an_agent_shows_that_they_may(house: House) {
    domain::proves!("TP-72", "AF-081", by = "privacy::request::Case::apply");
    domain::proves!("TP-55", by = "app::requests::asking::stored");
    let olga = house.operator("Olga").await;
    let form = house.outsider().get("/ask").await.body;
    assert!(form.contains("what shows that you may") && !form.contains("type=\"file\""), "{form}");
    let asks = |words| {
        [
            ("matter", "opt-out"),
            ("region", "us-ca"),
            ("words", words),
            ("email", "agent@example.org"),
            ("for_another", "1"),
        ]
    };
    // One shows nothing, and that is a ground.
    follow_code(&house, &asks("for NORA")).await;
    let request = newest(&olga).await;
    let denied = [("deed", "refuse"), ("ground", "no-authority")];
    refused(&olga.post(&request, &denied).await, "ask for it first");
    does(&olga, &request, &[("deed", "ask-authority"), ("words", "Her signed permission, please.")]).await;
    sends_by_hand(&olga, &request).await;
    does(&olga, &request, &denied).await;
    assert!(sends_by_hand(&olga, &request).await.contains("did not show that you may act"));

    let follow = follow_code(&house, &asks("for NINA")).await;
    let request = newest(&olga).await;
    let page = olga.get(&request).await.body;
    assert!(page.contains("not shown yet that they may"), "{page}");
    assert!(page.contains("/1: california"), "by which rules it was taken in: {page}");
    refused(&olga.post(&request, &[("deed", "accept")]).await, "may act for this person");

    does(&olga, &request, &[("deed", "ask-authority"), ("words", "Her signed permission, please.")]).await;
    let letter = sends_by_hand(&olga, &request).await;
    assert!(letter.contains("that you may act for this person"), "{letter}");
    let reply = format!("{follow}/reply");
    house.outsider().post(&reply, &[("answer", "SIGNED on 3 November by Nina")]).await;
    does(&olga, &request, &[("deed", "know-authority"), ("words", "signed permission of 3 November")]).await;
    let page = olga.get(&request).await.body;
    for part in ["SIGNED on 3 November", "signed permission of 3 November", "may act for somebody else"] {
        assert!(page.contains(part), "it stays with the case: {page}");
    }
    assert!(!page.contains("not shown yet that they may"), "{page}");
    refused(&olga.post(&request, &denied).await, "ask for it first");
    does(&olga, &request, &[("deed", "accept")]).await;
}

/// What is sent with the answer to who asks, while it is not known that they may, is not destroyed with it (TP-72).
#[tokio::test]
async fn what_shows_that_they_may_stays_however_it_came() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let form =
        [("matter", "access"), ("region", "eea"), ("email", "agent@example.org"), ("for_another", "1")];
    let follow = follow_code(&house, &form).await;
    let request = newest(&olga).await;
    does(&olga, &request, &[("deed", "ask-who"), ("words", "Who are you?")]).await;
    sends_by_hand(&olga, &request).await;
    let reply = format!("{follow}/reply");
    house.outsider().post(&reply, &[("answer", "I am Amy, and this is her PERMISSION")]).await;
    does(&olga, &request, &[("deed", "know-who"), ("words", "by the letter")]).await;
    assert!(olga.get(&request).await.body.contains("PERMISSION"));
}
