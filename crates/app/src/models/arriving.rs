//! A file on its way in, as its owner sees it.

use crate::workshop::Progress;
use domain::ids::{ModelId, UploadId};
use domain::time::Instant;
use privacy::Personal;

/// A file on its way in, as its owner sees it.
#[derive(Debug)]
pub struct Arriving {
    /// Which. The model that it becomes has the same number.
    pub id: UploadId,
    /// What the person calls it.
    pub name: Personal<String>,
    /// Bytes that have come.
    pub received: u64,
    /// Bytes of the whole, where it is known.
    pub size: Option<u64>,
    /// How far it is.
    pub stage: Stage,
    /// When it is given up.
    pub ends_at: Option<Instant>,
}

/// How far an upload is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Bytes are still coming, or are waited for.
    Receiving,
    /// Every byte is there; it waits to be read, or is being read.
    Reading(Option<Progress>),
    /// It was refused, for this reason; nothing of it was kept.
    Refused(String),
}

impl Stage {
    /// Whether something goes on without the person.
    pub const fn runs(&self) -> bool {
        matches!(self, Self::Reading(_))
    }
}

impl Arriving {
    /// The number of the model that it becomes.
    pub const fn model(&self) -> ModelId {
        ModelId::from_uuid(self.id.uuid())
    }
}
