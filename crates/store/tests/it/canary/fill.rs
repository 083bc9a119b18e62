//! Fills every column about people that the archive shows, and every kind of file, with unmistakable values of one
//! person.

use crate::house::{House, ask, me, personal};
use domain::ids::{
    AcquisitionId, ApiKeyId, BreachId, DemandId, InvitationId, JobId, ModelId, PasskeyId, PersonId,
    PrintReference, PrinterId, ProviderAccountId, RequestId, RestrictionId, SessionId, SlicingId, UploadId,
};
use domain::job::{JobState, Outcome, SaidBy, Verdict};
use domain::person::{Actor, Chore, Reason, Role};
use domain::printer::Volume;
use domain::units::Millimetres;
use privacy::breach::{Exposed, Exposure, Happened};
use privacy::restriction::Ground;
use privacy::{Act, Ask};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use store::breaches;
use store::disclosures::{self, NewDemand, NewEntry, acquisitions};
use store::history::{self, Entry};
use store::jobs::{self, Facts, NewJob};
use store::letters;
use store::people::{
    self, agreements, codes, consents, duties, passkeys, provider_accounts, restrictions, reviews, sessions,
};
use store::requests::{self, NewRequest, Note, Post, Standing};
use store::{Database, Staged, SystemRandom, Value, models, slicings, uploads};
use uuid::Uuid;

/// The words of one person: one that stands in all that is sealed and nowhere else, one in all that is not.
#[derive(Clone, Copy)]
pub struct Canary {
    pub sealed: &'static str,
    pub plain: &'static str,
}

pub fn actor(id: PersonId) -> Actor {
    me(id, Role::Operator)
}

fn own<'a>(id: PersonId, act: Act, what: &'a str, purpose: &'a str) -> Ask<'a> {
    ask(actor(id), act, what, id, purpose)
}

/// Somebody with a value in every column and a file of every kind.
pub async fn fill(house: &House, canary: Canary) -> PersonId {
    let id = house.person(canary.sealed, Role::Operator).await;
    account(house, id, canary).await;
    prints(house, id, canary).await;
    shapes(house, id, canary).await;
    request(house, id, canary).await;
    disclosed(house, id, canary).await;
    // An export is an act of which a line is told.
    house.store.export(actor(id), id).await.unwrap();
    by_hand(house, id, canary).await;
    id
}

async fn account(house: &House, id: PersonId, Canary { sealed, plain }: Canary) {
    let tx = house.store.begin().await.unwrap();
    let (soon, later) = (tx.now().plus_seconds(3600), tx.now().plus_seconds(30 * 24 * 3600));
    let change = people::Change {
        totp: Some(Some(personal(format!("{sealed}-totp")))),
        totp_on: Some(true),
        totp_step: Some(1),
        failures: Some((1, Some(soon))),
        ..Default::default()
    };
    let grant = tx.authorise(own(id, Act::Change, "person", "security")).await.unwrap();
    people::change(&grant, change).await.unwrap();
    let change = people::Change {
        region: Some(Some("eea")),
        look: Some(format!("{plain}-look")),
        history: Some(format!("{plain}-history")),
        erase_at: Some(Some(later)),
        told_unused_at: Some(Some(later)),
        ..Default::default()
    };
    let grant = tx.authorise(own(id, Act::Change, "person", "account")).await.unwrap();
    people::change(&grant, change).await.unwrap();
    let grant = tx.authorise(own(id, Act::Create, "session", "security")).await.unwrap();
    let new = sessions::NewSession {
        id: SessionId::fresh(&SystemRandom),
        token: format!("{sealed}-token").into_bytes(),
        ends_at: later,
        proven: true,
        shared: false,
        agent: personal(format!("{sealed}-agent")),
        address: personal(format!("{sealed}-address")),
    };
    sessions::insert(&grant, &new).await.unwrap();
    let grant = tx.authorise(own(id, Act::Create, "recovery_code", "security")).await.unwrap();
    let code = format!("{sealed}-recovery");
    codes::recovery_insert(&grant, &SystemRandom, std::slice::from_ref(&code)).await.unwrap();
    let grant = tx.authorise(own(id, Act::Change, "recovery_code", "security")).await.unwrap();
    assert!(codes::recovery_use(&grant, &code).await.unwrap());
    let grant = tx.authorise(own(id, Act::Create, "passkey", "security")).await.unwrap();
    let (credential, public) = (format!("{sealed}-credential"), personal(format!("{sealed}-public")));
    let (passkey, name) = (PasskeyId::fresh(&SystemRandom), format!("{sealed}-passkeyname"));
    passkeys::insert(&grant, passkey, credential.as_bytes(), &public, &name).await.unwrap();
    let grant = tx.authorise(own(id, Act::Change, "passkey", "security")).await.unwrap();
    assert!(passkeys::used(&grant, passkey, &public).await.unwrap());
    let grant = tx.authorise(own(id, Act::Create, "provider_account", "security")).await.unwrap();
    let (subject, provider) = (personal(format!("{sealed}-subject")), format!("{sealed}-provider"));
    let account = ProviderAccountId::fresh(&SystemRandom);
    provider_accounts::insert(&grant, account, &subject, &provider).await.unwrap();
    let grant = tx.authorise(own(id, Act::Change, "provider_account", "security")).await.unwrap();
    assert!(provider_accounts::used(&grant, account).await.unwrap());
    let grant = tx.authorise(own(id, Act::Create, "api_key", "security")).await.unwrap();
    let (token, name, scopes) =
        (format!("{sealed}-key"), format!("{sealed}-keyname"), format!("{plain}-scopes"));
    let key = ApiKeyId::fresh(&SystemRandom);
    codes::api_key_insert(&grant, key, token.as_bytes(), &name, &scopes).await.unwrap();
    let grant = tx.authorise(own(id, Act::Create, "invitation", "security")).await.unwrap();
    let (code, invitation) = (format!("{sealed}-invitation"), InvitationId::fresh(&SystemRandom));
    codes::invitation_insert(&grant, invitation, code.as_bytes(), Role::Member, soon).await.unwrap();
    let grant = tx.authorise(own(id, Act::Create, "agreement", "account")).await.unwrap();
    let (wording, control) = (format!("{plain}-agreed"), format!("{plain}-door"));
    agreements::add(&grant, &SystemRandom, true, &wording, &control).await.unwrap();
    let grant = tx.authorise(own(id, Act::Create, "consent", "account")).await.unwrap();
    let (wording, control) = (format!("{plain}-wording"), format!("{plain}-control"));
    consents::add(&grant, &SystemRandom, "history", "given", &wording, &control).await.unwrap();
    let grant = tx.authorise(own(id, Act::Create, "log_review", "accountability")).await.unwrap();
    reviews::sign(&grant, &SystemRandom, 0).await.unwrap();
    let grant = tx.authorise(own(id, Act::Create, "duty_done", "accountability")).await.unwrap();
    let note = personal(format!("{sealed}-found"));
    duties::done(&grant, &SystemRandom, "an-audit", duties::Found::Open, &note).await.unwrap();
    let breach = BreachId::fresh(&SystemRandom);
    let grant = tx.authorise(own(id, Act::Create, "breach", "accountability")).await.unwrap();
    let new = breaches::NewBreach { id: breach, aware_at: tx.now(), subject: Some(id) };
    breaches::enter(&grant, new).await.unwrap();
    let grant = tx.authorise(own(id, Act::Create, "breach_event", "accountability")).await.unwrap();
    let happened = Happened::Exposed(Exposed { what: Exposure::Database, from: tx.now(), until: tx.now() });
    assert!(breaches::note(&grant, &SystemRandom, (breach, 0), (tx.now(), happened), "").await.unwrap());
    drop(grant);
    let clerk = Ask { actor: Actor::House(Chore::Clerk), ..own(id, Act::Create, "letter", "rights") };
    let grant = tx.authorise(clerk).await.unwrap();
    letters::write(&grant, &SystemRandom, (letters::Tells::Breach, breach.uuid())).await.unwrap();
    drop(grant);
    let sale = acquisitions::NewAcquisition {
        id: AcquisitionId::fresh(&SystemRandom),
        kind: "acquisition",
        acquirer: "a company",
        address: "a street",
        says: "it passes",
        ends_on: None,
    };
    acquisitions::enter(&tx, &sale, (id, Role::Operator)).await.unwrap();
    assert!(acquisitions::announce(&tx, sale.id).await.unwrap());
    let how = acquisitions::Settled::Released;
    assert!(acquisitions::settle(&tx, sale.id, how, (id, Role::Operator)).await.unwrap());
    tx.commit().await.unwrap();
}

/// A print in the queue, one in the history, and a command to a printer.
async fn prints(house: &House, id: PersonId, canary: Canary) {
    let Canary { sealed, plain } = canary;
    let [path, picture] = [file(house, canary).await, file(house, canary).await];
    let [old_path, old_picture] = [file(house, canary).await, file(house, canary).await];
    let tx = house.store.begin().await.unwrap();
    let printer = PrinterId::fresh(&SystemRandom);
    let job = JobId::fresh(&SystemRandom);
    let grant = tx.authorise(own(id, Act::Create, "job", "print")).await.unwrap();
    let side = || Millimetres(10.0);
    let new = NewJob {
        state: JobState::Queued,
        wanted: Some(printer),
        reference: PrintReference::fresh(&SystemRandom),
        name: Some(personal(format!("{sealed}-job"))),
        facts: Facts {
            size: Some(Volume::new(side(), side(), side())),
            material: Some(format!("{plain}-material")),
            seconds: Some(60.0),
            grams: Some(1.0),
        },
        trouble: None,
        findings: Some(personal(format!("{sealed}-line"))),
        incognito: None,
    };
    jobs::insert(&grant, job, &new).await.unwrap();
    grant.blob_insert("job-toolpath", job.uuid(), path).await.unwrap();
    grant.blob_insert("job-picture", job.uuid(), picture).await.unwrap();
    let grant = tx.authorise(own(id, Act::Create, "print_record", "history")).await.unwrap();
    let entry = Entry {
        id: JobId::fresh(&SystemRandom),
        printer: Some(printer),
        name: Some(personal(format!("{sealed}-print"))),
        collected_at: tx.now(),
        started_at: Some(tx.now()),
        ended_at: tx.now(),
        seconds: Some(60.0),
        estimate: Some(50.0),
        grams: Some(1.0),
        material: Some(format!("{plain}-material")),
        outcome: Outcome { verdict: Verdict::Good, said_by: SaidBy::Printer, bed_cleared: false },
    };
    history::add(&grant, &entry).await.unwrap();
    grant.blob_insert("record-toolpath", entry.id.uuid(), old_path).await.unwrap();
    grant.blob_insert("record-picture", entry.id.uuid(), old_picture).await.unwrap();
    let grant = tx.authorise(own(id, Act::Create, "deed", "history")).await.unwrap();
    history::deed(&grant, &SystemRandom, printer, "pause").await.unwrap();
    drop(grant);
    tx.commit().await.unwrap();
}

/// A model with its files, one upload that goes on and one that was refused, a toolpath and one that failed, and work.
async fn shapes(house: &House, id: PersonId, canary: Canary) {
    let Canary { sealed, plain } = canary;
    let [source, picture, view] =
        [file(house, canary).await, file(house, canary).await, file(house, canary).await];
    let [part, toolpath] = [file(house, canary).await, file(house, canary).await];
    let tx = house.store.begin().await.unwrap();
    let print = |act, what| own(id, act, what, "print");
    let model = ModelId::fresh(&SystemRandom);
    let grant = tx.authorise(print(Act::Create, "model")).await.unwrap();
    let values: [(&str, Value); 4] = [
        ("name", format!("{sealed}-model").into()),
        ("size", 1_i64.into()),
        ("state", "stored".into()),
        ("created_at", tx.now().into()),
    ];
    models::insert_raw(&grant, model, &values).await.unwrap();
    for (kind, staged) in [("model-source", source), ("model-picture", picture), ("model-view", view)] {
        grant.blob_insert(kind, model.uuid(), staged).await.unwrap();
    }
    let grant = tx.authorise(print(Act::Change, "model")).await.unwrap();
    assert!(models::check_again(&grant, model, &format!("{plain}-unit")).await.unwrap());
    let facts = |what| format!("{{\"said\":\"{sealed}-{what}\"}}");
    assert!(models::checked(&grant, model, &facts("facts"), &facts("report")).await.unwrap());
    assert!(models::not_checked(&grant, model, &format!("{sealed}-failure")).await.unwrap());

    let upload = tx.authorise(print(Act::Change, "upload")).await.unwrap();
    let parts = tx.authorise(print(Act::Create, "upload_part")).await.unwrap();
    let no_parts = tx.authorise(print(Act::Change, "upload_part")).await.unwrap();
    let [goes_on, refused] = [UploadId::fresh(&SystemRandom), UploadId::fresh(&SystemRandom)];
    let soon = tx.now().plus_seconds(3600);
    for number in [goes_on, refused] {
        let grant = tx.authorise(print(Act::Create, "upload")).await.unwrap();
        let name = personal(format!("{sealed}-upload.stl"));
        let new = uploads::NewUpload { id: number, name, format: "stl", size: None, ends_at: soon };
        uploads::insert(&grant, &new).await.unwrap();
    }
    assert!(uploads::add_part(&upload, &parts, &SystemRandom, goes_on, 0, part).await.unwrap());
    let why = format!("{sealed}-refused");
    drop(uploads::refuse(&upload, &no_parts, refused, &why, soon).await.unwrap());

    let [made, failed] = [SlicingId::fresh(&SystemRandom), SlicingId::fresh(&SystemRandom)];
    for number in [made, failed] {
        let grant = tx.authorise(print(Act::Create, "slicing")).await.unwrap();
        let new = slicings::NewSlicing {
            printer: Some(PrinterId::fresh(&SystemRandom)),
            id: number,
            model,
            quality: Some("draft"),
            material: Some("PLA"),
            supports: false,
        };
        slicings::insert(&grant, &new).await.unwrap();
    }
    let grant = tx.authorise(print(Act::Change, "slicing")).await.unwrap();
    assert!(slicings::made(&grant, made, "ready", &facts("layers"), toolpath).await.unwrap());
    assert!(slicings::failed(&grant, failed, &format!("{sealed}-why")).await.unwrap());
    drop((grant, upload, parts, no_parts));
    let payload = [("model".to_owned(), model.to_string())].into();
    tx.work_put("inspect-model", Some(id), &payload, tx.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// A request about her data, with a letter.
async fn request(house: &House, id: PersonId, Canary { sealed, plain }: Canary) {
    let tx = house.store.begin().await.unwrap();
    let rights = |act, what| own(id, act, what, "rights");
    let sealed = |what| Some(personal(format!("{sealed}-{what}")));
    let new = NewRequest {
        amends: Some("omission"),
        id: RequestId::fresh(&SystemRandom),
        matter: "access".to_owned(),
        came: "page",
        region: "eea",
        rules: format!("{plain}-rules"),
        received_at: tx.now(),
        for_another: true,
        called: sealed("called"),
        reply_to: sealed("reply"),
        words: sealed("words").unwrap(),
        follow: Some(format!("{plain}-follow").into_bytes()),
    };
    let grant = tx.authorise(rights(Act::Create, "request")).await.unwrap();
    requests::insert(&grant, &new, "new", None).await.unwrap();
    let change = tx.authorise(rights(Act::Change, "request")).await.unwrap();
    let event = tx.authorise(rights(Act::Create, "request_event")).await.unwrap();
    let letter = sealed("letter").unwrap();
    let note = Note {
        kind: "letter",
        detail: "answered",
        by: Some((id, Role::Operator)),
        words: Some(letter.reveal()),
        letter: Some(Post::Waiting),
    };
    let standing = Standing { after: 0, state: "new", due_at: None, over: false };
    assert!(requests::proof_is(&change, new.id, format!("{plain}-proof").as_bytes()).await.unwrap());
    assert!(requests::note(&change, &event, &SystemRandom, new.id, &note, standing).await.unwrap());
    let restricts = tx.authorise(rights(Act::Create, "restriction")).await.unwrap();
    let restriction = restrictions::New {
        id: RestrictionId::fresh(&SystemRandom),
        purpose: Some(format!("{plain}-purpose")),
        ground: Ground::OwnWish,
        ends_at: Some(tx.now().plus_seconds(100 * 24 * 3600)),
        request: Some(new.id),
        reference: sealed("claim"),
    };
    restrictions::begin(&restricts, &restriction).await.unwrap();
    drop((grant, change, event, restricts));
    tx.commit().await.unwrap();
}

/// Something that demanded her data, and the line of what was handed over.
async fn disclosed(house: &House, id: PersonId, Canary { sealed, plain }: Canary) {
    let tx = house.store.begin().await.unwrap();
    let duty = |what| tx.authorise_because(own(id, Act::Create, what, "accountability"), Reason::LegalDuty);
    let word = |what: &str| personal(format!("{sealed}-{what}"));
    let categories = [format!("{plain}-category")].into();
    let new = NewDemand {
        id: DemandId::fresh(&SystemRandom),
        kind: "court-order",
        issuer: word("issuer"),
        reference: word("paper"),
        provision: word("provision"),
        dated: format!("{plain}-day"),
        categories,
        barred_by: Some(word("bar")),
        told_at: tx.now(),
    };
    let demand = duty("demand").await.unwrap();
    disclosures::enter(&demand, &new).await.unwrap();
    let line = duty("disclosure").await.unwrap();
    let entry = NewEntry {
        told_at: tx.now(),
        recipient: Some("mail"),
        named: Some(&new.issuer),
        class: "court",
        purpose: "legal-compulsion",
        ground: "legal-compulsion",
        categories: &new.categories,
        reference: Some(&new.reference),
        provision: Some(&new.provision),
        barred_by: new.barred_by.as_ref(),
    };
    disclosures::add(&line, &SystemRandom, &entry).await.unwrap();
    drop((demand, line));
    tx.commit().await.unwrap();
}

async fn file(house: &House, canary: Canary) -> Staged {
    let mut staging = house.store.stage().await.unwrap();
    staging.write(format!("G1 X1 ; {}-file\n", canary.sealed).repeat(50).as_bytes()).await.unwrap();
    staging.finish().await.unwrap()
}

/// What the program writes rarely or not yet, and words instead of its closed lists: straight into the database.
async fn by_hand(house: &House, id: PersonId, Canary { plain, .. }: Canary) {
    let at = house.store.clock().now().micros();
    let later = at + 100 * 24 * 3600 * 1_000_000;
    let (her, other) = (number(house, id.uuid()), number(house, PrinterId::fresh(&SystemRandom).uuid()));
    let statements = [
        format!(
            "UPDATE person SET language = '{plain}-language', closed_at = {later}, handed_read_at = {at}, breach_read_at = {at} WHERE id = {her}"
        ),
        format!(
            "UPDATE consent SET language = '{plain}-language', actor = '{plain}-actor' WHERE person = {her}"
        ),
        format!("UPDATE api_key SET used_at = {at} WHERE person = {her}"),
        format!("UPDATE access_note SET reason = '{plain}-reason', told_at = {at} WHERE person = {her}"),
        format!(
            "UPDATE restriction SET ground = '{plain}-ground', told_at = {at}, ended_at = {later} WHERE person = {her}"
        ),
        format!(
            "UPDATE disclosure SET recipient = '{plain}-recipient', class = '{plain}-class', purpose = '{plain}-purpose', \
             ground = '{plain}-ground', role = '{plain}-role' WHERE person = {her}"
        ),
        format!(
            "UPDATE demand SET kind = '{plain}-kind', state = '{plain}-state', entered_role = '{plain}-role', corrected_at = {at}, \
             settled_at = {at}, settled_by = {her}, settled_role = '{plain}-role' WHERE person = {her}"
        ),
        // Of everybody's lines she wrote one: where others' rows mention her, the mention goes.
        format!("UPDATE access_note SET actor = {her}"),
        format!(
            "UPDATE job SET printer = {other}, placed_at = {at}, asked_at = {at}, started_at = {at}, \
             trouble = '{plain}-trouble' WHERE person = {her}"
        ),
        format!(
            "UPDATE letter SET tells = '{plain}-tells', stands = '{plain}-stands', tried_at = {at} WHERE person = {her}"
        ),
        format!("UPDATE deed SET what = '{plain}-deed' WHERE person = {her}"),
        format!("UPDATE slicing SET quality = '{plain}-fine', material = '{plain}-PLA' WHERE person = {her}"),
        format!(
            "UPDATE request SET kind = '{plain}-kind', state = '{plain}-state', came = '{plain}-came', \
             region = '{plain}-region', due_at = {later}, ended_at = {later}, subject = {her} WHERE person = {her}"
        ),
        format!(
            "UPDATE request_event SET kind = '{plain}-kind', detail = '{plain}-detail', role = '{plain}-role', \
             letter = '{plain}-letter', ended_at = {later}, actor = {her} WHERE person = {her}"
        ),
    ];
    write_past(house, &statements).await;
}

/// Does this to the database past the program: old values are overwritten, as by the program. What a test writes so is not what the
/// program logs.
pub async fn write_past(house: &House, statements: &[String]) {
    match &house.settings.database {
        Database::Embedded => {
            let options = SqliteConnectOptions::new()
                .filename(house.data().join("state.db"))
                .pragma("secure_delete", "ON");
            let mut connection = options.disable_statement_logging().connect().await.unwrap();
            for statement in statements {
                connection.execute(sqlx::AssertSqlSafe(statement.clone())).await.unwrap();
            }
            connection.close().await.unwrap();
        }
        Database::Postgres { state, .. } => {
            let options: PgConnectOptions = state.parse().unwrap();
            let mut connection = options.disable_statement_logging().connect().await.unwrap();
            for statement in statements {
                connection.execute(sqlx::AssertSqlSafe(statement.clone())).await.unwrap();
            }
            connection.close().await.unwrap();
        }
    }
}

/// A number as it stands in a statement.
fn number(house: &House, id: Uuid) -> String {
    match house.settings.database {
        Database::Embedded => format!("X'{}'", id.simple()),
        Database::Postgres { .. } => format!("'{id}'"),
    }
}
