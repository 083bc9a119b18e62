//! What a provider says, against a real one: believed as the answer to one question alone.

use super::{CODE, NONCE, NotAProvider, NotSaid, Provider, STATE, VERIFIER};
use privacy::{Book, Outbound, Sources};
use std::time::{Duration, SystemTime};
use witness::oidc::{self, Kind};

const BACK: &str = "https://print.example.org/sign-in/elsewhere/back";
const VERIFIES: &str = "a-verifier-of-at-least-forty-three-characters-0";

fn book() -> Book {
    Sources::built_in("house").unwrap().compile().unwrap()
}

fn envelope<const N: usize>(fields: [(&str, &str); N]) -> Outbound {
    let fields = fields.map(|(name, value)| (name, value.as_bytes().to_vec()));
    Outbound::to(&book(), "sign-in-provider", fields).unwrap()
}

/// The code with which somebody is sent back who was asked with the nonce `asked`.
async fn code(there: &oidc::Provider, provider: &Provider) -> String {
    let question = [(STATE, "state"), (NONCE, "asked"), (VERIFIER, VERIFIES)];
    let url = provider.ask(&envelope(question)).await.unwrap();
    let back = there.vouches(url.as_str(), "olga").await;
    back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
}

fn account(there: &oidc::Provider, secret: &str) -> Provider {
    Provider::new(&there.issuer, oidc::Provider::CLIENT, secret, BACK).unwrap()
}

#[tokio::test]
async fn what_it_says_is_believed_only_as_the_answer_to_this_question() {
    let there = oidc::Provider::start(Kind::Strict, BACK).await;
    let provider = account(&there, oidc::Provider::SECRET);
    // Before anything that the provider signs ends: a day in 2026.
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000);
    let answered = async |provider: &Provider, code: &str, verifier, nonce, now| {
        let answer = envelope([(CODE, code), (VERIFIER, verifier)]);
        provider.answered(&answer, nonce, now).await.map(|who| who.reveal().clone())
    };
    let good = code(&there, &provider).await;
    let who = answered(&provider, &good, VERIFIES, "asked", now).await;
    assert_eq!(who, Ok(format!("{}\nolga", there.issuer)));
    let again = answered(&provider, &good, VERIFIES, "asked", now).await;
    assert_eq!(again, Err(NotSaid::Refused), "a code is good once");

    let fresh = code(&there, &provider).await;
    let other = answered(&provider, &fresh, VERIFIES, "another", now).await;
    assert_eq!(other, Err(NotSaid::Unfit), "the answer to another question");
    let fresh = code(&there, &provider).await;
    let late =
        answered(&provider, &fresh, VERIFIES, "asked", now + Duration::from_hours(24 * 365 * 50)).await;
    assert_eq!(late, Err(NotSaid::Unfit), "said long ago");
    let fresh = code(&there, &provider).await;
    let fetched = answered(&provider, &fresh, "another-verifier-of-forty-three-characters-00", "asked", now);
    assert_eq!(fetched.await, Err(NotSaid::Refused), "fetched by whoever did not ask");
    let fresh = code(&there, &provider).await;
    let stranger = account(&there, "another secret");
    assert_eq!(answered(&stranger, &fresh, VERIFIES, "asked", now).await, Err(NotSaid::Refused));
}

#[tokio::test]
async fn a_provider_that_is_another_or_gone_is_not_asked() {
    let there = oidc::Provider::start(Kind::Strict, BACK).await;
    let question = envelope([(STATE, "state"), (NONCE, "asked"), (VERIFIER, VERIFIES)]);
    let named_otherwise = there.issuer.replace("127.0.0.1", "localhost");
    let other = Provider::new(&named_otherwise, "print", "secret", BACK).unwrap();
    assert_eq!(other.ask(&question).await.err(), Some(NotSaid::Unreachable), "it names itself otherwise");
    let gone = account(&there, oidc::Provider::SECRET);
    assert!(gone.ask(&question).await.is_ok());
    drop(there);
    assert_eq!(gone.ask(&question).await.err(), Some(NotSaid::Unreachable));
}

fn made(issuer: &str, back: &str) -> Option<NotAProvider> {
    Provider::new(issuer, "print", "secret", back).err()
}

#[test]
fn nobody_signs_in_over_cleartext() {
    let back = BACK;
    for good in ["https://id.example.org", "https://id.example.org/realms/house", "http://127.0.0.1:9000"] {
        assert_eq!(made(good, back), None, "{good}");
    }
    for bad in ["http://id.example.org", "http://192.0.2.7", "ftp://id.example.org"] {
        assert_eq!(made(bad, back), Some(NotAProvider::Cleartext), "{bad}");
    }
    assert_eq!(made("https://id.example.org", "http://print.example.org/"), Some(NotAProvider::Cleartext));
    for bad in ["", "id.example.org", "https://id.example.org?a=b", "https://me@id.example.org"] {
        assert_eq!(made(bad, back), Some(NotAProvider::NotAnIssuer), "{bad}");
    }
}
