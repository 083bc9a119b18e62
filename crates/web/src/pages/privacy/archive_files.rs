//! Writes a ZIP while it is being read: a thread of its own packs, a short channel hands over.

use app::{Context, models};
use axum::body::{Body, Bytes};
use futures::StreamExt as _;
use std::io::{self, BufWriter, Write};
use store::ReadPass;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// Bytes that are handed over at once.
const PIECE: usize = 64 << 10;

/// What goes into the ZIP, each with its path.
pub struct Packed {
    /// Pages and data.
    pub pages: Vec<(String, Vec<u8>)>,
    /// Files, opened when their turn comes.
    pub files: Vec<(String, ReadPass)>,
}

/// The ZIP as the body of an answer. A file that cannot be read breaks the download off.
pub fn packed(ctx: Context, content: Packed) -> Body {
    let (sender, mut receiver) = mpsc::channel(4);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let pipe = Pipe(sender.clone());
        if let Err(error) = pack(&ctx, content, pipe, &runtime) {
            tracing::warn!(fault = %error, "an archive was broken off");
            let _ = sender.blocking_send(Err(error)); // nobody listens any more: then nobody needs to know
        }
    });
    Body::from_stream(futures::stream::poll_fn(move |cx| receiver.poll_recv(cx)))
}

fn pack(ctx: &Context, content: Packed, pipe: Pipe, runtime: &Handle) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(BufWriter::with_capacity(PIECE, pipe));
    let text = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (path, bytes) in content.pages {
        zip.start_file(path, text)?;
        zip.write_all(&bytes)?;
    }
    for (path, pass) in content.files {
        let large = pass.size() > u64::from(u32::MAX);
        zip.start_file(path, text.large_file(large))?;
        let mut pieces = Box::pin(models::read(ctx, pass));
        while let Some(piece) = runtime.block_on(pieces.next()) {
            zip.write_all(&piece.map_err(io::Error::other)?)?;
        }
    }
    zip.finish()?.into_inner().into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(())
}

/// The writing end: what is written here is what the reader gets.
struct Pipe(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
