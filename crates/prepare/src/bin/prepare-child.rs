//! The confined child as a program of its own, for tests and benches; the product starts itself instead.
//!
//! With `probe` it confines itself like a reader or a slicer and then tries to break out, so that tests can see
//! the walls hold.

#![allow(clippy::print_stdout, reason = "its output is the answer")]
#![allow(clippy::disallowed_methods, reason = "it must try to start a program, and fail")]

use prepare::sandbox::{self, Limits, Role};
use std::fs;
use std::hint::black_box;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["probe", role, attempt] => probe(role, attempt),
        ["hang"] => hang(),
        _ => prepare::child::main(),
    }
}

/// Never ends by itself, with a grandchild that does not either.
fn hang() -> ExitCode {
    let sleeper = Command::new("sleep").arg("1000").spawn();
    println!("{{\"stage\":\"reading\"}}");
    black_box(&sleeper);
    loop {
        std::thread::park();
    }
}

fn probe(role: &str, attempt: &str) -> ExitCode {
    let role = if role == "slicer" { Role::Slicer } else { Role::Reader };
    let limits = Limits { memory: 256 << 20, cpu_seconds: 1, file_bytes: 1 << 20 };
    if let Err(problem) = sandbox::confine(role, &limits, Path::new("."), false) {
        println!("not confined: {problem}");
        return ExitCode::from(2);
    }
    let escaped = match attempt {
        // Refused by the peer would mean that the call got out.
        "tcp" => !TcpStream::connect("127.0.0.1:9").is_err_and(|e| e.raw_os_error() == Some(libc::EPERM)),
        "listen" => TcpListener::bind("127.0.0.1:0").is_ok(),
        "udp" => UdpSocket::bind("127.0.0.1:0").is_ok(),
        "read" => fs::read("/etc/passwd").is_ok(),
        "read-up" => fs::read_dir("..").is_ok_and(|mut d| d.next().is_some()),
        "write" => fs::write("/var/tmp/printkeep-escape", "x").is_ok() || fs::write("../escape", "x").is_ok(),
        "fork" => Command::new("/usr/bin/true").status().is_ok(),
        "thread" => std::thread::Builder::new().spawn(|| {}).is_ok(),
        "big-file" => fs::write("big", vec![0; 2 << 20]).is_ok(),
        "memory" => black_box(vec![1_u8; 1 << 30]).len() > 1,
        "loop" => loop {
            black_box(0);
        },
        // The positive control: what a child is allowed to do works.
        "work" => fs::write("inside", "x").is_err() || fs::read("inside").is_err(),
        _ => true,
    };
    println!("{}", if escaped { "ESCAPED" } else { "held" });
    ExitCode::from(u8::from(escaped))
}
