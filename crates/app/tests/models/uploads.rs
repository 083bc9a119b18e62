//! Uploads: resumed after a cut, refused in words, given up after a day, and never two at once.

use crate::house::{House, body, sample};
use app::models::{self, Stage};
use app::{Error, Refusal, SignedIn};
use bytes::Bytes;
use futures::stream;

both! { an_upload_goes_on_after_a_cut only_one_of_two_senders_gets_through a_day_later_it_is_given_up }

/// The first half, then the connection breaks.
fn cut(bytes: &[u8]) -> impl futures::Stream<Item = Result<Bytes, &'static str>> + Send + use<> {
    stream::iter([Ok(Bytes::copy_from_slice(bytes)), Err("the connection was cut")])
}

async fn an_upload_goes_on_after_a_cut(mut house: House) {
    house.work();
    let ada = house.person("Ada").await;
    let file = sample("torus.3mf");
    let id = models::begin(&house.ctx, &ada, "torus.3mf", Some(file.len() as u64)).await.unwrap();
    let half = models::append(&house.ctx, &ada, id, 0, cut(&file[..9000])).await.unwrap();
    assert_eq!(half, 9000);
    let seen = models::arriving(&house.ctx, &ada, id).await.unwrap();
    assert_eq!((seen.received, seen.stage), (9000, Stage::Receiving));
    // whoever goes on elsewhere is told
    let wrong = models::append(&house.ctx, &ada, id, 8999, body(&file[8999..])).await;
    assert!(matches!(wrong, Err(Error::Refused(Refusal::Conflict(_)))));
    let whole = models::append(&house.ctx, &ada, id, half, body(&file[9000..])).await.unwrap();
    assert_eq!(whole, file.len() as u64);
    let model = house.read(&ada, id).await.unwrap();
    assert!(models::get(&house.ctx, &ada, model).await.unwrap().has_shape());
    house.rest().await;
}

async fn only_one_of_two_senders_gets_through(house: House) {
    let ada = house.person("Ada").await;
    let file = sample("torus.3mf");
    let id = models::begin(&house.ctx, &ada, "torus.3mf", Some(file.len() as u64 + 1)).await.unwrap();
    let (one, two) = tokio::join!(
        models::append(&house.ctx, &ada, id, 0, body(&file)),
        models::append(&house.ctx, &ada, id, 0, body(&file))
    );
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
    assert_eq!(models::arriving(&house.ctx, &ada, id).await.unwrap().received, file.len() as u64);
    let more = models::append(&house.ctx, &ada, id, file.len() as u64, body(b"two")).await;
    assert!(matches!(more, Err(Error::Refused(Refusal::Field { .. }))), "{more:?}");
    models::dismiss(&house.ctx, &ada, id).await.unwrap();
}

async fn a_day_later_it_is_given_up(mut house: House) {
    let (bob, ada) = (house.person("Bob").await, house.person("Ada").await);
    let begun = models::begin(&house.ctx, &bob, "helix.stl", Some(1000)).await.unwrap();
    models::append(&house.ctx, &bob, begun, 0, body(&[1; 500])).await.unwrap();
    // What waits longest is of somebody who restricted the use of their data: it is not kept longer for that.
    app::restrictions::restrict(&house.ctx, &bob, "own-wish", "").await.unwrap();
    house.clock.advance(1);
    let id = models::begin(&house.ctx, &ada, "torus.3mf", Some(1000)).await.unwrap();
    models::append(&house.ctx, &ada, id, 0, body(&[1; 500])).await.unwrap();
    assert_eq!(house.blobs().len(), 2);
    house.clock.advance(24 * 3600 + 1);
    let late = models::append(&house.ctx, &ada, id, 500, body(&[1; 500])).await;
    assert!(matches!(late, Err(Error::Refused(Refusal::NotFound))), "at once, before any sweep");
    // the worker removes it when it starts
    house.work();
    while !house.blobs().is_empty() {
        tokio::task::yield_now().await;
    }
    house.rest().await;
}

async fn refused(house: &House, me: &SignedIn, name: &str, size: Option<u64>) -> String {
    models::begin(&house.ctx, me, name, size).await.unwrap_err().to_string()
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_before_its_first_byte() {
    let house = House::sqlite().await;
    let ada = house.person("Ada").await;
    for (name, size, words) in [
        ("a.stl", Some(0), "empty"),
        ("a.stl", Some((1 << 30) + 1), "larger than 1 GB"),
        ("a.exe", Some(5), "STL, 3MF and plain G-code"),
        ("noending", Some(5), "STL, 3MF and plain G-code"),
        ("evil\u{202e}lts.stl", Some(5), "cannot be shown"),
        ("nul\u{0}.stl", Some(5), "cannot be shown"),
        (&format!("{}.stl", "x".repeat(4000)), Some(5), "too long"),
        ("", Some(5), "Fill this in"),
    ] {
        let said = refused(&house, &ada, name, size).await;
        assert!(said.contains(words), "{words}: {said}");
    }
    let empty = models::receive(&house.ctx, &ada, "a.stl", body(b"")).await.unwrap_err();
    assert!(empty.to_string().contains("empty"), "{empty}");
    let cut = models::receive(&house.ctx, &ada, "a.stl", cut(b"solid")).await.unwrap_err();
    assert!(cut.to_string().contains("cut"), "{cut}");
    assert!(models::in_progress(&house.ctx, &ada).await.unwrap().is_empty());
    assert!(house.blobs().is_empty() && !house.has_work().await);
}

#[tokio::test]
async fn another_persons_upload_does_not_exist() {
    let house = House::sqlite().await;
    let (ada, bob) = (house.person("Ada").await, house.person("Bob").await);
    let id = models::begin(&house.ctx, &ada, "torus.3mf", Some(1000)).await.unwrap();
    let not_found = |e: Error| assert!(matches!(e, Error::Refused(Refusal::NotFound)), "{e:?}");
    not_found(models::append(&house.ctx, &bob, id, 0, body(b"x")).await.unwrap_err());
    not_found(models::arriving(&house.ctx, &bob, id).await.unwrap_err());
    not_found(models::dismiss(&house.ctx, &bob, id).await.unwrap_err());
    assert!(models::arriving(&house.ctx, &ada, id).await.is_ok());
}

/// Where the policy takes no shapes none comes in, also not under another name; G-code does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_without_shapes_takes_none() {
    let mut house = House::under("accept = \"chosen\"", "accept = \"never\"").await;
    house.work();
    let ada = house.person("Ada").await;
    assert!(!models::takes_shapes(&house.ctx));
    assert!(refused(&house, &ada, "a.stl", Some(5)).await.contains("takes no shapes"));
    let said = house.upload(&ada, "really.gcode", &sample("torus.3mf")).await.unwrap_err();
    assert!(said.contains("holds the model's mesh"), "{said}");
    assert!(house.blobs().is_empty());
    house.upload(&ada, "line.gcode", crate::slicing::GOOD.as_bytes()).await.unwrap();
    house.rest().await;
}
