//! The register of recipients in force: who receives something, and from which day on no more.

use acceptance::House;
use app::disclosures::{NotServed, Service, carrier, silent};
use app::requests::deliver;
use courier::Courier;
use privacy::Sources;
use reqwest::StatusCode;
use witness::smtp::Sink;

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
