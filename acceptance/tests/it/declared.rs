//! What the sources can write down beside columns is in the data map, and nothing else is: log fields, file kinds, kinds
//! of work, cookies. (Columns, child messages and fields for printers have tests of their own, beside what makes them.)

use privacy::Sources;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(crates).unwrap() {
        let folder = entry.unwrap().path().join("src");
        walk(&folder, &mut found);
    }
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        // what stands in a test module is not what the program writes down
        let text = text.split("#[cfg(test)]").next().unwrap().to_owned();
        (path.display().to_string(), text)
    };
    found.into_iter().map(read).collect()
}

/// The names of the fields in every logging macro.
fn log_fields(text: &str) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for level in ["error!(", "warn!(", "info!(", "debug!(", "trace!("] {
        let opening = format!("tracing::{level}");
        for call in text.split(&opening).skip(1) {
            let mut quoted = false;
            let mut depth = 1;
            let mut plain = String::new();
            for c in call.chars() {
                match c {
                    '"' => quoted = !quoted,
                    '(' if !quoted => depth += 1,
                    ')' if !quoted => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                if !quoted {
                    plain.push(c);
                }
            }
            for part in plain.split(',') {
                let name = part.split('=').next().unwrap().trim().trim_start_matches(['%', '?']);
                let is_field = part.contains('=') || part.trim().starts_with(['%', '?']);
                if is_field && !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                {
                    fields.insert(name.to_owned());
                }
            }
        }
    }
    fields
}

/// The first text that each call of a function is given.
fn literals(text: &str, function: &str) -> BTreeSet<String> {
    let opening = format!("{function}(");
    text.split(&opening)
        .skip(1)
        .filter_map(|call| call.trim_start().strip_prefix('"')?.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn log_lines_carry_declared_fields_only() {
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    assert_eq!(
        log_fields("tracing::info!(person = %id, count = 1, \"a, b = c\");").len(),
        2,
        "the scan sees fields"
    );
    for (path, text) in sources() {
        for field in log_fields(&text) {
            assert!(
                book.map().log.contains_key(&field),
                "{path}: `{field}` is not under [log] in policy/data.toml"
            );
        }
    }
}

#[test]
fn files_are_of_declared_kinds_and_every_kind_is_used() {
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    let all: String = sources().into_iter().map(|(_, text)| text).collect();
    for function in ["blob_insert", "blob_pass"] {
        for kind in literals(&all, function) {
            assert!(book.map().blob(&kind).is_some(), "`{kind}` is not under [blob] in policy/data.toml");
        }
    }
    for kind in book.map().blob.keys() {
        assert!(all.contains(&format!("\"{kind}\"")), "nothing in the program stores a {kind}");
    }
}

#[test]
fn work_is_of_declared_kinds_and_every_kind_is_used() {
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    let all: String = sources().into_iter().map(|(_, text)| text).collect();
    for kind in literals(&all, "work_put") {
        assert!(book.map().work.contains_key(&kind), "`{kind}` is not under [work] in policy/data.toml");
    }
    for kind in book.map().work.keys() {
        assert!(all.contains(&format!("\"{kind}\"")), "nothing in the program puts down {kind}");
    }
}

#[test]
fn every_declared_cookie_is_set_somewhere() {
    let book = Sources::built_in("house").unwrap().compile().unwrap();
    let all: String = sources().into_iter().map(|(_, text)| text).collect();
    for name in book.map().cookie.keys() {
        assert!(all.contains(&format!("\"{name}\"")), "nothing in the program sets {name}");
    }
}
