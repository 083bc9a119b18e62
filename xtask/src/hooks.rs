//! What tests need and the product must not have: named places at which the process dies, and a clock that can be moved.
//!
//! Both are features, and which features a build has does not depend on its profile: what holds for the program as it
//! was just built holds for a release.

use crate::root;
use anyhow::{Context as _, Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The features, by crate.
const FEATURES: [(&str, &str); 3] =
    [("store", "failpoints"), ("app", "failpoints"), ("domain", "test-clock")];
/// What of them would be found in a program's bytes: the variable that names a place, and the clock's own name.
const MARKS: [&str; 2] = ["PRINTKEEP_FAILPOINT", "8standing8Standing"];

/// Fails if the program as it was built last has any of them.
pub fn run() -> Result<()> {
    let (product, tests) = (features("normal")?, features("all")?);
    for (package, feature) in FEATURES {
        let name = format!("{package} feature \"{feature}\"");
        ensure!(!product.contains(&name), "the product is built with the {name}");
        // Or it is called something else by now, and nobody looks for that.
        ensure!(package == "app" || tests.contains(&name), "no test is built with the {name}");
    }
    let program = built().join("debug/printkeep");
    let bytes = std::fs::read(&program).with_context(|| format!("{} is not built", program.display()))?;
    let found = marks_in(&bytes);
    if !found.is_empty() {
        bail!("{} holds {}", program.display(), found.join(" and "));
    }
    println!("the program has no failpoints and no test clock");
    Ok(())
}

/// The features with which the server is built, and with `all` also those of its tests.
fn features(edges: &str) -> Result<String> {
    let edges = format!("{edges},features");
    let packages = if edges.starts_with("normal") { vec!["-p", "server"] } else { vec!["--workspace"] };
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--prefix", "none", "--edges", &edges])
        .args(packages)
        .current_dir(root())
        .output()?;
    ensure!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    Ok(String::from_utf8(tree.stdout)?)
}

/// Where programs are built.
fn built() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| Path::new(&folder).to_owned())
}

fn marks_in(program: &[u8]) -> Vec<&'static str> {
    let holds = |mark: &&str| program.windows(mark.len()).any(|window| window == mark.as_bytes());
    MARKS.into_iter().filter(holds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_found_where_it_is() {
        for mark in MARKS {
            let program = ["before", mark, "after"].concat();
            assert_eq!(marks_in(program.as_bytes()), [mark]);
        }
        assert!(marks_in(b"nothing of the kind").is_empty());
    }
}
