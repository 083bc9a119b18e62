//! What lies in people's browsers: cookies, and what pages keep there by themselves. The inventory is part of the data map;
//! the cookie notice is written from it, and nothing that it does not name is set.
//!
//! What is strictly necessary for what somebody asked for needs no choice; everything else waits for one (Directive
//! 2002/58/EC Art. 5(3)). Pure.

use crate::map::Column;
use crate::notice::kinds::in_words;
use domain::time::Instant;
use jiff::Span;
use serde::Deserialize;
use toml::Spanned;

/// A cookie, or what a page keeps in a browser.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cookie {
    /// The category of personal data it holds.
    #[serde(default)]
    about: Option<String>,
    /// Why it holds nothing personal.
    #[serde(default)]
    nothing: Option<String>,
    /// What it is for.
    pub class: Class,
    /// What it does, in words that follow its name.
    pub says: String,
    /// How long it lasts: an ISO 8601 period, or `removed`. Absent: as long as the visit.
    #[serde(default)]
    pub keep: Option<Spanned<String>>,
    /// Why it outlasts the visit (SP-49).
    #[serde(default)]
    pub because: Option<String>,
    /// What does not work without it.
    pub without: String,
    /// What somebody does to choose it, where it is not strictly necessary.
    #[serde(default)]
    pub chosen: Option<String>,
    /// Whether the browser sends it with each request. What is not sent lies in the browser's own storage, where pages read it.
    #[serde(default = "yes")]
    pub sent: bool,
}

const fn yes() -> bool {
    true
}

/// What a cookie is for. The list is closed (SP-48).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// What somebody asked for does not work, or is not safe, without it.
    Essential,
    /// It remembers how somebody wants things to be.
    Preference,
    /// It counts how the site is used.
    Analytics,
}

impl Class {
    /// Every class.
    pub const ALL: [Self; 3] = [Self::Essential, Self::Preference, Self::Analytics];

    /// In words, as a heading.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Essential => "Essential",
            Self::Preference => "Preference",
            Self::Analytics => "Analytics",
        }
    }
    /// What the class is for, in a sentence.
    pub const fn means(self) -> &'static str {
        match self {
            Self::Essential => "What you asked for does not work, or is not safe, without it.",
            Self::Preference => {
                "It remembers how you want things to be; it is set when you choose so, and not before."
            }
            Self::Analytics => "It counts how the site is used.",
        }
    }
}

/// How long it lasts.
#[derive(Clone, Copy, Debug)]
pub enum Life {
    /// As long as the visit.
    Visit,
    /// Until it is removed.
    UntilRemoved,
    /// So long.
    For(Span),
}

impl Cookie {
    /// What it holds, as the data map says it of anything.
    pub fn column(&self) -> Column {
        Column { about: self.about.clone(), nothing: self.nothing.clone(), ..Column::default() }
    }

    /// How long it lasts; nothing if that is written wrongly.
    pub fn life(&self) -> Option<Life> {
        match self.keep.as_ref().map(|keep| keep.get_ref().as_str()) {
            None => Some(Life::Visit),
            Some("removed") => Some(Life::UntilRemoved),
            Some(period) => period.parse().ok().filter(|span: &Span| span.is_positive()).map(Life::For),
        }
    }

    /// How many seconds it outlasts the moment at which it is set; nothing if it ends with the visit or has no end.
    pub fn seconds(&self) -> Option<i64> {
        let Some(Life::For(span)) = self.life() else { return None };
        let now = Instant::from_micros(0);
        Some(now.plus_period(&span).seconds_since(now))
    }

    /// How long it lasts, in words.
    pub fn lasts(&self) -> String {
        match self.life() {
            Some(Life::For(span)) => in_words(&span),
            Some(Life::UntilRemoved) => "until it is removed".to_owned(),
            Some(Life::Visit) | None => "as long as your visit".to_owned(),
        }
    }

    /// What is wrong with its entry, and the remedy.
    pub(crate) fn fault(&self) -> Option<(String, &'static str)> {
        let said = |text: Option<&String>| text.is_some_and(|text| !text.trim().is_empty());
        match self.life() {
            None => Some((
                format!(
                    "`{}` is no time that it lasts",
                    self.keep.as_ref().map_or("", |k| k.get_ref().as_str())
                ),
                "write an ISO 8601 period such as \"P30D\", or \"removed\"; leave `keep` out if it ends with the visit",
            )),
            Some(Life::For(_) | Life::UntilRemoved) if !said(self.because.as_ref()) => Some((
                "it outlasts the visit, and nobody said why".to_owned(),
                "say so in `because`, or take `keep` away",
            )),
            Some(_) if self.class != Class::Essential && !said(self.chosen.as_ref()) => Some((
                format!("it is not strictly necessary ({}), and nobody chooses it", self.class.says()),
                "say in `chosen` what somebody does to choose it, and set it only then; or take it away",
            )),
            Some(_) if !said(Some(&self.says)) || !said(Some(&self.without)) => Some((
                "people are not told what it does, or what does not work without it".to_owned(),
                "say so in `says` and `without`",
            )),
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::book::Sources;

    /// What is said of the inventory with this change.
    #[track_caller]
    fn refused(from: &str, to: &str, why: &str) {
        let sources = Sources::built_in("stelloloxon").unwrap().edited("data", from, to);
        let problems = sources.compile().unwrap_err();
        let found = problems.iter().find(|p| p.what.contains(why)).unwrap_or_else(|| panic!("{problems:#?}"));
        assert!(found.line > 0 && found.file.ends_with("data.toml") && !found.remedy.is_empty(), "{found:?}");
    }

    #[test]
    fn a_cookie_is_of_one_of_three_classes_and_outlasts_the_visit_for_a_reason_only() {
        domain::proves!("SP-48", "SP-49", by = "privacy::cookie::Cookie::fault");
        refused("class = \"preference\"", "class = \"advertising\"", "unknown variant `advertising`");
        refused("chosen = \"You switch", "chosen = \"\" # \"You switch", "nobody chooses it");
        refused(
            "class = \"essential\"\nsays = \"keeps",
            "class = \"analytics\"\nsays = \"keeps",
            "nobody chooses it",
        );
        refused("because = \"so that you need not sign in", "# because = \"so that you", "nobody said why");
        refused("keep = \"P30D\"\nbecause", "keep = \"thirty days\"\nbecause", "no time that it lasts");
        refused("without = \"Keys are on", "without = \"\" # \"Keys", "people are not told");
        let visit =
            Sources::built_in("house").unwrap().edited("data", "keep = \"P30D\"\nbecause", "# because");
        let book = visit.compile().unwrap();
        let session = book.map().cookie["printkeep_session"].get_ref();
        assert_eq!((session.lasts().as_str(), session.seconds()), ("as long as your visit", None));
    }
}
