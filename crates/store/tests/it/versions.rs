//! Versions of the policy: published once, refused where they are not said, and binding for each person by themselves.

use crate::house::{House, ask, me};
use domain::ids::PersonId;
use domain::person::{Actor, Role};
use domain::time::Standing;
use privacy::{Act, Kind, Sources};
use std::sync::Arc;
use store::people::{self, Change, consents, log};
use store::{Fault, Settings, Store, SystemRandom};

both! { a_text_is_served_under_a_number_of_its_own each_persons_lines_go_by_the_version_that_binds_them
a_consent_does_not_reach_further_than_it_was_asked the_house_is_looked_after_under_the_version_in_force }

const DAY: i64 = 24 * 3600;

/// The policy that the run stands under, in another version.
fn version(number: u32, change: &str, edits: &[(&str, &str)]) -> Sources {
    let first = Sources::built_in(&witness::policy::in_force()).unwrap();
    let head = format!("version = {number}\n");
    let said = format!("{change}\n[controller]\n");
    let first = first.edited("profile", "version = 1\n", &head).edited("profile", "[controller]\n", &said);
    edits.iter().fold(first, |sources, (from, to)| sources.edited("profile", from, to))
}

const SIGNIFICANT: &str = "[change]\nkind = \"significant\"\nreason = \"Lines live otherwise.\"\n";
/// Shorter: also where a company promises a longest time for everything.
const SHORTER: [(&str, &str); 2] =
    [("access.logged\", at_most = \"P24M", "access.logged\", at_most = \"P12M"); 2];
/// The two rules by which lines of the access log are kept.
const LONGER: [(&str, &str); 2] =
    [("access.logged\", at_most = \"P24M", "access.logged\", at_most = \"P36M"); 2];

/// Another policy, as the second version of whichever was the first.
pub fn another(profile: &str) -> Sources {
    let said = format!("{SIGNIFICANT}\n[controller]\n");
    let sources = Sources::built_in(profile).unwrap().edited("profile", "version = 1\n", "version = 2\n");
    sources.edited("profile", "[controller]\n", &said)
}

pub async fn start(settings: &Settings, clock: &Arc<Standing>, sources: &Sources) -> Result<Store, Fault> {
    let book = Arc::new(sources.compile().unwrap());
    Store::open(settings.clone(), book, clock.clone(), Arc::new(SystemRandom)).await
}

async fn restarted(house: House, sources: &Sources) -> House {
    house.store.close().await;
    let store = start(&house.settings, &house.clock, sources).await.unwrap();
    House { store, ..house }
}

async fn agrees(house: &House, person: PersonId) {
    let tx = house.store.begin().await.unwrap();
    let grant = tx.authorise(ask(me(person, Role::Member), Act::Change, "person", person, "account")).await;
    let agreed = Some(house.store.book().version());
    people::change(&grant.unwrap(), Change { agreed, ..Change::default() }).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_text_is_served_under_a_number_of_its_own(house: House) {
    domain::proves!("TP-90", "FL-03", by = "store::policy::publish");
    domain::proves!("TP-67", by = "store::policy::stored");
    domain::proves!("SP-53", "KA-49", by = "privacy::versions::publication");
    assert_eq!(house.store.book().profile().policy.effective, "2026-11-22");
    house.store.close().await;
    house.clock.advance(40 * DAY);
    let start = async |sources: &Sources| start(&house.settings, &house.clock, sources).await;
    let refused = async |sources: &Sources, why: &str| {
        let words = start(sources).await.err().expect("a refusal").to_string();
        assert!(words.contains(why) && words.contains(".toml:") && words.contains("remedy"), "{words}");
    };
    refused(&version(1, "", &SHORTER), "differs from version 1").await;
    refused(&version(2, "", &SHORTER), "which kind of change").await;
    refused(&version(2, &SIGNIFICANT.replace("significant", "minor"), &SHORTER), "called minor").await;
    let unannounced = format!("{SIGNIFICANT}announce = []\n");
    refused(&version(2, &unannounced, &SHORTER), "nobody is told").await;
    let unchanged = start(&version(1, "# the same", &[])).await.unwrap();
    assert_eq!(unchanged.versions().all().len(), 1, "nothing of what was refused is stored");
    assert_eq!(unchanged.book().profile().policy.effective, "2026-11-22", "and no date is renewed");
    unchanged.close().await;

    let second = start(&version(2, SIGNIFICANT, &SHORTER)).await.unwrap();
    let all = second.versions().all();
    let newest = all.last().unwrap();
    assert_eq!(
        (newest.number, newest.kind, newest.since),
        (2, Some(Kind::Significant), second.clock().now())
    );
    assert_eq!((newest.reason.as_str(), newest.announced.len()), ("Lines live otherwise.", 1));
    assert_eq!(second.book().profile().policy.effective, "2027-01-01", "the day it became accessible");
    let then = second.notice_then(1).await.unwrap().unwrap();
    let now = second.notice_then(2).await.unwrap().unwrap();
    assert!(then.contains("last updated 2026-11-22") && then.contains("24 months"), "{then}");
    assert!(now.contains("last updated 2027-01-01") && now.contains("12 months"), "{now}");
    assert_eq!(second.notice_then(3).await.unwrap(), None);
    let now = second.clock().now();
    let stored = second.versions().stored_after(now.plus_seconds(-DAY));
    assert!(stored.contains("account.name") && !stored.contains("camera.media"), "{stored:?}");
    assert!(second.versions().stored_after(now).is_empty(), "what the newest stores is its own word");
    second.close().await;
    refused(&version(1, "", &[]), "never goes back").await;
}

#[tokio::test]
async fn two_processes_that_start_at_once_publish_once() {
    let house = House::postgres().await;
    house.clock.advance(DAY);
    let both = [0, 1].map(|_| {
        let (settings, clock) = (house.settings.clone(), house.clock.clone());
        tokio::spawn(
            async move { start(&settings, &clock, &version(2, SIGNIFICANT, &SHORTER)).await.unwrap() },
        )
    });
    for started in both {
        let store = started.await.unwrap();
        assert_eq!(store.versions().all().iter().map(|v| v.number).collect::<Vec<_>>(), [1, 2]);
    }
}

/// A look by the operator at somebody's account, which leaves a line.
async fn look(house: &House, boss: PersonId, whose: PersonId) {
    let tx = house.store.begin().await.unwrap();
    let look = ask(me(boss, Role::Operator), Act::Read, "person", whose, "administration");
    drop(tx.authorise(look).await.unwrap());
    tx.commit().await.unwrap();
}

async fn lines(house: &House, whose: PersonId) -> usize {
    let tx = house.store.look().await.unwrap();
    let read = ask(me(whose, Role::Member), Act::Read, "access_note", whose, "rights");
    log::list(&tx.authorise(read).await.unwrap(), 100).await.unwrap().len()
}

async fn each_persons_lines_go_by_the_version_that_binds_them(house: House) {
    domain::proves!("AF-124", by = "store::over_age::of_all");
    let ada = house.person("ada", Role::Member).await;
    let bob = house.person("bob", Role::Member).await;
    let boss = house.person("boss", Role::Operator).await;
    for person in [ada, bob] {
        look(&house, boss, person).await;
    }
    let house = restarted(house, &version(2, SIGNIFICANT, &LONGER)).await;
    agrees(&house, ada).await;
    // Whoever comes now, with an account or without, comes under the newest version.
    let nina = PersonId::fresh(&SystemRandom);
    let clerk = Actor::House(domain::person::Chore::Clerk);
    let tx = house.store.begin().await.unwrap();
    let grant = tx.authorise(ask(clerk, Act::Create, "person", nina, "rights")).await.unwrap();
    store::requests::requester(&grant).await.unwrap();
    for (person, version) in [(ada, 2), (bob, 1), (nina, 2)] {
        let grant = tx.authorise(ask(clerk, Act::Read, "person", person, "rights")).await.unwrap();
        assert_eq!(grant.book().version(), version);
    }
    drop(grant);
    drop(tx);
    let of_all = async || {
        let tx = house.store.look().await.unwrap();
        let whose = privacy::Whose::Anyone;
        let actor = me(boss, Role::Operator);
        let read =
            privacy::Ask { actor, act: Act::Read, what: "access_note", whose, purpose: "accountability" };
        drop(tx);
        let tx = house.store.begin().await.unwrap();
        let grant = tx.authorise(read).await.unwrap();
        let all = log::list(&grant, 100).await.unwrap();
        all.iter().filter(|line| line.what == "person").count()
    };
    house.clock.advance(23 * 31 * DAY);
    assert_eq!((lines(&house, ada).await, lines(&house, bob).await, of_all().await), (1, 1, 2));
    house.clock.advance(60 * DAY);
    assert_eq!((lines(&house, ada).await, lines(&house, bob).await), (1, 0), "hidden before the sweep comes");
    assert_eq!(of_all().await, 1, "from others too");
    assert_eq!(house.store.sweep().await.unwrap().rows, 1);
    assert_eq!(house.store.sweep().await.unwrap().rows, 0);
    assert_eq!(lines(&house, ada).await, 1);
    house.clock.advance(366 * DAY);
    assert_eq!(lines(&house, ada).await, 0);
    assert_eq!(house.store.sweep().await.unwrap().rows, 1);
}

/// Asked about more than before: a yes from before covers it no more, for whoever is bound by it.
async fn a_consent_does_not_reach_further_than_it_was_asked(house: House) {
    domain::proves!("FL-05", by = "privacy::versions::Versions::covers");
    domain::proves!("FL-03", by = "store::people::consents::add");
    let ada = house.person("ada", Role::Member).await;
    let said = async |house: &House, status| {
        let tx = house.store.begin().await.unwrap();
        let word = ask(me(ada, Role::Member), Act::Create, "consent", ada, "account");
        let grant = tx.authorise(word).await.unwrap();
        consents::add(&grant, &SystemRandom, "history", status, "Keep a history", "button").await.unwrap();
        let read = ask(me(ada, Role::Member), Act::Read, "consent", ada, "account");
        let reading = tx.authorise(read).await.unwrap();
        let under = consents::list(&reading).await.unwrap().pop().unwrap().policy;
        drop(reading);
        drop(grant);
        tx.commit().await.unwrap();
        under
    };
    let kept = async |house: &House| {
        let tx = house.store.begin().await.unwrap();
        let actor = Actor::House(domain::person::Chore::Dispatcher);
        tx.authorise(ask(actor, Act::Create, "print_record", ada, "history")).await.is_ok()
    };
    assert!(!kept(&house).await);
    let policy = witness::policy::in_force();
    assert_eq!(said(&house, "given").await, format!("{policy}/1"));
    assert!(kept(&house).await);
    let asks = ("asks = \"Keep a history", "asks = \"Keep for all to see a history");
    let more = "[change]\nkind = \"significant\"\nreason = \"Histories are shown to all.\"\n";
    let house = restarted(house, &version(2, more, &[asks])).await;
    assert!(!kept(&house).await, "she goes on using the house, which is no yes");
    assert_eq!(said(&house, "given").await, format!("{policy}/2"));
    assert!(kept(&house).await);
    said(&house, "withdrawn").await;
    assert!(!kept(&house).await);
}

async fn the_house_is_looked_after_under_the_version_in_force(house: House) {
    let clock = house.clock.clone();
    house.store.close().await;
    let book = Arc::new(version(7, "", &LONGER).compile().unwrap());
    let visited = Store::visit(house.settings.clone(), book, clock, Arc::new(SystemRandom)).await.unwrap();
    assert_eq!((visited.book().version(), visited.versions().all().len()), (1, 1));
    visited.close().await;
}
