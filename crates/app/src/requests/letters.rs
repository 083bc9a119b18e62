//! What is written to whoever asked. Pure; what staff adds is quoted as it is, and nothing else is known of the person but
//! the name they gave.

use super::paper::Told;
use privacy::Book;
use privacy::clock::{Matter, Need, Reason, Stage};
use privacy::request::{self, Came, Ground};

/// Stands in a letter for the link by which the address is proven, until the letter goes.
pub(super) const PROOF: &str = "[a link that this letter alone holds]";

fn who_we_are(book: &Book) -> String {
    let controller = &book.profile().controller;
    let names: Vec<&str> =
        controller.names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    let ways = [controller.contact.as_str(), controller.phone.as_str(), controller.address.as_str()];
    let all = names.into_iter().chain(ways.into_iter().filter(|way| !way.is_empty()));
    all.collect::<Vec<_>>().join("\n")
}

/// How to complain, besides going to a court (GDPR Art. 12(4)).
pub(super) fn complaint(book: &Book, told: &Told) -> String {
    let own = &book.profile().controller.authority;
    let (name, address) = told.region.authority();
    let there =
        if own.is_empty() { format!("{name}: {address}") } else { format!("{own}, or {name}: {address}") };
    format!("You can complain to {there}. You can also go to a court. Both cost you no other right.")
}

fn framed(book: &Book, told: &Told, body: &str) -> String {
    // Until it is known who asks, whoever typed the name may have meant anything by it.
    let called =
        told.request.called.as_ref().filter(|_| told.case.is_known()).map(|name| name.reveal().as_str());
    let hail = called.map_or_else(|| "Good day,".to_owned(), |name| format!("Good day {name},"));
    let what = format!("Your request: {}.", request::says(told.matter));
    let number = format!("Its number: {}", told.request.id);
    format!("{hail}\n\n{body}\n\n{what}\n{number}\n\n{}\n", who_we_are(book))
}

fn by_when(told: &Told) -> String {
    told.due.as_ref().map_or_else(
        || "You get an answer without undue delay.".to_owned(),
        |due| match due.stage {
            Stage::Acknowledge => "You get an answer in the time that the law sets.".to_owned(),
            _ => format!("You get an answer by {} at the latest ({}).", due.on, due.why),
        },
    )
}

/// Where to ask, for whoever asked at a place that is not for requests (AF-080); nothing for others.
fn the_way(book: &Book, told: &Told, public_url: &str) -> String {
    if told.came != Came::Elsewhere {
        return String::new();
    }
    let contact = &book.profile().controller.contact;
    let mail = if contact.is_empty() { String::new() } else { format!(" or write to {contact}") };
    format!(
        "\n\nThe place where you asked is not for requests; this one was taken up all the same. For the next, use \
         {public_url}/ask{mail}: there it is seen at once."
    )
}

/// It has arrived, and where it can be followed. What came at a place that is not for requests is answered with those that
/// are (AF-080).
pub(super) fn arrived(book: &Book, told: &Told, public_url: &str, follow: &str) -> String {
    let ways = the_way(book, told, public_url);
    let body = format!(
        "your request has arrived. {}\n\nHow it stands you see here:\n{public_url}/ask/{follow}{ways}",
        by_when(told)
    );
    framed(book, told, &body)
}

/// It has arrived; and how to show that it is you.
pub(super) fn is_it_you(book: &Book, told: &Told, public_url: &str) -> String {
    let ways = the_way(book, told, public_url);
    let body = format!(
        "somebody has asked this house for something about their data and gave your address. If it was you, open this \
         address and press the button, so that we know. We ask for no papers:\n{PROOF}\n\nIf it was not you, do \
         nothing: without the button nothing happens.\n\n{}{ways}",
        by_when(told)
    );
    framed(book, told, &body)
}

/// Something is needed before it can be answered.
pub(super) fn asks(book: &Book, told: &Told, need: Need, words: &str) -> String {
    let why = match need {
        Need::Identity => "to be sure that it is you, we need:",
        Need::Authority => "to be sure that you may act for this person, we need:",
        Need::Clarification => "to answer we have to know more exactly what you mean:",
        Need::Fee => "for this the law lets us ask a fee:",
    };
    let contact = &book.profile().controller.contact;
    let how =
        if contact.is_empty() { "Answer this letter".to_owned() } else { format!("Answer to {contact}") };
    framed(
        book,
        told,
        &format!(
            "{why}\n\n{words}\n\n{how}, and name the number below. Until then your time stands still, where the law lets it."
        ),
    )
}

/// The answer takes longer.
pub(super) fn takes_longer(book: &Book, told: &Told, reason: Reason, until: &str, words: &str) -> String {
    let why = match reason {
        Reason::Complexity => "the request is complex",
        Reason::NumberOfRequests => "there are many requests of yours",
        Reason::UnreasonableInterference => "to answer sooner would unreasonably interfere with what we do",
        Reason::Consultation => "we have to consult others first",
    };
    let body = format!(
        "the answer takes longer, since {why}: until {until}.\n\n{words}\n\n{}",
        complaint(book, told)
    );
    framed(book, told, &body)
}

/// It was refused: on which ground, and what can be done about that (AF-088).
pub(super) fn refused(book: &Book, told: &Told, ground: Ground, words: &str) -> String {
    let body = format!(
        "we have looked at your request and refuse it. {}\n\n{words}\n\n{}",
        ground.says(),
        complaint(book, told)
    );
    framed(book, told, &body)
}

/// It was carried out.
pub(super) fn done(book: &Book, told: &Told, words: &str) -> String {
    let first = match told.matter {
        Matter::Complaint => "we have looked into your complaint. This is our answer:",
        Matter::Question => "this is our answer to your question:",
        Matter::ChildReport => "we have looked into what you reported:",
        Matter::Recipients => "those who received what was corrected were told, as far as that can be done:",
        _ => "we have done what you asked for:",
    };
    framed(book, told, &format!("{first}\n\n{words}\n\n{}", complaint(book, told)))
}
