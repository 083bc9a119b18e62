//! The measures that protect data: each has an owner and a check, and the check says when the measure is gone.

use acceptance::{Browser, House};
use domain::person::Role;
use reqwest::StatusCode;
use std::os::unix::fs::PermissionsExt;

const PAGE: &str = "/console/measures";

both! { each_measure_has_an_owner_and_a_check_that_sees_it_gone }

/// What the row of this measure says.
async fn row(who: &Browser, says: &str) -> String {
    let page = who.get(PAGE).await.body;
    let row = page.split("<tr>").find(|row| row.contains(says));
    row.unwrap_or_else(|| panic!("{says}: {page}")).to_owned()
}

async fn each_measure_has_an_owner_and_a_check_that_sees_it_gone(house: House) {
    domain::proves!("FL-59", "TP-46", by = "app::measures::measures");
    domain::proves!("SP-31", by = "app::updates::Updates::judged");
    let olga = house.operator("Olga").await;
    let ada = house.invited(&olga, "Ada", Role::Member).await;
    assert_eq!(ada.get(PAGE).await.status, StatusCode::NOT_FOUND);
    house.ctx.store.turn_epoch().await.unwrap();
    assert!(row(&olga, "security updates").await.contains("name it with --updates"), "nobody has looked");
    let updates = |says: &str| {
        house.ctx.updates.found(app::updates::Updates::of_apt(says, house.ctx.store.clock().now()));
    };
    updates("Inst zip [3.0-13] (3.0-13+deb12u1 Debian-Security:12/oldstable-security [amd64])");
    let pending = row(&olga, "security updates").await;
    assert!(
        pending.contains("Not in force") && pending.contains("security updates pending: 1 of 1"),
        "{pending}"
    );
    updates("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.");
    let well = row(&olga, "security updates").await;
    let version = format!("Printkeep {}", env!("CARGO_PKG_VERSION"));
    assert!(well.contains("In force") && well.contains(&version) && well.contains("2026-11-22"), "{well}");
    let page = olga.get(PAGE).await.body;
    let rows: Vec<&str> = page.split("<tr>").skip(2).collect();
    assert!(rows.len() >= 10, "{page}");
    for measure in &rows {
        assert!(
            measure.contains("Operator") || measure.contains("Privacy officer"),
            "nobody answers for {measure}"
        );
        // Duties of a new house were never done yet, and that is said.
        assert!(measure.contains("In force") || measure.contains("again and again"), "{measure}");
    }

    let keys = house.folder().join("keys");
    let closed = std::fs::metadata(&keys).unwrap().permissions();
    std::fs::set_permissions(&keys, PermissionsExt::from_mode(0o755)).unwrap();
    assert!(row(&olga, "keys of epochs").await.contains("Others can read the key folder"));
    std::fs::set_permissions(&keys, closed).unwrap();
    assert!(row(&olga, "keys of epochs").await.contains("In force"));

    house.clock.advance(8 * 24 * 3600);
    let olga = house.signed_in("Olga").await;
    assert!(row(&olga, "Keys change").await.contains("should have ended"));
    house.ctx.store.turn_epoch().await.unwrap();
    assert!(row(&olga, "Keys change").await.contains("In force"));

    // Without HTTPS, beyond this machine.
    let beyond = app::measures::measures(&house.ctx, &olga.who(&house).await, false).await.unwrap();
    assert!(beyond.iter().any(|m| m.says.contains("encrypted on its way") && m.found.is_err()));

    // Looks that nobody reviewed in time, and what outlived its time; not what ran out this minute.
    olga.get("/console/people").await;
    house.clock.advance(400 * 24 * 3600);
    let olga = house.signed_in("Olga").await;
    assert!(row(&olga, "reviewed by somebody").await.contains("wait for a review that is overdue"));
    assert!(row(&olga, "What has expired").await.contains("rows have"));
    while house.ctx.store.sweep().await.unwrap().rows > 0 {}
    assert!(row(&olga, "What has expired").await.contains("In force"));

    let tiles = house.ctx.store.log_folder().join("tile");
    let mut entries = vec![tiles];
    while let Some(place) = entries.pop() {
        if place.is_dir() {
            entries.extend(std::fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let mut bytes = std::fs::read(&place).unwrap();
            bytes[0] ^= 1;
            std::fs::write(&place, bytes).unwrap();
        }
    }
    assert!(row(&olga, "cannot be changed unseen").await.contains("Not in force"));
    assert!(olga.get(PAGE).await.body.contains("not in force."));
}
