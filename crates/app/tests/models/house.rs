//! A house for a test: folders of its own, a clock that stands still, people, and a worker.

use app::models::{self, Arriving, Stage};
use app::{Context, SignedIn};
use bytes::Bytes;
use domain::ids::{ModelId, PersonId, UploadId};
use domain::person::Role;
use domain::time::Standing;
use futures::{StreamExt as _, stream};
use privacy::{Personal, Sources};
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Database, ReadPass, Settings, Store, SystemRandom};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use witness::postgres::database;

pub struct House {
    pub ctx: Context,
    pub clock: Arc<Standing>,
    _folder: TempDir,
    stop: CancellationToken,
    worker: Option<JoinHandle<()>>,
}

impl House {
    pub async fn sqlite() -> Self {
        Self::open(Database::Embedded, "house").await
    }

    pub async fn postgres() -> Self {
        let (state, keys) = (database().await, database().await);
        Self::open(Database::Postgres { state, keys }, "house").await
    }

    /// A house with a policy of its own, made from `house` by putting one text in another's place.
    pub async fn under(from: &str, to: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("../../policy/profiles/{}.toml", witness::policy::in_force()));
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.contains(from));
        let sources = Sources::with_profile("policy/profiles", &text.replace(from, to));
        Self::with(Database::Embedded, sources).await
    }

    async fn open(database: Database, profile: &str) -> Self {
        Self::with(database, Sources::built_in(&witness::policy::or_in_force(profile)).unwrap()).await
    }

    async fn with(database: Database, sources: Sources) -> Self {
        let folder = TempDir::new().unwrap();
        let settings =
            Settings { data: folder.path().join("data"), keys: folder.path().join("keys"), database };
        let clock = Arc::new(Standing::at_iso("2026-11-22T09:00:00Z"));
        let book = Arc::new(sources.compile().unwrap());
        let store = Store::open(settings, book, clock.clone(), Arc::new(SystemRandom)).await.unwrap();
        let config = prepare::Config::new(env!("CARGO_BIN_EXE_app-child"), [] as [&str; 0]);
        let ctx = Context::new(store, config);
        Self { ctx, clock, _folder: folder, stop: CancellationToken::new(), worker: None }
    }

    /// Lets the background work begin.
    pub fn work(&mut self) {
        self.worker = Some(tokio::spawn(app::workshop::run(self.ctx.clone(), self.stop.clone())));
    }

    /// Ends it and waits until it has.
    pub async fn rest(&mut self) {
        self.stop.cancel();
        if let Some(worker) = self.worker.take() {
            worker.await.unwrap();
        }
        self.stop = CancellationToken::new();
    }

    /// Somebody new.
    pub async fn person(&self, name: &str) -> SignedIn {
        use domain::person::{Actor, Chore};
        use privacy::{Act, Ask, Whose};
        use store::people::{self, NewPerson};
        let id = PersonId::fresh(&SystemRandom);
        let tx = self.ctx.store.begin().await.unwrap();
        let ask = Ask {
            actor: Actor::House(Chore::Doorkeeper),
            act: Act::Create,
            what: "person",
            whose: Whose::Person(id),
            purpose: "account",
        };
        let grant = tx.authorise(ask).await.unwrap();
        let new = NewPerson {
            role: Role::Member,
            name: Personal::new(name.to_owned()),
            email: None,
            old_enough: None,
            extra: None,
        };
        people::insert(&grant, &new).await.unwrap();
        drop(grant);
        tx.commit().await.unwrap();
        let by = app::By::Session(domain::ids::SessionId::fresh(&SystemRandom));
        SignedIn { person: id, role: Role::Member, by, proven: true }
    }

    /// Uploads a whole file and waits until it has become a model or was refused.
    pub async fn upload(&self, me: &SignedIn, name: &str, bytes: &[u8]) -> Result<ModelId, String> {
        let id = models::receive(&self.ctx, me, name, body(bytes)).await.map_err(|e| e.to_string())?;
        self.read(me, id).await
    }

    /// Waits until an upload has become a model or was refused.
    pub async fn read(&self, me: &SignedIn, id: UploadId) -> Result<ModelId, String> {
        let mut changes = app::workshop::changes(&self.ctx);
        loop {
            match models::arriving(&self.ctx, me, id).await {
                Ok(Arriving { stage: Stage::Refused(words), .. }) => return Err(words),
                Ok(_) => {}
                Err(_) => return Ok(ModelId::from_uuid(id.uuid())),
            }
            let _ = changes.recv().await.unwrap();
        }
    }

    /// The bytes behind a pass.
    pub async fn bytes(&self, pass: ReadPass) -> Vec<u8> {
        let mut all = Vec::new();
        let mut pieces = std::pin::pin!(self.ctx.store.read(pass));
        while let Some(piece) = pieces.next().await {
            all.extend_from_slice(&piece.unwrap());
        }
        all
    }

    pub fn blobs(&self) -> Vec<PathBuf> {
        walk(&self.ctx.store.data().join("blobs"))
    }

    /// What lies there beside the locks, by which processes know each other's folders.
    pub fn work_folder(&self) -> Vec<PathBuf> {
        let mut files = walk(&self.ctx.store.data().join("work"));
        files.retain(|file| !file.ends_with("lock"));
        files
    }

    /// Whether any work waits or runs.
    pub async fn has_work(&self) -> bool {
        let nobody = PersonId::fresh(&SystemRandom).uuid();
        self.clock.advance(3600);
        self.ctx.store.work_claim(nobody, 1).await.unwrap().is_some()
    }
}

/// A body in chunks that split everything in odd places.
pub fn body(bytes: &[u8]) -> impl futures::Stream<Item = Result<Bytes, Infallible>> + Send + use<> {
    let chunks: Vec<_> = bytes.chunks(10_007).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
    stream::iter(chunks)
}

/// A file among prepare's models.
pub fn sample(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../prepare/tests/models");
    std::fs::read(folder.join(name)).unwrap()
}

/// Every file and folder entry below a folder that is a file.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries
        .map(|entry| entry.unwrap().path())
        .flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] })
        .collect()
}
