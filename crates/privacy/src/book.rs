//! The book: the four policy files, joined, checked and frozen.

use crate::check;
use crate::map::DataMap;
use crate::outbound::Egress;
use crate::problem::{Problem, Reading, Source};
use crate::profile::{Basis, Channel, Ground, Profile, Purpose, Rule};
use crate::roles::Roles;
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

/// The policy files as text, before they are compiled.
#[derive(Clone, Debug)]
pub struct Sources {
    pub(crate) map: Source,
    pub(crate) profile: Source,
    pub(crate) roles: Source,
    pub(crate) egress: Source,
    since: Option<String>,
}

/// The profiles that come with the program, by id: the house's own, and those of five companies.
const PROFILES: [(&str, &str); 6] = [
    ("house", include_str!("../../../policy/profiles/house.toml")),
    ("kallas", include_str!("../../../policy/profiles/kallas.toml")),
    ("atomform", include_str!("../../../policy/profiles/atomform.toml")),
    ("formlabs", include_str!("../../../policy/profiles/formlabs.toml")),
    ("threedpros", include_str!("../../../policy/profiles/threedpros.toml")),
    ("stelloloxon", include_str!("../../../policy/profiles/stelloloxon.toml")),
];

/// The rules of what every house does.
#[derive(Default, Deserialize)]
struct Duties {
    rule: Vec<Spanned<Rule>>,
}

/// What every house does; it stands before every profile.
const CORE: &str = include_str!("../../../policy/core.toml");

impl Sources {
    /// The built-in files with one of the built-in profiles; `None` if there is no such profile.
    pub fn built_in(profile: &str) -> Option<Self> {
        let (id, text) = PROFILES.into_iter().find(|(id, _)| *id == profile)?;
        Some(Self::with_profile(&format!("policy/profiles/{id}.toml"), text))
    }

    /// The built-in data map, roles and egress with a profile of the operator's own.
    pub fn with_profile(name: &str, text: &str) -> Self {
        Self {
            map: Source::new("policy/data.toml", include_str!("../../../policy/data.toml")),
            profile: Source::new(name, text).after("policy/core.toml", CORE),
            roles: Source::new("policy/roles.toml", include_str!("../../../policy/roles.toml")),
            egress: Source::new("policy/egress.toml", include_str!("../../../policy/egress.toml")),
            since: None,
        }
    }

    /// A version that a house published, from the texts that it recorded then, with the data map, roles and egress of this
    /// program.
    pub fn recorded(name: &str, core: &str, text: &str) -> Self {
        let today = Self::with_profile(name, text);
        Self { profile: Source::new(name, text).after("policy/core.toml", core), ..today }
    }

    /// These files, in force since this ISO day: the version became accessible then, whatever the profile says.
    #[must_use]
    pub fn since(self, day: String) -> Self {
        Self { since: Some(day), ..self }
    }

    /// What a house records when it publishes this version: the text that stands before every profile, and the profile's
    /// own.
    pub fn texts(&self) -> (&str, &str) {
        self.profile.parts()
    }

    /// Whether these texts, as a house recorded them, say the same: comments and spacing are nothing that is said, and neither
    /// is how the operator stands with a recipient, which comes and goes under one version.
    pub fn says_the_same(&self, core: &str, text: &str) -> bool {
        let read = |text: &str| {
            let mut said = toml::from_str::<toml::Table>(text).ok()?;
            for part in ["recipient", "transfers"] {
                said.get_mut(part).into_iter().for_each(forget_standing);
            }
            Some(said)
        };
        let recorded = read(&format!("{core}\n{text}"));
        recorded.is_some() && recorded == read(&self.profile.text)
    }

    /// The ids of the built-in profiles.
    pub fn profiles() -> impl Iterator<Item = &'static str> {
        PROFILES.into_iter().map(|(id, _)| id)
    }

    /// These files with one text replaced in one of them (`data`, `roles`, `egress` or `profile`): for trying out a
    /// change.
    #[must_use]
    pub fn edited(mut self, file: &str, from: &str, to: &str) -> Self {
        let source = match file {
            "data" => &mut self.map,
            "roles" => &mut self.roles,
            "egress" => &mut self.egress,
            _ => &mut self.profile,
        };
        source.edit(from, to);
        self
    }

    /// Joins and checks the files.
    ///
    /// # Errors
    /// Every [`Problem`] found, each with file, line and remedy. Nothing starts with any of them.
    pub fn compile(&self) -> Result<Book, Vec<Problem>> {
        let (book, problems) = self.joined()?;
        if problems.is_empty() { Ok(book) } else { Err(problems) }
    }

    /// Joins the files of a version that was in force once and still binds somebody. What the checks of today find in it is
    /// passed over: it stands as it did then, and what it does not know is not allowed by it.
    ///
    /// # Errors
    /// The [`Problem`]s of a text that this program cannot read at all.
    pub fn recall(&self) -> Result<Book, Vec<Problem>> {
        self.joined().map(|(book, _)| book)
    }

    /// The same version as it binds people today. A law's duty waits for nobody's yes: kinds of data that it does not know go by what
    /// this program keeps for the duties of every house (decision 0012).
    ///
    /// # Errors
    /// As [`Sources::recall`].
    pub fn bind(&self) -> Result<Book, Vec<Problem>> {
        let mut book = self.recall()?;
        let today: Duties = toml::from_str(CORE).unwrap_or_default();
        let unknown = |rule: &Rule| {
            rule.data.iter().all(|data| book.profile.rules_for(data.get_ref()).next().is_none())
        };
        let owed = |rule: &Rule| {
            let purpose = book.profile.purpose(rule.purpose.get_ref());
            purpose.is_some_and(|purpose| purpose.basis == Basis::LegalObligation)
        };
        let more = today.rule.into_iter().filter(|rule| unknown(rule.get_ref()) && owed(rule.get_ref()));
        let more: Vec<_> = more.collect();
        book.profile.rule.extend(more);
        Ok(book)
    }

    fn joined(&self) -> Result<(Book, Vec<Problem>), Vec<Problem>> {
        let (map, profile, roles, egress) =
            (self.map.read(), self.profile.read(), self.roles.read(), self.egress.read());
        let (map, mut profile, roles, egress): (_, Profile, _, _) = match (map, profile, roles, egress) {
            (Ok(map), Ok(profile), Ok(roles), Ok(egress)) => (map, profile, roles, egress),
            (map, profile, roles, egress) => {
                return Err([map.err(), profile.err(), roles.err(), egress.err()]
                    .into_iter()
                    .flatten()
                    .collect());
            }
        };
        profile.recipient.iter_mut().for_each(|recipient| recipient.get_mut().in_todays_words());
        if let Some(day) = &self.since {
            profile.policy.effective.clone_from(day);
        }
        let (notes, readings, closed) = (vec![], vec![], BTreeSet::new());
        let mut book = Book { map, profile, roles, egress, sources: self.clone(), notes, readings, closed };
        let found = check::check(self, &book);
        book.notes = found.notes;
        book.readings = found.readings;
        book.closed = found.closed;
        Ok((book, found.problems))
    }
}

/// What the entry of a recipient or of a transfer says of how the operator stands with others, and not to people: a contract
/// that is prolonged, a version that was acknowledged, a certificate that runs out. People read it in the notice of each day.
const STANDING: [&str; 4] = ["contract_until", "acknowledged", "measures_checked", "until"];

fn forget_standing(part: &mut toml::Value) {
    match part {
        toml::Value::Table(table) => {
            table.retain(|key, _| !STANDING.contains(&key));
            table.iter_mut().for_each(|(_, part)| forget_standing(part));
        }
        toml::Value::Array(parts) => parts.iter_mut().for_each(forget_standing),
        _ => {}
    }
}

/// The policy in force: what the program may hold and do. Made only by [`Sources::compile`].
#[derive(Debug)]
pub struct Book {
    map: DataMap,
    profile: Profile,
    roles: Roles,
    egress: Egress,
    sources: Sources,
    notes: Vec<String>,
    readings: Vec<Reading>,
    closed: BTreeSet<(String, String)>,
}

impl Book {
    /// What the program can hold.
    pub const fn map(&self) -> &DataMap {
        &self.map
    }
    /// What this house does with it.
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }
    /// Who may do what.
    pub const fn roles(&self) -> &Roles {
        &self.roles
    }
    /// What may leave the house.
    pub const fn egress(&self) -> &Egress {
        &self.egress
    }
    /// The files that it was compiled from.
    pub const fn sources(&self) -> &Sources {
        &self.sources
    }
    /// Which version it is.
    pub const fn version(&self) -> u32 {
        self.profile.policy.version
    }
    /// Its id and version, as the ledger and the access log write them.
    pub fn reference(&self) -> String {
        let head = &self.profile.policy;
        format!("{}/{}", head.id, head.version)
    }
    /// What people should know about this policy: contradictions and their readings, categories that cannot be
    /// stored and so the features that are off, placeholders to fill in.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
    /// How the policy's contradictions are read here.
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }
    /// Whether a category may serve a purpose.
    pub fn allows(&self, category: &str, purpose: &str) -> bool {
        let gives = |rule: &Rule| rule.purpose.get_ref() == purpose && self.is_in_force(category, rule);
        self.profile.rules_for(category).any(gives) || self.may_be_disclosed(category, purpose)
    }
    /// Whether the purpose is a disclosure on a ground that the policy names, and the category is held. What is never shared
    /// with anyone (SP-18) is disclosed only where a law compels it.
    fn may_be_disclosed(&self, category: &str, purpose: &str) -> bool {
        let Some(ground) = self.profile.purpose(purpose).and_then(|p| p.ground) else { return false };
        let never = self.profile.disclosure.never.iter().any(|c| c.get_ref() == category);
        self.serves(purpose) && self.may_store(category) && (!never || ground == Ground::LegalCompulsion)
    }
    /// The rules by which a category is used: their purposes wait for no module, and no reading of a contradiction keeps the
    /// two apart.
    pub fn rules_in_force<'a>(&'a self, category: &'a str) -> impl Iterator<Item = &'a Rule> + 'a {
        self.profile.rules_for(category).filter(move |rule| self.is_in_force(category, rule))
    }
    fn is_in_force(&self, category: &str, rule: &Rule) -> bool {
        let purpose = rule.purpose.get_ref();
        self.serves(purpose) && (self.closed.is_empty() || !self.keeps_apart(category, purpose))
    }
    /// Whether a reading of a contradiction keeps a category from a purpose that a rule gives it to.
    pub(crate) fn keeps_apart(&self, category: &str, purpose: &str) -> bool {
        self.closed.contains(&(category.to_owned(), purpose.to_owned()))
    }
    /// Whether a category may be stored at all: a rule lets it serve something, and the module that holds it is there.
    pub fn may_store(&self, category: &str) -> bool {
        self.map.category(category).is_some_and(|c| c.module.is_none())
            && self.rules_in_force(category).next().is_some()
    }
    /// Whether a purpose is declared, no module that it needs is missing, and the policy names the ground of a disclosure.
    pub fn serves(&self, purpose: &str) -> bool {
        self.profile.purpose(purpose).is_some_and(|p| self.is_in_use(p))
    }
    /// The purposes that this house serves; the others wait for their modules, or the policy does not name their ground.
    pub fn purposes_in_use(&self) -> impl Iterator<Item = &Purpose> {
        self.profile.purpose.iter().map(Spanned::get_ref).filter(|p| self.is_in_use(p))
    }
    fn is_in_use(&self, purpose: &Purpose) -> bool {
        purpose.module.is_none() && purpose.ground.is_none_or(|ground| self.profile.names(ground))
    }
    /// Whether the policy has rules of its own for people in Canada.
    pub fn has_rules_for_canada(&self) -> bool {
        self.profile.bases.as_ref().is_some_and(|bases| bases.canada)
    }
    /// Whether people may be invited: somebody answers for their data and can be reached by every way that the policy
    /// names (KA-02).
    pub fn ready_for_people(&self) -> bool {
        self.unfilled().is_empty()
    }
    /// What the operator has not filled in yet about whoever answers for the data.
    pub(crate) fn unfilled(&self) -> Vec<&'static str> {
        let controller = &self.profile.controller;
        let offers = |channel| self.profile.requests.channels.contains(&channel);
        let fields = [
            ("names", controller.names.iter().all(|name| name.trim().is_empty())),
            ("contact", controller.contact.trim().is_empty()),
            ("phone", offers(Channel::Phone) && controller.phone.trim().is_empty()),
            ("address", offers(Channel::Post) && controller.address.trim().is_empty()),
        ];
        fields.into_iter().filter(|(_, missing)| *missing).map(|(field, _)| field).collect()
    }
}
