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
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::fmt::MakeWriter;

    /// Where a test's lines go.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Lines {
        type Writer = Self;
        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    /// However long lines are kept, and for whatever: there is nobody in them.
    #[test]
    fn what_is_not_declared_does_not_reach_the_log() {
        domain::proves!("FL-69", by = "server::log::Line::record_debug");
        let lines = Lines::default();
        let subscriber =
            tracing_subscriber::fmt().with_writer(lines.clone()).fmt_fields(DeclaredFields).finish();
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(count = 3, email = "ada@example.org", ip = "192.0.2.7", "something happened");
            let visit = tracing::info_span!("visit", person = "Ada", status = 200);
            visit.in_scope(|| tracing::info!(agent = "a browser", millis = 12, "a page was made"));
        });
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        for said in ["something happened", "count=3", "status=200", "millis=12"] {
            assert!(text.contains(said), "{said}: {text}");
        }
        for nobody in ["ada", "Ada", "192.0.2.7", "browser"] {
            assert!(!text.contains(nobody), "{nobody}: {text}");
        }
    }

    #[test]
    fn the_log_carries_what_the_data_map_says() {
        let book = Sources::built_in("house").unwrap().compile().unwrap();
        let declared: BTreeSet<&str> = book.map().log.keys().map(String::as_str).collect();
        assert_eq!(declared, FIELDS.into_iter().collect());
    }
}
