//! The queue in words: where a job stands, why it waits, what went wrong. Pure; never says whose another job is.

use domain::job::JobState;
use domain::queue::Wait;

/// Where a job stands.
pub const fn state_in_words(state: JobState) -> &'static str {
    match state {
        JobState::Queued => "Waiting",
        JobState::Held => "Held back",
        JobState::Sending => "File on its way",
        JobState::Starting => "Starting",
        JobState::Printing => "Printing",
        JobState::Pausing => "Coming to a pause",
        JobState::Paused => "Paused",
        JobState::Cancelling => "Ending",
        JobState::Unknown => "Nobody knows",
        JobState::Cancelled => "Ended early",
        JobState::Finished => "Finished",
        JobState::Failed => "Failed",
    }
}

/// Why a job waits, and what ends the waiting. `name` tells what a printer is called.
pub fn wait_in_words(wait: &Wait, name: impl Fn(domain::ids::PrinterId) -> String) -> String {
    match wait {
        Wait::Held => "Held back until somebody releases it.".to_owned(),
        Wait::NobodyLinked => "There is no printer it could go to. Add one, or choose another.".to_owned(),
        Wait::NoPrinterBigEnough => "It is larger than every printer it could go to.".to_owned(),
        Wait::NeedsMaterial(p, material) => {
            format!("Another material is loaded: {} needs {material}.", name(*p))
        }
        Wait::ClearBed(p) => format!("Somebody has to say that the bed of {} is clear.", name(*p)),
        Wait::AnotherJobFirst(p) => format!("Another job comes first on {}.", name(*p)),
        Wait::PrinterBusy(p) => format!("{} is busy, or waits for somebody.", name(*p)),
        Wait::NoContact(p) => format!("Nothing is heard of {}. It starts when contact is back.", name(*p)),
        Wait::OffDuty(p) => format!("{} is out of service.", name(*p)),
        Wait::FileOnItsWay(p) => format!("Its file is on the way to {}.", name(*p)),
        Wait::NobodyKnows(p) => {
            format!(
                "Nobody knows what became of it. {} is being asked; if you can see it, say how it ended.",
                name(*p)
            )
        }
    }
}

/// What went wrong with a job that was held back, and what to do.
pub fn trouble_in_words(trouble: &str) -> &'static str {
    match trouble {
        "key-refused" => "The printer no longer accepts our key. Pair it again, then release the job.",
        "not-permitted" => "The printer or the policy does not permit this. Ask whoever runs the house.",
        "no-room" => "The file does not fit on the printer. Make room there, then release the job.",
        super::check::LOOK_FIRST => {
            "There are commands in it that nobody here knows. Whoever sent it looks at the lines, then releases it."
        }
        "bad-file" => "The printer cannot print this file. Slice it anew.",
        "busy" => "The printer was at something else. Release the job when it is free.",
        "unreachable" => "The printer could not be reached. Release the job when it is back.",
        _ => "The printer refused. Look at it, then release the job.",
    }
}
