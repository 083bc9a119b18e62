//! Numbers as people read them. Never more precise than is known.

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
