//! Opens a connection to a machine of the house. Knows which kinds there are, and nothing of people.

use ::printers::Printer;
use ::printers::octoprint::{Address, Key, OctoPrint};
use ::printers::simulated::Simulated;
use domain::ids::PrinterId;
use domain::printer::{NotDone, Refusal};
use domain::time::Clock;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use store::Store;
use store::printers::Machine;

/// The simulated printer's kind.
pub(crate) const SIMULATED: &str = "simulated";
/// OctoPrint's kind.
pub(crate) const OCTOPRINT: &str = "octoprint";

/// A way to reach machines.
pub trait Machines: Send + Sync {
    /// A connection to this machine. Nothing is sent yet.
    ///
    /// # Errors
    /// What is known of the machine does not lead to one.
    fn open(&self, machine: &Machine) -> Result<Arc<dyn Printer>, NotDone>;

    /// The simulated printer of this number that is connected, if it is one: somebody may stand beside it.
    fn simulated(&self, _printer: PrinterId) -> Option<Arc<Simulated>> {
        None
    }
}

/// The machines of the house, by their drivers. A simulated printer keeps its files in a folder of its own.
pub struct OfTheHouse {
    clock: Arc<dyn Clock>,
    folder: PathBuf,
    simulated: Mutex<HashMap<PrinterId, Weak<Simulated>>>,
}

impl OfTheHouse {
    /// Those of this house.
    pub fn of(store: &Store) -> Self {
        Self {
            clock: Arc::clone(store.clock()),
            folder: store.data().join("simulated"),
            simulated: Mutex::default(),
        }
    }
}

impl Machines for OfTheHouse {
    fn open(&self, machine: &Machine) -> Result<Arc<dyn Printer>, NotDone> {
        let broken = || NotDone::Refused(Refusal::Other);
        match machine.driver.as_str() {
            SIMULATED => {
                let folder = self.folder.join(machine.id.to_string());
                let printer = Arc::new(Simulated::with_folder(Arc::clone(&self.clock), folder));
                let mut all = self.simulated.lock().unwrap_or_else(PoisonError::into_inner);
                all.retain(|_, other| other.strong_count() > 0);
                all.insert(machine.id, Arc::downgrade(&printer));
                Ok(printer)
            }
            OCTOPRINT => {
                let address = machine.address.as_deref().ok_or_else(broken)?;
                let key = machine.secret.as_ref().ok_or(NotDone::Refused(Refusal::KeyRefused))?;
                let address = Address::parse(address).map_err(|_| broken())?;
                let key = Key::new(key.reveal().clone());
                Ok(Arc::new(OctoPrint::new(address, key, Arc::clone(&self.clock))?))
            }
            _ => Err(NotDone::UnknownCommand),
        }
    }

    fn simulated(&self, printer: PrinterId) -> Option<Arc<Simulated>> {
        self.simulated.lock().unwrap_or_else(PoisonError::into_inner).get(&printer)?.upgrade()
    }
}

/// The machine's name in the policy's list of places that data may go.
pub(crate) fn destination(machine: &Machine) -> String {
    format!("printer-{}", machine.driver)
}
