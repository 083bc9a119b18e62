//! The notice to the authority (GDPR Art. 33(3)) and the notice to people (Art. 34(2)), as text to send: filled in from the register,
//! with what is not known yet said plainly. The words stand in one folder for each language; another language is another folder.

use super::register::{Opened, one, when_told};
use super::scope::Counted;
use crate::letters::Words;
use crate::{Context, Error, SignedIn};
use domain::ids::BreachId;
use domain::time::Instant;
use privacy::Book;
use privacy::breach::{Authority, Case, Happened, People, Phase, Topic};
use privacy::request::Region;
use uuid::Uuid;

/// The words of one language.
struct Language {
    authority: &'static str,
    people: &'static str,
    /// One phrase a line: its name, ` = `, and the words.
    phrases: &'static str,
}

const ENGLISH: Language = Language {
    authority: include_str!("en/authority.md"),
    people: include_str!("en/people.md"),
    phrases: include_str!("en/phrases.txt"),
};

impl Language {
    fn phrase(&self, name: &str) -> &'static str {
        let all = self.phrases.lines().filter_map(|line| line.split_once(" = "));
        all.into_iter().find(|(known, _)| *known == name).map_or("", |(_, words)| words)
    }
    fn says(&self, name: &str, values: &[(&str, String)]) -> String {
        fill(self.phrase(name), values)
    }
}

/// The notice to the authority, as far as is known now.
///
/// # Errors
/// As [`one`].
pub async fn to_the_authority(ctx: &Context, me: &SignedIn, id: &str) -> Result<String, Error> {
    let opened = one(ctx, me, id).await?;
    Ok(authority(&ENGLISH, ctx.store.book(), &opened, ctx.store.clock().now()))
}

/// The notice to people, for whoever is told by letter: the same for everybody, and so of all that was exposed.
///
/// # Errors
/// As [`one`].
pub async fn to_people(ctx: &Context, me: &SignedIn, id: &str) -> Result<String, Error> {
    let opened = one(ctx, me, id).await?;
    Ok(people(&ENGLISH, ctx.store.book(), &opened))
}

/// The same, as it goes out by itself: as it stood when people were told, and where each reads what of theirs it was.
pub(crate) async fn letter(ctx: &Context, public_url: &str, about: Uuid) -> Result<Option<Words>, Error> {
    let Some(opened) = when_told(ctx, BreachId::from_uuid(about)).await? else { return Ok(None) };
    let subject = ENGLISH.says("subject", &[]);
    let page = ENGLISH.says("page", &[("url", format!("{public_url}/privacy/breaches"))]);
    let text = format!("{}\n\n{page}\n", people(&ENGLISH, ctx.store.book(), &opened).trim_end());
    Ok(Some(Words { subject, text }))
}

fn authority(language: &Language, book: &Book, opened: &Opened, now: Instant) -> String {
    let (case, scope) = (&opened.case, &opened.scope);
    let first = opened.breach.events.iter().find(|e| matches!(e.happened, Happened::ToldAuthority(_)));
    let phase = match case.next_phase() {
        Phase::First => "phase.first",
        Phase::Further | Phase::Final => "phase.further",
    };
    let first_at = first.map(|event| when(event.at)).unwrap_or_default();
    let people = [
        ("people", scope.people.to_string()),
        ("without", scope.without_account.to_string()),
        ("erased", scope.erased_since.to_string()),
    ];
    let why = opened.breach.events.iter().rev().find(|e| matches!(e.happened, Happened::Assessed(_)));
    let risk = case.risk().map_or_else(
        || language.says("risk.unsaid", &[]),
        |risk| {
            let why = why.map(|event| event.words.clone()).unwrap_or_default();
            language.says("risk", &[("risk", risk.says().to_owned()), ("why", why)])
        },
    );
    let told = match opened.people {
        People::Told(at) => language.says("told.yes", &[("at", when(at))]),
        People::Unintelligible => language.says("told.unintelligible", &[]),
        People::NotHigh => language.says("told.not-high", &[]),
        People::Owed => language.says("told.owed", &[]),
        People::NotAssessed => language.says("told.unsaid", &[]),
    };
    let elsewhere = Region::with_one_authority().map(|region| {
        let (name, address) = region.authority();
        format!("- {}: {name}, {address}", region.says())
    });
    let head = &book.profile().controller;
    let names: Vec<&str> =
        head.names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
    let controller = [&names.join(", "), head.address.trim()].map(str::to_owned);
    let controller: Vec<String> = controller.into_iter().filter(|part| !part.is_empty()).collect();
    let values = [
        ("phase", language.says(phase, &[("first", first_at)])),
        ("authority", or(head.authority.trim(), language.phrase("authority.unnamed"))),
        ("controller", or(&controller.join(", "), language.phrase("controller.unnamed"))),
        ("written", when(now)),
        ("number", opened.breach.id.to_string()),
        ("aware", when(case.aware_at())),
        ("due", when(case.due_at())),
        ("lateness", lateness(language, opened)),
        ("exposed", exposed(language, case)),
        ("nature", topic(language, opened, Topic::Nature)),
        ("people", language.says("people", &people)),
        ("categories", categories(language, &scope.counted, true)),
        ("contact", contact(language, book)),
        ("consequences", topic(language, opened, Topic::Consequences)),
        ("risk", risk),
        ("measures", topic(language, opened, Topic::Measures)),
        ("told", told),
        ("elsewhere", elsewhere.collect::<Vec<_>>().join("\n")),
    ];
    fill(language.authority, &values)
}

fn people(language: &Language, book: &Book, opened: &Opened) -> String {
    let readable = opened.scope.counted.iter().filter(|counted| counted.finding.reading.concerns_people());
    let controller = book.profile().controller.authority.trim();
    let values = [
        ("nature", topic(language, opened, Topic::Nature)),
        ("aware", when(opened.case.aware_at())),
        ("exposed", exposed(language, &opened.case)),
        ("categories", categories(language, readable, false)),
        ("consequences", topic(language, opened, Topic::Consequences)),
        ("measures", topic(language, opened, Topic::Measures)),
        ("advice", language.says("advice", &[])),
        ("contact", contact(language, book)),
        ("authority", or(controller, Region::Unknown.authority().0)),
    ];
    fill(language.people, &values)
}

/// Whether it is in time, and why not (Art. 33(1)).
fn lateness(language: &Language, opened: &Opened) -> String {
    let late = match opened.authority {
        Authority::Late(_) => true,
        Authority::InPhases { late, .. } | Authority::Told { late, .. } => late,
        Authority::NotNeeded | Authority::Due(_) => false,
    };
    let due = opened.case.due_at();
    let told = |event: &&store::breaches::Event| {
        matches!(event.happened, Happened::ToldAuthority(_)) && event.at > due && !event.words.is_empty()
    };
    match opened.breach.events.iter().find(told) {
        Some(event) if late => language.says("late", &[("reason", event.words.clone())]),
        _ if late => language.says("late.unsaid", &[]),
        _ => language.says("in-time", &[]),
    }
}

fn exposed(language: &Language, case: &Case) -> String {
    let lines = case.exposed().iter().map(|exposed| {
        let (from, until) = (when(exposed.from), when(exposed.until));
        let values = [("what", exposed.what.says().to_owned()), ("from", from), ("until", until)];
        format!("- {}", language.says("exposed", &values))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn categories<'a>(
    language: &Language,
    counted: impl IntoIterator<Item = &'a Counted>,
    for_the_authority: bool,
) -> String {
    let mut lines = vec![];
    for Counted { finding, people } in counted {
        let name = if for_the_authority { "category" } else { "category.to-people" };
        let values = [
            ("says", finding.says.clone()),
            ("reading", finding.reading.says().to_owned()),
            ("people", people.to_string()),
        ];
        lines.push(format!("- {}", language.says(name, &values)));
        for (name, columns) in [("category.clear", &finding.clear), ("category.digests", &finding.digests)] {
            if for_the_authority && !columns.is_empty() {
                let columns = columns.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
                lines.push(format!("  - {}", language.says(name, &[("columns", columns)])));
            }
        }
    }
    if lines.is_empty() { language.says("category.none", &[]) } else { lines.join("\n") }
}

fn topic(language: &Language, opened: &Opened, topic: Topic) -> String {
    or(opened.words(topic), language.phrase("unknown"))
}

fn contact(language: &Language, book: &Book) -> String {
    or(book.profile().controller.contact.trim(), language.phrase("contact.unnamed"))
}

fn or(said: &str, silent: &str) -> String {
    if said.is_empty() { silent.to_owned() } else { said.to_owned() }
}

fn when(at: Instant) -> String {
    at.timestamp().strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// A template with its `{names}` filled in, once each: what somebody typed is never taken for a name.
fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let named = after.split_once('}');
        let value = named.and_then(|(name, _)| values.iter().find(|(known, _)| *known == name));
        if let (Some((_, after)), Some((_, value))) = (named, value) {
            filled.push_str(value);
            rest = after;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_typed_is_no_template() {
        let values = [("nature", "a {risk} in {".to_owned()), ("risk", "high".to_owned())];
        assert_eq!(fill("{nature} | {risk} | {other} {", &values), "a {risk} in { | high | {other} {");
    }

    #[test]
    fn every_phrase_is_there_and_holds_words() {
        let names: Vec<&str> =
            ENGLISH.phrases.lines().filter_map(|l| l.split_once(" = ")).map(|(n, _)| n).collect();
        let source = include_str!("letters.rs").split("#[cfg(test)]").next().unwrap();
        for name in &names {
            assert!(source.contains(&format!("\"{name}\"")), "{name} is said nowhere");
            assert!(!ENGLISH.phrase(name).is_empty(), "{name}");
        }
        let calls = ["language.phrase(\"", "language.says(\"", "ENGLISH.says(\""]
            .into_iter()
            .flat_map(|call| source.split(call).skip(1));
        for name in calls.map(|called| called.split('"').next().unwrap()) {
            assert!(names.contains(&name), "{name} has no words");
        }
    }
}
