//! Accounts: how people come in, prove who they are, and end what they began.

mod ceremonies;
mod elsewhere;
mod fields;
mod invitations;
mod keys;
mod limits;
mod passkeys;
mod password;
mod profile;
mod second_factor;
mod sessions;
mod setup;
mod sign_in;
mod unused;

pub use elsewhere::{
    CameBack, Elsewhere, Leaving, Said, accounts_elsewhere, come_back, connect_elsewhere,
    disconnect_elsewhere, elsewhere, sign_in_elsewhere,
};
pub use fields::{Field, Typed, change_fields, fields};
pub use invitations::{accept, invitations, invite, uninvite};
pub use keys::{NewKey, Scope, authenticate_key, end_key, keys, make_key};
pub(crate) use limits::Limits;
pub use passkeys::{
    Begun, Passkeys, add_passkey, begin_passkey, begin_proof, end_passkey, passkeys, prove_with_passkey,
    sign_in_with_passkey,
};
pub use profile::{account, change_email, change_name, change_password, set_look};
pub use second_factor::{Enrolment, asks_for_codes, begin_totp, confirm_totp, end_totp, recovery_codes_left};
pub use sessions::{authenticate, confirm, end_other_sessions, end_session, prove_again, sessions, sign_out};
pub use setup::{begin_setup, finish_setup, needs_setup};
pub use sign_in::{COOKIE, Device, Opened, SignIn, sign_in};
pub use unused::tell_unused;
pub(crate) use unused::{letter as letter_of_unused, was_told};

use domain::ids::PersonId;
use domain::person::{Actor, Chore, Role};
use domain::random::Random;
use privacy::{Act, Ask, Personal, Whose};

/// What somebody says about themselves when they join. These fields and no others are taken (AF-003).
#[derive(Debug)]
pub struct Joining {
    /// The name they want to go by.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their password.
    pub password: Personal<String>,
    /// Whether they say that they are old enough, where the policy asks.
    pub old_enough: bool,
    /// Whether they say that they have read, understood and accept the policy in force.
    pub accepts: bool,
    /// What they typed into other fields, by name: those that the policy declares and no others.
    pub extra: Vec<(String, String)>,
}

/// The doorkeeper's question about one person.
pub(crate) fn door<'a>(act: Act, what: &'a str, person: PersonId, purpose: &'a str) -> Ask<'a> {
    Ask { actor: Actor::House(Chore::Doorkeeper), act, what, whose: Whose::Person(person), purpose }
}

/// The doorkeeper's question about anyone: whose token or address this is.
pub(crate) fn door_anyone(what: &str) -> Ask<'_> {
    let actor = Actor::House(Chore::Doorkeeper);
    Ask { actor, act: Act::Read, what, whose: Whose::Anyone, purpose: "security" }
}

/// Somebody's question about themselves.
pub(crate) fn own<'a>(me: &crate::SignedIn, act: Act, what: &'a str, purpose: &'a str) -> Ask<'a> {
    Ask { actor: me.actor(), act, what, whose: Whose::Person(me.person), purpose }
}

/// Random bits as people can type them: Crockford's base 32, in groups of five.
pub(crate) fn code(random: &dyn Random, groups: usize) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut bytes = vec![0; groups * 5];
    random.fill(&mut bytes);
    let letter = |byte: &u8| ALPHABET.get(usize::from(byte % 32)).map_or('0', |l| char::from(*l));
    let groups: Vec<String> = bytes.chunks(5).map(|group| group.iter().map(letter).collect()).collect();
    groups.join("-")
}

/// A code as it was meant: letters that look alike are one, dashes and case do not count.
pub(crate) fn fold(code: &str) -> String {
    code.to_uppercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// A secret for machines: 256 random bits.
pub(crate) fn token(random: &dyn Random) -> [u8; 32] {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    bytes
}

/// Checks what somebody says about themselves and makes their account. They are not signed in by that.
pub(crate) async fn join(
    ctx: &crate::Context,
    tx: &store::Tx,
    role: Role,
    joining: &Joining,
    digest: Personal<String>,
) -> Result<PersonId, crate::Error> {
    use store::people::{self, Change, NewPerson, agreements};
    let checked = check(ctx, joining)?;
    let taken = {
        let grant = tx.authorise(door_anyone("person")).await?;
        people::by_email(&grant, &checked.email).await?
    };
    if taken.is_some() {
        // Said only to somebody who holds a set-up code or an invitation.
        return Err(crate::Refusal::field("email", "Somebody here uses this address already.").into());
    }
    let random = ctx.store.random().clone();
    let person = PersonId::fresh(&*random);
    let asked = ctx.store.book().profile().people.at_least_years > 0;
    {
        let grant = tx.authorise(door(Act::Create, "person", person, "account")).await?;
        let new = NewPerson {
            role,
            name: Personal::new(checked.name),
            email: Some(Personal::new(checked.email)),
            old_enough: asked.then_some(true),
            extra: checked.extra,
        };
        people::insert(&grant, &new).await?;
    }
    let grant = tx.authorise(door(Act::Change, "person", person, "security")).await?;
    people::change(&grant, Change { password: Some(digest), ..Change::default() }).await?;
    let grant = tx.authorise(door(Act::Create, "agreement", person, "account")).await?;
    agreements::add(&grant, &*random, true, &ctx.store.book().profile().accepted(), "joining").await?;
    Ok(person)
}

struct Checked {
    name: String,
    email: String,
    extra: Option<Personal<String>>,
}

/// Checks the fields before anything is stored; a person who is too young leaves nothing (AF-121).
pub(crate) fn check_joining(ctx: &crate::Context, joining: &Joining) -> Result<(), crate::Refusal> {
    check(ctx, joining).map(|_| ())
}

fn check(ctx: &crate::Context, joining: &Joining) -> Result<Checked, crate::Refusal> {
    let years = ctx.store.book().profile().people.at_least_years;
    if years > 0 && !joining.old_enough {
        let problem =
            format!("You need to be at least {years} to have an account here. Nothing you typed was kept.");
        return Err(crate::Refusal::field("old_enough", problem));
    }
    if !joining.accepts {
        let problem = "Without accepting the privacy notice there is no account. Nothing you typed was kept.";
        return Err(crate::Refusal::field("accepts", problem));
    }
    let name = crate::text::line("name", &joining.name, 80)?;
    let email = crate::text::email("email", &joining.email)?;
    let local = email.split('@').next().unwrap_or_default().to_owned();
    crate::text::password("password", joining.password.reveal(), &[&name, &local])?;
    let extra = fields::checked(ctx.store.book(), &joining.extra)?;
    Ok(Checked { name, email, extra })
}
