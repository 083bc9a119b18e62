//! The register of recipients in force: who receives something, and from which day on no more.

use acceptance::House;
use app::disclosures::{NotServed, Service, carrier, silent};
use app::requests::deliver;
use courier::Courier;
use privacy::Sources;
use reqwest::StatusCode;
use witness::smtp::Sink;

/// Abroad, and nothing makes it safe but what is agreed with each person.
#[tokio::test]
async fn a_transfer_that_a_contract_carries_is_for_those_who_made_it_and_told_before() {
    domain::proves!("FL-75", by = "privacy::profile::Profile::rests_on_contract");
    let entry = |safe: &str| {
        let lines = format!(
            "[[recipient]]\nid = \"post\"\nname = \"The post of tests\"\nclass = \"mail\"\nrole = \"processor\"\ncountry = \"US\"\npolicy = \"https://post.example/privacy\"\nfor = [\"rights\"]\nreceives = [\"contact.email\", \"request.record\", \"letter.record\"]\ncontract = \"P-1\"\non_instructions = true\nconfidential = true\nacknowledged = {{ version = 1, on = \"2026-11-22\" }}\nsafeguards = [{safe}]\n\n# ---- Purposes"
        );
        Sources::built_in("formlabs").unwrap().edited("profile", "# ---- Purposes", &lines)
    };
    let contract = "{ is = \"contract\" }";
    let clauses = "{ is = \"clauses\", text = \"Clause 1\" }";
    for (safe, alone) in [(contract.to_owned(), true), (format!("{contract}, {clauses}"), false)] {
        let house = House::with(entry(&safe)).await.with_mail_by(app::Mail::Registered).await;
        let join = house.outsider().get("/setup").await.body;
        let told = join.contains("goes to The post of tests in US")
            && join.contains("Nobody has to have an account");
        assert_eq!(told, alone, "{join}");
        house.operator("Olga").await;
        let sink = Sink::start().await;
        let url = format!("smtp://127.0.0.1:{}?tls=none", sink.port);
        let courier = Courier::new(&url, "The house of tests <privacy@example.org>").unwrap();
        let deliver = async || deliver(&house.ctx, Some(&courier), &house.url).await.unwrap();
        asks(&house).await;
        assert_eq!(deliver().await, usize::from(!alone), "to whoever has agreed to nothing");
        assert!(house.ctx.sends_mail(), "whoever has an account gets theirs, by either");
    }
}

async fn asks(house: &House) {
    let form = [("matter", "access"), ("region", "eea"), ("email", "nina@example.org")];
    assert_eq!(house.outsider().post("/ask", &form).await.status, StatusCode::SEE_OTHER);
}

/// Whoever runs the mail server is in the register, with a contract that runs and leave for what a letter holds; or staff sends.
#[tokio::test]
async fn letters_go_through_nobody_who_is_not_in_the_register() {
    domain::proves!("FL-42", "FL-54", "SP-22", by = "app::disclosures::register::may");
    domain::proves!("KA-27", "KA-28", "TP-73", by = "app::disclosures::register::serves");
    let registered = |lines: &str| {
        let entry = format!(
            "[[recipient]]\nid = \"post\"\nname = \"The post of tests\"\nclass = \"mail\"\nrole = \"processor\"\ncountry = \"DE\"\npolicy = \"https://post.example/privacy\"\n{lines}\n\n# ---- Purposes"
        );
        Sources::built_in("house").unwrap().edited("profile", "# ---- Purposes", &entry)
    };
    let given = "for = [\"rights\"]\nreceives = [\"contact.email\", \"request.record\", \"letter.record\"]\n";
    let runs =
        "contract = \"P-1\"\ncontract_until = \"2026-11-24\"\non_instructions = true\nconfidential = true";
    let short = "for = [\"rights\"]\nreceives = [\"contact.email\"]\n";
    for (lines, goes) in [
        (format!("{given}{runs}"), true),
        (given.to_owned(), false),
        (format!("{short}{runs}"), false),
        (format!("for = [\"account\"]\nreceives = [\"contact.email\"]\n{runs}"), false),
    ] {
        let house = House::with(registered(&lines)).await.with_mail_by(app::Mail::Registered).await;
        assert_eq!(house.ctx.sends_mail(), goes, "{lines}");
        assert_eq!(silent(&house.ctx).is_none(), goes, "{lines}");
    }
    let house =
        House::with(registered(&format!("{given}{runs}"))).await.with_mail_by(app::Mail::Registered).await;
    let olga = house.operator("Olga").await;
    asks(&house).await;
    let sink = Sink::start().await;
    let url = format!("smtp://127.0.0.1:{}?tls=none", sink.port);
    let courier = Courier::new(&url, "The house of tests <privacy@example.org>").unwrap();
    let deliver = async || deliver(&house.ctx, Some(&courier), &house.url).await.unwrap();
    assert_eq!(deliver().await, 1);
    asks(&house).await;
    house.clock.advance(3 * 24 * 3600);
    assert_eq!(deliver().await, 0, "the contract ended before this one went");
    let console = olga.get("/console").await.body;
    assert!(
        console.contains("letters are for staff to send: The post of tests carries no letters"),
        "{console}"
    );
    // A house whose policy names nobody.
    let nobody =
        House::with(Sources::built_in("house").unwrap()).await.with_mail_by(app::Mail::Registered).await;
    assert_eq!(carrier(&nobody.ctx), Err(NotServed::NotRegistered(Service::Mail)));
    assert!(!nobody.ctx.sends_mail());
}
