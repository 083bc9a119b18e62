//! Telling those who received something about somebody that it was corrected (GDPR Art. 19, KA-39).
//!
//! A correction opens a case of the account that it is about: whom to tell, and what reads otherwise now. It has its day like a
//! request, a named person carries it out and says when each was told, and its owner follows it on their own page. Nothing is
//! said of a hand-over of which the person may not know yet.

use super::asking::stored_for;
use super::clerk;
use crate::{Context, Error, disclosures};
use domain::ids::PersonId;
use privacy::clock::Matter;
use privacy::request::Happened;
use privacy::{Act, Whose};
use store::Tx;

/// Opens the case, if anybody received what was corrected: `category` of this account, of which `what` says how it reads now.
///
/// # Errors
/// A fault.
pub(crate) async fn after_correction(
    ctx: &Context,
    tx: &Tx,
    account: PersonId,
    category: &str,
    what: &str,
) -> Result<(), Error> {
    let whose = Whose::Person(account);
    // Of what a law forbids to tell no case is opened, which its owner would follow: whoever handed it over reads it there.
    {
        let (reading, grant) = (
            tx.authorise(clerk(Act::Read, "demand", whose)).await?,
            tx.authorise(clerk(Act::Change, "demand", whose)).await?,
        );
        store::disclosures::corrected(&reading, &grant, category).await?;
    }
    let handed = {
        let grant = tx.authorise(clerk(Act::Read, "disclosure", whose)).await?;
        disclosures::received(ctx.store.book(), &grant, category).await?
    };
    if handed.is_empty() {
        return Ok(());
    }
    let words = format!("{what}\n\nThese received it as it was, and are to be told:\n{}", handed.join("\n"));
    let mut paper = stored_for(ctx, tx, Matter::Recipients, &words, account).await?;
    paper.is_about(account).await?;
    paper.note(Happened::Acknowledged, None).await
}
