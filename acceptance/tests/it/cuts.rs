//! Connections that are lost on the way in or out: afterwards there is as much as before, on the pages and on the disk,
//! and the house goes on serving.

use crate::api::program;
use crate::scene::{Scene, toolpath};
use acceptance::{Browser, House};
use domain::person::Actor;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

both! { what_is_cut_on_its_way_in_leaves_nothing what_is_cut_on_its_way_out_leaves_nothing }

const SEAM: &str = "seam";

/// Where somebody's things can be: the archive's tables by how many rows, the files of the house, what is in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Held {
    rows: BTreeMap<String, usize>,
    files: BTreeSet<String>,
    open: usize,
}

async fn held(house: &House, who: &Browser) -> Held {
    let me = who.who(house).await;
    let actor = Actor::Person { id: me.person, role: me.role, key: None, proven: true };
    let parts = house.ctx.store.export(actor, me.person).await.unwrap().parts.into_iter();
    // That it was looked is itself told.
    let rows = parts.filter(|part| part.table != "access_note").map(|part| (part.table, part.rows.len()));
    let inside = |file: std::path::PathBuf| file.strip_prefix(house.folder()).unwrap().display().to_string();
    let files = witness::traces::files(house.folder()).into_iter().map(inside);
    let of_database = |name: &str| name.contains(".db") || name.contains("data/log/");
    // The house of a story lives in this process.
    let open = std::fs::read_dir("/proc/self/fd").unwrap().filter(|entry| {
        let to =
            entry.as_ref().ok().and_then(|entry| std::fs::read_link(entry.path()).ok()).unwrap_or_default();
        let to = to.to_string_lossy();
        to.contains("memfd:toolpath")
            || (to.contains("/blobs/") && to.starts_with(house.folder().to_str().unwrap()))
    });
    Held {
        rows: rows.collect(),
        files: files.filter(|name| !of_database(name)).collect(),
        open: open.count(),
    }
}

/// Looks until it is as wanted, for at most half a minute.
async fn until(house: &House, who: &Browser, what: &dyn Debug, wanted: impl Fn(&Held) -> bool) -> Held {
    for _ in 0..300 {
        let now = held(house, who).await;
        if wanted(&now) {
            return now;
        }
        // What was begun with a file that is gone is looked at once more, some seconds later, and then given up.
        house.clock.advance(1);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{what:?}: {:#?}", held(house, who).await);
}

/// A request as its bytes, and how many of the last of them are its body.
struct Sent {
    name: &'static str,
    bytes: Vec<u8>,
    body: usize,
}

fn request(name: &'static str, line: &str, who: &str, kind: &str, body: &[u8], announced: usize) -> Sent {
    let head =
        format!("{line} HTTP/1.1\r\n{who}\r\ncontent-type: {kind}\r\ncontent-length: {announced}\r\n\r\n");
    Sent { name, bytes: [head.as_bytes(), body].concat(), body: body.len() }
}

fn form(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file) in files {
        let head = format!("content-disposition: form-data; name=\"file\"; filename=\"{name}\"");
        body.extend([format!("--{SEAM}\r\n{head}\r\n\r\n").as_bytes(), file, b"\r\n"].concat());
    }
    body.extend(format!("--{SEAM}--\r\n").as_bytes());
    body
}

/// What a page of the house says of who sends it.
fn signed_in(house: &House, who: &Browser) -> String {
    let host = house.url.strip_prefix("http://").unwrap();
    format!("host: {host}\r\ncookie: {}\r\norigin: {}", who.cookie.as_deref().unwrap(), house.url)
}

/// A toolpath of so many moves in one layer.
fn long(moves: u32) -> Vec<u8> {
    let short = String::from_utf8(toolpath(1)).unwrap();
    let end = short.find("M104 S0").unwrap();
    let line = |at: u32| format!("G1 X{} Y60 E{:.2} F1800\n", 60 + at % 20, 3.0 + f64::from(at) * 0.01);
    format!("{}{}{}", &short[..end], (0..moves).map(line).collect::<String>(), &short[end..]).into_bytes()
}

async fn connected(house: &House) -> TcpStream {
    TcpStream::connect(house.url.strip_prefix("http://").unwrap()).await.unwrap()
}

async fn what_is_cut_on_its_way_in_leaves_nothing(house: House) {
    let scene = Scene::simulated(house).await;
    let Scene { house, olga, .. } = &scene;
    let key = program(olga, &["read", "print"]).await;
    let host = format!("host: {}", house.url.strip_prefix("http://").unwrap());
    let secret = format!("{host}\r\n{}", key.authorization());
    let cookie = signed_in(house, olga);
    let model = crate::models::stored(olga, "torus.3mf").await;
    let shape =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/prepare/tests/models/torus.3mf"));
    let (shape, path) = (shape.unwrap(), long(5_000));
    let kind = format!("multipart/form-data; boundary={SEAM}");
    let (queue, library) = (form(&[("cut.gcode", &path)]), form(&[("cut.3mf", &shape)]));
    let two = form(&[("first.3mf", &shape), ("second.3mf", &shape)]);
    let choices = br#"{ "quality": "draft", "material": "PLA" }"#;
    let slicings = format!("POST /api/v1/models/{model}/slicings");
    let all = [
        request("queue", "POST /queue", &cookie, &kind, &queue, queue.len()),
        request("models", "POST /models", &cookie, &kind, &library, library.len()),
        request("two models", "POST /models", &cookie, &kind, &two, two.len()),
        request(
            "a program's model",
            "POST /api/v1/models?name=cut.3mf",
            &secret,
            "application/octet-stream",
            &shape,
            shape.len(),
        ),
        request("a program's job", "POST /api/v1/jobs?name=cut", &secret, "text/x.gcode", &path, path.len()),
        request("a program's slicing", &slicings, &secret, "application/json", choices, choices.len()),
    ];
    let before = held(house, olga).await;
    for sent in &all {
        let (whole, body) = (sent.bytes.len(), sent.body);
        let in_form = !sent.name.starts_with("a program");
        let mut places = vec![
            ("at the head", whole - body - 2),
            ("before the body", whole - body),
            ("in mid-body", whole - body / 4),
        ];
        if in_form {
            // `\r\n--seam--\r\n`: before it, and in it where the file's own end is seen already.
            places.push(("before the last boundary", whole - 12));
            places.push(("in the last boundary", whole - 4));
        } else {
            places.push(("before the last byte", whole - 1));
        }
        for (place, end) in places {
            let what = (sent.name, place);
            let mut stream = connected(house).await;
            stream.write_all(&sent.bytes[..end]).await.unwrap();
            // Nobody waits for what has not begun; but what begins is seen, so that its end is.
            if end > whole - body && sent.name != "a program's slicing" {
                until(house, olga, &what, |now| *now != before).await;
            }
            drop(stream);
            until(house, olga, &what, |now| *now == before).await;
        }
    }
    in_parts(house, olga, &cookie, &shape).await;
    // And it goes on serving: the same, whole, is taken, also when the connection is lost as soon as all is there.
    for sent in &all[..2] {
        let mut stream = connected(house).await;
        stream.write_all(&sent.bytes).await.unwrap();
        drop(stream);
        let table = if sent.name == "queue" { "job" } else { "model" };
        let one_more = |now: &Held| now.rows[table] == before.rows[table] + 1 && now.open == 0;
        until(house, olga, &(sent.name, "whole"), one_more).await;
    }
}

/// What came in parts before a cut is kept to be gone on with, and goes when it is given up.
async fn in_parts(house: &House, olga: &Browser, cookie: &str, shape: &[u8]) {
    let before = held(house, olga).await;
    for (place, come) in [("before the body", 0), ("in mid-body", shape.len() / 2)] {
        let begun = olga.announce("cut.3mf", shape.len() as u64).await.location.unwrap();
        let who = format!("{cookie}\r\ntus-resumable: 1.0.0\r\nupload-offset: 0");
        let part = "application/offset+octet-stream";
        let sent = request("a part", &format!("PATCH {begun}"), &who, part, shape, shape.len());
        let empty = held(house, olga).await;
        let mut stream = connected(house).await;
        stream.write_all(&sent.bytes[..sent.bytes.len() - sent.body + come]).await.unwrap();
        until(house, olga, &place, |now| *now != empty).await;
        drop(stream);
        let parts =
            |now: &Held| now.rows["upload_part"] == before.rows["upload_part"] + usize::from(come > 0);
        until(house, olga, &place, |now| parts(now) && now.open == 0).await;
        let at = olga.send_as("HEAD", &begun).await;
        assert_eq!(at.headers["upload-offset"].to_str().unwrap(), come.to_string(), "{place}");
        olga.send_as("DELETE", &begun).await;
        until(house, olga, &(place, "given up"), |now| *now == before).await;
    }
}

async fn what_is_cut_on_its_way_out_leaves_nothing(house: House) {
    let scene = Scene::simulated(house).await;
    let Scene { house, olga, .. } = &scene;
    // More than connections hold by themselves.
    let added = olga.post_file("/models", &[], "long.gcode", long(150_000)).await;
    let model = added.location.expect(&added.body);
    let page = olga.until(&model, "/toolpath\"").await.body;
    let slicing = crate::things::numbers(&page, "href=\"/slicings/").remove(0);
    let cookie = signed_in(house, olga);
    let before = held(house, olga).await;
    for line in [format!("GET /slicings/{slicing}/toolpath"), "POST /privacy/take".to_owned()] {
        let sent = request("", &line, &cookie, "application/x-www-form-urlencoded", b"", 0);
        let mut stream = connected(house).await;
        stream.write_all(&sent.bytes).await.unwrap();
        let mut come = vec![0; 64 << 10];
        stream.read_exact(&mut come).await.unwrap();
        assert!(come.starts_with(b"HTTP/1.1 200 OK"), "{line}");
        drop(stream);
        until(house, olga, &line, |now| *now == before).await;
    }
    assert!(olga.archive().await.is_some_and(|files| files.len() > 1), "and it goes on serving");
    assert_eq!(held(house, olga).await, before);
}
