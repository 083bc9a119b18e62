//! What every driver must do, as a test that runs against any of them, in the same words for a simulated printer
//! and for a real one behind a network that can be cut.
//!
//! It says what it expected and what it saw instead; it never stops the process.

use crate::driver::{PrintOrder, Printer, Removal};
use domain::ids::{CommandId, PrintReference};
use domain::printer::{Activity, Command, NotDone, Outcome, QuestionId, Recollection, Refusal, Report};
use domain::random::Random;
use futures::future::BoxFuture;
use std::fmt;
use std::sync::Arc;

/// What the test needs of a driver's surroundings.
pub trait Stage: Send + Sync {
    /// The driver under test. Its printer is idle and holds no file of ours.
    fn printer(&self) -> Arc<dyn Printer>;
    /// A source of ids.
    fn random(&self) -> &dyn Random;
    /// A file that prints for a while: a few seconds at least as the stage lets time pass.
    fn long_print(&self) -> Vec<u8>;
    /// Cuts the link; the machine does not notice.
    fn cut(&self) -> BoxFuture<'_, ()>;
    /// Mends it.
    fn mend(&self) -> BoxFuture<'_, ()>;
    /// The answer to the next command will be lost on its way; the command arrives.
    fn lose_next_answer(&self) -> BoxFuture<'_, ()>;
    /// Somebody else starts a print of their own at the machine.
    fn occupy(&self) -> BoxFuture<'_, ()>;
    /// Their print ends.
    fn vacate(&self) -> BoxFuture<'_, ()>;
    /// How many times the machine has begun this print, by the machine's own evidence and not the driver's.
    fn starts_of(&self, reference: PrintReference) -> BoxFuture<'_, usize>;
    /// Lets a little time pass.
    fn pass(&self) -> BoxFuture<'_, ()>;
}

/// A clause of the contract was broken.
#[derive(Debug)]
pub struct Broken(String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Broken {}

fn expect<T: PartialEq + fmt::Debug>(clause: &str, seen: T, wanted: T) -> Result<(), Broken> {
    if seen == wanted { Ok(()) } else { Err(Broken(format!("{clause}: expected {wanted:?}, saw {seen:?}"))) }
}

/// How often a condition is looked at before it counts as never coming true.
const PATIENCE: usize = 600;

struct Run<'a> {
    stage: &'a dyn Stage,
    printer: Arc<dyn Printer>,
}

/// Runs the whole contract.
///
/// # Errors
/// The first clause that does not hold, with what was expected and what was seen.
pub async fn holds(stage: &dyn Stage) -> Result<(), Broken> {
    let run = Run { stage, printer: stage.printer() };
    run.reachable().await?;
    run.files_come_and_go().await?;
    run.refusals().await?;
    run.unknown_commands().await?;
    run.busy_with_something_else().await?;
    run.pause_resume_cancel().await?;
    run.once_only().await?;
    run.lost_answer().await?;
    run.unreachable_in_mid_print().await
}

impl Run<'_> {
    fn reference(&self) -> PrintReference {
        PrintReference::fresh(self.stage.random())
    }
    async fn tell(&self, command: Command) -> Outcome {
        self.printer.command(CommandId::fresh(self.stage.random()), command).await
    }
    async fn place(&self, reference: PrintReference) -> Result<(), NotDone> {
        let gcode = self.stage.long_print();
        let bytes = gcode.len() as u64;
        self.printer
            .place(PrintOrder { reference, bytes, gcode: Box::new(std::io::Cursor::new(gcode)) })
            .await
    }
    async fn placed(&self) -> Result<PrintReference, Broken> {
        let reference = self.reference();
        expect("a file is placed", self.place(reference).await, Ok(()))?;
        Ok(reference)
    }
    async fn started(&self) -> Result<PrintReference, Broken> {
        let reference = self.placed().await?;
        expect("START is accepted", self.tell(Command::Start(reference)).await, Ok(()))?;
        self.until("it is seen printing", |r| {
            r.activity == Activity::Printing && r.running() == Some(reference)
        })
        .await?;
        Ok(reference)
    }
    async fn until(&self, clause: &str, wanted: impl Fn(&Report) -> bool) -> Result<Report, Broken> {
        let mut last = None;
        for _ in 0..PATIENCE {
            match self.printer.report().await {
                Ok(report) if wanted(&report) => return Ok(report),
                other => last = Some(other),
            }
            self.stage.pass().await;
        }
        Err(Broken(format!("{clause}: never came true; last seen {last:?}")))
    }
    async fn remembered(&self, reference: PrintReference, wanted: Recollection) -> Result<(), Broken> {
        let mut last = None;
        for _ in 0..PATIENCE {
            match self.printer.recall(reference).await {
                Ok(known) if known == wanted => return Ok(()),
                other => last = Some(other),
            }
            self.stage.pass().await;
        }
        Err(Broken(format!("an ended print is remembered as {wanted:?}: last recalled {last:?}")))
    }
    /// Ends a print and removes every trace of it, so that the next clause begins anew.
    async fn clear(&self, reference: PrintReference) -> Result<(), Broken> {
        expect("CANCEL is accepted", self.tell(Command::Cancel(reference)).await, Ok(()))?;
        self.until("it ends", |r| !r.activity.is_printing()).await?;
        self.gone(reference).await
    }
    async fn gone(&self, reference: PrintReference) -> Result<(), Broken> {
        for _ in 0..PATIENCE {
            match self.printer.remove(reference).await {
                Ok(_) => break,
                Err(NotDone::Busy) => self.stage.pass().await,
                Err(other) => return Err(Broken(format!("a file is removed: {other:?}"))),
            }
        }
        let files = self.printer.own_files().await;
        expect("a removed file is not listed", files.map(|f| f.contains(&reference)), Ok(false))
    }

    async fn reachable(&self) -> Result<(), Broken> {
        let report = self.until("an idle printer says so", |r| r.activity == Activity::Idle).await?;
        expect("an idle printer is at no print", report.running(), None)?;
        expect("it holds no file of ours", self.printer.own_files().await, Ok(Vec::new()))
    }

    async fn files_come_and_go(&self) -> Result<(), Broken> {
        let reference = self.placed().await?;
        expect("a placed file is listed", self.printer.own_files().await, Ok(vec![reference]))?;
        expect("placing it again leaves one", self.place(reference).await, Ok(()))?;
        expect("one file is listed", self.printer.own_files().await, Ok(vec![reference]))?;
        let recalled = self.printer.recall(reference).await;
        expect("a file that never started is not remembered", recalled, Ok(Recollection::NothingKnown))?;
        expect("placing does not start", self.stage.starts_of(reference).await, 0)?;
        expect("a file is removed", self.printer.remove(reference).await, Ok(Removal::Removed))?;
        expect("it was there once", self.printer.remove(reference).await, Ok(Removal::WasAbsent))?;
        expect("it is not listed any more", self.printer.own_files().await, Ok(Vec::new()))?;
        let recalled = self.printer.recall(reference).await;
        expect("nor remembered", recalled, Ok(Recollection::NoSuchFile))?;
        self.cut_short().await
    }

    /// Whoever announces more bytes than there are must not leave half a file behind.
    async fn cut_short(&self) -> Result<(), Broken> {
        let (reference, gcode) = (self.reference(), self.stage.long_print());
        let bytes = gcode.len() as u64 + 1;
        let order = PrintOrder { reference, bytes, gcode: Box::new(std::io::Cursor::new(gcode)) };
        expect("a file that ends early is not placed", self.printer.place(order).await.is_err(), true)?;
        expect("nothing of it stays", self.printer.own_files().await, Ok(Vec::new()))
    }

    async fn refusals(&self) -> Result<(), Broken> {
        let absent = self.reference();
        let no_file = Err(NotDone::Refused(Refusal::NoSuchFile));
        expect("a file that is not there does not start", self.tell(Command::Start(absent)).await, no_file)?;
        let wrong_state = Err(NotDone::Refused(Refusal::WrongState));
        let able = self.printer.abilities();
        for (able, command) in [
            (able.pause, Command::Pause(absent)),
            (able.pause, Command::Resume(absent)),
            (able.cancel, Command::Cancel(absent)),
        ] {
            let wanted = if able { wrong_state } else { Err(NotDone::UnknownCommand) };
            expect("nothing can be done to a print that is not on", self.tell(command).await, wanted)?;
        }
        Ok(())
    }

    async fn unknown_commands(&self) -> Result<(), Broken> {
        let (able, reference) = (self.printer.abilities(), self.reference());
        let answer = Command::Answer { question: QuestionId(0), choice: 0 };
        for (able, command) in [
            (able.pause, Command::Pause(reference)),
            (able.pause, Command::Resume(reference)),
            (able.cancel, Command::Cancel(reference)),
            (able.answer, answer),
        ] {
            let unknown = self.tell(command).await == Err(NotDone::UnknownCommand);
            expect("exactly what it is not able to do is unknown to it", unknown, !able)?;
        }
        Ok(())
    }

    async fn busy_with_something_else(&self) -> Result<(), Broken> {
        let reference = self.placed().await?;
        self.stage.occupy().await;
        let report = self.until("somebody else's print is busy", |r| r.activity == Activity::Busy).await?;
        expect("nothing is told of it", (report.print, report.temperatures), (None, Default::default()))?;
        expect("it takes no print", self.tell(Command::Start(reference)).await, Err(NotDone::Busy))?;
        let outcome = self.tell(Command::Cancel(reference)).await;
        expect("and theirs is not ended in its place", outcome.is_err(), true)?;
        self.until("theirs goes on", |r| r.activity == Activity::Busy).await?;
        expect("nothing of ours began", self.stage.starts_of(reference).await, 0)?;
        self.stage.vacate().await;
        self.until("theirs ends", |r| r.activity == Activity::Idle).await?;
        self.gone(reference).await
    }

    async fn pause_resume_cancel(&self) -> Result<(), Broken> {
        let reference = self.started().await?;
        expect(
            "a second START is refused as busy",
            self.tell(Command::Start(reference)).await,
            Err(NotDone::Busy),
        )?;
        if self.printer.abilities().pause {
            expect("PAUSE is accepted", self.tell(Command::Pause(reference)).await, Ok(()))?;
            self.until("it pauses", |r| r.activity == Activity::Paused).await?;
            expect("RESUME is accepted", self.tell(Command::Resume(reference)).await, Ok(()))?;
            self.until("it goes on", |r| r.activity == Activity::Printing).await?;
        }
        expect(
            "its file cannot be removed meanwhile",
            self.printer.remove(reference).await,
            Err(NotDone::Busy),
        )?;
        self.clear(reference).await
    }

    async fn once_only(&self) -> Result<(), Broken> {
        let (reference, id) = (self.placed().await?, CommandId::fresh(self.stage.random()));
        expect("START is accepted", self.printer.command(id, Command::Start(reference)).await, Ok(()))?;
        self.until("it prints", |r| r.running() == Some(reference)).await?;
        expect("CANCEL is accepted", self.tell(Command::Cancel(reference)).await, Ok(()))?;
        self.until("it ends", |r| !r.activity.is_printing()).await?;
        let again = self.printer.command(id, Command::Start(reference)).await;
        expect("the same command only tells how it went", again, Ok(()))?;
        expect("and is not carried out twice", self.stage.starts_of(reference).await, 1)?;
        self.remembered(reference, Recollection::EndedEarly).await?;
        self.gone(reference).await
    }

    async fn lost_answer(&self) -> Result<(), Broken> {
        let (reference, id) = (self.placed().await?, CommandId::fresh(self.stage.random()));
        self.stage.lose_next_answer().await;
        let outcome = self.printer.command(id, Command::Start(reference)).await;
        expect("a lost answer is told as lost", outcome, Err(NotDone::AnswerLost))?;
        let again = self.printer.command(id, Command::Start(reference)).await;
        expect("and asking again does not send it again", again, Err(NotDone::AnswerLost))?;
        self.until("the printer tells what happened", |r| r.running() == Some(reference)).await?;
        expect("it remembers", self.printer.recall(reference).await, Ok(Recollection::Running))?;
        expect("it began once", self.stage.starts_of(reference).await, 1)?;
        self.clear(reference).await
    }

    async fn unreachable_in_mid_print(&self) -> Result<(), Broken> {
        let reference = self.started().await?;
        self.stage.cut().await;
        let report = self.printer.report().await;
        let silent = matches!(report, Err(NotDone::Unreachable | NotDone::AnswerLost));
        expect("a lost link gives no reading, so nothing can look failed or idle", silent, true)?;
        let outcome = self.tell(Command::Pause(reference)).await;
        let silent = matches!(outcome, Err(NotDone::Unreachable | NotDone::AnswerLost));
        expect("nothing can be asked meanwhile", silent || !self.printer.abilities().pause, true)?;
        let other = self.place(self.reference()).await;
        expect("nor placed", matches!(other, Err(NotDone::Unreachable | NotDone::AnswerLost)), true)?;
        self.stage.mend().await;
        self.until("the same print is found again", |r| r.running() == Some(reference)).await?;
        expect("it began once", self.stage.starts_of(reference).await, 1)?;
        self.clear(reference).await
    }
}
