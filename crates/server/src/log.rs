//! The program's own log: fixed words and declared fields, never anything about people. It is not the access log.

use std::io;
use tracing::field::{Field, Visit};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::Writer;

/// The fields that a line may carry: those under `[log]` in the data map. A field that is not among them is dropped.
pub const FIELDS: [&str; 14] = [
    "message",
    "act",
    "purpose",
    "address",
    "work",
    "kind",
    "route",
    "method",
    "status",
    "reference",
    "fault",
    "count",
    "millis",
    "version",
];

/// Starts logging to standard error.
pub fn start() {
    let subscriber = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_target(false)
        .with_max_level(tracing::Level::INFO)
        .fmt_fields(DeclaredFields)
        .finish();
    // Only fails if logging was started before, which keeps what was started.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Writes declared fields and nothing else.
struct DeclaredFields;

impl<'w> FormatFields<'w> for DeclaredFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> core::fmt::Result {
        let mut line = Line { writer, first: true };
        fields.record(&mut line);
        Ok(())
    }
}

struct Line<'w> {
    writer: Writer<'w>,
    first: bool,
}

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn core::fmt::Debug) {
        if !FIELDS.contains(&field.name()) {
            return;
        }
        let space = if std::mem::take(&mut self.first) { "" } else { " " };
        let _ = match field.name() {
            "message" => write!(self.writer, "{space}{value:?}"),
            name => write!(self.writer, "{space}{name}={value:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use privacy::Sources;
    use std::collections::BTreeSet;

    #[test]
    fn the_log_carries_what_the_data_map_says() {
        let book = Sources::built_in("house").unwrap().compile().unwrap();
        let declared: BTreeSet<&str> = book.map().log.keys().map(String::as_str).collect();
        assert_eq!(declared, FIELDS.into_iter().collect());
    }
}
