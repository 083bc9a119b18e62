//! Which promises are kept: joins the register, the marks in tests and the results of the last runs under each company's
//! policy (`cargo xtask profiles`), and holds that against `docs/generated/promises.md`, which a person writes anew.

use crate::missing::Missing;
use crate::{files, profiles, root};
use anyhow::{Context as _, Result, bail};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

#[derive(Deserialize)]
struct Register {
    promise: Vec<Promise>,
}

/// A promise of the register.
#[derive(Deserialize)]
pub(crate) struct Promise {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) capability: String,
    pub(crate) requirement: String,
}

const REPORT: &str = "docs/generated/promises.md";

/// A mark in a test.
pub(crate) struct Mark {
    pub(crate) promises: Vec<String>,
    pub(crate) by: String,
    pub(crate) test: String,
    pub(crate) place: String,
}

/// What is done with the report.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// It must say what is true now.
    Verify,
    /// It is written anew.
    Write,
}

/// Fails on an unknown id, on a mark in a test that did not run or failed, on a promise that the report calls kept and that
/// is not now, and on a report that says anything else than what is true now, unless it is to be written.
pub fn run(report: Report, profile: Option<&str>) -> Result<()> {
    let text = std::fs::read_to_string(root().join("policy/promises.toml"))?;
    let register: Register = toml::from_str(&text)?;
    let missing: Missing = toml::from_str(&std::fs::read_to_string(root().join("xtask/missing.toml"))?)
        .context("xtask/missing.toml")?;
    let ids: BTreeSet<&str> = register.promise.iter().map(|p| p.id.as_str()).collect();
    let marks = marks()?;
    let mut runs = BTreeMap::new();
    for (profile, _) in profiles::COMPANIES {
        let junit = root().join("target/nextest").join(profile).join("junit.xml");
        runs.insert(profile, results(&junit)?);
    }
    // A test that runs more than once, as on both engines, must pass each time.
    let passes = |id: &str, test: &str| {
        let all = profiles::of(id).and_then(|profile| runs.get(profile)).into_iter().flatten();
        let mut runs = all.filter(|(name, _)| name.split("::").any(|part| part == test)).peekable();
        runs.peek().is_some() && runs.all(|(_, passed)| *passed)
    };
    let mut wrong = Vec::new();
    let mut kept: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for mark in &marks {
        for id in &mark.promises {
            if !ids.contains(id.as_str()) {
                wrong.push(format!("{}: there is no promise {id}", mark.place));
            }
            if passes(id, &mark.test) {
                kept.entry(id.clone()).or_default().insert((mark.test.clone(), mark.by.clone()));
            } else {
                wrong.push(format!(
                    "{}: {id} is marked in {}, which did not pass under the policy that made it",
                    mark.place, mark.test
                ));
            }
        }
    }
    let place = root().join(REPORT);
    let before = std::fs::read_to_string(&place).unwrap_or_default();
    for id in before.lines().filter_map(|l| l.strip_prefix("| ")?.split(' ').next()) {
        if ids.contains(id) && !kept.contains_key(id) {
            wrong.push(format!("{id} was kept and is not now"));
        }
    }
    wrong.extend(missing.faults(&register.promise, |id| kept.contains_key(id)));
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    let now = render(&register, &kept, &missing);
    match report {
        Report::Write => {
            std::fs::create_dir_all(root().join("docs/generated"))?;
            std::fs::write(&place, now)?;
        }
        Report::Verify => {
            let stale = stale(&before, &now);
            if !stale.is_empty() {
                let remedy = "write it with `cargo xtask promises --write`, and commit it";
                bail!("{REPORT} is not what is true now: {remedy}.\n{}", stale.join("\n"));
            }
        }
    }
    let of_profile = profiles::COMPANIES.iter().find(|(name, _)| Some(*name) == profile);
    let prefix = of_profile.map_or("", |(_, prefix)| prefix);
    let ours = kept.keys().filter(|id| id.starts_with(prefix)).count();
    println!(
        "{ours} of {} promises are kept; see {REPORT}",
        ids.iter().filter(|id| id.starts_with(prefix)).count()
    );
    if profile.is_some() {
        let open = register.promise.iter().filter(|p| p.id.starts_with(prefix) && !kept.contains_key(&p.id));
        print!("Not yet:\n{}", missing.not_yet(&open.collect::<Vec<_>>()));
    }
    Ok(())
}

/// The lines that a report has and should not, and those that it lacks.
fn stale(before: &str, now: &str) -> Vec<String> {
    let missing = |of: &str, from: &str| {
        let there: BTreeSet<&str> = from.lines().collect();
        of.lines().filter(|line| !there.contains(line)).map(str::to_owned).collect::<Vec<_>>()
    };
    let cut = |line: String| line.chars().take(100).collect::<String>();
    let gone = missing(before, now).into_iter().map(|line| format!("- {}", cut(line)));
    let come = missing(now, before).into_iter().map(|line| format!("+ {}", cut(line)));
    let mut all: Vec<String> = gone.chain(come).collect();
    if all.is_empty() && before != now {
        all.push("its lines are in another order".to_owned());
    }
    all
}

/// Every mark of the tree.
pub(crate) fn marks() -> Result<Vec<Mark>> {
    let mut found = Vec::new();
    for file in files(&root().join("crates"), "rs").into_iter().chain(files(&root().join("acceptance"), "rs"))
    {
        let text = std::fs::read_to_string(&file)?;
        let place = file.strip_prefix(root()).unwrap_or(&file).display().to_string();
        for (at, _) in text.match_indices("proves!(") {
            let before = text.get(..at).unwrap_or_default();
            let line = before.lines().last().unwrap_or_default();
            if line.trim_start().starts_with("//") || line.contains("macro_rules") {
                continue;
            }
            let call = text.get(at..).and_then(|t| t.split(");").next()).unwrap_or_default();
            let (list, by) = call.split_once("by =").unwrap_or((call, ""));
            let quoted =
                |text: &str| text.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
            let test =
                before.rsplit("fn ").next().and_then(|t| t.split(['(', '<']).next()).unwrap_or_default();
            found.push(Mark {
                promises: quoted(list),
                by: quoted(by).into_iter().next().unwrap_or_default(),
                test: test.trim().to_owned(),
                place: place.clone(),
            });
        }
    }
    Ok(found)
}

/// The names of the tests of a run, and whether each passed; of a name that ran twice, whether both did.
pub(crate) fn results(junit: &Path) -> Result<BTreeMap<String, bool>> {
    let text = std::fs::read_to_string(junit)
        .context("no test results: run `cargo nextest run` and `cargo xtask profiles` first")?;
    let mut reader = Reader::from_str(&text);
    let (mut results, mut open) = (BTreeMap::new(), None);
    let mut note = |name: Option<String>, passed: bool| {
        if let Some(name) = name {
            let so_far = results.entry(name).or_insert(true);
            *so_far = *so_far && passed;
        }
    };
    loop {
        match reader.read_event()? {
            Event::Eof => return Ok(results),
            Event::Start(tag) if tag.name().as_ref() == b"testcase" => open = name_of(&tag),
            Event::Empty(tag) if tag.name().as_ref() == b"testcase" => note(name_of(&tag), true),
            Event::Start(tag) if matches!(tag.name().as_ref(), b"failure" | b"error") => {
                note(open.take(), false);
            }
            Event::Empty(tag) if matches!(tag.name().as_ref(), b"failure" | b"error" | b"skipped") => {
                note(open.take(), false);
            }
            Event::End(tag) if tag.name().as_ref() == b"testcase" => note(open.take(), true),
            _ => {}
        }
    }
}

fn name_of(tag: &quick_xml::events::BytesStart<'_>) -> Option<String> {
    let attribute = tag.attributes().flatten().find(|a| a.key.as_ref() == b"name")?;
    String::from_utf8(attribute.value.into_owned()).ok()
}

fn render(
    register: &Register,
    kept: &BTreeMap<String, BTreeSet<(String, String)>>,
    missing: &Missing,
) -> String {
    let mut text = String::from(
        "# Promises kept\n\nWritten by `cargo xtask promises --write` from the register, the marks in tests and the last test run. \
         A promise counts as kept when a test proves it in a house under the policy of the company that made it; the function named is the one whose removal turns that test red.\n\n",
    );
    let _ = writeln!(text, "Kept: {} of {}.\n", kept.len(), register.promise.len());
    text.push_str("| id | kind | what | enforced by | proved by |\n|---|---|---|---|---|\n");
    for promise in &register.promise {
        let Some(tests) = kept.get(&promise.id) else { continue };
        let by: BTreeSet<&str> = tests.iter().map(|(_, by)| by.as_str()).collect();
        let names: BTreeSet<&str> = tests.iter().map(|(test, _)| test.as_str()).collect();
        let list =
            |set: BTreeSet<&str>| set.into_iter().map(|x| format!("`{x}`")).collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            promise.id,
            promise.kind,
            promise.requirement,
            list(by),
            list(names)
        );
    }
    text.push_str(
        "\n## Not yet\n\nBy the module that each waits for, which is not there (`xtask/missing.toml`).\n\n",
    );
    let open: Vec<&Promise> = register.promise.iter().filter(|p| !kept.contains_key(&p.id)).collect();
    text.push_str(&missing.not_yet(&open));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register() -> Register {
        let promise = |id: &str| {
            let (kind, capability) = ("right".to_owned(), "rights".to_owned());
            Promise { id: id.to_owned(), kind, capability, requirement: "…".to_owned() }
        };
        Register { promise: vec![promise("AF-001"), promise("AF-002")] }
    }

    fn kept(ids: &[&str]) -> BTreeMap<String, BTreeSet<(String, String)>> {
        let by = || BTreeSet::from([("a_test".to_owned(), "app::a::function".to_owned())]);
        ids.iter().map(|id| ((*id).to_owned(), by())).collect()
    }

    #[test]
    fn a_report_that_is_true_is_not_stale_and_any_other_is() {
        let none: Missing = toml::from_str("module = {}").unwrap();
        let now = render(&register(), &kept(&["AF-001", "AF-002"]), &none);
        assert_eq!(stale(&now, &now), Vec::<String>::new());
        let older = render(&register(), &kept(&["AF-001"]), &none);
        let lines = stale(&older, &now);
        assert!(lines.iter().any(|line| line.starts_with("+ | AF-002")), "{lines:?}");
        assert!(lines.iter().any(|line| line == "- Kept: 1 of 2."), "{lines:?}");
        let edited = now.replace("a_test", "another");
        assert!(!stale(&edited, &now).is_empty() && !stale("", &now).is_empty());
        let mut turned: Vec<&str> = now.lines().collect();
        turned.reverse();
        assert!(!stale(&turned.join("\n"), &now).is_empty());
    }
}
