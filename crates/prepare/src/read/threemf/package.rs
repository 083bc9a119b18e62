//! The package around a 3MF's models: the archive's directory, its content list and its relationships.
//!
//! Nothing is ever unpacked to disk; names in the archive are compared, never opened.

use super::events::Events;
use super::guard::{Guard, broken};
use crate::problem::{Outcome, Problem};
use crate::read::Budget;
use crate::strip::{self, Removed};
use std::collections::HashMap;
use std::io::{Read, Seek};
use zip::ZipArchive;

const START_PART: &str = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel";
const PRINT_TICKET: &str = "http://schemas.microsoft.com/3dmanufacturing/2013/01/printticket";
const MODEL_CONTENT: &str = "application/vnd.ms-package.3dmanufacturing-3dmodel+xml";

/// An open package whose directory has been checked.
pub(super) struct Package<'f, F> {
    archive: ZipArchive<&'f mut F>,
    /// Index in the archive by path, in lower case, without the leading slash.
    parts: HashMap<String, usize>,
    left: u64,
    ratio: u64,
    depth: usize,
    /// Parts that are neither model nor package.
    pub(super) removed: Vec<Removed>,
}

impl<'f, F: Read + Seek> Package<'f, F> {
    /// Opens the archive and checks its directory: number and names of entries, methods, overlaps.
    pub(super) fn open(file: &'f mut F, budget: &Budget) -> Outcome<Self> {
        let damaged = |_| Problem::file("The 3MF is a damaged ZIP archive.", "Export or upload it again.");
        let mut archive = ZipArchive::new(file).map_err(damaged)?;
        if archive.len() > budget.entries {
            return Err(Problem::too_much(
                format!(
                    "The archive has {} entries; {} are the most this house reads.",
                    archive.len(),
                    budget.entries
                ),
                "Export only the model.",
            ));
        }
        if archive.has_overlapping_entries().map_err(damaged)? {
            return Err(Problem::file(
                "Entries of the archive overlap, as in a ZIP bomb.",
                "Export it again.",
            ));
        }
        let mut parts = HashMap::new();
        let mut removed = Vec::new();
        for index in 0..archive.len() {
            let entry = archive.by_index_raw(index).map_err(damaged)?;
            let name = core::str::from_utf8(entry.name_raw())
                .map_err(|_| broken("2.2", "a part's name is not text"))?
                .to_owned();
            check_name(&name)?;
            if entry.encrypted() {
                return Err(Problem::file(
                    "The archive is protected by a password.",
                    "Upload it without one.",
                ));
            }
            if !matches!(
                entry.compression(),
                zip::CompressionMethod::Stored | zip::CompressionMethod::Deflated
            ) {
                return Err(broken("2.1", "parts may only be stored or deflated"));
            }
            removed.extend(strip::part(&name));
            if parts.insert(name.to_ascii_lowercase(), index).is_some() {
                return Err(broken("2.2", "two parts have the same name"));
            }
        }
        if parts.len() < archive.len() {
            return Err(broken("2.2", "two parts have the same name"));
        }
        Ok(Self {
            archive,
            parts,
            left: budget.expanded_bytes,
            ratio: budget.ratio,
            depth: budget.depth,
            removed,
        })
    }

    /// Checks the content list and the relationships, and returns the path of the model to start with.
    pub(super) fn start_part(&mut self) -> Outcome<String> {
        self.check_content_types()?;
        let relations = self.relations("_rels/.rels", "")?;
        let mut models = relations.iter().filter(|r| r.kind == START_PART);
        let Some(start) = models.next() else {
            return Err(broken("2.1.1", "the package must have a relationship to a 3D model part"));
        };
        if models.next().is_some() {
            return Err(broken(
                "2.1.2",
                "the package must not have more than one 3D model part to start with",
            ));
        }
        if !self.parts.contains_key(&start.target.to_ascii_lowercase()) {
            return Err(broken("2.1.1", "the 3D model part that the package names does not exist"));
        }
        let start = start.target.clone();
        self.check_relations_of(&start)?;
        Ok(start)
    }

    /// Checks the relationships of a model part, if it has any.
    pub(super) fn check_relations_of(&mut self, part: &str) -> Outcome<()> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let path = format!("{folder}/_rels/{name}.rels");
        let path = path.trim_start_matches('/');
        if self.parts.contains_key(&path.to_ascii_lowercase()) {
            self.relations(path, folder)?;
        }
        Ok(())
    }

    /// Whether there is such a part.
    pub(super) fn has(&self, path: &str) -> bool {
        self.parts.contains_key(&path.to_ascii_lowercase())
    }

    /// Opens an XML part, hands it to `read`, and takes what was unpacked from the budget.
    pub(super) fn xml<T>(
        &mut self,
        path: &str,
        read: impl FnOnce(&mut Events<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        let missing = || broken("2.1", "a part that is needed does not exist");
        let index = self.parts.get(&path.to_ascii_lowercase()).copied().ok_or_else(missing)?;
        let entry = self.archive.by_index(index).map_err(|_| {
            Problem::file(
                "A part of the archive is damaged and cannot be unpacked.",
                "Export or upload it again.",
            )
        })?;
        let (declared, packed) = (entry.size(), entry.compressed_size());
        let inner: Box<dyn Read + '_> = Box::new(entry);
        let (guard, progress) = Guard::new(inner, declared, packed, self.ratio, self.left);
        let mut events = Events::new(guard, progress, self.depth);
        let found = read(&mut events)?;
        // To the very end, so that the checksum and the stated length are checked too.
        events.finish()?;
        self.left = self.left.saturating_sub(declared);
        Ok(found)
    }

    fn check_content_types(&mut self) -> Outcome<()> {
        if !self.has("[Content_Types].xml") {
            return Err(broken("2.1", "the package has no content list ([Content_Types].xml)"));
        }
        let mut knows_model = false;
        self.xml("[Content_Types].xml", |events| {
            events.each(|element| {
                knows_model |=
                    element.get("ContentType").is_some_and(|c| c.eq_ignore_ascii_case(MODEL_CONTENT));
                Ok(())
            })
        })?;
        if knows_model {
            Ok(())
        } else {
            Err(broken("2.1", "the content list does not name a 3D model part"))
        }
    }

    fn relations(&mut self, path: &str, folder: &str) -> Outcome<Vec<Relation>> {
        if !self.has(path) {
            return Err(broken("2.1.1", "the package has no relationships (_rels/.rels)"));
        }
        let mut relations: Vec<Relation> = Vec::new();
        let mut ids = Vec::new();
        self.xml(path, |events| {
            events.each(|element| {
                if element.name != "Relationship" {
                    return Ok(());
                }
                if element.get("TargetMode").is_some_and(|mode| mode.eq_ignore_ascii_case("external")) {
                    return Err(broken("2.1", "a relationship points outside the package"));
                }
                let needed = || broken("2.1", "a relationship has no target, type or id");
                let target = resolve(element.get("Target").ok_or_else(needed)?, folder)?;
                let kind = element.get("Type").ok_or_else(needed)?.to_owned();
                ids.push(element.get("Id").ok_or_else(needed)?.to_owned());
                relations.push(Relation { kind, target });
                if relations.len() > 4096 {
                    return Err(Problem::too_much(
                        "The package has thousands of relationships.",
                        "Export it again.",
                    ));
                }
                Ok(())
            })
        })?;
        if relations.iter().filter(|r| r.kind == PRINT_TICKET).count() > 1 {
            return Err(broken("2.1.4", "a part must not have more than one print ticket"));
        }
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(broken("2.1", "two relationships of one part have the same id"));
        }
        Ok(relations)
    }
}

struct Relation {
    kind: String,
    target: String,
}

/// A path within the package, from a relationship's target and the folder of its source.
pub(super) fn resolve(target: &str, folder: &str) -> Outcome<String> {
    if target.contains(':') || target.contains('\\') || target.starts_with("//") {
        return Err(broken("2.1", "a relationship points outside the package"));
    }
    let full = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut path: Vec<&str> = Vec::new();
    for step in full.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop().ok_or_else(|| broken("2.2", "a relationship points outside the package"))?;
            }
            step => path.push(step),
        }
    }
    Ok(path.join("/"))
}

fn check_name(name: &str) -> Outcome<()> {
    let tricks = name.starts_with('/')
        || name.contains('\\')
        || name.contains(':')
        || name.len() > 1024
        || name.chars().any(char::is_control)
        || name.split('/').any(|step| step == ".." || step == ".");
    if tricks {
        return Err(broken(
            "2.2",
            "a part's name leaves the package or holds characters that are not allowed",
        ));
    }
    Ok(())
}
