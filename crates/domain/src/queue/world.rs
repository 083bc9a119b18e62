//! A small world for the planner's properties: printers that do as they like, people who clear beds, links that
//! swallow questions and answers, and a house that follows the plan to the letter.
//!
//! Keeps the truth apart from what the house knows.

use super::*;
use crate::job::{self, Event, Verdict, reading};
use crate::printer::report::{Print, Progress, Recollection, Report, Temperatures};
use crate::printer::state::Bed;
use crate::printer::{NotDone, Refusal};
use crate::random::Counting;

/// What is really the case at a printer.
struct Truth {
    activity: Activity,
    print: Option<PrintReference>,
    part_on_bed: bool,
    reachable: bool,
    memory: Vec<(PrintReference, Recollection)>,
}

pub struct World {
    now: Instant,
    jobs: Vec<Waiting>,
    machines: Vec<Machine>,
    truths: Vec<Truth>,
    /// Every START that reached a printer.
    starts: Vec<PrintReference>,
    wrong: Option<String>,
}

impl World {
    pub fn new(printers: usize, jobs: usize) -> Self {
        let random = Counting::default();
        let now = Instant::from_micros(1_000_000_000_000);
        let machines: Vec<Machine> = (0..printers)
            .map(|_| Machine {
                id: PrinterId::fresh(&random),
                standing: Standing::unknown(),
                volume: None,
                material: None,
            })
            .collect();
        let jobs = (0..jobs)
            .map(|_| Waiting {
                id: JobId::fresh(&random),
                reference: PrintReference::fresh(&random),
                state: JobState::Queued,
                since: now,
                printers: machines.iter().map(|m| m.id).collect(),
                printer: None,
                placed: None,
                size: None,
                material: None,
                asked: None,
            })
            .collect();
        let truths = machines
            .iter()
            .map(|_| Truth {
                activity: Activity::Idle,
                print: None,
                part_on_bed: false,
                reachable: true,
                memory: Vec::new(),
            })
            .collect();
        Self { now, jobs, machines, truths, starts: Vec::new(), wrong: None }
    }

    pub fn broken_rule(&self) -> Option<&String> {
        self.wrong.as_ref()
    }
    pub fn starts(&self) -> usize {
        self.starts.len()
    }
    pub fn open_jobs(&self) -> Vec<Waiting> {
        self.jobs.iter().filter(|j| !j.state.is_over()).cloned().collect()
    }
    pub fn plan(&self) -> Plan {
        plan(&self.open_jobs(), &self.machines, self.now)
    }

    /// One thing happens, chosen by a number.
    pub fn happen(&mut self, choice: u32) {
        self.now = self.now.plus_seconds(1 + i64::from(choice >> 28));
        let p = (choice >> 4) as usize % self.machines.len();
        let j = (choice >> 4) as usize % self.jobs.len();
        let luck = choice >> 8;
        match choice % 16 {
            0..=3 => self.report(p),
            4..=7 => self.carry_out(luck),
            8 => self.person_clears(p),
            9 => self.truths[p].reachable = !self.truths[p].reachable,
            10 | 11 => self.printer_acts(p, luck),
            12 => self.event(j, [Event::HeldBack, Event::Released, Event::PauseAsked][luck as usize % 3]),
            13 if luck.is_multiple_of(8) => self.event(j, Event::CancelAsked),
            14 if luck.is_multiple_of(4) => self.event(j, Event::PersonSaid(Verdict::Lost)),
            15 => self.silence(p),
            _ => self.event(j, Event::Released),
        }
    }

    fn event(&mut self, j: usize, event: Event) {
        if let Ok(m) = job::step(self.jobs[j].state, event)
            && m.changes()
        {
            self.jobs[j].state = m.to;
            self.jobs[j].since = self.now;
            if matches!(m.to, JobState::Held | JobState::Queued) {
                self.jobs[j].printer = None;
                self.jobs[j].placed = None;
            }
        }
    }

    fn report(&mut self, p: usize) {
        if !self.truths[p].reachable {
            return;
        }
        let truth = &self.truths[p];
        let report = Report {
            at: self.now,
            activity: truth.activity.clone(),
            print: truth.print.map(|reference| Print { reference, progress: Progress::default() }),
            temperatures: Temperatures::default(),
        };
        let standing = &mut self.machines[p].standing;
        standing.bed = standing.bed.after_seeing(&report.activity);
        standing.contact_lost = false;
        standing.report = Some(report.clone());
        for j in 0..self.jobs.len() {
            let job = &self.jobs[j];
            if job.printer == Some(self.machines[p].id)
                && job.state.may_be_on_the_bed()
                && let Some(event) = reading::event_of(&report, job.reference, job.since)
            {
                self.event(j, event);
            }
        }
    }

    fn silence(&mut self, p: usize) {
        if self.truths[p].reachable {
            return;
        }
        let standing = &mut self.machines[p].standing;
        standing.contact_lost = true;
        standing.bed = standing.bed.after_silence();
        for j in 0..self.jobs.len() {
            if self.jobs[j].printer == Some(self.machines[p].id) {
                self.event(j, Event::ContactLost);
            }
        }
    }

    /// A person takes the part off, and says so; nobody does while it prints.
    fn person_clears(&mut self, p: usize) {
        let truth = &mut self.truths[p];
        if truth.activity.is_printing() || truth.activity == Activity::Busy {
            return;
        }
        truth.part_on_bed = false;
        self.machines[p].standing.bed = Bed::SaidClear(self.now);
    }

    fn printer_acts(&mut self, p: usize, luck: u32) {
        let truth = &mut self.truths[p];
        let end = |truth: &mut Truth, activity, memory| {
            truth.activity = activity;
            if let Some(reference) = truth.print {
                truth.memory.push((reference, memory));
            }
        };
        match (&truth.activity, luck % 5) {
            (a, 0) if a.is_printing() => end(truth, Activity::Finished, Recollection::Finished),
            (a, 1) if a.is_printing() => end(truth, Activity::Failed, Recollection::EndedEarly),
            (Activity::Printing, 2) => truth.activity = Activity::Paused,
            (Activity::Paused, 2) => truth.activity = Activity::Printing,
            (_, 3) if luck.is_multiple_of(3) => {
                // Switched off and on again: it forgets everything, the part stays.
                truth.activity = Activity::Idle;
                truth.print = None;
                truth.memory.clear();
            }
            (Activity::Busy, _) => truth.activity = Activity::Idle,
            (a, 4) if !a.is_printing() && luck.is_multiple_of(7) => {
                // Somebody starts a print of their own, and takes back what they said of the bed.
                truth.activity = Activity::Busy;
                truth.print = None;
                truth.part_on_bed = true;
                self.machines[p].standing.bed = Bed::NotSaidClear;
            }
            _ => {}
        }
    }

    fn carry_out(&mut self, luck: u32) {
        for action in self.plan().actions {
            let (Action::Send { job, printer }
            | Action::Start { job, printer }
            | Action::Ask { job, printer }) = action;
            let (Some(j), Some(p)) = (
                self.jobs.iter().position(|x| x.id == job),
                self.machines.iter().position(|x| x.id == printer),
            ) else {
                self.wrong = Some(format!("planned for something that does not exist: {action:?}"));
                return;
            };
            match action {
                Action::Send { .. } => self.send(j, p, luck),
                Action::Start { .. } => self.start(j, p, luck),
                Action::Ask { .. } => self.ask(j, p),
            }
        }
    }

    fn send(&mut self, j: usize, p: usize, luck: u32) {
        self.event(j, Event::Assigned);
        self.jobs[j].printer = Some(self.machines[p].id);
        if luck % 11 == 3 {
            return; // the house dies here, with half a file on the printer
        }
        if self.truths[p].reachable && !luck.is_multiple_of(5) {
            self.jobs[j].placed = Some(self.now);
        } else {
            self.event(j, Event::FileNotPlaced(NotDone::Unreachable));
        }
    }

    fn start(&mut self, j: usize, p: usize, luck: u32) {
        let others = self.jobs.iter().any(|o| {
            o.id != self.jobs[j].id && o.printer == self.jobs[j].printer && o.state.may_be_on_the_bed()
        });
        if others {
            self.wrong = Some("two jobs on one printer".to_owned());
        }
        if !self.machines[p].standing.bed.is_clear() {
            self.wrong = Some("a start on a bed that nobody said is clear".to_owned());
        }
        self.event(j, Event::StartSaved);
        self.machines[p].standing.bed = Bed::NotSaidClear;
        if luck.is_multiple_of(7) {
            return; // the house dies here, and wakes with a job in `Starting`
        }
        let answer = self.start_arrives(j, p, luck);
        if luck % 7 == 1 {
            return; // the house dies here instead
        }
        self.event(j, Event::StartAnswered(answer));
    }

    fn start_arrives(&mut self, j: usize, p: usize, luck: u32) -> Result<(), NotDone> {
        let reference = self.jobs[j].reference;
        let truth = &mut self.truths[p];
        if !truth.reachable {
            return Err(NotDone::Unreachable);
        }
        if luck % 7 == 2 {
            return Err(NotDone::AnswerLost); // the question was lost already
        }
        if truth.activity.is_printing() || truth.activity == Activity::Busy {
            return Err(NotDone::Busy);
        }
        if luck % 7 == 3 {
            return Err(NotDone::Refused(Refusal::WrongState));
        }
        if truth.part_on_bed {
            self.wrong = Some("a print was started onto a part".to_owned());
        }
        if self.starts.contains(&reference) {
            self.wrong = Some("a job was started twice".to_owned());
        }
        self.starts.push(reference);
        truth.activity = Activity::Printing;
        truth.print = Some(reference);
        truth.part_on_bed = true;
        if luck % 7 == 4 { Err(NotDone::AnswerLost) } else { Ok(()) }
    }

    fn ask(&mut self, j: usize, p: usize) {
        self.jobs[j].asked = Some(self.now);
        let truth = &self.truths[p];
        if !truth.reachable {
            return;
        }
        let reference = self.jobs[j].reference;
        let what = if truth.activity.is_printing() && truth.print == Some(reference) {
            Recollection::Running
        } else {
            truth
                .memory
                .iter()
                .rev()
                .find(|(r, _)| *r == reference)
                .map_or(Recollection::NothingKnown, |(_, what)| *what)
        };
        self.event(j, Event::Recalled(what));
    }
}
