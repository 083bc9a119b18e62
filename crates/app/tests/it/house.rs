//! A house for a test: folders of its own, a clock that stands still, people, and a simulated printer whose hands we
//! are. Nothing sleeps for its own sake: the dispatcher is driven pass by pass until what is waited for holds.

use app::queue::{Findings, Gate, Passed, Queued, Refused, Wish};
use app::work::{Machines, pass};
use app::{By, Context, SignedIn};
use domain::ids::{JobId, PersonId, PrinterId, SessionId};
use domain::job::JobState;
use domain::machine::MachineLimits;
use domain::person::{Actor, Chore, Role};
use domain::printer::NotDone;
use domain::time::{Clock as _, Standing};
use printers::Printer;
use printers::simulated::Simulated;
use privacy::{Act, Ask, Personal, Sources, Whose};
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::jobs::Facts;
use store::people::{self, NewPerson};
use store::printers::Machine;
use store::{Database, Settings, Store, SystemRandom};
use tempfile::TempDir;
use witness::postgres::database;

/// Longer than anything here takes on a slow machine.
const DEADLINE: Duration = Duration::from_mins(1);

/// A print of about a minute.
pub const GCODE: &[u8] = b"M83\nG1 Z0.2 F600\nG1 X600 E5 F600\nG1 Z0.4\nG1 X0 E5\n";

/// The same without a word from the slicer.
pub const SILENT: &[u8] = b"M82\nM83\nG1 Z0.2 F600\nG1 X600 E5 F600\nG1 Z0.4\nG1 X0 E5\n";

pub struct House {
    pub ctx: Context,
    pub clock: Arc<Standing>,
    pub machine: Arc<Simulated>,
    pub settings: Settings,
    pub folder: TempDir,
}

/// Whatever machine is asked for, it is this one.
pub struct One(pub Arc<Simulated>);

impl Machines for One {
    fn open(&self, _: &Machine) -> Result<Arc<dyn Printer>, NotDone> {
        Ok(self.0.clone())
    }
}

/// A gate that knows one bad command.
pub struct Strict;

impl Gate for Strict {
    fn check(&self, gcode: &File, _: &MachineLimits) -> Result<Passed, Refused> {
        let mut gcode = gcode.try_clone().unwrap();
        let mut text = Vec::new();
        gcode.read_to_end(&mut text).unwrap();
        gcode.rewind().unwrap();
        if text.starts_with(b"M104 S999") {
            return Err(Refused { problem: "Line 1 is too hot.".to_owned() });
        }
        let says = Facts { grams: Some(12.5), seconds: Some(60.0), ..Facts::default() };
        let facts = if text == SILENT { Facts::default() } else { says };
        Ok(Passed { gcode, facts, findings: Findings::default() })
    }
}

impl House {
    pub async fn sqlite() -> Self {
        Self::new(Database::Embedded).await
    }

    pub async fn postgres() -> Self {
        Self::new(Database::Postgres { state: database().await, keys: database().await }).await
    }

    async fn new(database: Database) -> Self {
        let folder = TempDir::new().unwrap();
        let settings =
            Settings { data: folder.path().join("data"), keys: folder.path().join("keys"), database };
        let clock = Arc::new(Standing::at_iso("2026-11-22T09:00:00Z"));
        let machine = Arc::new(Simulated::with_folder(clock.clone(), folder.path().join("printer")));
        let ctx = context(&settings, &clock, &machine).await;
        Self { ctx, clock, machine, settings, folder }
    }

    /// The same house after its process ended; the printer goes on.
    pub async fn restarted(self) -> Self {
        self.ctx.store.clone().close().await;
        let Self { ctx, clock, machine, settings, folder } = self;
        drop(ctx);
        // The old process's tasks let go of the data folder a moment later.
        let begun = Instant::now();
        let ctx = loop {
            let opened = try_context(&settings, &clock, &machine).await;
            match opened {
                Ok(ctx) => break ctx,
                Err(fault) => assert!(begun.elapsed() < DEADLINE, "{fault}"),
            }
            tokio::task::yield_now().await;
        };
        Self { ctx, clock, machine, settings, folder }
    }

    pub async fn person(&self, role: Role) -> SignedIn {
        person(&self.ctx, role).await
    }

    /// An operator with a printer whose bed is clear and which is in contact.
    pub async fn ready(&self) -> (SignedIn, PrinterId) {
        let me = self.person(Role::Operator).await;
        let setup = app::printers::Setup { name: "Left".to_owned(), ..Default::default() };
        let printer = app::printers::add_simulated(&self.ctx, &me, &setup).await.unwrap();
        self.contact(&me, printer).await;
        app::printers::bed_is_clear(&self.ctx, &me, printer).await.unwrap();
        (me, printer)
    }

    pub async fn contact(&self, me: &SignedIn, printer: PrinterId) {
        self.until("contact", async || {
            app::printers::get(&self.ctx, me, printer)
                .await
                .unwrap()
                .report
                .is_some_and(|r| r.at == self.clock.now())
        })
        .await;
    }

    pub async fn add(&self, me: &SignedIn, name: &str, incognito: bool) -> JobId {
        let wish = Wish { name: name.to_owned(), incognito, ..Wish::default() };
        self.add_gcode(me, GCODE, &wish).await.unwrap()
    }

    pub async fn add_gcode(&self, me: &SignedIn, gcode: &[u8], wish: &Wish) -> Result<JobId, app::Error> {
        let mut incoming = app::queue::begin(&self.ctx).await?;
        incoming.write(gcode)?;
        app::queue::add(&self.ctx, me, incoming, wish).await
    }

    pub async fn queue(&self, me: &SignedIn) -> Vec<Queued> {
        app::queue::list(&self.ctx, me).await.unwrap()
    }

    pub async fn state(&self, me: &SignedIn, id: JobId) -> Option<JobState> {
        self.queue(me).await.into_iter().find(|job| job.id == Some(id)).map(|job| job.state)
    }

    /// Drives the dispatcher until the job is in this state; `None` is gone. A second passes with each turn.
    pub async fn until_state(&self, me: &SignedIn, id: JobId, state: Option<JobState>) {
        self.until(&format!("{state:?}"), async || self.state(me, id).await == state).await;
    }

    /// Drives the dispatcher until this holds.
    pub async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let begun = Instant::now();
        while !holds().await {
            assert!(begun.elapsed() < DEADLINE, "waited in vain: {what}");
            self.turn().await;
        }
    }

    /// A second passes, the printer is asked, and the dispatcher looks.
    pub async fn turn(&self) {
        self.clock.advance(1);
        self.ctx.fleet().hurry();
        let mut changes = self.ctx.fleet().changes();
        pass(&self.ctx).await.unwrap();
        // Whoever has something to tell wakes us; if nobody has, the next second comes.
        let _ = tokio::time::timeout(Duration::from_millis(20), changes.changed()).await;
    }

    /// Until nothing of ours lies on the printer any more and nothing is under way.
    pub async fn quiet(&self) {
        self.until("an empty printer", async || {
            self.machine.own_files().await.unwrap_or_default().is_empty()
                && self.ctx.store.look().await.unwrap().placements_left().await.unwrap().is_empty()
        })
        .await;
    }

    pub fn data(&self) -> PathBuf {
        self.settings.data.clone()
    }
}

/// Somebody new in the house.
pub async fn person(ctx: &Context, role: Role) -> SignedIn {
    let id = PersonId::fresh(&SystemRandom);
    let tx = ctx.store.begin().await.unwrap();
    let actor = Actor::House(Chore::Doorkeeper);
    let ask = Ask { actor, act: Act::Create, what: "person", whose: Whose::Person(id), purpose: "account" };
    let grant = tx.authorise(ask).await.unwrap();
    let name = Personal::new("Somebody".to_owned());
    people::insert(&grant, &NewPerson { role, name, email: None, old_enough: None, extra: None })
        .await
        .unwrap();
    drop(grant);
    tx.commit().await.unwrap();
    SignedIn { person: id, role, by: By::Session(SessionId::fresh(&SystemRandom)), proven: true }
}

pub async fn context(settings: &Settings, clock: &Arc<Standing>, machine: &Arc<Simulated>) -> Context {
    try_context(settings, clock, machine).await.unwrap()
}

async fn try_context(
    settings: &Settings,
    clock: &Arc<Standing>,
    machine: &Arc<Simulated>,
) -> Result<Context, store::Fault> {
    let book = Arc::new(Sources::built_in(&witness::policy::in_force()).unwrap().compile().unwrap());
    let store = Store::open(settings.clone(), book, clock.clone(), Arc::new(SystemRandom)).await?;
    Ok(Context::with_machines(store, no_children(), Arc::new(Strict), Arc::new(One(machine.clone()))))
}

/// These stories bring their own gate and read no models.
pub fn no_children() -> prepare::Config {
    prepare::Config::new("/nowhere", ["none"])
}
