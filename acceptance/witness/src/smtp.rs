//! A real SMTP server that keeps every letter, started and ended by the test.
//!
//! What it needs and the machine lacks fails the test with the script's own message; nothing is skipped.
#![allow(clippy::disallowed_methods, reason = "a peer is a process of its own; the product starts none here")]

use crate::octoprint::until;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process};
use serde_json::Value;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers/smtp.sh");

/// How the server keeps its conversations from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tls {
    /// Not at all.
    #[default]
    None,
    /// It takes mail only after STARTTLS.
    Upgrade,
    /// It encrypts from the first byte.
    Always,
}

/// A letter that the server took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// For whom, as the client said it.
    pub to: Vec<String>,
    /// From whom, as the client said it.
    pub from: String,
    /// What the client called itself.
    pub hello: String,
    /// Whether the conversation was encrypted.
    pub encrypted: bool,
    /// The subject, decoded.
    pub subject: String,
    /// The text, decoded.
    pub text: String,
    /// Every header in the order it came, decoded.
    pub headers: Vec<(String, String)>,
}

impl Received {
    /// A header's values.
    pub fn header(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }

    fn read(line: &str) -> Self {
        let value: Value = serde_json::from_str(line).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            to: value["to"].as_array().unwrap().iter().map(text).collect(),
            from: text(&value["from"]),
            hello: text(&value["hello"]),
            encrypted: value["encrypted"].as_bool().unwrap(),
            subject: text(&value["subject"]),
            text: text(&value["text"]),
            headers: value["headers"]
                .as_array()
                .unwrap()
                .iter()
                .map(|h| (text(&h[0]), text(&h[1])))
                .collect(),
        }
    }
}

/// A server that is running, in a folder of its own. It ends with this value, and with the test's process.
pub struct Sink {
    folder: tempfile::TempDir,
    /// Where it listens on this machine.
    pub port: u16,
    child: Child,
}

impl Sink {
    /// Starts one that takes mail from everybody, in cleartext.
    pub async fn start() -> Self {
        Self::start_with(Tls::None, None).await
    }

    /// Starts one that encrypts as said and, with `user:password`, takes mail from that user alone.
    pub async fn start_with(tls: Tls, account: Option<&str>) -> Self {
        let done = Command::new(SCRIPT).arg("install").output().expect("the peer script did not start");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let output = std::fs::File::create(folder.path().join("output.txt")).unwrap();
        let child = Command::new(SCRIPT)
            .args(["serve", &port.to_string(), folder.path().to_str().unwrap()])
            .env("SMTP_ACCOUNT", account.unwrap_or_default())
            .env(
                "SMTP_TLS",
                match tls {
                    Tls::None => "",
                    Tls::Upgrade => "upgrade",
                    Tls::Always => "always",
                },
            )
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap();
        let sink = Self { folder, port, child };
        let ended = || test_kill_process(Pid::from_child(&sink.child)).is_err();
        until("the SMTP server is ready", || async {
            let output = sink.folder().join("output.txt");
            assert!(!ended(), "it ended: {}", std::fs::read_to_string(output).unwrap_or_default());
            sink.greets(tls).await
        })
        .await;
        sink
    }

    async fn greets(&self, tls: Tls) -> bool {
        let Ok(mut open) = TcpStream::connect(("127.0.0.1", self.port)).await else { return false };
        tls == Tls::Always || open.read_u8().await.is_ok_and(|first| first == b'2')
    }

    /// Its folder: everything it keeps.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The certificate by which it shows who it is, if it encrypts.
    pub fn certificate(&self) -> PathBuf {
        self.folder().join("certificate.pem")
    }

    /// Every letter it took so far, the oldest first.
    pub fn letters(&self) -> Vec<Received> {
        let text = std::fs::read_to_string(self.folder().join("letters.jsonl")).unwrap_or_default();
        text.split_inclusive('\n').filter(|line| line.ends_with('\n')).map(Received::read).collect()
    }

    /// Waits until it has taken this many letters, and gives all it took.
    pub async fn until(&self, letters: usize) -> Vec<Received> {
        until("letters arrive", || async { self.letters().len() >= letters }).await;
        self.letters()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
    }
}
