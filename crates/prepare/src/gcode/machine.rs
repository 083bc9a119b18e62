//! The modal interpreter: where the nozzle is and what the next numbers mean.
//!
//! It follows the file as the firmware would and reports each move that leaves the machine. It never guesses a
//! position: before homing, a relative move is a finding.

use super::arc;
use super::words::Command;
use domain::machine::MachineLimits;

/// Slack for rounding in the slicer's decimals, in millimetres.
const SLACK: f64 = 0.01;

/// What is wrong with a command, and the remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The move ends or passes outside the bed.
    OffBed,
    /// The move goes above the highest point.
    TooHigh,
    /// The move goes below the bed.
    BelowBed,
    /// A circle whose centre and ends do not agree.
    BadArc,
    /// A relative move, an arc or a new origin while nobody knows where the nozzle is.
    Lost,
    /// A speed of nothing, or less.
    BadSpeed,
}

/// The printer as the file has left it.
#[derive(Debug)]
pub struct Machine<'l> {
    limits: &'l MachineLimits,
    /// Where the nozzle is in millimetres, or `None` before homing.
    at: [Option<f64>; 3],
    /// What must be added to the file's numbers because of G92.
    shift: [f64; 3],
    extruder: f64,
    relative: bool,
    relative_extruder: bool,
    unit: f64,
    /// Filament pushed in all, in millimetres, without what was pulled back.
    pub extruded_mm: f64,
    net_extruded: f64,
    /// Smallest and greatest coordinates of moves that lay down plastic.
    pub plastic: Option<[[f64; 3]; 2]>,
    /// Moves that lay down plastic.
    pub laying_moves: u64,
}

const AXES: [u8; 3] = *b"XYZ";

impl<'l> Machine<'l> {
    /// A printer that has just been switched on.
    pub fn new(limits: &'l MachineLimits) -> Self {
        Self {
            limits,
            at: [None; 3],
            shift: [0.0; 3],
            extruder: 0.0,
            relative: false,
            relative_extruder: false,
            unit: 1.0,
            extruded_mm: 0.0,
            net_extruded: 0.0,
            plastic: None,
            laying_moves: 0,
        }
    }
    /// Follows one command of the rule `Follow`.
    pub fn follow(&mut self, command: &Command) -> Result<(), Fault> {
        match (command.letter, command.code) {
            (b'G', 0 | 1) => return self.line(command),
            (b'G', 2) => return self.arc(command, true),
            (b'G', 3) => return self.arc(command, false),
            (b'G', 92) => return self.name_position(command),
            (b'G', 20) => self.unit = 25.4,
            (b'G', 21) => self.unit = 1.0,
            (b'G', 28) => self.home(command),
            // As Marlin has it: these also decide about the extruder, until M82 or M83.
            (b'G', code @ (90 | 91)) => (self.relative, self.relative_extruder) = (code == 91, code == 91),
            (b'M', code @ (82 | 83)) => self.relative_extruder = code == 83,
            _ => {}
        }
        Ok(())
    }
    fn home(&mut self, command: &Command) {
        let all = !AXES.iter().any(|axis| command.has(*axis));
        for ((axis, at), shift) in AXES.iter().zip(&mut self.at).zip(&mut self.shift) {
            if all || command.has(*axis) {
                *at = Some(0.0);
                *shift = 0.0;
            }
        }
    }
    fn name_position(&mut self, command: &Command) -> Result<(), Fault> {
        for ((axis, at), shift) in AXES.iter().zip(&self.at).zip(&mut self.shift) {
            if let Some(value) = command.get(*axis) {
                *shift = at.ok_or(Fault::Lost)? - value * self.unit;
            }
        }
        if let Some(value) = command.get(b'E') {
            self.extruder = value * self.unit;
        } else if command.is_bare() {
            self.extruder = 0.0;
        }
        Ok(())
    }
    fn target(&self, command: &Command) -> Result<[Option<f64>; 3], Fault> {
        let mut target = self.at;
        for ((axis, to), shift) in AXES.iter().zip(&mut target).zip(&self.shift) {
            if let Some(value) = command.get(*axis) {
                let value = value * self.unit;
                *to = Some(if self.relative { to.ok_or(Fault::Lost)? + value } else { value + shift });
            }
        }
        Ok(target)
    }
    fn line(&mut self, command: &Command) -> Result<(), Fault> {
        if command.get(b'F').is_some_and(|f| f <= 0.0) {
            return Err(Fault::BadSpeed);
        }
        let target = self.target(command)?;
        let laying = self.extrude(command) && (command.has(b'X') || command.has(b'Y'));
        let from = self.at;
        self.at = target;
        // Only axes that move: a place outside is told once, not again with every move from there.
        let mut moved = target;
        for (axis, to) in AXES.iter().zip(&mut moved) {
            *to = to.filter(|_| command.has(*axis));
        }
        self.check(moved, moved)?;
        if laying {
            self.lay(from);
            self.lay(target);
            self.laying_moves += 1;
        }
        Ok(())
    }
    fn arc(&mut self, command: &Command, clockwise: bool) -> Result<(), Fault> {
        let target = self.target(command)?;
        let (Some(x), Some(y)) = (self.at[0], self.at[1]) else { return Err(Fault::Lost) };
        let (Some(to_x), Some(to_y)) = (target[0], target[1]) else { return Err(Fault::Lost) };
        let word = |w| command.get(w).map(|v| v * self.unit);
        let sweep = arc::Sweep {
            from: [x, y],
            to: [to_x, to_y],
            clockwise,
            offset: [word(b'I'), word(b'J')],
            radius: word(b'R'),
        };
        let [low, high] = sweep.bounds().ok_or(Fault::BadArc)?;
        let laying = self.extrude(command);
        self.at = target;
        let (low, high) =
            ([Some(low[0]), Some(low[1]), target[2]], [Some(high[0]), Some(high[1]), target[2]]);
        self.check(low, high)?;
        if laying {
            self.lay(low);
            self.lay(high);
            self.laying_moves += 1;
        }
        Ok(())
    }
    /// Moves the filament and says whether plastic comes out.
    fn extrude(&mut self, command: &Command) -> bool {
        let Some(value) = command.get(b'E').map(|v| v * self.unit) else { return false };
        let push = if self.relative_extruder { value } else { value - self.extruder };
        self.extruder += push;
        self.net_extruded += push;
        self.extruded_mm = self.extruded_mm.max(self.net_extruded);
        push > 0.0
    }
    fn check(&self, low: [Option<f64>; 3], high: [Option<f64>; 3]) -> Result<(), Fault> {
        let beyond = self.limits.overrun.0 + SLACK;
        let below = |v: Option<f64>, least: f64| v.is_some_and(|v| v < least || !v.is_finite());
        let above = |v: Option<f64>, most: f64| v.is_some_and(|v| v > most || !v.is_finite());
        if below(low[0], -beyond)
            || below(low[1], -beyond)
            || above(high[0], self.limits.bed_x.0 + beyond)
            || above(high[1], self.limits.bed_y.0 + beyond)
        {
            return Err(Fault::OffBed);
        }
        if below(low[2], -SLACK) {
            return Err(Fault::BelowBed);
        }
        if above(high[2], self.limits.bed_z.0 + SLACK) {
            return Err(Fault::TooHigh);
        }
        Ok(())
    }
    fn lay(&mut self, point: [Option<f64>; 3]) {
        let [Some(x), Some(y), Some(z)] = point else { return };
        let point = [x, y, z];
        let [low, high] = self.plastic.get_or_insert([point, point]);
        for ((l, h), p) in low.iter_mut().zip(high).zip(point) {
            *l = l.min(p);
            *h = h.max(p);
        }
    }
}
