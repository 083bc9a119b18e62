//! Proofs as files: that a leaf is in the log (C2SP tlog-proof), and that the log continues an older one (the form in which
//! C2SP tlog-witness asks for it). Pure: each is judged with nothing but the verifier key.

use super::note::{self, Checkpoint, base64, unbase64, unhash};
use super::tree::{Hash, continues, includes, leaf_hash};

/// The first line of a proof that a leaf is in the log.
pub(super) const INCLUSION: &str = "c2sp.org/tlog-proof@v1";

/// How the first line of a proof begins that the log continues an older one.
pub(super) const CONSISTENCY: &str = "old ";

/// That a leaf is in the log.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Inclusion {
    /// What goes with it. Nothing vouches for it but what it leads to.
    pub(super) extra: Vec<u8>,
    /// The leaf's place, counted from zero.
    pub(super) index: u64,
    /// Hashes from the leaf's neighbour up.
    pub(super) path: Vec<Hash>,
    /// The signed checkpoint, as it was written.
    pub(super) checkpoint: String,
}

impl Inclusion {
    pub(super) fn write(&self) -> String {
        let Self { extra, index, path, checkpoint } = self;
        format!("{INCLUSION}\nextra {}\nindex {index}\n{}\n{checkpoint}", base64(extra), lines(path))
    }

    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or("the proof has no checkpoint")?;
        let mut head = head.split('\n');
        if head.next() != Some(INCLUSION) {
            return Err("it is not a proof of a leaf");
        }
        let extra = head.next().and_then(|line| line.strip_prefix("extra ")).and_then(unbase64);
        let extra = extra.ok_or("the proof does not say of which leaf it is")?;
        let index = head.next().and_then(|line| number(line.strip_prefix("index ")?));
        let index = index.ok_or("the proof does not say at which place the leaf is")?;
        Ok(Self { extra, index, path: hashes(head)?, checkpoint: checkpoint.to_owned() })
    }

    /// The checkpoint, if it is signed by the key and this leaf is in its tree.
    pub(super) fn checked(&self, leaf: &[u8], verifier: &str) -> Result<Checkpoint, &'static str> {
        let checkpoint = note::open(&self.checkpoint, verifier)?;
        if includes(&leaf_hash(leaf), self.index, checkpoint.size, &self.path, &checkpoint.root) {
            Ok(checkpoint)
        } else {
            Err("this leaf is not at this place of the signed log")
        }
    }
}

/// That the log continues the one of an older checkpoint.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Consistency {
    /// How many leaves the older one has.
    pub(super) old: u64,
    /// The hashes of the proof (RFC 6962, 2.1.2).
    pub(super) path: Vec<Hash>,
    /// The newer signed checkpoint, as it was written.
    pub(super) checkpoint: String,
}

impl Consistency {
    pub(super) fn write(&self) -> String {
        format!("{CONSISTENCY}{}\n{}\n{}", self.old, lines(&self.path), self.checkpoint)
    }

    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or("the proof has no checkpoint")?;
        let mut head = head.split('\n');
        let old = head.next().and_then(|line| number(line.strip_prefix(CONSISTENCY)?));
        let old = old.ok_or("it is not a proof that a log continues another")?;
        Ok(Self { old, path: hashes(head)?, checkpoint: checkpoint.to_owned() })
    }

    /// The newer checkpoint, if it is signed by the key and continues the older one.
    pub(super) fn checked(&self, older: &Checkpoint, verifier: &str) -> Result<Checkpoint, &'static str> {
        let newer = note::open(&self.checkpoint, verifier)?;
        if self.old != older.size {
            return Err("the proof is for another checkpoint than the one that was kept");
        }
        if continues(older.size, newer.size, &self.path, &older.root, &newer.root) {
            Ok(newer)
        } else {
            Err("the log does not continue the one of the kept checkpoint: it was altered or cut since")
        }
    }
}

fn lines(path: &[Hash]) -> String {
    path.iter().map(|hash| base64(hash) + "\n").collect()
}

fn hashes<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<Hash>, &'static str> {
    lines.map(|line| unhash(line).ok_or("a hash of the proof is not one")).collect()
}

/// A number as these forms write it: nothing but digits, and no zero before others.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_reads_as_it_was_written_whatever_its_length() {
        for length in [0, 1, 7] {
            let path = vec![[9; 32]; length];
            let checkpoint = "a\n1\nb\n\n\u{2014} a c\n".to_owned();
            let leaf = Inclusion {
                extra: b"{}".to_vec(),
                index: 4,
                path: path.clone(),
                checkpoint: checkpoint.clone(),
            };
            assert_eq!(Inclusion::read(&leaf.write()).unwrap(), leaf);
            let later = Consistency { old: 4, path, checkpoint };
            assert_eq!(Consistency::read(&later.write()).unwrap(), later);
            assert!(Inclusion::read(&later.write()).is_err() && Consistency::read(&leaf.write()).is_err());
        }
    }

    #[test]
    fn a_number_has_one_form() {
        assert_eq!(number("10"), Some(10));
        for other in ["010", "+10", "10 ", "", "-1"] {
            assert_eq!(number(other), None, "{other}");
        }
    }
}
