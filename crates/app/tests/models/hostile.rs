//! Hostile files: refused in words, and nothing of them is left anywhere.

use crate::house::{House, sample};
use app::models::{self, Sort, Stage};
use std::path::Path;

both! { hostile_files_leave_nothing_behind }

fn files() -> Vec<(String, Vec<u8>)> {
    let mut stl = sample("helix.stl");
    stl.truncate(5000);
    let mut lying = sample("helix.stl");
    lying[80..84].copy_from_slice(&u32::MAX.to_le_bytes());
    let mut nan = sample("helix.stl");
    nan[84 + 12..84 + 16].copy_from_slice(&f32::NAN.to_le_bytes());
    let mut files = vec![
        ("text.stl".to_owned(), b"Dear printer, please print me a boat.".repeat(9)),
        ("cut.stl".to_owned(), stl),
        ("lying.stl".to_owned(), lying),
        ("nan.stl".to_owned(), nan),
        (
            "noise.3mf".to_owned(),
            (0..5000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect(),
        ),
        ("dos.3mf".to_owned(), sample("dos_fuzz.3mf")),
        ("comma.3mf".to_owned(), sample("comma_decimals.3mf")),
        ("hot.gcode".to_owned(), b"G28\nM104 S999\nG1 X10 Y10 E1\n".to_vec()),
        ("host.gcode".to_owned(), b"G28\nM524\nM118 A1 action:poweroff\nG1 X900 E5\n".to_vec()),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../prepare/tests/models/mustfail");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        files.push((path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()));
    }
    files
}

async fn hostile_files_leave_nothing_behind(mut house: House) {
    house.work();
    let ada = house.person("Ada").await;
    let files = files();
    assert!(files.len() >= 20);
    for (name, bytes) in &files {
        let words = house.upload(&ada, name, bytes).await.expect_err(name);
        assert!(words.len() > 30 && words.contains(". "), "{name}: what is wrong and what to do: {words}");
        assert!(!words.contains(name.as_str()) && !words.contains('/'), "{name}: {words}");
    }
    house.rest().await;
    assert!(models::list(&house.ctx, &ada, Sort::Newest).await.unwrap().is_empty());
    assert!(house.blobs().is_empty() && house.work_folder().is_empty());
    assert!(!house.has_work().await);
    // the sentences wait for her, until she has seen them or a day is over
    let told = models::in_progress(&house.ctx, &ada).await.unwrap();
    assert_eq!(told.len(), files.len());
    assert!(told.iter().all(|t| matches!(t.stage, Stage::Refused(_))));
    for one in told {
        models::dismiss(&house.ctx, &ada, one.id).await.unwrap();
    }
    assert!(models::in_progress(&house.ctx, &ada).await.unwrap().is_empty());
}
