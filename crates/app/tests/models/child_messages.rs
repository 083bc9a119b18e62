//! Every field of every message between the server and its confined child is in the data map, and nothing else is.

use domain::machine::MachineLimits;
use domain::model::{MeshFacts, Unit};
use prepare::check::{Finding, Severity};
use prepare::child::{Facts, InspectOrder, Inspected, Machine, Order, PlaceOrder, Work};
use prepare::fit::Guess;
use prepare::gcode::facts::GcodeFacts;
use prepare::gcode::{Decision, LineFinding, Verdict};
use prepare::problem::Problem;
use prepare::sandbox::Limits;
use prepare::strip::Removed;
use privacy::Sources;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

fn fields(sample: &impl Serialize) -> BTreeSet<String> {
    let value = serde_json::to_value(sample).unwrap();
    value.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn every_field_is_in_the_map_and_nothing_else_is() {
    let machine = Machine::from(&MachineLimits::GENERIC);
    let line = LineFinding {
        line: 1,
        command: String::new(),
        decision: Decision::Pass,
        what: String::new(),
        remedy: String::new(),
    };
    let guess = Guess { unit: Unit::Millimetre, size_mm: [1.0; 3], weight: 1.0 };
    let finding = Finding { code: String::new(), severity: Severity::Note, count: 1, words: String::new() };
    let inspected = Inspected {
        facts: Facts(MeshFacts::default()),
        unit: None,
        guesses: vec![guess],
        findings: vec![finding.clone()],
        printable: true,
        fits: vec![],
        removed: vec![],
        notes: vec![],
        viewer_triangles: 0,
    };
    let verdict =
        Verdict { decision: Decision::Pass, findings: vec![], more: 0, facts: GcodeFacts::default() };
    let inspect = InspectOrder { scale: 1.0, picture_side: 1, machines: vec![machine] };
    let order = Order { work: Work::Slice, limits: Limits::READER, accept_weaker: false };
    let sent: BTreeMap<&str, BTreeSet<String>> = BTreeMap::from([
        ("order", fields(&order)),
        ("limits", fields(&Limits::READER)),
        ("inspect", fields(&inspect)),
        ("place", fields(&PlaceOrder { scale: 1.0, machine })),
        ("machine", fields(&machine)),
        ("inspected", fields(&inspected)),
        ("facts", fields(&inspected.facts)),
        ("guess", fields(&guess)),
        ("finding", fields(&finding)),
        ("removed", fields(&Removed::one("a name"))),
        ("gated", fields(&verdict)),
        ("line", fields(&line)),
        ("gcode", fields(&GcodeFacts::default())),
        ("refused", fields(&Problem::internal("x"))),
    ]);
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    let declared: BTreeMap<&str, BTreeSet<String>> =
        book.map().child.iter().map(|(name, f)| (name.as_str(), f.keys().cloned().collect())).collect();
    assert_eq!(sent, declared);
}
