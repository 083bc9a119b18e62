//! The toolpath on its way out: comments, and with them thumbnails and whatever a slicer wrote about its user,
//! become spaces.
//!
//! The length stays, because OctoPrint takes nothing whose length it is not told beforehand; so does every
//! command's place, so that progress means the same in both files.

use bytes::{Bytes, BytesMut};
use futures::Stream;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncRead, AsyncReadExt};

const CHUNK: usize = 64 << 10;

/// Blanks comments, from the semicolon to the end of the line, across chunks.
#[derive(Default)]
pub(super) struct Blank {
    in_comment: bool,
}

impl Blank {
    pub(super) fn pass(&mut self, chunk: &mut [u8]) {
        for byte in chunk {
            match *byte {
                b'\n' | b'\r' => self.in_comment = false,
                b';' => self.in_comment = true,
                _ => {}
            }
            if self.in_comment {
                *byte = b' ';
            }
        }
    }
}

struct Sending {
    from: Box<dyn AsyncRead + Send + Unpin>,
    left: u64,
    blank: Blank,
    wrong: Arc<AtomicBool>,
}

/// Exactly `bytes` of toolpath. Fewer or more is an error, and sets `wrong`.
pub(super) fn stream(
    from: Box<dyn AsyncRead + Send + Unpin>,
    bytes: u64,
    wrong: Arc<AtomicBool>,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let sending = Sending { from, left: bytes, blank: Blank::default(), wrong };
    futures::stream::try_unfold(sending, |mut sending| async move {
        let chunk = next(&mut sending).await.inspect_err(|_| sending.wrong.store(true, Ordering::SeqCst))?;
        Ok(chunk.map(|chunk| (chunk, sending)))
    })
}

async fn next(sending: &mut Sending) -> io::Result<Option<Bytes>> {
    let mut chunk = BytesMut::with_capacity(CHUNK);
    let read = sending.from.read_buf(&mut chunk).await? as u64;
    if read > sending.left || (read == 0 && sending.left > 0) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the file is not as long as was said"));
    }
    sending.left -= read;
    sending.blank.pass(&mut chunk);
    Ok((read > 0).then(|| chunk.freeze()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_become_spaces_wherever_a_chunk_ends() {
        let file = b"; thumbnail begin AAAA\r\nG1 X1 ; for Ada\nM84";
        for cut in 0..file.len() {
            let (mut left, mut right) = (file[..cut].to_vec(), file[cut..].to_vec());
            let mut blank = Blank::default();
            blank.pass(&mut left);
            blank.pass(&mut right);
            left.append(&mut right);
            assert_eq!(String::from_utf8(left).unwrap(), format!("{:22}\r\nG1 X1 {:9}\nM84", "", ""));
        }
    }
}
