//! Real models, measured and judged as three independent tools did.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must say so")]

use domain::machine::MachineLimits;
use domain::model::{MeshFacts, Unit};
use prepare::read::{self, Budget, Reading};
use prepare::{check, fit, topology};
use std::fs::File;
use std::path::{Path, PathBuf};

fn model(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models").join(name)
}

fn read(name: &str) -> Reading {
    read::model(&mut File::open(model(name)).unwrap(), &Budget::STANDARD)
        .unwrap_or_else(|problem| panic!("{name}: {problem}"))
}

fn measure(name: &str) -> MeshFacts {
    topology::measure(&read(name).mesh)
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-4 * expected.abs(), "found {found}, expected {expected}");
}

fn codes(facts: &MeshFacts) -> Vec<String> {
    check::findings(facts).into_iter().map(|f| f.code).collect()
}

#[test]
fn a_part_in_inches_is_measured_and_its_unit_guessed() {
    let facts = measure("featuretype_inches.stl");
    assert_eq!((facts.triangles, facts.vertices, facts.shells), (3476, 1722, 1));
    assert!(facts.closed());
    assert!(codes(&facts).is_empty(), "{:?}", codes(&facts));
    close(facts.volume_mm3, 11.6277);
    assert!((facts.area_mm2 - 53.8).abs() < 0.05, "{}", facts.area_mm2);
    for (found, expected) in facts.size_mm.into_iter().zip([5.0, 2.5, 1.375]) {
        close(found, expected);
    }
    let guesses = fit::guesses(facts.size_mm, &[MachineLimits::GENERIC]);
    assert_eq!(guesses[0].unit, Unit::Inch);
    close(guesses[0].size_mm[2], 34.925);
}

#[test]
fn a_clean_binary_stl_has_no_problem() {
    let facts = measure("helix.stl");
    assert_eq!((facts.triangles, facts.shells), (500, 1));
    assert!(facts.closed());
    close(facts.volume_mm3, 108_196.5);
    close(facts.size_mm[2], 56.52);
    assert_eq!(fit::guesses(facts.size_mm, &[])[0].unit, Unit::Millimetre);
}

#[test]
fn a_3mf_states_its_unit() {
    let reading = read("torus.3mf");
    assert_eq!(reading.unit, Some(Unit::Millimetre));
    let facts = topology::measure(&reading.mesh);
    assert_eq!(facts.triangles, 2200);
    assert!(facts.closed(), "{facts:?}");
    close(facts.volume_mm3, 776.83);
    close(facts.size_mm[1], 23.953);
}

#[test]
fn a_hole_is_counted_edge_by_edge() {
    let facts = measure("sphere_with_hole_ascii.stl");
    assert_eq!((facts.triangles, facts.open_edges, facts.shells), (285, 9, 1));
    assert_eq!(codes(&facts)[0], "open-edges");
}

#[test]
fn two_boxes_that_share_one_edge_are_not_fine() {
    let facts = measure("shared_edge_nonmanifold.stl");
    assert_eq!((facts.open_edges, facts.non_manifold_edges), (0, 1));
    close(facts.volume_mm3, 2.0);
    assert_eq!(codes(&facts), ["non-manifold-edges"]);
}

#[test]
fn several_solids_in_one_ascii_file_are_read_and_their_winding_judged() {
    let facts = measure("multibody_inverted_ascii.stl");
    assert_eq!((facts.triangles, facts.vertices, facts.shells), (32, 20, 2));
    assert_eq!((facts.open_edges, facts.non_manifold_edges, facts.inconsistent_edges), (0, 0, 12));
    // No volume is asserted: where faces disagree it depends on the point from which it is measured.
    assert_eq!(codes(&facts), ["inconsistent-edges"]);
}

#[test]
fn soup_is_refused() {
    let facts = measure("soup_unrepairable.stl");
    assert_eq!((facts.triangles, facts.open_edges, facts.shells), (100, 300, 100));
    assert_eq!(codes(&facts)[0], "soup");
    assert!(!check::printable(&facts));
    assert!(check::printable(&measure("sphere_with_hole_ascii.stl")));
}

#[test]
fn degenerate_triangles_are_left_out_before_edges_are_counted() {
    let facts = measure("spider_multi_defect.stl");
    assert_eq!((facts.triangles, facts.vertices, facts.degenerate_faces), (1368, 722, 56));
    assert_eq!((facts.open_edges, facts.inconsistent_edges, facts.non_manifold_edges), (72, 10, 0));
    assert_eq!(facts.shells, 18);
}
