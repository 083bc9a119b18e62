//! What people can do here: one module per noun, each public function a sentence of the product.
//!
//! Knows the four hands and the policy; knows no HTTP, no HTML and no vendor's protocol.

pub mod accounts;
pub mod apart;
pub mod breaches;
pub mod consents;
pub mod console;
pub mod data_map;
pub mod disclosures;
pub mod duties;
pub mod gate;
pub mod history;
pub mod holds;
pub mod letters;
pub mod measures;
pub mod models;
pub mod people;
pub mod policy;
pub mod printers;
pub mod privacy_centre;
pub mod proofs;
pub mod queue;
mod refusal;
pub mod requests;
pub mod restrictions;
pub mod text;
pub mod updates;
pub mod work;
pub mod workshop;

pub use refusal::{Error, Refusal};

use accounts::Limits;
use domain::ids::{ApiKeyId, PersonId, SessionId};
use domain::person::{Actor, Role};
use queue::Gate;
use std::sync::Arc;
use store::Store;
use tokio::sync::Semaphore;
use work::{Fleet, Machines, OfTheHouse};

/// Everything that use cases need. Clones share it.
#[derive(Clone)]
pub struct Context {
    /// The disk.
    pub store: Store,
    /// How often somebody may try something.
    pub(crate) limits: Arc<Limits>,
    /// Password digests take much memory, so that few are made at once.
    pub(crate) digests: Arc<Semaphore>,
    /// Toolpaths lie in memory while they come in and are checked, so that few are taken in at once.
    pub(crate) intake: Arc<Semaphore>,
    /// Every toolpath passes it before a printer sees it.
    pub(crate) gate: Arc<dyn Gate>,
    /// The printers, as this process is connected to them.
    pub(crate) fleet: Fleet,
    /// Printers that somebody is pairing.
    pub(crate) pairings: Arc<printers::Pairings>,
    /// Jobs that were removed a moment ago and can still be put back.
    pub(crate) leaving: Arc<queue::Leaving>,
    /// Who carries letters. Whether one goes by itself is said by [`Context::sends_mail`].
    pub mail: Mail,
    /// Checks passkeys, where this house is reached in a way in which browsers have them.
    pub passkeys: Option<Arc<accounts::Passkeys>>,
    /// A service elsewhere by which people may sign in, if the operator named one.
    pub elsewhere: Option<Arc<accounts::Elsewhere>>,
    /// Which updates the machine has pending, as the start has found it.
    pub updates: updates::Latest,
    /// What is being prepared now.
    pub(crate) desk: Arc<workshop::Desk>,
}

impl Context {
    /// A context over an open house. Strangers' files are read in confined children started by `config`, and no
    /// toolpath reaches a printer without passing the gate there.
    pub fn new(store: Store, config: prepare::Config) -> Self {
        let gate = Arc::new(gate::ConfinedGate { config: config.clone() });
        let machines = Arc::new(OfTheHouse::of(&store));
        Self::with_machines(store, config, gate, machines)
    }

    /// As [`Context::new`], with a gate and a way to reach machines of its own.
    pub fn with_machines(
        store: Store,
        config: prepare::Config,
        gate: Arc<dyn Gate>,
        machines: Arc<dyn Machines>,
    ) -> Self {
        let fleet = Fleet::new(&store, machines);
        Self {
            store,
            limits: Arc::default(),
            digests: Arc::new(Semaphore::new(2)),
            intake: Arc::new(Semaphore::new(2)),
            gate,
            fleet,
            pairings: Arc::default(),
            leaving: Arc::default(),
            mail: Mail::Nobody,
            passkeys: None,
            elsewhere: None,
            updates: updates::Latest::default(),
            desk: Arc::new(workshop::Desk::new(config)),
        }
    }

    /// Whether letters go out by e-mail by themselves, today; else staff is shown what to send.
    pub fn sends_mail(&self) -> bool {
        match self.mail {
            Mail::Nobody => false,
            Mail::Own => true,
            Mail::Registered => disclosures::carrier(self).is_ok(),
        }
    }

    /// The same to somebody of whom nobody knows whether anything was agreed with them: they have only asked (FL-75).
    pub fn sends_mail_to_anybody(&self) -> bool {
        self.sends_mail() && (self.mail == Mail::Own || disclosures::carries_for_anybody(self))
    }

    /// The printers, as this process is connected to them.
    pub const fn fleet(&self) -> &Fleet {
        &self.fleet
    }
}

/// Who carries letters to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mail {
    /// Nobody: staff is shown what to send.
    Nobody,
    /// A server of this house's own: nobody else receives anything.
    Own,
    /// A server of somebody whom the policy's register of recipients names.
    Registered,
}

/// Somebody who has proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub person: PersonId,
    /// Their part in the house.
    pub role: Role,
    /// In which browser, or with which key for programs.
    pub by: By,
    /// Whether they proved a short while ago who they are.
    pub proven: bool,
}

/// By what somebody has proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A session.
    Session(SessionId),
    /// A key for programs.
    Key(ApiKeyId),
}

impl SignedIn {
    /// As the policy knows them.
    pub const fn actor(&self) -> Actor {
        let key = match self.by {
            By::Session(_) => None,
            By::Key(id) => Some(id),
        };
        Actor::Person { id: self.person, role: self.role, key, proven: self.proven }
    }
}
