//! Something goes wrong with people's data: recorded, looked into, told to the authority in phases and to the people concerned, and
//! closed. Who is not concerned reads nothing, and who may not know finds nothing there.

use crate::console::number_of;
use acceptance::{Answer, Browser, House, PASSWORD};
use domain::person::Role;
use reqwest::StatusCode;

both! { a_breach_is_told_from_its_first_hour_to_its_end }

const NATURE: &str = "A copy of the database and of its keys was taken from a laptop.";

/// A copy with the keys to it, taken on Sunday morning and found on Monday.
const FOUND: [(&str, &str); 7] = [
    ("aware_at", "2026-11-23T08:00"),
    ("what", "database"),
    ("what", "key-database"),
    ("what", "epoch-keys"),
    ("from", "2026-11-22T09:00"),
    ("until", "2026-11-22T10:00"),
    ("nature", NATURE),
];

fn but<'a>(field: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut form: Vec<(&str, &str)> = FOUND.into_iter().filter(|(name, _)| *name != field).collect();
    let name = FOUND.into_iter().map(|(name, _)| name).chain(["subject"]).find(|name| *name == field);
    form.push((name.unwrap(), value));
    form
}

fn refused(answer: &Answer, says: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
    assert!(answer.body.contains(says), "{says}: {}", answer.body);
}

async fn done(who: &Browser, page: &str, form: &[(&str, &str)]) {
    let answer = who.post(page, form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{form:?}: {}", answer.body);
}

async fn recorded(who: &Browser, form: &[(&str, &str)]) -> String {
    let answer = who.post("/console/breaches", form).await;
    answer.location.unwrap_or_else(|| panic!("{form:?}: {}", answer.body))
}

async fn a_breach_is_told_from_its_first_hour_to_its_end(house: House) {
    let olga = house.operator("Olga").await;
    house.invited(&olga, "Pia", Role::PrivacyOfficer).await;
    house.invited(&olga, "Ada", Role::Member).await;
    house.clock.advance(24 * 3600);
    let (pia, ada) = (house.signed_in("Pia").await, house.signed_in("Ada").await);
    let ben = house.invited(&house.signed_in("Olga").await, "Ben", Role::Member).await;

    // What is not said is asked for, by its field.
    for (field, value, says) in [
        ("aware_at", "yesterday", "Give day and time in UTC"),
        ("aware_at", "2026-11-24T08:00", "This lies in the future"),
        ("what", "a-feeling", "Say what was exposed"),
        ("until", "2026-11-22T08:00", "It ended before it began"),
        ("until", "2026-11-24T08:00", "This lies in the future"),
        ("nature", " ", "Say it in a few words: what happened"),
    ] {
        refused(&pia.post("/console/breaches", &but(field, value)).await, says);
    }
    let account = [("what", "account"), ("aware_at", "2026-11-23T08:00"), ("nature", NATURE)];
    let account = [&account[..], &[("from", "2026-11-22T09:00"), ("until", "2026-11-22T10:00")]].concat();
    refused(&pia.post("/console/breaches", &account).await, "There is no account of this number");
    assert!(pia.get("/console/breaches").await.body.contains("Nothing was recorded"));

    let page = recorded(&pia, &FOUND).await;
    // The clock runs from when the house became aware; whoever joined later is not counted.
    let seen = pia.get(&page).await.body;
    for says in ["must be told by 26 November 2026, 08:00 UTC", "3 people have data", "how great the risk"] {
        assert!(seen.contains(says), "{says}: {seen}");
    }
    assert!(pia.get("/console").await.body.contains("must be told by 26 November 2026, 08:00 UTC"));
    for who in [&ada, &ben] {
        for path in
            ["/console/breaches", &page, &format!("{page}/authority.md"), &format!("{page}/people.md")]
        {
            assert_eq!(who.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(who.post("/console/breaches", &FOUND).await.status, StatusCode::NOT_FOUND);
        let told = [("deed", "told-people")];
        assert_eq!(who.post(&page, &told).await.status, StatusCode::NOT_FOUND);
    }

    // The first notice says what is known, and what is not.
    let notice = pia.get(&format!("{page}/authority.md")).await.body;
    for says in
        [NATURE, "This is the first notice", "Not known yet. It follows.", "About 3 people", "It is in time"]
    {
        assert!(notice.contains(says), "{says}: {notice}");
    }
    assert!(notice.contains("e-mail address: readable") && !notice.contains("Ada"), "{notice}");
    assert!(!notice.contains('{'), "nothing is left open: {notice}");

    refused(&pia.post(&page, &[("deed", "assessed"), ("risk", "high")]).await, "why the risk is so great");
    refused(&pia.post(&page, &[("deed", "told-people")]).await, "Write down first");
    refused(
        &pia.post(&page, &[("deed", "closed"), ("words", "locks")]).await,
        "say first how great the risk is",
    );
    done(
        &pia,
        &page,
        &[("deed", "assessed"), ("risk", "high"), ("words", "Names and addresses, by a thief.")],
    )
    .await;
    let alarm = pia.get("/console").await.body;
    assert!(alarm.contains("The people concerned must be told now"), "{alarm}");
    for (topic, words) in
        [("consequences", "Letters that pretend to be ours."), ("measures", "The keys were changed.")]
    {
        done(&pia, &page, &[("deed", "learned"), ("topic", topic), ("words", words)]).await;
    }
    assert!(!ada.get("/").await.body.contains("Something went wrong"), "nobody has told her");
    assert!(ada.get("/privacy/breaches").await.body.contains("Nothing stands here"));

    // Whom it concerned reads it on the first page until it was read; others do not.
    done(&pia, &page, &[("deed", "told-people")]).await;
    let first = ada.get("/").await.body;
    assert!(first.contains("Something went wrong with data about you") && first.contains(NATURE), "{first}");
    let told = ada.get("/privacy/breaches").await.body;
    for says in [
        NATURE,
        "your e-mail address",
        "Letters that pretend to be ours.",
        "The keys were changed.",
        "Change your password",
    ] {
        assert!(told.contains(says), "{says}: {told}");
    }
    assert!(!told.contains("the shapes you stored"), "she has stored none: {told}");
    for path in ["/", "/privacy/breaches"] {
        assert!(!ben.get(path).await.body.contains(NATURE), "he came later: {path}");
    }
    done(&ada, "/privacy/breaches/read", &[("shown", &shown(&told))]).await;
    assert!(!ada.get("/").await.body.contains("Something went wrong with data about you"));
    assert!(ada.get("/privacy/breaches").await.body.contains(NATURE), "it can be read again");
    assert!(!pia.get("/console").await.body.contains("must be told now"));

    // Whoever has no account has the same by letter.
    let letter = pia.get(&format!("{page}/people.md")).await.body;
    for says in [NATURE, "Letters that pretend to be ours.", "your e-mail address", "Change your password"] {
        assert!(letter.contains(says), "{says}: {letter}");
    }
    assert!(!letter.contains('{') && !letter.contains("Not known yet"), "{letter}");

    // In time was until Thursday. On Friday it is late, and the reason belongs to it.
    house.clock.advance(4 * 24 * 3600);
    let (pia, ada) = (house.signed_in("Pia").await, house.signed_in("Ada").await);
    assert!(pia.get("/console").await.body.contains("had to be told by 26 November 2026, 08:00 UTC"));
    let tell = |phase, words| {
        [("deed", "told-authority"), ("phase", phase), ("at", "2026-11-27T08:30"), ("words", words)]
    };
    refused(&pia.post(&page, &tell("first", "")).await, "Give the reason why it was later");
    refused(&pia.post(&page, &tell("further", "x")).await, "The authority was not told yet");
    done(&pia, &page, &tell("first", "The copy had to be found first.")).await;
    let notice = pia.get(&format!("{page}/authority.md")).await.body;
    for says in [
        "This is a further notice, in addition to the one of 27 November 2026",
        "The copy had to be found first.",
        "told on 23 November",
    ] {
        assert!(notice.contains(says), "{says}: {notice}");
    }
    refused(&pia.post(&page, &[("deed", "closed"), ("words", "locks")]).await, "waits for the last notice");
    // More is found: it concerns people anew, and they are told again.
    let more =
        [("deed", "exposed"), ("what", "files"), ("from", "2026-11-22T09:00"), ("until", "2026-11-22T10:00")];
    done(&pia, &page, &more).await;
    assert!(pia.get("/console").await.body.contains("must be told now"));
    done(&pia, &page, &[("deed", "told-people")]).await;
    assert!(ada.get("/").await.body.contains("Something went wrong with data about you"));
    done(&pia, &page, &tell("final", "")).await;
    done(&pia, &page, &[("deed", "closed"), ("words", "Laptops hold no copies any more.")]).await;
    refused(&pia.post(&page, &[("deed", "told-people")]).await, "This breach is closed");
    assert!(pia.get("/console/breaches").await.body.contains("Closed"));
    assert!(pia.get("/console").await.body.contains("Nothing that went wrong with people’s data is open"));
}

/// Until when the page shows what it shows.
fn shown(page: &str) -> String {
    page.split("name=\"shown\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// One account alone: nobody else is told. And where nobody can read what was exposed, people need not be.
#[tokio::test]
async fn who_is_told_follows_from_what_was_exposed() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    let ben = house.invited(&olga, "Ben", Role::Member).await;
    house.clock.advance(3600);
    let times =
        [("aware_at", "2026-11-22T09:30"), ("from", "2026-11-22T09:00"), ("until", "2026-11-22T09:30")];
    let subject = number_of(&olga, "Ada").await;
    let account =
        [&times[..], &[("what", "account"), ("subject", &subject), ("nature", "Somebody had her password.")]];
    let page = recorded(&olga, &account.concat()).await;
    assert!(olga.get(&page).await.body.contains("1 person has data"));
    for topic in ["consequences", "measures"] {
        done(&olga, &page, &[("deed", "learned"), ("topic", topic), ("words", "We look into it.")]).await;
    }
    done(&olga, &page, &[("deed", "told-people")]).await;
    assert!(ada.get("/").await.body.contains("Somebody had her password."));
    assert!(!ben.get("/").await.body.contains("Somebody had her password."));
    // What is found beside it is a breach of its own: else everybody were told of her account, or she of nothing.
    let more = [("deed", "exposed"), ("from", "2026-11-22T09:00"), ("until", "2026-11-22T09:30")];
    for what in ["database", "letter"] {
        refused(&olga.post(&page, &[&more[..], &[("what", what)]].concat()).await, "a breach of its own");
    }
    let mixed = [&account.concat()[..], &[("what", "database")]].concat();
    refused(&olga.post("/console/breaches", &mixed).await, "a breach of its own");
    // Once she has left it was nobody’s here: not everybody’s.
    let leave = [("name", "Ada"), ("password", PASSWORD), ("now", "1")];
    done(&ada, "/privacy/erase", &leave).await;
    let left = olga.get(&page).await.body;
    assert!(left.contains("Nobody’s data lies") && left.contains("1 account was erased since"), "{left}");
    assert!(!ben.get("/privacy/breaches").await.body.contains("Somebody had her password."));

    let files = [&times[..], &[("what", "files"), ("nature", "A disk of sealed files was lost.")]].concat();
    let page = recorded(&olga, &files).await;
    done(&olga, &page, &[("deed", "assessed"), ("risk", "high"), ("words", "If they could be read.")]).await;
    let sealed = olga.get(&page).await.body;
    assert!(sealed.contains("need not be told: nobody can read"), "{sealed}");
    // With the database and the keys it can be read, and they must be.
    let all = [("what", "database"), ("what", "key-database"), ("what", "epoch-keys")];
    let more = [("deed", "exposed"), ("from", "2026-11-22T09:00"), ("until", "2026-11-22T09:30")];
    done(&olga, &page, &[&more[..], &all].concat()).await;
    assert!(olga.get(&page).await.body.contains("must be told now"));
    for topic in ["consequences", "measures"] {
        done(&olga, &page, &[("deed", "learned"), ("topic", topic), ("words", "We look into it.")]).await;
    }
    done(&olga, &page, &[("deed", "told-people")]).await;
    let told = ben.get("/privacy/breaches").await.body;
    assert!(told.contains("A disk of sealed files was lost."), "{told}");
    // What is found later is told when somebody tells them again.
    let server =
        [&more[..1], &[("what", "server"), ("from", "2026-11-21T09:00"), ("until", "2026-11-22T09:30")]];
    done(&olga, &page, &server.concat()).await;
    assert_eq!(ben.get("/privacy/breaches").await.body, told);
    done(&olga, &page, &[("deed", "told-people")]).await;
    assert!(ben.get("/privacy/breaches").await.body.contains("21 November 2026"));
    // What was recorded is there for the other who answers for it, and not for whoever keeps the machines.
    let tom = house.invited(&olga, "Tom", Role::Technician).await;
    assert_eq!(tom.get(&page).await.status, StatusCode::NOT_FOUND);
}
