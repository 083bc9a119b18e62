//! Which commands may reach a printer. What is not listed holds the job: firmwares differ, and a person looks.

use super::words::Command;

/// What to do with a command.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// Moves, or changes how moves are read: the interpreter follows it.
    Follow,
    /// Sets a temperature of the nozzle.
    Hotend,
    /// Sets a temperature of the bed.
    Bed,
    /// Changes nothing that could do harm.
    Harmless,
    /// Must never be in a print file: why, and what to do.
    Forbidden(&'static str, &'static str),
    /// Nobody here knows what it does on this printer.
    Unknown,
}

const SETTINGS: Rule = Rule::Forbidden(
    "changes settings that the printer keeps",
    "Remove the line; settings are changed at the printer.",
);
const STORAGE: Rule = Rule::Forbidden(
    "reads or writes the printer's own storage",
    "Remove the line; a print file must not handle other files.",
);
const NETWORK: Rule = Rule::Forbidden(
    "changes the printer's network",
    "Remove the line; a print file must not change the network.",
);
const FIRMWARE: Rule = Rule::Forbidden(
    "restarts the printer or changes its firmware",
    "Remove the line; updates are made at the printer.",
);
const SAFETY: Rule = Rule::Forbidden(
    "switches off a protection of the printer",
    "Remove the line; a print must work with the protections on.",
);
const ORIGIN: Rule = Rule::Forbidden(
    "shifts the printer's origin, so that its limits no longer mean anything",
    "Remove the line; offsets are set at the printer.",
);
const PINS: Rule = Rule::Forbidden(
    "switches pins, power or motor currents directly",
    "Remove the line, or ask the operator to do it at the printer.",
);
const HOST: Rule = Rule::Forbidden(
    "is an order to the host computer, not to the printer",
    "Remove the line; actions are given in the browser.",
);

/// The rule for a line that is addressed to the host rather than to the printer.
pub const HOST_LINE: Rule = HOST;

/// The rule for a command. `code` is the text of the whole line, for the few that carry text.
pub fn rule(command: &Command, code: &[u8]) -> Rule {
    let (letter, number) = (command.letter, command.code);
    match (letter, number) {
        (b'T', 0) | (b'M', 862) => Rule::Harmless,
        _ if command.sub.is_some() => Rule::Unknown,
        (b'G', 0..=3 | 20 | 21 | 28 | 90..=92) | (b'M', 82 | 83) => Rule::Follow,
        // Firmware retraction; with other parameters G10 sets tool offsets and temperatures.
        (b'G', 10 | 11) if command.is_bare() || command.has(b'S') && !command.has(b'P') => Rule::Harmless,
        (b'M', 104 | 109) => Rule::Hotend,
        (b'M', 140 | 190) => Rule::Bed,
        (b'M', 118) if contains(code, b"//") => HOST,
        (b'M', 220 | 221) if command.get(b'S').is_some_and(|s| s > 300.0) => Rule::Unknown,
        (b'M', 302) if command.has(b'P') || command.get(b'S').is_some_and(|s| s < 170.0) => SAFETY,
        (b'G', 4 | 17 | 29 | 80)
        | (
            b'M',
            17
            | 18
            | 73..=78
            | 84
            | 105..=107
            | 110
            | 113..=115
            | 117
            | 155
            | 201..=205
            | 207..=209
            | 220
            | 221
            | 300
            | 400
            | 412
            | 420
            | 486
            | 572
            | 600..=603
            | 900,
        ) => Rule::Harmless,
        (b'M', 20..=34 | 36..=39 | 928 | 471 | 559 | 560 | 98) => STORAGE,
        (b'M', 92 | 301 | 303 | 304 | 500..=504 | 305..=307) => SETTINGS,
        (b'M', 206 | 218 | 428 | 851) | (b'G', 53..=59) => ORIGIN,
        (b'M', 211 | 564 | 570 | 143) => SAFETY,
        (b'M', 540 | 550..=554 | 575 | 585..=589) => NETWORK,
        (b'M', 112 | 997..=999) => FIRMWARE,
        (b'M', 42 | 80 | 81 | 226 | 280 | 906 | 907 | 908) => PINS,
        _ => Rule::Unknown,
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
