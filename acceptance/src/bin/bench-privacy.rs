//! Measures what privacy costs: a person's archive among many people's rows, an erasure, a decision, a look with its line in
//! the access log, ten years of sweeps, how late the expired is still shown, and checking a log of a million leaves.
//!
//! On the embedded database, on the disk that holds the temporary folder. Each measurement is a process of its own.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "its output is the report")]
#![allow(clippy::disallowed_methods, reason = "it starts itself and measures real time")]

use acceptance::{Browser, House};
use core::hint::black_box;
use domain::ids::{ModelId, PersonId, SlicingId};
use domain::person::{Actor, Chore, Reason, Role};
use privacy::{Act, Ask, Facts, Personal, Whose, decide};
use std::process::Command;
use std::time::{Duration, Instant};
use store::models::{self, NewModel};
use store::people::{self, NewPerson};
use store::slicings::{self, NewSlicing};
use store::{Store, Tx};

const DAY: i64 = 24 * 3600;

#[tokio::main]
async fn main() {
    let me = std::env::current_exe().unwrap();
    match std::env::args().nth(1).as_deref() {
        Some("archive") => archive().await,
        Some("decision") => decision(),
        Some("look") => look().await,
        Some("years") => years().await,
        Some("log") => log().await,
        _ => {
            let threads = std::thread::available_parallelism().map_or(1, usize::from);
            println!("optimised: {}, {threads} threads", !cfg!(debug_assertions));
            for part in ["archive", "decision", "look", "years", "log"] {
                assert!(Command::new(&me).arg(part).status().unwrap().success());
            }
        }
    }
}

fn report(what: &str, times: &mut [Duration]) {
    times.sort();
    let at = |part: f64| {
        let place = ((times.len() - 1) as f64 * part) as usize;
        times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    println!(
        "{what}: median {:.2} ms, 95th of a hundred {:.2} ms, worst {:.2} ms",
        at(0.5),
        at(0.95),
        at(1.0)
    );
}

const fn house_ask(
    chore: Chore,
    act: Act,
    what: &'static str,
    person: PersonId,
    purpose: &'static str,
) -> Ask<'static> {
    Ask { actor: Actor::House(chore), act, what, whose: Whose::Person(person), purpose }
}

/// Somebody new, in this transaction.
async fn somebody(store: &Store, tx: &Tx) -> PersonId {
    let person = PersonId::fresh(&**store.random());
    let grant =
        tx.authorise(house_ask(Chore::Doorkeeper, Act::Create, "person", person, "account")).await.unwrap();
    let new = NewPerson {
        role: Role::Member,
        name: Personal::new("Somebody".to_owned()),
        email: None,
        old_enough: None,
        extra: None,
    };
    people::insert(&grant, &new).await.unwrap();
    person
}

/// So many people, each with so many models in the library.
async fn peopled(store: &Store, people: usize, models_each: usize) -> Vec<PersonId> {
    let mut all = Vec::with_capacity(people);
    let tx = store.begin().await.unwrap();
    for _ in 0..people {
        let person = somebody(store, &tx).await;
        let grant =
            tx.authorise(house_ask(Chore::Preparer, Act::Create, "model", person, "print")).await.unwrap();
        for number in 0..models_each {
            models::insert(&grant, &model(store, number)).await.unwrap();
        }
        all.push(person);
    }
    tx.commit().await.unwrap();
    all
}

fn model(store: &Store, number: usize) -> NewModel {
    NewModel {
        id: ModelId::fresh(&**store.random()),
        name: Personal::new(format!("bracket-{number}.stl")),
        format: "stl".to_owned(),
        size: 50_000,
        facts: Some(Personal::new("{}".to_owned())),
        report: None,
    }
}

/// Twenty rows among twenty thousand: taken as an archive over HTTP, and erased.
async fn archive() {
    let house = House::new("house").await;
    let store = &house.ctx.store;
    let olga: Browser = house.operator("Olga").await;
    let me = olga.who(&house).await;
    peopled(store, 999, 20).await;
    let tx = store.begin().await.unwrap();
    let grant =
        tx.authorise(house_ask(Chore::Preparer, Act::Create, "model", me.person, "print")).await.unwrap();
    for number in 0..20 {
        models::insert(&grant, &model(store, number)).await.unwrap();
    }
    drop(grant);
    tx.commit().await.unwrap();
    let mut times = Vec::new();
    for _ in 0..50 {
        let began = Instant::now();
        let files = olga.archive().await.unwrap();
        times.push(began.elapsed());
        assert!(files.values().any(|bytes| String::from_utf8_lossy(bytes).contains("bracket-19.stl")));
    }
    report("archive of one person, 20 rows among 20000, over HTTP and unpacked", &mut times);

    let mut times = Vec::new();
    for person in peopled(store, 20, 20).await {
        let began = Instant::now();
        store.erase(Actor::House(Chore::Clerk), person).await.unwrap();
        times.push(began.elapsed());
        store.purge(person).await.unwrap();
    }
    report("erasure of such a person, until nothing can be read", &mut times);
}

/// A decision, which touches no disk.
fn decision() {
    const TIMES: u32 = 1_000_000;
    let book = privacy::Sources::built_in("atomform").unwrap().compile().unwrap();
    let random = store::SystemRandom;
    let ada = PersonId::fresh(&random);
    let ask = Ask {
        actor: Actor::Person { id: ada, role: Role::Member, key: None, proven: true },
        act: Act::Read,
        what: "print_record",
        whose: Whose::Person(ada),
        purpose: "history",
    };
    let facts = Facts { consents: ["history".to_owned()].into(), ..Facts::default() };
    let began = Instant::now();
    for _ in 0..TIMES {
        assert!(black_box(decide(black_box(&book), black_box(&ask), black_box(&facts))).is_ok());
    }
    let each = began.elapsed().as_secs_f64() * 1_000_000.0 / f64::from(TIMES);
    println!("a decision: {each:.2} microseconds on average of {TIMES}");
}

/// Opening a record for a reason, with its line in the log; beside it the same rows by its owner, which leaves none.
async fn look() {
    let house = House::new("house").await;
    let store = &house.ctx.store;
    let olga = house.operator("Olga").await.who(&house).await;
    let all = peopled(store, 500, 1).await;
    let (mut logged, mut bare) = (Vec::new(), Vec::new());
    for person in all {
        let began = Instant::now();
        app::people::open(&house.ctx, &olga, person, Reason::AskedForHelp).await.unwrap();
        logged.push(began.elapsed());
        let began = Instant::now();
        let tx = store.begin().await.unwrap();
        let own = Actor::Person { id: person, role: Role::Member, key: None, proven: true };
        let whose = Whose::Person(person);
        let ask = Ask { actor: own, act: Act::Read, what: "person", whose, purpose: "account" };
        let grant = tx.authorise(ask).await.unwrap();
        people::account(&grant).await.unwrap().unwrap();
        drop(grant);
        tx.commit().await.unwrap();
        bare.push(began.elapsed());
    }
    report("a look at a record, without a line in the log", &mut bare);
    report("a look at a record, with its line in the log", &mut logged);
}

/// Ten years of a house of ten thousand people, each with a toolpath in every quarter that lives for ninety days.
async fn years() {
    const PEOPLE: usize = 10_000;
    const QUARTERS: usize = 40;
    let house = House::new("house").await;
    let store = &house.ctx.store;
    let people = peopled(store, PEOPLE, 1).await;
    let (mut sweeping, mut swept, mut sweeps) = (Duration::ZERO, 0, 0);
    for _ in 0..QUARTERS {
        let tx = store.begin().await.unwrap();
        for person in &people {
            let ask = house_ask(Chore::Preparer, Act::Create, "slicing", *person, "print");
            let grant = tx.authorise(ask).await.unwrap();
            let new = NewSlicing {
                id: SlicingId::fresh(&**store.random()),
                model: ModelId::fresh(&**store.random()),
                printer: None,
                quality: Some("draft"),
                material: Some("PLA"),
                supports: false,
            };
            slicings::insert(&grant, &new).await.unwrap();
        }
        tx.commit().await.unwrap();
        for _ in 0..3 {
            house.clock.advance(31 * DAY);
            let began = Instant::now();
            swept += store.sweep().await.unwrap().rows;
            sweeping += began.elapsed();
            sweeps += 1;
        }
    }
    assert_eq!(swept, (PEOPLE * QUARTERS) as u64, "all of it went in its time");
    println!(
        "{sweeps} sweeps in ten simulated years of {PEOPLE} people: {:.1} s in all, {swept} rows",
        sweeping.as_secs_f64()
    );
    let one = people.first().copied().unwrap();
    let tx = store.begin().await.unwrap();
    let grant = tx.authorise(house_ask(Chore::Preparer, Act::Create, "slicing", one, "print")).await.unwrap();
    let id = SlicingId::fresh(&**store.random());
    let model = ModelId::fresh(&**store.random());
    let new = NewSlicing {
        id,
        model,
        printer: None,
        quality: Some("draft"),
        material: Some("PLA"),
        supports: false,
    };
    slicings::insert(&grant, &new).await.unwrap();
    drop(grant);
    tx.commit().await.unwrap();
    let shown = async || {
        let tx = store.look().await.unwrap();
        let ask = house_ask(Chore::Preparer, Act::Read, "slicing", one, "print");
        let grant = tx.authorise(ask).await.unwrap();
        slicings::get(&grant, id).await.unwrap().is_some()
    };
    house.clock.advance(90 * DAY - 1);
    assert!(shown().await);
    house.clock.advance(1);
    assert!(!shown().await, "no read waits for the sweep");
    println!("the expired is shown for 0 s after its time: reads refuse it in the same second");
}

/// Writes a log of a million leaves by looks at people's records, and checks it from its files alone.
async fn log() {
    const PEOPLE: usize = 10_000;
    const ROUNDS: usize = 100;
    let house = House::new("house").await;
    let store = &house.ctx.store;
    let olga = house.operator("Olga").await.who(&house).await;
    let people = peopled(store, PEOPLE, 0).await;
    let began = Instant::now();
    for _ in 0..ROUNDS {
        let tx = store.begin().await.unwrap();
        for person in &people {
            let whose = Whose::Person(*person);
            let ask = Ask { actor: olga.actor(), act: Act::Read, what: "person", whose, purpose: "support" };
            drop(tx.authorise_because(ask, Reason::AskedForHelp).await.unwrap());
        }
        tx.commit().await.unwrap();
        store.integrate_log().await.unwrap();
        // Looks within a quarter of an hour are one line.
        house.clock.advance(16 * 60);
    }
    let wrote = began.elapsed();
    let began = Instant::now();
    let verified = store::verify(store.log_folder(), &store.log_verifier()).unwrap();
    println!(
        "checking a log of {} leaves from its files: {:.2} s (written in {:.0} s)",
        verified.checkpoint.size,
        began.elapsed().as_secs_f64(),
        wrote.as_secs_f64()
    );
    assert!(verified.checkpoint.size >= (PEOPLE * ROUNDS) as u64);
}
