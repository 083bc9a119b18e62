//! Letters that the house writes by itself, through a real mail server: of a sale, before which nothing goes; of a breach, to whom it
//! concerned and to nobody else.

use crate::acquisitions::{DAY, SALE, conflict, recorded};
use crate::console::number_of;
use acceptance::{Browser, House, PASSWORD};
use app::letters::deliver;
use courier::Courier;
use domain::person::Role;
use reqwest::StatusCode;
use witness::smtp::{Received, Sink};

const FROM: &str = "The house of tests <privacy@example.org>";

fn through(port: u16) -> Courier {
    Courier::new(&format!("smtp://127.0.0.1:{port}?tls=none"), FROM).unwrap()
}

fn whose(letters: &[Received]) -> Vec<&str> {
    let mut all: Vec<&str> = letters.iter().flat_map(|letter| &letter.to).map(String::as_str).collect();
    all.sort_unstable();
    all
}

async fn done(who: &Browser, path: &str, form: &[(&str, &str)]) {
    let answer = who.post(path, form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
}

mod nothing_goes_before_the_letters_have {
    #[tokio::test]
    async fn on_sqlite() {
        super::nothing_goes_before_the_letters_have(acceptance::House::new("stelloloxon").await).await;
    }
    #[tokio::test]
    async fn on_postgres() {
        super::nothing_goes_before_the_letters_have(acceptance::House::on_postgres("stelloloxon").await)
            .await;
    }
}

async fn nothing_goes_before_the_letters_have(house: House) {
    domain::proves!("SP-24", by = "app::disclosures::acquisitions::release");
    domain::proves!("SP-24", by = "app::letters::write");
    let house = house.with_mail().await;
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let asked = [("matter", "access"), ("region", "eea"), ("email", "nina@example.org")];
    done(&house.outsider(), "/ask", &asked).await;
    let sale = recorded(&olga, &SALE).await;
    done(&olga, &format!("{sale}/announce"), &[]).await;
    let page = || async { olga.get("/console/acquisitions").await.body };
    assert!(page().await.contains("4 waiting for the mail server"), "{}", page().await);

    // Their time is over, and nobody has the letter: what is on a page alone is not enough.
    house.clock.advance(14 * DAY);
    let release = format!("{sale}/release");
    conflict(&pia.post(&release, &[]).await, "have not gone yet");
    // A mail server that cannot be reached changes nothing.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(deliver(&house.ctx, Some(&through(nobody)), &house.url).await.unwrap(), 0);
    conflict(&pia.post(&release, &[]).await, "have not gone yet");

    let sink = Sink::start().await;
    let courier = through(sink.port);
    assert_eq!(deliver(&house.ctx, Some(&courier), &house.url).await.unwrap(), 4);
    let letters = sink.until(4).await;
    assert_eq!(
        whose(&letters),
        ["ada@example.org", "nina@example.org", "olga@example.org", "pia@example.org"],
        "also who asked without an account"
    );
    for letter in &letters {
        assert!(letter.subject.contains("passes to somebody else"), "{}", letter.subject);
        for says in
            ["Big Prints Ltd", "1 High Street", "We merge with them", "/privacy/restriction#acquisition"]
        {
            assert!(letter.text.contains(says), "{says}: {}", letter.text);
        }
        assert!(letter.text.contains("20 December 2026"), "two weeks from today: {}", letter.text);
    }
    assert_eq!(deliver(&house.ctx, Some(&courier), &house.url).await.unwrap(), 0, "each goes once");

    // From the last letter on they have the time to object or to leave.
    conflict(&pia.post(&release, &[]).await, "their time to object");
    assert!(page().await.contains("4 gone"), "{}", page().await);
    let handed = ada.get("/privacy").await.body;
    assert!(handed.contains("the mail server of this house"), "who carried it: {handed}");
    house.clock.advance(14 * DAY);
    let pia = house.signed_in("Pia").await;
    assert!(pia.taken(&release).await.is_some(), "it goes");
}

#[tokio::test]
async fn a_letter_of_a_breach_goes_to_whom_it_concerned() {
    let house = House::new("house").await.with_mail().await;
    let olga = house.operator("Olga").await;
    house.invited(&olga, "Ada", Role::Member).await;
    let ben = house.invited(&olga, "Ben", Role::Member).await;
    house.clock.advance(3600);
    let sink = Sink::start().await;
    let courier = through(sink.port);
    for (name, nature) in [("Ada", "Somebody had her password."), ("Ben", "Somebody had his password.")] {
        let subject = number_of(&olga, name).await;
        let found = [
            ("aware_at", "2026-11-22T09:30"),
            ("from", "2026-11-22T09:00"),
            ("until", "2026-11-22T09:30"),
            ("what", "account"),
            ("subject", &subject),
            ("nature", nature),
        ];
        let page = olga.post("/console/breaches", &found).await.location.unwrap();
        for (topic, words) in
            [("consequences", "Prints in that name."), ("measures", "We ended all sessions.")]
        {
            done(&olga, &page, &[("deed", "learned"), ("topic", topic), ("words", words)]).await;
        }
        // Pressed twice, as people do: nobody gets two.
        done(&olga, &page, &[("deed", "told-people")]).await;
        done(&olga, &page, &[("deed", "told-people")]).await;
        let stands = olga.get(&page).await.body;
        assert!(stands.contains("1 waiting for the mail server"), "{stands}");
    }
    // Whoever leaves before it goes gets none, and nothing of it stays.
    done(&ben, "/privacy/erase", &[("name", "Ben"), ("password", PASSWORD), ("now", "1")]).await;
    assert_eq!(deliver(&house.ctx, Some(&courier), &house.url).await.unwrap(), 1);
    let letters = sink.until(1).await;
    assert_eq!(whose(&letters), ["ada@example.org"]);
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    assert_eq!(letter.subject, "Something went wrong with data about you");
    for says in [
        "Somebody had her password.",
        "Prints in that name.",
        "We ended all sessions.",
        "Change your password",
        "/privacy/breaches",
    ] {
        assert!(letter.text.contains(says), "{says}: {}", letter.text);
    }
    assert!(!letter.text.contains('{') && !letter.text.contains("his password"), "{}", letter.text);
}

/// That nobody carries letters for a while says nothing about who is to get one: they wait, and so does the sale.
#[tokio::test]
async fn letters_that_nobody_carries_wait() {
    let house = House::new("stelloloxon").await.with_mail().await;
    let olga = house.operator("Olga").await;
    let pia = house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    let sale = recorded(&olga, &SALE).await;
    done(&olga, &format!("{sale}/announce"), &[]).await;
    // Started again without its mail server, or its carrier's contract has ended.
    let silent = house.with_mail_by(app::Mail::Nobody).await;
    let sink = Sink::start().await;
    let courier = through(sink.port);
    for carried in [None, Some(&courier)] {
        assert_eq!(deliver(&silent.ctx, carried, &silent.url).await.unwrap(), 0);
    }
    silent.clock.advance(15 * DAY);
    let release = format!("{sale}/release");
    pia.proves_who_it_is().await;
    conflict(&pia.post(&release, &[]).await, "have not gone yet");
    let house = silent.with_mail().await;
    assert_eq!(
        deliver(&house.ctx, Some(&courier), &house.url).await.unwrap(),
        2,
        "they go when somebody does"
    );
    assert_eq!(sink.until(2).await.len(), 2);
}

/// A mail server that takes no letter for anybody has told nobody, and a mailbox that always asks to come again holds nobody up.
#[tokio::test]
async fn nothing_goes_when_not_one_letter_went() {
    let house = House::new("stelloloxon").await.with_mail().await;
    let olga = house.operator("Nobody-olga").await;
    let pia = house.invited(&olga, "Nobody-pia", Role::PrivacyOfficer).await;
    let sale = recorded(&olga, &SALE).await;
    done(&olga, &format!("{sale}/announce"), &[]).await;
    let sink = Sink::start().await;
    let courier = through(sink.port);
    assert_eq!(deliver(&house.ctx, Some(&courier), &house.url).await.unwrap(), 0);
    house.clock.advance(15 * DAY);
    pia.proves_who_it_is().await;
    conflict(&pia.post(&format!("{sale}/release"), &[]).await, "Not one letter");
    done(&olga, &format!("{sale}/drop"), &[]).await;

    let ada = house.invited(&house.signed_in("Nobody-olga").await, "Ada", Role::Member).await;
    house.invited(&house.signed_in("Nobody-olga").await, "Later-lea", Role::Member).await;
    drop(ada);
    let olga = house.signed_in("Nobody-olga").await;
    let sale = recorded(&olga, &SALE).await;
    done(&olga, &format!("{sale}/announce"), &[]).await;
    assert_eq!(deliver(&house.ctx, Some(&courier), &house.url).await.unwrap(), 1, "Ada's");
    let page = async || olga.get("/console/acquisitions").await.body;
    assert!(page().await.contains("1 waiting for the mail server"), "{}", page().await);
    house.clock.advance(5 * DAY + 1);
    assert_eq!(deliver(&house.ctx, Some(&courier), &house.url).await.unwrap(), 0);
    let page = house.signed_in("Nobody-olga").await.get("/console/acquisitions").await.body;
    assert!(!page.contains("waiting for the mail server"), "{page}");
}
