//! The 3MF Consortium's own verification files, each decided as its name says, with the rule named.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must say so")]

use prepare::problem::Problem;
use prepare::read::{self, Budget, Reading};
use std::fs::{self, File};
use std::path::Path;

fn folder(name: &str) -> Vec<(String, Result<Reading, Problem>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models").join(name);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, read::model(&mut File::open(path).unwrap(), &Budget::STANDARD))
        })
        .collect()
}

#[test]
fn every_valid_file_is_read() {
    let files = folder("mustpass");
    assert_eq!(files.len(), 9);
    for (name, result) in files {
        let reading = result.unwrap_or_else(|problem| panic!("{name}: {problem}"));
        assert!(!reading.mesh.triangles.is_empty(), "{name}");
    }
}

#[test]
fn every_invalid_file_is_refused_with_the_rule_it_breaks() {
    let rules = [
        ("2.1.1a", "must have a relationship to a 3D model part"),
        ("2.1.2", "more than one 3D model part"),
        ("2.1.4", "more than one print ticket"),
        ("2.3.2a", "UTF-8"),
        ("2.3.2b", "document type definition"),
        ("2.3.2d", "namespace"),
        ("2.3.4", "xml:space"),
        ("3.4.1a", "has no name"),
        ("3.4.3.1a", "not defined before"),
        ("3.4a", "exactly one root"),
        ("3.4b", "no build element"),
        ("4a", "type is none of those allowed"),
        ("5a", "same id"),
    ];
    let files = folder("mustfail");
    assert_eq!(files.len(), rules.len());
    for (name, result) in files {
        let problem = result.err().unwrap_or_else(|| panic!("{name} was read"));
        let (_, rule) = rules
            .iter()
            .find(|(chapter, _)| name.contains(&format!("Chapter{chapter}_")))
            .unwrap_or_else(|| panic!("no rule expected for {name}"));
        assert!(problem.what.contains(rule), "{name}: {problem}");
    }
}

#[test]
fn fuzzed_and_comma_files_are_refused() {
    for name in ["dos_fuzz.3mf", "comma_decimals.3mf"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models").join(name);
        let problem = read::model(&mut File::open(path).unwrap(), &Budget::STANDARD).unwrap_err();
        assert!(problem.what.contains("3MF") || problem.what.contains("archive"), "{name}: {problem}");
    }
}

#[test]
fn several_items_are_placed_by_their_transforms() {
    let files = folder("mustpass");
    let (_, result) = files.into_iter().find(|(name, _)| name.contains("MultipleItems")).unwrap();
    let facts = prepare::topology::measure(&result.unwrap().mesh);
    assert!(facts.shells > 1 && facts.closed(), "{facts:?}");
}

#[test]
fn the_unit_and_the_transform_scale_the_part() {
    let files = folder("mustpass");
    let (_, result) = files.into_iter().find(|(name, _)| name.contains("PartNaming")).unwrap();
    let reading = result.unwrap();
    let facts = prepare::topology::measure(&reading.mesh);
    for side in facts.size_mm {
        assert!((side - 25.4).abs() < 1e-4, "{facts:?}");
    }
    // What names people and programs is told by kind.
    let kinds: Vec<_> = reading.removed.iter().map(|r| r.what.as_str()).collect();
    for kind in ["the designer's name", "copyright and licence text", "a thumbnail", "a print ticket"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
}
