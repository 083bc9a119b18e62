//! Furnishes the demonstration: printers in different states, prints that run and wait, a history, models.

use super::toolpath::tower;
use app::history;
use app::models;
use app::printers::{self, Printer, Setup, Touch};
use app::queue::{self, Wish};
use app::{Context, Error, SignedIn};
use core::time::Duration;
use domain::ids::PrinterId;
use domain::printer::State;

/// Shapes to begin with; where they come from stands beside them, in `LICENCES.md`.
const MODELS: [(&str, &[u8]); 2] = [
    ("helix.stl", include_bytes!("../../../prepare/tests/models/helix.stl")),
    ("torus.3mf", include_bytes!("../../../prepare/tests/models/torus.3mf")),
];

/// How long one thing may take before the rest goes on without it.
const PATIENCE_SECONDS: u32 = 60;

/// Furnishes the house.
pub async fn furnish(ctx: &Context, operator: &SignedIn, member: &SignedIn) -> Result<(), Error> {
    for me in [operator, member] {
        history::choose(ctx, me, true).await?;
    }
    let mut fleet = Vec::new();
    for name in ["Rook", "Heron", "Finch", "Wren", "Kestrel", "Stork"] {
        fleet.push(
            printers::add_simulated(ctx, operator, &Setup { name: name.to_owned(), ..Setup::default() })
                .await?,
        );
    }
    for (name, bytes) in MODELS {
        let body = futures::stream::iter([Ok::<_, core::convert::Infallible>(bytes.into())]);
        models::receive(ctx, member, name, body).await?;
    }
    let [rook, heron, finch, wren, kestrel, stork] = fleet.as_slice() else { return Ok(()) };
    let house = Furnishing { ctx, operator };
    for name in ["cable clip", "drawer knob", "spacer"] {
        house.print(member, *finch, name, 8).await?;
        house.fast_until(*finch, |it| matches!(it.state, State::FinishedClearTheBed)).await?;
    }
    house.print(member, *heron, "planter", 400).await?;
    house.print(operator, *wren, "lamp shade", 400).await?;
    house.print(member, *kestrel, "gear for the clock", 400).await?;
    for (printer, part) in [(*heron, 0.4), (*wren, 0.1), (*kestrel, 0.25)] {
        house.fast_until(printer, |it| printed(it) > part).await?;
    }
    house.wish(member, *heron, "second planter", 300, false).await?;
    house.wish(operator, *finch, "hinge", 60, false).await?;
    house.wish(member, *finch, "hook for the hall", 30, true).await?;
    house.touch(*heron, Touch::Speed(10)).await?;
    house.touch(*wren, Touch::TakeSpool).await?;
    house.touch(*kestrel, Touch::Unplug).await?;
    printers::bed_is_clear(ctx, operator, *rook).await?;
    printers::set_duty(ctx, operator, *stork, false).await
}

/// Which part of its print it has done.
fn printed(printer: &Printer) -> f64 {
    let print = printer.report.as_ref().and_then(|report| report.print.as_ref());
    print.map_or(0.0, |print| print.progress.fraction)
}

struct Furnishing<'a> {
    ctx: &'a Context,
    operator: &'a SignedIn,
}

impl Furnishing<'_> {
    /// Has something printed now.
    async fn print(&self, me: &SignedIn, on: PrinterId, name: &str, layers: u32) -> Result<(), Error> {
        printers::bed_is_clear(self.ctx, self.operator, on).await?;
        self.wish(me, on, name, layers, false).await
    }

    async fn wish(
        &self,
        me: &SignedIn,
        on: PrinterId,
        name: &str,
        layers: u32,
        hold: bool,
    ) -> Result<(), Error> {
        let mut file = queue::begin(self.ctx).await?;
        file.write(tower(layers).as_bytes())?;
        let wish = Wish { name: format!("{name}.gcode"), printer: Some(on), hold, ..Wish::default() };
        queue::add(self.ctx, me, file, &wish).await.map(drop)
    }

    async fn touch(&self, printer: PrinterId, how: Touch) -> Result<(), Error> {
        printers::touch(self.ctx, self.operator, printer, how).await
    }

    /// Lets a printer's time fly until it is so far.
    async fn fast_until(&self, printer: PrinterId, so_far: impl Fn(&Printer) -> bool) -> Result<(), Error> {
        self.until(printer, |it| !matches!(it.state, State::NoContact { .. })).await?;
        self.touch(printer, Touch::Speed(600)).await?;
        self.until(printer, |it| matches!(it.state, State::Printing) || so_far(it)).await?;
        self.until(printer, so_far).await?;
        self.touch(printer, Touch::Speed(1)).await
    }

    async fn until(&self, printer: PrinterId, so_far: impl Fn(&Printer) -> bool) -> Result<(), Error> {
        for _ in 0..PATIENCE_SECONDS * 4 {
            if so_far(&printers::get(self.ctx, self.operator, printer).await?) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        Ok(())
    }
}
