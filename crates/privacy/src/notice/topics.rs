//! The topics of the notice, each computed from the book.

use super::canada::canada;
use super::kinds::{in_words, kinds};
use super::{Disclosed, Line, Past, Topic};
use crate::book::Book;
use crate::california::{self, Statutory};
use crate::clock::Matter;
use crate::cookie::Cookie;
use crate::disclosure;
use crate::profile::{Accept, Basis, Channel, Footing, Ground, Idle, Profile, Recipient, Under};
use crate::request::{self, Region};
use jiff::Span;
use jiff::civil::Date;
use std::collections::BTreeSet;
use toml::Spanned;

/// All topics, in the order in which people ask.
pub(super) fn all(book: &Book, past: Option<&Past>) -> Vec<Topic> {
    let profile = book.profile();
    let mut topics = vec![
        who(book),
        kept(book),
        choices(book),
        receivers(book, past.map(|past| past.today)),
        rights(profile),
        disclosures(book, past.map_or(Disclosed::Unknown, |past| past.disclosed)),
        safety(profile),
        children(book),
        signals(book),
        changes(profile),
    ];
    if book.has_rules_for_canada() {
        topics.push(canada(book));
    }
    if profile.california.is_some() {
        topics.push(statute(book, past));
    }
    if !profile.policy.terms_of_use.is_empty() {
        topics.push(terms_of_use(profile));
    }
    if !book.readings().is_empty() {
        topics.push(readings(book));
    }
    topics.push(silence(profile));
    topics
}

fn topic(id: &'static str, title: &'static str, short: impl Into<String>, full: Vec<Line>) -> Topic {
    Topic { id, title, short: short.into(), full }
}

fn text(line: impl Into<String>) -> Line {
    Line::Text(line.into())
}

fn list(words: impl Iterator<Item = &'static str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

fn who(book: &Book) -> Topic {
    let profile = book.profile();
    let controller = &profile.controller;
    let covered = || profile.policy.covers.iter().map(Spanned::get_ref);
    let all = covered().map(|entry| entry.says.as_str()).collect::<Vec<_>>().join("; ");
    let covers =
        Line::Text(format!("It covers: {all}. All of it goes by version {}.", profile.policy.version));
    let of_their_own = covered().filter_map(|entry| match &entry.under {
        Some(Under::Terms(terms)) => Some(Line::Term(format!("Terms of {}", entry.says), terms.clone())),
        _ => None,
    });
    let covers: Vec<Line> = [covers].into_iter().chain(of_their_own).collect();
    if !book.ready_for_people() {
        let short =
            "The operator of this house has not filled this in yet; people cannot be invited until then.";
        return topic("who", "Who answers for it", short, covers);
    }
    let mut full = vec![Line::Mail(controller.contact.clone())];
    for (label, value) in [("By letter", &controller.address), ("By telephone", &controller.phone)] {
        if !value.trim().is_empty() {
            full.push(Line::Term(label.to_owned(), value.clone()));
        }
    }
    full.extend(covers);
    topic("who", "Who answers for it", format!("{}.", controller.names.join(" and ")), full)
}

/// The terms of use, which are one contract with the policy (AF-129).
fn terms_of_use(profile: &Profile) -> Topic {
    let short = format!(
        "One contract with this policy: version {} of both is accepted together, and neither changes alone.",
        profile.policy.version
    );
    let full = profile.policy.terms_of_use.iter().map(text).collect();
    topic("terms", "Terms of use", short, full)
}

fn kept(book: &Book) -> Topic {
    let mut full = vec![Line::Kinds(kinds(book))];
    for purpose in book.purposes_in_use() {
        if let Some(assessment) = &purpose.assessment {
            full.push(Line::Term(
                format!("An interest that was weighed, to {}", purpose.says),
                assessment.clone(),
            ));
        }
    }
    if let Some(unused) = &book.profile().people.unused {
        let words = |period: &str| period.parse::<Span>().map(|span| in_words(&span)).unwrap_or_default();
        let (after, before) = (&unused.get_ref().erased_after, &unused.get_ref().told_before);
        full.push(text(format!(
            "An account that nobody has used for {} is erased with everything in it. You are told {} before, and keep it by signing in.",
            words(after),
            words(before)
        )));
    }
    topic(
        "kept",
        "What is kept, why, for how long",
        "What is not listed here cannot be stored: the program refuses it.",
        full,
    )
}

fn choices(book: &Book) -> Topic {
    let asked = book.purposes_in_use().filter(|p| p.basis == Basis::Consent);
    let mut full: Vec<Line> = asked
        .map(|p| {
            let stops = p.stops.as_deref().unwrap_or_default();
            Line::Term(
                format!("To {}", p.says),
                format!("«{}» If you take it back: {stops}", p.asks.as_deref().unwrap_or_default()),
            )
        })
        .collect();
    let printing = &book.profile().printing;
    if printing.incognito {
        full.push(text("You can print incognito: nothing of the print remains when it is over."));
    }
    full.push(text(match book.profile().geometry.accept {
        Accept::Never => {
            "Shapes are not taken in at all; slice on your own computer and upload the toolpath."
        }
        Accept::Consent => "Shapes are taken in only with your consent for exactly that.",
        Accept::Chosen => "A shape is kept only because you chose to upload it.",
        Accept::Project => "Shapes are taken in only within a preparation project.",
    }));
    topic(
        "choices",
        "What you decide",
        "Nothing optional happens unless you said yes to exactly that; no is as easy as yes, and silence is no.",
        full,
    )
}

/// Who receives something, on this day; of a policy that stands alone, on any.
fn receivers(book: &Book, today: Option<Date>) -> Topic {
    let profile = book.profile();
    let mut full: Vec<Line> = book
        .egress()
        .destination
        .values()
        .map(Spanned::get_ref)
        .map(|d| Line::Point(d.says.clone()))
        .collect();
    let (named, unnamed): (Vec<_>, Vec<_>) = profile.recipients().partition(|r| r.unsaid().is_empty());
    for recipient in named {
        let mut says =
            format!("{}, {}, in {}", recipient.class, recipient.role.says(), recipient.country.get_ref());
        let country = recipient.country.get_ref();
        let stands =
            |footing: &&Footing| today.is_none_or(|on| profile.transfers.holds(footing, country, on));
        let footings: BTreeSet<&str> = recipient.footings().filter(stands).map(|f| f.is.says()).collect();
        for says_what in &footings {
            says.push_str(&format!("; made safe by {says_what}"));
        }
        let served = recipient.purposes.iter().filter(|purpose| book.serves(purpose.get_ref()));
        for purpose in served.filter_map(|purpose| profile.purpose(purpose.get_ref())) {
            says.push_str(&format!("; to {}", purpose.says));
        }
        says.push_str(&used(recipient));
        says.push_str(if recipient.is_necessary(profile) {
            "; what you ask for is not done without it"
        } else {
            "; what you ask for is done without it, and you can object"
        });
        let idle = match today {
            Some(on) => profile.may_receive(recipient, on).err().map(|why| why.to_string()),
            None => (!recipient.is_active()).then(|| Idle::NoContract.to_string()),
        };
        if let Some(why) = idle {
            says.push_str(&format!("; receives nothing, because {why}"));
        }
        full.push(Line::Term(recipient.name.clone(), says));
        if !recipient.policy.trim().is_empty() {
            let says = format!("The privacy policy of {}", recipient.name);
            full.push(Line::Elsewhere(vec![(says, recipient.policy.clone())]));
        }
        if recipient.safeguard_texts().any(|footing| stands(&footing)) {
            let says = footings.iter().copied().collect::<Vec<_>>().join(", ");
            full.push(Line::Safeguard { recipient: recipient.id.get_ref().clone(), says });
        }
    }
    if !unnamed.is_empty() {
        let kinds: BTreeSet<&str> = unnamed.iter().map(|recipient| recipient.class.as_str()).collect();
        let kinds = kinds.into_iter().collect::<Vec<_>>().join(", ");
        full.push(text(format!(
            "The policy lets others receive data too ({kinds}). Nobody of them has a contract, and nobody receives anything; who it is stands here before anybody does."
        )));
    }
    let places = profile.places();
    if !places.is_empty() {
        let places = places.into_iter().collect::<Vec<_>>().join(", ");
        full.push(text(format!(
            "Data is gathered where you are, and handled or looked at in: {places}. Nowhere else."
        )));
    }
    let active = profile.recipients().any(Recipient::is_active);
    let short = if active {
        "Nothing is sold, and there is nothing in the program that could. Who receives what is listed here."
    } else {
        "Nothing is sold. Data goes to the printers connected to this house, and to nobody who is not named here."
    };
    topic("receivers", "Who receives it", short, full)
}

/// Whom a recipient uses in its turn (AF-111).
fn used(recipient: &Recipient) -> String {
    let uses = recipient.subprocessors.iter().map(Spanned::get_ref);
    let words = uses.map(|used| format!("; uses {} in {} ({})", used.name, used.country, used.does));
    words.collect::<Vec<_>>().concat()
}

fn rights(profile: &Profile) -> Topic {
    let requests = &profile.requests;
    let period = |p: &Option<Spanned<String>>| p.as_ref().and_then(|p| p.get_ref().parse::<Span>().ok());
    let mut full = vec![text(
        "See, take, correct and erase what is kept, and take back what you agreed to, in the privacy centre, at any time. To have \
         its use restricted or to object to it, write to us.",
    )];
    let within = match period(&requests.deadline) {
        Some(span) if requests.local_law_overrides => {
            format!("within {}, or within the time that the law of your country sets", in_words(&span))
        }
        Some(span) => format!("within {}, or sooner where the law of your country says so", in_words(&span)),
        None => {
            "within the time that the law of your country sets; where none does, within a month".to_owned()
        }
    };
    let put_off = match period(&requests.extension) {
        Some(span) => {
            format!("It can be put off once by {}, with a reason, and you are told before.", in_words(&span))
        }
        None => "It is not put off.".to_owned(),
    };
    full.push(text(format!("A request is answered {within}. {put_off}")));
    if let Some(span) = period(&requests.target) {
        full.push(text(format!("We mean to correct or erase within {}.", in_words(&span))));
    }
    if let Some(span) = period(&requests.print_data) {
        full.push(text(format!("What concerns your prints is done within {}.", in_words(&span))));
    }
    if let Some(span) = period(&requests.sale_opt_out) {
        full.push(text(format!(
            "An opt-out of any future sale takes effect at once, and within {} at the latest, though nothing is sold.",
            in_words(&span)
        )));
    }
    let reached = |channel: &&Channel| match channel {
        Channel::Mail => !profile.controller.contact.trim().is_empty(),
        Channel::Phone => !profile.controller.phone.trim().is_empty(),
        Channel::Post => !profile.controller.address.trim().is_empty(),
        // there is no form for people without an account yet
        Channel::Form | Channel::Site => false,
    };
    let channels = list(requests.channels.iter().filter(reached).map(|c| c.says()));
    if !channels.is_empty() {
        full.push(text(format!("You can also ask by {channels}.")));
    }
    full.push(text("Nobody is treated worse for using a right."));
    let authority = profile.controller.authority.trim();
    full.push(text(if authority.is_empty() {
        "You can complain to the data protection authority of the country you live or work in.".to_owned()
    } else {
        format!("You can complain to {authority}, or to the authority of the country you live or work in.")
    }));
    let (_, address) = Region::Eea.authority();
    let europe = (format!("{}: every authority there", Region::Eea.says()), address.to_owned());
    let others = Region::with_one_authority().map(|region| {
        let (name, address) = region.authority();
        (format!("{}: {name}", region.says()), address.to_owned())
    });
    full.push(Line::Elsewhere([europe].into_iter().chain(others).collect()));
    topic(
        "rights",
        "Your rights",
        "You can see, take, change and erase what is kept, at any time, without asking anybody.",
        full,
    )
}

fn disclosures(book: &Book, disclosed: Disclosed) -> Topic {
    let terms = &book.profile().disclosure;
    let under_law = book.profile().grounds().iter().filter(|g| !Ground::OF_THE_HOUSE.contains(g));
    let grounds = under_law.map(|g| g.says()).collect::<Vec<_>>().join("; or ");
    let mut full = vec![
        text(format!("Data goes to courts or authorities only if {grounds}.")),
        text(
            "One person records what demands it, another looks at it and lets it go; what goes is named kind by kind, and every \
             hand-over is a line that you can read.",
        ),
    ];
    if disclosed == Disclosed::Nothing
        && terms.states_nothing_disclosed.as_ref().is_some_and(|s| *s.get_ref())
    {
        full.push(text("In the last twelve months nothing was handed to anybody."));
    }
    for purpose in book.purposes_in_use().filter(|p| p.ground.is_some()) {
        full.push(Line::Term(format!("To {}", purpose.says), purpose.basis.says().to_owned()));
    }
    // Whatever the policy says of telling: the program tells.
    full.push(text(
        "You read when and why at once; where a law forbids that, you read it when the bar ends, with the law.",
    ));
    if terms.negotiation.unwrap_or(false) {
        full.push(text("Data may be shown to somebody who negotiates to buy the house."));
    }
    full.push(text(if book.serves(Ground::Acquisition.name()) {
        let time = in_words(&disclosure::time_to_leave(book));
        format!("If the house passes to somebody else, you are told {time} before your data goes along, under this same policy. You can object, or leave.")
    } else {
        "Your data goes along with no sale of the house: this policy names no ground for it.".to_owned()
    }));
    let short =
        "Only on the grounds that stand here, never by one person alone, and you read to whom and why.";
    topic("disclosure", "Courts, authorities, a sale of the house", short, full)
}

/// The eleven categories of Californian law, each with a yes or no that is computed (TP-67).
fn statute(book: &Book, past: Option<&Past>) -> Topic {
    let besides = past.iter().flat_map(|past| past.stored.iter().map(String::as_str));
    let collected = california::collected(book, besides);
    let answer = |category: Statutory| if collected.contains(&category) { "yes" } else { "no" };
    let answers = Statutory::ALL
        .into_iter()
        .map(|category| Line::Term(category.says().to_owned(), answer(category).to_owned()));
    let short = match past {
        Some(_) => {
            "Which categories of Californian law were collected in the last twelve months, computed from what could be stored."
        }
        None => "Which categories of Californian law this policy lets be collected.",
    };
    topic("california", "For Californians", short, answers.collect())
}

fn safety(profile: &Profile) -> Topic {
    let keys = &profile.keys;
    let backups = keys.backups.get_ref().parse::<Span>().map(|s| in_words(&s)).unwrap_or_default();
    let mut full = vec![
        text(
            "Names, contact, texts, files and pictures lie encrypted under a key of your own; erasing you destroys that key at once.",
        ),
        text(format!(
            "Backups are kept for {backups}; the receipt of an erasure names the day after which none is brought back."
        )),
        text(
            "Every look at your data by somebody else leaves a line that you can read, in a log that cannot be changed unseen.",
        ),
    ];
    for duty in profile.duty.iter().map(Spanned::get_ref) {
        full.push(Line::Point(format!("Every {}: {}", duty.every_in_words(), duty.says)));
    }
    full.push(text(profile.policy.caution()));
    topic("safety", "How it is kept safe", "Encrypted, logged, and erased for good.", full)
}

fn children(book: &Book) -> Topic {
    let years = book.profile().people.at_least_years;
    let short = if years == 0 {
        "No age is asked for.".to_owned()
    } else {
        format!("Accounts are for people of at least {years} years.")
    };
    let mut full = vec![];
    if years > 0 {
        full.push(text(
            "Only that you said you are old enough is kept, never your age. What somebody younger typed is not stored.",
        ));
        let within = request::child_data(book);
        full.push(text(format!("If you know of data of a child here, say so: you need no account and give no name. It is erased within {within}.")));
        full.push(Line::Ask { says: "Report data of a child", matter: Matter::ChildReport });
    }
    topic("children", "Children", short, full)
}

fn signals(book: &Book) -> Topic {
    let cookies = || book.map().cookie.iter().map(|(name, cookie)| (name, cookie.get_ref()));
    let mut full: Vec<Line> = cookies()
        .map(|(name, cookie)| {
            let place = if cookie.sent { "a cookie" } else { "in your browser alone, and never sent" };
            Line::Term(name.clone(), format!("{place}; {}; {}", cookie.says, cookie.lasts()))
        })
        .collect();
    full.push(Line::Cookies);
    full.push(text("Global Privacy Control asks that nothing is sold or shared for advertising: nothing is, with or without it."));
    full.push(text(if book.profile().signals.do_not_track.unwrap_or(true) {
        "Do Not Track is honoured: nobody is followed here."
    } else {
        "Do Not Track signals are not answered in a way of their own: nobody is followed here, with or without them."
    }));
    topic(
        "cookies",
        "Cookies and signals",
        format!(
            "{}; no counting, no advertising, nothing from other sites.",
            short_of(cookies().map(|(_, c)| c))
        ),
        full,
    )
}

/// What is sent with each request, in a few words.
fn short_of<'a>(cookies: impl Iterator<Item = &'a Cookie>) -> String {
    let sent: Vec<&str> = cookies.filter(|cookie| cookie.sent).map(|cookie| cookie.says.as_str()).collect();
    match sent.as_slice() {
        [] => "No cookies".to_owned(),
        [one] => format!("One cookie, which {one}"),
        more => format!("{} cookies: one {}", more.len(), more.join(", one ")),
    }
}

fn changes(profile: &Profile) -> Topic {
    let head = &profile.policy;
    let full = vec![text(format!(
        "This is version {}, in force since {}. With your acceptance it is kept which version you accepted; you see it in the privacy centre.",
        head.version, head.effective
    ))];
    topic("changes", "When this notice changes", "The date at its top changes with every version.", full)
}

fn readings(book: &Book) -> Topic {
    let full = book
        .readings()
        .iter()
        .map(|r| Line::Term(r.says.clone(), format!("read here as: {} ({})", r.reading, r.reason)));
    topic(
        "readings",
        "Where this policy contradicts itself",
        "The program found these contradictions; the reading that is kinder to you is in force.",
        full.collect(),
    )
}

/// What the policy does not say: the strict default is in force.
fn silence(profile: &Profile) -> Topic {
    let said = [
        (
            profile.requests.deadline.is_some(),
            "how soon a request is answered",
            "as soon as the law of your country says; where none does, within a month",
        ),
        (profile.requests.extension.is_some(), "whether an answer can be put off", "it is not"),
        (!profile.requests.channels.is_empty(), "how a request can come", "in any way"),
        (!profile.cap.is_empty(), "a longest time for everything", "each kind has its own, listed above"),
        (
            !profile.disclosure.grounds.is_empty(),
            "when authorities receive data",
            "only when a law or a court compels it",
        ),
        (
            profile.disclosure.tell_person.is_some(),
            "whether you are told of it",
            "you are, unless the law forbids it",
        ),
        (
            profile.disclosure.notice_before_sale_of_company.is_some(),
            "what happens when the house is sold",
            "you are told before",
        ),
        (
            !profile.transfers.allowed.is_empty(),
            "what makes a transfer abroad safe",
            "an adequacy decision or standard clauses",
        ),
        (profile.signals.do_not_track.is_some(), "whether Do Not Track is honoured", "it is"),
    ];
    let full: Vec<Line> = said
        .iter()
        .filter(|(said, ..)| !said)
        .map(|(_, what, default)| Line::Term((*what).to_owned(), (*default).to_owned()))
        .collect();
    let short =
        if full.is_empty() { "It is silent on nothing." } else { "The strictest reading is in force there." };
    topic("silence", "Where this policy is silent", short, full)
}
