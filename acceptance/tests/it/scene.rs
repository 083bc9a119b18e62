//! A house with a printer that is ready for stories: the simulated one, or a real OctoPrint that was paired through the
//! pages while its own user said yes over there.

use acceptance::{Browser, House};
use reqwest::StatusCode;
use std::time::Duration;
use witness::octoprint::Peer;
use witness::traces::Hunt;

pub struct Scene {
    pub house: House,
    /// The operator, signed in.
    pub olga: Browser,
    /// The printer's page.
    pub printer: String,
    pub peer: Option<Peer>,
}

/// A small toolpath with a comment that must not travel.
pub fn toolpath(layers: u32) -> Vec<u8> {
    let mut text =
        String::from("; printing object CANARYPART\nG21\nG90\nM82\nM104 S205\nM140 S60\nG28\nG92 E0\n");
    let mut e = 0.0;
    for layer in 1..=layers {
        text.push_str(&format!(";LAYER_CHANGE\nG1 Z{:.1} F600\n", f64::from(layer) * 0.2));
        for (x, y) in [(60, 60), (80, 60), (80, 80), (60, 80), (60, 60)] {
            e += 0.6;
            text.push_str(&format!("G1 X{x} Y{y} E{e:.2} F1800\n"));
        }
    }
    text.push_str("M104 S0\nM140 S0\nM84\n");
    text.into_bytes()
}

impl Scene {
    pub async fn simulated(house: House) -> Self {
        let olga = house.operator("Olga").await;
        let made = olga.post("/printers/simulated", &[("name", "Rook")]).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let printer = made.location.unwrap();
        olga.until(&printer, "The bed is clear").await;
        Self { house, olga, printer, peer: None }
    }

    pub async fn octoprint(house: House) -> Self {
        house.let_time_pass();
        let peer = Peer::start().await;
        let olga = house.operator("Olga").await;
        let address = format!("http://127.0.0.1:{}", peer.port);
        let form = [("name", "Bishop"), ("address", address.as_str()), ("user", "house")];
        let begun = olga.post("/printers/octoprint", &form).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
        let pairing = begun.location.unwrap();
        let waiting = olga.get(&pairing).await.body;
        assert!(waiting.contains("Waiting for somebody to say yes"), "{waiting}");
        peer.decide(true).await;
        // It is fetched more than once, and leads to the same printer each time.
        let paired = olga.until(&pairing, "Open Bishop").await.body;
        assert_eq!(olga.get(&pairing).await.body, paired);
        let id = &paired.split("href=\"/printers/").last().unwrap()[..32];
        let printer = format!("/printers/{id}");
        olga.until(&printer, "The bed is clear").await;
        Self { house, olga, printer, peer: Some(peer) }
    }

    /// What the printer is called.
    pub const fn name(&self) -> &'static str {
        if self.peer.is_some() { "Bishop" } else { "Rook" }
    }

    /// A print that is long enough to be watched: the real machine does about sixty lines a second, the simulated one
    /// takes three seconds of its clock for a layer.
    pub fn file(&self) -> Vec<u8> {
        toolpath(if self.peer.is_some() { 80 } else { 120 })
    }

    /// Waits until a page shows the text. Where the machine is simulated, the clock moves on meanwhile.
    pub async fn until(&self, path: &str, text: &str) -> String {
        for _ in 0..1200 {
            let page = self.olga.get(path).await.body;
            if page.contains(text) {
                return page;
            }
            if self.peer.is_none() {
                self.house.clock.advance(5);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{path} never showed «{text}»: {}", self.olga.get(path).await.body);
    }

    /// Puts a toolpath into the queue by the page's form.
    pub async fn add(&self, name: &str, form: &[(&str, &str)]) {
        let added = self.olga.post_file("/queue", form, name, self.file()).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    }

    pub async fn say_the_bed_is_clear(&self) {
        let said = self.olga.post(&format!("{}/bed-is-clear", self.printer), &[]).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    }

    /// Presses a button on the printer's page. The clock runs faster here than the house hears of the machine, so that what
    /// the page offered may be gone for a moment when it is pressed: then again, as somebody would.
    pub async fn press(&self, act: &str) {
        for _ in 0..40 {
            let page = self.until(&self.printer, &format!("/{act}\"")).await;
            let id = &page.split("/jobs/").nth(1).unwrap()[..32];
            let pressed = self.olga.post(&format!("/jobs/{id}/{act}"), &[]).await;
            if pressed.status == StatusCode::SEE_OTHER {
                return;
            }
            assert_eq!(pressed.status, StatusCode::CONFLICT, "{}", pressed.body);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{act} was refused each time");
    }

    /// How many prints the real machine has begun, by its own log.
    pub fn starts(&self) -> Option<usize> {
        self.peer.as_ref().map(|peer| peer.starts().len())
    }

    /// Where any of it is found: in the house's files and rows, in what was logged, on the machine.
    pub async fn found(&self, hunt: &Hunt) -> Vec<String> {
        let mut folders = vec![("house", self.house.folder().to_owned())];
        folders.extend(self.peer.iter().map(|peer| ("machine", peer.folder())));
        let mut places = Vec::new();
        for (name, folder) in folders {
            let inside = |file: &std::path::PathBuf| {
                format!("{name}/{}", file.strip_prefix(&folder).unwrap().display())
            };
            places.extend(hunt.files_in(&folder).iter().map(inside));
        }
        for address in self.house.addresses() {
            if hunt.is_in(&witness::postgres::content(address).await) {
                places.push("rows".to_owned());
            }
        }
        if hunt.is_in(&witness::log::captured().bytes()) {
            places.push("log".to_owned());
        }
        places
    }
}
