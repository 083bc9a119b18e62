//! Invitations: one-time links that the operator hands over, each for one role.

use super::{Joining, check_joining, door, door_anyone, join, own, password, token};
use crate::{Context, Error, Refusal, SignedIn};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::ids::{InvitationId, PersonId};
use domain::person::Role;
use privacy::Act;
use store::people::codes::{self, Invitation};

const LIVES_DAYS: i64 = 7;

/// Makes an invitation and returns the code for its link, shown once.
///
/// # Errors
/// A refusal to anyone but the operator, or while nobody answers for people's data (KA-02).
pub async fn invite(ctx: &Context, me: &SignedIn, role: Role) -> Result<String, Error> {
    if !ctx.store.book().ready_for_people() {
        return Err(Refusal::Conflict(
            "Before people are invited, the policy must say who answers for their data and where they can write: fill in [controller] in the profile and start the server with --policy.",
        )
        .into());
    }
    let random = ctx.store.random();
    let (id, secret) = (InvitationId::fresh(&**random), token(&**random));
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Create, "invitation", "security")).await?;
    let ends = tx.now().plus_seconds(LIVES_DAYS * 24 * 3600);
    codes::invitation_insert(&grant, id, &secret, role, ends).await?;
    drop(grant);
    tx.commit().await?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(secret))
}

/// The invitations I made that still stand.
///
/// # Errors
/// A refusal to anyone but the operator.
pub async fn invitations(ctx: &Context, me: &SignedIn) -> Result<Vec<Invitation>, Error> {
    let tx = ctx.store.look().await?;
    let grant = tx.authorise(own(me, Act::Read, "invitation", "security")).await?;
    Ok(codes::invitation_list(&grant).await?)
}

/// Takes an invitation back.
///
/// # Errors
/// [`Refusal::NotFound`] if I made no such invitation.
pub async fn uninvite(ctx: &Context, me: &SignedIn, id: InvitationId) -> Result<(), Error> {
    let tx = ctx.store.begin().await?;
    let grant = tx.authorise(own(me, Act::Erase, "invitation", "security")).await?;
    let ended = codes::invitation_end(&grant, id).await?;
    drop(grant);
    tx.commit().await?;
    if ended { Ok(()) } else { Err(Refusal::NotFound.into()) }
}

/// Joins with an invitation. Of two who use the same link, one succeeds.
///
/// # Errors
/// [`Refusal::CodeInvalid`] for a wrong, used or expired link; a refusal that names a field.
pub async fn accept(ctx: &Context, code: &str, source: &str, joining: Joining) -> Result<PersonId, Error> {
    ctx.limits.try_from_source(source)?;
    let secret = BASE64_URL_SAFE_NO_PAD.decode(code.trim()).map_err(|_| Refusal::CodeInvalid)?;
    {
        let tx = ctx.store.look().await?;
        let grant = tx.authorise(door_anyone("invitation")).await?;
        codes::invitation_by_code(&grant, &secret).await?.ok_or(Refusal::CodeInvalid)?;
    }
    check_joining(ctx, &joining)?;
    let digest = password::digest(ctx, &joining.password).await?;
    let tx = ctx.store.begin().await?;
    let invitation = {
        let grant = tx.authorise(door_anyone("invitation")).await?;
        codes::invitation_by_code(&grant, &secret).await?.ok_or(Refusal::CodeInvalid)?
    };
    let used = {
        let grant = tx.authorise(door(Act::Erase, "invitation", invitation.made_by, "security")).await?;
        codes::invitation_end(&grant, invitation.id).await?
    };
    if !used {
        return Err(Refusal::CodeInvalid.into());
    }
    if invitation.role != Role::Member {
        store::people::giving_parts(&tx).await?;
        crate::people::room_for_staff(ctx, &tx).await?;
    }
    let person = join(ctx, &tx, invitation.role, &joining, digest).await?;
    tx.commit().await?;
    Ok(person)
}
