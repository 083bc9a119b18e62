//! Getting a key by consent: OctoPrint shows its own people who asks, and one of them says yes or no there.
//!
//! We never see a password, and the key can be taken back in OctoPrint at any time.

use super::http::{Address, Http, Key};
use super::outgoing::Outgoing;
use super::wire::{KeyGranted, KeyRequested};
use domain::printer::{NotDone, Refusal};
use std::fmt;
use zeroize::Zeroizing;

/// OctoPrint drops a request that is not asked about for five seconds; ask more often than that.
pub const ASK_WITHIN_SECONDS: u32 = 4;

/// A request that waits for somebody's decision.
pub struct Pairing {
    http: Http,
    token: Zeroizing<String>,
}

/// What has been decided so far.
#[derive(Clone, Debug)]
pub enum Decision {
    /// Nothing yet: ask again.
    Waiting,
    /// Yes.
    Granted(Key),
    /// No, or nobody answered in time. OctoPrint does not tell which.
    NotGranted,
}

impl Pairing {
    /// Asks for a key, in the name of OctoPrint's own `user` or of whoever says yes.
    ///
    /// # Errors
    /// `UnknownCommand` if this OctoPrint hands out no application keys, `Busy` if it was asked too often,
    /// otherwise as the link has it.
    pub async fn request(address: Address, user: Option<&str>) -> Result<Self, NotDone> {
        let http = Http::new(address, None)?;
        http.send(&Outgoing::Probe).await?.yes().map_err(no_such_thing)?;
        let answer = http.send(&Outgoing::RequestKey { user }).await?;
        let requested: KeyRequested = answer.json().map_err(no_such_thing)?;
        Ok(Self { http, token: Zeroizing::new(requested.app_token) })
    }

    /// Asks whether somebody has decided.
    ///
    /// # Errors
    /// As the link has it. The request stays open as long as it is asked about often enough.
    pub async fn poll(&self) -> Result<Decision, NotDone> {
        let answer = self.http.send(&Outgoing::PollKey { token: &self.token }).await?;
        match answer.status() {
            202 => Ok(Decision::Waiting),
            404 => Ok(Decision::NotGranted),
            _ => {
                let granted: KeyGranted = answer.json()?;
                Ok(Decision::Granted(Key::new(granted.api_key)))
            }
        }
    }
}

impl fmt::Debug for Pairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pairing(..)")
    }
}

const fn no_such_thing(why: NotDone) -> NotDone {
    match why {
        NotDone::Refused(Refusal::NoSuchFile) => NotDone::UnknownCommand,
        other => other,
    }
}
