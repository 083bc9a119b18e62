//! A `printkeep serve` of its own, started, stopped at a named place and killed by the test, and the person who uses it.

use acceptance::{Browser, PASSWORD, Program};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where a house lies: a folder, and two databases of PostgreSQL or none.
pub struct Home {
    pub folder: tempfile::TempDir,
    pub databases: Option<(String, String)>,
}

impl Home {
    pub fn embedded() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), databases: None }
    }
    pub async fn on_postgres() -> Self {
        let databases = (witness::postgres::database().await, witness::postgres::database().await);
        Self { databases: Some(databases), ..Self::embedded() }
    }
    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

/// A process that serves a house. It is killed with this value.
pub struct Server {
    child: Child,
    pub url: String,
    /// The code with which a new house is set up.
    code: Option<String>,
}

impl Server {
    /// Starts one. At the named place of a print, if one is named, it stands still the first time it comes there.
    pub fn start(home: &Home, stands_still_at: Option<&str>) -> Self {
        let mut serve = Command::new(env!("CARGO_BIN_EXE_printkeep"));
        serve.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(home.data());
        if let Some((rows, keys)) = &home.databases {
            serve.args(["--database", rows, "--key-database", keys]);
        }
        if let Some(place) = stands_still_at {
            serve.env("PRINTKEEP_FAILPOINT", format!("stop@{place}"));
        }
        let mut child = serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let url = said.split_whitespace().nth(1).expect("where it is").to_owned();
        let code = said.split_once("the code ").map(|(_, rest)| rest.split(' ').next().unwrap().to_owned());
        Self { child, url, code }
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Waits until it stands still at its place.
    pub async fn stands_still(&self) {
        let stat = Path::new("/proc").join(self.child.id().to_string()).join("stat");
        witness::octoprint::until("the process stands still", || async {
            std::fs::read_to_string(&stat).unwrap().rsplit(')').next().unwrap().starts_with(" T")
        })
        .await;
    }

    /// Lets it go on.
    pub fn goes_on(&self) {
        kill_process(self.pid(), Signal::CONT).unwrap();
    }

    /// Ends it as a power cut would.
    pub fn dies(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sets the new house up. Returns the operator, signed in.
    pub async fn operator(&self) -> Browser {
        let browser = Browser::at(&self.url);
        let code = self.code.as_deref().expect("a new house");
        let form = [
            ("code", code),
            ("name", "Olga"),
            ("email", "olga@example.org"),
            ("password", PASSWORD),
            ("old_enough", "1"),
            ("accepts", "1"),
        ];
        assert_eq!(browser.post("/setup", &form).await.status, 303);
        self.signed_in().await
    }

    /// The operator, signed in here.
    pub async fn signed_in(&self) -> Browser {
        let mut browser = Browser::at(&self.url);
        assert_eq!(browser.sign_in("olga@example.org", PASSWORD, None).await.status, 303);
        browser
    }

    /// A program with this key, here.
    pub fn program(&self, key: &str) -> Program {
        Browser::at(&self.url).program(key)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Pairs an OctoPrint with the house, whose own user says yes. Returns the printer's number.
pub async fn paired(olga: &Browser, peer: &witness::octoprint::Peer) -> String {
    let address = format!("http://127.0.0.1:{}", peer.port);
    let form = [("name", "Bishop"), ("address", address.as_str()), ("user", "house")];
    let pairing = olga.post("/printers/octoprint", &form).await.location.unwrap();
    olga.until(&pairing, "Waiting for somebody to say yes").await;
    peer.decide(true).await;
    let page = olga.until(&pairing, "Open Bishop").await.body;
    page.split("href=\"/printers/").last().unwrap()[..32].to_owned()
}

/// A toolpath of so many layers, each of a second or less on OctoPrint's virtual printer.
pub fn toolpath(layers: u32) -> String {
    let mut text = String::from("G21\nG90\nM83\nG28\n");
    for layer in 1..=layers {
        text.push_str(&format!(";LAYER_CHANGE\nG1 Z{:.1} F600\n", f64::from(layer) * 0.2));
        for (x, y) in [(60, 60), (80, 60), (80, 80), (60, 80), (60, 60)] {
            text.push_str(&format!("G1 X{x} Y{y} E0.6 F1800\n"));
        }
    }
    text
}
