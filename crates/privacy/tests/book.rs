//! The policy compiler: what compiles, and what it says about what does not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]
use privacy::{Problem, Sources, plan};

fn problems(file: &str, from: &str, to: &str) -> Vec<Problem> {
    let sources = Sources::built_in("house").unwrap();
    let edited = sources.clone().edited(file, from, to);
    assert_ne!(format!("{sources:?}"), format!("{edited:?}"), "the edit must change something: {from}");
    edited.compile().map(|_| ()).unwrap_err()
}

fn check(file: &str, from: &str, to: &str, says: &str) {
    let problems = problems(file, from, to);
    assert!(problems.iter().any(|p| p.what.contains(says)), "wanted «{says}», got {problems:#?}");
    for p in &problems {
        assert!(p.file.starts_with("policy/") && !p.remedy.is_empty(), "{p}");
    }
}

#[test]
fn every_built_in_profile_compiles() {
    for id in Sources::profiles() {
        let book = Sources::built_in(id).unwrap().compile().unwrap_or_else(|p| panic!("{id}: {p:#?}"));
        assert_eq!(book.profile().policy.id, id);
    }
}

#[test]
fn a_fault_names_file_and_line() {
    let problems = problems("profile", "for = \"administration\"", "for = \"curiosity\"");
    let first = problems.iter().find(|p| p.what.contains("curiosity")).unwrap();
    let line = |text: &str, of: &str| text.lines().position(|l| l.starts_with(of)).unwrap() + 1;
    let expected = line(include_str!("../../../policy/core.toml"), "for = \"administration\"");
    assert_eq!((first.file.as_str(), first.line), ("policy/core.toml", expected));
    assert!(first.to_string().contains("remedy: declare it"));
    let problems = self::problems("profile", "id = \"history\"", "id = \"memories\"");
    let first = problems.iter().find(|p| p.what.contains("no purpose `history`")).unwrap();
    let expected = line(include_str!("../../../policy/profiles/house.toml"), "for = \"history\"");
    assert_eq!((first.file.as_str(), first.line), ("policy/profiles/house.toml", expected));
}

#[test]
fn gaps_are_refused() {
    check("profile", "basis = \"contract\"", "basis = \"because\"", "because");
    check("profile", "law = \"GDPR Art. 12 to 22\"", "law = \"\"", "cites no law");
    check("profile", "assessment = \"Sessions", "asks = \"Sessions", "without a balancing assessment");
    check("profile", "at_most = \"P90D\"", "at_most = \"ninety days\"", "not an ISO 8601 period");
    check("profile", "from = \"access.logged\"", "from = \"full.moon\"", "does not record that event");
    check("profile", "[\"consent.record\"]", "[\"shoe.size\"]", "no category `shoe.size`");
    check(
        "data",
        "name = { about = \"account.name\", seal = \"cell\" }",
        "name = { seal = \"cell\" }",
        "nobody decided",
    );
    check(
        "data",
        "[table.consent]\nsays = \"what you agreed to or refused\"\nperson = \"person\"",
        "[table.consent]\nsays = \"x\"",
        "names no person",
    );
    check("roles", "\"house-clerk\"", "\"house-cat\"", "no role `house-cat`");
    check("egress", "{ nothing = \"one of a closed list of commands\" }", "{}", "no known category");
}

#[test]
fn what_is_held_can_be_taken_and_erased() {
    domain::proves!("AF-068", by = "privacy::check::Checker::rights");
    check(
        "roles",
        "\"consent\", \"request\", \"request_event\", \"restriction\", \"access_note\"",
        "\"consent\", \"request_event\", \"restriction\", \"access_note\"",
        "they cannot export it",
    );
    check(
        "profile",
        "\"security.session\", \"consent.record\", \"model.name\"",
        "\"consent.record\", \"model.name\"",
        "not handed to the person",
    );
}

#[test]
fn consent_cannot_be_necessary() {
    domain::proves!("AF-132", by = "privacy::check::Checker::purposes");
    check(
        "profile",
        "basis = \"consent\"\nasks",
        "basis = \"consent\"\nnecessary = true\nasks",
        "consent and is called necessary",
    );
    check("profile", "asks = \"Keep a history", "law = \"Keep a history", "asks nothing");
}

#[test]
fn a_legal_obligation_cites_its_law() {
    domain::proves!("AF-133", "KA-24", by = "privacy::check::Checker::purposes");
    check("profile", "law = \"GDPR Art. 5(2)\"", "law = \" \"", "cites no law");
}

#[test]
fn print_data_are_locked_to_printing() {
    domain::proves!("AF-161", by = "privacy::check::Checker::locks");
    check(
        "profile",
        "data = [\"consent.record\"]\nfor = \"account\"",
        "data = [\"print.facts\"]\nfor = \"account\"",
        "lock:print.facts:account",
    );
}

#[test]
fn an_incognito_ledger_contradicts_itself_until_resolved() {
    check("profile", "incognito_ledger = false", "incognito_ledger = true", "contradiction incognito-ledger");
    let resolved = Sources::built_in("house")
        .unwrap()
        .edited("profile", "incognito_ledger = false", "incognito_ledger = true")
        .edited(
            "profile",
            "# ---- Purposes",
            "[[resolved]]\nconflict = \"incognito-ledger\"\nreading = \"no ledger\"\nreason = \"kinder\"\n\n# ---- Purposes",
        );
    let book = resolved.compile().unwrap();
    assert!(book.notes().iter().any(|n| n.contains("incognito-ledger")));
}

#[test]
fn a_resolution_without_a_contradiction_is_refused() {
    check(
        "profile",
        "# ---- Purposes",
        "[[resolved]]\nconflict = \"ghost\"\nreading = \"x\"\nreason = \"y\"\n\n# ---- Purposes",
        "no such contradiction",
    );
}

#[test]
fn every_personal_column_is_exported_or_withheld_with_a_reason() {
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    let parts = plan::export(&book);
    for (name, table) in book.map().tables().filter(|(_, t)| t.person.is_some()) {
        let part = parts.iter().find(|p| p.table == name).unwrap();
        for (column, c) in table.column.iter().filter(|(_, c)| c.category().is_some()) {
            let included = part.columns.contains(&column.as_str());
            let withheld = part.withheld.iter().any(|(w, reason)| w == column && !reason.is_empty());
            assert!(included != withheld, "{name}.{column}");
            assert_eq!(withheld, c.withheld.is_some(), "{name}.{column}");
        }
    }
}

#[test]
fn every_table_about_people_is_in_the_erase_plan() {
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    let steps = plan::erase(&book);
    for (name, _) in book.map().tables().filter(|(_, t)| t.person.is_some()) {
        let named = steps.iter().any(|s| match s {
            plan::EraseStep::Rows { table, .. }
            | plan::EraseStep::Columns { table, .. }
            | plan::EraseStep::Stays { table, .. } => *table == name,
            plan::EraseStep::Mention { .. } => false,
        });
        assert!(named, "{name}");
    }
}

/// Whoever leaves before the ordinary time takes the lines about them along, those of logs too.
#[test]
fn an_early_erasure_reaches_the_lines_of_logs() {
    domain::proves!("FL-70", by = "privacy::plan::erase");
    let book = Sources::built_in("formlabs").unwrap().compile().unwrap();
    let steps = plan::erase(&book);
    for log in ["access_note", "session", "work", "deed", "letter", "disclosure"] {
        let whole =
            |step: &plan::EraseStep<'_>| matches!(step, plan::EraseStep::Rows { table, .. } if *table == log);
        assert!(steps.iter().any(whole), "{log} goes whole");
    }
    let kept = |log: &str| plan::retention(&book).iter().any(|expiry| expiry.table == log);
    assert!(kept("access_note") && kept("disclosure"), "their ordinary time would end later");
}

#[test]
fn the_access_log_is_swept_after_two_years() {
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    let expiry = plan::retention(&book);
    let notes = expiry.iter().find(|e| e.table == "access_note").unwrap();
    assert_eq!((notes.start, notes.category), ("at", "access.record"));
    let now = domain::time::Standing::at_iso("2029-03-01T00:00:00Z");
    assert_eq!(notes.horizon(domain::time::Clock::now(&now)).to_string(), "2027-03-01T00:00:00Z");
}

#[test]
fn every_category_is_defined_and_one_without_a_purpose_is_told() {
    domain::proves!("AF-044", by = "privacy::check::Checker::rules");
    check("profile", "[\"consent.record\"]", "[\"app.information\"]", "no category `app.information`");
    let orphan = "[category.\"account.name\"]";
    let added = "[category.\"transaction.information\"]\nsays = \"what you bought\"\nfides = \"user.payment\"\ndpv = \"local\"\nccpa = [\"commercial\"]\n\n";
    let book = Sources::built_in("house")
        .unwrap()
        .edited("data", orphan, &format!("{added}{orphan}"))
        .compile()
        .unwrap();
    assert!(book.notes().iter().any(|note| note.contains("transaction.information")), "{:?}", book.notes());
    assert!(!book.may_store("transaction.information"));
}

#[test]
fn a_legitimate_interest_is_weighed() {
    domain::proves!("AF-131", "TP-29", "KA-22", by = "privacy::check::Checker::purposes");
    check("profile", "assessment = \"Sessions", "law = \"Sessions", "without a balancing assessment");
    check(
        "profile",
        "assessment = \"Sessions, digests",
        "assessment = \"\" # Sessions, digests",
        "without a balancing assessment",
    );
}

#[test]
fn data_cannot_be_sold() {
    domain::proves!("TP-76", "FL-36", "SP-20", by = "privacy::profile::RecipientRole");
    let recipient = |role: &str, more: &str| {
        let entry = format!(
            "[[recipient]]\nid = \"shop\"\nname = \"A shop\"\nrole = \"{role}\"\ncountry = \"DE\"\n{more}\n# ---- Purposes"
        );
        Sources::built_in("house").unwrap().edited("profile", "# ---- Purposes", &entry).compile()
    };
    assert!(recipient("processor", "").is_ok(), "or the next lines would prove nothing");
    for role in ["buyer", "sale", "rental"] {
        assert!(recipient(role, "").is_err(), "{role}");
    }
    for paid in ["pays = true", "price = 100", "sale = true"] {
        assert!(recipient("processor", paid).is_err(), "{paid}");
    }
}

#[test]
fn designs_serve_their_owners_prints_alone() {
    domain::proves!("SP-17", by = "privacy::check::Checker::locks");
    check(
        "profile",
        "data = [\"consent.record\"]\nfor = \"account\"",
        "data = [\"model.geometry\"]\nfor = \"account\"",
        "lock:model.geometry:account",
    );
}

/// Nothing that advertises reads the log, not even with consent.
#[test]
fn logs_serve_no_marketing() {
    domain::proves!("FL-88", by = "privacy::check::Checker::locks");
    let formlabs = Sources::built_in("formlabs").unwrap();
    assert!(formlabs.compile().is_ok());
    let marketing = "data = [\"contact.email\", \"marketing.choice\"]\nfor = \"marketing\"";
    let with_log = marketing.replace('[', "[\"web.log\", ");
    let problems = Sources::built_in("formlabs").unwrap().edited("profile", marketing, &with_log).compile();
    let problems = problems.unwrap_err();
    assert!(problems.iter().any(|p| p.what.contains("lock:web.log:marketing")), "{problems:#?}");
}

/// A purpose rests on one of five bases, as the notice lists them, and on nothing else.
#[test]
fn a_purpose_rests_on_one_of_five_bases() {
    domain::proves!("AF-045", by = "privacy::profile::Basis");
    let other = |basis: &str| {
        let instead = format!("basis = \"{basis}\"");
        let text = Sources::built_in("atomform")
            .unwrap()
            .edited("profile", "basis = \"legal-obligation\"", &instead)
            .compile();
        text.err().into_iter().flatten().map(|p| p.what).collect::<String>()
    };
    for known in ["consent", "contract", "legitimate-interest", "legal-obligation", "vital-interest"] {
        assert!(!other(known).contains("unknown variant"), "{known}: {}", other(known));
    }
    for unknown in ["public-task", "official-authority", "business-need", ""] {
        assert!(other(unknown).contains("unknown variant"), "{unknown}: {}", other(unknown));
    }
}

#[test]
fn what_no_rule_gives_a_time_cannot_be_kept() {
    domain::proves!("KA-36", by = "privacy::book::Book::allows");
    let without = Sources::built_in("house")
        .unwrap()
        .edited(
            "profile",
            "\"account.reference\", \"model.name\", \"model.geometry\"",
            "\"account.reference\", \"model.geometry\"",
        )
        .edited(
            "profile",
            "\"consent.record\", \"model.name\", \"model.geometry\"",
            "\"consent.record\", \"model.geometry\"",
        )
        .compile()
        .unwrap();
    let with = Sources::built_in("house").unwrap().compile().unwrap();
    assert!(with.may_store("model.name") && with.allows("model.name", "print"));
    assert!(!without.may_store("model.name") && !without.allows("model.name", "print"));
    check(
        "profile",
        "data = [\"consent.record\"]\nfor = \"account\"\nkeep = {}",
        "data = [\"consent.record\"]\nfor = \"account\"",
        "keep",
    );
}

#[test]
fn the_last_purpose_decides_when_data_goes() {
    domain::proves!("KA-37", by = "privacy::plan::retention");
    let period = |sources: Sources| {
        let book = sources.compile().unwrap();
        let expiry = plan::retention(&book);
        let facts = expiry.iter().find(|e| e.table == "print_record" && e.category == "print.facts").unwrap();
        facts.period.get_days()
    };
    let house = || Sources::built_in("house").unwrap();
    assert_eq!(period(house()), 90);
    let operate = "data = [\"print.facts\"]\nfor = \"operate\"\nkeep = { from = \"print.collected\", at_most = \"P90D\" }";
    let longer = house().edited("profile", operate, &operate.replace("P90D", "P200D"));
    assert_eq!(period(longer), 200, "while one purpose still needs it, it stays");
}

#[test]
fn a_contract_needs_what_it_uses() {
    domain::proves!("KA-21", by = "privacy::check::Checker::rules");
    let rule = "data = [\"consent.record\"]\nfor = \"account\"\nkeep = {}";
    check(
        "profile",
        rule,
        &format!("{rule}\noptional = true"),
        "rests on a contract, and can do without this",
    );
}
