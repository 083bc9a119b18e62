//! What people can do here: one module per noun, each public function a sentence of the product.
//!
//! Knows the four hands and the policy; knows no HTTP, no HTML and no vendor's protocol.

pub mod accounts;
pub mod models;
pub mod people;
pub mod privacy_centre;
mod refusal;
pub mod text;
pub mod work;

pub use refusal::{Error, Refusal};

use accounts::Limits;
use domain::ids::{ApiKeyId, PersonId, SessionId};
use domain::person::{Actor, Role};
use std::sync::Arc;
use store::Store;
use tokio::sync::Semaphore;

/// Everything that use cases need. Clones share it.
#[derive(Clone)]
pub struct Context {
    /// The disk.
    pub store: Store,
    /// How often somebody may try something.
    pub(crate) limits: Arc<Limits>,
    /// Password digests take much memory, so that few are made at once.
    pub(crate) digests: Arc<Semaphore>,
    /// What is being prepared now.
    pub(crate) desk: Arc<work::Desk>,
}

impl Context {
    /// A context over an open house.
    pub fn new(store: Store) -> Self {
        let desk = Arc::new(work::Desk::new(work::this_program()));
        Self { store, limits: Arc::default(), digests: Arc::new(Semaphore::new(2)), desk }
    }

    /// The same, preparing strangers' files with these limits and in children of this program.
    #[must_use]
    pub fn preparing_with(self, config: prepare::Config) -> Self {
        Self { desk: Arc::new(work::Desk::new(config)), ..self }
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
