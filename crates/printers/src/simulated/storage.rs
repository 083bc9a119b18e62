//! The simulated printer's own storage: a list of files in memory or in a folder, so that a test can search it for
//! what must not be there.

use domain::ids::PrintReference;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// Where the files lie.
#[derive(Debug)]
pub(super) enum Storage {
    Memory(BTreeMap<PrintReference, Vec<u8>>),
    Folder(PathBuf),
}

impl Storage {
    pub(super) fn put(&mut self, reference: PrintReference, bytes: Vec<u8>) -> io::Result<()> {
        match self {
            Self::Memory(files) => {
                files.insert(reference, bytes);
                Ok(())
            }
            Self::Folder(folder) => {
                std::fs::create_dir_all(&*folder)?;
                let unfinished = folder.join(format!("{reference}.part"));
                std::fs::write(&unfinished, bytes)?;
                std::fs::rename(unfinished, path(folder, reference))
            }
        }
    }

    pub(super) fn read(&self, reference: PrintReference) -> Option<Vec<u8>> {
        match self {
            Self::Memory(files) => files.get(&reference).cloned(),
            Self::Folder(folder) => std::fs::read(path(folder, reference)).ok(),
        }
    }

    pub(super) fn holds(&self, reference: PrintReference) -> bool {
        match self {
            Self::Memory(files) => files.contains_key(&reference),
            Self::Folder(folder) => path(folder, reference).exists(),
        }
    }

    pub(super) fn remove(&mut self, reference: PrintReference) -> io::Result<()> {
        match self {
            Self::Memory(files) => {
                files.remove(&reference);
                Ok(())
            }
            Self::Folder(folder) => std::fs::remove_file(path(folder, reference)),
        }
    }

    pub(super) fn list(&self) -> Vec<PrintReference> {
        match self {
            Self::Memory(files) => files.keys().copied().collect(),
            Self::Folder(folder) => {
                let names = std::fs::read_dir(folder).into_iter().flatten().flatten();
                let mut all: Vec<_> = names
                    .filter_map(|entry| crate::driver::reference_of(entry.file_name().to_str()?))
                    .collect();
                all.sort();
                all
            }
        }
    }
}

fn path(folder: &Path, reference: PrintReference) -> PathBuf {
    folder.join(crate::driver::file_name(reference))
}
