//! Where the person lives, as far as the law of the request depends on it.

use super::Unknown;
use crate::clock::Regime;
use core::str::FromStr;

/// Where somebody lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Region {
    /// The European Union, Iceland, Liechtenstein and Norway.
    Eea,
    /// The United Kingdom.
    UnitedKingdom,
    /// Switzerland.
    Switzerland,
    /// California.
    California,
    /// Quebec.
    Quebec,
    /// Canada but for Quebec.
    Canada,
    /// Brazil.
    Brazil,
    /// India.
    India,
    /// Anywhere else. The house's own law counts, which is taken for the GDPR.
    Elsewhere,
    /// Not said.
    Unknown,
}

impl Region {
    /// Every region, as people are asked.
    pub const ALL: [Self; 10] = [
        Self::Eea,
        Self::UnitedKingdom,
        Self::Switzerland,
        Self::California,
        Self::Quebec,
        Self::Canada,
        Self::Brazil,
        Self::India,
        Self::Elsewhere,
        Self::Unknown,
    ];

    /// The name in storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eea => "eea",
            Self::UnitedKingdom => "gb",
            Self::Switzerland => "ch",
            Self::California => "us-ca",
            Self::Quebec => "ca-qc",
            Self::Canada => "ca",
            Self::Brazil => "br",
            Self::India => "in",
            Self::Elsewhere => "elsewhere",
            Self::Unknown => "unknown",
        }
    }
    /// In words.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Eea => "European Union, Iceland, Liechtenstein or Norway",
            Self::UnitedKingdom => "United Kingdom",
            Self::Switzerland => "Switzerland",
            Self::California => "California",
            Self::Quebec => "Quebec",
            Self::Canada => "Canada, but not Quebec",
            Self::Brazil => "Brazil",
            Self::India => "India",
            Self::Elsewhere => "Somewhere else",
            Self::Unknown => "I would rather not say",
        }
    }
    /// The laws that count. Where it is not known, all of them: the earliest limit holds.
    pub const fn laws(self) -> &'static [Regime] {
        match self {
            Self::Eea | Self::Elsewhere => &[Regime::Gdpr],
            Self::UnitedKingdom => &[Regime::UkGdpr],
            Self::Switzerland => &[Regime::Switzerland],
            Self::California => &[Regime::California],
            Self::Quebec => &[Regime::Quebec, Regime::Canada],
            Self::Canada => &[Regime::Canada],
            Self::Brazil => &[Regime::Brazil],
            Self::India => &[Regime::India],
            Self::Unknown => Regime::ALL,
        }
    }
    /// Who hears a complaint there, with an address that the authority itself publishes for complaints.
    pub const fn authority(self) -> (&'static str, &'static str) {
        match self {
            Self::UnitedKingdom => ("the Information Commissioner", "https://ico.org.uk/make-a-complaint/"),
            Self::Switzerland => {
                ("the Federal Data Protection and Information Commissioner", "https://www.edoeb.admin.ch/")
            }
            Self::California => {
                ("the California Privacy Protection Agency", "https://cppa.ca.gov/webapplications/complaint")
            }
            Self::Quebec => ("the Commission d’accès à l’information", "https://www.cai.gouv.qc.ca/"),
            Self::Canada => {
                ("the Privacy Commissioner of Canada", "https://www.priv.gc.ca/en/report-a-concern/")
            }
            Self::Brazil => ("the Autoridade Nacional de Proteção de Dados", "https://www.gov.br/anpd/"),
            Self::India => ("the Data Protection Board of India", "https://www.dpboard.gov.in/"),
            Self::Eea | Self::Elsewhere | Self::Unknown => (
                "the data protection authority where you live, where you work or where you think the law was broken",
                "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en",
            ),
        }
    }

    /// Those whose authority is one, and can be named.
    pub fn with_one_authority() -> impl Iterator<Item = Self> {
        let many = |region: &Self| matches!(region, Self::Eea | Self::Elsewhere | Self::Unknown);
        Self::ALL.into_iter().filter(move |region| !many(region))
    }
}

impl FromStr for Region {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        Self::ALL.into_iter().find(|region| region.name() == text).ok_or(Unknown)
    }
}
