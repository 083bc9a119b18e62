//! How a breach stands, in a sentence each for the authority and for people.

use crate::words::{span, when};
use app::breaches::Waiting;
use domain::time::Instant;
use privacy::breach::{Authority, People};

/// A sentence on how something stands, and whether somebody must act now.
pub struct Says {
    pub words: String,
    pub bad: bool,
}

fn says(words: impl Into<String>, bad: bool) -> Says {
    Says { words: words.into(), bad }
}

/// How it stands with telling the authority.
pub fn authority(stands: Authority, now: Instant) -> Says {
    let late_word = |late: bool| if late { ", which was late" } else { "" };
    match stands {
        Authority::NotNeeded => says("The authority need not be told: a risk is unlikely.", false),
        Authority::Due(at) => {
            let left = span(at.seconds_since(now) as f64);
            says(format!("The authority must be told by {}: {left} left.", when(at)), false)
        }
        Authority::Late(at) => {
            let since = when(at);
            says(format!("The authority had to be told by {since}. Tell it now, with the reason."), true)
        }
        Authority::InPhases { since, late } => {
            let late = late_word(late);
            says(
                format!(
                    "The authority was told first on {}{late}. The last notice is to follow.",
                    when(since)
                ),
                false,
            )
        }
        Authority::Told { since, late } => says(
            format!("The authority was told everything, first on {}{}.", when(since), late_word(late)),
            false,
        ),
    }
}

/// How it stands with telling the people concerned.
pub fn people(stands: People) -> Says {
    match stands {
        People::NotAssessed => says("Nobody has said yet how great the risk for people is.", false),
        People::NotHigh => says("The people concerned need not be told: the risk is not high.", false),
        People::Unintelligible => says(
            "The people concerned need not be told: nobody can read what was exposed (GDPR Art. 34(3)(a)).",
            false,
        ),
        People::Owed => says(
            "The people concerned must be told now: the risk is high, and data can be read or is lost.",
            true,
        ),
        People::Told(at) => says(format!("The people concerned were told on {}.", when(at)), false),
    }
}

/// What the console says of the breaches that are not closed.
pub fn alarms(waiting: &[Waiting], now: Instant) -> Vec<Says> {
    let each = waiting.iter().flat_map(|breach| {
        let of = format!("Breach of {}: ", when(breach.aware_at));
        let both = [authority(breach.authority, now), people(breach.people)];
        both.map(|said| says(format!("{of}{}", said.words), said.bad))
    });
    each.collect()
}
