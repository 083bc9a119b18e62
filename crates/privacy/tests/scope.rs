//! What a policy covers: no part of the program is on outside it, and a new one waits for the operator's word.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]
use privacy::notice::{Line, notice};
use privacy::{Book, Module, Problem, Sources};

const MODELS: &str =
    "{ says = \"models and the print history\", modules = [\"models\", \"history\"], under = \"policy\" }";

fn house(models: &str) -> Result<Book, Vec<Problem>> {
    edited("house", MODELS, models)
}

fn edited(profile: &str, from: &str, to: &str) -> Result<Book, Vec<Problem>> {
    let sources = Sources::built_in(profile).unwrap();
    let edited = sources.clone().edited("profile", from, to);
    assert_ne!(format!("{sources:?}"), format!("{edited:?}"), "the edit must change something: {from}");
    edited.compile()
}

#[track_caller]
fn refused(book: Result<Book, Vec<Problem>>, why: &str) {
    let problems = book.map(|_| ()).unwrap_err();
    assert!(problems.iter().any(|p| p.what.contains(why) && !p.remedy.is_empty()), "{problems:#?}");
}

#[test]
fn a_part_that_the_policy_does_not_cover_does_not_start() {
    domain::proves!("KA-01", by = "privacy::check::Checker::scope");
    for profile in Sources::profiles() {
        let book = Sources::built_in(profile).unwrap().compile().unwrap();
        assert!(book.profile().uncovered().is_empty(), "{profile}");
        for module in Module::ALL {
            let listed = format!("\"{}\"", module.name());
            let line = book
                .sources()
                .texts()
                .1
                .lines()
                .find(|l| l.contains("under = ") && l.contains(&listed))
                .unwrap();
            let others: Vec<_> =
                line.split("modules = [").nth(1).unwrap().split(']').next().unwrap().split(", ").collect();
            let others: Vec<_> = others.into_iter().filter(|name| *name != listed).collect();
            let without = format!("modules = [{}]", others.join(", "));
            let listed_all = format!(
                "modules = [{}]",
                line.split("modules = [").nth(1).unwrap().split(']').next().unwrap()
            );
            let why = format!("`{}` is on, and the policy does not say that it covers it", module.name());
            refused(edited(profile, &listed_all, &without), &why);
        }
    }
    let off = Sources::built_in("house")
        .unwrap()
        .edited("profile", "modules = [\"models\", \"history\"]", "modules = [\"history\"]")
        .edited("profile", "accept = \"chosen\"", "accept = \"never\"");
    assert!(off.compile().is_ok(), "what is off needs nobody's cover");
    refused(
        house(&MODELS.replace("\"history\"", "\"histories\"")),
        "no part of the program called `histories`",
    );
    refused(house("\"models and the print history\""), "`models` is on");
}

#[test]
fn the_operator_says_whether_the_policy_or_terms_of_its_own_cover_a_part() {
    domain::proves!("AF-005", by = "privacy::profile::scope::Entry::visit_map");
    domain::proves!("AF-005", by = "privacy::check::Checker::scope");
    refused(house(&MODELS.replace(", under = \"policy\"", "")), "missing field `under`");
    let own = |text: &str| house(&MODELS.replace("\"policy\"", &format!("{{ terms = \"{text}\" }}")));
    refused(own(" "), "terms of its own, which say nothing");
    let book = own("Models are taken in as they are.").unwrap();
    let told = notice(&book).topics.into_iter().find(|topic| topic.id == "who").unwrap();
    let terms = |line: &Line| matches!(line, Line::Term(of, says) if of.contains("models") && says.contains("as they are"));
    assert!(told.full.iter().any(terms), "{told:?}");
    let before = Sources::built_in("house").unwrap().compile().unwrap();
    let changes = privacy::diff::diff(&before, &book);
    assert!(changes.iter().any(|c| c.about == "covers models" && c.needs.is_material()), "{changes:?}");
}

/// A policy that a house published before parts had names can be read still; it starts nothing.
#[test]
fn a_text_from_before_parts_had_names_stays_readable() {
    let old =
        Sources::built_in("house").unwrap().edited("profile", MODELS, "\"models and the print history\"");
    assert!(old.compile().is_err());
    let book = old.recall().unwrap();
    assert!(notice(&book).to_markdown().contains("models and the print history"));
}

#[test]
fn the_terms_of_use_are_published_with_the_policy_or_neither_is() {
    domain::proves!("AF-129", by = "privacy::check::Checker::scope");
    let atomform = || Sources::built_in("atomform").unwrap();
    let first = atomform();
    let (core, published) = first.texts();
    let written = published.split("terms_of_use = [").nth(1).unwrap().split("\n]").next().unwrap().to_owned();
    let alone = atomform().edited("profile", &format!("terms_of_use = [{written}\n]"), "");
    refused(alone.compile(), "one contract with the terms of use, and there are none");
    let book = atomform().compile().unwrap();
    let told = notice(&book).to_markdown();
    for paragraph in &book.profile().policy.terms_of_use {
        assert!(told.contains(paragraph.as_str()), "{paragraph}");
    }
    // Other terms are another version of both, which is told.
    let other = atomform().edited("profile", "lawful prints", "lawful prints of your own");
    assert!(!other.says_the_same(core, published), "a start under the same number is refused");
    let changes = privacy::diff::diff(&book, &other.compile().unwrap());
    assert!(changes.iter().any(|c| c.about == "policy terms_of_use" && c.needs.is_material()), "{changes:?}");
}
