//! What drivers send and what the policy lists as sent are the same list, in both directions.

use app::work::Checked;
use domain::ids::PrintReference;
use domain::printer::{NotDone, Refusal};
use printers::egress::{Field, OCTOPRINT, SIMULATED};
use printers::{PrintOrder, Printer as _};
use privacy::Sources;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::SystemRandom;

#[test]
fn drivers_and_policy_list_the_same_fields() {
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    for (name, fields) in [("printer-simulated", SIMULATED), ("printer-octoprint", OCTOPRINT)] {
        let sent: BTreeSet<&str> = fields.iter().map(|field: &Field| field.name()).collect();
        let listed = book.egress().destination[name].get_ref();
        let listed: BTreeSet<&str> = listed.field.keys().map(String::as_str).collect();
        assert_eq!(sent, listed, "{name}");
    }
}

#[tokio::test]
async fn what_is_not_listed_is_not_sent() {
    let house = crate::house::House::sqlite().await;
    let order = || PrintOrder {
        reference: PrintReference::fresh(&SystemRandom),
        bytes: 3,
        gcode: Box::new(std::io::Cursor::new(b"G28".to_vec())),
    };
    let nowhere = Checked::new(house.machine.clone(), "printer-nowhere".to_owned(), &house.ctx.store);
    assert_eq!(nowhere.place(order()).await, Err(NotDone::Refused(Refusal::NotPermitted)));
    assert_eq!(nowhere.report().await.unwrap_err(), NotDone::Refused(Refusal::NotPermitted));
    assert!(house.machine.own_files().await.unwrap().is_empty());
    let listed =
        Checked::new(Arc::clone(&house.machine) as _, "printer-simulated".to_owned(), &house.ctx.store);
    listed.place(order()).await.unwrap();
}
