//! Two people with unmistakable values in every column. One is erased; nothing of hers is left in any file, and
//! everything of his is.

use crate::blobs::{model, pass, read, walk};
use crate::house::{House, ask, me, personal};
use domain::ids::{
    ApiKeyId, InvitationId, JobId, ModelId, PersonId, PrintReference, PrinterId, SessionId, SlicingId,
    UploadId,
};
use domain::job::{JobState, Outcome, SaidBy, Verdict};
use domain::person::Role;
use domain::time::Clock as _;
use privacy::{Act, Ask};
use std::collections::BTreeMap;
use store::history::{self, Entry};
use store::jobs::{self, Facts, NewJob};
use store::people::{self, codes, consents, reviews, sessions};
use store::{Staged, SystemRandom, models, restore, slicings, uploads};

/// Fills every table about people for one of them.
async fn fill(house: &House, canary: &str) -> (PersonId, ModelId) {
    let id = house.person(canary, Role::Operator).await;
    let model_id = ModelId::fresh(&SystemRandom);
    model(house, id, model_id, format!("solid {canary}-geometry").repeat(50).as_bytes()).await;
    let tx = house.store.begin().await.unwrap();
    let as_me = |act, what, purpose| ask(me(id, Role::Operator), act, what, id, purpose);

    let grant = tx.authorise(as_me(Act::Change, "person", "security")).await.unwrap();
    let change =
        people::Change { totp: Some(Some(personal(format!("{canary}-totp")))), ..Default::default() };
    people::change(&grant, change).await.unwrap();
    let grant = tx.authorise(as_me(Act::Create, "session", "security")).await.unwrap();
    let new = sessions::NewSession {
        id: SessionId::fresh(&SystemRandom),
        token: format!("{canary}-token").into_bytes(),
        ends_at: tx.now().plus_seconds(30 * 24 * 3600),
        shared: false,
        agent: personal(format!("{canary}-agent")),
        address: personal(format!("{canary}-address")),
    };
    sessions::insert(&grant, &new).await.unwrap();
    let grant = tx.authorise(as_me(Act::Create, "recovery_code", "security")).await.unwrap();
    codes::recovery_insert(&grant, &SystemRandom, &[format!("{canary}-recovery")]).await.unwrap();
    let grant = tx.authorise(as_me(Act::Create, "api_key", "security")).await.unwrap();
    let token = format!("{canary}-key");
    let name = format!("{canary}-keyname");
    let made =
        codes::api_key_insert(&grant, ApiKeyId::fresh(&SystemRandom), token.as_bytes(), &name, "print").await;
    made.unwrap();
    let grant = tx.authorise(as_me(Act::Create, "invitation", "security")).await.unwrap();
    let ends = tx.now().plus_seconds(3600);
    let code = format!("{canary}-invitation");
    let made = codes::invitation_insert(
        &grant,
        InvitationId::fresh(&SystemRandom),
        code.as_bytes(),
        Role::Member,
        ends,
    );
    made.await.unwrap();
    let grant = tx.authorise(as_me(Act::Create, "consent", "account")).await.unwrap();
    consents::add(&grant, &SystemRandom, "history", "given", "Keep a history", "button").await.unwrap();
    let grant = tx.authorise(as_me(Act::Create, "log_review", "accountability")).await.unwrap();
    reviews::sign(&grant, &SystemRandom, 0).await.unwrap();
    drop(grant);
    tx.commit().await.unwrap();
    prints(house, id, canary).await;
    fill_models(house, canary, id, model_id).await;
    (id, model_id)
}

/// A print in the queue, one in the history, and a command to a printer.
async fn prints(house: &House, id: PersonId, canary: &str) {
    let mut staging = house.store.stage().await.unwrap();
    staging.write(format!("; {canary}-toolpath").as_bytes()).await.unwrap();
    let toolpath = staging.finish().await.unwrap();
    let tx = house.store.begin().await.unwrap();
    let as_me = |act, what, purpose| ask(me(id, Role::Operator), act, what, id, purpose);
    let job = JobId::fresh(&SystemRandom);
    let grant = tx.authorise(as_me(Act::Create, "job", "print")).await.unwrap();
    let new = NewJob {
        state: JobState::Queued,
        wanted: None,
        reference: PrintReference::fresh(&SystemRandom),
        name: Some(personal(format!("{canary}-job"))),
        facts: Facts { grams: Some(1.0), ..Facts::default() },
        trouble: None,
        findings: Some(personal(format!("{canary}-line"))),
        incognito: None,
    };
    jobs::insert(&grant, job, &new).await.unwrap();
    grant.blob_insert("job-toolpath", job.uuid(), toolpath).await.unwrap();
    let printer = PrinterId::fresh(&SystemRandom);
    let grant = tx.authorise(as_me(Act::Create, "print_record", "history")).await.unwrap();
    let entry = Entry {
        id: JobId::fresh(&SystemRandom),
        printer: Some(printer),
        name: Some(personal(format!("{canary}-print"))),
        collected_at: tx.now(),
        started_at: Some(tx.now()),
        ended_at: tx.now(),
        seconds: Some(60.0),
        estimate: Some(50.0),
        grams: Some(1.0),
        material: Some("PLA".to_owned()),
        outcome: Outcome { verdict: Verdict::Good, said_by: SaidBy::Printer, bed_cleared: false },
    };
    history::add(&grant, &entry).await.unwrap();
    let grant = tx.authorise(as_me(Act::Create, "deed", "history")).await.unwrap();
    history::deed(&grant, &SystemRandom, printer, "pause").await.unwrap();
    drop(grant);
    tx.commit().await.unwrap();
}

/// An upload with one part, and a toolpath of the model.
async fn fill_models(house: &House, canary: &str, id: PersonId, model_id: ModelId) {
    let (part, toolpath) = (file(house, canary).await, file(house, canary).await);
    let tx = house.store.begin().await.unwrap();
    let as_me = |act, what| ask(me(id, Role::Operator), act, what, id, "print");
    let grant = tx.authorise(as_me(Act::Create, "upload")).await.unwrap();
    let new = uploads::NewUpload {
        id: UploadId::fresh(&SystemRandom),
        name: personal(format!("{canary}-upload.stl")),
        format: "stl",
        size: None,
        ends_at: tx.now().plus_seconds(3600),
    };
    uploads::insert(&grant, &new).await.unwrap();
    let upload = tx.authorise(as_me(Act::Change, "upload")).await.unwrap();
    let parts = tx.authorise(as_me(Act::Create, "upload_part")).await.unwrap();
    assert!(uploads::add_part(&upload, &parts, &SystemRandom, new.id, 0, part).await.unwrap());
    let slicing = SlicingId::fresh(&SystemRandom);
    let grant = tx.authorise(as_me(Act::Create, "slicing")).await.unwrap();
    let new = slicings::NewSlicing {
        printer: None,
        id: slicing,
        model: model_id,
        quality: Some("draft"),
        material: Some("PLA"),
        supports: false,
    };
    slicings::insert(&grant, &new).await.unwrap();
    let grant = tx.authorise(as_me(Act::Change, "slicing")).await.unwrap();
    let facts = format!("{{\"layers\":\"{canary}-layers\"}}");
    assert!(slicings::made(&grant, slicing, "ready", &facts, toolpath).await.unwrap());
    let grant = tx.authorise(as_me(Act::Change, "model")).await.unwrap();
    assert!(models::checked(&grant, model_id, "{}", &format!("{canary}-report")).await.unwrap());
    assert!(models::not_checked(&grant, model_id, &format!("{canary}-failure")).await.unwrap());
    drop((grant, upload, parts));
    tx.commit().await.unwrap();
}

async fn file(house: &House, canary: &str) -> Staged {
    let mut staging = house.store.stage().await.unwrap();
    staging.write(format!("G1 X1 ; {canary}-file\n").repeat(50).as_bytes()).await.unwrap();
    staging.finish().await.unwrap()
}

/// Every place where a canary lies: raw, UTF-16, hex or base64.
fn found(house: &House, canary: &str, extra: &[std::path::PathBuf]) -> Vec<String> {
    let hex: String = canary.bytes().map(|b| format!("{b:02x}")).collect();
    let utf16: Vec<u8> = canary.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let needles = [canary.as_bytes().to_vec(), hex.into_bytes(), utf16];
    let folders = [house.data(), house.settings.keys.clone()];
    let files = folders.iter().flat_map(|f| walk(f)).chain(extra.iter().cloned());
    files
        .filter(|file| {
            let bytes = std::fs::read(file).unwrap();
            needles.iter().any(|n| bytes.windows(n.len()).any(|w| w == n.as_slice()))
        })
        .map(|f| f.display().to_string())
        .collect()
}

/// How many rows of each table are about a person.
async fn rows(house: &House, id: PersonId) -> BTreeMap<String, usize> {
    let archive = house.store.export(me(id, Role::Operator), id).await.unwrap();
    archive.parts.into_iter().map(|p| (p.table, p.rows.len())).collect()
}

#[tokio::test]
async fn one_is_erased_and_nothing_of_hers_is_left() {
    domain::proves!("AF-104", "AF-112", "KA-32", "TP-45", "SP-32", by = "store::record::Grant::to_disk");
    let house = House::sqlite().await;
    let (ada, _) = fill(&house, "ADACANARY").await;
    let (bob, his) = fill(&house, "BOBCANARY").await;

    // the positive control: every table about people holds something of both, and the archive shows it
    let before = rows(&house, bob).await;
    let empty: Vec<_> = before.iter().filter(|(_, n)| **n == 0).map(|(t, _)| t.as_str()).collect();
    assert_eq!(empty, ["request", "work"], "tables this test does not fill yet");
    let archive = house.store.export(me(ada, Role::Operator), ada).await.unwrap();
    let text = format!("{:?}", archive.parts);
    for value in [
        "ADACANARY-name",
        "adacanary-mail@example.org",
        "ADACANARY-agent",
        "ADACANARY-keyname",
        "ADACANARY-job",
        "ADACANARY-print",
    ] {
        assert!(text.contains(value), "{value}");
    }
    assert!(!text.contains("BOBCANARY") && !text.contains("ADACANARY-password"), "{text}");
    assert_eq!(archive.files.len(), 4, "shape, part, toolpath, and a print's toolpath");

    // even before the erasure nothing lies there in the clear
    house.store.integrate_log().await.unwrap();
    for canary in ["ADACANARY", "adacanary"] {
        assert_eq!(found(&house, canary, &[]), Vec::<String>::new(), "{canary}");
    }

    let at = |name: &str| house.folder.path().join(name);
    house.store.erase(me(ada, Role::Operator), ada).await.unwrap();
    house.store.purge(ada).await.unwrap();
    house.store.rotate_keys().await.unwrap();
    house.store.backup(&at("data.tar"), &at("keys.sealed"), "correct horse").await.unwrap();
    let backup = [at("data.tar"), at("keys.sealed")];
    for canary in ["ADACANARY", "adacanary", "BOBCANARY", "bobcanary"] {
        assert_eq!(found(&house, canary, &backup), Vec::<String>::new(), "{canary}");
    }
    // her random number stands in the erasure ledger alone
    let ledger = std::fs::read(house.data().join("erasures.log")).unwrap();
    assert!(String::from_utf8(ledger).unwrap().contains(&ada.to_string()));
    let raw = ada.uuid().into_bytes();
    for file in walk(&house.data()).into_iter().filter(|f| !f.ends_with("erasures.log")).chain(backup.clone())
    {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(16).any(|w| w == raw), "her number is in {}", file.display());
    }

    // and everything of his is there, also in the newest backup
    assert_eq!(rows(&house, bob).await["person"], before["person"]);
    for (table, count) in &before {
        assert!(rows(&house, bob).await[table] >= *count, "{table}");
    }
    let bytes = read(&house.store, pass_as_operator(&house, bob, his).await).await.unwrap();
    assert!(bytes.starts_with(b"solid BOBCANARY-geometry"));
    let random = std::sync::Arc::new(SystemRandom);
    let restored =
        restore(&backup[0], &backup[1], "correct horse", &at("d2"), &at("k2"), random, house.clock.now())
            .await
            .unwrap();
    assert_eq!(restored.keys, 2, "bob and the house; ada's key is not in it");
}

async fn pass_as_operator(house: &House, person: PersonId, model: ModelId) -> store::ReadPass {
    let tx = house.store.look().await.unwrap();
    let ask: Ask<'_> = ask(me(person, Role::Operator), Act::Read, "model", person, "print");
    let grant = tx.authorise(ask).await.unwrap();
    grant.blob_pass("model-source", model.uuid()).await.unwrap().unwrap()
}

#[tokio::test]
async fn the_search_finds_what_lies_in_the_clear() {
    let house = House::sqlite().await;
    std::fs::write(house.data().join("leak"), "…ADACANARY…").unwrap();
    assert_eq!(found(&house, "ADACANARY", &[]).len(), 1);
    assert!(pass_is_denied(&house).await);
}

async fn pass_is_denied(house: &House) -> bool {
    let ada = house.person("ada", Role::Member).await;
    pass(house, ada, ModelId::fresh(&SystemRandom)).await.is_none()
}
