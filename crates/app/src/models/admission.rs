//! What may come in at all: shapes where the policy takes them, and files of the kinds that the house reads.

use crate::accounts::own;
use crate::{Context, Error, Refusal, SignedIn};
use privacy::{Accept, Act};
use store::people::consents;

/// Whether this house takes shapes in, or ready-made toolpaths only.
pub fn takes_shapes(ctx: &Context) -> bool {
    matches!(ctx.store.book().profile().geometry.accept, Accept::Chosen | Accept::Consent)
}

/// Lets a shape in if the policy does.
pub(super) async fn may_bring_a_shape(ctx: &Context, me: &SignedIn) -> Result<(), Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "consent", "account")).await?;
    let rules = grant.book();
    let refused = match rules.profile().geometry.accept {
        Accept::Chosen => return Ok(()),
        Accept::Consent => {
            let words = consents::list(&grant).await?;
            let last = words.iter().rev().find(|word| word.purpose == "geometry");
            let reaches = |policy: &str| ctx.store.versions().covers(policy, "geometry", rules.version());
            if last.is_some_and(|word| word.status == "given" && reaches(&word.policy)) {
                return Ok(());
            }
            "This house takes shapes only with your consent, which you have not given. Upload ready-made G-code, or give it in the privacy centre."
        }
        Accept::Project => {
            "This house takes shapes only within a preparation project. Upload ready-made G-code instead."
        }
        Accept::Never => {
            "The policy of this house takes no shapes, so this file was not taken in. Slice it on your own computer and upload the G-code."
        }
    };
    Err(Refusal::Policy(refused.to_owned()).into())
}

/// The kind of a file, by its name: `stl`, `3mf` or `gcode`. What it really is, the child finds out.
pub(super) fn format_of(name: &str) -> Result<&'static str, Refusal> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("stl") => Ok("stl"),
        Some("3mf") => Ok("3mf"),
        Some("gcode" | "gco" | "g") => Ok("gcode"),
        _ => Err(Refusal::field(
            "file",
            "This house reads STL, 3MF and plain G-code. Export the model as one of these.",
        )),
    }
}
