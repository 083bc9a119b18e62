//! One heater of the simulated machine: warms and cools at a steady rate.

const ROOM: f64 = 21.0;
/// Degrees a second.
const NOZZLE_RATE: f64 = 6.0;
const BED_RATE: f64 = 1.5;

#[derive(Clone, Copy, Debug)]
pub(super) struct Heater {
    pub(super) is: f64,
    pub(super) target: f64,
    rate: f64,
}

impl Heater {
    pub(super) const fn of_nozzle() -> Self {
        Self { is: ROOM, target: 0.0, rate: NOZZLE_RATE }
    }
    pub(super) const fn of_bed() -> Self {
        Self { is: ROOM, target: 0.0, rate: BED_RATE }
    }
    fn goal(&self) -> f64 {
        self.target.max(ROOM)
    }
    /// Lets so many seconds pass.
    pub(super) fn pass(&mut self, seconds: f64) {
        let way = self.goal() - self.is;
        self.is += way.clamp(-self.rate * seconds, self.rate * seconds);
    }
    /// How many seconds until it is as warm as it was told to be; none while it cools.
    pub(super) fn needs(&self) -> f64 {
        ((self.goal() - self.is) / self.rate).max(0.0)
    }
}
