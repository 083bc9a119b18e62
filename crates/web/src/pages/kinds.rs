//! What may be kept, as a table: kinds that are kept for the same ends and the same time stand together.

use privacy::notice::Kind;

/// Kinds with one answer to why and for how long.
pub struct Alike {
    pub says: Vec<String>,
    pub purposes: Vec<(String, &'static str)>,
    pub until: String,
}

/// In the order in which each first comes.
pub fn alike(kinds: Vec<Kind>) -> Vec<Alike> {
    let mut rows: Vec<Alike> = Vec::new();
    for Kind { says, purposes, until, .. } in kinds {
        match rows.iter_mut().find(|row| row.purposes == purposes && row.until == until) {
            Some(row) => row.says.push(says),
            None => rows.push(Alike { says: vec![says], purposes, until }),
        }
    }
    rows
}
