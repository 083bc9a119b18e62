//! Writes a ZIP while it is being read: a thread of its own packs, a short channel hands over.

use app::{Context, SignedIn, models, privacy_centre};
use axum::body::{Body, Bytes};
use futures::StreamExt as _;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{File, ReadPass};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, StreamWriter, ZipWriter};

/// Bytes that are handed over at once.
const PIECE: usize = 64 << 10;

/// What goes into the ZIP, each with its path.
pub struct Packed {
    /// Pages and data.
    pub pages: Vec<(String, Vec<u8>)>,
    /// Files, read when their turn comes.
    pub files: Vec<(String, Leave)>,
}

/// By which leave a file is read.
pub enum Leave {
    /// It is theirs: leave is asked for when its turn comes, and does not outlast a slow download.
    Owner(SignedIn, File),
    /// Leave was given, for a short while, with the release of what it belongs to. There is no second one.
    Given(ReadPass),
}

/// The ZIP as the body of an answer. A file that cannot be read breaks the download off.
pub fn packed(ctx: Context, content: Packed) -> Body {
    let (sender, mut receiver) = mpsc::channel(4);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let shut = Arc::new(AtomicBool::new(false));
        let pipe = Pipe { sender: sender.clone(), shut: shut.clone() };
        let mut zip = ZipWriter::new_stream(BufWriter::with_capacity(PIECE, pipe));
        let packed = pack(&mut zip, &ctx, content, &runtime);
        // A writer that is dropped writes its table of contents: what is cut short would look whole.
        shut.store(packed.is_err(), Ordering::SeqCst);
        let done = packed.and_then(|()| {
            let rest = zip.finish()?.into_inner().into_inner();
            rest.map(drop).map_err(io::IntoInnerError::into_error)
        });
        if let Err(error) = done {
            tracing::warn!(fault = %error, "an archive was broken off");
            let _ = sender.blocking_send(Err(error)); // nobody listens any more: then nobody needs to know
        }
    });
    Body::from_stream(futures::stream::poll_fn(move |cx| receiver.poll_recv(cx)))
}

fn pack(
    zip: &mut ZipWriter<StreamWriter<BufWriter<Pipe>>>,
    ctx: &Context,
    content: Packed,
    runtime: &Handle,
) -> io::Result<()> {
    let text = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (path, bytes) in content.pages {
        zip.start_file(path, text)?;
        zip.write_all(&bytes)?;
    }
    for (path, leave) in content.files {
        let pass = match leave {
            Leave::Owner(whose, file) => {
                runtime.block_on(privacy_centre::open(ctx, &whose, &file)).map_err(io::Error::other)?
            }
            Leave::Given(pass) => pass,
        };
        let large = pass.size() > u64::from(u32::MAX);
        zip.start_file(path, text.large_file(large))?;
        let mut pieces = Box::pin(models::read(ctx, pass));
        while let Some(piece) = runtime.block_on(pieces.next()) {
            zip.write_all(&piece.map_err(io::Error::other)?)?;
        }
    }
    Ok(())
}

/// The writing end: what is written here is what the reader gets.
struct Pipe {
    sender: mpsc::Sender<io::Result<Bytes>>,
    /// Whether nothing more may be handed over.
    shut: Arc<AtomicBool>,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.shut.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let sent = self.sender.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
