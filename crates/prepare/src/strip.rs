//! What files hold about people, programs and places beside the shape, so that it can be reported and left out.
//!
//! Nothing here is ever copied into what we write: a cleaned model is made from numbers only. The values found
//! are not kept either, only which kind of thing was there.

use serde::{Deserialize, Serialize};

/// A kind of thing that was in the file and is not in ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// What it was, in plain words: "the designer's name".
    pub what: String,
    /// How many of them.
    pub count: u64,
}

impl Removed {
    /// One of this kind.
    pub fn one(what: &str) -> Self {
        Self { what: what.to_owned(), count: 1 }
    }
}

/// Joins equal kinds and adds their counts, keeping the order in which they were met.
pub fn tally(found: Vec<Removed>) -> Vec<Removed> {
    let mut kinds: Vec<Removed> = Vec::new();
    for removed in found {
        match kinds.iter_mut().find(|known| known.what == removed.what) {
            Some(known) => known.count += removed.count,
            None => kinds.push(removed),
        }
    }
    kinds
}

/// What the 80 bytes before a binary STL's count hold.
pub fn stl_header(header: &[u8]) -> Vec<Removed> {
    let text = header.iter().any(u8::is_ascii_alphanumeric);
    if !text {
        return Vec::new();
    }
    vec![Removed::one(if has_path(header) {
        "a file path in the STL header"
    } else {
        "text in the STL header"
    })]
}

/// What stands after `solid` in an ASCII STL.
pub fn solid_name(name: &[u8]) -> Option<Removed> {
    let name = name.trim_ascii();
    if name.is_empty() {
        return None;
    }
    Some(Removed::one(if has_path(name) { "a file path as the solid's name" } else { "the solid's name" }))
}

/// What a 3MF metadata entry says, by its name.
pub fn metadata(name: &str) -> Removed {
    let short = name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase();
    Removed::one(match short.as_str() {
        "designer" | "author" | "creator" | "designeruserid" | "designerid" => "the designer's name",
        "copyright" | "licenseterms" | "license" => "copyright and licence text",
        "title" | "description" | "rating" => "title and description",
        "application" => "the name of the program",
        "creationdate" | "modificationdate" | "created" | "modified" => "dates of the work",
        _ => "other metadata",
    })
}

/// What an archive's part is, when it is not the model itself, by its path within the archive.
pub fn part(path: &str) -> Option<Removed> {
    let lower = path.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|e| lower.ends_with(e));
    if lower.ends_with('/') || lower == "[content_types].xml" || ends(&[".rels", ".model"]) {
        return None;
    }
    Some(Removed::one(if lower.contains("thumbnail") || lower.contains("plate_") && ends(&[".png"]) {
        "a thumbnail"
    } else if ends(&[".png", ".jpg", ".jpeg", ".gif", ".texture"]) {
        "a picture"
    } else if lower.contains("core") && ends(&[".xml", ".prop", ".psmdcp"]) || ends(&[".psmdcp"]) {
        "document properties"
    } else if ends(&[".gcode", ".gcode.md5"]) {
        "ready-made G-code"
    } else if lower.contains("_pt.") || lower.contains("ticket") {
        "a print ticket"
    } else if ends(&[".config", ".ini", ".json"]) {
        "slicer settings"
    } else {
        "an attachment"
    }))
}

fn has_path(text: &[u8]) -> bool {
    let windows = text.windows(3).any(|w| matches!(w, [d, b':', b'\\' | b'/'] if d.is_ascii_alphabetic()));
    let slashes = text.iter().filter(|b| **b == b'/' || **b == b'\\').count();
    windows || slashes >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_names_are_reported_by_kind_never_by_value() {
        assert!(stl_header(&[0; 80]).is_empty());
        assert!(stl_header(&[b' '; 80]).is_empty());
        assert_eq!(stl_header(b"Exported by Ada's machine")[0].what, "text in the STL header");
        assert_eq!(stl_header(b"C:\\Users\\ada\\x.stl")[0].what, "a file path in the STL header");
        assert_eq!(solid_name(b" /home/ada/x "), Some(Removed::one("a file path as the solid's name")));
        assert_eq!(solid_name(b"  "), None);
        assert_eq!(metadata("slic3rpe:Designer").what, "the designer's name");
        assert_eq!(part("Metadata/thumbnail.png"), Some(Removed::one("a thumbnail")));
        assert_eq!(part("3D/3dmodel.model"), None);
    }
}
