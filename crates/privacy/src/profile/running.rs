//! How the house runs under a policy: printing, geometry, accounts, keys, breaches.

use domain::time::Instant;
use jiff::Span;
use serde::Deserialize;
use toml::Spanned;

/// How printing behaves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printing {
    /// Whether a print history is kept, until a person chooses otherwise.
    pub history: History,
    /// Whether people may print without leaving a trace.
    pub incognito: bool,
    /// Whether an incognito print leaves a line with grams and minutes.
    pub incognito_ledger: Spanned<bool>,
    /// Who sees whose a queued job is: `owner` (nobody else) or `all`.
    pub queue_shows_owner: bool,
    /// Prints of which the house promises to learn nothing (AF-163 to AF-165). The program learns of none of them anyway.
    #[serde(default)]
    pub unseen: Vec<Spanned<Source>>,
    /// Categories that what is sent to a printer never holds (AF-158).
    #[serde(default)]
    pub package_never_holds: Vec<String>,
    /// Categories that go when a print's time is over, beside its own (AF-173).
    #[serde(default)]
    pub expires_with_print: Vec<Spanned<String>>,
}

/// Where a print that the house did not send can come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The printer was in LAN mode.
    LanMode,
    /// A model on the printer's SD card.
    SdCard,
    /// The printer's own storage, with no card in it.
    BuiltInStorage,
    /// The printer's own storage, with a card in it.
    BuiltInStorageWithCard,
}

/// Whether a print history is kept, until a person chooses otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum History {
    /// Kept.
    On,
    /// Not kept.
    Off,
    /// Not kept until the person has answered one question at the first print.
    Asked,
}

/// Which geometry is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Geometry {
    /// never, consent, chosen or project.
    pub accept: Accept,
}

/// When geometry may come into the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Accept {
    /// Never: only picture and toolpath travel.
    Never,
    /// With a consent of its own.
    Consent,
    /// When a person chooses to upload a model.
    Chosen,
    /// Within a preparation project.
    Project,
}

/// Who may have an account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// Youngest age, kept as "at least N: yes". 0: not asked.
    pub at_least_years: u8,
    /// Days between the wish to erase an account and the erasure, in which it can be taken back.
    pub erase_grace_days: u16,
    /// How many people at most may have a part in which they can look at others' data.
    pub staff_at_most: u16,
    /// How often the access log must be reviewed (ISO 8601).
    pub log_review: Spanned<String>,
    /// What people are asked for beyond name and address when they join (KA-04). Nothing else is taken.
    #[serde(default)]
    pub field: Vec<Spanned<Field>>,
    /// When an account that nobody uses is erased. Absent: never for that.
    #[serde(default)]
    pub unused: Option<Spanned<Unused>>,
}

impl People {
    /// What people are asked for beyond name and address when they join.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.field.iter().map(Spanned::get_ref)
    }
}

/// Something that people are asked for when they join. On what its use rests is its purpose's to say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name in forms and in the archive: small letters and dashes.
    pub id: String,
    /// What people are asked for, in words.
    pub says: String,
    /// The purpose.
    #[serde(rename = "for")]
    pub purpose: String,
    /// Whether there is no account without it.
    pub required: bool,
}

/// When an account that nobody uses is erased, and when its owner is told of it (SP-42, TP-43).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unused {
    /// So long after it was used last (ISO 8601).
    pub erased_after: String,
    /// So long before that its owner is told (ISO 8601).
    pub told_before: String,
}

impl Unused {
    /// Both periods, if they are such and the second is the shorter.
    fn periods(&self) -> Option<(Span, Span)> {
        let period = |text: &str| text.parse::<Span>().ok().filter(|span| span.is_positive());
        let (after, before) = (period(&self.erased_after)?, period(&self.told_before)?);
        let from = Instant::from_micros(0);
        (from.plus_period(&before) < from.plus_period(&after)).then_some((after, before))
    }

    /// Whether it can be obeyed.
    pub fn is_possible(&self) -> bool {
        self.periods().is_some()
    }

    /// Until when whoever is told now keeps theirs at least.
    pub fn told_for(&self, now: Instant) -> Option<Instant> {
        self.periods().map(|(_, before)| now.plus_period(&before))
    }

    /// Whoever used their account after this is not due now, whatever their last use was exactly.
    pub fn not_due_after(&self, now: Instant) -> Option<Instant> {
        let (after, before) = self.periods()?;
        // Calendar periods there and back may differ by days.
        Some(now.minus_period(&after).plus_period(&before).plus_seconds(7 * 24 * 3600))
    }

    /// Whether whoever used their account last at `used` is to be told now that it goes, and when it will. Nobody loses an account
    /// without having been told so long before, however late the house comes to it.
    pub fn due(&self, used: Instant, now: Instant) -> Option<Instant> {
        let (after, before) = self.periods()?;
        let goes = used.plus_period(&after);
        (now >= goes.minus_period(&before)).then(|| goes.max(now.plus_period(&before)))
    }
}

/// Erasure, backups and keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// How long an epoch key lives (ISO 8601); after two epochs a key backup is noise.
    pub epoch: Spanned<String>,
    /// How long backups are kept (ISO 8601).
    pub backups: Spanned<String>,
}

/// What the house does when something went wrong with people's data.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breach {
    /// Within what time of becoming aware the authority is told (ISO 8601). Silent: 72 hours (GDPR Art. 33(1)).
    #[serde(default)]
    pub authority: Option<Spanned<String>>,
}

impl Breach {
    /// Within what time of becoming aware the authority is told.
    pub fn authority(&self) -> &str {
        self.authority.as_ref().map_or("PT72H", |period| period.get_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::Unused;
    use domain::time::Instant;

    fn day(text: &str) -> Instant {
        Instant::on_day(text).unwrap()
    }

    #[test]
    fn whoever_does_not_use_an_account_is_told_in_time_however_late_the_house_is() {
        let (erased_after, told_before) = ("P2Y".to_owned(), "P30D".to_owned());
        let unused = Unused { erased_after, told_before };
        let used = day("2026-03-01");
        for (now, goes) in [
            ("2028-01-30", None),
            ("2028-01-31", Some("2028-03-01")),
            ("2028-02-10", Some("2028-03-11")),
            ("2031-01-01", Some("2031-01-31")),
        ] {
            assert_eq!(unused.due(used, day(now)), goes.map(day), "{now}");
            let asked = unused.not_due_after(day(now)).unwrap() >= used;
            assert!(asked || goes.is_none(), "{now}: whoever is due is among those who are looked at");
        }
    }

    #[test]
    fn what_cannot_be_obeyed_is_not_possible() {
        for (after, before, possible) in [
            ("P2Y", "P30D", true),
            ("P30D", "P30D", false),
            ("P30D", "P2Y", false),
            ("P2Y", "P0D", false),
            ("two years", "P30D", false),
        ] {
            let unused = Unused { erased_after: after.to_owned(), told_before: before.to_owned() };
            assert_eq!(unused.is_possible(), possible, "{after} {before}");
        }
    }
}
