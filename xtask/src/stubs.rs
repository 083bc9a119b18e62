//! Whether marks are earned: takes away each function that a mark names, once, and expects every test with that mark to
//! turn red. The stubs stand in `xtask/stubs.toml`; the work is done on a copy below `target/stubs`, so that the tree of
//! whoever calls is never touched. `docs/how-to/promise.md` says how to add one.

use crate::promises::{self, Mark};
use crate::root;
use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

/// What nextest answers when tests failed, and when something did not compile.
const TESTS_FAILED: i32 = 100;
const BUILD_FAILED: i32 = 101;
/// In the text of a stub, what is true while its function is the one taken away; and how the program knows.
const SWITCH: &str = "STUB";
const VARIABLE: &str = "PRINTKEEP_STUB";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stubs {
    stub: Vec<Stub>,
}

/// The smallest change that takes one function's protection away.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stub {
    /// The function, as marks name it.
    by: String,
    file: String,
    /// Text of the file, there exactly once.
    from: String,
    /// What stands there instead. Where it says `STUB` it is compiled together with the others; else on its own.
    to: String,
}

impl Stub {
    fn waits_for_its_switch(&self) -> bool {
        self.to.contains(SWITCH)
    }
    /// Puts it in its place, and returns the text that was there before.
    fn apply(&self, copy: &Path) -> Result<String> {
        let path = copy.join(&self.file);
        let whole = std::fs::read_to_string(&path).with_context(|| self.file.clone())?;
        if whole.matches(&self.from).count() != 1 {
            bail!("{}: in {} another stub stands in its way", self.by, self.file);
        }
        let switch = format!("(std::env::var_os({VARIABLE:?}).is_some_and(|name| name == {:?}))", self.by);
        std::fs::write(&path, whole.replacen(&self.from, &self.to.replace(SWITCH, &switch), 1))?;
        Ok(whole)
    }
}

/// What became of marked tests.
enum Seen {
    Ran { red: BTreeSet<String>, green: BTreeSet<String>, missing: BTreeSet<String> },
    DidNotCompile(String),
}

/// Stubs every function (or those whose names contain one of the words) and fails if a marked test stays green, if a
/// stub's text is not found, if a stub does not compile, or if a marked function has no stub.
pub fn run(words: &[&str]) -> Result<()> {
    let text = std::fs::read_to_string(root().join("xtask/stubs.toml"))?;
    let stubs: Stubs = toml::from_str(&text).context("xtask/stubs.toml")?;
    let all = promises::marks()?;
    let wanted = |by: &str| words.is_empty() || words.iter().any(|word| by.contains(word));
    let mut marks: BTreeMap<&str, Vec<&Mark>> = BTreeMap::new();
    for mark in all.iter().filter(|mark| wanted(&mark.by)) {
        marks.entry(&mark.by).or_default().push(mark);
    }
    let mut stubs: Vec<&Stub> = stubs.stub.iter().filter(|stub| wanted(&stub.by)).collect();
    let mut wrong = at_a_glance(&mut stubs, &marks);
    for line in &wrong {
        println!("{line}");
    }
    let everything: Vec<&Mark> =
        stubs.iter().filter_map(|s| marks.get(s.by.as_str())).flatten().copied().collect();
    if everything.is_empty() {
        bail!("there is nothing to take away: no mark with a stub names such a function");
    }

    let copy = copy()?;
    for stub in stubs.iter().filter(|stub| stub.waits_for_its_switch()) {
        stub.apply(&copy)?;
    }
    let began = Instant::now();
    match test(&copy, &everything, &everything, None)? {
        Seen::Ran { red, green, missing } if red.is_empty() && missing.is_empty() => {
            println!("as it is: {} tests are green ({} s)", green.len(), began.elapsed().as_secs());
        }
        Seen::Ran { red, missing, .. } => {
            bail!("nothing is taken away yet, but red: {}; did not run: {}", list(&red), list(&missing))
        }
        Seen::DidNotCompile(why) => bail!("a stub does not compile:\n{why}"),
    }
    let mut earned = 0;
    stubs.sort_by_key(|stub| !stub.waits_for_its_switch());
    for stub in stubs {
        let Some(marked) = marks.get(stub.by.as_str()) else { continue };
        let began = Instant::now();
        let seen = if stub.waits_for_its_switch() {
            test(&copy, &everything, marked, Some(&stub.by))?
        } else {
            let before = stub.apply(&copy)?;
            let seen = test(&copy, marked, marked, None);
            std::fs::write(copy.join(&stub.file), before)?;
            seen?
        };
        let (good, line) = verdict(&stub.by, seen);
        println!("{line} ({} s)", began.elapsed().as_secs());
        if good {
            earned += 1;
        } else {
            wrong.push(line);
        }
    }
    println!("{earned} of {} marked functions turn their tests red when they are taken away", marks.len());
    if wrong.is_empty() { Ok(()) } else { bail!("{}", wrong.join("\n")) }
}

/// What can be said of all stubs without running anything: that each still finds its text, and each marked function has one.
pub fn glance() -> Result<()> {
    let text = std::fs::read_to_string(root().join("xtask/stubs.toml"))?;
    let stubs: Stubs = toml::from_str(&text).context("xtask/stubs.toml")?;
    let all = promises::marks()?;
    let mut marks: BTreeMap<&str, Vec<&Mark>> = BTreeMap::new();
    for mark in &all {
        marks.entry(&mark.by).or_default().push(mark);
    }
    let wrong = at_a_glance(&mut stubs.stub.iter().collect(), &marks);
    println!("{} functions that keep a promise can be taken away", marks.len());
    if wrong.is_empty() { Ok(()) } else { bail!("{}", wrong.join("\n")) }
}

/// What is wrong already without running anything; leaves the stubs that can be tried.
fn at_a_glance(stubs: &mut Vec<&Stub>, marks: &BTreeMap<&str, Vec<&Mark>>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    stubs.retain(|stub| {
        let (by, before) = (&stub.by, wrong.len());
        if !seen.insert(by.as_str()) {
            wrong.push(format!("{by}: two stubs; one takes away what every mark of it needs"));
        }
        if !marks.contains_key(by.as_str()) {
            wrong.push(format!("{by}: a stub, but no mark names it"));
        }
        let text = std::fs::read_to_string(root().join(&stub.file)).unwrap_or_default();
        let count = text.matches(&stub.from).count();
        if count != 1 {
            wrong.push(format!("{by}: its text is {count} times in {}, not once", stub.file));
        }
        wrong.len() == before
    });
    for (by, marked) in marks.iter().filter(|(by, _)| !seen.contains(*by)) {
        let tests: BTreeSet<String> = marked.iter().map(|mark| mark.test.clone()).collect();
        wrong.push(format!("{by}: no stub in xtask/stubs.toml; marked in {}", list(&tests)));
    }
    wrong
}

fn verdict(by: &str, seen: Seen) -> (bool, String) {
    match seen {
        Seen::DidNotCompile(why) => (false, format!("the stub does not compile: {by}\n{why}")),
        Seen::Ran { red, green, missing } if green.is_empty() && missing.is_empty() => {
            (true, format!("red: {0} of {0}  {by}", red.len()))
        }
        Seen::Ran { green, missing, .. } if missing.is_empty() => {
            (false, format!("GREEN: {}  {by}", list(&green)))
        }
        Seen::Ran { missing, .. } => (false, format!("did not run: {}  {by}", list(&missing))),
    }
}

/// Compiles the places of `all` marks (always the same, so that nothing is compiled again) and runs the tests of these.
fn test(copy: &Path, all: &[&Mark], marks: &[&Mark], stubbed: Option<&str>) -> Result<Seen> {
    let junit = copy.join("target/nextest/default/junit.xml");
    if junit.exists() {
        std::fs::remove_file(&junit)?;
    }
    let mut places = BTreeSet::new();
    for mark in all {
        let (package, target) = place(&mark.place)?;
        places.extend([vec!["--package".to_owned(), package], target]);
    }
    let mut filter = Vec::new();
    for mark in marks {
        let (package, _) = place(&mark.place)?;
        filter.push(format!("(package(={package}) & test(/(^|::){}($|::)/))", mark.test));
    }
    let mut nextest = Command::new(env!("CARGO"));
    nextest.args(["nextest", "run", "--no-fail-fast", "--status-level", "none", "--failure-output", "never"]);
    nextest.args([
        "--final-status-level",
        "none",
        "--hide-progress-bar",
        "--cargo-quiet",
        "-E",
        &filter.join(" | "),
    ]);
    nextest.args(places.into_iter().flatten()).current_dir(copy);
    nextest.env("CARGO_TARGET_DIR", target()?).env("RUST_BACKTRACE", "0");
    if std::env::var_os("PRINTKEEP_PEERS").is_none() {
        // what is installed beside this tree serves its copy as well
        nextest.env("PRINTKEEP_PEERS", std::path::absolute(root().join("acceptance/peers/home"))?);
    }
    if let Some(by) = stubbed {
        nextest.env(VARIABLE, by);
    }
    let output = nextest.output().context("cargo nextest")?;
    match output.status.code() {
        Some(0 | TESTS_FAILED) => {}
        Some(BUILD_FAILED) => return Ok(Seen::DidNotCompile(errors(&output))),
        _ => bail!("nextest could not run:\n{}", String::from_utf8_lossy(&output.stderr)),
    }
    let (mut red, mut green, mut missing) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let results = promises::results(&junit)?;
    for name in marks.iter().map(|mark| &mark.test) {
        let mut ran = results.iter().filter(|(test, _)| test.split("::").any(|part| part == name)).peekable();
        if ran.peek().is_none() {
            missing.insert(name.clone());
        }
        for (test, passed) in ran {
            if *passed {
                green.insert(test.clone())
            } else {
                red.insert(test.clone())
            };
        }
    }
    Ok(Seen::Ran { red, green, missing })
}

/// What cargo must build for the tests of a file: its package, and there the one target.
fn place(file: &str) -> Result<(String, Vec<String>)> {
    let parts: Vec<&str> = file.split('/').collect();
    let (package, rest) = match parts.as_slice() {
        ["crates", package, rest @ ..] => (*package, rest),
        ["acceptance", rest @ ..] => ("acceptance", rest),
        _ => bail!("{file}: a mark stands where no test is looked for"),
    };
    let target = match rest {
        ["tests", name, ..] => {
            vec!["--test".to_owned(), name.trim_end_matches(".rs").to_owned()]
        }
        // The program itself is no library.
        _ if package == "server" => vec!["--bins".to_owned()],
        _ => vec!["--lib".to_owned()],
    };
    Ok((package.to_owned(), target))
}

/// A copy of this tree as it is, with what is changed and not committed (but not files that git does not know yet).
fn copy() -> Result<PathBuf> {
    let changed = git(&root(), &["stash", "create"])?;
    let commit = if changed.is_empty() { git(&root(), &["rev-parse", "HEAD"])? } else { changed };
    let copy = std::path::absolute(root().join("target/stubs"))?;
    if copy.join(".git").exists() {
        git(&copy, &["checkout", "--quiet", "--force", "--detach", &commit])?;
    } else {
        git(&root(), &["worktree", "prune"])?;
        let path = copy.to_str().context("a path that is text")?;
        git(&root(), &["worktree", "add", "--quiet", "--force", "--detach", path, &commit])?;
    }
    Ok(copy)
}

/// Where the copy is built: apart from the caller's own tree, since Cargo takes what was built of one copy of a workspace
/// for what it would build of another.
fn target() -> Result<PathBuf> {
    Ok(std::path::absolute(root().join("target/stubs-build"))?)
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new("git").args(arguments).current_dir(folder).output().context("git")?;
    if !output.status.success() {
        bail!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// What the compiler said, without its warnings.
fn errors(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let blocks = text.split("\n\n").filter(|block| block.trim_start().starts_with("error"));
    blocks.collect::<Vec<_>>().join("\n\n")
}

fn list(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
