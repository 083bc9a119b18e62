//! The measures that protect people's data here: each with who answers for it and what a check found just now (FL-59, TP-46).
//!
//! A measure stands here only if something can be looked at that would say otherwise if it were gone.

use crate::{Context, Error, SignedIn, console, duties};
use domain::person::Role;
use store::people;

/// A measure, and how it stands.
#[derive(Debug)]
pub struct Measure {
    /// What protects the data.
    pub says: &'static str,
    /// Who answers for it.
    pub owner: Role,
    /// What the check found: that it is in force, or what is wrong and what to do.
    pub found: Result<String, String>,
}

/// Every measure, checked now. `encrypted` says whether people reach this house so that nobody listens.
///
/// # Errors
/// [`crate::Refusal::NotFound`] to anyone who neither runs the house nor answers for its data; a fault.
pub async fn measures(ctx: &Context, me: &SignedIn, encrypted: bool) -> Result<Vec<Measure>, Error> {
    let log = console::check_log(ctx, me).await?;
    let overdue: u64 = ctx.store.sweep_preview().await?.iter().map(|(_, rows)| rows).sum();
    let open = ctx.store.cells_lying_open().await?;
    let (staff, most) = staff(ctx).await?;
    let review = console::review(ctx, me).await?;
    let (all, pressing) = duties::count(ctx, &ctx.store.look().await?).await?;
    let (runs, answers) = (Role::Operator, Role::PrivacyOfficer);
    let measure = |owner, says, found| Measure { says, owner, found };
    Ok(vec![
        measure(
            runs,
            "Names, addresses, texts and secrets lie sealed under each person’s own key",
            if open == 0 {
                Ok("Every cell that was looked at is sealed.".to_owned())
            } else {
                Err(format!(
                    "{open} cells lie readable: restore a backup from before, and tell whoever made the change"
                ))
            },
        ),
        measure(
            runs,
            "The keys of epochs lie apart, where nobody else on the machine reads them",
            if ctx.store.keys_are_open_to_others()? {
                Err("Others can read the key folder: chmod -R go= it, and begin a new epoch".to_owned())
            } else {
                Ok("Only the user of this program reads them.".to_owned())
            },
        ),
        measure(
            runs,
            "Keys change with every epoch, so that old backups become noise",
            if ctx.store.epoch_is_over().await? {
                Err("The epoch should have ended by now: see why the program cannot turn it".to_owned())
            } else {
                Ok("The epoch is as young as the policy wants it.".to_owned())
            },
        ),
        measure(
            runs,
            "What people send to this house and read from it is encrypted on its way",
            if encrypted {
                Ok("It is reached by HTTPS, or from this machine alone.".to_owned())
            } else {
                Err("It is reached without HTTPS: put a certificate before it (--public-url https://…)"
                    .to_owned())
            },
        ),
        measure(
            runs,
            "What has expired goes within a minute",
            if overdue == 0 {
                Ok("Nothing has outlived its time.".to_owned())
            } else {
                Err(format!("{overdue} rows have: they cannot be read, and the sweep should have taken them"))
            },
        ),
        measure(
            answers,
            "Who looked at whose data stands in a log that cannot be changed unseen",
            log.map(|leaves| format!("{leaves} leaves fit the signed root."))
                .map_err(|broken| format!("It does not fit its root: {broken}")),
        ),
        measure(
            answers,
            "Looks at others’ data are reviewed by somebody who did not look",
            if review.overdue {
                Err(format!("{} looks wait for a review that is overdue", review.unreviewed))
            } else {
                Ok("No review is overdue.".to_owned())
            },
        ),
        measure(
            answers,
            "Few people can look at others’ data",
            if staff <= u64::from(most) {
                Ok(format!("{staff} can, of at most {most}."))
            } else {
                Err(format!("{staff} can, and the policy allows {most}: take such a part from somebody"))
            },
        ),
        measure(
            answers,
            "What the policy wants done again and again is done: audits, assessments, drills",
            match (all, pressing) {
                (0, _) => Ok("The policy names nothing.".to_owned()),
                (all, 0) => Ok(format!("All {all} were done in time.")),
                (_, pressing) => {
                    Err(format!("{pressing} should have been done by now, or found something open"))
                }
            },
        ),
    ])
}

async fn staff(ctx: &Context) -> Result<(u64, u16), Error> {
    let tx = ctx.store.look().await?;
    Ok((people::count_staff(&tx).await?, ctx.store.versions().strictest(|p| p.people.staff_at_most)))
}
