//! Looks for what must not be there: unmistakable words, and pieces of a file, raw, encoded or compressed.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use flate2::read::{DeflateDecoder, ZlibDecoder};
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// So many bytes in a row that stand in a file and elsewhere are a piece of it.
const PIECE: usize = 64;
/// The most that is unpacked of one compressed stream.
const UNPACKED: u64 = 64 << 20;
/// How deep a stream in a stream is followed.
const DEPTH: u8 = 3;

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Hunt {
    words: Vec<Vec<u8>>,
    pieces: HashSet<[u8; PIECE]>,
}

impl Hunt {
    /// For these words, as they are and in UTF-16, hexadecimal and base64.
    pub fn of<'a>(canaries: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self { words: canaries.into_iter().flat_map(disguises).collect(), pieces: HashSet::new() }
    }

    /// And for every 64 bytes in a row of a file.
    #[must_use]
    pub fn and_pieces_of(mut self, file: &[u8]) -> Self {
        assert!(file.len() >= PIECE, "a file of {} bytes has no piece to look for", file.len());
        self.pieces.extend(file.windows(PIECE).filter_map(|piece| <[u8; PIECE]>::try_from(piece).ok()));
        self
    }

    /// Whether any of it is in there, or in something compressed in there.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.within(bytes, DEPTH)
    }

    /// The files below a folder whose name or content hold any of it.
    pub fn files_in(&self, folder: &Path) -> Vec<PathBuf> {
        let holds = |file: &PathBuf| {
            self.is_in(file.to_string_lossy().as_bytes())
                || self.is_in(&std::fs::read(file).unwrap_or_default())
        };
        files(folder).into_iter().filter(holds).collect()
    }

    fn within(&self, bytes: &[u8], depth: u8) -> bool {
        let worded = |word: &Vec<u8>| bytes.windows(word.len()).any(|window| window == word.as_slice());
        self.words.iter().any(worded)
            || bytes.windows(PIECE).any(|window| self.pieces.contains(window))
            || depth > 0 && unpacked(bytes).any(|inner| self.within(&inner, depth - 1))
    }
}

/// Every file below a folder, in order.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { all.extend(files(&path)) } else { all.push(path) }
    }
    all.sort();
    all
}

/// A word as it may lie somewhere.
fn disguises(canary: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(canary);
    let hex: String = canary.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut all = vec![
        canary.to_vec(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
    ];
    for offset in 0..3 {
        let encoded = BASE64_STANDARD_NO_PAD.encode([vec![0; offset], canary.to_vec()].concat());
        // The first and last letters depend on their neighbours.
        all.push(encoded.as_bytes()[4..encoded.len() - 4].to_vec());
    }
    all
}

/// The content of everything in there that begins like a compressed stream: zlib (also in pictures), gzip, ZIP.
fn unpacked(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len().saturating_sub(1)).filter_map(|at| {
        let rest = &bytes[at..];
        match *rest {
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => some(ZlibDecoder::new(rest)),
            [0x1f, 0x8b, 8, flags, ..] => {
                some(DeflateDecoder::new(rest.get(after_gzip_head(rest, flags)?..)?))
            }
            [b'P', b'K', 3, 4, ..] => {
                let length =
                    |at: usize| Some(usize::from(u16::from_le_bytes([*rest.get(at)?, *rest.get(at + 1)?])));
                some(DeflateDecoder::new(rest.get(30 + length(26)? + length(28)?..)?))
            }
            _ => None,
        }
    })
}

/// Where the stream begins behind a gzip header, with its optional fields.
fn after_gzip_head(bytes: &[u8], flags: u8) -> Option<usize> {
    let mut at = 10;
    if flags & 4 != 0 {
        at += 2 + usize::from(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    }
    for text in [8, 16] {
        if flags & text != 0 {
            at += bytes.get(at..)?.iter().position(|byte| *byte == 0)? + 1;
        }
    }
    Some(if flags & 2 == 0 { at } else { at + 2 })
}

/// What a stream holds, also if it breaks off; nothing if it was none.
fn some(stream: impl Read) -> Option<Vec<u8>> {
    let mut stream = stream.take(UNPACKED);
    let mut content = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut piece) {
        content.extend_from_slice(&piece[..read]);
    }
    (!content.is_empty()).then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use std::io::Write as _;

    const WORD: &[u8] = b"CANARY-NAME-7f3a";

    fn around(hidden: &[u8]) -> Vec<u8> {
        [&[7; 33], hidden, &[9; 40]].concat()
    }

    #[test]
    fn a_word_is_found_in_every_disguise() {
        let hunt = Hunt::of([WORD]);
        let utf16: Vec<u8> =
            std::str::from_utf8(WORD).unwrap().encode_utf16().flat_map(u16::to_le_bytes).collect();
        let hex: String = WORD.iter().map(|byte| format!("{byte:02x}")).collect();
        let base64 = BASE64_STANDARD_NO_PAD.encode(around(WORD));
        for hidden in [WORD, &utf16, hex.as_bytes(), hex.to_uppercase().as_bytes(), base64.as_bytes()] {
            assert!(hunt.is_in(&around(hidden)), "{}", String::from_utf8_lossy(hidden));
        }
        assert!(!hunt.is_in(&around(b"CANARY-NAME-7f3b")));
    }

    #[test]
    fn a_word_is_found_inside_what_is_compressed() {
        let text = around(WORD);
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        zlib.write_all(&text).unwrap();
        let mut gzip = flate2::GzBuilder::new().filename("a name").write(Vec::new(), Compression::fast());
        gzip.write_all(&text).unwrap();
        let mut plain = DeflateEncoder::new(Vec::new(), Compression::default());
        plain.write_all(&text).unwrap();
        let head = [b"PK\x03\x04".as_slice(), &[0; 22], &[3, 0, 0, 0], b"a/b"].concat();
        let zip = [head, plain.finish().unwrap()].concat();
        let mut twice = GzEncoder::new(Vec::new(), Compression::best());
        twice.write_all(&zip).unwrap();
        let all = [zlib.finish().unwrap(), gzip.finish().unwrap(), zip, twice.finish().unwrap()];
        for hidden in &all {
            assert!(!hidden.windows(WORD.len()).any(|window| window == WORD), "it is hidden at all");
            assert!(Hunt::of([WORD]).is_in(&around(hidden)));
            assert!(Hunt::default().and_pieces_of(&text).is_in(&around(hidden)));
        }
    }

    #[test]
    fn a_piece_of_a_file_is_found_and_less_is_not() {
        let file: Vec<u8> = (0..=255).collect();
        let hunt = Hunt::default().and_pieces_of(&file);
        assert!(hunt.is_in(&around(&file[100..164])));
        assert!(!hunt.is_in(&around(&file[100..163])));
    }
}
