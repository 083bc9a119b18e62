//! Measures a house as a whole: how soon it is ready and how much memory it takes idle, how fast a page of a long
//! history is, and how soon an erased person is unreadable.
//!
//! Each measurement is a process of its own. The program `printkeep` must lie beside this one. `serve` lends the long
//! history to the browser suite.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "its output is the report"
)]
#![allow(clippy::disallowed_methods, reason = "it starts itself and the server, and measures real time")]

use acceptance::House;
use app::SignedIn;
use domain::ids::{JobId, PersonId, PrinterId};
use domain::job::{Outcome, SaidBy, Verdict};
use domain::person::{Actor, Chore};
use privacy::{Act, Ask, Personal, Whose};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use store::history::{self, Entry};

const STARTS: usize = 10;
const ENTRIES: usize = 50_000;
const LOOKS: usize = 100;
const JOBS: usize = 1_000;
const EVENTS: usize = 100_000;
const JOB_BYTES: usize = 1 << 20;

#[tokio::main]
async fn main() {
    let me = std::env::current_exe().unwrap();
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("history") => long_history().await,
        Some("erasure") => erasure().await,
        Some("serve") => serve_long_history().await,
        _ => {
            println!("optimised: {}, {} threads", !cfg!(debug_assertions), threads());
            start(&me.with_file_name("printkeep"));
            run(Command::new(&me).arg("history"));
            run(Command::new(&me).arg("erasure"));
            fsyncs(&me);
        }
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn run(command: &mut Command) {
    assert!(command.status().unwrap().success());
}

/// How soon the server answers, in a new house and in one that exists, and what it takes when idle.
fn start(program: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let mut times = Vec::new();
    for number in 0..=STARTS {
        let began = Instant::now();
        let mut server = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("data"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http")).unwrap();
        let host = url.trim_start_matches("http://").trim_end_matches('/');
        let mut socket = std::net::TcpStream::connect(host).unwrap();
        write!(socket, "GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        BufReader::new(socket).read_line(&mut answer).unwrap();
        assert!(answer.contains("200"), "{answer}");
        let ready = began.elapsed();
        if number == 0 {
            println!("ready, in a new house: {:.3} s", ready.as_secs_f64());
        } else {
            times.push(ready);
        }
        if number == STARTS {
            std::thread::sleep(Duration::from_mins(1));
            println!("idle after 60 s: {:.1} MB resident", resident(server.id()));
        }
        let _ = server.kill();
        let _ = server.wait();
    }
    report("ready, in a house that exists", &mut times);
}

fn resident(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse::<f64>().unwrap() / 1000.0
}

fn report(what: &str, times: &mut [Duration]) {
    times.sort();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1000.0;
    println!(
        "{what}: median {:.1} ms, 95th of a hundred {:.1} ms, worst {:.1} ms",
        at(0.5),
        at(0.95),
        at(1.0)
    );
}

/// The dispatcher's question about somebody's history.
fn keep(what: &str, person: PersonId) -> Ask<'_> {
    let actor = Actor::House(Chore::Dispatcher);
    Ask { actor, act: Act::Create, what, whose: Whose::Person(person), purpose: "history" }
}

fn entry(house: &House, number: usize) -> Entry {
    let random = house.ctx.store.random();
    let now = house.ctx.store.clock().now();
    Entry {
        id: JobId::fresh(&**random),
        printer: Some(PrinterId::fresh(&**random)),
        name: Some(Personal::new(format!("bracket-{number}.gcode"))),
        collected_at: now,
        started_at: Some(now.plus_seconds(-3600)),
        ended_at: now.plus_seconds(-(number as i64)),
        seconds: Some(3600.0),
        estimate: Some(3500.0),
        grams: Some(12.5),
        material: Some("PLA".to_owned()),
        outcome: Outcome { verdict: Verdict::Good, said_by: SaidBy::Printer, bed_cleared: false },
    }
}

/// A house with one person in it who keeps a history.
async fn house() -> (House, acceptance::Browser, SignedIn) {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    olga.post("/history/choice", &[("on", "yes")]).await;
    let me = olga.who(&house).await;
    (house, olga, me)
}

/// A house whose one person has a long history, and the browser of that person.
async fn with_long_history() -> (House, acceptance::Browser) {
    let (house, olga, me) = house().await;
    let tx = house.ctx.store.begin().await.unwrap();
    let grant = tx.authorise(keep("print_record", me.person)).await.unwrap();
    for number in 0..ENTRIES {
        history::add(&grant, &entry(&house, number)).await.unwrap();
    }
    drop(grant);
    tx.commit().await.unwrap();
    (house, olga)
}

/// Serves such a house until standard input ends, for the browser suite: address and session are told in one line.
async fn serve_long_history() {
    let (house, olga) = with_long_history().await;
    println!("{} {}", house.url, olga.cookie.unwrap());
    let end = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    let _ = end.await; // whatever ends it, it ends
}

async fn long_history() {
    let (_house, olga) = with_long_history().await;
    for (what, path) in [
        ("first page", "/history"),
        ("page 900", "/history?page=900"),
        ("with a filter that matches nothing", "/history?outcome=failed"),
    ] {
        assert_eq!(olga.get(path).await.status, 200);
        let mut times = Vec::new();
        for _ in 0..LOOKS {
            let began = Instant::now();
            olga.get(path).await;
            times.push(began.elapsed());
        }
        report(&format!("history of {ENTRIES} entries over HTTP, {what}"), &mut times);
    }
}

/// Erases somebody with many things, and tells how long it took until nothing of theirs could be read.
async fn erasure() {
    let (house, _, me) = house().await;
    let store = &house.ctx.store;
    let bytes = vec![b'G'; JOB_BYTES];
    for number in 0..JOBS {
        let tx = store.begin().await.unwrap();
        let grant = tx.authorise(keep("print_record", me.person)).await.unwrap();
        let entry = entry(&house, number);
        history::add(&grant, &entry).await.unwrap();
        let mut staging = store.stage().await.unwrap();
        staging.write(&bytes).await.unwrap();
        grant.blob_insert("record-toolpath", entry.id.uuid(), staging.finish().await.unwrap()).await.unwrap();
        drop(grant);
        tx.commit().await.unwrap();
    }
    let tx = store.begin().await.unwrap();
    let grant = tx.authorise(keep("deed", me.person)).await.unwrap();
    for _ in 0..EVENTS {
        let printer = PrinterId::fresh(&**store.random());
        history::deed(&grant, &**store.random(), printer, "pause").await.unwrap();
    }
    drop(grant);
    tx.commit().await.unwrap();

    eprintln!("ERASURE BEGINS");
    let began = Instant::now();
    store.erase(me.actor(), me.person).await.unwrap();
    let unreadable = began.elapsed();
    eprintln!("ERASURE DONE");
    let read = app::history::page(&house.ctx, &me, &history::Filter::default(), 0).await;
    assert!(read.is_err(), "nothing of theirs can be read any more");
    let began = Instant::now();
    let gone = store.purge(me.person).await.unwrap();
    println!(
        "erasing {JOBS} prints with {} MB of files and {EVENTS} events: unreadable after {:.1} ms; rows and files ({gone}) gone {:.1} s later",
        (JOBS * JOB_BYTES) >> 20,
        unreadable.as_secs_f64() * 1000.0,
        began.elapsed().as_secs_f64(),
    );
}

/// How often the disk was waited for between the wish and being unreadable.
fn fsyncs(me: &Path) {
    let trace = tempfile::NamedTempFile::new().unwrap();
    let traced = Command::new("strace")
        .args(["-f", "-qq", "-e", "trace=fsync,fdatasync,write", "-o"])
        .arg(trace.path())
        .arg(me)
        .arg("erasure")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let Ok(true) = traced.map(|status| status.success()) else {
        println!("fsyncs were not counted: strace is not installed");
        return;
    };
    let text = std::fs::read_to_string(trace.path()).unwrap();
    let lines = text.lines().skip_while(|line| !line.contains("ERASURE BEGINS"));
    let between = lines.take_while(|line| !line.contains("ERASURE DONE"));
    let syncs = between.filter(|line| line.contains("fsync(") || line.contains("fdatasync(")).count();
    println!("of which the disk was waited for {syncs} times (fsync and fdatasync)");
}
