//! Values as people read them: instants, devices.

use domain::printer::State;
use domain::time::Instant;

/// An instant, such as `22 November 2026, 09:00 UTC`.
pub fn when(instant: Instant) -> String {
    instant.timestamp().strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// An instant that may be missing.
pub fn when_known(instant: Option<Instant>) -> String {
    instant.map_or_else(|| "never".to_owned(), when)
}

/// What a browser calls itself, in two words; all of it where that says nothing.
pub fn device(agent: &str) -> String {
    let browser = [("Firefox/", "Firefox"), ("Edg/", "Edge"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];
    let system = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ];
    let find = |list: &[(&str, &'static str)]| {
        list.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name)
    };
    match (find(&browser), find(&system)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ => agent.to_owned(),
    }
}

/// A span of time in seconds, such as `1 h 5 min`.
pub fn span(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round().max(0.0) as u64;
    match (minutes / 60, minutes % 60) {
        (0, 0) => "under a minute".to_owned(),
        (0, m) => format!("{m} min"),
        (h, 0) => format!("{h} h"),
        (h, m) => format!("{h} h {m} min"),
    }
}

/// A printer's state: the word, and the kind of sign that goes with it.
pub fn state(state: &State) -> (String, &'static str) {
    match state {
        State::Ready => ("Ready".to_owned(), "good"),
        State::SendingFile => ("Sending file".to_owned(), "action"),
        State::Printing => ("Printing".to_owned(), "action"),
        State::Pausing => ("Pausing".to_owned(), "action"),
        State::Paused => ("Paused".to_owned(), "action"),
        State::NeedsYou(_) => ("Needs you".to_owned(), "needs-you"),
        State::Cancelling => ("Ending the print".to_owned(), "action"),
        State::FinishedClearTheBed => ("Clear the bed".to_owned(), "needs-you"),
        State::Busy => ("Busy".to_owned(), "quiet"),
        State::NoContact { since, last_seen } => {
            let since =
                since.map(|t| format!(" since {}", t.timestamp().strftime("%H:%M UTC"))).unwrap_or_default();
            let seen =
                last_seen.as_ref().map(|s| format!(", last seen: {}", self::state(s).0.to_lowercase()));
            (format!("No contact{since}{}", seen.unwrap_or_default()), "quiet")
        }
        State::OffDuty => ("Off duty".to_owned(), "quiet"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_by_what_people_call_them() {
        let phone = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36";
        assert_eq!(device(phone), "Chrome on Android");
        assert_eq!(
            device("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
            "Firefox on Linux"
        );
        assert_eq!(device("curl/8.5"), "curl/8.5");
    }
}
