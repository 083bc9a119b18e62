//! What each company's policy says against itself is found by the compiler, not by whoever wrote the profile.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]
use privacy::Sources;
use std::collections::BTreeSet;

/// The profile without its resolutions.
fn unresolved(profile: &str) -> Sources {
    let path = format!("{}/../../policy/profiles/{profile}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let (policy, resolutions) = text.split_once("[[resolved]]").unwrap();
    assert!(!resolutions.contains("[[rule]]"), "resolutions stand last");
    Sources::with_profile(&format!("policy/profiles/{profile}.toml"), policy)
}

/// The codes of the contradictions found, and nothing else is wrong but what follows from a basis that no reading opens.
fn found(profile: &str) -> BTreeSet<String> {
    let problems = unresolved(profile).compile().unwrap_err();
    problems
        .iter()
        .filter(|p| !p.what.contains("which the policy does not list"))
        .map(|p| {
            assert!(p.line > 0 && p.remedy.contains("[[resolved]]"), "{p}");
            let said = p.what.strip_prefix("contradiction ").unwrap_or_else(|| panic!("{p}"));
            said.split(": ").next().unwrap().to_owned()
        })
        .collect()
}

fn check(profile: &str, expected: &[&str]) {
    let expected: BTreeSet<String> = expected.iter().map(|code| (*code).to_owned()).collect();
    assert_eq!(found(profile), expected, "{profile}");
    let notes = Sources::built_in(profile).unwrap().compile().unwrap().notes().join("\n");
    for code in expected {
        assert!(notes.contains(&format!("contradiction {code}:")), "{code} is resolved, and still told");
    }
}

#[test]
fn kallas_rests_marketing_on_two_bases() {
    domain::proves!("KA-25", by = "privacy::check::Checker::bases");
    check("kallas", &["two-bases:marketing"]);
    let notes = Sources::built_in("kallas").unwrap().compile().unwrap().notes().join("\n");
    assert!(notes.contains("controller names, contact, phone not filled in"), "{notes}");
}

#[test]
fn atomform_contradicts_itself_in_what_it_names_and_what_it_locks() {
    domain::proves!("AF-044", by = "privacy::check::Checker::contradiction");
    let codes = [
        // the purpose matrix uses two undefined categories
        "undefined:app.information",
        "undefined:model.2d",
        // transaction information has no purpose, and buying permits no payment data, though both are collected
        "orphan:order.record",
        "recipient:payment:payment.record",
        // partners of promotions may get what marketing may not use
        "recipient:promotion-partner:order.record",
        "recipient:promotion-partner:payment.record",
        // a print holds no mesh, and its expiry deletes one
        "print-expiry:model.geometry",
        // a closed set of uses, and three more purposes that list print data
        "lock:print.facts:purchase",
        "lock:print.facts:after-sales",
        "lock:print.facts:legal",
        // video belongs to one feature, and may be kept to diagnose another
        "lock:content.video:generation-diagnostics",
        // published models stand in the community
        "lock:model.name:community",
        "lock:model.picture:community",
        // evaluating features may use fraud data only, and usage data is cited for it
        "only:evaluate:web.usage",
        // three sources of prints are not seen, the third only without a card
        "unseen:built-in-storage-with-card",
        // the photo is public, and no list has it
        "public:profile.photo",
        // ninety days, which storage limits may change without consent
        "keep-may-change:print.file",
        "keep-may-change:print.name",
        "keep-may-change:print.picture",
        "keep-may-change:print.facts",
    ];
    check("atomform", &codes);
}

#[test]
fn what_a_reading_keeps_apart_stays_apart_when_its_module_comes() {
    let with_modules = Sources::built_in("atomform")
        .unwrap()
        .edited("profile", "module = \"shop\"\n", "")
        .edited("profile", "module = \"support\"\n", "")
        .compile()
        .unwrap();
    assert!(with_modules.serves("purchase") && with_modules.allows("account.reference", "purchase"));
    for purpose in ["purchase", "after-sales", "legal"] {
        assert!(!with_modules.allows("print.facts", purpose), "{purpose}: print data serves printing alone");
    }
    assert!(with_modules.allows("print.facts", "print") && with_modules.allows("print.facts", "history"));
    let community = Sources::built_in("atomform").unwrap();
    let from = community.clone().edited("profile", "module = \"community\"\n", "");
    assert!(!from.compile().unwrap().allows("web.usage", "evaluate"));
}

#[test]
fn formlabs_takes_use_for_consent_after_all() {
    let codes = [
        "asks-only:account.name",
        "consent-by-use:telemetry",
        "consent-by-use:cookies",
        "consent-by-use:transfer",
        "cap:web.log:events",
        "pairing-presence",
        "messages-mandatory",
    ];
    check("formlabs", &codes);
}

#[test]
fn threedpros_collects_what_it_says_it_does_not() {
    let codes = [
        "not-collected:contact.email",
        "not-collected:account.reference",
        "not-collected:network.address",
        "not-collected:web.usage",
        "asks-only:contact.details",
        // nine categories of Californian law are said not to be collected, and two to be
        "ccpa:identifiers",
        "ccpa:commercial",
        "ccpa:network-activity",
        "ccpa:geolocation",
        "nothing-disclosed:service-provider",
        "basis-summary:contract",
    ];
    check("threedpros", &codes);
}

#[test]
fn another_category_of_californian_law_is_a_conflict_before_it_is_collected() {
    domain::proves!("TP-69", by = "privacy::check::Checker::california");
    // A name would tell of somebody's work as well.
    let name = "says = \"the name you go by here\"\nfides = \"user.name\"\ndpv = \"pd:Name\"\nccpa = [";
    let work = format!("{name}\"professional\", ");
    let problems =
        Sources::built_in("threedpros").unwrap().edited("data", name, &work).compile().unwrap_err();
    let conflict =
        "contradiction ccpa:professional: «I. Professional information» is said to be not collected";
    assert!(problems.iter().any(|p| p.what.starts_with(conflict)), "{problems:#?}");
    let kallas = Sources::built_in("kallas").unwrap().edited("data", name, &work);
    assert!(kallas.compile().is_ok(), "which says nothing of Californian law");
}

#[test]
fn stelloloxon_shares_what_it_never_shares() {
    let codes = ["never-shared:project.files:storage", "lock:project.files:project-records", "date-names"];
    check("stelloloxon", &codes);
}

#[test]
fn nothing_is_kept_longer_than_the_cap_without_a_law() {
    let longer = |more: &str| {
        let keep = "for = \"print\"\nkeep = { from = \"print.collected\", at_most = \"P2Y\" }";
        let edited = keep.replace("\"P2Y\"", &format!("\"P3Y\"{more}"));
        Sources::built_in("threedpros").unwrap().edited("profile", keep, &edited).compile()
    };
    let problems = longer("").unwrap_err();
    assert!(problems.iter().any(|p| p.what.contains("cap:print.file:print")), "{problems:#?}");
    assert!(longer(", law = \"a law of the country\"").is_ok(), "a law lets it be longer");
}

#[test]
fn a_cap_over_everything_covers_accounts_that_nobody_uses() {
    domain::proves!("TP-43", by = "privacy::check::Checker::caps");
    domain::proves!("TP-43", by = "privacy::check::Checker::accounts");
    let said = "unused = { erased_after = \"P2Y\", told_before = \"P30D\" }\n";
    let instead =
        |other: &str| Sources::built_in("threedpros").unwrap().edited("profile", said, other).compile();
    for other in ["", "unused = { erased_after = \"P3Y\", told_before = \"P30D\" }\n"] {
        let problems = instead(other).unwrap_err();
        assert!(problems.iter().any(|p| p.what.contains("cap:account")), "{other}: {problems:#?}");
    }
    assert!(instead("unused = { erased_after = \"P1Y\", told_before = \"P30D\" }\n").is_ok());
    let problems = instead("unused = { erased_after = \"P30D\", told_before = \"P1Y\" }\n").unwrap_err();
    assert!(problems.iter().any(|p| p.what.contains("cannot be erased so")), "{problems:#?}");
    let keep = "for = \"print\"\nkeep = { from = \"print.collected\", at_most = \"P2Y\" }";
    let longer =
        Sources::built_in("threedpros").unwrap().edited("profile", keep, &keep.replace("P2Y", "P3Y"));
    assert!(longer.compile().is_err(), "a longer time without a law");
}

#[test]
fn a_promise_about_a_name_that_nobody_knows_is_refused() {
    let formlabs = |from: &str, to: &str| {
        let problems =
            Sources::built_in("formlabs").unwrap().edited("profile", from, to).compile().unwrap_err();
        problems.iter().any(|p| p.what.contains("binds nothing") || p.what.contains("not what it says"))
    };
    assert!(formlabs("data = [\"web.log\"]\nat_most", "data = [\"web.logs\"]\nat_most"), "a cap");
    assert!(
        formlabs("data = [\"payment.record\"]\nonly_for", "data = [\"payment.records\"]\nonly_for"),
        "a lock"
    );
    assert!(formlabs("only_for = [\"store\"]", "only_for = [\"shop\"]"), "what it is locked to");
}

#[test]
fn a_policy_without_special_categories_has_no_place_for_them() {
    domain::proves!("TP-05", by = "privacy::check::Checker::collected");
    let category = "says = \"the name you go by here\"\n";
    let special = |profile: &str| {
        let sources = Sources::built_in(profile).unwrap();
        sources.edited("data", category, &format!("{category}special = true\n")).compile()
    };
    let problems = special("threedpros").unwrap_err();
    assert!(problems.iter().any(|p| p.what.contains("special category") && p.line > 0), "{problems:#?}");
    assert!(special("kallas").is_ok(), "which makes no such promise");
}

#[test]
fn a_recipient_abroad_needs_a_safeguard_that_the_policy_accepts() {
    domain::proves!("KA-48", "AF-099", by = "privacy::check::Checker::recipients");
    let hosting = "country = \"EEA\"\nfor = [\"account\", \"print\"]";
    let in_country = |country: &str, more: &str| {
        let there = hosting.replace("EEA", country) + more;
        Sources::built_in("kallas").unwrap().edited("profile", hosting, &there).compile()
    };
    let abroad = |more: &str| in_country("US", more);
    assert!(in_country("DE", "").is_ok(), "a country of the European Economic Area");
    let silent = Sources::built_in("threedpros").unwrap().edited(
        "profile",
        "safeguards = [{ is = \"clauses\" }]\n",
        "",
    );
    assert!(
        silent.compile().is_err(),
        "a policy that does not say where the house is does not let data go anywhere"
    );
    let problems = abroad("").unwrap_err();
    assert!(
        problems.iter().any(|p| p.what.contains("nothing makes the transfer there safe")),
        "{problems:#?}"
    );
    let problems =
        abroad("\nsafeguards = [{ is = \"certified\", framework = \"A framework\" }]").unwrap_err();
    assert!(problems.iter().any(|p| p.what.contains("which this policy does not accept")), "{problems:#?}");
    assert!(abroad("\nsafeguards = [{ is = \"clauses\" }]").is_ok());
}

/// A recipient abroad that receives data under clauses, in a policy that promises a copy of them.
fn with_clauses(profile: &str, text: &str) -> Result<privacy::Book, Vec<privacy::Problem>> {
    let given = format!(
        "safeguards = [{{ is = \"clauses\"{text} }}]\ncontract = \"C-1 of 2026-11-22\"\npolicy = \"https://host.example/privacy\"\n"
    );
    let clauses = "safeguards = [{ is = \"clauses\" }]\n";
    Sources::built_in(profile).unwrap().edited("profile", clauses, &given).compile()
}

#[test]
fn nobody_abroad_receives_anything_under_clauses_that_nobody_can_read() {
    domain::proves!("AF-110", "FL-73", by = "privacy::check::Checker::recipients");
    for profile in ["atomform", "formlabs"] {
        let problems = with_clauses(profile, "").unwrap_err();
        assert!(
            problems.iter().any(|p| p.what.contains("a copy is promised to whoever asks")),
            "{problems:#?}"
        );
        assert!(with_clauses(profile, ", text = \"Clause 1\"").is_ok(), "{profile}");
    }
    assert!(with_clauses("threedpros", "").is_ok(), "who promises no copy needs none");
}

#[test]
fn a_basis_that_only_the_summary_names_is_used_by_nothing_unless_that_is_said() {
    domain::proves!("TP-31", by = "privacy::check::is_opened");
    let threedpros = || Sources::built_in("threedpros").unwrap();
    assert!(
        found("threedpros").contains("basis-summary:contract"),
        "the two lists differ, and that is flagged"
    );
    let opens = "weighed against them\"\nopens = true\n";
    let unsaid = threedpros().edited("profile", opens, "weighed against them\"\n");
    let problems = unsaid.compile().map(|_| ()).unwrap_err();
    assert!(
        problems.iter().any(|p| p
            .what
            .contains("`account` rests on what was agreed with you, which the policy does not list")),
        "{problems:#?}"
    );
    assert!(threedpros().compile().is_ok(), "the reading opens it, and people read that");
}
