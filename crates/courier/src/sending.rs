//! Hands a letter to the mail server and says how that ended.
//!
//! Each letter has a connection of its own. A kept connection would have to be given back in the middle of a sentence
//! when somebody stops waiting, and the next letter would read the answer to this one.
//!
//! What the server says in words may name the person, so only its codes go on from here. It never sends a letter twice
//! by itself: whether to try again is said, and left to whoever asked.

use crate::letter::Letter;
use crate::server::{Misconfigured, Security, Server, sender};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::{Error, response::Response};
use lettre::{Address, Message};
use std::fmt;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long one address of the server is tried before the next.
const CONNECT: Duration = Duration::from_secs(5);
/// How long each step is waited for: being let in, the two addresses, the text.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a goodbye is waited for; nothing depends on it.
const GOODBYE: Duration = Duration::from_secs(2);

/// "530 Authentication required": a no to whoever asks, at whichever step it is said (RFC 4954).
const WHO_ARE_YOU: u16 = 530;

/// Where mail goes out, as the operator gave it. Cheap to clone; says nothing when printed.
#[derive(Clone)]
pub struct Courier(Arc<Route>);

struct Route {
    server: Server,
    from: Mailbox,
    /// What the house is called where a program has to say a name: not the machine's, which may be a person's.
    name: String,
}

/// The server has taken the letter. Whether it arrives, nobody can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What the server answered.
    pub code: u16,
}

/// The letter was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// This server cannot carry mail to such an address. Trying again cannot help.
    #[error("the mail server cannot carry mail to an address with such letters in it")]
    BadAddress,
    /// The server will never take this letter. Trying again cannot help.
    #[error("the mail server refused the letter for good ({code})")]
    Refused {
        /// What the server answered.
        code: u16,
    },
    /// Trying again later can help, if what is said was put right or passes by itself.
    #[error("not sent yet: {0}")]
    LaterAgain(Delay),
}

/// Why a letter has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Delay {
    /// Nothing answers there, or nothing that speaks SMTP.
    #[error("the mail server does not answer; see whether its name and port are right and it runs")]
    Unreachable,
    /// It does not encrypt, or could not show who it is. Nothing was said to it.
    #[error(
        "the mail server does not encrypt as it has to; see whether the port is right (587 for `smtp`, 465 for \
         `smtps`) and this machine trusts its certificate"
    )]
    Untrusted,
    /// It does not let the house in.
    #[error("the mail server did not let us in; see whether user and password are right")]
    NotLetIn,
    /// It takes no mail from the house's address.
    #[error(
        "the mail server takes no mail from this house's address ({code}); see what it lets this account send as"
    )]
    NotOurs {
        /// What the server answered.
        code: u16,
    },
    /// It asks to try again.
    #[error("the mail server asks to try again later ({code})")]
    Busy {
        /// What the server answered.
        code: u16,
    },
    /// The conversation broke off. The letter may have arrived all the same; sent again, it has the same id.
    #[error("the mail server broke off in the middle")]
    BrokeOff,
}

impl Courier {
    /// `smtp://user:password@host:587` has to encrypt before anything is said, `smtps://user:password@host:465` encrypts
    /// from the first byte, and `smtp://127.0.0.1:25?tls=none` is a server on this machine. `from` is the house's own
    /// address, `Our prints <prints@example.org>`.
    ///
    /// # Errors
    /// [`Misconfigured`], which says what to write instead.
    pub fn new(url: &str, from: &str) -> Result<Self, Misconfigured> {
        Self::trusting(url, from, &[])
    }

    fn trusting(url: &str, from: &str, extra: &[Certificate]) -> Result<Self, Misconfigured> {
        let (server, from) = (Server::parse(url, extra)?, sender(from)?);
        let name = from.email.domain().to_owned();
        Ok(Self(Arc::new(Route { server, from, name })))
    }

    /// Sends one letter.
    ///
    /// # Errors
    /// [`NotSent`] says why not, and whether trying again can help.
    pub async fn send(&self, letter: &Letter) -> Result<Receipt, NotSent> {
        self.0.send(letter).await
    }
}

impl fmt::Debug for Courier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Courier(..)")
    }
}

impl Route {
    async fn send(&self, letter: &Letter) -> Result<Receipt, NotSent> {
        let to = letter.to().ok_or(NotSent::BadAddress)?;
        let message = self.written(letter, to.clone())?;
        let mut open = within(PATIENCE, Delay::Unreachable, self.open()).await?;
        within(PATIENCE, Delay::BrokeOff, self.address(&mut open, to)).await?;
        let taken = within(PATIENCE, Delay::BrokeOff, async {
            open.command(Data).await.map_err(about_the_letter)?;
            open.message(&message).await.map_err(about_the_letter)
        });
        let receipt = Receipt { code: code(&taken.await?) };
        let _ = timeout(GOODBYE, open.quit()).await;
        Ok(receipt)
    }

    /// The letter as it goes over the wire.
    fn written(&self, letter: &Letter, to: Address) -> Result<Vec<u8>, NotSent> {
        // A lone carriage return ends a line for some servers and not for others: the end of a letter could be forged.
        let text = letter.text().replace("\r\n", "\n").replace('\r', "\n");
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject())
            .message_id(Some(format!("<{}@{}>", letter.id(), self.name)))
            .header(AutoSubmitted)
            .singlepart(SinglePart::plain(text));
        // Writing fails only where an address is missing.
        let mut wire = message.map_err(|_| NotSent::BadAddress)?.formatted();
        // The end of the text is said with the line break that it already has.
        if wire.ends_with(b"\r\n") {
            wire.truncate(wire.len() - 2);
        }
        Ok(wire)
    }

    /// A connection over which letters can be sent. Whatever fails here says nothing about a letter.
    async fn open(&self) -> Result<AsyncSmtpConnection, NotSent> {
        let Server { host, port, security, account } = &self.server;
        let name = ClientId::Domain(self.name.clone());
        let first = if let Security::Always(tls) = security { Some(tls.clone()) } else { None };
        let address = (host.as_str(), *port);
        let mut open = AsyncSmtpConnection::connect_tokio1(address, Some(CONNECT), &name, first, None)
            .await
            .map_err(|error| NotSent::LaterAgain(unreached(&error)))?;
        if let Security::Upgraded(tls) = security {
            let upgraded = open.starttls(tls.clone(), &name).await;
            upgraded.map_err(|_| NotSent::LaterAgain(Delay::Untrusted))?;
        }
        if let Some(account) = account {
            let let_in = open.auth(DEFAULT_MECHANISMS, account).await;
            let_in.map_err(|error| NotSent::LaterAgain(busy(&error).unwrap_or(Delay::NotLetIn)))?;
        }
        Ok(open)
    }

    /// Says from whom and for whom a letter is.
    async fn address(&self, open: &mut AsyncSmtpConnection, to: Address) -> Result<(), NotSent> {
        let from = self.from.email.clone();
        let mut parameters = Vec::new();
        if !from.to_string().is_ascii() || !to.to_string().is_ascii() {
            if !open.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(NotSent::BadAddress);
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        open.command(Mail::new(Some(from), parameters)).await.map_err(about_the_house)?;
        open.command(Rcpt::new(to, Vec::new())).await.map_err(about_the_letter)?;
        Ok(())
    }
}

async fn within<T>(
    patience: Duration,
    otherwise: Delay,
    step: impl Future<Output = Result<T, NotSent>>,
) -> Result<T, NotSent> {
    timeout(patience, step).await.unwrap_or(Err(NotSent::LaterAgain(otherwise)))
}

fn code(response: &Response) -> u16 {
    response.code().into()
}

/// The code of a no for good.
fn never(error: &Error) -> Option<u16> {
    error.status().filter(|_| error.is_permanent()).map(Into::into)
}

/// A no for now; without a code there was no answer at all.
fn busy(error: &Error) -> Option<Delay> {
    let code = error.status().filter(|_| error.is_transient())?;
    Some(Delay::Busy { code: code.into() })
}

/// A certificate that is not trusted reaches us as data that could not be read.
fn unreached(error: &Error) -> Delay {
    let mut cause = std::error::Error::source(error);
    while let Some(here) = cause {
        if here.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::InvalidData) {
            return Delay::Untrusted;
        }
        cause = here.source();
    }
    busy(error).unwrap_or(Delay::Unreachable)
}

/// A no to our own address is nothing that a letter could help.
fn about_the_house(error: Error) -> NotSent {
    NotSent::LaterAgain(match never(&error) {
        Some(WHO_ARE_YOU) => Delay::NotLetIn,
        Some(code) => Delay::NotOurs { code },
        None => busy(&error).unwrap_or(Delay::BrokeOff),
    })
}

fn about_the_letter(error: Error) -> NotSent {
    match never(&error) {
        Some(WHO_ARE_YOU) => NotSent::LaterAgain(Delay::NotLetIn),
        Some(code) => NotSent::Refused { code },
        None => NotSent::LaterAgain(busy(&error).unwrap_or(Delay::BrokeOff)),
    }
}

/// Keeps holiday notices and mailing lists from answering the house (RFC 3834).
#[derive(Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests;
