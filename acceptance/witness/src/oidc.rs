//! Real OpenID providers, started and ended by the test, and somebody who signs in there.
//!
//! What they need and the machine lacks fails the test with the script's own message; nothing is skipped.
#![allow(clippy::disallowed_methods, reason = "a peer is a process of its own; the product starts none here")]

use crate::octoprint::until;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Response, Url};
use rustix::process::{Pid, Signal, kill_process_group};
use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers/oidc.sh");

/// Which provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A certified one that takes nothing that the standard does not allow.
    Strict,
    /// One that takes any client and names no key.
    Lenient,
}

/// A provider that is running. It ends with this value, and with the test's process.
pub struct Provider {
    /// As it names itself.
    pub issuer: String,
    child: Child,
}

impl Provider {
    /// What it calls the house of the test.
    pub const CLIENT: &str = "print";
    /// The secret that it gave that house.
    pub const SECRET: &str = "a-secret-between-two-houses-0123456789";

    /// Starts one that sends people back to `back`.
    pub async fn start(kind: Kind, back: &str) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let kind = match kind {
            Kind::Strict => "strict",
            Kind::Lenient => "lenient",
        };
        let done = Command::new(SCRIPT).args(["install", kind]).output().expect("the peer script");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(SCRIPT)
            .args(["serve", kind, &port.to_string(), back, Self::SECRET])
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let provider = Self { issuer: format!("http://127.0.0.1:{port}"), child };
        let says = format!("{}/.well-known/openid-configuration", provider.issuer);
        until("the provider is ready", || async { reqwest::get(&says).await.is_ok() }).await;
        provider
    }

    /// Somebody who was sent there with `question` signs in as `who`, agrees, and is sent back: to this address.
    pub async fn vouches(&self, question: &str, who: &str) -> Url {
        let mut visitor = Visitor::default();
        let mut at = Url::parse(question).unwrap();
        let mut typed = Vec::new();
        for _ in 0..12 {
            let answer = visitor.send(&at, &typed).await;
            typed.clear();
            if let Some(to) = answer.headers().get(LOCATION) {
                at = at.join(to.to_str().unwrap()).unwrap();
                if !at.as_str().starts_with(&self.issuer) {
                    return at;
                }
                continue;
            }
            let page = answer.text().await.unwrap();
            typed = if page.contains("name=\"sub\"") {
                vec![("sub", who)]
            } else if page.contains("value=\"login\"") {
                vec![("prompt", "login"), ("login", who), ("password", "anything")]
            } else {
                assert!(page.contains("value=\"consent\""), "{page}");
                vec![("prompt", "consent")]
            };
        }
        panic!("{who} was never sent back");
    }
}

/// A browser with one jar, which sends forms to where it is.
#[derive(Default)]
struct Visitor {
    jar: BTreeMap<String, String>,
}

impl Visitor {
    async fn send(&mut self, at: &Url, typed: &[(&str, &str)]) -> Response {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let request = if typed.is_empty() { http.get(at.clone()) } else { http.post(at.clone()).form(typed) };
        let jar: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = request.header(COOKIE, jar.join("; ")).send().await.unwrap();
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap_or_default();
            self.jar.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
    }
}
