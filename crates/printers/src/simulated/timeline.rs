//! From G-code to the course of a print: how long each stretch takes, which layer it is on, where in the file.
//!
//! Follows moves and feed rates, waits for heat and questions. It does not know acceleration, so a real machine
//! takes longer. Never trusts the file: what it cannot read, it passes over.

use domain::units::{Celsius, Millimetres, Seconds};

/// A stretch of a print during which nothing but time passes, or one thing that has to happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The machine moves for so long.
    Move {
        /// How long, at its own speed.
        takes: Seconds,
        /// The layer it ends on, counted from 1; 0 before the first.
        layer: u32,
        /// The height it ends at.
        height: Millimetres,
    },
    /// The nozzle is told a temperature; `wait` until it has it.
    HeatNozzle(Celsius, Wait),
    /// The bed is told a temperature.
    HeatBed(Celsius, Wait),
    /// The file asks for somebody: M0, M1 or M600.
    Ask,
}

/// Whether the print goes on while it warms up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// It stands still until it is warm.
    UntilThere,
    /// It goes on at once.
    No,
}

/// The course of a whole print.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Timeline {
    /// What happens, in order, with the place in the file at which it is done.
    pub steps: Vec<(Step, u64)>,
    /// How many layers it has.
    pub layers: u32,
    /// How long all moves take.
    pub total: Seconds,
    /// How long the file is.
    pub bytes: u64,
}

/// Moves shorter than this are told as one, so that a long file stays a short list.
const STRETCH_SECONDS: f64 = 0.25;
/// Feed rate of a file that never names one, in millimetres a minute.
const USUAL_FEED: f64 = 1_500.0;

impl Timeline {
    /// Reads a whole file.
    pub fn read(gcode: &[u8]) -> Self {
        let mut reader = Reader { feed: USUAL_FEED, ..Reader::default() };
        for line in gcode.split_inclusive(|b| *b == b'\n') {
            reader.at += line.len() as u64;
            let line = line.split(|b| *b == b';').next().unwrap_or_default();
            reader.line(&String::from_utf8_lossy(line));
        }
        reader.flush();
        Self { layers: reader.layer, total: reader.total, bytes: reader.at, steps: reader.steps }
    }
}

#[derive(Default)]
struct Reader {
    steps: Vec<(Step, u64)>,
    at: u64,
    position: [f64; 4],
    feed: f64,
    relative: bool,
    relative_filament: bool,
    layer: u32,
    layer_height: f64,
    pending: f64,
    total: Seconds,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let Some(command) = words.next() else { return };
        let words: Vec<(char, f64)> = words.filter_map(word).collect();
        let value = |letter: char| words.iter().find(|(l, _)| *l == letter).map(|(_, v)| *v);
        match command.to_ascii_uppercase().as_str() {
            "G0" | "G1" => self.travel([value('X'), value('Y'), value('Z'), value('E')], value('F')),
            "G4" => self.spend(value('S').unwrap_or_default() + value('P').unwrap_or_default() / 1_000.0),
            "G28" => {
                self.position = [0.0, 0.0, 0.0, self.position[3]];
                self.spend(5.0);
            }
            "G90" => (self.relative, self.relative_filament) = (false, false),
            "G91" => (self.relative, self.relative_filament) = (true, true),
            "M82" => self.relative_filament = false,
            "M83" => self.relative_filament = true,
            "G92" => {
                for (place, letter) in self.position.iter_mut().zip(['X', 'Y', 'Z', 'E']) {
                    *place = value(letter).unwrap_or(*place);
                }
            }
            "M104" => self.happen(Step::HeatNozzle(celsius(value('S')), Wait::No)),
            "M109" => self.happen(Step::HeatNozzle(celsius(value('S').or(value('R'))), Wait::UntilThere)),
            "M140" => self.happen(Step::HeatBed(celsius(value('S')), Wait::No)),
            "M190" => self.happen(Step::HeatBed(celsius(value('S').or(value('R'))), Wait::UntilThere)),
            "M0" | "M1" | "M600" => self.happen(Step::Ask),
            _ => {}
        }
    }

    fn travel(&mut self, to: [Option<f64>; 4], feed: Option<f64>) {
        self.feed = feed.filter(|f| *f > 0.0).unwrap_or(self.feed);
        let mut moved = [0.0; 4];
        let relative = [self.relative, self.relative, self.relative, self.relative_filament];
        for (((place, to), moved), relative) in
            self.position.iter_mut().zip(to).zip(moved.iter_mut()).zip(relative)
        {
            let Some(to) = to else { continue };
            let target = if relative { *place + to } else { to };
            *moved = target - *place;
            *place = target;
        }
        let [x, y, z, e] = moved;
        let height = self.position[2];
        if e > 0.0 && (x != 0.0 || y != 0.0) && (self.layer == 0 || height > self.layer_height + 1e-6) {
            self.flush();
            self.layer += 1;
            self.layer_height = height;
        }
        let way = (x * x + y * y + z * z).sqrt();
        self.spend(if way > 0.0 { way } else { e.abs() } / self.feed * 60.0);
    }

    fn spend(&mut self, seconds: f64) {
        if seconds.is_finite() && seconds > 0.0 {
            self.pending += seconds;
        }
        if self.pending >= STRETCH_SECONDS {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if self.pending > 0.0 {
            let takes = Seconds(self.pending);
            let step = Step::Move { takes, layer: self.layer, height: Millimetres(self.position[2]) };
            self.steps.push((step, self.at));
            self.total.0 += self.pending;
            self.pending = 0.0;
        }
    }

    fn happen(&mut self, step: Step) {
        self.flush();
        self.steps.push((step, self.at));
    }
}

fn word(text: &str) -> Option<(char, f64)> {
    let letter = text.chars().next()?.to_ascii_uppercase();
    let value: f64 = text.get(letter.len_utf8()..)?.parse().ok()?;
    value.is_finite().then_some((letter, value))
}

fn celsius(value: Option<f64>) -> Celsius {
    Celsius(value.unwrap_or_default().clamp(0.0, 500.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_move_takes_as_long_as_its_way_at_its_feed_rate() {
        let timeline = Timeline::read(b"G1 X60 F600 ; six seconds\nG91\nG1 X-60\nG4 S2\n");
        assert!((timeline.total.0 - 14.0).abs() < 1e-9, "{timeline:?}");
        assert_eq!(timeline.layers, 0);
    }

    #[test]
    fn layers_are_counted_where_filament_is_laid_and_not_where_the_nozzle_hops() {
        let gcode =
            b"M83\nG1 Z0.2 F600\nG1 X10 E1\nG1 Z0.6\nG1 X20\nG1 Z0.2\nG1 X30 E1\nG1 Z0.4\nG1 X10 E1\n";
        assert_eq!(Timeline::read(gcode).layers, 2);
    }

    #[test]
    fn heat_and_questions_stand_where_the_file_has_them() {
        let timeline = Timeline::read(b"M140 S60\nM109 S215\nM600\n");
        let steps: Vec<Step> = timeline.steps.into_iter().map(|(step, _)| step).collect();
        assert_eq!(
            steps,
            [
                Step::HeatBed(Celsius(60.0), Wait::No),
                Step::HeatNozzle(Celsius(215.0), Wait::UntilThere),
                Step::Ask
            ]
        );
    }

    #[test]
    fn nonsense_is_passed_over() {
        let timeline = Timeline::read(b"\xff\xfeG1\nG1 Xnan Einf F-3\nG1 F0 X1\n\x00\x00M109\nM104 S1e9\n");
        assert!(timeline.total.0.is_finite());
    }
}
