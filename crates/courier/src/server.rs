//! The mail server that the operator named: where it is, who the house is to it, and how far it is trusted.
//!
//! Nothing is ever spoken in cleartext to another machine, and nothing here prints.

use crate::letter::{breaks, one_address};
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters, TlsParametersBuilder};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// Mail cannot go out as it was set up. Each says what to write instead, and none repeats what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misconfigured {
    /// The text is not where a mail server can be.
    #[error(
        "this is not the address of a mail server: `smtp://user:password@host:587` or \
         `smtps://user:password@host:465` was expected, with signs like `@` and `/` in the password written as \
         `%40` and `%2F`"
    )]
    NotAServer,
    /// Mail would go unencrypted to another machine.
    #[error(
        "mail would leave this machine unencrypted: remove `tls=none`, so that the server has to encrypt; only a \
         server on this machine, written as 127.0.0.1 or [::1], may do without"
    )]
    Cleartext,
    /// A user without a password, or a password without a user.
    #[error(
        "the mail server's address needs both a user and a password, or neither: `smtp://user:password@host`"
    )]
    HalfAnAccount,
    /// The house's own address is none.
    #[error("this is not an address that mail can come from: `Our prints <prints@example.org>` was expected")]
    NotASender,
    /// This machine trusts nobody, so that no server could show who it is.
    #[error(
        "this machine has no list of trusted certificates: install it (on Debian `apt-get install ca-certificates`)"
    )]
    NoTrust,
}

/// How the conversation is kept from others.
#[derive(Clone)]
pub enum Security {
    /// It is encrypted from its first byte.
    Always(TlsParameters),
    /// It begins in cleartext; nothing is said before it is encrypted.
    Upgraded(TlsParameters),
    /// It does not leave this machine.
    Loopback,
}

/// A mail server and our account there.
#[derive(Clone)]
pub struct Server {
    /// A name, or an address as sockets take it.
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub account: Option<Credentials>,
}

impl Server {
    /// The server that somebody typed; `extra` are certificates to trust beside the machine's.
    pub fn parse(text: &str, extra: &[Certificate]) -> Result<Self, Misconfigured> {
        let url = Url::parse(text.trim()).map_err(|_| Misconfigured::NotAServer)?;
        // To a scheme that it does not know, the parser leaves hosts as they were written.
        let host = url.host_str().and_then(|host| Host::parse(host).ok()).ok_or(Misconfigured::NotAServer)?;
        if url.fragment().is_some() || !matches!(url.path(), "" | "/") {
            return Err(Misconfigured::NotAServer);
        }
        let (name, here) = match host {
            Host::Domain(name) => (name, false),
            Host::Ipv4(address) => (address.to_string(), address.is_loopback()),
            Host::Ipv6(address) => (address.to_string(), address.to_canonical().is_loopback()),
        };
        let (port, security) = match (url.scheme(), url.query()) {
            ("smtp", Some("tls=none")) if here => (25, Security::Loopback),
            ("smtp", Some("tls=none")) => return Err(Misconfigured::Cleartext),
            ("smtp", None) => (587, Security::Upgraded(trust(&name, extra)?)),
            ("smtps", None) => (465, Security::Always(trust(&name, extra)?)),
            _ => return Err(Misconfigured::NotAServer),
        };
        let account = match (url.username(), url.password().unwrap_or_default()) {
            ("", "") => None,
            ("", _) | (_, "") => return Err(Misconfigured::HalfAnAccount),
            (user, password) => Some(Credentials::new(decoded(user)?, decoded(password)?)),
        };
        Ok(Self { host: name, port: url.port().unwrap_or(port), security, account })
    }
}

fn decoded(text: &str) -> Result<String, Misconfigured> {
    let text = percent_decode_str(text).decode_utf8().map_err(|_| Misconfigured::NotAServer)?;
    Ok(text.into_owned())
}

/// Whom this machine trusts to say who `name` is, by its own list: a house's own authority counts.
fn trust(name: &str, extra: &[Certificate]) -> Result<TlsParameters, Misconfigured> {
    let parameters = TlsParameters::builder(name.to_owned());
    let parameters = extra.iter().cloned().fold(parameters, TlsParametersBuilder::add_root_certificate);
    parameters.build().map_err(|_| Misconfigured::NoTrust)
}

/// The address that mail comes from, as somebody typed it.
pub fn sender(text: &str) -> Result<Mailbox, Misconfigured> {
    if text.chars().any(breaks) {
        return Err(Misconfigured::NotASender);
    }
    let typed: Mailbox = text.trim().parse().map_err(|_| Misconfigured::NotASender)?;
    let email = one_address(typed.email.as_ref()).ok_or(Misconfigured::NotASender)?;
    Ok(Mailbox::new(typed.name, email))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Server, Misconfigured> {
        Server::parse(text, &[])
    }

    #[test]
    fn encryption_is_the_rule() {
        let server = parse("smtp://user:p%40ss%2F@mail.example").unwrap();
        assert_eq!((server.host.as_str(), server.port), ("mail.example", 587));
        assert!(matches!(server.security, Security::Upgraded(_)));
        assert_eq!(server.account, Some(Credentials::new("user".to_owned(), "p@ss/".to_owned())));
        let server = parse("smtps://[2001:db8::1]:4650").unwrap();
        assert_eq!((server.host.as_str(), server.port), ("2001:db8::1", 4650));
        assert!(matches!(server.security, Security::Always(_)) && server.account.is_none());
    }

    #[test]
    fn cleartext_stays_on_this_machine() {
        domain::proves!("SP-27", by = "courier::server::Server::parse");
        for here in ["smtp://127.0.0.1:2525?tls=none", "smtp://[::1]?tls=none", "smtp://127.9.9.9/?tls=none"]
        {
            assert!(matches!(parse(here).unwrap().security, Security::Loopback), "{here}");
        }
        for away in [
            "smtp://mail.example?tls=none",
            "smtp://192.168.1.2?tls=none",
            "smtp://localhost?tls=none",
            "smtp://127.0.0.1.example.org?tls=none",
            "smtp://0.0.0.0?tls=none",
        ] {
            assert_eq!(parse(away).err(), Some(Misconfigured::Cleartext), "{away}");
        }
        let said = Misconfigured::Cleartext.to_string();
        assert!(said.contains("remove `tls=none`") && said.contains("127.0.0.1"), "{said}");
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            "",
            "mail.example",
            "http://mail.example",
            "smtp://",
            "smtp://mail.example/path",
            "smtp://mail.example?tls=opportunistic",
            "smtp://mail.example?tls=none&tls=required",
            "smtps://127.0.0.1?tls=none",
            "smtp://user:pa#ss@mail.example",
            "smtp://user:%ff@mail.example",
        ] {
            assert_eq!(parse(bad).err(), Some(Misconfigured::NotAServer), "{bad}");
        }
        for half in ["smtp://user@mail.example", "smtp://:password@mail.example"] {
            assert_eq!(parse(half).err(), Some(Misconfigured::HalfAnAccount), "{half}");
        }
    }

    #[test]
    fn a_sender_is_one_address_with_or_without_a_name() {
        let named = sender("Ünsere Drucke <prints@example.org>").unwrap();
        assert_eq!(named.name.as_deref(), Some("Ünsere Drucke"));
        assert_eq!(sender("prints@example.org").unwrap().email.to_string(), "prints@example.org");
        for bad in
            ["", "prints", "a@b.example, c@d.example", "A <a@b.example>\r\nBcc: c@d.example", "A <a@b> c@d"]
        {
            assert_eq!(sender(bad).err(), Some(Misconfigured::NotASender), "{bad:?}");
        }
    }
}
