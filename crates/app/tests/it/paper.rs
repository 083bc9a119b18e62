//! A printer made of files in a folder, so that it outlives the process that talks to it. Every START it was ever
//! given stands in a list; it prints until somebody says that it is done.

use domain::ids::{CommandId, PrintReference};
use domain::printer::{
    Abilities, Activity, Command, NotDone, Outcome, Print, Progress, Recollection, Refusal, Report,
    Temperatures,
};
use domain::time::Clock;
use futures::future::BoxFuture;
use printers::egress::{Field, SIMULATED};
use printers::{PrintOrder, Printer, Removal};
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::AsyncReadExt as _;

pub struct Paper {
    pub folder: PathBuf,
    pub clock: Arc<dyn Clock>,
}

impl Paper {
    fn file(&self, reference: PrintReference) -> PathBuf {
        self.folder.join(reference.to_string())
    }
    /// Every START, in order.
    pub fn started(&self) -> Vec<PrintReference> {
        let list = fs::read_to_string(self.folder.join("started")).unwrap_or_default();
        list.lines().map(|line| line.parse().unwrap()).collect()
    }
    pub fn is_done(&self) -> bool {
        self.folder.join("done").exists()
    }
    pub fn be_done(&self) {
        fs::write(self.folder.join("done"), "").unwrap();
    }
    pub fn files(&self) -> usize {
        let names = fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name != "started" && name != "done").count()
    }
    fn start(&self, reference: PrintReference) -> Outcome {
        if !self.file(reference).exists() {
            return Err(NotDone::Refused(Refusal::NoSuchFile));
        }
        let list = fs::OpenOptions::new().create(true).append(true).open(self.folder.join("started"));
        writeln!(list.unwrap(), "{reference}").unwrap();
        Ok(())
    }
}

impl Printer for Paper {
    fn abilities(&self) -> Abilities {
        Abilities::default()
    }
    fn report(&self) -> BoxFuture<'_, Result<Report, NotDone>> {
        let print = self
            .started()
            .last()
            .map(|reference| Print { reference: *reference, progress: Progress::default() });
        let activity = match (&print, self.is_done()) {
            (None, _) => Activity::Idle,
            (Some(_), true) => Activity::Finished,
            (Some(_), false) => Activity::Printing,
        };
        let at = self.clock.now();
        Box::pin(async move { Ok(Report { at, activity, print, temperatures: Temperatures::default() }) })
    }
    fn command(&self, _: CommandId, command: Command) -> BoxFuture<'_, Outcome> {
        Box::pin(async move {
            match command {
                Command::Start(reference) => self.start(reference),
                _ => Err(NotDone::UnknownCommand),
            }
        })
    }
    fn place(&self, mut order: PrintOrder) -> BoxFuture<'_, Result<(), NotDone>> {
        Box::pin(async move {
            let mut bytes = Vec::new();
            order.gcode.read_to_end(&mut bytes).await.map_err(|_| NotDone::Refused(Refusal::BadFile))?;
            fs::write(self.file(order.reference), bytes).unwrap();
            Ok(())
        })
    }
    fn remove(&self, reference: PrintReference) -> BoxFuture<'_, Result<Removal, NotDone>> {
        let removed = fs::remove_file(self.file(reference)).is_ok();
        Box::pin(async move { Ok(if removed { Removal::Removed } else { Removal::WasAbsent }) })
    }
    fn own_files(&self) -> BoxFuture<'_, Result<Vec<PrintReference>, NotDone>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    fn recall(&self, reference: PrintReference) -> BoxFuture<'_, Result<Recollection, NotDone>> {
        let known = match (self.started().contains(&reference), self.is_done()) {
            (true, true) => Recollection::Finished,
            (true, false) => Recollection::Running,
            (false, _) => Recollection::NothingKnown,
        };
        Box::pin(async move { Ok(known) })
    }
    fn egress_fields(&self) -> &'static [Field] {
        SIMULATED
    }
    fn residue(&self) -> &'static [&'static str] {
        &[]
    }
}
