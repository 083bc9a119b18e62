//! The gate before every printer: G-code is followed move by move and held against the printer's limits.
//!
//! A command that nobody knows holds the job until a person has looked; one that could hurt the machine, the
//! network or the host refuses it. Findings name the line and the remedy, never the text of the file.

pub mod arc;
pub mod commands;
pub mod facts;
pub mod machine;
pub mod strip;
pub mod words;

use crate::problem::{Outcome, Problem, safe_word};
use crate::read::gcode::Lines;
use crate::sniff;
use commands::Rule;
use domain::machine::MachineLimits;
use facts::GcodeFacts;
use machine::{Fault, Machine};
use serde::{Deserialize, Serialize};
use std::io::{Read, Seek};
use words::{Command, Unreadable, without_numbering};

/// The most G-code that is read.
const MOST_BYTES: u64 = 2 << 30;
/// Findings that are told one by one; the rest is counted.
const TOLD: usize = 20;

/// What the gate decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// May be printed.
    Pass,
    /// A person must look at the named lines first.
    Hold,
    /// Must not be printed on this printer.
    Refuse,
}

/// One line that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineFinding {
    /// The line, counted from 1; 0 for the file as a whole.
    pub line: u64,
    /// The command, at most 24 characters of it.
    pub command: String,
    /// Whether it holds or refuses.
    pub decision: Decision,
    /// What is wrong, in plain words.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

/// The gate's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The worst of all findings.
    pub decision: Decision,
    /// The first findings, refusals before holds.
    pub findings: Vec<LineFinding>,
    /// Findings beyond those told.
    pub more: u64,
    /// What is known about the print.
    pub facts: GcodeFacts,
}

impl Verdict {
    /// The refusal or hold as one problem, or `None` if the file passed.
    pub fn problem(&self) -> Option<Problem> {
        let first = self.findings.first()?;
        let place =
            if first.line == 0 { String::new() } else { format!("Line {} ({}) ", first.line, first.command) };
        Some(Problem::file(format!("{place}{}.", first.what), first.remedy.clone()))
    }
}

/// Judges a G-code file for a printer.
///
/// # Errors
/// If the file is no plain G-code, or cannot be read.
pub fn gate(file: &mut (impl Read + Seek), limits: &MachineLimits) -> Outcome<Verdict> {
    let length = file.seek(std::io::SeekFrom::End(0)).map_err(|e| Problem::io("reading the G-code", &e))?;
    if length > MOST_BYTES {
        return Err(Problem::too_much("The G-code is larger than 2 GB.", "Slice it coarser or in parts."));
    }
    refuse_packages(sniff::sniff(file)?)?;
    judge(file, limits)
}

/// Refuses everything that is not plain G-code; above all packages, which can hold the model's mesh.
fn refuse_packages(kind: sniff::Kind) -> Outcome<()> {
    let plain = "Export plain G-code from your slicer.";
    Err(match kind {
        // Unknown bytes go on: a line that is no text is refused by its number.
        sniff::Kind::Gcode | sniff::Kind::Unknown | sniff::Kind::LyingStl(..) => return Ok(()),
        sniff::Kind::ThreeMf | sniff::Kind::BinaryStl | sniff::Kind::AsciiStl => {
            Problem::file("This file holds the model's mesh, and only its moves may go to a printer.", plain)
        }
        sniff::Kind::OtherArchive(what) | sniff::Kind::Foreign(what) => {
            Problem::file(format!("This is a {what}, not G-code."), plain)
        }
        sniff::Kind::BinaryGcode => Problem::file(
            "This is binary G-code, which this house cannot check.",
            "Switch off binary G-code in your slicer's printer settings and export again.",
        ),
        sniff::Kind::Empty => Problem::file("The file is empty.", "Export it again."),
    })
}

/// Follows the file from where the reader stands.
pub fn judge(from: &mut impl Read, limits: &MachineLimits) -> Outcome<Verdict> {
    let mut lines = Lines::new(from);
    let mut judge = Judge {
        limits,
        machine: Machine::new(limits),
        facts: GcodeFacts::default(),
        held: Vec::new(),
        refused: Vec::new(),
        more: 0,
    };
    while let Some(line) = lines.read_line()? {
        judge.facts.lines = line.number;
        if line.has_comment {
            judge.facts.note(&line.comment);
        }
        if line.too_long {
            judge.add(
                line.number,
                &line.code,
                Decision::Refuse,
                "is longer than any command",
                "The file is damaged or no G-code: export it again.",
            );
        } else if !line.code.is_empty() {
            judge.line(line.number, &line.code);
        }
    }
    Ok(judge.finish())
}

struct Judge<'l> {
    limits: &'l MachineLimits,
    machine: Machine<'l>,
    facts: GcodeFacts,
    held: Vec<LineFinding>,
    refused: Vec<LineFinding>,
    more: u64,
}

impl Judge<'_> {
    fn add(&mut self, line: u64, code: &[u8], decision: Decision, what: &str, remedy: &str) {
        let list = if decision == Decision::Refuse { &mut self.refused } else { &mut self.held };
        if list.len() == TOLD {
            self.more += 1;
            return;
        }
        let first = without_numbering(code).split(|b| *b == b' ' || *b == b'\t').next().unwrap_or_default();
        list.push(LineFinding {
            line,
            command: safe_word(first),
            decision,
            what: what.to_owned(),
            remedy: remedy.to_owned(),
        });
    }

    fn line(&mut self, number: u64, code: &[u8]) {
        if without_numbering(code).first() == Some(&b'@') {
            if let Rule::Forbidden(what, remedy) = commands::HOST_LINE {
                self.add(number, code, Decision::Refuse, what, remedy);
            }
            return;
        }
        let command = match Command::parse(code) {
            Ok(command) => command,
            Err(why) => return self.unreadable(number, code, why),
        };
        match commands::rule(&command, code) {
            Rule::Harmless => {}
            Rule::Follow => {
                if let Err(fault) = self.machine.follow(&command) {
                    self.fault(number, code, fault);
                }
            }
            Rule::Hotend => {
                let degrees = hottest(&command);
                self.facts.hotend_c = self.facts.hotend_c.max(degrees);
                self.heat(number, code, degrees, self.limits.max_hotend.0, "nozzle");
            }
            Rule::Bed => {
                let degrees = hottest(&command);
                self.facts.bed_c = self.facts.bed_c.max(degrees);
                self.heat(number, code, degrees, self.limits.max_bed.0, "bed");
            }
            Rule::Forbidden(what, remedy) => self.add(number, code, Decision::Refuse, what, remedy),
            Rule::Unknown => self.add(
                number,
                code,
                Decision::Hold,
                "is a command that this house does not know",
                "Look it up for your printer, then allow it for this job or remove the line.",
            ),
        }
    }

    fn heat(&mut self, number: u64, code: &[u8], degrees: f64, most: f64, what: &str) {
        if degrees > most || degrees < 0.0 {
            let what = format!("sets the {what} to {degrees:.0} °C; this printer allows {most:.0} °C");
            self.add(
                number,
                code,
                Decision::Refuse,
                &what,
                "Choose the right material or printer in your slicer and slice again.",
            );
        }
    }

    fn unreadable(&mut self, number: u64, code: &[u8], why: Unreadable) {
        let (decision, what) = match why {
            Unreadable::NoCommand => {
                (Decision::Hold, "is no G-code that this house knows; it may be a macro of the printer")
            }
            Unreadable::BadWord => (Decision::Hold, "has a parameter that is no plain number"),
            Unreadable::Twice => (Decision::Hold, "has a parameter twice, which printers read differently"),
            Unreadable::TwoCommands => {
                (Decision::Refuse, "has two commands on one line, which printers read differently")
            }
            Unreadable::NotText => (Decision::Refuse, "holds characters that no G-code has"),
        };
        self.add(number, code, decision, what, "Remove or correct the line, or slice the model again.");
    }

    fn fault(&mut self, number: u64, code: &[u8], fault: Fault) {
        let [x, y, z] = [self.limits.bed_x.0, self.limits.bed_y.0, self.limits.bed_z.0];
        let slice_again =
            "Move or scale the part in your slicer, check that it is set to this printer, and slice again.";
        let (decision, what, remedy) = match fault {
            Fault::OffBed => (Decision::Refuse, format!("leaves the bed of {x:.0} x {y:.0} mm"), slice_again),
            Fault::TooHigh => (Decision::Refuse, format!("goes above the printer's {z:.0} mm"), slice_again),
            Fault::BelowBed => {
                (Decision::Refuse, "would drive the nozzle into the bed".to_owned(), slice_again)
            }
            Fault::BadArc => (
                Decision::Refuse,
                "is an arc whose ends and centre do not agree".to_owned(),
                "Switch off arcs in your slicer and slice again.",
            ),
            Fault::Lost => (
                Decision::Hold,
                "moves from a place that is not known, because the printer has not homed yet".to_owned(),
                "Add G28 at the start of the file.",
            ),
            Fault::BadSpeed => (
                Decision::Refuse,
                "sets a speed of zero or less".to_owned(),
                "Check the speeds in your slicer and slice again.",
            ),
        };
        self.add(number, code, decision, &what, remedy);
    }

    fn finish(mut self) -> Verdict {
        if self.machine.laying_moves == 0 && self.refused.is_empty() {
            self.add(
                0,
                b"",
                Decision::Refuse,
                "The file lays down no plastic",
                "Export it again from your slicer.",
            );
        }
        self.facts.plastic_mm = self.machine.plastic;
        self.facts.filament_mm =
            self.facts.filament_mm.or(Some(self.machine.extruded_mm).filter(|mm| *mm > 0.0));
        let mut findings = self.refused;
        findings.extend(self.held);
        let told = findings.len().min(TOLD);
        let more = self.more + (findings.len() - told) as u64;
        let decision = findings.iter().map(|f| f.decision).max().unwrap_or(Decision::Pass);
        findings.truncate(told);
        Verdict { decision, findings, more, facts: self.facts }
    }
}

/// The hotter of the two ways to write a temperature.
fn hottest(command: &Command) -> f64 {
    let (s, r) = (command.get(b'S'), command.get(b'R'));
    match (s, r) {
        (Some(s), Some(r)) => s.max(r),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => 0.0,
    }
}
