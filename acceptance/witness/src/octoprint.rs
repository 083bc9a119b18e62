//! A real OctoPrint with its virtual printer, started and ended by the test, and the hands of its own user.
//!
//! What it needs and the machine lacks fails the test with the script's own message; nothing is skipped.
#![allow(clippy::disallowed_methods, reason = "a peer is a process of its own; the product starts none here")]

use reqwest::{Client, Method, Response, multipart};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use std::fmt::Display;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The key of OctoPrint's own user, as the script makes it.
const USER_KEY: &str = "00112233445566778899AABBCCDDEEFF";
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers/octoprint.sh");
const DEADLINE: Duration = Duration::from_secs(90);

/// An OctoPrint that is running, in a folder of its own. It ends with this value.
pub struct Peer {
    folder: tempfile::TempDir,
    /// Where it listens on this machine.
    pub port: u16,
    child: Option<Child>,
    client: Client,
}

/// Waits until a condition holds, looking at it often.
pub async fn until<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    let give_up = tokio::time::Instant::now() + DEADLINE;
    while !condition().await {
        assert!(tokio::time::Instant::now() < give_up, "{what}: not within {DEADLINE:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn script(arguments: &[&str]) {
    let done = Command::new(SCRIPT).args(arguments).output().expect("the peer script did not start");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

impl Peer {
    /// Installs OctoPrint if that was not done yet, and starts one in a folder of its own.
    pub async fn start() -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        script(&["install"]);
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        script(&["prepare", folder.path().join("base").to_str().unwrap(), &port.to_string()]);
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
        let mut peer = Self { folder, port, child: None, client };
        peer.start_again().await;
        peer
    }

    /// Starts the same OctoPrint again, and waits until its printer is ready.
    pub async fn start_again(&mut self) {
        let output = std::fs::File::create(self.folder.path().join("output.txt")).unwrap();
        let child = Command::new(SCRIPT)
            .args(["serve", self.folder().to_str().unwrap(), &self.port.to_string()])
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap();
        let pid = Pid::from_child(&child);
        self.child = Some(child);
        let output = self.folder.path().join("output.txt");
        until("OctoPrint and its virtual printer are ready", || async {
            let ended = rustix::process::test_kill_process(pid).is_err();
            assert!(!ended, "OctoPrint ended: {}", std::fs::read_to_string(&output).unwrap_or_default());
            matches!(self.ask(Method::GET, "api/printer", None).await, Ok(answer) if answer.status() == 200)
        })
        .await;
    }

    /// Ends it as a power cut would: at once, with whatever it was doing.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
            child.wait().unwrap();
        }
    }

    /// Its base folder: everything it keeps.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join("base")
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> reqwest::Result<Response> {
        let url = format!("http://127.0.0.1:{}/{path}", self.port);
        let request = self.client.request(method, url).header("X-Api-Key", USER_KEY);
        match body {
            Some(body) => request.json(&body).send().await,
            None => request.send().await,
        }
    }

    async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, None).await.unwrap().json().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Response {
        let answer = self.ask(Method::POST, path, Some(body)).await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer
    }

    /// Its user uploads a file.
    pub async fn upload(&self, name: &str, gcode: &[u8]) {
        let part = multipart::Part::bytes(gcode.to_vec()).file_name(name.to_owned());
        let url = format!("http://127.0.0.1:{}/api/files/local", self.port);
        let form = multipart::Form::new().part("file", part);
        let sent = self.client.post(url).header("X-Api-Key", USER_KEY).multipart(form).send().await.unwrap();
        assert_eq!(sent.status(), 201);
    }

    /// Its user prints a file.
    pub async fn print(&self, name: &str) {
        self.post(&format!("api/files/local/{name}"), json!({ "command": "select", "print": true })).await;
        until("its user's print begins", || async {
            self.get("api/printer").await["state"]["flags"]["printing"] == true
        })
        .await;
    }

    /// Its user ends whatever prints.
    pub async fn cancel(&self) {
        self.post("api/job", json!({ "command": "cancel" })).await;
        until("its user's print ends", || async {
            self.get("api/printer").await["state"]["flags"]["ready"] == true
        })
        .await;
    }

    /// Requests for keys that wait for its user.
    pub async fn requests(&self) -> Vec<String> {
        let pending = self.get("api/plugin/appkeys").await["pending"].clone();
        pending.as_object().into_iter().flatten().map(|(token, _)| token.clone()).collect()
    }

    /// Its user says yes or no to the only request there is.
    pub async fn decide(&self, decision: bool) {
        let requests = self.requests().await;
        assert_eq!(requests.len(), 1, "{requests:?}");
        self.post(&format!("plugin/appkeys/decision/{}", requests[0]), json!({ "decision": decision })).await;
    }

    /// Its user takes our key back.
    pub async fn revoke(&self, key: &str) {
        self.post("api/plugin/appkeys", json!({ "command": "revoke", "key": key })).await;
    }

    /// How many times it began this print, by its own log.
    pub fn starts_of(&self, reference: impl Display) -> usize {
        let reference = reference.to_string();
        self.starts().iter().filter(|line| line.contains(&reference)).count()
    }

    /// Every print it began, as a line of its own log.
    pub fn starts(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.folder().join("logs/octoprint.log")).unwrap_or_default();
        log.lines().filter(|line| line.contains("Print job started")).map(str::to_owned).collect()
    }

    /// The files that lie on it to be printed.
    pub fn uploads(&self) -> Vec<PathBuf> {
        let mut all = crate::traces::files(&self.folder().join("uploads"));
        all.retain(|path| path.extension().is_some_and(|ending| ending == "gcode"));
        all
    }

    /// Every file of its base folder that holds these bytes, by path inside it.
    pub fn files_with(&self, bytes: &[u8]) -> Vec<PathBuf> {
        let inside = |path: PathBuf| path.strip_prefix(self.folder()).unwrap().to_owned();
        let holds = |bytes_of: &[u8]| bytes_of.windows(bytes.len()).any(|window| window == bytes);
        let found = crate::traces::files(&self.folder()).into_iter().map(inside).filter(|path| {
            let content = std::fs::read(self.folder().join(path)).unwrap_or_default();
            holds(path.to_string_lossy().as_bytes()) || holds(&content)
        });
        found.collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.kill();
    }
}
