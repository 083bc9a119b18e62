//! What people keep, to check without this house: the log's checkpoints, proofs of lines about them, receipts. Each is a text
//! that `printkeep verify` judges with the log's verifier key alone.
//!
//! Never gives a proof of a line about somebody else, nor of one that a law forbids to tell yet.

use crate::accounts::own;
use crate::{Context, Error, Refusal, SignedIn, privacy_centre};
use domain::ids::PersonId;
use domain::time::Instant;
use privacy::Act;
use privacy::consent_receipt::{self, Said};
use serde_json::{Value, json};
use store::people::consents::{self, Word};
use store::people::log;
use store::{Fault, Statement};

/// The key against which everything here is checked.
pub fn key(ctx: &Context) -> String {
    ctx.store.log_verifier()
}

/// The newest signed checkpoint of the access log. It names nobody: how many leaves there are, and their root.
///
/// # Errors
/// A fault.
pub fn checkpoint(ctx: &Context) -> Result<String, Error> {
    Ok(ctx.store.checkpoint()?)
}

/// The proof that the log of now continues the one whose checkpoint says so many leaves.
///
/// # Errors
/// A refusal of the field `from` if the log does not have as many.
pub async fn continues(ctx: &Context, from: &str) -> Result<String, Error> {
    let wrong = |problem: &str| Refusal::field("from", problem);
    let old = from
        .trim()
        .parse()
        .map_err(|_| wrong("Type how many leaves your checkpoint has: the number on its second line."))?;
    ctx.store.integrate_log().await?;
    ctx.store.continues(old).await?.ok_or_else(|| {
        wrong("The log has no such beginning. If a checkpoint that this house signed says so many leaves, keep it: then something was cut off.").into()
    })
}

/// The proof that a line about me, by its number, is in the log.
///
/// # Errors
/// [`Refusal::NotFound`] if there is no such line about me; a fault if it is not in the log as it is signed.
pub async fn line(ctx: &Context, me: &SignedIn, number: i64) -> Result<String, Error> {
    ctx.store.integrate_log().await?;
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "access_note", "rights")).await?;
    Ok(log::prove(&grant, number).await?.ok_or(Refusal::NotFound)?)
}

/// The signed receipt of the erasure of whoever had this random number, with the proof that the log has it. It names nobody.
///
/// # Errors
/// [`Refusal::NotFound`] if nobody of this number was erased.
pub async fn erasure(ctx: &Context, person: PersonId) -> Result<String, Error> {
    let erased = privacy_centre::receipt(ctx, person).await?;
    ctx.store.integrate_log().await?;
    let (at, final_at) = (erased.receipt.at, erased.receipt.final_at);
    let stayed: Vec<Value> =
        erased.stayed.iter().map(|(what, why)| json!({ "what": what, "why": why })).collect();
    let says = json!({
        "at": at.to_string(),
        "at_micros": at.micros(),
        "final_at": final_at.to_string(),
        "means": "what was kept about one person cannot be read since at; no backup from before is brought back after final_at",
        "policy": erased.receipt.policy,
        "went": erased.went,
        "stayed": stayed,
        "log": ctx.store.erasure_logged(at).await?,
    });
    Ok(ctx.store.states(Statement::Erasure, &says)?)
}

/// Something that I said to a purpose that rests on consent.
#[derive(Debug)]
pub struct Answered {
    /// Its number.
    pub id: String,
    /// When.
    pub at: Option<Instant>,
    /// `given`, `refused` or `withdrawn`.
    pub status: String,
    /// The wording that was shown.
    pub wording: String,
}

/// Everything that I said to what rests on consent, the newest first.
///
/// # Errors
/// A fault.
pub async fn answered(ctx: &Context, me: &SignedIn) -> Result<Vec<Answered>, Error> {
    let words = words(ctx, me).await?.into_iter().rev();
    Ok(words
        .map(|Word { id, at, status, wording, .. }| Answered {
            id: id.simple().to_string(),
            at,
            status,
            wording,
        })
        .collect())
}

async fn words(ctx: &Context, me: &SignedIn) -> Result<Vec<Word>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "consent", "account")).await?;
    Ok(consents::list(&grant).await?)
}

/// The signed receipt of something that I said, as the version of the policy had it under which I said it.
///
/// # Errors
/// [`Refusal::NotFound`] if I did not say that, or if it was no answer to a question of consent.
pub async fn consent(ctx: &Context, me: &SignedIn, id: &str) -> Result<String, Error> {
    let said = words(ctx, me).await?.into_iter().find(|word| word.id.simple().to_string() == id);
    let word = said.ok_or(Refusal::NotFound)?;
    let number = word.policy.rsplit('/').next().and_then(|number| number.parse().ok());
    let book = ctx.store.book_then(number.ok_or(Refusal::NotFound)?).await?.ok_or(Refusal::NotFound)?;
    let said = Said {
        id: word.id,
        person: me.person.uuid(),
        purpose: &word.purpose,
        status: &word.status,
        at: word.at.ok_or_else(|| Fault::Corrupt("a consent has no time".to_owned()))?,
        wording: &word.wording,
        language: &word.language,
        control: &word.control,
        actor: &word.actor,
    };
    let receipt = consent_receipt::receipt(&book, &said).ok_or(Refusal::NotFound)?;
    Ok(ctx.store.states(Statement::Consent, &receipt)?)
}
