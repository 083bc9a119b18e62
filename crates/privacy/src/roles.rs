//! `policy/roles.toml`: who may do what to which noun, whose, and for which purpose. Silence denies.

use crate::decide::Act;
use serde::Deserialize;
use toml::Spanned;

/// The role matrix, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roles {
    /// What is allowed.
    pub may: Vec<Spanned<May>>,
}

/// One permission.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct May {
    /// Roles of people, `outsider`, or the house's chores.
    pub role: Vec<Spanned<String>>,
    /// What they may do.
    pub act: Vec<Act>,
    /// To rows of which tables.
    pub what: Vec<Spanned<String>>,
    /// Whose rows.
    pub whose: Reach,
    /// For which purpose.
    #[serde(rename = "for")]
    pub purpose: Vec<Spanned<String>>,
    /// Whether a reason must be given first, which the person reads.
    #[serde(default)]
    pub reason: bool,
    /// Whether they must have proved a short while ago who they are: a browser left open is not its owner.
    #[serde(default)]
    pub proof: bool,
}

/// What the matrix says to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// No.
    Denied,
    /// Yes, under these conditions.
    Granted(Conditions),
}

/// What must be there before an act that the matrix allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// A reason.
    pub reason: bool,
    /// A proof, a short while ago, of who acts.
    pub proof: bool,
}

/// Whose rows a permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// The actor's own.
    Own,
    /// Anybody's.
    Anyone,
}

impl Roles {
    /// Whether the matrix allows it without more ado. `own`: the rows are the actor's own.
    pub fn allows(&self, role: &str, act: Act, what: &str, own: bool, purpose: &str) -> bool {
        self.permission(role, act, what, own, purpose) == Permission::Granted(Conditions::default())
    }

    /// What the matrix says. `own`: the rows are the actor's own.
    pub fn permission(&self, role: &str, act: Act, what: &str, own: bool, purpose: &str) -> Permission {
        let has = |list: &[Spanned<String>], name: &str| list.iter().any(|x| x.get_ref() == name);
        let fits = |may: &&May| {
            has(&may.role, role)
                && may.act.contains(&act)
                && has(&may.what, what)
                && has(&may.purpose, purpose)
                && (own || may.whose == Reach::Anyone)
        };
        let found: Vec<&May> = self.may.iter().map(Spanned::get_ref).filter(fits).collect();
        match found.as_slice() {
            [] => Permission::Denied,
            all => Permission::Granted(Conditions {
                reason: all.iter().all(|may| may.reason),
                proof: all.iter().all(|may| may.proof),
            }),
        }
    }
}
