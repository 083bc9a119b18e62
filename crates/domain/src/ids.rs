//! One type for each kind of id, so that a job's id cannot be passed where a printer's is meant.
//!
//! Ids are 128 random bits and say nothing, not even when they were made. They must never be derived from a
//! name, an address or a content.

use crate::random::Random;
use core::fmt;
use core::str::FromStr;
use uuid::Uuid;

/// The text was not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not an id: 32 hexadecimal digits were expected")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id from the given source of randomness.
            pub fn fresh(random: &dyn Random) -> Self {
                let mut bytes = [0; 16];
                random.fill(&mut bytes);
                Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
            }
            /// The id with this value, as read from storage.
            pub const fn from_uuid(value: Uuid) -> Self {
                Self(value)
            }
            /// The value to store.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.simple().fmt(f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.simple())
            }
        }
        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
            }
        }
    )+};
}

ids! {
    /// A person whose data the house holds.
    PersonId;
    /// A signed-in browser.
    SessionId;
    /// A key for programs.
    ApiKeyId;
    /// A passkey.
    PasskeyId;
    /// An account elsewhere by which somebody signs in.
    ProviderAccountId;
    /// A proof of who somebody is that was begun.
    CeremonyId;
    /// An invitation that has not been used.
    InvitationId;
    /// A letter that the house writes by itself.
    LetterId;
    /// A model file that a person stored.
    ModelId;
    /// A printer.
    PrinterId;
    /// One print of one file.
    JobId;
    /// The name of one print on a machine: independent of the job's id, so that a file left on a printer leads to
    /// nobody.
    PrintReference;
    /// One command to one printer; the same id is never carried out twice.
    CommandId;
    /// A sealed file in the blob store.
    BlobId;
    /// An upload that may still be going on.
    UploadId;
    /// One part of an upload.
    UploadPartId;
    /// A toolpath that was or is being made.
    SlicingId;
    /// A piece of background work.
    WorkId;
    /// Something that demands data of this house.
    DemandId;
    /// That the house passes to somebody else, or that somebody negotiates to take it over.
    AcquisitionId;
    /// Something that went wrong with people’s data.
    BreachId;
    /// One run of an export, erasure or other request about a person's data.
    RequestId;
    /// A time in which somebody’s data is kept and not used.
    RestrictionId;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Counting;

    #[test]
    fn prints_and_reads_back() {
        let id = PersonId::fresh(&Counting::default());
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("ada".parse::<PersonId>(), Err(NotAnId));
    }
}
