//! The walls around the child hold: each attempt is made for real by a confined process.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must say so")]
#![allow(clippy::disallowed_methods, reason = "the probe is started directly, without the parent's walls")]

use prepare::problem::Kind;
use prepare::{CancelToken, Config};
use std::fs::File;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const CHILD: &str = env!("CARGO_BIN_EXE_prepare-child");

fn probe(role: &str, attempt: &str) -> Output {
    let work = tempfile::tempdir().unwrap();
    let inner = work.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    Command::new(CHILD).args(["probe", role, attempt]).current_dir(&inner).env_clear().output().unwrap()
}

fn held(role: &str, attempt: &str) {
    let output = probe(role, attempt);
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!((words.trim(), output.status.code()), ("held", Some(0)), "{role} {attempt}");
}

#[test]
fn what_a_child_may_do_works() {
    held("reader", "work");
    held("slicer", "work");
}

#[test]
fn the_probe_tells_an_escape() {
    // An attempt that nobody knows counts as an escape: the probe can fail.
    assert_eq!(probe("reader", "nothing").status.code(), Some(1));
}

#[test]
fn no_network() {
    for role in ["reader", "slicer"] {
        for attempt in ["tcp", "listen", "udp"] {
            held(role, attempt);
        }
    }
}

#[test]
fn no_files_outside_the_work_folder() {
    for role in ["reader", "slicer"] {
        for attempt in ["read", "read-up", "write"] {
            held(role, attempt);
        }
    }
}

#[test]
fn a_reader_starts_no_processes_or_threads() {
    held("reader", "fork");
    held("reader", "thread");
}

#[test]
fn memory_time_and_disk_have_an_end() {
    for attempt in ["memory", "loop", "big-file"] {
        let started = Instant::now();
        let output = probe("reader", attempt);
        assert!(output.status.code().is_none(), "{attempt} must be ended by the kernel: {output:?}");
        assert!(started.elapsed() < Duration::from_secs(5), "{attempt}");
    }
}

/// A child that hangs, and what it started, is ended when its time is up, and the caller gets a sentence.
#[test]
fn a_child_that_hangs_is_an_answer() {
    let mut config = Config::new(CHILD, ["hang"]);
    config.reader_time = Duration::from_millis(300);
    let work = tempfile::tempdir().unwrap();
    let file = File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let started = Instant::now();
    let problem =
        prepare::inspect(&config, &file, None, &[], work.path(), &mut |_| {}, &CancelToken::default())
            .unwrap_err();
    assert_eq!(problem.kind, Kind::Limit, "{problem}");
    assert!(started.elapsed() < Duration::from_secs(2));
    let folder = work.path().to_string_lossy().into_owned();
    let left = std::fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        let cwd = std::fs::read_link(entry.path().join("cwd")).unwrap_or_default();
        cwd.to_string_lossy().contains(&folder)
    });
    assert!(!left, "something still works in the folder");
}

#[test]
fn a_child_that_crashes_is_an_answer() {
    // /bin/false stands for any reader that dies without a word.
    let config = Config::new("/bin/false", [] as [&str; 0]);
    let work = tempfile::tempdir().unwrap();
    let file = File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let problem =
        prepare::inspect(&config, &file, None, &[], work.path(), &mut |_| {}, &CancelToken::default())
            .unwrap_err();
    assert_eq!(problem.kind, Kind::Limit);
}
