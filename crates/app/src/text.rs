//! What people may type: trimmed, of sane length, without control characters, and never a card number.

use crate::Refusal;
use core::ops::RangeInclusive;
use domain::time::Instant;

/// A line of text from a field, trimmed.
///
/// # Errors
/// A refusal that names the field: empty, too long, control characters, or a full card number, which this house
/// never takes (AF-020).
pub fn line(field: &'static str, text: &str, most: usize) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::field(field, "Fill this in."));
    }
    if text.chars().count() > most {
        return Err(Refusal::field(field, format!("This is too long: {most} letters at most.")));
    }
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    {
        return Err(Refusal::field(field, "This holds characters that cannot be shown. Type it anew."));
    }
    if holds_card_number(text) {
        return Err(Refusal::field(
            field,
            "This looks like a card number, which is never stored here. Take it out.",
        ));
    }
    Ok(text.to_owned())
}

/// Text of several lines from a field, trimmed; may be empty.
///
/// # Errors
/// As [`line`], but for empty text and line ends.
pub fn words(field: &'static str, text: &str, most: usize) -> Result<String, Refusal> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() > most {
        return Err(Refusal::field(field, format!("This is too long: {most} letters at most.")));
    }
    for part in text.lines().filter(|part| !part.trim().is_empty()) {
        line(field, &part.replace('\t', " "), most)?;
    }
    Ok(text)
}

/// An e-mail address in lower case.
///
/// # Errors
/// A refusal that names the field.
pub fn email(field: &'static str, text: &str) -> Result<String, Refusal> {
    let text = line(field, text, 254)?.to_lowercase();
    let good = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && !host.is_empty()
            && !host.contains('@')
            && !host.starts_with('.')
            && !host.ends_with('.')
    });
    if !good || text.contains(char::is_whitespace) {
        return Err(Refusal::field(field, "This is not an e-mail address. It looks like name@example.org."));
    }
    Ok(text)
}

/// A day such as 2026-12-24, at its beginning in UTC, if it lies within these instants; `problem` says which days do.
///
/// # Errors
/// A refusal that names the field.
pub fn day(
    field: &'static str,
    typed: &str,
    within: RangeInclusive<Instant>,
    problem: &str,
) -> Result<Instant, Refusal> {
    let day = Instant::on_day(typed.trim()).filter(|day| within.contains(day));
    day.ok_or_else(|| Refusal::field(field, problem))
}

/// A new password.
///
/// # Errors
/// A refusal that names the field: too short, too long, all of one kind, or made of what is known about the person.
pub fn password(field: &'static str, text: &str, known: &[&str]) -> Result<(), Refusal> {
    let length = text.chars().count();
    if length < 12 {
        return Err(Refusal::field(field, "Use at least 12 letters; a few words in a row are fine."));
    }
    if length > 1000 {
        return Err(Refusal::field(field, "This is too long: 1000 letters at most."));
    }
    let mut kinds: Vec<char> = text.to_lowercase().chars().collect();
    kinds.sort_unstable();
    kinds.dedup();
    let lower = text.to_lowercase();
    let guessable = known.iter().any(|k| k.chars().count() > 3 && lower.contains(&k.to_lowercase()));
    if kinds.len() < 5 || guessable {
        return Err(Refusal::field(
            field,
            "This is easy to guess. Do not use your name or address, or few different letters.",
        ));
    }
    Ok(())
}

/// Whether a text holds 13 to 19 digits (with spaces or dashes between) whose check digit is that of a card.
fn holds_card_number(text: &str) -> bool {
    let mut digits: Vec<u32> = Vec::new();
    for c in text.chars().chain(['\n']) {
        if let Some(digit) = c.to_digit(10) {
            digits.push(digit);
        } else if !matches!(c, ' ' | '-') || digits.is_empty() {
            if (13..=19).contains(&digits.len()) && check_digit_is_right(&digits) {
                return true;
            }
            digits.clear();
        }
    }
    false
}

/// Luhn's sum.
fn check_digit_is_right(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| if i % 2 == 1 { d * 2 / 10 + d * 2 % 10 } else { *d })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_are_refused_wherever_they_stand() {
        domain::proves!("AF-020", by = "app::text::holds_card_number");
        for text in ["4111 1111 1111 1111", "pay with 5500-0000-0000-0004 please", "378282246310005"] {
            assert!(line("name", text, 100).is_err(), "{text}");
        }
        for text in ["bracket 4111 1111 1111 1112", "0.2mm 2026-11-22 1234567890"] {
            assert!(line("name", text, 100).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_shown_is_refused() {
        for text in ["", "   ", "a\u{0}b", "evil\u{202e}gpj.stl", &"x".repeat(101)] {
            assert!(line("name", text, 100).is_err(), "{text:?}");
        }
        assert_eq!(line("name", "  Zoë 3D  ", 100), Ok("Zoë 3D".to_owned()));
    }

    #[test]
    fn weak_passwords_are_refused() {
        domain::proves!("AF-119", by = "app::text::password");
        for text in ["short", "aaaaaaaaaaaaaaaa", "121212121212", "ada-lovelace-1815"] {
            assert!(password("password", text, &["Ada-Lovelace"]).is_err(), "{text}");
        }
        assert!(password("password", "correct horse battery", &["Ada"]).is_ok());
    }

    #[test]
    fn addresses_are_folded_to_lower_case() {
        assert_eq!(email("email", " Ada@Example.ORG "), Ok("ada@example.org".to_owned()));
        for text in ["ada", "@x", "ada@", "a da@x.org", "a@b@c"] {
            assert!(email("email", text).is_err(), "{text}");
        }
    }
}
