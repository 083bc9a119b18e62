//! Whether every purpose has something to rest on for people in Canada, where the policy has rules of its own for them.

use super::Checker;
use crate::canada::InCanada;
use crate::profile::Basis;
use toml::Spanned;

const REMEDY: &str = "write canada = { implied = \"the circumstances\" } or canada = { without_consent = \"one of the eleven codes\" }";

impl Checker<'_> {
    /// Consent, express or implied, or one coded exception: never both, never neither (TP-33, TP-34).
    pub(super) fn canada(&mut self) {
        let book = self.book;
        for purpose in book.profile().purpose.iter().map(Spanned::get_ref) {
            let (id, span) = (purpose.id.get_ref(), purpose.id.span());
            let what = match &purpose.canada {
                Some(_) if purpose.basis == Basis::Consent => {
                    format!("purpose `{id}` rests on consent, which is express in Canada too")
                }
                Some(InCanada { implied: Some(_), without_consent: Some(_), .. }) => {
                    format!("purpose `{id}` rests in Canada on consent and on doing without")
                }
                Some(InCanada { implied: Some(by), .. }) if by.trim().is_empty() => {
                    format!("purpose `{id}` does not say by which circumstances consent is implied in Canada")
                }
                Some(InCanada { implied: None, without_consent: None, .. }) => {
                    format!("purpose `{id}` names nothing that it rests on in Canada")
                }
                None if purpose.basis != Basis::Consent && book.has_rules_for_canada() && book.serves(id) => {
                    format!(
                        "purpose `{id}` rests on nothing in Canada, for which the policy has rules of its own"
                    )
                }
                _ => continue,
            };
            self.profile_fault(&span, what, REMEDY);
        }
    }
}
