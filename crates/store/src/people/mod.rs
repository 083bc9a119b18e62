//! People: accounts and what proves who somebody is.

pub mod agreements;
pub mod codes;
pub mod consents;
pub mod duties;
pub mod log;
pub mod passkeys;
pub mod provider_accounts;
pub mod restrictions;
pub mod reviews;
pub mod sessions;

use crate::fault::{Error, Fault};
use crate::letters::{self, Stands};
use crate::record::{Record, person_of};
use crate::sql::{Engine, Value};
use crate::tx::{Grant, Tx};
use domain::ids::PersonId;
use domain::person::Role;
use domain::time::Instant;
use privacy::Personal;

/// A new account. Optional things that were not given are not stored. What proves who somebody is follows as a
/// [`Change`] for the purpose of security, in the same transaction.
#[derive(Debug)]
pub struct NewPerson {
    /// Their part in the house.
    pub role: Role,
    /// The name they go by.
    pub name: Personal<String>,
    /// Their address, in lower case.
    pub email: Option<Personal<String>>,
    /// They said that they are at least as old as the policy asks.
    pub old_enough: Option<bool>,
    /// What they gave in the fields that the policy declares.
    pub extra: Option<Personal<String>>,
}

/// An account, as its owner sees it.
#[derive(Debug)]
pub struct Account {
    /// Who.
    pub id: PersonId,
    /// Their part in the house.
    pub role: Role,
    /// The name they go by.
    pub name: Option<Personal<String>>,
    /// Their address.
    pub email: Option<Personal<String>>,
    /// What they gave in the fields that the policy declares.
    pub extra: Option<Personal<String>>,
    /// Since when.
    pub created_at: Option<Instant>,
    /// When the account will be erased, if they asked for it or nobody uses it.
    pub erase_at: Option<Instant>,
    /// When it was used last, to the day; of whoever was here before that was kept it is not known.
    pub used_at: Option<Instant>,
    /// Since when its owner is told that it goes because nobody uses it.
    pub told_unused_at: Option<Instant>,
    /// How pages look: `light`, `dark` or empty.
    pub look: Option<String>,
    /// Where they live, by its code, if they said so.
    pub region: Option<String>,
    /// Whether they want a print history: `on`, `off`, or not asked yet.
    pub history: Option<String>,
    /// Whether all of their data is kept and not used.
    pub restricted: bool,
    /// The version of the policy that they agreed to last, or came under.
    pub agreed: u32,
    /// The newest version of which they have read what changed.
    pub informed: u32,
    /// Until when they have read what of theirs was handed over.
    pub handed_read_at: Option<Instant>,
    /// Until when they have read what went wrong with data about them.
    pub breach_read_at: Option<Instant>,
}

/// What a sign-in is checked against.
#[derive(Debug)]
pub struct Credentials {
    /// The argon2id digest of the password.
    pub password: Option<Personal<String>>,
    /// The secret of one-time codes.
    pub totp: Option<Personal<String>>,
    /// Whether one-time codes are asked for.
    pub totp_on: bool,
    /// The number of the last code used.
    pub totp_step: Option<i64>,
    /// Failed sign-ins since the last good one.
    pub failures: i64,
    /// Until when nobody may try.
    pub locked_until: Option<Instant>,
    /// Their part in the house.
    pub role: Role,
}

/// A change of an account; `None` leaves things as they are.
#[derive(Debug, Default)]
pub struct Change {
    /// The name they go by.
    pub name: Option<Personal<String>>,
    /// Their address; the inner `None` removes it.
    pub email: Option<Option<Personal<String>>>,
    /// What they gave in the fields that the policy declares; the inner `None` removes it.
    pub extra: Option<Option<Personal<String>>>,
    /// The argon2id digest of their password.
    pub password: Option<Personal<String>>,
    /// The secret of one-time codes; the inner `None` removes it.
    pub totp: Option<Option<Personal<String>>>,
    /// Whether one-time codes are asked for.
    pub totp_on: Option<bool>,
    /// The number of the last code used.
    pub totp_step: Option<i64>,
    /// Failed sign-ins, and until when nobody may try.
    pub failures: Option<(i64, Option<Instant>)>,
    /// How pages look.
    pub look: Option<String>,
    /// Where they live, by its code; the inner `None` takes it back.
    pub region: Option<Option<&'static str>>,
    /// Whether they want a print history.
    pub history: Option<String>,
    /// Their part in the house.
    pub role: Option<Role>,
    /// When the account will be erased; the inner `None` takes the wish back.
    pub erase_at: Option<Option<Instant>>,
    /// When it was used last.
    pub used_at: Option<Instant>,
    /// Since when its owner is told that it goes because nobody uses it; the inner `None` takes that back.
    pub told_unused_at: Option<Option<Instant>>,
    /// Whether all of their data is kept and not used.
    pub restricted: Option<bool>,
    /// The version of the policy that they agree to.
    pub agreed: Option<u32>,
    /// The newest version of which they have read what changed.
    pub informed: Option<u32>,
    /// Until when they have read what of theirs was handed over.
    pub handed_read_at: Option<Instant>,
    /// Until when they have read what went wrong with data about them.
    pub breach_read_at: Option<Instant>,
}

/// Stores a new account; the grant is to create `person`.
///
/// # Errors
/// A refusal if the policy does not allow one of the fields, or a fault.
pub async fn insert(grant: &Grant<'_>, new: &NewPerson) -> Result<(), Error> {
    let person = grant.person()?;
    let email = new.email.as_ref().map(|e| e.reveal().as_str());
    // Whoever comes, with an account or without, comes under the newest version.
    let version = i64::from(grant.book().version());
    let extra = new.extra.as_ref().map(|extra| ("extra", extra.reveal().as_str().into()));
    let mut values: Vec<(&str, Value)> = vec![
        ("role", new.role.name().into()),
        ("created_at", grant.now().into()),
        ("used_at", grant.now().day().into()),
        ("name", new.name.reveal().as_str().into()),
        ("email", email.into()),
        ("email_index", email.into()),
        ("old_enough", new.old_enough.into()),
        ("agreed", version.into()),
        ("informed", version.into()),
    ];
    values.extend(extra);
    grant.insert(person.uuid(), &values).await
}

/// Who said that they live in one of these regions, and in which, by its code. They are numbers and nothing else.
///
/// # Errors
/// A fault.
pub async fn in_regions(tx: &Tx, regions: &[&str]) -> Result<Vec<(PersonId, String)>, Fault> {
    let rows = tx
        .rows("SELECT id, region FROM person WHERE region IS NOT NULL AND fenced = $1", &[false.into()])
        .await?;
    let all = rows.iter().map(|row| Ok((PersonId::from_uuid(row.id("id")?), row.text("region")?.to_owned())));
    let all: Vec<(PersonId, String)> = all.collect::<Result<_, Fault>>()?;
    Ok(all.into_iter().filter(|(_, region)| regions.contains(&region.as_str())).collect())
}

/// Changes an account; the grant is to change `person`.
///
/// # Errors
/// A refusal if the policy does not allow one of the fields, or a fault.
pub async fn change(grant: &Grant<'_>, change: Change) -> Result<bool, Error> {
    let person = grant.person()?;
    let mut values: Vec<(&str, Value)> = Vec::new();
    if let Some(name) = &change.name {
        values.push(("name", name.reveal().as_str().into()));
    }
    if let Some(email) = &change.email {
        let email = email.as_ref().map(|e| e.reveal().as_str());
        values.extend([("email", email.into()), ("email_index", email.into())]);
    }
    if let Some(extra) = &change.extra {
        values.push(("extra", extra.as_ref().map(|extra| extra.reveal().as_str()).into()));
    }
    if let Some(password) = &change.password {
        values.push(("password", password.reveal().as_str().into()));
    }
    if let Some(totp) = &change.totp {
        values.push(("totp", totp.as_ref().map(|t| t.reveal().as_str()).into()));
    }
    if let Some((failures, locked_until)) = change.failures {
        values.extend([("failures", failures.into()), ("locked_until", locked_until.into())]);
    }
    if let Some(erase_at) = change.erase_at {
        values.push(("erase_at", erase_at.into()));
    }
    values.extend(change.used_at.map(|at| ("used_at", at.into())));
    values.extend(change.told_unused_at.map(|at| ("told_unused_at", at.into())));
    values.extend(change.agreed.map(|version| ("agreed", i64::from(version).into())));
    values.extend(change.handed_read_at.map(|at| ("handed_read_at", at.into())));
    values.extend(change.breach_read_at.map(|at| ("breach_read_at", at.into())));
    values.extend(change.informed.map(|version| ("informed", i64::from(version).into())));
    values.extend(change.totp_on.map(|on| ("totp_on", on.into())));
    values.extend(change.totp_step.map(|step| ("totp_step", step.into())));
    values.extend(change.region.map(|region| ("region", region.into())));
    values.extend(change.look.map(|look| ("look", look.into())));
    values.extend(change.history.map(|history| ("history", history.into())));
    values.extend(change.restricted.map(|on| ("restricted", on.into())));
    values.extend(change.role.map(|role| ("role", role.name().into())));
    if values.is_empty() {
        return Ok(true);
    }
    grant.update(person.uuid(), &values).await
}

/// The account; the grant is to read `person`.
///
/// # Errors
/// A fault.
pub async fn account(grant: &Grant<'_>) -> Result<Option<Account>, Error> {
    let record = grant.get(grant.person()?.uuid()).await?;
    Ok(record.as_ref().map(to_account).transpose()?)
}

/// What a sign-in is checked against; the grant is to read `person`.
///
/// # Errors
/// A fault.
pub async fn credentials(grant: &Grant<'_>) -> Result<Option<Credentials>, Error> {
    let Some(record) = grant.get(grant.person()?.uuid()).await? else { return Ok(None) };
    Ok(Some(Credentials {
        password: record.personal("password"),
        totp: record.personal("totp"),
        totp_on: record.flag("totp_on"),
        totp_step: record.int("totp_step"),
        failures: record.int("failures").unwrap_or(0),
        locked_until: record.instant("locked_until"),
        role: role_of(grant, &record).await?,
    }))
}

/// Whose address this is, in lower case; the grant is to read `person` of anyone.
///
/// # Errors
/// A fault.
pub async fn by_email(grant: &Grant<'_>, email: &str) -> Result<Option<PersonId>, Error> {
    let record = grant.find("email_index", email.as_bytes()).await?;
    Ok(record.map(|r| person_of(&r, "id")).transpose()?)
}

/// Everybody with an account; the grant is to read `person` of anyone. Names stay sealed: they are opened one person at a time.
///
/// # Errors
/// A fault.
pub async fn all(grant: &Grant<'_>) -> Result<Vec<Account>, Error> {
    let records =
        grant.list("role <> $1", "ORDER BY created_at, id", &[Role::Requester.name().into()]).await?;
    Ok(records.iter().map(to_account).collect::<Result<_, _>>()?)
}

/// People whose accounts are to be erased by now, and whether that has begun already. Whoever had no account and of whose
/// requests nothing is left is among them.
///
/// # Errors
/// A fault.
pub async fn due_for_erasure(tx: &Tx) -> Result<Vec<(PersonId, bool)>, Fault> {
    // Nobody loses an account that they do not use before the letter that says so has gone, if one waits.
    let waits = letters::of_unused("p", Some(letters::WAITING));
    let sql = format!(
        "SELECT id, fenced FROM person p WHERE (erase_at <= $1 AND NOT {waits}) OR fenced = $2 \
         OR (role = $3 AND NOT EXISTS (SELECT 1 FROM request r WHERE r.person = p.id)) ORDER BY erase_at NULLS LAST"
    );
    let rows = tx.rows(&sql, &[tx.now().into(), true.into(), Role::Requester.name().into()]).await?;
    let due = rows
        .iter()
        .map(|row| Ok((PersonId::from_uuid(row.id("id")?), row.value("fenced")?.flag().unwrap_or(true))));
    due.collect()
}

/// Whose accounts nobody has used since then, or nobody knows when, and whose owners are not going anyway. They are numbers and
/// nothing else.
///
/// # Errors
/// A fault.
pub async fn unused_since(tx: &Tx, then: Instant) -> Result<Vec<PersonId>, Fault> {
    let sql = "SELECT id FROM person WHERE (used_at IS NULL OR used_at <= $1) AND erase_at IS NULL \
               AND fenced = $2 AND role <> $3 ORDER BY id";
    let rows = tx.rows(sql, &[then.into(), false.into(), Role::Requester.name().into()]).await?;
    rows.iter().map(|row| Ok(PersonId::from_uuid(row.id("id")?))).collect()
}

/// Whose accounts go because nobody uses them, and to whom no letter that says so has gone; else, with `sent` false, to whom none
/// was written at all. They are numbers and nothing else.
///
/// # Errors
/// A fault.
pub async fn going_untold(tx: &Tx, sent: bool) -> Result<Vec<PersonId>, Fault> {
    let one = letters::of_unused("p", sent.then_some(Stands::Sent.name()));
    let sql = format!(
        "SELECT id FROM person p WHERE told_unused_at IS NOT NULL AND fenced = $1 AND NOT {one} ORDER BY id"
    );
    let rows = tx.rows(&sql, &[false.into()]).await?;
    rows.iter().map(|row| Ok(PersonId::from_uuid(row.id("id")?))).collect()
}

/// From here to the end of the transaction nobody else gives parts to people, in whichever process: counts of them stay
/// true.
///
/// # Errors
/// A fault.
pub async fn giving_parts(tx: &Tx) -> Result<(), Fault> {
    // On SQLite one writes at a time.
    if tx.inner.pool.engine() == Engine::Postgres {
        tx.run("SELECT pg_advisory_xact_lock(7236522)", &[]).await?;
    }
    Ok(())
}

/// How many people have a part in which they can look at others' data; also those who leave, until they are gone. A count
/// names nobody.
///
/// # Errors
/// A fault.
pub async fn count_staff(tx: &Tx) -> Result<u64, Fault> {
    let sql = "SELECT COUNT(*) AS n FROM person WHERE role NOT IN ($1, $2) AND fenced = $3";
    let nobody = [Role::Member, Role::Requester].map(|role| role.name().into());
    let row = tx.row(sql, &[&nobody[..], &[false.into()]].concat()).await?;
    Ok(row.map_or(Ok(0), |row| row.int("n"))? as u64)
}

/// How many accounts wait for their erasure or are being erased. A count names nobody.
///
/// # Errors
/// A fault.
pub async fn leaving(tx: &Tx) -> Result<usize, Fault> {
    let sql = "SELECT id FROM person WHERE erase_at IS NOT NULL OR fenced = $1";
    Ok(tx.rows(sql, &[true.into()]).await?.len())
}

/// How many people have this role and stay: who has asked to be erased does not count. A count names nobody.
///
/// # Errors
/// A fault.
pub async fn count(tx: &Tx, role: Role) -> Result<u64, Fault> {
    let sql = "SELECT COUNT(*) AS n FROM person WHERE role = $1 AND fenced = $2 AND erase_at IS NULL";
    let row = tx.row(sql, &[role.name().into(), false.into()]).await?;
    Ok(row.map_or(Ok(0), |r| r.int("n"))? as u64)
}

/// A role is how the house treats somebody, so a sign-in needs it even where its purpose does not show it.
async fn role_of(grant: &Grant<'_>, record: &Record) -> Result<Role, Fault> {
    if let Some(role) = record.text("role") {
        return parse_role(role);
    }
    let row = grant.tx.row("SELECT role FROM person WHERE id = $1", &[grant.person()?.uuid().into()]).await?;
    parse_role(row.ok_or_else(|| Fault::corrupt("an account vanished"))?.text("role")?)
}

fn parse_role(text: &str) -> Result<Role, Fault> {
    if text == Role::Requester.name() {
        return Ok(Role::Requester);
    }
    text.parse().map_err(|_| Fault::corrupt("an account has a role that the program does not know"))
}

fn to_account(record: &Record) -> Result<Account, Fault> {
    Ok(Account {
        id: person_of(record, "id")?,
        role: parse_role(record.text("role").unwrap_or_default())?,
        name: record.personal("name"),
        email: record.personal("email"),
        extra: record.personal("extra"),
        created_at: record.instant("created_at"),
        erase_at: record.instant("erase_at"),
        used_at: record.instant("used_at"),
        told_unused_at: record.instant("told_unused_at"),
        look: record.text("look").map(str::to_owned),
        region: record.text("region").map(str::to_owned),
        history: record.text("history").map(str::to_owned),
        restricted: record.flag("restricted"),
        agreed: version(record, "agreed"),
        informed: version(record, "informed"),
        handed_read_at: record.instant("handed_read_at"),
        breach_read_at: record.instant("breach_read_at"),
    })
}

/// The number of a version of the policy; of whoever was here before versions were kept it is not known.
fn version(record: &Record, column: &str) -> u32 {
    record.int(column).and_then(|number| u32::try_from(number).ok()).unwrap_or(0)
}
