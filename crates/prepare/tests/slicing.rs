//! The real PrusaSlicer in its confinement. A machine without it fails these tests: nothing is skipped.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must say so")]

use domain::machine::MachineLimits;
use domain::model::Unit;
use domain::units::Millimetres;
use prepare::gcode::{self, Decision, Verdict};
use prepare::problem::Kind;
use prepare::slice::Progress;
use prepare::slice::profile::{Material, Quality, resolve};
use prepare::{CancelToken, Config, SliceOrder};
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant};

fn config() -> Config {
    Config::new(env!("CARGO_BIN_EXE_prepare-child"), [] as [&str; 0])
}

fn model(name: &str) -> File {
    File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models").join(name)).unwrap()
}

const ORDER: SliceOrder = SliceOrder {
    limits: MachineLimits::GENERIC,
    quality: Quality::Draft,
    material: Material::Pla,
    supports: false,
    unit: None,
};

fn slice(name: &str, order: &SliceOrder) -> (String, Vec<Progress>, Verdict) {
    let work = tempfile::tempdir().unwrap();
    let mut stages = Vec::new();
    let sliced = prepare::slice(
        &config(),
        &model(name),
        order,
        work.path(),
        &mut |p| stages.push(p),
        &CancelToken::default(),
    )
    .unwrap_or_else(|problem| panic!("{name}: {problem}"));
    (fs::read_to_string(&sliced.gcode).unwrap(), stages, sliced.verdict)
}

/// Three real models, twice each: the same within what slicers vary, fit for the printer, without a word of text.
#[test]
fn three_real_models_are_sliced_twice() {
    for (name, order) in [
        ("helix.stl", ORDER),
        ("featuretype_inches.stl", SliceOrder { unit: Some(Unit::Inch), ..ORDER }),
        (
            "torus.3mf",
            SliceOrder { material: Material::Petg, quality: Quality::Fine, supports: true, ..ORDER },
        ),
    ] {
        let (first, stages, verdict) = slice(name, &order);
        let (_, _, again) = slice(name, &order);
        assert_eq!(verdict.decision, Decision::Pass);
        let facts = &verdict.facts;
        let (seconds, grams) = (facts.seconds.unwrap(), facts.filament_g.unwrap());
        assert!(seconds > 60.0 && grams > 0.1 && facts.layers > 10, "{name}: {facts:?}");
        assert!((seconds - again.facts.seconds.unwrap()).abs() <= 0.002 * seconds, "{name}");
        assert!((grams - again.facts.filament_g.unwrap()).abs() <= 0.01, "{name}");
        assert_eq!(facts.layers, again.facts.layers, "{name}");
        assert!(!first.contains(';') && !first.contains("PrusaSlicer"), "{name}");
        assert!(stages.len() >= 5, "{stages:?}");
        assert!(
            stages
                .iter()
                .any(|s| matches!(s, Progress::Slicing(_, words) if words == "Generating perimeters"))
        );
        // What was written passes the gate again.
        let verdict = gcode::judge(&mut first.as_bytes(), &order.limits).unwrap();
        assert_eq!(verdict.decision, Decision::Pass);
    }
}

#[test]
fn a_part_that_is_too_large_is_refused_before_the_slicer() {
    let limits =
        MachineLimits { bed_x: Millimetres(90.0), bed_y: Millimetres(90.0), ..MachineLimits::GENERIC };
    let work = tempfile::tempdir().unwrap();
    let order = SliceOrder { limits, ..ORDER };
    let refused = prepare::slice(
        &config(),
        &model("helix.stl"),
        &order,
        work.path(),
        &mut |_| {},
        &CancelToken::default(),
    );
    let problem = refused.unwrap_err();
    assert_eq!(problem.kind, Kind::Fit);
    assert!(problem.what.contains("100.0 x 100.0 x 56.5 mm"), "{problem}");
}

#[test]
fn soup_is_not_sliced() {
    let work = tempfile::tempdir().unwrap();
    let soup = model("soup_unrepairable.stl");
    let refused = prepare::slice(&config(), &soup, &ORDER, work.path(), &mut |_| {}, &CancelToken::default());
    assert!(refused.unwrap_err().what.contains("do not form a body"));
}

#[test]
fn cancel_ends_the_slicer_within_two_seconds() {
    let work = tempfile::tempdir().unwrap();
    let cancel = CancelToken::default();
    let mut asked = None;
    let order = SliceOrder {
        quality: Quality::Fine,
        limits: MachineLimits { nozzle: Millimetres(0.2), ..ORDER.limits },
        ..ORDER
    };
    let problem = prepare::slice(
        &config(),
        &model("helix.stl"),
        &order,
        work.path(),
        &mut |progress| {
            if matches!(progress, Progress::Slicing(..)) && asked.is_none() {
                asked = Some(Instant::now());
                cancel.cancel();
            }
        },
        &cancel,
    )
    .unwrap_err();
    assert_eq!(problem.kind, Kind::Cancelled);
    assert!(asked.unwrap().elapsed() < Duration::from_secs(2));
    // The slicer was in the middle of it: progress is told while it happens, not at the end.
    assert!(!work.path().join(prepare::child::SLICED).exists());
    let folder = work.path().to_string_lossy().into_owned();
    assert!(!processes_name(&folder), "something still works in the folder");
}

/// Whether any process of this machine has the text in its arguments or works in that folder.
fn processes_name(text: &str) -> bool {
    fs::read_dir("/proc").unwrap().flatten().any(|entry| {
        let args = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let cwd = fs::read_link(entry.path().join("cwd")).unwrap_or_default();
        String::from_utf8_lossy(&args).contains(text) || cwd.to_string_lossy().contains(text)
    })
}

/// Our profile leaves no key open that this slicer would write.
#[test]
fn the_profile_sets_every_key_that_the_slicer_writes() {
    let work = tempfile::tempdir().unwrap();
    let ini = work.path().join("defaults.ini");
    #[allow(clippy::disallowed_methods, reason = "asks the slicer for its own keys, with no input")]
    let status = std::process::Command::new("prusa-slicer")
        .arg("--save")
        .arg(&ini)
        .stdout(std::process::Stdio::null())
        .status();
    assert!(status.unwrap().success());
    let ours = resolve(Quality::Standard, Material::Pla, false, &MachineLimits::GENERIC).unwrap();
    let has = |key: &str| ours.lines().any(|l| l.split_once('=').is_some_and(|(k, _)| k.trim() == key));
    let theirs = fs::read_to_string(&ini).unwrap();
    let missing: Vec<_> = theirs
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.split_once('=').map(|(k, _)| k.trim()))
        .filter(|k| !has(k))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
