//! Transactions and the grants they give.
//!
//! A [`Grant`] is the proof that an act on a person's data was allowed, and at the same time the only handle
//! through which such data can be reached. It borrows the transaction that authorised it: it cannot be kept past
//! the commit, copied, or made by anyone else. The log leaf of the act lies in the same transaction; if it cannot
//! be written, there is no grant.
//!
//! ```no_run
//! # async fn used(tx: store::Tx, ask: privacy::Ask<'_>) -> Result<(), store::Error> {
//! let grant = tx.authorise(ask).await?;
//! drop(grant); // used here, where it was given
//! tx.commit().await?;
//! # Ok(()) }
//! ```
//! ```compile_fail,E0599
//! # fn no_clone(grant: store::Grant<'_>) {
//! let second = grant.clone(); // a grant is used where it was given
//! # }
//! ```
//! ```compile_fail,E0505
//! # async fn keep(tx: store::Tx, ask: privacy::Ask<'_>) -> Result<(), store::Error> {
//! let grant = tx.authorise(ask).await?;
//! tx.commit().await?; // the grant would outlive its transaction
//! drop(grant);
//! # Ok(()) }
//! ```
//! ```compile_fail,E0597
//! # async fn keep<'a>(tx: store::Tx, ask: privacy::Ask<'_>) -> Result<store::Grant<'a>, store::Error> {
//! tx.authorise(ask).await // nor can it be handed out of the function that holds the transaction
//! # }
//! ```
//! ```compile_fail,E0451
//! # fn forge<'tx>(grant: store::Grant<'tx>) -> store::Grant<'tx> {
//! store::Grant { act: privacy::Act::Erase, ..grant } // nor made by hand, out of another
//! # }
//! ```
//! ```compile_fail,E0616
//! # fn widen(mut grant: store::Grant<'_>) {
//! grant.whose = privacy::Whose::Anyone; // nor widened
//! # }
//! ```
//! ```compile_fail,E0616
//! # fn widen(mut grant: store::Grant<'_>) {
//! grant.act = privacy::Act::Erase;
//! # }
//! ```
//! ```compile_fail,E0616
//! # fn widen(mut grant: store::Grant<'_>) {
//! grant.table = String::new();
//! # }
//! ```
//! ```compile_fail,E0616
//! # fn widen(mut grant: store::Grant<'_>) {
//! grant.scope = privacy::Scope { categories: Default::default(), logged: false };
//! # }
//! ```

use crate::Inner;
use crate::crypt::Key;
use crate::fault::{Error, Fault};
use crate::keys::HOUSE;
use crate::log;
use crate::sql::{Conn, Engine, Row, Value};
use domain::ids::PersonId;
use domain::person::{Actor, Reason, Role};
use domain::time::Instant;
use privacy::canada::{self, Footing};
use privacy::request::Region;
use privacy::restriction::Ground;
use privacy::{Act, Ask, Basis, Book, Facts, Scope, Whose, decide_bound};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Mutex;

/// A transaction. Dropping it undoes everything done in it.
pub struct Tx {
    pub(crate) inner: Arc<Inner>,
    pub(crate) conn: Mutex<Conn>,
    writing: bool,
    /// Whether it has removed rows.
    removing: AtomicBool,
    now: Instant,
}

impl Tx {
    pub(crate) fn new(inner: Arc<Inner>, conn: Conn, writing: bool) -> Self {
        let now = inner.clock.now();
        Self { inner, conn: Mutex::new(conn), writing, removing: AtomicBool::new(false), now }
    }

    /// The instant at which this transaction happens.
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// Asks for an act on a person's data.
    ///
    /// Loads the facts, decides by the policy in force, writes the access-log leaf where one is due, and returns
    /// the grant.
    ///
    /// # Errors
    /// The policy's refusal, or a fault.
    pub async fn authorise(&self, ask: Ask<'_>) -> Result<Grant<'_>, Error> {
        self.authorised(ask, None, None).await
    }

    /// The same for an act of the house's people that needs a reason; the reason goes into the log with it.
    ///
    /// # Errors
    /// As [`Tx::authorise`].
    pub async fn authorise_because(&self, ask: Ask<'_>, reason: Reason) -> Result<Grant<'_>, Error> {
        self.authorised(ask, Some(reason), None).await
    }

    /// The same for an act of which the person may know only from this instant on, because a law forbids to tell them
    /// sooner: until then its line in the access log is not there for them. What was due to be told by now is told at once.
    ///
    /// # Errors
    /// As [`Tx::authorise`].
    pub async fn authorise_untold(
        &self,
        ask: Ask<'_>,
        reason: Reason,
        told_at: Instant,
    ) -> Result<Grant<'_>, Error> {
        let told_at = Some(told_at).filter(|told| *told > self.now);
        self.authorised(ask, Some(reason), told_at).await
    }

    /// Why this would be refused now; nothing if it would be allowed. Nothing is opened by it, and it is nothing that was tried.
    ///
    /// # Errors
    /// A fault.
    pub async fn would_refuse(&self, ask: Ask<'_>) -> Result<Option<privacy::Refusal>, Fault> {
        let (facts, book) = self.facts(&ask).await?;
        Ok(decide_bound(&book, &self.inner.book, &ask, &facts).err())
    }

    async fn authorised(
        &self,
        ask: Ask<'_>,
        reason: Option<Reason>,
        told_at: Option<Instant>,
    ) -> Result<Grant<'_>, Error> {
        let (facts, book) = self.facts(&ask).await?;
        let facts = Facts { reason, ..facts };
        let scope = decide_bound(&book, &self.inner.book, &ask, &facts);
        let scope = scope.inspect_err(|refused| note_refusal(&book, &ask, refused))?;
        let reads_only = matches!(ask.act, Act::Read | Act::Export | Act::Disclose);
        if !self.writing && (scope.logged || !reads_only) {
            return Err(Fault::corrupt("this act needs a transaction that may write").into());
        }
        let key = match ask.whose {
            Whose::Person(person) if ask.act == Act::Create && ask.what == "person" => {
                Some(self.inner.keys.birth(person).await?)
            }
            Whose::Person(person) => self.inner.keys.load(person).await?,
            Whose::Anyone => None,
        };
        if scope.logged {
            let mut conn = self.conn.lock().await;
            let around = log::leaf::Circumstances { reason, told_at, policy: &book.reference() };
            log::leaf::write(&self.inner, &mut conn, &ask, around, key.as_deref(), self.now).await?;
        }
        Ok(Grant {
            tx: self,
            actor: ask.actor,
            whose: ask.whose,
            act: ask.act,
            table: ask.what.to_owned(),
            purpose: ask.purpose.to_owned(),
            scope,
            book,
            facts,
            key,
        })
    }

    /// The one place where facts about a person are loaded, with the version of the policy that binds them.
    async fn facts(&self, ask: &Ask<'_>) -> Result<(Facts, Arc<Book>), Fault> {
        let newest = Arc::clone(&self.inner.book);
        let Whose::Person(person) = ask.whose else { return Ok((Facts::default(), newest)) };
        if person == HOUSE || (ask.act == Act::Create && ask.what == "person") {
            return Ok((Facts::default(), newest));
        }
        let mut conn = self.conn.lock().await;
        // On PostgreSQL the row is held, so that an erasure waits until this transaction has ended; and held alone by
        // whoever will alter it, so that two who do wait for each other and not both.
        let hold = match (conn.engine(), self.writing, ask.what) {
            (Engine::Sqlite, ..) | (_, false, _) => "",
            (Engine::Postgres, true, "person")
                if !matches!(ask.act, Act::Read | Act::Export | Act::Disclose) =>
            {
                " FOR UPDATE"
            }
            (Engine::Postgres, true, _) => " FOR SHARE",
        };
        let objected = "(SELECT COUNT(*) FROM restriction r WHERE r.person = $1 AND r.purpose = $2 AND r.ended_at IS NULL)";
        let sql = format!(
            "SELECT fenced, restricted, agreed, role, region, erase_at, {objected} AS objected FROM person WHERE id = $1{hold}"
        );
        let Some(row) = conn.row(&sql, &[person.uuid().into(), ask.purpose.into()]).await? else {
            return Ok((Facts { erased: true, ..Facts::default() }, newest));
        };
        let flag = |name| row.value(name).map(|v| v.flag().unwrap_or(true));
        let (erased, objected) = (flag("fenced")?, row.int("objected")? > 0);
        // Nobody comes without a version; a row from before versions were kept is bound by the first.
        let agreed = row.value("agreed")?.int().unwrap_or(0);
        let book = Arc::clone(self.inner.versions.binding(u32::try_from(agreed).unwrap_or(0)));
        let purpose = book.profile().purpose(ask.purpose);
        let region: Option<Region> = row.value("region")?.text().and_then(|name| name.parse().ok());
        let footing = purpose.map(|purpose| canada::footing(&book, purpose, region));
        let words = matches!(footing, Some(Footing::Basis(Basis::Consent) | Footing::Implied { .. }));
        let (consents, withdrawn) =
            if words { self.consents(&mut conn, person, book.version()).await? } else { Default::default() };
        let no_agreement = agreed_to_nothing(row.text("role")?);
        let leaves_at = row.value("erase_at")?.int();
        let is_over = leaves_at.is_some_and(|at| at <= self.now.micros());
        let held = (ask.act == Act::Erase || is_over) && self.is_held(&mut conn, person).await?;
        let restricted = flag("restricted")? || stays_for_a_claim_alone(is_over, held);
        let reason = None;
        let facts =
            Facts { erased, restricted, objected, no_agreement, consents, region, withdrawn, held, reason };
        Ok((facts, book))
    }

    /// Whether the house holds the person's data for a claim. Asked once the person's row is locked, so that of a hold and an erasure
    /// at the same time the second sees the first.
    async fn is_held(&self, conn: &mut Conn, person: PersonId) -> Result<bool, Fault> {
        let sql = "SELECT 1 AS one FROM restriction WHERE person = $1 AND ground = $2 AND ended_at IS NULL AND ends_at > $3 LIMIT 1";
        let values = [person.uuid().into(), Ground::HouseClaims.name().into(), self.now.into()];
        Ok(conn.row(sql, &values).await?.is_some())
    }

    /// The purposes a person has consented to and not withdrawn, and those to which they said no: the last word on each counts, a
    /// yes if it reaches as far as what this version of the policy does.
    async fn consents(
        &self,
        conn: &mut Conn,
        person: PersonId,
        version: u32,
    ) -> Result<(BTreeSet<String>, BTreeSet<String>), Fault> {
        let sql = "SELECT purpose, status, policy FROM consent WHERE person = $1 ORDER BY at, id";
        let (mut given, mut withdrawn) = (BTreeSet::new(), BTreeSet::new());
        for row in conn.rows(sql, &[person.uuid().into()]).await? {
            let (purpose, status) = (row.text("purpose")?, row.text("status")?);
            let (said_yes, said_no) = (status == "given", matches!(status, "withdrawn" | "refused"));
            if said_yes && self.inner.versions.covers(row.text("policy")?, purpose, version) {
                given.insert(purpose.to_owned());
            } else {
                given.remove(purpose);
            }
            if said_no {
                withdrawn.insert(purpose.to_owned());
            } else {
                withdrawn.remove(purpose);
            }
        }
        Ok((given, withdrawn))
    }

    /// Makes everything done in it durable. The grants it gave must be gone by then.
    ///
    /// # Errors
    /// A fault; nothing is stored then.
    pub async fn commit(self) -> Result<(), Fault> {
        let committed = self.conn.into_inner().commit().await;
        // Said once it is done, or a tidying in between would have come too early; and also if nobody knows whether.
        self.inner.untidy.fetch_or(self.removing.into_inner(), Ordering::SeqCst);
        committed
    }

    /// Says that this transaction takes away what must not linger, so that the next tidying clears the remains.
    pub(crate) fn removes(&self) {
        self.removing.store(true, Ordering::SeqCst);
    }

    pub(crate) async fn rows(&self, sql: &str, args: &[Value]) -> Result<Vec<Row>, Fault> {
        if sql.starts_with("DELETE ") {
            self.removes();
        }
        self.conn.lock().await.rows(sql, args).await
    }
    pub(crate) async fn row(&self, sql: &str, args: &[Value]) -> Result<Option<Row>, Fault> {
        self.conn.lock().await.row(sql, args).await
    }
    pub(crate) async fn run(&self, sql: &str, args: &[Value]) -> Result<u64, Fault> {
        if sql.starts_with("DELETE ") {
            self.removes();
        }
        self.conn.lock().await.run(sql, args).await
    }
}

/// Whether nothing was agreed with somebody of this role: they have only asked about their data (KA-21).
fn agreed_to_nothing(role: &str) -> bool {
    role == Role::Requester.name()
}

/// Whether the day on which somebody's account was to go is over, and the house holds it for a claim: it serves what that needs and
/// their own rights, as if its use were restricted, and nothing else any more (AF-105, GDPR Art. 18(1)(c)).
const fn stays_for_a_claim_alone(is_over: bool, held: bool) -> bool {
    is_over && held
}

/// A use that has no legal basis on record is not only refused: it leaves a line in the program's log, which names the use and
/// nobody (KA-25, TP-10). What does not exist for somebody is no such use.
fn note_refusal(book: &Book, ask: &Ask<'_>, refused: &privacy::Refusal) {
    let without_basis = match refused {
        privacy::Refusal::PolicyForbids { .. }
        | privacy::Refusal::ConsentMissing { .. }
        | privacy::Refusal::AgreementMissing => true,
        _ => book.profile().purpose(ask.purpose).is_none(),
    };
    if without_basis {
        let (act, kind, purpose) = (ask.act.name(), ask.what, ask.purpose);
        tracing::info!(act, kind, purpose, "a use without a legal basis was refused");
    }
}

/// The proof that an act on somebody's data was allowed, and the handle through which it is done.
#[must_use]
pub struct Grant<'tx> {
    pub(crate) tx: &'tx Tx,
    actor: Actor,
    pub(crate) whose: Whose,
    pub(crate) act: Act,
    pub(crate) table: String,
    purpose: String,
    pub(crate) scope: Scope,
    pub(crate) book: Arc<Book>,
    /// On which it was decided.
    facts: Facts,
    pub(crate) key: Option<Arc<Key>>,
}

impl Grant<'_> {
    /// Whose data.
    pub const fn whose(&self) -> Whose {
        self.whose
    }
    /// Which categories may be used.
    pub const fn categories(&self) -> &BTreeSet<String> {
        &self.scope.categories
    }
    /// The version of the policy that binds the person; the newest for a grant about anyone.
    pub const fn book(&self) -> &Arc<Book> {
        &self.book
    }
    /// When it was given.
    pub const fn now(&self) -> Instant {
        self.tx.now
    }

    /// The same act on the same person for the same purpose, on rows of another table. Decided anew by the policy;
    /// it is part of the same act and leaves no second line in the access log.
    pub(crate) fn also(&self, table: &str) -> Result<Self, Error> {
        let scope = decide_bound(&self.book, &self.tx.inner.book, &self.ask(table), &self.facts);
        let scope = scope.inspect_err(|refused| note_refusal(&self.book, &self.ask(table), refused))?;
        Ok(Self {
            tx: self.tx,
            actor: self.actor,
            whose: self.whose,
            act: self.act,
            table: table.to_owned(),
            purpose: self.purpose.clone(),
            scope,
            book: Arc::clone(&self.book),
            facts: self.facts.clone(),
            key: self.key.clone(),
        })
    }

    fn ask<'a>(&'a self, what: &'a str) -> Ask<'a> {
        Ask { actor: self.actor, act: self.act, what, whose: self.whose, purpose: &self.purpose }
    }

    /// Who acts.
    pub(crate) const fn actor(&self) -> Actor {
        self.actor
    }
    pub(crate) fn key(&self) -> Result<&Key, Fault> {
        self.key.as_deref().ok_or(Fault::Sealed("a person"))
    }
    pub(crate) fn person(&self) -> Result<PersonId, Fault> {
        match self.whose {
            Whose::Person(person) => Ok(person),
            Whose::Anyone => Err(Fault::corrupt("this needs a grant about one person")),
        }
    }
}

impl core::fmt::Debug for Grant<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Grant({} {})", self.act.name(), self.table)
    }
}
