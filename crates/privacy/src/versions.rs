//! Versions of the policy: what must be said before a new one takes effect, and which one binds whom.
//!
//! A house publishes a version by starting with it, and it is in force from then on (TP-90). A version that takes rights
//! away waits for each person by themselves, if the policy before it promises that (AF-124): until they have agreed to it,
//! the last version before it binds them. Pure: who stores versions, and when, is not said here.

use crate::book::{Book, Sources};
use crate::diff::{Change, Needs, diff};
use crate::problem::Problem;
use crate::profile::{Basis, ChangeNote, Channel, Kind, Profile, Purpose};
use core::ops::Range;
use domain::time::Instant;
use jiff::Span;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use toml::Spanned;

/// A version that a house has published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The policy's id.
    pub policy: String,
    /// Its number; it only ever grows.
    pub number: u32,
    /// When it became accessible, which is when it took effect.
    pub since: Instant,
    /// Which kind of change it was. The first was none.
    pub kind: Option<Kind>,
    /// Why, in the operator's words.
    pub reason: String,
    /// Where it was announced, since it took effect.
    pub announced: Vec<Channel>,
    /// Whether it binds nobody who came before it and has not agreed to it.
    pub waits: bool,
    /// What changed against the version before it, the weightiest first.
    pub changes: Vec<Change>,
}

/// What is published with a new version, beside its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Which kind of change it is; none for the first version.
    pub kind: Option<Kind>,
    /// Why.
    pub reason: String,
    /// Where it is announced.
    pub announced: Vec<Channel>,
    /// Whether it waits for each person's yes.
    pub waits: bool,
    /// What changes.
    pub changes: Vec<Change>,
}

/// What the program can announce by itself. A letter to everybody it cannot send.
const CARRIED_OUT: Channel = Channel::Site;

/// What there is to publish when a house starts with this policy: nothing if it is the one in force.
///
/// # Errors
/// Each [`Problem`] that keeps it from being published: a number that is not higher (a text that differs is another version),
/// no word on which kind of change it is (SP-53), one that the text belies, no channel for what must be announced (KA-49).
pub fn publication(in_force: Option<&Sources>, new: &Book) -> Result<Option<Publication>, Vec<Problem>> {
    let Some(before) = in_force else {
        let (reason, announced) = (String::new(), vec![]);
        return Ok(Some(Publication { kind: None, reason, announced, waits: false, changes: vec![] }));
    };
    let old = before.recall()?;
    let (core, text) = before.texts();
    let (was, is) = (old.version(), new.version());
    let place = Place { sources: new.sources() };
    if was == is
        && old.profile().policy.id == new.profile().policy.id
        && new.sources().says_the_same(core, text)
    {
        return Ok(None);
    }
    counts_up(&place, was, is).map_err(|problem| vec![problem])?;
    let changes = diff(&old, new);
    let Some(note) = &new.profile().change else {
        let what = format!("version {is} does not say which kind of change it is");
        let remedy = "add [change] with `kind` (\"minor\" or \"significant\") and `reason`, in words that people read; `printkeep policy diff` shows what changes";
        return Err(vec![place.version(what, remedy)]);
    };
    let problems = [reason(&place, note), kind(&place, note, &changes), channels(&place, note, new)];
    let problems: Vec<Problem> = problems.into_iter().flatten().chain(unasked(&place, &old, new)).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let note = note.get_ref();
    // What was given by consent is never kept longer without another yes, whatever the policy promises (FL-05).
    let promised = old.profile().reduction_needs_consent();
    let waits = changes.iter().any(|change| change.reduces && (promised || change.needs == Needs::Asking));
    Ok(Some(Publication {
        kind: Some(*note.kind.get_ref()),
        reason: note.reason.get_ref().trim().to_owned(),
        announced: announced(note, new),
        waits,
        changes,
    }))
}

/// Another text is another version, and a version never goes back (AF-011, TP-61).
fn counts_up(place: &Place<'_>, was: u32, is: u32) -> Result<(), Problem> {
    if is > was {
        return Ok(());
    }
    let what = if is == was {
        format!("this text differs from version {was}, which this house has published")
    } else {
        format!("this house has published version {was} already, and a version never goes back")
    };
    let remedy = format!(
        "write `version = {}` and say under [change] what it changes: `kind` (\"minor\" or \"significant\") and `reason`; to change a profile that comes with the program, copy it to a file of your own",
        was + 1
    );
    Err(place.version(what, remedy))
}

fn reason(place: &Place<'_>, note: &Spanned<ChangeNote>) -> Option<Problem> {
    let reason = &note.get_ref().reason;
    reason.get_ref().trim().is_empty().then(|| {
        let remedy = "say in `reason` why the policy changes; people read it beside the new version";
        place.at(&reason.span(), "the change has no reason".to_owned(), remedy)
    })
}

fn kind(place: &Place<'_>, note: &Spanned<ChangeNote>, changes: &[Change]) -> Option<Problem> {
    let kind = &note.get_ref().kind;
    let material: Vec<String> = changes
        .iter()
        .filter(|change| change.needs.is_material())
        .map(|change| format!("{}: {}", change.about, change.says))
        .collect();
    (*kind.get_ref() == Kind::Minor && !material.is_empty()).then(|| {
        let what = format!("the change is called minor, but it is not: {}", material.join("; "));
        place.at(&kind.span(), what, "write `kind = \"significant\"`, or take these changes back")
    })
}

/// Purposes that are new and ask nobody, where the policy in force promises that each new one does (TP-09).
fn unasked<'a>(place: &'a Place<'_>, old: &'a Book, new: &'a Book) -> impl Iterator<Item = Problem> + 'a {
    let promised = old.profile().changes.new_purpose_asks;
    let is_new = |purpose: &&Purpose| !old.serves(purpose.id.get_ref());
    let unasked = new.purposes_in_use().filter(is_new).filter(move |p| promised && p.basis != Basis::Consent);
    unasked.map(|purpose| {
        let what = format!(
            "purpose `{}` is new and rests on {}, but the policy in force promises that a new purpose starts with consent alone",
            purpose.id.get_ref(),
            purpose.basis.says()
        );
        place.at(&purpose.id.span(), what, "rest it on consent, with `asks` and `stops`, or leave it out")
    })
}

/// Whether people are told of the change: of a small one too, unless the policy says that those may go without.
fn must_be_told(note: &ChangeNote, new: &Book) -> bool {
    *note.kind.get_ref() == Kind::Significant || !new.profile().changes.minor_silent.unwrap_or(false)
}

/// Where it is announced; where the operator is silent on it, wherever the program can and it must be.
fn announced(note: &ChangeNote, new: &Book) -> Vec<Channel> {
    match &note.announce {
        Some(said) => said.get_ref().clone(),
        None if must_be_told(note, new) => vec![CARRIED_OUT],
        None => vec![],
    }
}

fn channels(place: &Place<'_>, note: &Spanned<ChangeNote>, new: &Book) -> Option<Problem> {
    let span = note.get_ref().announce.as_ref().map_or_else(|| note.span(), Spanned::span);
    let offered = new.profile().changes.offered();
    let named = announced(note.get_ref(), new);
    if named.is_empty() && must_be_told(note.get_ref(), new) {
        let remedy = "write `announce = [\"site\"]`, or leave `announce` out";
        return Some(place.at(&span, "nobody is told of this change".to_owned(), remedy));
    }
    let unpromised = named.iter().find(|channel| !offered.contains(channel)).map(|channel| {
        let what = format!("the policy does not offer {} for announcing a change", channel.says());
        place.at(
            &span,
            what,
            "name it under [changes] `channels`, or announce by a channel that stands there",
        )
    });
    let undone = named.iter().find(|channel| **channel != CARRIED_OUT).map(|channel| {
        let what = format!("this program does not announce by {}", channel.says());
        let remedy = "write `announce = [\"site\"]`; write to people besides, if you wish";
        place.at(&span, what, remedy)
    });
    unpromised.or(undone)
}

/// Where in the operator's file something stands.
struct Place<'a> {
    sources: &'a Sources,
}

impl Place<'_> {
    fn at(&self, span: &Range<usize>, what: String, remedy: &str) -> Problem {
        self.sources.profile.problem(span, what, remedy)
    }

    /// The place of the version's number.
    fn version(&self, what: String, remedy: impl Into<String>) -> Problem {
        #[derive(Deserialize)]
        struct Head {
            version: Spanned<u32>,
        }
        #[derive(Deserialize)]
        struct File {
            policy: Head,
        }
        let file: Option<File> = toml::from_str(&self.sources.profile.text).ok();
        let span = file.map_or(0..0, |file| file.policy.version.span());
        self.sources.profile.problem(&span, what, remedy)
    }
}

/// Every version that a house has published, and the books of those that bind somebody.
#[derive(Debug)]
pub struct Versions {
    list: Vec<Version>,
    newest: Arc<Book>,
    earlier: Vec<Earlier>,
    stored: Vec<Stored>,
}

/// What a version that is in force no more could store.
#[derive(Clone, Debug)]
pub struct Stored {
    /// When the next one took effect.
    pub until: Instant,
    /// Its categories.
    pub categories: BTreeSet<String>,
}

/// People whom an earlier version binds: all who agreed last to one of these.
#[derive(Debug)]
pub struct Earlier {
    /// The versions that they may have agreed to last.
    pub agreed: Range<u32>,
    /// The version that binds them.
    pub book: Arc<Book>,
}

impl Versions {
    /// These versions, of which the last is `newest`; `earlier` has the book of each that [`bounds`] names and that binds
    /// anybody.
    pub fn new(mut list: Vec<Version>, newest: Arc<Book>, earlier: Vec<Earlier>) -> Self {
        list.sort_by_key(|version| version.number);
        Self { list, newest, earlier, stored: vec![] }
    }
    /// The same, with what could be stored before.
    pub fn having_stored(self, stored: Vec<Stored>) -> Self {
        Self { stored, ..self }
    }
    /// The categories that versions which are in force no more could store after this instant.
    pub fn stored_after(&self, since: Instant) -> BTreeSet<String> {
        let recent = self.stored.iter().filter(|stored| stored.until > since);
        recent.flat_map(|stored| stored.categories.iter().cloned()).collect()
    }

    /// All of them, the first first.
    pub fn all(&self) -> &[Version] {
        &self.list
    }
    /// The version in force for everybody who comes now.
    pub const fn newest(&self) -> &Arc<Book> {
        &self.newest
    }
    /// The version that is strictest about something of the whole house, of those that bind anybody: what is done for all
    /// at once keeps what each was promised. `measure` is what is strict when it is small.
    pub fn strictest<T: Ord>(&self, measure: impl Fn(&Profile) -> T) -> T {
        let earlier = self.earlier.iter().map(|earlier| measure(earlier.book.profile()));
        earlier.fold(measure(self.newest.profile()), T::min)
    }
    /// The shortest time that anybody was promised, in whose versions `period` says it; ISO 8601.
    pub fn shortest(&self, period: impl Fn(&Profile) -> &str) -> Span {
        let (_, text) = self.strictest(|profile| {
            let text = period(profile);
            let span: Span = text.parse().unwrap_or_default();
            (Instant::from_micros(0).plus_period(&span), text.to_owned())
        });
        text.parse().unwrap_or_default()
    }
    /// Those whom earlier versions bind.
    pub fn earlier(&self) -> &[Earlier] {
        &self.earlier
    }
    /// The version that binds whoever agreed last to this one.
    pub fn binding(&self, agreed: u32) -> &Arc<Book> {
        let earlier = self.earlier.iter().find(|earlier| earlier.agreed.contains(&agreed));
        earlier.map_or(&self.newest, |earlier| &earlier.book)
    }
    /// Whether a consent to a purpose that was given under one version (as [`Book::reference`] writes it) still covers what
    /// another does for it: a consent covers what was asked, and continued use never stands in for a new one (FL-05).
    pub fn covers(&self, given_under: &str, purpose: &str, version: u32) -> bool {
        let given_under: u32 = given_under.rsplit('/').next().and_then(|n| n.parse().ok()).unwrap_or(0);
        let after = self.list.iter().filter(|v| v.number > given_under && v.number <= version);
        let asks =
            |change: &Change| change.needs == Needs::Asking && change.purpose.as_deref() == Some(purpose);
        !after.flat_map(|version| &version.changes).any(asks)
    }
    /// What was published after this version, the first first.
    pub fn after(&self, number: u32) -> impl Iterator<Item = &Version> {
        self.list.iter().filter(move |version| version.number > number)
    }
    /// The newest version that was announced.
    pub fn announced(&self) -> Option<&Version> {
        self.list.iter().rev().find(|version| !version.announced.is_empty())
    }
}

/// Who is bound by which earlier version: the versions that they agreed to last, and the number of the one that binds them.
/// It is the newest before one that waits for their yes.
pub fn bounds(list: &[Version]) -> Vec<(Range<u32>, u32)> {
    let mut found = Vec::new();
    let mut from = 0;
    for (before, version) in list.iter().zip(list.iter().skip(1)) {
        if version.waits {
            found.push((from..version.number, before.number));
            from = version.number;
        }
    }
    found
}

#[cfg(test)]
mod tests;
