//! Something of one person's of every kind that has a number in some path, made over HTTP like anybody's.

use crate::key_in_a_pocket::KeyInAPocket;
use crate::scene::{Scene, toolpath};
use acceptance::{Browser, House};
use domain::ids::{AcquisitionId, PersonId};
use domain::person::Role;
use domain::time::Clock as _;
use reqwest::StatusCode;
use std::collections::BTreeSet;
use std::time::Duration;
use store::SystemRandom;
use store::disclosures::acquisitions;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Stands in every name and nowhere else.
pub const SECRET: &str = "secret-part";

/// Nothing that rests on consent.
pub const NO_PURPOSE: &str = "curiosity";

/// What stands for `{id}` in a path. Where several routes end a thing, there is one for each of them; the first is the one
/// that others ask for.
pub struct Things {
    pub session: String,
    pub key: String,
    pub passkey: String,
    pub provider_account: String,
    pub invitation: String,
    pub person: String,
    /// What somebody asks about their data is for those who answer for it to see.
    pub request: String,
    pub restriction: String,
    /// The number of a line of the access log about her; lines are counted, so that the number alone says nothing.
    pub look: String,
    /// Something that she said to a question of consent.
    pub said: String,
    /// What somebody demands about them is for those who answer for people's data, too.
    pub demand: String,
    /// What happens to the house as a whole is for them as well.
    pub acquisition: String,
    /// What went wrong in the house is the house's, for those to see who deal with it.
    pub breach: String,
    pub pairing: String,
    pub stray: String,
    /// Printers are the house's and nobody's own: everybody sees them, some may change them.
    pub printer: String,
    pub jobs: Vec<String>,
    pub records: Vec<String>,
    pub models: Vec<String>,
    pub slicings: Vec<String>,
    pub uploads: Vec<String>,
}

impl Things {
    /// Every thing that a path may mean.
    pub fn in_path(&self, path: &str) -> Vec<&str> {
        let one = |id: &String| std::slice::from_ref(id).to_vec();
        let ids = match path {
            // A file keeps its number when it becomes a model, and programs ask for both at one place.
            "/api/v1/models/{id}" => [&self.models[..], &self.uploads[..]].concat(),
            p if p.contains("/sessions/") => one(&self.session),
            p if p.contains("/passkeys/") => one(&self.passkey),
            p if p.contains("/settings/elsewhere/") => one(&self.provider_account),
            p if p.contains("/keys/") => one(&self.key),
            p if p.contains("/invitations/") => one(&self.invitation),
            p if p.starts_with("/console/disclosures/about/") => one(&self.person),
            p if p.starts_with("/console/disclosures/") => one(&self.demand),
            p if p.starts_with("/console/acquisitions/") => one(&self.acquisition),
            p if p.starts_with("/console/breaches/") => one(&self.breach),
            p if p.starts_with("/console/people/") || p.starts_with("/receipt/") => one(&self.person),
            p if p.contains("/jobs/") => self.jobs.clone(),
            p if p.contains("/uploads/") => self.uploads.clone(),
            p if p.contains("/models/") => self.models.clone(),
            p if p.contains("/slicings/") => self.slicings.clone(),
            p if p.contains("/history/") => self.records.clone(),
            p if p.contains("/requests/") => one(&self.request),
            p if p.contains("/restriction/") => one(&self.restriction),
            p if p.contains("/looks/") => one(&self.look),
            p if p.contains("/receipts/") => one(&self.said),
            p if p.contains("/pairing/") => one(&self.pairing),
            p if p.contains("/strays/") => one(&self.stray),
            p if p.contains("/printers/") => one(&self.printer),
            p => panic!("{p}: say here what another person's thing at this route is"),
        };
        // What is asked for lives as long as the things do.
        let all = self.all();
        ids.iter().map(|id| *all.iter().find(|known| *known == id).unwrap()).collect()
    }

    /// What must not be shown to others: the number of everything that they may not see.
    pub fn hidden(&self) -> Vec<&str> {
        let seen = [
            self.person.as_str(),
            &self.printer,
            &self.stray,
            &self.request,
            &self.demand,
            &self.acquisition,
            &self.breach,
            &self.look,
        ];
        self.all().into_iter().filter(|id| !seen.contains(id)).collect()
    }

    fn all(&self) -> Vec<&str> {
        let ones = [
            &self.session,
            &self.key,
            &self.passkey,
            &self.provider_account,
            &self.invitation,
            &self.person,
            &self.request,
            &self.restriction,
            &self.look,
            &self.said,
            &self.demand,
            &self.acquisition,
            &self.breach,
            &self.pairing,
            &self.stray,
            &self.printer,
        ];
        let many = [&self.jobs, &self.records, &self.models, &self.slicings, &self.uploads];
        let all = ones.into_iter().chain(many.into_iter().flatten());
        all.map(String::as_str).collect()
    }

    /// Makes one of everything for the operator of a new house.
    pub async fn new(house: House) -> (Scene, Self) {
        let scene = Scene::simulated(house).await;
        let olga = &scene.olga;
        let chosen = olga.post("/history/choice", &[("on", "yes")]).await;
        assert_eq!(chosen.status, StatusCode::SEE_OTHER, "{}", chosen.body);
        let records = printed(&scene).await;
        let stray = first(&olga.get("/printers").await.body, "/strays/");
        let made = olga.post("/printers/simulated", &[("name", "Queen")]).await;
        let printer = first(&made.location.unwrap(), "/printers/");
        // They wait, since nobody said that the bed is clear.
        for _ in 0..3 {
            scene.add(&format!("{SECRET}.gcode"), &[("hold", "1")]).await;
        }
        let jobs = numbers(&olga.get("/queue").await.body, "action=\"/jobs/");
        let models = two_models(olga).await;
        for _ in 0..2 {
            let form = [("quality", "draft"), ("material", "PLA")];
            let asked = olga.post(&format!("/models/{}/slice", models[0]), &form).await;
            assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
        }
        let slicings = several(olga, &format!("/models/{}", models[0]), "href=\"/slicings/").await;
        let mut uploads = Vec::new();
        for _ in 0..3 {
            let begun = olga.announce(&format!("{SECRET}.stl"), 9).await;
            uploads.push(first(&begun.location.expect(&begun.body), "/uploads/"));
        }
        olga.post("/settings/keys", &[("key_name", SECRET)]).await;
        olga.post("/console/people/invite", &[("role", "member")]).await;
        olga.post("/privacy/requests", &[("matter", "complaint")]).await;
        olga.post("/privacy/objections/security", &[]).await;
        let archive = olga.archive().await.unwrap();
        let objection = String::from_utf8_lossy(&archive["data/restriction.json"]).into_owned();
        let demand = demanded(&scene).await;
        let breach = broken(olga, &scene.house).await;
        scene.house.signed_in("Olga").await;
        crate::passkeys::added(olga, &mut KeyInAPocket::default(), SECRET).await;
        let settings = olga.get("/settings").await.body;
        let privacy = olga.get("/privacy").await.body;
        let look = privacy.split("/privacy/looks/").nth(1).and_then(|rest| rest.split('"').next());
        let things = Self {
            session: first(&settings, "/settings/sessions/"),
            key: first(&settings, "/settings/keys/"),
            passkey: first(&settings, "/settings/passkeys/"),
            provider_account: crate::elsewhere::connected(&scene.house, olga, SECRET).await,
            invitation: first(&olga.get("/console/people").await.body, "/invitations/"),
            person: olga.who(&scene.house).await.person.to_string(),
            request: first(&olga.get("/privacy/requests").await.body, "action=\"/privacy/requests/"),
            restriction: first(&objection, "\"id\": \""),
            acquisition: acquisition(&scene.house).await,
            look: look.expect("she took her archive, which is a line").to_owned(),
            said: first(&privacy, "/privacy/receipts/"),
            demand,
            breach,
            pairing: pairing(olga).await,
            stray,
            printer,
            jobs,
            records,
            models,
            slicings,
            uploads,
        };
        (scene, things)
    }
}

/// Something that went wrong, which she recorded.
async fn broken(olga: &Browser, house: &House) -> String {
    let now = house.clock.now().timestamp().strftime("%Y-%m-%dT%H:%M").to_string();
    let what = [
        ("what", "files"),
        ("aware_at", &now),
        ("from", &now),
        ("until", &now),
        ("nature", "A disk was lost."),
    ];
    let recorded = olga.post("/console/breaches", &what).await;
    first(&recorded.location.expect(&recorded.body), "/console/breaches/")
}

/// A court demands something about her, which a second operator recorded.
async fn demanded(scene: &Scene) -> String {
    let dora = scene.house.invited(&scene.olga, "Dora", Role::Operator).await;
    let about = format!("/console/disclosures/about/{}", scene.olga.who(&scene.house).await.person);
    let paper = [
        ("kind", "court-order"),
        ("issuer", "a court"),
        ("reference", "7 C 1234/26"),
        ("provision", "a law"),
        ("dated", "2026-11-20"),
        ("category", "account.name"),
    ];
    let entered = dora.post(&about, &paper).await;
    first(&entered.location.expect(&entered.body), "/console/disclosures/")
}

/// Somebody takes this house over. Its policy names no ground for that, so that nobody can record one by the page.
async fn acquisition(house: &House) -> String {
    let tx = house.ctx.store.begin().await.unwrap();
    let id = AcquisitionId::fresh(&SystemRandom);
    let (acquirer, address, says) = ("a company", "a street", "it passes");
    let new =
        acquisitions::NewAcquisition { id, kind: "acquisition", acquirer, address, says, ends_on: None };
    let nobody = PersonId::fresh(&SystemRandom);
    acquisitions::enter(&tx, &new, (nobody, Role::Operator)).await.unwrap();
    tx.commit().await.unwrap();
    id.to_string()
}

/// Two prints in the history, of which the second left a file on a machine that never comes back.
async fn printed(scene: &Scene) -> Vec<String> {
    let Scene { olga, printer, .. } = scene;
    let name = format!("{SECRET}.gcode");
    scene.say_the_bed_is_clear().await;
    let added = olga.post_file("/queue", &[], &name, toolpath(2)).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    scene.until(printer, "Clear the bed").await;
    scene.say_the_bed_is_clear().await;
    scene.add(&name, &[]).await;
    let page = scene.until(printer, "/pause\"").await;
    let job = first(&page, "/jobs/");
    olga.post(&format!("{printer}/touch"), &[("touch", "unplug")]).await;
    scene.until("/queue", "Nobody knows").await;
    let said = olga.post(&format!("/jobs/{job}/say"), &[("verdict", "failed")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
    let gone = olga.post(&format!("{printer}/remove"), &[("typed", scene.name())]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.body);
    several(olga, "/history", "action=\"/history/").await
}

/// Two models that were read and have a picture.
async fn two_models(who: &Browser) -> Vec<String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/prepare/tests/models/torus.3mf");
    for _ in 0..2 {
        let bytes = std::fs::read(file).unwrap();
        let added = who.post_file("/models", &[], &format!("{SECRET}.3mf"), bytes).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    }
    several(who, "/models", "src=\"/models/").await
}

/// A pairing with an OctoPrint whose people never decide.
async fn pairing(who: &Browser) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = [0; 4096];
            let length = stream.read(&mut asked).await.unwrap_or_default();
            let answer = match std::str::from_utf8(&asked[..length]).unwrap_or_default() {
                probe if probe.contains("/probe") => "204 No Content\r\n\r\n",
                asks if asks.starts_with("POST") => {
                    "201 Created\r\ncontent-type: application/json\r\ncontent-length: 17\r\n\r\n{\"app_token\":\"t\"}"
                }
                _ => "202 Accepted\r\ncontent-length: 0\r\n\r\n",
            };
            let answer = format!("HTTP/1.1 {answer}").replacen("\r\n", "\r\nconnection: close\r\n", 1);
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    let form = [("name", "Bishop"), ("address", address.as_str()), ("user", "house")];
    let begun = who.post("/printers/octoprint", &form).await;
    first(&begun.location.expect(&begun.body), "/printers/pairing/")
}

/// The numbers behind a prefix on a page, each once, in their order.
pub fn numbers(page: &str, prefix: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let ids = page.split(prefix).skip(1).filter_map(|rest| rest.get(..32));
    let ids = ids.filter(|id| id.bytes().all(|b| b.is_ascii_hexdigit()));
    ids.filter(|id| seen.insert(*id)).map(str::to_owned).collect()
}

fn first(page: &str, prefix: &str) -> String {
    numbers(page, prefix).into_iter().next().unwrap_or_else(|| panic!("nothing at {prefix} in {page}"))
}

/// Looks until a page shows two of them.
async fn several(who: &Browser, path: &str, prefix: &str) -> Vec<String> {
    for _ in 0..600 {
        let found = numbers(&who.get(path).await.body, prefix);
        if found.len() > 1 {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{path} never showed two {prefix}: {}", who.get(path).await.body);
}

/// A path of a route with a thing in it.
pub fn filled(path: &str, id: &str) -> String {
    path.replace("{id}", id)
        .replace("{purpose}", NO_PURPOSE)
        .replace("{version}", "1")
        .replace("{*path}", "app.css")
        .replace("{code}", &"A".repeat(43))
}
