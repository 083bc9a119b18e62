//! The program as somebody at a terminal meets it.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Output, Stdio};

pub fn printkeep(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_printkeep")).args(arguments).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn nobody_beyond_this_machine_is_served_in_the_clear() {
    domain::proves!("KA-32", "TP-47", "SP-27", by = "server::serve::run");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let serve = ["serve", "--listen", "0.0.0.0:0", "--data", data.to_str().unwrap()];
    let half = ["--trusted-proxy", "10.0.0.2", "--public-url", "http://print.example.org"];
    for more in [&[][..], &half[..2], &half[..]] {
        let refused = printkeep(&[&serve[..], more].concat());
        assert!(!refused.status.success());
        let words = text(&refused.stderr);
        assert!(words.contains("in the clear") && words.contains("--trusted-proxy"), "{words}");
    }
    assert!(!data.exists(), "and nothing was made");
}

#[test]
fn letters_are_given_to_nobody_whom_the_policy_does_not_name() {
    domain::proves!("KA-27", by = "server::serve::run");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()];
    let mail = ["--mail-server", "smtps://mail.example.org", "--mail-from", "A house <privacy@example.org>"];
    let refused = printkeep(&[&serve[..], &mail].concat());
    let words = text(&refused.stderr);
    assert!(
        !refused.status.success() && words.contains("[[recipient]]") && words.contains("--mail-own"),
        "{words}"
    );
}

/// What the repository says that the program can hold is what it can hold.
#[test]
fn the_committed_data_map_is_the_one_in_force() {
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/generated/data-map.md");
    let drawn = printkeep(&["policy", "map"]);
    assert!(drawn.status.success());
    let write = "write it anew: cargo run -p server -- policy map > docs/generated/data-map.md";
    assert!(text(&drawn.stdout) == std::fs::read_to_string(committed).unwrap(), "{write}");
}

#[test]
fn every_command_says_what_it_is_for() {
    let commands = [
        &["serve"][..],
        &["demo"],
        &["policy", "check"],
        &["policy", "show"],
        &["policy", "explain"],
        &["policy", "diff"],
        &["policy", "map"],
        &["verify"],
        &["backup"],
        &["restore"],
        &["admin", "setup-code"],
        &["doctor"],
        &["completion"],
    ];
    for command in commands {
        let help = printkeep(&[command, &["--help"]].concat());
        assert!(help.status.success(), "{command:?}");
        let first = text(&help.stdout).lines().next().unwrap_or_default().to_owned();
        assert!(first.len() > 10 && !first.starts_with("Usage"), "{command:?} opens with «{first}»");
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(text(&printkeep(&["completion", shell]).stdout).contains("printkeep"), "{shell}");
    }
}

#[test]
fn programs_get_json_and_an_exit_code() {
    let good = printkeep(&["policy", "check", "--json"]);
    assert!(good.status.success());
    let found: serde_json::Value = serde_json::from_slice(&good.stdout).unwrap();
    assert_eq!(found["problems"], serde_json::json!([]));
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("mine.toml");
    let house = include_str!("../../../../policy/profiles/house.toml");
    std::fs::write(&broken, house.replace("basis = \"consent\"", "basis = \"because\"")).unwrap();
    let refused = printkeep(&["policy", "check", "--json", "--policy", broken.to_str().unwrap()]);
    assert!(!refused.status.success());
    let found: serde_json::Value = serde_json::from_slice(&refused.stdout).unwrap();
    let first = &found["problems"][0];
    assert!(first["line"].as_u64().unwrap() > 0 && !first["remedy"].as_str().unwrap().is_empty(), "{found}");

    let data = folder.path().join("data");
    let doctor = printkeep(&["doctor", "--json", "--data", data.to_str().unwrap()]);
    let found: serde_json::Value = serde_json::from_slice(&doctor.stdout).unwrap();
    assert_eq!((doctor.status.success(), &found["ok"]), (true, &serde_json::json!(true)), "{found}");
    let log = data.join("log");
    let wrong = printkeep(&["verify", log.to_str().unwrap(), "--key", "house+00000000+AAAA", "--json"]);
    let found: serde_json::Value = serde_json::from_slice(&wrong.stdout).unwrap();
    assert_eq!((wrong.status.success(), &found["ok"]), (false, &serde_json::json!(false)), "{found}");
}

#[test]
fn a_policy_with_a_missing_basis_names_the_file_and_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("mine.toml");
    let house = include_str!("../../../../policy/profiles/house.toml");
    std::fs::write(&mine, house).unwrap();
    assert!(printkeep(&["policy", "check", "--policy", mine.to_str().unwrap()]).status.success());

    // The whole line is gone: the place that is named is that of the purpose which lacks it.
    let (before, after) = house.split_once("basis = \"consent\"\n").unwrap();
    std::fs::write(&mine, format!("{before}{after}")).unwrap();
    let head =
        before.lines().count() - before.lines().rev().position(|l| l.starts_with("[[purpose")).unwrap();
    let end = head + before.lines().skip(head).chain(after.lines()).position(|l| l.starts_with('[')).unwrap();
    let arguments = ["--policy", mine.to_str().unwrap()];
    let refused = printkeep(&[&["policy", "check"], &arguments[..]].concat());
    assert!(!refused.status.success());
    let words = text(&refused.stdout) + &text(&refused.stderr);
    let place = words.split(mine.to_str().unwrap()).nth(1).and_then(|rest| rest.strip_prefix(':'));
    let line = place.and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<usize>().ok());
    assert!(line.is_some_and(|line| (head..=end).contains(&line)), "of {head} to {end}: {words}");
    assert!(words.contains("basis"), "{words}");
    let data = folder.path().join("data");
    let served = printkeep(
        &[&["serve", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()], &arguments[..]].concat(),
    );
    assert!(!served.status.success() && text(&served.stderr).contains("basis"), "{}", text(&served.stderr));
    assert!(!data.exists(), "and nothing was made");
}

/// Serves until it says where, and ends it.
fn serves(arguments: &[&str]) -> String {
    let program = Command::new(env!("CARGO_BIN_EXE_printkeep"))
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut program = program.unwrap();
    let mut said = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut said).unwrap();
    program.kill().unwrap();
    program.wait().unwrap();
    said
}

#[test]
fn a_changed_policy_is_served_as_a_new_version_only() {
    domain::proves!("SP-53", by = "privacy::versions::publication");
    let folder = tempfile::tempdir().unwrap();
    let (mine, data) = (folder.path().join("mine.toml"), folder.path().join("data"));
    let (mine, data) = (mine.to_str().unwrap(), data.to_str().unwrap());
    let first = include_str!("../../../../policy/profiles/house.toml");
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", data, "--policy", mine];
    std::fs::write(mine, first).unwrap();
    assert!(serves(&serve).starts_with("Open http://"));
    std::fs::write(mine, format!("# a note of mine\n{first}")).unwrap();
    assert!(serves(&serve).starts_with("Open http://"), "a comment changes nothing");

    let changed = first.replace("at_most = \"P90D\"", "at_most = \"P120D\"");
    let refused = |text: &str, line: &str, why: &str| {
        std::fs::write(mine, text).unwrap();
        let refused = printkeep(&serve);
        let words = self::text(&refused.stderr);
        let at = text.lines().position(|l| l.starts_with(line)).unwrap() + 1;
        assert!(!refused.status.success() && words.contains(&format!("{mine}:{at}: ")), "{words}");
        assert!(words.contains(why) && words.contains("remedy"), "{words}");
        assert_eq!(self::text(&refused.stdout), "", "nothing is served");
    };
    refused(&changed, "version = ", "version = 2");
    let second = changed.replace("version = 1", "version = 2");
    refused(&second, "version = ", "which kind of change");
    let said = |kind: &str| format!("{second}\n[change]\nkind = \"{kind}\"\nreason = \"Summer is long.\"\n");
    refused(&said("minor"), "kind = ", "called minor");
    std::fs::write(folder.path().join("first.toml"), first).unwrap();
    let before = folder.path().join("first.toml");
    let diff = printkeep(&["policy", "diff", before.to_str().unwrap(), mine]);
    assert!(text(&diff.stdout).contains("A start would refuse it as it is"), "{}", text(&diff.stdout));
    std::fs::write(mine, said("significant")).unwrap();
    let diff = printkeep(&["policy", "diff", before.to_str().unwrap(), mine]);
    assert!(text(&diff.stdout).contains("It waits for the yes of everybody"), "{}", text(&diff.stdout));
    assert!(serves(&serve).starts_with("Open http://"));
    refused(first, "version = ", "never goes back");
    // Whoever looks after the house need not name the policy, and publishes nothing by naming another.
    assert!(printkeep(&["doctor", "--data", data]).status.success());
    std::fs::write(mine, said("significant")).unwrap();
    assert!(serves(&serve).starts_with("Open http://"));
}
