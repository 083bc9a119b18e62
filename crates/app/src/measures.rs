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

/// The version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The sweep comes every minute; what it has missed twice, it does not find.
const MISSED_SECONDS: i64 = 130;

/// What was looked at.
#[derive(Clone)]
struct Seen {
    /// How many cells lie readable that should be sealed.
    cells_open: u64,
    /// Whether others read the keys of epochs.
    keys_open: bool,
    /// Whether the epoch should have ended.
    epoch_over: bool,
    /// Whether people reach this house so that nobody listens.
    encrypted: bool,
    /// How many rows the sweep has missed.
    missed: u64,
    /// How many leaves of the access log fit its root, or what does not.
    log: Result<u64, String>,
    /// How many looks wait for a review that is overdue.
    unreviewed: u64,
    /// How many people can look at others' data, and how many may.
    staff: (u64, u16),
    /// How many duties the policy names, and how many of them press.
    duties: (usize, usize),
    /// What is wrong with the machine's updates, if anything; or that nobody knows.
    updates: Result<String, String>,
}

/// Every measure, checked now. `encrypted` says whether people reach this house so that nobody listens.
///
/// # Errors
/// [`crate::Refusal::NotFound`] to anyone who neither runs the house nor answers for its data; a fault.
pub async fn measures(ctx: &Context, me: &SignedIn, encrypted: bool) -> Result<Vec<Measure>, Error> {
    let log = console::check_log(ctx, me).await?;
    let review = console::review(ctx, me).await?;
    let long_ago = ctx.store.clock().now().plus_seconds(-MISSED_SECONDS);
    let tx = ctx.store.look().await?;
    let most = ctx.store.versions().strictest(|p| p.people.staff_at_most);
    Ok(judged(&Seen {
        cells_open: ctx.store.cells_lying_open().await?,
        keys_open: ctx.store.keys_are_open_to_others()?,
        epoch_over: ctx.store.epoch_is_over().await?,
        encrypted,
        missed: ctx.store.expired_by(long_ago).await?.iter().map(|(_, rows)| rows).sum(),
        log,
        unreviewed: if review.overdue { review.unreviewed } else { 0 },
        staff: (people::count_staff(&tx).await?, most),
        duties: duties::count(ctx, &tx).await?,
        updates: match ctx.updates.get() {
            Some(found) => found.judged(ctx.store.clock().now()),
            None => {
                Err("nobody says which updates are pending: let a timer write them to a file, and name it with --updates".to_owned())
            }
        },
    }))
}

fn judged(seen: &Seen) -> Vec<Measure> {
    let runs = |says, found| Measure { says, owner: Role::Operator, found };
    let answers = |says, found| Measure { says, owner: Role::PrivacyOfficer, found };
    let good = |is: bool, yes: &str, no: String| if is { Ok(yes.to_owned()) } else { Err(no) };
    let (staff, most) = seen.staff;
    vec![
        runs(
            "Names, addresses, texts and secrets lie sealed under each person’s own key",
            good(
                seen.cells_open == 0,
                "Every cell that was looked at is sealed.",
                format!(
                    "{} cells lie readable: restore a backup from before, and find out who wrote them",
                    seen.cells_open
                ),
            ),
        ),
        runs(
            "The keys of epochs lie apart, where nobody else on the machine reads them",
            good(
                !seen.keys_open,
                "Only the user of this program reads them.",
                "Others can read the key folder: chmod -R go= it, and begin a new epoch".to_owned(),
            ),
        ),
        runs(
            "Keys change with every epoch, so that old backups become noise",
            good(
                !seen.epoch_over,
                "The epoch is as young as the policy wants it.",
                "The epoch should have ended by now: see why the program cannot turn it".to_owned(),
            ),
        ),
        runs(
            "What people send to this house and read from it is encrypted on its way",
            good(
                seen.encrypted,
                "It is reached by HTTPS, or from this machine alone.",
                "It is reached without HTTPS: put a certificate before it (--public-url https://…)"
                    .to_owned(),
            ),
        ),
        runs(
            "What has expired goes within a minute",
            good(
                seen.missed == 0,
                "Nothing has outlived its time.",
                format!(
                    "{} rows have: they cannot be read, and the sweep should have taken them",
                    seen.missed
                ),
            ),
        ),
        answers(
            "Who looked at whose data stands in a log that cannot be changed unseen",
            match &seen.log {
                Ok(leaves) => Ok(format!("{leaves} leaves fit the signed root.")),
                Err(broken) => Err(format!("It does not fit its root: {broken}")),
            },
        ),
        answers(
            "Looks at others’ data are reviewed by somebody who did not look",
            good(
                seen.unreviewed == 0,
                "No review is overdue.",
                format!("{} looks wait for a review that is overdue", seen.unreviewed),
            ),
        ),
        answers(
            "Few people can look at others’ data",
            if staff <= u64::from(most) {
                Ok(format!("{staff} can, of at most {most}."))
            } else {
                Err(format!("{staff} can, and the policy allows {most}: take such a part from somebody"))
            },
        ),
        runs(
            "The machine has its security updates, and somebody looks for them",
            match &seen.updates {
                Ok(well) => Ok(format!("Printkeep {VERSION}; {well}")),
                Err(wrong) => Err(format!("Printkeep {VERSION}; {wrong}")),
            },
        ),
        answers(
            "What the policy wants done again and again is done: audits, assessments, drills",
            match seen.duties {
                (0, _) => Ok("The policy names nothing.".to_owned()),
                (all, 0) => Ok(format!("All {all} were done in time.")),
                (_, pressing) => {
                    Err(format!("{pressing} should have been done by now, or found something open"))
                }
            },
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_fails_its_measure_and_no_other() {
        domain::proves!("FL-59", "TP-46", by = "app::measures::judged");
        let all_is_well = Seen {
            cells_open: 0,
            keys_open: false,
            epoch_over: false,
            encrypted: true,
            missed: 0,
            log: Ok(7),
            unreviewed: 0,
            staff: (3, 3),
            duties: (2, 0),
            updates: Ok("none is pending".to_owned()),
        };
        let failing = |seen: &Seen| -> Vec<usize> {
            let found = judged(seen).into_iter().enumerate();
            found.filter(|(_, measure)| measure.found.is_err()).map(|(place, _)| place).collect()
        };
        assert!(failing(&all_is_well).is_empty());
        let names_none = Seen { duties: (0, 0), ..all_is_well.clone() };
        assert!(failing(&names_none).is_empty(), "a policy may name none");
        let gone: [fn(&mut Seen); 10] = [
            |seen| seen.cells_open = 1,
            |seen| seen.keys_open = true,
            |seen| seen.epoch_over = true,
            |seen| seen.encrypted = false,
            |seen| seen.missed = 1,
            |seen| seen.log = Err("a tile was changed".to_owned()),
            |seen| seen.unreviewed = 1,
            |seen| seen.staff = (4, 3),
            |seen| seen.updates = Err("two are pending".to_owned()),
            |seen| seen.duties = (2, 1),
        ];
        assert_eq!(gone.len(), judged(&all_is_well).len(), "each measure can be seen gone");
        for (place, takes) in gone.into_iter().enumerate() {
            let mut seen = all_is_well.clone();
            takes(&mut seen);
            assert_eq!(failing(&seen), [place]);
        }
    }
}
