//! The process is killed at every named place of a print, and started again: at most one START reaches the printer,
//! there is one entry in the history (of an incognito print none), and no file of ours is left on the printer. On both
//! engines.

use crate::house::{Strict, person};
use crate::paper::Paper;
use app::work::{Machines, pass};
use app::{By, Context, SignedIn};
use domain::ids::{PersonId, SessionId};
use domain::job::{JobState, Verdict};
use domain::person::Role;
use domain::printer::NotDone;
use domain::time::{Clock as _, Instant, Standing};
use printers::Printer;
use privacy::Sources;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use store::printers::Machine;
use store::{Database, Settings, Store, SystemRandom};
use tempfile::TempDir;

/// Where the child finds its house, which databases it has (none: the embedded one), and whether it prints incognito.
const FOLDER: &str = "PRINTKEEP_TEST_FOLDER";
const DATABASES: &str = "PRINTKEEP_TEST_DATABASES";
const INCOGNITO: &str = "PRINTKEEP_TEST_INCOGNITO";

/// Every named place, and whether the printer has been started when the process dies there.
const PLACES: [(&str, bool); 11] = [
    ("print:queued", false),
    ("print:assigned", false),
    ("print:placed", false),
    ("print:placed-saved", false),
    ("print:start-saved", false),
    ("print:start-sent", true),
    ("print:start-answered", true),
    ("print:ending", true),
    ("print:ended", true),
    ("print:removed", true),
    ("nowhere", true),
];

struct OnPaper(Arc<Paper>);

impl Machines for OnPaper {
    fn open(&self, _: &Machine) -> Result<Arc<dyn Printer>, NotDone> {
        Ok(self.0.clone())
    }
}

struct Process {
    ctx: Context,
    clock: Arc<Standing>,
    paper: Arc<Paper>,
}

impl Process {
    /// Each process's clock begins an hour after the last one's, as after a restart.
    async fn start(folder: &Path, database: Database, hour: i64) -> Self {
        let clock =
            Arc::new(Standing::at(Instant::from_micros(1_800_000_000_000_000).plus_seconds(hour * 3600)));
        let machine = folder.join("printer");
        std::fs::create_dir_all(&machine).unwrap();
        let paper = Arc::new(Paper { folder: machine, clock: clock.clone() });
        let settings = Settings { data: folder.join("data"), keys: folder.join("keys"), database };
        let book = Arc::new(Sources::built_in(&witness::policy::in_force()).unwrap().compile().unwrap());
        let store = Store::open(settings, book, clock.clone(), Arc::new(SystemRandom)).await.unwrap();
        let ctx = Context::with_machines(
            store,
            crate::house::no_children(),
            Arc::new(Strict),
            Arc::new(OnPaper(paper.clone())),
        );
        Self { ctx, clock, paper }
    }

    async fn turn(&self) {
        self.clock.advance(1);
        self.ctx.fleet().hurry();
        let mut changes = self.ctx.fleet().changes();
        pass(&self.ctx).await.unwrap();
        let _ = tokio::time::timeout(Duration::from_millis(20), changes.changed()).await;
    }

    /// Drives the print to its end; the person clears the bed when asked and says what nobody else can.
    async fn to_the_end(&self, me: &SignedIn) {
        let began = self.clock.now();
        loop {
            self.turn().await;
            let queue = app::queue::list(&self.ctx, me).await.unwrap();
            let left = self.ctx.store.look().await.unwrap().placements_left().await.unwrap();
            let Some(job) = queue.first() else {
                if left.is_empty() {
                    return;
                }
                continue;
            };
            match (job.state, &job.wait) {
                (JobState::Printing, _) => self.paper.be_done(),
                // Whose an incognito print was, nobody knows any more; the machine ends it by itself.
                _ if job.id.is_none() => {
                    self.paper.be_done();
                    assert!(self.clock.now().seconds_since(began) < 3600, "it never ends: {job:?}");
                }
                (_, Some(domain::queue::Wait::ClearBed(printer))) => {
                    assert!(self.paper.started().is_empty(), "a print lies on the bed");
                    app::printers::bed_is_clear(&self.ctx, me, *printer).await.unwrap();
                }
                // The printer was asked, and knows nothing: a person looks.
                (JobState::Unknown, Some(domain::queue::Wait::NobodyKnows(_)))
                    if self.clock.now().seconds_since(began) > 60 =>
                {
                    let _ = app::queue::say(&self.ctx, me, job.id.unwrap(), Verdict::Lost).await;
                }
                _ => assert!(self.clock.now().seconds_since(began) < 3600, "it never ends: {job:?}"),
            }
        }
    }
}

fn me(id: PersonId) -> SignedIn {
    SignedIn {
        person: id,
        role: Role::Operator,
        by: By::Session(SessionId::from_uuid(id.uuid())),
        proven: true,
    }
}

/// The process that is killed: does nothing unless it is given a house.
#[tokio::test]
async fn child() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let databases = std::env::var(DATABASES).unwrap();
    let database = match databases.split_once(' ') {
        Some((state, keys)) => Database::Postgres { state: state.to_owned(), keys: keys.to_owned() },
        None => Database::Embedded,
    };
    let house = Process::start(&folder, database, 0).await;
    let me = person(&house.ctx, Role::Operator).await;
    std::fs::write(folder.join("person"), me.person.to_string()).unwrap();
    app::history::choose(&house.ctx, &me, true).await.unwrap();
    let setup = app::printers::Setup { name: "Paper".to_owned(), ..Default::default() };
    let printer = app::printers::add_simulated(&house.ctx, &me, &setup).await.unwrap();
    house.turn().await;
    app::printers::bed_is_clear(&house.ctx, &me, printer).await.unwrap();
    let mut incoming = app::queue::begin(&house.ctx).await.unwrap();
    incoming.write(b"G28\n").unwrap();
    let incognito = std::env::var_os(INCOGNITO).is_some();
    let wish = app::queue::Wish { name: "part".to_owned(), incognito, ..app::queue::Wish::default() };
    app::queue::add(&house.ctx, &me, incoming, &wish).await.unwrap();
    house.to_the_end(&me).await;
}

#[allow(clippy::disallowed_methods, reason = "the process that dies is this test's own")]
async fn killed_at(place: &str, started: bool, database: Database, incognito: bool) {
    let folder = TempDir::new().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["kill::child", "--exact"]).env(FOLDER, folder.path()).env("PRINTKEEP_FAILPOINT", place);
    child.env(
        DATABASES,
        match &database {
            Database::Postgres { state, keys } => format!("{state} {keys}"),
            Database::Embedded => String::new(),
        },
    );
    if incognito {
        child.env(INCOGNITO, "1");
    }
    let died = child.output().unwrap();
    assert_eq!(died.status.success(), place == "nowhere", "{place}: {died:?}");
    let house = Process::start(folder.path(), database, 1).await;
    let before = house.paper.started().len();
    assert_eq!(before, usize::from(started), "{place}");
    let me = me(std::fs::read_to_string(folder.path().join("person")).unwrap().parse().unwrap());
    house.to_the_end(&me).await;
    let starts = house.paper.started().len();
    // Whether START arrived is not known at one place, so that it is not sent again; what was to leave no trace has no
    // file any more, so that it never is.
    let known = if incognito { started } else { place != "print:start-saved" };
    assert_eq!(starts, usize::from(known), "{place}");
    assert_eq!(house.paper.files(), 0, "{place}: a file is left on the printer");
    let page = app::history::page(&house.ctx, &me, &Default::default(), 0).await.unwrap();
    assert_eq!(page.entries.len(), usize::from(!incognito), "{place}");
}

/// Two databases of its own for each print, or none.
async fn databases(postgres: bool) -> Database {
    if !postgres {
        return Database::Embedded;
    }
    let (state, keys) = (witness::postgres::database().await, witness::postgres::database().await);
    Database::Postgres { state, keys }
}

#[tokio::test]
async fn a_print_survives_its_process_at_every_place() {
    for (place, started) in PLACES {
        killed_at(place, started, databases(false).await, false).await;
    }
}

#[tokio::test]
async fn a_print_survives_its_process_at_every_place_on_postgres() {
    for (place, started) in PLACES {
        killed_at(place, started, databases(true).await, false).await;
    }
}

#[tokio::test]
async fn an_incognito_print_never_begins_twice_and_leaves_nothing() {
    for postgres in [false, true] {
        for (place, started) in PLACES {
            killed_at(place, started, databases(postgres).await, true).await;
        }
    }
}

#[test]
fn every_place_of_a_print_is_here() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut named = std::collections::BTreeSet::new();
    let mut folders = vec![sources];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(path).unwrap();
                let hits = text.split("hit(\"print:").skip(1);
                named.extend(hits.map(|rest| format!("print:{}", rest.split('"').next().unwrap())));
            }
        }
    }
    let tried: std::collections::BTreeSet<String> =
        PLACES.iter().map(|(place, _)| (*place).to_owned()).filter(|place| place != "nowhere").collect();
    assert_eq!(named, tried);
}
