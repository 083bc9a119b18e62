//! A machine that takes files and answers questions, and does nothing that it is told.

use crate::house::{House, Strict, no_children};
use app::Context;
use app::work::Machines;
use domain::ids::{CommandId, PrintReference};
use domain::printer::{Abilities, Command, NotDone, Outcome, Recollection, Refusal, Report};
use futures::future::BoxFuture;
use printers::egress::Field;
use printers::simulated::Simulated;
use printers::{Picture, PrintOrder, Printer, Removal, Watch};
use std::sync::Arc;
use store::printers::Machine;

#[derive(Clone)]
struct Stubborn(Arc<Simulated>);

/// The same house, whose machine has become stubborn.
pub fn house(mut house: House) -> House {
    let machines = Arc::new(Stubborn(house.machine.clone()));
    let store = house.ctx.store.clone();
    house.ctx = Context::with_machines(store, no_children(), Arc::new(Strict), machines);
    house
}

impl Machines for Stubborn {
    fn open(&self, _: &Machine) -> Result<Arc<dyn Printer>, NotDone> {
        Ok(Arc::new(self.clone()))
    }
}

impl Printer for Stubborn {
    fn command(&self, _: CommandId, _: Command) -> BoxFuture<'_, Outcome> {
        Box::pin(async { Err(NotDone::Refused(Refusal::WrongState)) })
    }
    fn abilities(&self) -> Abilities {
        self.0.abilities()
    }
    fn report(&self) -> BoxFuture<'_, Result<Report, NotDone>> {
        self.0.report()
    }
    fn place(&self, order: PrintOrder) -> BoxFuture<'_, Result<(), NotDone>> {
        self.0.place(order)
    }
    fn remove(&self, reference: PrintReference) -> BoxFuture<'_, Result<Removal, NotDone>> {
        self.0.remove(reference)
    }
    fn own_files(&self) -> BoxFuture<'_, Result<Vec<PrintReference>, NotDone>> {
        self.0.own_files()
    }
    fn recall(&self, reference: PrintReference) -> BoxFuture<'_, Result<Recollection, NotDone>> {
        self.0.recall(reference)
    }
    fn look(&self) -> BoxFuture<'_, Result<Picture, NotDone>> {
        self.0.look()
    }
    fn watch(&self) -> BoxFuture<'_, Result<Watch, NotDone>> {
        self.0.watch()
    }
    fn egress_fields(&self) -> &'static [Field] {
        self.0.egress_fields()
    }
    fn residue(&self) -> &'static [&'static str] {
        self.0.residue()
    }
}
