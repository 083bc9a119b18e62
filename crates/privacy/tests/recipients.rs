//! Who may receive something on which day: a contract that runs, a policy that was acknowledged, a transfer that is safe.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]
use jiff::civil::{Date, date};
use privacy::{Book, Idle, Problem, Sources};

const TODAY: Date = date(2026, 11, 22);
/// What every recipient that receives anything says of itself.
const SAID: &str = "contract = \"C-1 of 2026-01-01\"\non_instructions = true\nconfidential = true\npolicy = \"https://host.example/privacy\"\n";

/// The policy with these lines in the place of the first transfer that rests on clauses.
fn with(profile: &str, lines: &str) -> Result<Book, Vec<Problem>> {
    let clauses = "safeguards = [{ is = \"clauses\" }]\n";
    let sources = Sources::built_in(profile).unwrap();
    let edited = sources.clone().edited("profile", clauses, lines);
    assert_ne!(format!("{sources:?}"), format!("{edited:?}"));
    edited.compile()
}

/// Whether its first recipient abroad may receive anything on this day.
#[track_caller]
fn on(book: &Book, day: Date) -> Result<(), Idle> {
    let profile = book.profile();
    let abroad = profile.recipients().find(|r| r.country.get_ref() == "US").unwrap();
    profile.may_receive(abroad, day)
}

#[track_caller]
fn refused(book: Result<Book, Vec<Problem>>, why: &str) {
    let problems = book.map(|_| ()).unwrap_err();
    let found = problems.iter().any(|p| p.what.contains(why) && p.line > 0 && !p.remedy.is_empty());
    assert!(found, "{problems:#?}");
}

#[test]
fn nobody_receives_anything_without_a_contract_that_runs() {
    domain::proves!("KA-28", "TP-73", by = "privacy::profile::Recipient::contract_runs");
    for profile in ["atomform", "threedpros"] {
        let text = "safeguards = [{ is = \"clauses\", text = \"Clause 1\" }]\n";
        assert_eq!(on(&with(profile, text).unwrap(), TODAY), Err(Idle::NoContract), "{profile}");
        let endless = with(profile, &format!("{text}{SAID}")).unwrap();
        assert_eq!(on(&endless, TODAY), Ok(()), "{profile}");
        let until = with(profile, &format!("{text}{SAID}contract_until = \"2026-11-22\"\n")).unwrap();
        assert_eq!(on(&until, TODAY), Ok(()), "{profile}: the last day counts");
        let over = Err(Idle::ContractOver("2026-11-22".to_owned()));
        assert_eq!(on(&until, TODAY.tomorrow().unwrap()), over, "{profile}");
        refused(with(profile, &format!("{text}{SAID}contract_until = \"soon\"\n")), "`soon` is no day");
    }
}

#[test]
fn a_contract_binds_whoever_works_for_us_to_our_instructions() {
    domain::proves!("KA-28", by = "privacy::profile::Recipient::contract_runs");
    let text = "safeguards = [{ is = \"clauses\", text = \"Clause 1\" }]\n";
    let unbound =
        with("atomform", &format!("{text}{}", SAID.replace("on_instructions = true\n", ""))).unwrap();
    assert_eq!(on(&unbound, TODAY), Err(Idle::NotBound));
}

/// A house that published its text before safeguards were recorded each by itself starts, and knows what it said.
#[test]
fn a_text_from_before_stays_readable() {
    let old = with("atomform", "safeguard = \"clauses\"\nsafeguard_text = \"Clause 1\"\n").unwrap();
    let new = with("atomform", "safeguards = [{ is = \"clauses\", text = \"Clause 1\" }]\n").unwrap();
    let footings = |book: &Book| {
        let abroad = book.profile().recipients().find(|r| r.country.get_ref() == "US").unwrap();
        format!("{:?}", abroad.footings().collect::<Vec<_>>())
    };
    assert_eq!(footings(&old), footings(&new));
    assert!(footings(&old).contains("Clause 1"));
}

/// How the operator stands with a recipient comes and goes under one version: no version is published for it.
#[test]
fn a_contract_that_is_prolonged_is_no_new_version() {
    let text = "safeguards = [{ is = \"clauses\", text = \"Clause 1\" }]\n";
    let said = |more: &str| with("formlabs", &format!("{text}{SAID}{more}")).unwrap();
    let first = said("contract_until = \"2026-12-31\"\n");
    let (core, published) = first.sources().texts();
    let same = |book: &Book| book.sources().says_the_same(core, published);
    assert!(same(&said(
        "contract_until = \"2027-12-31\"\nacknowledged = { version = 1, on = \"2026-11-01\" }\n"
    )));
    let other = said("").sources().clone().edited("profile", "acknowledged = true", "acknowledged = false");
    assert!(!same(&other.compile().unwrap()), "what is promised to people is said to them");
}

#[test]
fn a_provider_acknowledges_the_version_in_force() {
    domain::proves!("FL-57", by = "privacy::profile::Profile::may_receive");
    let text = "safeguards = [{ is = \"clauses\", text = \"Clause 1\" }]\n";
    let acknowledged = |said: &str| on(&with("formlabs", &format!("{text}{SAID}{said}")).unwrap(), TODAY);
    assert_eq!(acknowledged(""), Err(Idle::NotAcknowledged(1)));
    assert_eq!(
        acknowledged("acknowledged = { version = 7, on = \"2026-11-01\" }\n"),
        Err(Idle::NotAcknowledged(1)),
        "another version"
    );
    assert_eq!(acknowledged("acknowledged = { version = 1, on = \"2026-11-01\" }\n"), Ok(()));
    let to_come = "acknowledged = { version = 1, on = \"2026-11-23\" }\n";
    assert_eq!(acknowledged(to_come), Err(Idle::NotAcknowledged(1)), "not before it has");
    let undated = with("formlabs", &format!("{text}{SAID}acknowledged = {{ version = 1, on = \"\" }}\n"));
    refused(undated, "`` is no day");
}

#[test]
fn one_safeguard_that_ends_leaves_the_others() {
    domain::proves!("FL-72", "AF-108", by = "privacy::profile::Transfers::holds");
    for (profile, said) in
        [("atomform", ""), ("formlabs", "acknowledged = { version = 1, on = \"2026-11-01\" }\n")]
    {
        let both = |last: &str| {
            let clauses =
                |until: &str| format!("{{ is = \"clauses\", text = \"Clause 1\", until = \"{until}\" }}");
            let lines = format!("safeguards = [{}, {}]\n{SAID}{said}", clauses("2026-11-21"), clauses(last));
            with(profile, &lines).unwrap()
        };
        assert_eq!(on(&both("2026-12-31"), TODAY), Ok(()), "{profile}: the second stands");
        assert_eq!(on(&both("2026-11-20"), TODAY), Err(Idle::NotSafe("US".to_owned())), "{profile}");
        assert_eq!(on(&both("2026-11-20"), date(2026, 11, 19)), Ok(()), "{profile}");
    }
}

#[test]
fn an_adequacy_decision_that_is_withdrawn_stops_transfers() {
    domain::proves!("AF-107", by = "privacy::profile::Transfers::holds");
    domain::proves!("AF-107", by = "privacy::check::Checker::safeguard");
    let adequacy = format!("safeguards = [{{ is = \"adequacy\", text = \"The decision\" }}]\n{SAID}");
    refused(with("atomform", &adequacy), "no adequacy decision for US is listed");
    let decided = |days: &str, from: &str| {
        let listed =
            format!("copies = true\nadequate = [{{ country = \"US\", from = \"{from}\", {days} }}]\n");
        let sources = Sources::built_in("atomform").unwrap().edited("profile", "copies = true\n", &listed);
        sources.edited("profile", "safeguards = [{ is = \"clauses\" }]\n", &adequacy).compile()
    };
    let stands = decided("since = \"2023-07-10\"", "EEA").unwrap();
    assert_eq!(on(&stands, TODAY), Ok(()));
    assert!(on(&stands, date(2023, 7, 9)).is_err(), "not before it was made");
    let withdrawn = decided("since = \"2023-07-10\", until = \"2026-11-21\"", "EEA").unwrap();
    assert_eq!(on(&withdrawn, date(2026, 11, 21)), Ok(()));
    assert_eq!(on(&withdrawn, TODAY), Err(Idle::NotSafe("US".to_owned())));
    let british = decided("since = \"2023-07-10\"", "GB").unwrap();
    assert_eq!(on(&british, TODAY), Err(Idle::NotSafe("US".to_owned())), "it was found for others");
    refused(decided("since = \"long ago\"", "EEA"), "`long ago` is no day");
}

#[test]
fn a_certificate_holds_while_it_and_its_framework_do() {
    domain::proves!("FL-74", by = "privacy::profile::Transfers::holds");
    let framework = |listed: &str, until: &str| {
        let lines = format!(
            "safeguards = [{{ is = \"certified\", framework = \"A framework\", text = \"Certificate 7\", until = \"{until}\" }}]\n{SAID}acknowledged = {{ version = 1, on = \"2026-11-01\" }}\n"
        );
        let sources = Sources::built_in("formlabs").unwrap();
        let sources = sources.edited("profile", "copies = true\n", &format!("copies = true\n{listed}"));
        sources.edited("profile", "safeguards = [{ is = \"clauses\" }]\n", &lines).compile()
    };
    let valid = "frameworks = [{ name = \"A framework\" }]\n";
    refused(framework("", "2027-01-01"), "certified under no framework that the policy knows");
    assert_eq!(on(&framework(valid, "2027-01-01").unwrap(), TODAY), Ok(()));
    let lapsed = framework(valid, "2026-11-21").unwrap();
    assert_eq!(on(&lapsed, TODAY), Err(Idle::NotSafe("US".to_owned())), "its own certificate is over");
    let invalid =
        framework("frameworks = [{ name = \"A framework\", until = \"2026-11-21\" }]\n", "2027-01-01");
    assert_eq!(on(&invalid.unwrap(), TODAY), Err(Idle::NotSafe("US".to_owned())), "the framework fell");
}

#[test]
fn a_consent_to_a_transfer_is_each_persons_own() {
    let said = format!(
        "safeguards = [{{ is = \"consent\" }}]\n{SAID}acknowledged = {{ version = 1, on = \"2026-11-01\" }}\n"
    );
    assert_eq!(on(&with("formlabs", &said).unwrap(), TODAY), Err(Idle::NotSafe("US".to_owned())));
}

#[test]
fn nobody_receives_anything_who_has_not_undertaken_to_keep_it_confidential() {
    domain::proves!("FL-43", by = "privacy::profile::Recipient::contract_runs");
    let text = "safeguards = [{ is = \"clauses\", text = \"Clause 1\" }]\n";
    for profile in ["formlabs", "atomform", "threedpros"] {
        let acknowledged = "acknowledged = { version = 1, on = \"2026-11-22\" }\n";
        let loose =
            with(profile, &format!("{text}{acknowledged}{}", SAID.replace("confidential = true\n", "")));
        assert_eq!(on(&loose.unwrap(), TODAY), Err(Idle::NotConfidential), "{profile}");
        assert_eq!(
            on(&with(profile, &format!("{text}{acknowledged}{SAID}")).unwrap(), TODAY),
            Ok(()),
            "{profile}"
        );
    }
}

#[test]
fn a_recipient_protects_as_well_as_the_house_or_receives_nothing() {
    domain::proves!("SP-26", by = "privacy::profile::Recipient::is_compared");
    let receives = "receives = [\"project.files\"]\n";
    let storage = |more: &str| {
        let sources = Sources::built_in("stelloloxon").unwrap();
        let book = sources.edited("profile", receives, &format!("{receives}{SAID}{more}")).compile()?;
        let storage = book.profile().recipients().find(|r| r.id.get_ref() == "storage").unwrap();
        Ok::<_, Vec<Problem>>(book.profile().may_receive(storage, TODAY))
    };
    assert_eq!(storage("").unwrap(), Err(Idle::NotCompared));
    assert_eq!(storage("measures_checked = \"2026-11-22\"\n").unwrap(), Ok(()));
    assert_eq!(storage("measures_checked = \"2026-11-23\"\n").unwrap(), Err(Idle::NotCompared), "not yet");
    let problems = storage("measures_checked = \"lately\"\n").unwrap_err();
    assert!(problems.iter().any(|p| p.what.contains("`lately` is no day")), "{problems:?}");
}

#[test]
fn a_company_of_the_group_serves_what_the_policy_names_and_nothing_else() {
    domain::proves!("KA-26", by = "privacy::check::Checker::group");
    let kallas =
        |from: &str, to: &str| Sources::built_in("kallas").unwrap().edited("profile", from, to).compile();
    let served = "for = [\"account\", \"support\"]";
    for purpose in ["marketing", "improvement", "print"] {
        let more = format!("for = [\"account\", \"{purpose}\"]");
        refused(kallas(served, &more), &format!("is of the group, and serves `{purpose}`"));
    }
    assert!(kallas(served, "for = [\"account\", \"support\", \"administration\"]").is_ok());
}

#[test]
fn whom_a_recipient_uses_is_listed_under_it() {
    domain::proves!("AF-111", by = "privacy::check::Checker::group");
    domain::proves!("AF-111", by = "privacy::notice::used");
    let text = "safeguards = [{ is = \"clauses\", text = \"Clause 1\" }]\n";
    let uses = |used: &str| with("atomform", &format!("{text}{SAID}subprocessors = [{used}]\n"));
    let book = uses("{ name = \"Tape Store\", country = \"US\", does = \"backups\" }").unwrap();
    let told = privacy::notice::notice(&book).to_markdown();
    assert!(told.contains("uses Tape Store in US (backups)"), "{told}");
    refused(uses("{ name = \"\", country = \"CA\", does = \"backups\" }"), "is not said whole");
    let home = "country = \"EEA\"\n";
    let used = "subprocessors = [{ name = \"Tape Store\", country = \"CA\", does = \"backups\" }]\n";
    let sources = Sources::built_in("kallas").unwrap().edited("profile", home, &format!("{home}{used}"));
    refused(sources.compile(), "uses Tape Store in CA, and nothing makes the transfer there safe");
    let before = with("atomform", &format!("{text}{SAID}")).unwrap();
    let changes = privacy::diff::diff(&before, &book);
    assert!(changes.iter().any(|c| c.says == "also uses Tape Store" && c.needs.is_material()), "{changes:?}");
}

#[test]
fn whoever_is_not_needed_can_be_objected_to_and_the_list_says_so() {
    domain::proves!("FL-56", by = "privacy::profile::Recipient::is_necessary");
    let book = Sources::built_in("formlabs").unwrap().compile().unwrap();
    let needed = |id: &str| {
        let recipient = book.profile().recipients().find(|r| r.id.get_ref() == id).unwrap();
        recipient.is_necessary(book.profile())
    };
    assert!(needed("payment") && !needed("statistics"));
    let optional = book.profile().recipients().filter(|r| !r.is_necessary(book.profile()));
    for purpose in optional.flat_map(|r| &r.purposes) {
        let purpose = book.profile().purpose(purpose.get_ref()).unwrap();
        assert!(
            purpose.basis == privacy::Basis::LegitimateInterest && !purpose.necessary,
            "{}",
            purpose.says
        );
    }
    let text = "safeguards = [{ is = \"clauses\", text = \"Clause 1\" }]\n";
    let before = "for = [\"website\"]\nreceives = [\"web.usage\"]\nsafeguards = [{ is = \"clauses\" }]\n";
    let after = format!("for = [\"website\"]\nreceives = [\"web.usage\"]\n{text}{SAID}");
    let book = Sources::built_in("formlabs").unwrap().edited("profile", before, &after).compile().unwrap();
    let told = privacy::notice::notice(&book).to_markdown();
    let line = told.lines().find(|l| l.contains("Statistical analysis")).unwrap();
    assert!(line.contains("done without it, and you can object"), "{line}");
}

#[test]
fn data_is_where_the_policy_says_and_nowhere_else() {
    domain::proves!("AF-002", by = "privacy::check::Checker::countries");
    domain::proves!("AF-002", by = "privacy::profile::Profile::places");
    let atomform = |from: &str, to: &str| {
        let sources = Sources::built_in("atomform").unwrap();
        let edited = sources.clone().edited("profile", from, to);
        assert_ne!(format!("{sources:?}"), format!("{edited:?}"), "{from}");
        edited.compile()
    };
    refused(atomform("stored_in = [\"EEA\"]", "stored_in = [\"EEA\", \"BR\"]"), "data is stored in BR");
    refused(
        atomform("countries = [\"EEA\", \"US\"]", "countries = [\"EEA\"]"),
        "has data in US, which is none",
    );
    assert!(atomform("stored_in = [\"EEA\"]", "stored_in = [\"DE\"]").is_ok(), "a country of the area");
    let text = "safeguards = [{ is = \"clauses\", text = \"Clause 1\" }]\n";
    let used = "subprocessors = [{ name = \"Tapes\", country = \"BR\", does = \"backups\" }]\n";
    refused(with("atomform", &format!("{text}{SAID}{used}")), "has data in BR, which is none");
    let told = |book: &Book| privacy::notice::notice(book).to_markdown();
    let nobody = Sources::built_in("atomform").unwrap().compile().unwrap();
    assert!(
        told(&nobody).contains("handled or looked at in: EEA. Nowhere else."),
        "nobody abroad receives anything"
    );
    let active = with("atomform", &format!("{text}{SAID}")).unwrap();
    assert!(told(&active).contains("handled or looked at in: EEA, US. Nowhere else."), "{}", told(&active));
}
