//! G-code that must not reach a printer, and G-code that may.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must say so")]

use domain::machine::MachineLimits;
use prepare::gcode::{self, Decision, Verdict};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

fn files(name: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gcode").join(name);
    fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect()
}

fn gate(bytes: &[u8]) -> Verdict {
    gcode::gate(&mut Cursor::new(bytes), &MachineLimits::GENERIC).unwrap()
}

/// Each file begins with what is expected: decision, line, words.
#[test]
fn bad_files_are_refused_or_held_with_line_and_remedy() {
    let files = files("bad");
    assert!(files.len() >= 20);
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let head = String::from_utf8_lossy(&bytes).lines().next().unwrap().to_owned();
        let mut words = head.trim_start_matches("; ").splitn(3, ' ');
        let decision = match words.next().unwrap() {
            "refuse" => Decision::Refuse,
            "hold" => Decision::Hold,
            other => panic!("{name} expects {other}"),
        };
        let line: u64 = words.next().unwrap().parse().unwrap();
        let phrase = words.next().unwrap();
        let verdict = gate(&bytes);
        assert_eq!(verdict.decision, decision, "{name}: {verdict:?}");
        assert_eq!(verdict.findings.len(), 1, "{name}: {verdict:?}");
        assert_eq!(verdict.findings[0].line, line, "{name}: {verdict:?}");
        assert!(verdict.findings[0].what.contains(phrase), "{name}: {verdict:?}");
        assert!(!verdict.findings[0].remedy.is_empty());
        assert!(verdict.problem().is_some());
    }
}

#[test]
fn good_files_pass_and_give_their_facts() {
    for path in files("good") {
        let verdict = gate(&fs::read(&path).unwrap());
        assert_eq!(verdict.decision, Decision::Pass, "{path:?}: {verdict:?}");
        assert!(verdict.findings.is_empty());
        let facts = &verdict.facts;
        match path.file_stem().unwrap().to_str().unwrap() {
            "plain" => {
                assert_eq!((facts.layers, facts.seconds, facts.filament_mm), (2, Some(65.0), Some(4.6)));
                assert_eq!((facts.hotend_c, facts.bed_c), (215.0, 60.0));
                assert_eq!(facts.plastic_mm, Some([[50.0, 50.0, 0.2], [80.0, 80.0, 0.4]]));
            }
            // The circle reaches 40 mm beyond its start, the arc bulges, two inches are 50.8 mm.
            "arcs_and_inches" => {
                let [low, high] = facts.plastic_mm.unwrap();
                assert!((low[0] - 50.8).abs() < 1e-9 && (high[0] - 140.0).abs() < 1e-9, "{facts:?}");
                assert!((facts.filament_mm.unwrap() - 7.62).abs() < 1e-9, "{facts:?}");
            }
            _ => {}
        }
    }
}

/// The same file is good on one printer and bad on a smaller one.
#[test]
fn the_printers_own_limits_decide() {
    let path = files("good").into_iter().find(|p| p.ends_with("plain.gcode")).unwrap();
    let bytes = fs::read(path).unwrap();
    let small = MachineLimits { bed_x: domain::units::Millimetres(75.0), ..MachineLimits::GENERIC };
    let cold = MachineLimits { max_hotend: domain::units::Celsius(200.0), ..MachineLimits::GENERIC };
    for limits in [small, cold] {
        let verdict = gcode::gate(&mut Cursor::new(&bytes), &limits).unwrap();
        assert_eq!(verdict.decision, Decision::Refuse, "{verdict:?}");
    }
}

#[test]
fn many_findings_are_counted_not_listed() {
    let mut text = String::from("G28\nM83\nG1 X1 Y1 E1\n");
    for i in 0..5000 {
        text.push_str(&format!("MACRO_{i}\nG1 X999\n"));
    }
    let verdict = gate(text.as_bytes());
    assert_eq!((verdict.decision, verdict.findings.len(), verdict.more), (Decision::Refuse, 20, 9980));
    assert!(verdict.findings.iter().all(|f| f.decision == Decision::Refuse));
}

/// A package can hold the model's mesh, and a mesh must never go to a printer.
#[test]
fn packages_and_meshes_do_not_pass() {
    domain::proves!("AF-158", "AF-026", by = "prepare::gcode::refuse_packages");
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models");
    for name in ["torus.3mf", "helix.stl", "sphere_with_hole_ascii.stl"] {
        let bytes = fs::read(models.join(name)).unwrap();
        let problem = gcode::gate(&mut Cursor::new(&bytes), &MachineLimits::GENERIC).unwrap_err();
        assert!(problem.what.contains("mesh"), "{name}: {problem}");
    }
    let binary = gcode::gate(&mut Cursor::new(b"GCDE\x01\0\0\0"), &MachineLimits::GENERIC).unwrap_err();
    assert!(binary.what.contains("binary G-code"));
}

#[test]
fn stripping_keeps_the_moves_and_drops_the_names() {
    let path = files("good").into_iter().find(|p| p.ends_with("plain.gcode")).unwrap();
    let mut bytes = fs::read(path).unwrap();
    bytes.extend(b"; thumbnail begin 16x16 8\n; QWRh\n; thumbnail end\n");
    let mut clean = Vec::new();
    let removed = gcode::strip::strip(&mut bytes.as_slice(), &mut clean).unwrap();
    let text = String::from_utf8(clean.clone()).unwrap();
    assert!(!text.contains(';') && !text.contains("Ada") && !text.contains("M117"), "{text}");
    assert_eq!(removed[0].what, "a thumbnail");
    let (before, after) = (gate(&bytes), gate(&clean));
    assert_eq!(before.facts.plastic_mm, after.facts.plastic_mm);
    assert!((after.facts.filament_mm.unwrap() - 4.6).abs() < 1e-9);
    let moves = |text: &str| {
        text.lines()
            .filter(|l| l.starts_with('G'))
            .map(|l| l.split(';').next().unwrap().trim().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(moves(&String::from_utf8_lossy(&bytes)), moves(&text));
}
