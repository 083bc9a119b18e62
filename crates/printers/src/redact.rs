//! What a machine says about itself, cut down where it comes in.
//!
//! Texts lose whatever looks like a secret, a network, an address or a path. A print that is not ours becomes one
//! word, "busy": no name, no progress, no temperature of it may be kept, not even for a moment, since it was
//! started at the machine, from its card or its own storage.

use domain::printer::{Activity, Report, Temperatures};
use domain::time::Instant;

/// The longest text a machine may show, in characters.
const LONGEST: usize = 160;

/// Words after which the rest of a text is a secret or says where the machine is.
const TELLTALE: [&str; 10] =
    ["password", "passwd", "passphrase", "secret", "token", "apikey", "api_key", "ssid", "wifi", "wi-fi"];

/// A text of the machine's own, fit to be shown and kept.
pub fn text(said: &str) -> String {
    let mut kept = String::new();
    for word in said.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
        let lower = word.to_lowercase();
        if TELLTALE.iter().any(|t| lower.contains(t)) {
            push(&mut kept, "[removed]");
            break;
        }
        push(&mut kept, if leads_somewhere(word) { "[removed]" } else { word });
    }
    if kept.chars().count() > LONGEST {
        kept = kept.chars().take(LONGEST).chain(['…']).collect();
    }
    kept
}

fn push(kept: &mut String, word: &str) {
    if !kept.is_empty() {
        kept.push(' ');
    }
    kept.push_str(word);
}

/// Paths, addresses of any kind, file names.
fn leads_somewhere(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/' && c != '\\');
    let dots = word.matches('.').count();
    let number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let network = dots == 3 && word.split('.').all(|p| number(p.split(':').next().unwrap_or_default()));
    let file = word.rsplit_once('.').is_some_and(|(name, end)| {
        !name.is_empty()
            && (2..=5).contains(&end.len())
            && end.chars().all(|c| c.is_ascii_alphanumeric())
            && !number(end)
    });
    let hardware =
        word.split([':', '-']).filter(|p| p.len() == 2 && p.chars().all(|c| c.is_ascii_hexdigit())).count()
            == 6;
    word.contains('/') && word.len() > 3
        || word.contains('\\')
        || word.contains('@')
        || network
        || file
        || hardware
}

/// All that may be known of a machine that prints something which is not ours.
pub const fn foreign_print(at: Instant) -> Report {
    Report {
        at,
        activity: Activity::Busy,
        print: None,
        temperatures: Temperatures { nozzle: None, nozzle_target: None, bed: None, bed_target: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(said: &str, kept: &str) {
        assert_eq!(text(said), kept);
    }

    #[test]
    fn plain_words_stay_and_what_leads_somewhere_goes() {
        check("Filament ran out.", "Filament ran out.");
        check("Heat to 215.5 degrees?", "Heat to 215.5 degrees?");
        check("Cannot open /home/ada/wedding ring.gcode now", "Cannot open [removed] [removed] now");
        check("Joined 192.168.1.20:80 as aa:bb:cc:dd:ee:ff", "Joined [removed] as [removed]");
        check("Mail ada@example.org", "Mail [removed]");
        check("SSID Ada's flat, key 1234", "[removed]");
        check("Wrong password=hunter2 for it", "Wrong [removed]");
        check("a\u{7}b\nc", "a b c");
    }

    #[test]
    fn nobody_speaks_for_ever() {
        assert_eq!(text(&"long ".repeat(1_000)).chars().count(), LONGEST + 1);
    }
}
