//! The gate that every toolpath passes: the confined child interprets it move by move within the machine's limits, and
//! hands back a copy without comments, pictures and messages.
//!
//! The child's folder lies in memory, so that no toolpath touches a disk in the clear; without such a place nothing is
//! printed. What a process that was killed left there is removed when the next one starts.

use crate::queue::{Findings, Gate, Passed, Refused};
use domain::machine::MachineLimits;
use domain::printer::Volume;
use prepare::gcode::Decision;
use prepare::{CancelToken, Config};
use std::fs::File;
use std::path::Path;
use store::jobs::Facts;

/// The gate that the house ships.
#[derive(Clone, Debug)]
pub struct ConfinedGate {
    /// How children are started and what they may use.
    pub config: Config,
}

/// Where Linux keeps files in memory.
const IN_MEMORY: &str = "/dev/shm";
/// What the folders of this program there begin with; the number of the process that made one follows.
const PREFIX: &str = "printkeep-gate-";

/// Removes the folders of processes that are gone.
pub fn clear_leftovers() {
    let Ok(entries) = std::fs::read_dir(IN_MEMORY) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|n| n.strip_prefix(PREFIX)?.split('-').next());
        if owner.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            // It may be another user's, whose next start removes it.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

impl Gate for ConfinedGate {
    fn check(&self, gcode: &File, limits: &MachineLimits) -> Result<Passed, Refused> {
        let prefix = format!("{PREFIX}{}-", std::process::id());
        let folder = tempfile::Builder::new().prefix(&prefix).tempdir_in(IN_MEMORY);
        let disk = |_| {
            Refused {
            problem: "The file could not be checked: there is no room for it in memory (/dev/shm). Tell the operator.".to_owned(),
        }
        };
        let folder = folder.map_err(disk)?;
        let cancel = CancelToken::default();
        let gated = prepare::gate(&self.config, gcode, limits, folder.path(), &cancel)
            .map_err(|problem| Refused { problem: format!("{} {}", problem.what, problem.remedy) })?;
        if gated.verdict.decision == Decision::Refuse {
            let problem = gated.verdict.problem();
            let problem = problem.map(|p| format!("{} {}", p.what, p.remedy)).unwrap_or_default();
            return Err(Refused { problem });
        }
        let stripped = gated
            .stripped
            .ok_or_else(|| Refused { problem: "The file could not be cleaned. Slice it anew.".to_owned() })?;
        let found = gated.verdict.facts;
        let facts = Facts {
            size: found.plastic_mm.map(|[low, high]| size(low, high)),
            material: None,
            seconds: found.seconds,
            grams: found.filament_g,
        };
        // Of a toolpath that is not refused, every finding is a line that nobody here knows.
        let findings = Findings { lines: gated.verdict.findings, more: gated.verdict.more };
        Ok(Passed { gcode: File::open(stripped).map_err(disk)?, facts, findings })
    }
}

fn size(low: [f64; 3], high: [f64; 3]) -> Volume {
    use domain::units::Millimetres;
    let [x, y, z] = [0, 1, 2].map(|axis| {
        let (low, high) = (low.get(axis).copied().unwrap_or(0.0), high.get(axis).copied().unwrap_or(0.0));
        Millimetres(high - low)
    });
    Volume { x, y, z }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_is_removed_and_ours_is_not() {
        let gone = Path::new(IN_MEMORY).join(format!("{PREFIX}4294967295-test"));
        let ours = Path::new(IN_MEMORY).join(format!("{PREFIX}{}-test", std::process::id()));
        for folder in [&gone, &ours] {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(folder.join("stripped.gcode"), "G1 X1").unwrap();
        }
        clear_leftovers();
        assert!(!gone.exists() && ours.exists());
        std::fs::remove_dir_all(ours).unwrap();
    }
}
