//! Letters to a real SMTP server.

use super::*;
use crate::letter::tests::{letter, with_id};
use std::str::FromStr as _;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _};
use uuid::Uuid;
use witness::smtp::{Sink, Tls};

const FROM: &str = "Prüfhaus <prints@house.example>";
const PASSWORD: &str = "hunter2-secret";

fn to(sink: &Sink) -> Courier {
    Courier::new(&format!("smtp://127.0.0.1:{}?tls=none", sink.port), FROM).unwrap()
}

fn trusting(scheme: &str, account: &str, sink: &Sink) -> Courier {
    let certificate = Certificate::from_pem(&std::fs::read(sink.certificate()).unwrap()).unwrap();
    Courier::trusting(&format!("{scheme}://{account}127.0.0.1:{}", sink.port), FROM, &[certificate]).unwrap()
}

#[tokio::test]
async fn a_letter_arrives_whole() {
    let sink = Sink::start().await;
    let text = "Grüße 🎉\n.\nFrom here\n\n..\r\nQUIT\r.\rein Wort: ".to_owned() + &"ü".repeat(2000) + "\n";
    let subject =
        "Dein Druck „Größe 9“ ist fertig 🎉, und das hier ist länger als eine Zeile werden darf, ja wirklich";
    let letter = letter("ada@example.org", subject, &text).unwrap();
    assert_eq!(to(&sink).send(&letter).await, Ok(Receipt { code: 250 }));
    let all = sink.until(1).await;
    let got = &all[0];
    assert_eq!(got.to, ["ada@example.org"]);
    assert_eq!(got.from, "prints@house.example");
    assert_eq!(got.subject, subject);
    assert_eq!(got.text.replace("\r\n", "\n"), text.replace("\r\n", "\n").replace('\r', "\n"));
    assert_eq!(got.header("From"), [FROM]);
    assert_eq!(got.header("To"), ["ada@example.org"]);
    assert_eq!(got.header("Auto-Submitted"), ["auto-generated"]);
    assert_eq!(got.header("Content-Type"), ["text/plain; charset=\"utf-8\""]);
    assert_eq!(got.hello, "house.example", "the machine's own name is nobody's business");
    let names: Vec<_> = got.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    let known = ["from", "to", "subject", "message-id", "auto-submitted", "date", "mime-version"];
    for name in names {
        assert!(known.contains(&name.as_str()) || name.starts_with("content-"), "{name} says something more");
    }
}

#[tokio::test]
async fn a_letter_sent_twice_is_recognisable_as_one() {
    let sink = Sink::start().await;
    let courier = to(&sink);
    let id = Uuid::from_str("0199a3c2-7d1e-7c3b-9f51-2b6a4b1f0c11").unwrap();
    for _ in 0..2 {
        courier.send(&with_id(id, "ada@example.org", "s", "t").unwrap()).await.unwrap();
    }
    courier.clone().send(&letter("ada@example.org", "s", "t").unwrap()).await.unwrap();
    let all = sink.until(3).await;
    let ids: Vec<_> = all.iter().flat_map(|got| got.header("Message-ID")).collect();
    assert_eq!(ids[0], "<0199a3c2-7d1e-7c3b-9f51-2b6a4b1f0c11@house.example>");
    assert!(ids[0] == ids[1] && ids[1] != ids[2], "{ids:?}");
}

#[tokio::test]
async fn a_refusal_is_for_good_and_a_request_to_wait_is_not() {
    let sink = Sink::start().await;
    let courier = to(&sink);
    let nobody = courier.send(&letter("nobody.at.all@example.org", "s", "t").unwrap()).await;
    assert_eq!(nobody, Err(NotSent::Refused { code: 550 }));
    let later = courier.send(&letter("later@example.org", "s", "t").unwrap()).await;
    assert_eq!(later, Err(NotSent::LaterAgain(Delay::Busy { code: 451 })));
    let said = format!("{nobody:?} {later:?} {} {}", nobody.unwrap_err(), later.unwrap_err());
    assert!(!said.contains('@') && !said.contains("at.all"), "the server's words go no further: {said}");
    assert_eq!(courier.send(&letter("ada@example.org", "s", "t").unwrap()).await, Ok(Receipt { code: 250 }));
    assert_eq!(sink.letters().len(), 1);
}

#[tokio::test]
async fn an_address_that_the_wire_must_spell_out_goes_where_the_server_can() {
    let sink = Sink::start().await;
    to(&sink).send(&letter("jürgen@bücher.example", "s", "t").unwrap()).await.unwrap();
    assert_eq!(sink.until(1).await[0].to, ["jürgen@xn--bcher-kva.example"]);
}

#[tokio::test]
async fn a_server_that_is_not_there_can_be_tried_again() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let courier = Courier::new(&format!("smtp://127.0.0.1:{port}?tls=none"), FROM).unwrap();
    let answer = courier.send(&letter("ada@example.org", "s", "t").unwrap()).await;
    assert_eq!(answer, Err(NotSent::LaterAgain(Delay::Unreachable)));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("smtp://127.0.0.1:{}?tls=none", silent.local_addr().unwrap().port());
    let courier = Courier::new(&address, FROM).unwrap();
    let answer = courier.send(&letter("ada@example.org", "s", "t").unwrap()).await;
    assert_eq!(answer, Err(NotSent::LaterAgain(Delay::Unreachable)));
}

/// A server that answers each line with the next of these, and then hangs up.
async fn scripted(answers: &'static [&'static str]) -> Courier {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = tokio::io::BufStream::new(stream);
        for answer in answers {
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
            stream.flush().await.unwrap();
            let _ = stream.read_line(&mut String::new()).await;
        }
    });
    Courier::new(&format!("smtp://127.0.0.1:{port}?tls=none"), FROM).unwrap()
}

#[tokio::test]
async fn every_no_is_read_for_what_it_is_about() {
    use Delay::{BrokeOff, Busy, NotLetIn, NotOurs, Unreachable};
    let later = NotSent::LaterAgain;
    let cases: [(&[&str], NotSent); 11] = [
        (&[], later(Unreachable)),
        (&["554 not you"], later(Unreachable)),
        (&["HTTP/1.1 400 Bad Request"], later(Unreachable)),
        (&["421 full"], later(Busy { code: 421 })),
        (&["220 hi", "250 me", "553 not from you"], later(NotOurs { code: 553 })),
        (&["220 hi", "250 me", "530 who are you"], later(NotLetIn)),
        (&["220 hi", "250 me", "250 ok", "530 who are you"], later(NotLetIn)),
        (&["220 hi", "250 me", "250 ok", "550 nobody"], NotSent::Refused { code: 550 }),
        (&["220 hi", "250 me", "250 ok", "250 ok", "354 go on"], later(BrokeOff)),
        (&["220 hi", "250 me", "250 ok", "250 ok", "554 spam"], NotSent::Refused { code: 554 }),
        (&["220 hi", "250 me", "250 ok", "250 ok", "452 full"], later(Busy { code: 452 })),
    ];
    for (answers, expected) in cases {
        let answer = scripted(answers).await.send(&letter("ada@example.org", "s", "t").unwrap()).await;
        assert_eq!(answer, Err(expected), "{answers:?}");
    }
    let old = scripted(&["220 hi", "250 me", "250 ok", "250 ok"]).await;
    let answer = old.send(&letter("jürgen@example.org", "s", "t").unwrap()).await;
    assert_eq!(answer, Err(NotSent::BadAddress), "a server that knows only the old letters");
}

#[tokio::test]
async fn nothing_is_said_before_it_is_encrypted() {
    let plain = Sink::start().await;
    for scheme in ["smtp", "smtps"] {
        let address = format!("{scheme}://ada:{PASSWORD}@127.0.0.1:{}", plain.port);
        let courier = Courier::new(&address, FROM).unwrap();
        let answer = courier.send(&letter("ada@example.org", "s", "t").unwrap()).await;
        assert_eq!(answer, Err(NotSent::LaterAgain(Delay::Untrusted)), "{scheme}");
    }
    assert!(plain.letters().is_empty());
}

#[tokio::test]
async fn only_a_server_that_this_machine_trusts_is_spoken_to() {
    for (tls, scheme) in [(Tls::Upgrade, "smtp"), (Tls::Always, "smtps")] {
        let sink = Sink::start_with(tls, None).await;
        let stranger = Courier::new(&format!("{scheme}://127.0.0.1:{}", sink.port), FROM).unwrap();
        let answer = stranger.send(&letter("ada@example.org", "s", "t").unwrap()).await;
        assert_eq!(answer, Err(NotSent::LaterAgain(Delay::Untrusted)), "{scheme}");
        let known = trusting(scheme, "", &sink);
        known.send(&letter("ada@example.org", "s", "t").unwrap()).await.unwrap();
        let all = sink.until(1).await;
        assert!(all.len() == 1 && all[0].encrypted, "{all:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_no_letters_fault() {
    let sink = Sink::start_with(Tls::Upgrade, Some(&format!("house:{PASSWORD}"))).await;
    let ada = letter("ada@example.org", "s", "t").unwrap();
    let wrong = trusting("smtp", "house:not-it@", &sink).send(&ada).await;
    assert_eq!(wrong, Err(NotSent::LaterAgain(Delay::NotLetIn)));
    let without = trusting("smtp", "", &sink).send(&ada).await;
    assert_eq!(without, Err(NotSent::LaterAgain(Delay::NotLetIn)));
    trusting("smtp", &format!("house:{PASSWORD}@"), &sink).send(&ada).await.unwrap();
    assert_eq!(sink.until(1).await.len(), 1);
}

#[tokio::test]
async fn what_is_secret_or_personal_is_neither_printed_nor_logged() {
    let log = witness::log::captured();
    let sink = Sink::start_with(Tls::Upgrade, Some(&format!("house:{PASSWORD}"))).await;
    let courier = trusting("smtp", &format!("house:{PASSWORD}@"), &sink);
    let mut said = format!("{courier:?}");
    for to in ["ada.canary@example.org", "nobody.canary@example.org"] {
        let letter = letter(to, "subject-canary", "text-canary").unwrap();
        said += &format!("{letter:?} {:?}", courier.send(&letter).await);
    }
    for bad in [format!("smtp://house:{PASSWORD}@"), format!("smtp://house:{PASSWORD}@mail.example?tls=none")]
    {
        let why = Courier::new(&bad, FROM).unwrap_err();
        said += &format!("{why} {why:?}");
    }
    said += &String::from_utf8(log.bytes()).unwrap();
    assert!(said.contains("Courier(..)") && sink.letters().len() == 1, "one went: {said}");
    for secret in ["canary", PASSWORD, "example.org"] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}
