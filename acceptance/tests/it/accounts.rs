//! Coming in, proving who one is, and ending it.

use crate::scene::toolpath;
use acceptance::{House, PASSWORD, email};
use app::accounts;
use domain::person::Role;
use domain::time::Clock as _;
use reqwest::StatusCode;
use std::collections::BTreeMap;
use totp_rs::{Builder, Secret};

#[tokio::test]
async fn the_set_up_code_works_once_for_an_hour_and_ten_tries() {
    let house = House::new("house").await;
    let outsider = house.outsider();
    assert_eq!(outsider.get("/").await.location.as_deref(), Some("/setup"));
    let form = |code: &str| {
        [
            ("code", code),
            ("name", "Olga"),
            ("email", "olga@example.org"),
            ("password", PASSWORD),
            ("accepts", "1"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
    };
    let send = async |code: &str| {
        let fields = form(code);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        outsider.post("/setup", &fields).await
    };

    let expired = accounts::begin_setup(&house.ctx).await.unwrap();
    house.clock.advance(3601);
    assert_eq!(send(&expired).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let tried_out = accounts::begin_setup(&house.ctx).await.unwrap();
    for _ in 0..10 {
        assert_eq!(send("00000-00000-00000-00000").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(send(&tried_out).await.status, StatusCode::UNPROCESSABLE_ENTITY, "right, but too late");

    let good = accounts::begin_setup(&house.ctx).await.unwrap();
    assert_eq!(send(&tried_out).await.status, StatusCode::UNPROCESSABLE_ENTITY, "an older code is void");
    // typed as people type: small letters, no dashes, O for 0
    let typed = good.to_lowercase().replace('-', " ").replace('0', "o");
    assert_eq!(send(&typed).await.status, StatusCode::SEE_OTHER);
    assert_eq!(send(&good).await.status, StatusCode::UNPROCESSABLE_ENTITY, "used");
    assert!(accounts::begin_setup(&house.ctx).await.is_err(), "somebody runs the house now");
    house.signed_in("Olga").await;
}

#[tokio::test]
async fn nobody_learns_which_accounts_exist() {
    let house = House::new("house").await;
    house.operator("Olga").await;
    let mut outsider = house.outsider();
    let known = outsider.sign_in(&email("Olga"), "wrong horse battery", None).await;
    let unknown = outsider.sign_in("olga@example.org.", "wrong horse battery", None).await;
    assert_eq!(known.status, StatusCode::UNAUTHORIZED);
    for _ in 0..3 {
        let known = outsider.sign_in(&email("Olga"), "wrong horse battery", None).await.status;
        let unknown = outsider.sign_in("nobody@example.org", "wrong horse battery", None).await.status;
        assert_eq!(known, unknown, "also when the account has locked itself");
    }
    let without_address = |answer: acceptance::Answer, typed: &str| answer.body.replace(typed, "");
    assert_eq!(without_address(known, "olga@example.org"), without_address(unknown, "olga@example.org."));
}

#[tokio::test]
async fn an_account_locks_itself_and_opens_again() {
    domain::proves!("AF-113", by = "app::accounts::limits::lock_seconds");
    let house = House::new("house").await;
    house.operator("Olga").await;
    let mut outsider = house.outsider();
    for _ in 0..5 {
        let wrong = outsider.sign_in(&email("Olga"), "wrong horse battery", None).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    }
    let locked = outsider.sign_in(&email("Olga"), PASSWORD, None).await;
    assert_eq!(locked.status, StatusCode::UNAUTHORIZED, "also with the right password");
    house.clock.advance(61);
    assert_eq!(outsider.sign_in(&email("Olga"), PASSWORD, None).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_a_code_works_once() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let shown = olga.post("/settings/totp", &[]).await.body;
    let secret = shown.split("<span>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let totp = Builder::new().with_secret(Secret::try_from_base32(&secret).unwrap()).build().unwrap();
    let code = || {
        let seconds = u64::try_from(house.clock.now().micros() / 1_000_000).unwrap();
        totp.generate(seconds).to_string()
    };
    assert_eq!(
        olga.post("/settings/totp/confirm", &[("code", "000000")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let codes = olga.post("/settings/totp/confirm", &[("code", &code())]).await.body;
    let recovery = codes.split("<span>").nth(1).unwrap().split('<').next().unwrap().to_owned();

    let mut browser = house.outsider();
    let asked = browser.sign_in(&email("Olga"), PASSWORD, None).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    assert!(asked.body.contains("code from your app"), "{}", asked.body);
    let used = browser.sign_in(&email("Olga"), PASSWORD, Some(&code())).await;
    assert_eq!(used.status, StatusCode::UNAUTHORIZED, "the code that confirmed was used up");
    house.clock.advance(30);
    assert_eq!(browser.sign_in(&email("Olga"), PASSWORD, Some(&code())).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        browser.sign_in(&email("Olga"), PASSWORD, Some(&recovery)).await.status,
        StatusCode::SEE_OTHER
    );
    let again = browser.sign_in(&email("Olga"), PASSWORD, Some(&recovery)).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED, "a recovery code works once");

    let settings = browser.get("/settings").await.body;
    assert!(
        settings.contains("recovery codes are left") && settings.contains("Switch one-time codes off"),
        "{settings}"
    );
    // To prove it again asks for no less than the door does.
    house.clock.advance(16 * 60);
    let proves = async |code: &str| browser.post("/prove", &[("password", PASSWORD), ("code", code)]).await;
    let page = browser.get("/prove").await;
    assert!(page.body.contains("name=\"code\""), "{page:?}");
    for nothing in ["", "000000", &recovery] {
        assert!(proves(nothing).await.location.is_none(), "{nothing}");
        assert!(!browser.who(&house).await.proven, "{nothing}");
    }
    for lock in ["/settings/totp/end", "/settings/totp", "/settings/totp/confirm"] {
        let led = browser.post(lock, &[("password", PASSWORD), ("code", "000000")]).await.location;
        assert_eq!(led.as_deref(), Some("/prove?next=/settings"), "{lock}: no lock changes without a proof");
    }
    assert!(!browser.who(&house).await.proven, "what confirms one thing is no proof for another");
    assert!(proves(&code()).await.location.is_some());
    let off = browser.post("/settings/totp/end", &[("password", PASSWORD)]).await;
    assert_eq!(off.location.as_deref(), Some("/settings?done=totp"), "{}", off.body);
}

/// Whoever sits at somebody's open browser can guess there five times an hour, and whoever guesses at the door keeps nobody from their own
/// account.
#[tokio::test]
async fn wrong_proofs_are_few_and_strangers_stop_nobody() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    house.clock.advance(16 * 60);
    let mut stranger = house.outsider();
    for _ in 0..5 {
        stranger.sign_in(&email("Olga"), "wrong horse battery", None).await;
    }
    olga.proves_who_it_is().await;
    assert!(olga.who(&house).await.proven, "the door is locked, and she is inside");

    house.clock.advance(16 * 60);
    for _ in 0..5 {
        let wrong = olga.post("/prove", &[("password", "wrong horse battery")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let right = olga.post("/prove", &[("password", PASSWORD)]).await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS, "also with the right password");
    house.clock.advance(3601);
    olga.proves_who_it_is().await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    domain::proves!("AF-016", "AF-120", by = "app::accounts::sessions::end_other_sessions");
    domain::proves!("AF-016", by = "app::accounts::sessions::sign_out");
    let house = House::new("house").await;
    let here = house.operator("Olga").await;
    let there = house.signed_in("Olga").await;
    let third = house.signed_in("Olga").await;
    assert_eq!(
        here.get("/settings").await.body.matches("/settings/sessions/").count(),
        3,
        "two others, and end-others"
    );
    here.post("/settings/sessions/end-others", &[]).await;
    for ended in [&there, &third] {
        assert_eq!(ended.get("/").await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(here.get("/").await.status, StatusCode::OK);

    let other = house.signed_in("Olga").await;
    let change = [("password", PASSWORD), ("new_password", "a quite different phrase")];
    assert_eq!(here.post("/settings/password", &change).await.status, StatusCode::SEE_OTHER);
    assert_eq!(other.get("/").await.status, StatusCode::SEE_OTHER, "a new password ends other sessions");

    let out = here.post("/sign-out", &[]).await;
    assert!(out.cookies[0].contains("Max-Age=0"));
    assert_eq!(here.get("/").await.status, StatusCode::SEE_OTHER, "the session is gone, not only the cookie");
}

#[tokio::test]
async fn a_session_ends_by_itself_and_sooner_on_a_shared_device() {
    domain::proves!("AF-120", by = "app::accounts::sign_in::open");
    let house = House::new("house").await;
    let own = house.operator("Olga").await;
    let mut shared = house.outsider();
    let form = [("email", "olga@example.org"), ("password", PASSWORD), ("shared", "1"), ("next", "/")];
    let opened = shared.post("/sign-in", &form).await;
    let cookie = &opened.cookies[0];
    assert!(!cookie.contains("Max-Age") && !cookie.contains("Expires"), "it goes with the browser: {cookie}");
    shared.cookie = cookie.split(';').next().map(str::to_owned);
    assert_eq!(shared.get("/").await.status, StatusCode::OK);
    house.clock.advance(12 * 3600 + 1);
    assert_eq!(shared.get("/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(own.get("/").await.status, StatusCode::OK);
    house.clock.advance(30 * 24 * 3600);
    assert_eq!(own.get("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn people_are_invited_once_and_only_when_somebody_answers_for_them() {
    domain::proves!("KA-02", by = "app::accounts::invitations::invite");
    let nobody_answers = House::with(privacy::Sources::built_in("house").unwrap()).await;
    let olga = nobody_answers.operator("Olga").await;
    let refused = olga.post("/console/people/invite", &[("role", "member")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("controller"), "{}", refused.body);

    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let page = olga.post("/console/people/invite", &[("role", "member")]).await;
    let code =
        page.body.split("/invite/").nth(1).unwrap().split(['<', '"']).next().unwrap().trim().to_owned();
    let join = async |name: &str| {
        let address = email(name);
        let form = [
            ("name", name),
            ("email", address.as_str()),
            ("password", PASSWORD),
            ("accepts", "1"),
            ("old_enough", "1"),
        ];
        house.outsider().post(&format!("/invite/{code}"), &form).await.status
    };
    assert_eq!(
        join("Olga").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "her address is taken, and the link still good"
    );
    assert_eq!(join("Ada").await, StatusCode::SEE_OTHER);
    assert_eq!(join("Eve").await, StatusCode::UNPROCESSABLE_ENTITY, "used");
    house.signed_in("Ada").await;
}

#[tokio::test]
async fn who_is_too_young_leaves_nothing() {
    domain::proves!("AF-121", "FL-13", by = "app::accounts::check");
    for (profile, written, years) in
        [("atomform", "at_least_years = 16", 16), ("house", "at_least_years = 0", 13)]
    {
        too_young(profile, written, years).await;
    }
}

async fn too_young(profile: &str, written: &str, years: u8) {
    let sources = privacy::Sources::built_in(profile).unwrap();
    let sources = sources.edited("profile", written, &format!("at_least_years = {years}"));
    let sources = sources.edited("profile", "contact = \"\"", "contact = \"privacy@example.org\"");
    let house = House::with(sources.edited("profile", "names = [\"\"]", "names = [\"The house\"]")).await;
    let olga = house.operator("Olga").await;
    let page = olga.post("/console/people/invite", &[("role", "member")]).await;
    let code =
        page.body.split("/invite/").nth(1).unwrap().split(['<', '"']).next().unwrap().trim().to_owned();
    let form = [
        ("name", "YOUNGCANARY"),
        ("email", "youngcanary@example.org"),
        ("password", PASSWORD),
        ("accepts", "1"),
    ];
    let refused = house.outsider().post(&format!("/invite/{code}"), &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains(&format!("at least {years}")), "{}", refused.body);
    assert_eq!(olga.get("/console/people").await.body.matches("data-label=\"Name\"").count(), 1);
    let old_enough = [form[0], form[1], form[2], form[3], ("old_enough", "1")];
    assert_eq!(
        house.outsider().post(&format!("/invite/{code}"), &old_enough).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_card_number_is_refused_as_a_name() {
    domain::proves!("AF-020", by = "app::text::line");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let refused = olga.post("/settings/name", &[("name", "4111 1111 1111 1111")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("card number"));
    assert_eq!(
        olga.post("/settings/name", &[("name", "Olga the Second")]).await.status,
        StatusCode::SEE_OTHER
    );
}

#[tokio::test]
async fn a_key_is_shown_once_and_does_what_it_may() {
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let shown = olga.post("/settings/keys", &[("key_name", "slicer")]).await.body;
    let secret = shown.split("<span>pk_").nth(1).unwrap().split('<').next().unwrap();
    let secret = format!("pk_{secret}");
    assert!(!olga.get("/settings").await.body.contains(&secret));
    let (me, scopes) = accounts::authenticate_key(&house.ctx, &secret).await.unwrap().unwrap();
    assert_eq!((me.role, scopes), (Role::Operator, vec![accounts::Scope::Read]));
    let id = olga.get("/settings").await.body.split("/settings/keys/").nth(1).unwrap()[..32].to_owned();
    olga.post(&format!("/settings/keys/{id}/end"), &[]).await;
    assert!(accounts::authenticate_key(&house.ctx, &secret).await.unwrap().is_none());
    assert!(accounts::authenticate_key(&house.ctx, "pk_guess").await.unwrap().is_none());
}

#[tokio::test]
async fn nobody_joins_without_accepting_the_policy_in_force() {
    domain::proves!("AF-006", "TP-03", "AF-130", by = "app::accounts::check");
    domain::proves!("AF-048", "FL-34", by = "app::accounts::join");
    let house = House::new("house").await;
    let code = accounts::begin_setup(&house.ctx).await.unwrap();
    let form = [
        ("code", code.as_str()),
        ("name", "DECLINECANARY"),
        ("email", "declinecanary@example.org"),
        ("password", PASSWORD),
        ("old_enough", "1"),
        ("accepts", "1"),
    ];
    let declined = house.outsider().post("/setup", &form[..5]).await;
    assert_eq!(declined.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(accounts::needs_setup(&house.ctx).await.unwrap(), "there is no account");
    for file in walk(house.folder()) {
        let bytes = std::fs::read(&file).unwrap();
        let found = bytes.windows(13).any(|window| window.eq_ignore_ascii_case(b"declinecanary"));
        assert!(!found, "{} holds what was typed", file.display());
    }
    assert!(house.outsider().get("/setup").await.body.contains("version 1 of 2026"), "which version is told");
    assert_eq!(house.outsider().post("/setup", &form).await.status, StatusCode::SEE_OTHER);
    let mut browser = house.outsider();
    browser.sign_in("declinecanary@example.org", PASSWORD, None).await;
    let file = |archive: &BTreeMap<String, Vec<u8>>, name: &str| -> serde_json::Value {
        serde_json::from_slice(&archive[name]).unwrap()
    };
    let archive = browser.archive().await.unwrap();
    let ledger = file(&archive, "data/agreement.json");
    let row = &ledger["rows"][0];
    assert_eq!(
        (&row["status"], &row["policy"]),
        (&"accepted".into(), &format!("{}/1", witness::policy::in_force()).into())
    );
    assert!(row["at"].as_str().is_some_and(|at| at.starts_with("2026-11-22T09:00:00")), "{row}");
    let account = house.ctx.store.book().profile().purpose("account").unwrap();
    assert_eq!(account.basis, privacy::Basis::Contract, "what was accepted is what an account rests on");

    // Neither joining, nor using the site, nor reading or accepting the policy is consent to anything.
    for path in ["/", "/printers", "/models", "/history", "/privacy", "/privacy/notice"] {
        browser.get(path).await;
    }
    browser.post_file("/queue", &[("incognito", "1"), ("hold", "1")], "part.gcode", toolpath(2)).await;
    browser.post("/privacy/changes", &[("on", "read"), ("version", "1")]).await;
    let archive = browser.archive().await.unwrap();
    assert!(
        !archive.contains_key("data/consent.json"),
        "silence, use and acceptance are no words of consent"
    );
    browser.post("/privacy/consents/history", &[("on", "yes")]).await;
    assert!(browser.archive().await.unwrap().contains_key("data/consent.json"), "a yes is one");
}

/// What somebody set is as they set it wherever they come back, goes along to another service, and is seen by nobody else.
#[tokio::test]
async fn what_somebody_prefers_is_remembered_taken_along_and_shown_to_nobody() {
    domain::proves!("KA-14", by = "app::accounts::profile::set_look");
    domain::proves!("AF-013", by = "web::pages::console::person::record");
    let house = House::new("house").await;
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    ada.post("/settings/look", &[("look", "contrast")]).await;
    ada.post("/settings/region", &[("region", "us-ca")]).await;
    let later = house.signed_in("Ada").await;
    assert!(later.get("/").await.body.contains("data-look=\"contrast\""));
    for path in ["/privacy/take", "/privacy/carry"] {
        let taken = later.taken(path).await.unwrap();
        let person = String::from_utf8_lossy(&taken["data/person.json"]).into_owned();
        assert!(person.contains("contrast") && person.contains("us-ca"), "{path}: {person}");
    }
    let book = house.ctx.store.book();
    // A disclosure on a ground of law hands over what is there: it uses nothing that somebody set.
    for purpose in book.purposes_in_use().filter(|purpose| purpose.ground.is_none()) {
        let purpose = purpose.id.get_ref().as_str();
        let theirs = ["account", "security", "rights", "preferences"];
        let of_the_house = ["administration", "support", "accountability", "operate", "vital"];
        let known = theirs.contains(&purpose) || of_the_house.contains(&purpose);
        assert!(known || !book.allows("account.settings", purpose), "for {purpose}, which is none of theirs");
    }
    let record = format!("/console/people/{}", crate::console::number_of(&olga, "Ada").await);
    let opened = olga.post(&record, &[("reason", domain::person::Reason::AskedForHelp.name())]).await;
    assert!(opened.body.contains("ada@example.org"), "{}", opened.body);
    let people = olga.get("/console/people").await;
    for page in [&opened.body, &people.body] {
        assert!(
            !page.contains("us-ca") && !page.contains("California") && !page.contains("contrast\""),
            "{page}"
        );
    }
}

/// Every file below a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let inside = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    inside.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn the_terms_of_use_are_accepted_with_the_policy_as_one_contract() {
    domain::proves!("AF-129", by = "privacy::profile::Profile::accepted");
    let house = House::new("atomform").await;
    let code = accounts::begin_setup(&house.ctx).await.unwrap();
    let page = house.outsider().get("/setup").await.body;
    assert!(page.contains("/privacy/notice#terms") && page.contains("both as one contract"), "{page}");
    let notice = house.outsider().get("/privacy/notice").await.body;
    let terms = &house.ctx.store.book().profile().policy.terms_of_use;
    assert!(
        notice.contains("id=\"terms\"") && terms.iter().all(|paragraph| notice.contains(paragraph.as_str()))
    );
    let fields =
        [("code", code.as_str()), ("name", "Olga"), ("email", "olga@example.org"), ("password", PASSWORD)];
    let said = [("old_enough", "1"), ("accepts", "1")];
    let joined = house.outsider().post("/setup", &[&fields[..], &said].concat()).await;
    assert_eq!(joined.status, StatusCode::SEE_OTHER, "{}", joined.body);
    let taken = house.signed_in("Olga").await.archive().await.unwrap();
    let agreement = String::from_utf8_lossy(&taken["data/agreement.json"]).into_owned();
    assert!(agreement.contains("and the terms of use") && agreement.contains("atomform/1"), "{agreement}");
}

/// What people are asked for beyond name and address is what the policy declares, and what it does not is refused.
#[tokio::test]
async fn fields_that_nobody_declared_are_refused_and_not_kept() {
    domain::proves!("AF-003", "KA-04", by = "app::accounts::fields::checked");
    let field = "[[people.field]]\nid = \"company\"\nsays = \"Your company\"\nfor = \"account\"\nrequired = true\n\n[keys]";
    let rules = "[[rule]]\ndata = [\"account.extra\"]\nfor = \"account\"\nkeep = {}\n\n[[rule]]\ndata = [\"account.extra\"]\nfor = \"rights\"\nkeep = {}\n\n[[rule]]\ndata = [\"print.facts\"]";
    let kallas = || privacy::Sources::built_in("kallas").unwrap();
    let unruled = kallas().edited("profile", "[keys]", field).compile().unwrap_err();
    assert!(unruled.iter().any(|p| p.what.contains("no rule lets it serve `rights`")), "{unruled:?}");
    let declared = kallas().edited("profile", "[keys]", field).edited(
        "profile",
        "[[rule]]\ndata = [\"print.facts\"]",
        rules,
    );
    for (sources, asks) in [(kallas(), false), (declared, true)] {
        let sources = sources.edited("profile", "names = [\"\"]", "names = [\"Kallas\"]");
        let house = House::with(sources).await;
        let code = accounts::begin_setup(&house.ctx).await.unwrap();
        let page = house.outsider().get("/setup").await.body;
        assert_eq!(
            page.contains("Your company") && page.contains("what was agreed with you"),
            asks,
            "{page}"
        );
        let form = |more: &[(&'static str, &'static str)]| {
            let mut all = vec![
                ("code", code.clone()),
                ("name", "Olga".to_owned()),
                ("email", "olga@example.org".to_owned()),
                ("password", PASSWORD.to_owned()),
                ("old_enough", "1".to_owned()),
                ("accepts", "1".to_owned()),
            ];
            all.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
            all
        };
        let send = async |more: &[(&'static str, &'static str)]| {
            let form = form(more);
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            house.outsider().post("/setup", &form).await
        };
        let company = [("extra-company", "CANARY & Co")];
        for undeclared in [("shoe-size", "43"), ("extra-shoe-size", "43")] {
            let more: Vec<_> = company.iter().copied().filter(|_| asks).chain([undeclared]).collect();
            let refused = send(&more).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.body.contains("«shoe-size» is not asked for here"), "{}", refused.body);
        }
        let other = if asks { send(&[]).await } else { send(&company).await };
        assert_eq!(
            other.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "required, or not declared: {}",
            other.body
        );
        assert!(accounts::needs_setup(&house.ctx).await.unwrap(), "nothing was kept");
        if !asks {
            assert_eq!(send(&[]).await.status, StatusCode::SEE_OTHER);
            continue;
        }
        assert_eq!(send(&company).await.status, StatusCode::SEE_OTHER);
        let olga = house.signed_in("Olga").await;
        assert!(olga.archive_text().await.contains("CANARY & Co"), "hers to take");
        assert!(olga.get("/settings").await.body.contains("CANARY &#38; Co"), "and to change");
        let changed = olga.post("/settings/fields", &[("extra-company", "Other")]).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
        let taken = olga.archive_text().await;
        assert!(taken.contains("Other") && !taken.contains("CANARY & Co"));
        let emptied = olga.post("/settings/fields", &[("extra-company", "")]).await;
        assert_eq!(emptied.status, StatusCode::UNPROCESSABLE_ENTITY);
        for file in walk(house.folder()) {
            let bytes = std::fs::read(&file).unwrap();
            assert!(
                !bytes.windows(6).any(|window| window == b"CANARY"),
                "{} holds it in the clear",
                file.display()
            );
        }
    }
}
