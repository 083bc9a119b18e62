//! Values as people read them: instants, devices, numbers. Never more precise than is known.

use app::models::LineFinding;
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

/// Lines of a toolpath that somebody is to look at, and how many more there are.
pub fn findings(lines: &[LineFinding], more: u64) -> Vec<String> {
    let told = |f: &LineFinding| format!("Line {} ({}) {}. {}", f.line, f.command, f.what, f.remedy);
    let more = (more > 0).then(|| format!("And {} more.", count(more)));
    lines.iter().map(told).chain(more).collect()
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

/// A printer's state: the word, and the kind of sign that goes with it.
pub const fn state(state: &State) -> (&'static str, &'static str) {
    match state {
        State::Ready => ("Ready", "good"),
        State::SendingFile => ("Sending file", "action"),
        State::Printing => ("Printing", "action"),
        State::Pausing => ("Pausing", "action"),
        State::Paused => ("Paused", "action"),
        State::NeedsYou(_) => ("Needs you", "needs-you"),
        State::Cancelling => ("Ending the print", "action"),
        State::FinishedClearTheBed => ("Clear the bed", "needs-you"),
        State::Busy => ("Busy", "quiet"),
        State::NoContact { .. } => ("No contact", "quiet"),
        State::OffDuty => ("Off duty", "quiet"),
    }
}

/// Since when nothing is heard of a printer, and at what it was last seen; nothing while it is heard.
pub fn silence(state: &State) -> Option<String> {
    let State::NoContact { since, last_seen } = state else { return None };
    let since = since.map(|t| format!(" since {}", t.timestamp().strftime("%H:%M UTC")));
    let seen = last_seen.as_ref().map(|s| format!(", last seen {}", self::state(s).0.to_lowercase()));
    Some(format!("No contact{}{}.", since.unwrap_or_default(), seen.unwrap_or_default()))
}

/// A size of a file: `26 MB`.
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} bytes"),
        1_000..1_000_000 => format!("{} KB", count.div_ceil(1_000)),
        1_000_000..10_000_000 => format!("{:.1} MB", count as f64 / 1e6),
        1_000_000_000.. => format!("{:.1} GB", count as f64 / 1e9),
        _ => format!("{} MB", count / 1_000_000),
    }
}

/// A time span given in seconds: `2 h 05 min`.
pub fn span(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round().max(1.0) as u64;
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes:02} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

/// A number with spaces between its thousands: `1 100 000`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A length in millimetres, to a tenth where that is worth saying.
pub fn millimetres(mm: f64) -> String {
    if mm >= 1000.0 { format!("{mm:.0}") } else { format!("{mm:.1}") }
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

    #[test]
    fn numbers_read_well() {
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(21_446), "22 KB");
        assert_eq!(bytes(55_000_000), "55 MB");
        assert_eq!(span(20.0), "1 min");
        assert_eq!(span(7_500.0), "2 h 05 min");
        assert_eq!(span(128_114.0), "1 d 11 h");
        assert_eq!(count(1_100_000), "1\u{202f}100\u{202f}000");
        assert_eq!(millimetres(56.54), "56.5");
    }
}
