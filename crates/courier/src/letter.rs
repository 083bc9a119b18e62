//! A letter: one plain text to one person.
//!
//! It is made of an envelope that the policy let pass, and never of anything else. What could end one header and begin
//! another is refused here, before anything is written.

use lettre::Address;
use privacy::{Outbound, Personal};
use std::fmt;
use uuid::Uuid;

/// The field that holds whom a letter is for: one address.
pub const TO: &str = "letter.to";
/// The field that holds a letter's subject.
pub const SUBJECT: &str = "letter.subject";
/// The field that holds a letter's text.
pub const TEXT: &str = "letter.text";

/// One plain text to one person. It says nothing when printed.
///
/// Its fields are private and [`Letter::new`] is the only way to make one, so that nothing is mailed past the policy.
///
/// ```compile_fail,E0451
/// # fn forge(letter: courier::Letter, to: privacy::Personal<String>) -> courier::Letter {
/// courier::Letter { to, ..letter }
/// # }
/// ```
#[derive(Clone)]
pub struct Letter {
    id: Uuid,
    to: Personal<String>,
    subject: Personal<String>,
    text: Personal<String>,
}

/// The envelope holds no letter that could be sent. Trying again cannot help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotALetter {
    /// A field is missing, or is not text.
    #[error("the envelope has no `{0}`")]
    Missing(&'static str),
    /// It is for nobody, for several, or for something that is no address.
    #[error("this is not one mail address")]
    BadAddress,
    /// The subject has several lines or something unprintable in it.
    #[error("a subject is one line of text")]
    BadSubject,
}

impl Letter {
    /// The letter in an envelope. A letter that is sent twice under the same id is recognisable as one, by whoever gets it.
    ///
    /// What else the envelope holds was checked with it and is not sent.
    ///
    /// # Errors
    /// [`NotALetter`] if the envelope holds none.
    pub fn new(id: Uuid, envelope: &Outbound) -> Result<Self, NotALetter> {
        let field = |name| envelope.text(name).ok_or(NotALetter::Missing(name));
        let to = one_address(field(TO)?).ok_or(NotALetter::BadAddress)?;
        let subject = field(SUBJECT)?;
        if subject.trim().is_empty() || subject.chars().any(breaks) {
            return Err(NotALetter::BadSubject);
        }
        let text = field(TEXT)?;
        Ok(Self {
            id,
            to: Personal::new(to.to_string()),
            subject: Personal::new(subject.to_owned()),
            text: Personal::new(text.to_owned()),
        })
    }

    /// Which letter it is.
    pub const fn id(&self) -> Uuid {
        self.id
    }
    pub(crate) fn to(&self) -> Option<Address> {
        self.to.reveal().parse().ok()
    }
    pub(crate) fn subject(&self) -> &str {
        self.subject.reveal()
    }
    pub(crate) fn text(&self) -> &str {
        self.text.reveal()
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({})", self.id)
    }
}

/// The one address that a text is, its domain as the wire wants it; `None` if it is anything else.
///
/// Quoted names before the `@` are allowed by the standard, used by nobody, and the one place where a separator could hide.
pub fn one_address(text: &str) -> Option<Address> {
    if text.chars().any(|c| breaks(c) || c.is_whitespace() || "\"(),:;<>".contains(c)) {
        return None;
    }
    let address: Address = text.parse().ok()?;
    if address.domain().is_ascii() {
        return Some(address);
    }
    let domain = url::Host::parse(address.domain()).ok()?;
    Address::new(address.user(), domain.to_string()).ok()
}

/// Whether a character could end a line, in any program's reading.
pub fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use privacy::{Book, Sources};

    fn book() -> Book {
        let here = "[destination.printer-simulated]";
        let mail = "[destination.test-mail]\nsays = \"a mail server\"\nlocal = false\nfor = \"print\"\n\
                    [destination.test-mail.field]\n\
                    \"letter.to\" = { nothing = \"a test\" }\n\
                    \"letter.subject\" = { nothing = \"a test\" }\n\
                    \"letter.text\" = { nothing = \"a test\" }\n\n";
        Sources::built_in("house")
            .unwrap()
            .edited("egress", here, &format!("{mail}{here}"))
            .compile()
            .unwrap()
    }

    /// A letter out of an envelope, under this id.
    pub fn with_id(id: Uuid, to: &str, subject: &str, text: &str) -> Result<Letter, NotALetter> {
        let fields = [(TO, to), (SUBJECT, subject), (TEXT, text)].map(|(n, v)| (n, v.as_bytes().to_vec()));
        Letter::new(id, &Outbound::to(&book(), "test-mail", fields).unwrap())
    }

    /// A letter out of an envelope.
    pub fn letter(to: &str, subject: &str, text: &str) -> Result<Letter, NotALetter> {
        with_id(Uuid::nil(), to, subject, text)
    }

    #[test]
    fn is_for_one_person() {
        for good in ["ada@example.org", "a.l+x@mail.example", "ada@localhost"] {
            assert!(letter(good, "s", "t").is_ok(), "{good}");
        }
        for bad in [
            "",
            "ada",
            "ada@",
            "@example.org",
            "ada@example.org,bob@example.org",
            "ada@example.org, bob@example.org",
            "Ada <ada@example.org>",
            "ada@example.org\r\nBcc: eve@example.org",
            "ada@example.org\n",
            "\"a,b\"@example.org",
            "ada@exam ple.org",
            "ada@example.org>\r\nRCPT TO:<eve@example.org",
        ] {
            assert_eq!(letter(bad, "s", "t").unwrap_err(), NotALetter::BadAddress, "{bad:?}");
        }
    }

    #[test]
    fn a_domain_of_other_letters_goes_out_as_the_wire_wants_it() {
        let address = one_address("ada@bücher.example").unwrap();
        assert_eq!(address.to_string(), "ada@xn--bcher-kva.example");
    }

    #[test]
    fn a_subject_is_one_line() {
        for bad in ["a\r\nBcc: eve@example.org", "a\nb", "a\rb", "a\u{2028}b", "a\u{85}b", "a\0b", " ", ""] {
            assert_eq!(letter("ada@example.org", bad, "t").unwrap_err(), NotALetter::BadSubject, "{bad:?}");
        }
    }

    #[test]
    fn an_envelope_without_a_text_is_none() {
        let envelope = Outbound::to(&book(), "test-mail", [(TO, b"ada@example.org".to_vec())]).unwrap();
        assert_eq!(Letter::new(Uuid::nil(), &envelope).unwrap_err(), NotALetter::Missing(SUBJECT));
    }

    #[test]
    fn says_nothing_when_printed() {
        let letter = letter("ada@example.org", "hush", "t").unwrap();
        assert_eq!(format!("{letter:?}"), "Letter(00000000-0000-0000-0000-000000000000)");
    }
}
