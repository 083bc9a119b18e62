//! The house's side of a test: a paired driver, its supervisor, a line that can be cut, and the stage on which the
//! contract is played.

use crate::lossy::Lossy;
use domain::ids::{CommandId, PrintReference};
use domain::printer::{Activity, Command, NotDone};
use domain::random::{Counting, Random};
use domain::time::{Clock, Instant};
use futures::future::BoxFuture;
use printers::contract::Stage;
use printers::link::Pace;
use printers::octoprint::pairing::{Decision, Pairing};
use printers::octoprint::{Address, Key, OctoPrint};
use printers::supervise::{Sighting, Supervised, supervise};
use printers::{PrintOrder, Printer, Removal};
use std::sync::Arc;
use std::time::Duration;
use witness::octoprint::{Peer, until};

/// A canary in a comment, and one in a thumbnail: neither may reach the machine.
pub const CANARY: &str = "canary-of-ada-4711";

/// A print of so many lines; the virtual printer does about sixty a second.
pub fn gcode(lines: usize) -> Vec<u8> {
    let mut gcode = format!("; {CANARY}\n; thumbnail begin 16x16\n; {CANARY}\nM104 S40\nG28\nM83\n");
    for line in 0..lines {
        let (z, x) = (0.2 * (1 + line / 60) as f64, 10 + line % 60);
        gcode.push_str(&format!("G1 X{x} Y20 Z{z:.2} E0.02 F6000 ; {CANARY}\n"));
    }
    gcode.push_str("M104 S0\n");
    gcode.into_bytes()
}

/// A clock that runs from 1970.
pub struct Running(std::time::Instant);

impl Running {
    pub fn new() -> Self {
        Self(std::time::Instant::now())
    }
}

impl Clock for Running {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.elapsed().as_micros() as i64)
    }
}

pub struct House {
    pub peer: Peer,
    pub link: Lossy,
    pub printer: Arc<OctoPrint>,
    pub key: Key,
    pub clock: Arc<Running>,
    pub random: Counting,
}

impl House {
    /// A fresh OctoPrint, paired, behind a line that can be cut.
    pub async fn paired() -> Self {
        let peer = Peer::start().await;
        let link = Lossy::before(peer.port).await;
        let key = pair(&peer, link.port).await;
        let clock = Arc::new(Running::new());
        let printer = Arc::new(OctoPrint::new(address(link.port), key.clone(), clock.clone()).unwrap());
        Self { peer, link, printer, key, clock, random: Counting::default() }
    }
    pub async fn tell(&self, command: Command) -> Result<(), NotDone> {
        self.printer.command(CommandId::fresh(&self.random), command).await
    }
    pub async fn placed(&self, gcode: Vec<u8>) -> PrintReference {
        let reference = PrintReference::fresh(&self.random);
        self.printer.place(order(reference, gcode)).await.unwrap();
        reference
    }
    pub async fn started(&self, gcode: Vec<u8>) -> PrintReference {
        let reference = self.placed(gcode).await;
        self.tell(Command::Start(reference)).await.unwrap();
        reference
    }
    pub fn supervised(&self) -> Supervised {
        let pace = Pace { poll: 200, first_retry: 100, ..Pace::default() };
        supervise(self.printer.clone(), self.clock.clone(), pace, 0)
    }
    /// Removes a file as soon as OctoPrint lets go of it.
    pub async fn removed(&self, reference: PrintReference) {
        until("it lets go of the file", || async {
            match self.printer.remove(reference).await {
                Ok(removal) => removal == Removal::Removed,
                Err(NotDone::Busy) => false,
                Err(other) => panic!("{other}"),
            }
        })
        .await;
    }
}

pub fn order(reference: PrintReference, gcode: Vec<u8>) -> PrintOrder {
    PrintOrder { reference, bytes: gcode.len() as u64, gcode: Box::new(std::io::Cursor::new(gcode)) }
}

pub fn address(port: u16) -> Address {
    Address::parse(&format!("http://127.0.0.1:{port}")).unwrap()
}

pub async fn pair(peer: &Peer, port: u16) -> Key {
    let pairing = Pairing::request(address(port), Some("house")).await.unwrap();
    assert!(matches!(pairing.poll().await, Ok(Decision::Waiting)));
    peer.decide(true).await;
    match pairing.poll().await.unwrap() {
        Decision::Granted(key) => key,
        other => panic!("{other:?}"),
    }
}

pub async fn seen(watched: &Supervised, what: &str, wanted: impl FnMut(&Sighting) -> bool) -> Sighting {
    let mut sightings = watched.sightings();
    let found = tokio::time::timeout(Duration::from_mins(1), sightings.wait_for(wanted)).await;
    found.unwrap_or_else(|_| panic!("{what}: last seen {:?}", watched.sightings().borrow())).unwrap().clone()
}

pub fn at(sighting: &Sighting, activity: &Activity) -> bool {
    sighting.report.as_ref().is_some_and(|r| r.activity == *activity)
}

impl Stage for House {
    fn printer(&self) -> Arc<dyn Printer> {
        self.printer.clone()
    }
    fn random(&self) -> &dyn Random {
        &self.random
    }
    fn long_print(&self) -> Vec<u8> {
        gcode(1_200)
    }
    fn cut(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.link.cut())
    }
    fn mend(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.link.mend())
    }
    fn lose_next_answer(&self) -> BoxFuture<'_, ()> {
        Box::pin(async { self.link.lose_answer_to("POST /api/files/local/") })
    }
    fn occupy(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            self.peer.upload("theirs.gcode", &gcode(1_200)).await;
            self.peer.print("theirs.gcode").await;
        })
    }
    fn vacate(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.peer.cancel())
    }
    fn starts_of(&self, reference: PrintReference) -> BoxFuture<'_, usize> {
        Box::pin(async move { self.peer.starts_of(reference) })
    }
    fn pass(&self) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(Duration::from_millis(20)))
    }
}
