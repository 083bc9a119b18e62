//! The answers that people can meet. Each has a code that pages put into words.

use store::Fault;

/// Why something was not done. Expected; says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It does not exist, or not for whoever asks.
    #[error("There is no such thing here.")]
    NotFound,
    /// Sign in first.
    #[error("Sign in first.")]
    SignIn,
    /// Address, password or code are not right; which of them is not told.
    #[error(
        "That is not right. Check the address, the password and the code. After five wrong tries an account locks itself for a while, longer each time."
    )]
    WrongCredentials,
    /// Prove again who you are.
    #[error("Prove that it is you, then do it again: you signed in a while ago.")]
    ProveAgain,
    /// A passkey does not prove what it should; why not is not told.
    #[error(
        "This passkey is not known here. It may have been ended, or it took too long: try again, or use your password."
    )]
    PasskeyUnknown,
    /// A service elsewhere did not say who somebody is, or said somebody whom nobody here connected with it; which of them is not told.
    #[error(
        "The other service signs nobody in here whom it named. Sign in with your password or passkey, and connect your account there under Settings; if you did that, try again."
    )]
    ElsewhereUnknown,
    /// A second factor is needed.
    #[error("Enter the code from your app, or a recovery code.")]
    CodeNeeded,
    /// Too many tries.
    #[error("Too many tries. Try again in {minutes} min.")]
    TooManyTries {
        /// Minutes to wait, at least one.
        minutes: i64,
    },
    /// So much is going on that this has to wait.
    #[error("{0}")]
    Busy(&'static str),
    /// A code or link is wrong, was used, or has expired.
    #[error("This code is wrong, was used, or has expired. Ask for a new one.")]
    CodeInvalid,
    /// A field is not right.
    #[error("{problem}")]
    Field {
        /// Which field, as the form names it.
        field: &'static str,
        /// What is wrong and what to do.
        problem: String,
    },
    /// The policy in force does not allow it.
    #[error("{0}")]
    Policy(String),
    /// Whose data it is restricted its use.
    #[error(
        "The use of these data is restricted: they are kept and not used. Whoever they are about can lift that under Privacy."
    )]
    Restricted,
    /// The house needs these data for a legal claim.
    #[error(
        "This house needs your data for a legal claim: nothing of it can be erased until that ends. Which claim, and until when, stands under Privacy, “Keep my data, do not use it”."
    )]
    Held,
    /// The printer did not do it.
    #[error("The printer did not do it: {0}.")]
    Printer(domain::printer::NotDone),
    /// It cannot be undone: confirm it.
    #[error("{0}")]
    Confirm(&'static str),
    /// It cannot be done as things stand.
    #[error("{0}")]
    Conflict(&'static str),
}

impl Refusal {
    /// A field is not right.
    pub(crate) fn field(field: &'static str, problem: impl Into<String>) -> Self {
        Self::Field { field, problem: problem.into() }
    }
}

/// Why a use case did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Expected.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Unexpected; its words hold no values of people.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Refused(privacy::Refusal::NotFound) => Self::Refused(Refusal::NotFound),
            store::Error::Refused(privacy::Refusal::ProofMissing) => Self::Refused(Refusal::ProveAgain),
            store::Error::Refused(privacy::Refusal::Restricted) => Self::Refused(Refusal::Restricted),
            store::Error::Refused(privacy::Refusal::Held) => Self::Refused(Refusal::Held),
            store::Error::Refused(missing @ privacy::Refusal::ReasonMissing) => {
                Self::Refused(Refusal::Field { field: "reason", problem: format!("{missing}.") })
            }
            store::Error::Refused(other) => Self::Refused(Refusal::Policy(other.to_string())),
            store::Error::Fault(fault) => Self::Fault(fault),
        }
    }
}
