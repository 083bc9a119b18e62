//! Sends what [`super::outgoing`] lists, and says how the sending ended.
//!
//! It never sends anything twice, follows no redirection and uses no proxy: any of these could start a print a
//! second time or hand our key to another host.

use super::outgoing::Outgoing;
use super::translate;
use domain::printer::{NotDone, Refusal};
use futures::TryStreamExt;
use reqwest::{Client, Response, StatusCode, multipart};
use serde::de::DeserializeOwned;
use std::fmt;
use std::time::Duration;
use url::Url;
use zeroize::Zeroizing;

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 8 << 20;
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(15);
/// The slowest upload that is waited for, in bytes a second.
const SLOWEST_UPLOAD: u64 = 20_000;

/// Where an OctoPrint is.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

/// The text is not where an OctoPrint can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not the address of an OctoPrint: `http://` or `https://`, a host and perhaps a port were expected"
)]
pub struct NotAnAddress;

impl Address {
    /// The address that somebody typed. A path is kept, for an OctoPrint behind a proxy.
    ///
    /// # Errors
    /// It is no web address, or has a user name, a password, a query or a fragment in it.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        let mut url = Url::parse(text.trim()).map_err(|_| NotAnAddress)?;
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !plain || !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(NotAnAddress);
        }
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        Ok(Self(url))
    }

    fn at(&self, request: &Outgoing<'_>) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(request.path());
        }
        url.set_query(request.query());
        url
    }

    /// The push socket; `None` where it would need TLS, which is polled instead.
    pub(super) fn socket(&self) -> Option<String> {
        let plain = self.0.as_str().strip_prefix("http://")?;
        Some(format!("ws://{plain}sockjs/websocket"))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

/// The key that an OctoPrint gave us. Shown to nobody.
#[derive(Clone)]
pub struct Key(Zeroizing<String>);

impl Key {
    /// The key with this value, as read from storage.
    pub fn new(value: String) -> Self {
        Self(Zeroizing::new(value))
    }
    /// The value to store, sealed.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// A connection's sending half.
#[derive(Clone, Debug)]
pub(super) struct Http {
    client: Client,
    pub(super) address: Address,
    key: Option<Key>,
}

impl Http {
    pub(super) fn new(address: Address, key: Option<Key>) -> Result<Self, NotDone> {
        // Fails only where it was done already, which is what is wanted.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            // A kept connection may be dead, and trying again on another is sending twice.
            .pool_max_idle_per_host(0)
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT)
            .build()
            .map_err(|_| NotDone::Unreachable)?;
        Ok(Self { client, address, key })
    }

    /// Sends a request and gives the answer, whatever its status.
    pub(super) async fn send(&self, request: &Outgoing<'_>) -> Result<Answer, NotDone> {
        self.finish(request, None, ANSWER).await
    }

    /// Sends a file.
    pub(super) async fn upload(
        &self,
        request: &Outgoing<'_>,
        bytes: u64,
        form: multipart::Form,
    ) -> Result<Answer, NotDone> {
        self.finish(request, Some(form), ANSWER + Duration::from_secs(30 + bytes / SLOWEST_UPLOAD)).await
    }

    async fn finish(
        &self,
        request: &Outgoing<'_>,
        form: Option<multipart::Form>,
        patience: Duration,
    ) -> Result<Answer, NotDone> {
        let mut sending = self.client.request(request.method(), self.address.at(request)).timeout(patience);
        if let (true, Some(key)) = (request.needs_key(), &self.key) {
            sending = sending.header("X-Api-Key", key.secret());
        }
        if let Some(body) = request.body() {
            sending = sending.json(&body);
        }
        if let Some(form) = form {
            sending = sending.multipart(form);
        }
        tracing::debug!(count = request.fields().len(), "asking a printer");
        let response = sending.send().await.map_err(|error| unsent(&error))?;
        Answer::read(response).await
    }
}

/// Without a connection nothing was sent; after that, nobody knows.
fn unsent(error: &reqwest::Error) -> NotDone {
    if error.is_connect() || error.is_builder() { NotDone::Unreachable } else { NotDone::AnswerLost }
}

/// A whole answer.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    body: Vec<u8>,
}

impl Answer {
    async fn read(response: Response) -> Result<Self, NotDone> {
        let status = response.status();
        let mut body = Vec::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.try_next().await.map_err(|_| NotDone::AnswerLost)? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(NotDone::AnswerLost);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self { status, body })
    }

    pub(super) const fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Whether it is a yes; otherwise why not.
    pub(super) fn yes(&self) -> Result<(), NotDone> {
        match self.status() {
            200..=299 => Ok(()),
            429 => Err(NotDone::Busy),
            405 | 501 => Err(NotDone::UnknownCommand),
            // Whatever stands between us and it, or its own trouble: it is not known what came of it.
            500..=599 => Err(NotDone::AnswerLost),
            status => Err(NotDone::Refused(translate::refusal(status))),
        }
    }

    /// The yes, read.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, NotDone> {
        self.yes()?;
        serde_json::from_slice(&self.body).map_err(|_| NotDone::Refused(Refusal::Other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_nothing_that_could_leak() {
        for good in ["http://octopi.local", "https://printer.example:8443/octoprint/", " http://[::1]:5000 "]
        {
            assert!(Address::parse(good).is_ok(), "{good}");
        }
        for bad in
            ["octopi.local", "ftp://octopi", "http://ada:secret@octopi", "http://octopi/?a=b", "file:///etc"]
        {
            assert_eq!(Address::parse(bad), Err(NotAnAddress), "{bad}");
        }
    }

    #[test]
    fn names_are_escaped_and_secrets_do_not_print() {
        let address = Address::parse("http://octopi/prefix").unwrap();
        let url = address.at(&Outgoing::RemoveRecording { name: "../x y", unrendered: false });
        assert_eq!(url.as_str(), "http://octopi/prefix/api/timelapse/..%2Fx%20y");
        assert_eq!(address.socket().as_deref(), Some("ws://octopi/prefix/sockjs/websocket"));
        assert_eq!(format!("{:?} {:?}", address, Key::new("hunter2".to_owned())), "Address(..) Key(..)");
    }
}
