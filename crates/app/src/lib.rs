//! What people can do here: one module per noun, each public function a sentence of the product.
//!
//! Knows the four hands and the policy; knows no HTTP, no HTML and no vendor's protocol.

pub mod accounts;
pub mod gate;
pub mod history;
pub mod people;
pub mod printers;
pub mod privacy_centre;
pub mod queue;
mod refusal;
pub mod text;
pub mod work;

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
    /// Every toolpath passes it before a printer sees it.
    pub(crate) gate: Arc<dyn Gate>,
    /// The printers, as this process is connected to them.
    pub(crate) fleet: Fleet,
    /// Printers that somebody is pairing.
    pub(crate) pairings: Arc<printers::Pairings>,
}

impl Context {
    /// A context over an open house. No toolpath reaches a printer without passing `gate`.
    pub fn new(store: Store, gate: Arc<dyn Gate>) -> Self {
        let machines = Arc::new(OfTheHouse::of(&store));
        Self::with_machines(store, gate, machines)
    }

    /// As [`Context::new`], with a way of its own to reach machines.
    pub fn with_machines(store: Store, gate: Arc<dyn Gate>, machines: Arc<dyn Machines>) -> Self {
        let fleet = Fleet::new(&store, machines);
        let digests = Arc::new(Semaphore::new(2));
        Self { store, limits: Arc::default(), digests, gate, fleet, pairings: Arc::default() }
    }

    /// The printers, as this process is connected to them.
    pub const fn fleet(&self) -> &Fleet {
        &self.fleet
    }
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
        Actor::Person { id: self.person, role: self.role, key }
    }
}
